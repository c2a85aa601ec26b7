"""Symbols with their scripts, brackets, and what is no expression at all."""

from __future__ import annotations

from derivlab.notation import syntax
from derivlab.notation.elaboration.arithmetic import raised
from derivlab.notation.elaboration.constants import CONSTANTS
from derivlab.notation.elaboration.core import Elaborator, fail, rule
from derivlab.notation.elaboration.groups import norm_of
from derivlab.notation.elaboration.heads import Head, conditions_of, head_of
from derivlab.notation.elaboration.inverses import inverse, power_of
from derivlab.notation.elaboration.linear import transpose
from derivlab.notation.elaboration.matrices import column, is_tuple
from derivlab.notation.elaboration.names import Found, Spelling, find, is_decoration, is_transpose, spelling
from derivlab.notation.elaboration.resolved import Application, Indicator, KeyName
from derivlab.notation.elaboration.scope import Entry
from derivlab.notation.elaboration.subscripts import entry_at, split, term
from derivlab.notation.elaboration.tensors import Hole, Tensor, scalar
from derivlab.notation.elaboration.unknown import undeclared
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node


@rule(syntax.Name)
def _name(elaborator: Elaborator, node: syntax.Name) -> Tensor:
    return _symbol(elaborator, node, Spelling(node.text))


@rule(KeyName)
def _key_name(elaborator: Elaborator, node: KeyName) -> Tensor:
    return _symbol(elaborator, node, Spelling(node.text))


@rule(syntax.Accent)
def _accent(elaborator: Elaborator, node: syntax.Accent) -> Tensor:
    spelled = spelling(node)
    if spelled is None:
        fail(node, f"an accent over `{to_latex(node.body).strip()}` is not read", "put it over one letter")
    return _symbol(elaborator, node, spelled)


@rule(syntax.Font)
def _font(elaborator: Elaborator, node: syntax.Font) -> Tensor:
    spelled = spelling(node)
    return elaborator.tensor(_in_font(node)) if spelled is None else _symbol(elaborator, node, spelled)


def _in_font(node: syntax.Font) -> Node:
    """A font over a product is over each factor."""
    body = node.body
    if isinstance(body, syntax.Product):
        factors = tuple(
            syntax.Font(node.font, factor, start=factor.start, end=factor.end, depth=factor.depth + 1)
            for factor in body.factors
        )
        return syntax.Product(body.operators, factors, start=node.start, end=node.end, depth=node.depth)
    return body


@rule(syntax.Script)
def _script(elaborator: Elaborator, node: syntax.Script) -> Tensor:
    if head_of(elaborator, node) is Head.INDICATOR and (conditions := conditions_of(node.sub)):
        return elaborator.tensor(Indicator(conditions, start=node.start, end=node.end))
    spelled = spelling(node)
    if spelled is not None:
        return _symbol(elaborator, node, spelled)
    if isinstance(node.base, syntax.Group) and node.base.kind == "‖" and node.sub is not None:
        value = norm_of(elaborator, node.base, node.sub)
        return value if node.sup is None else raised(elaborator, value, node.sup, node)
    if is_tuple(node.base) and node.sub is None and is_transpose(node.sup):
        return column(elaborator, node.base)
    value = elaborator.tensor(node.base)
    if node.primes:
        fail(node, "a prime here is no derivative", "write f'(x) for a function f, or \\frac{d}{dx}")
    if node.sub is not None:
        value = entry_at(elaborator, value, node.sub, node, "this value")
    return value if node.sup is None else raised(elaborator, value, node.sup, node)


def _symbol(elaborator: Elaborator, node: Node, spelled: Spelling) -> Tensor:
    """A symbol: a formal argument, a name of the document, an index letter, a builtin constant."""
    local = elaborator.local(spelled.key)
    if local is not None:
        return _scripted(elaborator, local, node, spelled, spelled.key)
    found = find(elaborator.scope, spelled)
    if found is None and elaborator.time:
        spelled = _without_time(elaborator, spelled)
        found = find(elaborator.scope, spelled)
    if found is not None and not _is_constant(elaborator, found):
        return _entry(elaborator, found, node, spelled)
    if elaborator.find_index(spelled.letter) is not None:
        spelled = Spelling(spelled.letter, spelled.sub, spelled.sup)
    if elaborator.find_index(spelled.key) is not None or _is_index(elaborator, spelled):
        one = elaborator.index(spelled.key, node)
        one.as_value = True
        return _scripted(elaborator, scalar(one.symbol), node, spelled, spelled.key)
    constant = CONSTANTS.get(spelled.key)
    value = constant(elaborator, node, spelled) if constant is not None else None
    if value is None and (entry := _implicit(elaborator, spelled)) is not None:
        return _scripted(elaborator, array_of(entry), node, spelled, entry.key)
    if value is None and _is_conventional(elaborator, spelled):
        return array_of(_declared_number(elaborator, spelled.key))
    return value if value is not None else undeclared(elaborator, node, spelled)


def _is_constant(elaborator: Elaborator, found: Found) -> bool:
    """`e^{-x}` where an earlier section has an e of its own."""
    power = found.sup is not None and not isinstance(found.sup, syntax.Number) and not is_transpose(found.sup)
    return found.entry.key == "e" and elaborator.scope.is_old(found.entry) and power and found.sub is None


def _without_time(elaborator: Elaborator, spelled: Spelling) -> Spelling:
    """In an update rule `\\theta^{(t)}` and `\\theta_t` are θ."""
    sup, sub = spelled.sup, spelled.sub
    if isinstance(sup, syntax.Group) and to_latex(sup.items[0]).strip() == elaborator.time:
        sup = None
    if isinstance(sub, syntax.Name) and sub.text == elaborator.time:
        sub = None
    return Spelling(spelled.key, sub, sup, spelled.primes)


