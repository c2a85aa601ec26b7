"""What a text leaves to the reader: the shape of a parameter that is never declared, a generic example x.

`w^\\top x_n + b` with vectors x_n makes w a vector of their size and b a number; beside data x_1, ..., x_N a
bare x is any vector like them. Each such reading is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.elaboration.core import Elaborator
from derivlab.notation.elaboration.names import Found, find, is_transpose, spelling
from derivlab.notation.elaboration.scope import Dim, Entry, Scope
from derivlab.notation.elaboration.tensors import Hole, settled
from derivlab.notation.statements.declare import declare_family
from derivlab.notation.statements.following import names_of
from derivlab.notation.statements.targets import RESERVED, index_letters
from derivlab.notation.syntax import Node
from derivlab.symbols import REAL

VECTORS = frozenset({"w", "v", "u", "a", r"\theta", r"\beta", r"\mathbf{w}", r"\mathbf{v}", r"\mathbf{u}"})
NUMBERS = frozenset({"b", "c", "b_{0}", "w_{0}", r"\beta", r"\beta_{0}", r"\theta_{0}"})


def infer_shapes(scope: Scope, sides: Iterable[Node]) -> list[str]:
    """Declare what the formulas leave no choice for; returns what to tell."""
    sides = list(sides)
    told = [one for side in sides for one in _sequences(scope, side)]
    for side in sides:
        for node in syntax.walk(side):
            if isinstance(node, syntax.Product):
                told += _dot_products(scope, node)
        for node in syntax.walk(side):
            if isinstance(node, syntax.Sum):
                told += _offsets(scope, node)
    return told


def _sequences(scope: Scope, side: Node) -> Iterator[str]:
    """`g_i` where the text has spoken of `g_1, \\dots, g_m` only."""
    for node in syntax.walk(side):
        spelled = spelling(node) if isinstance(node, syntax.Script) else None
        size = scope.sequences.get(spelled.key) if spelled is not None else None
        if spelled is not None and size is not None and scope.lookup(spelled.key) is None:
            declare_family(scope, spelled.key, (size,), REAL, node)
            yield f"the {size} members of {spelled.key} are taken as real numbers"


def _dot_products(scope: Scope, node: syntax.Product) -> Iterator[str]:
    """`w^\\top x` and `x^\\top w` with a known vector x."""
    for first, second in zip(node.factors, node.factors[1:], strict=False):
        if not isinstance(first, syntax.Script) or not is_transpose(first.sup) or first.sub is not None:
            continue
        for new, known in ((first.base, second), (second, first.base)):
            key = _unknown(scope, new, VECTORS)
            size = _size_of(scope, known) if key else None
            if key and size is not None:
                yield _declare(scope, key, (size,), new, f"a vector of size {size}")


def _offsets(scope: Scope, node: syntax.Sum) -> Iterator[str]:
    """`w^\\top x + b` with a number before b."""
    others = [term for term in node.terms if not _unknown(scope, term, NUMBERS)]
    for term in node.terms:
        key = _unknown(scope, term, NUMBERS)
        if key and others and all(_shape_of(scope, other) == () for other in others):
            yield _declare(scope, key, (), term, "a real number")


def _declare(scope: Scope, key: str, shape: tuple[Dim, ...], node: Node, what: str) -> str:
    scope.add(Entry(key, scope.identifier(key), "variable", shape, place=node.start))
    return f"{key} is not declared; it is taken as {what}"


def _unknown(scope: Scope, node: Node, allowed: frozenset[str]) -> str:
    """The key of a bare name that nobody has introduced; empty for anything else."""
    spelled = spelling(node)
    if spelled is None or spelled.sup is not None or spelled.primes or spelled.key in RESERVED:
        return ""
    key = spelled.key
    if spelled.sub is not None:
        key = f"{key}_{{{spelled.sub.text}}}" if isinstance(spelled.sub, syntax.Number) else ""
    known = key in scope.broken or key in scope.ranges or key in scope.fixed
    return key if key in allowed and find(scope, spelled) is None and not known else ""


def _size_of(scope: Scope, node: Node) -> Dim | None:
    shape = _shape_of(scope, node)
    return shape[0] if shape is not None and len(shape) == 1 else None


def _shape_of(scope: Scope, node: Node) -> tuple[Dim, ...] | None:
    """The shape of what can be read, or None."""
    trial = Elaborator(scope.copy(), letters=index_letters(node))
    try:
        value = trial.tensor(node)
    except UnreadableError:
        return None
    sizes = tuple(settled(size) for size in value.shape)
    return None if any(isinstance(size, Hole) for size in sizes) else sizes


# ---------------------------------------------------------------------------- one of the data


def take_members(scope: Scope, sides: Iterable[Node]) -> list[str]:
    """Make each bare family in a formula one vector like its members; returns what to tell."""
    found = [one for side in sides for node in _symbols(side) if (one := _found(scope, node)) is not None]
    bare = {one.entry.key: one.entry for one in found if one.sub is None and one.raised is None}
    told = []
    for key, entry in bare.items():
        if entry.kind == "variable" and entry.family == 1 and len(entry.shape) == 2 and not entry.raised:
            scope.shadowed[key] = entry
            name = scope.identifier(key, fresh=True)
            scope.add(replace(entry, name=name, shape=entry.shape[1:], family=0, node=None, section=-1))
            told.append(f"{key} is taken as any vector like the members of {key}")
    return told


def _symbols(node: Node) -> Iterator[Node]:
    """The symbols in a formula, each with all of its scripts."""
    if spelling(node) is not None or (isinstance(node, syntax.Script) and is_transpose(node.sup)):
        yield replace(node, sup=None) if isinstance(node, syntax.Script) and is_transpose(node.sup) else node
        return
    for child in syntax.children(node):
        yield from _symbols(child)


def _found(scope: Scope, node: Node) -> Found | None:
    spelled = spelling(node)
    return find(scope, spelled) if spelled is not None else None


def other_reading(scope: Scope, sides: Iterable[Node]) -> tuple[Scope, str] | None:
    """The scope in which a hidden family is itself again, if a formula mentions its name."""
    if not scope.shadowed:
        return None
    found = {one.entry.key for side in sides for one in names_of(scope, side)}
    hidden = [entry for key, entry in scope.shadowed.items() if key in found]
    if not hidden:
        return None
    other = scope.copy()
    for entry in hidden:
        other.add(entry)
    return other, f"{', '.join(entry.key for entry in hidden)} is the family declared before"