def _implicit(elaborator: Elaborator, spelled: Spelling) -> Entry | None:
    """An argument of a function that was never declared: it is what the function takes."""
    shape = elaborator.scope.implicit.get(spelled.key)
    if shape is None or any(isinstance(size, Hole) for size in shape) or is_decoration(spelled.sup):
        return None
    what = f"a vector of size {shape[0]}" if shape else "a real number"
    elaborator.note(f"{spelled.key}, an argument of a function, is taken as {what}")
    scope = elaborator.scope
    return scope.add(Entry(spelled.key, scope.identifier(spelled.key), "variable", shape))


# What hyperparameters are called: numbers, where nothing else is said of them.
CONVENTIONAL = frozenset({r"\lambda", r"\alpha", r"\epsilon", r"\varepsilon", r"\tau", r"\eta", r"\gamma"})


def _is_conventional(elaborator: Elaborator, spelled: Spelling) -> bool:
    plain = spelled.sub is None and spelled.sup is None and not spelled.primes
    return plain and spelled.key in CONVENTIONAL and spelled.key not in elaborator.scope.broken


def _declared_number(elaborator: Elaborator, key: str) -> Entry:
    elaborator.note(f"{key} is not declared; it is taken as a real number")
    scope = elaborator.scope
    return scope.add(Entry(key, scope.identifier(key), "variable"))


def _is_index(elaborator: Elaborator, spelled: Spelling) -> bool:
    """Whether an unknown letter is an index of this statement or was given a range in words."""
    scope = elaborator.scope
    if spelled.key in scope.ranges or spelled.key in scope.fixed:
        return True
    return spelled.key in elaborator.letters and spelled.key not in scope.implicit


def _entry(elaborator: Elaborator, found: Found, node: Node, spelled: Spelling) -> Tensor:
    """A name of the document at its indices."""
    entry = found.entry
    _tell_reading(elaborator, entry, spelled)
    value = _bare_function(elaborator, entry, node) if entry.kind == "function" else array_of(entry)
    if found.raised is not None:
        one = term(elaborator, found.raised)
        value = _fixed_first(elaborator, value, one.node, node, entry)
    left = Spelling(spelled.key, found.sub, found.sup, found.primes)
    if left.sub is not None and left.sup is not None and not entry.family:
        value, left = _turned(elaborator, value, left, node)
    return _scripted(elaborator, value, node, left, entry.key)


def _turned(elaborator: Elaborator, value: Tensor, left: Spelling, node: Node) -> tuple[Tensor, Spelling]:
    """`A^{-1}_{ij}`, `A^\\top_{ij}` and `A_{ij}^\\top` are entries of the inverse and of the transpose.

    `A_{ij}^{-1}` is 1/A_{ij}.
    """
    sub, sup = left.sub, left.sup
    if value.rank != 2 or sub is None or sup is None or len(split(sub, 2)) != 2:
        return value, left
    without = Spelling(left.key, sub, None, left.primes)
    if is_transpose(sup):
        return transpose(value), without
    if sup.start < sub.start and power_of(sup) == (-1, False):
        return inverse(elaborator, value, node), without
    return value, left


def _bare_function(elaborator: Elaborator, entry: Entry, node: Node) -> Tensor:
    """`g` for g(x, y), where its arguments are names of the document."""
    function, scope = entry.function, elaborator.scope
    formals = function.formals if function is not None else ()
    if not all(scope.lookup(formal) or formal in scope.implicit for formal in formals):
        name = to_latex(node).strip()
        fail(
            node, f"`{name}` is a function and has no value by itself", f"write its argument, e.g. {name}(x)"
        )
    elaborator.note(f"{entry.key} stands for {entry.key}({', '.join(formals)})")
    for formal in formals:
        if scope.lookup(formal) is None:
            _implicit(elaborator, Spelling(formal, None, None))
    names = tuple(KeyName(formal, start=node.start, end=node.end) for formal in formals)
    return elaborator.tensor(Application(KeyName(entry.key, start=node.start, end=node.end), names))


def _fixed_first(elaborator: Elaborator, value: Tensor, sub: Node, node: Node, entry: Entry) -> Tensor:
    return entry_at(elaborator, value, sub, node, entry.key)


def _tell_reading(elaborator: Elaborator, entry: Entry, spelled: Spelling) -> None:
    """A plain letter with an index that was read as an entry of the bold one."""
    if r"\math" in entry.key and r"\math" not in spelled.key:
        elaborator.note(f"{spelled.key} with an index is an entry of {entry.key}")
    elif r"\math" in spelled.key and r"\math" not in entry.key:
        elaborator.note(f"{spelled.key} is the array with the entries {entry.key}_i")


def array_of(entry: Entry) -> Tensor:
    """A name as a tensor: the symbol itself, or the entries of its array."""
    node = entry.array
    if not entry.shape:
        return scalar(node)
    return Tensor(entry.shape, lambda *at: node[at], entry.row)


def _scripted(elaborator: Elaborator, value: Tensor, node: Node, left: Spelling, name: str) -> Tensor:
    """Apply the scripts that are left: indices, then a power or a transpose."""
    if left.primes:
        fail(
            node,
            f"`{to_latex(node).strip()}` is not declared, and {name} is no function to derive",
            f"declare {name}' as a name, or write \\frac{{d}}{{dx}} for the derivative",
        )
    if left.sub is not None:
        value = entry_at(elaborator, value, left.sub, node, name)
    if left.sup is None:
        return value
    if is_decoration(left.sup):
        return undeclared(elaborator, node, left)
    return raised(elaborator, value, left.sup, node)
