"""What stands left of `=`: a new name, entries of a new array, a new function, or something known."""

from __future__ import annotations

from dataclasses import dataclass

from derivlab.notation import syntax
from derivlab.notation.elaboration.builtins import FUNCTIONS
from derivlab.notation.elaboration.compounds import compound, is_compound
from derivlab.notation.elaboration.heads import BIG
from derivlab.notation.elaboration.names import (
    Spelling,
    find,
    full_key,
    is_decoration,
    is_transpose,
    spelling,
)
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node

RESERVED = frozenset(
    {r"\partial", r"\nabla", r"\infty", r"\int", r"\lim", r"\arg", r"\sup", r"\inf", r"\Pr",
     r"\mathbf{1}", r"\mathbf{0}", r"\mathbb{1}", r"\mathbb{E}", r"\mathbb{P}", r"\mathbb{R}", r"\top",
     r"\det"}
    | BIG
)  # fmt: skip
INDEX_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz") | {r"\ell"}


@dataclass(frozen=True)
class Target:
    """The left side of a possible definition.

    Attributes:
        key: of the name.
        letters: index letters on it, e.g. ("i", "j").
        formals: keys of the formal arguments of a function; None for a value.
        known: the name is already declared or defined.
        builtin: the name is that of a builtin function.
        renews: the name was that of a number, and has entries from here on.
        square: the name of which this is the square, for `\\sigma^2 = ...`; empty otherwise.
    """

    key: str
    letters: tuple[str, ...] = ()
    formals: tuple[str, ...] | None = None
    known: bool = False
    builtin: bool = False
    square: str = ""
    renews: bool = False


def target_of(scope: Scope, node: Node, body: Node | None = None) -> Target | None:
    """The target that a left side is, or None if it is an expression.

    `body` tells which letters are sizes in it: in `S_n = \\sum_{i=1}^n x_i` the n is no index.
    """
    sizes = scope.sizes
    scope.sizes = upper_bounds(body) if body is not None else frozenset()
    try:
        return _target(scope, node)
    finally:
        scope.sizes = sizes


def upper_bounds(body: Node) -> frozenset[str]:
    """The letters that stand over a sum."""
    scripts = (one for one in syntax.walk(body) if isinstance(one, syntax.Script))
    big = (one for one in scripts if isinstance(one.base, syntax.Name) and one.base.text in BIG)
    return frozenset(one.sup.text for one in big if isinstance(one.sup, syntax.Name))


def _target(scope: Scope, node: Node) -> Target | None:
    if isinstance(node, syntax.Product) and node.operators == ("", ""):
        return _function(scope, *node.factors) or _compound(scope, *node.factors)
    spelled = spelling(node)
    return None if spelled is None else _value(scope, spelled)


def _compound(scope: Scope, first: Node, second: Node) -> Target | None:
    """`dP := ...`, `dW = ...`: a new name of two letters, for what is called the gradient by P."""
    found = compound(first, second)
    if found is None or not is_compound(found[0]):
        return None
    letters = letters_in(scope, second.sub) if isinstance(second, syntax.Script) else ()
    if letters is None or (isinstance(second, syntax.Script) and (second.sup is not None or second.primes)):
        return None
    return Target(found[0], letters, None, found[0] in scope.compounds)


def _function(scope: Scope, head: Node, group: Node) -> Target | None:
    """`f(x)`, `f(x)_i`, `f_i(x)`."""
    letters: tuple[str, ...] = ()
    if isinstance(group, syntax.Script):
        if group.sup is not None or group.primes:
            return None
        letters = letters_in(scope, group.sub) or ()
        if not letters:
            return None
        group = group.base
    if not isinstance(group, syntax.Group) or group.kind not in ("(", "[") or not group.items:
        return None
    formals = tuple(_formal(item) for item in group.items)
    spelled = spelling(head)
    if spelled is None or spelled.primes or None in formals or len(set(formals)) < len(formals):
        return None
    if spelled.sup is not None and not is_decoration(spelled.sup):
        return None
    value = _value(scope, spelled)
    if value is None:
        return None
    names = tuple(formal for formal in formals if formal is not None)
    return Target(value.key, value.letters + letters, names, value.known, spelled.key in FUNCTIONS)


def _formal(node: Node) -> str | None:
    spelled = spelling(node)
    if spelled is None or spelled.primes or spelled.key in RESERVED:
        return None
    if spelled.sub is None and spelled.sup is None:
        return spelled.key
    return None if is_transpose(spelled.sup) else full_key(spelled)


def _value(scope: Scope, spelled: Spelling) -> Target | None:
    """A name, maybe with index letters."""
    if spelled.key in RESERVED:
        return None
    if spelled.sup is not None and not is_decoration(spelled.sup):
        return _square(scope, spelled)
    known = find(scope, spelled)
    if _has_parameter(scope, spelled) and (known is None or known.sub is spelled.sub is not None):
        return Target(full_key(spelled))
    if known is not None and known.entry.kind != "index":
        if known.primes and known.entry.kind == "variable" and known.sub is None and known.sup is None:
            return Target(full_key(spelled))
        if known.primes or known.sup is not None:
            return None
        letters = letters_in(scope, known.sub) if known.sub is not None else ()
        if letters and not known.entry.shape and known.entry.function is None:
            return Target(known.entry.key, letters, renews=True)
        return None if letters is None else Target(known.entry.key, letters, None, True)
    letters = letters_in(scope, spelled.sub)
    if letters:
        base = Spelling(spelled.key, None, spelled.sup, spelled.primes)
        if scope.lookup(full_key(base)) is not None:
            return None
        return Target(full_key(base), letters)
    if spelled.sub is not None and scope.lookup(spelled.key) is not None and scope.entries[spelled.key].shape:
        return None
    builtin = spelled.key in FUNCTIONS
    return Target(full_key(spelled), builtin=builtin)


def _has_parameter(scope: Scope, spelled: Spelling) -> bool:
    """Whether the subscript is a number that the document declares: `L_\\lambda`, a name of its own."""
    if not isinstance(spelled.sub, syntax.Name) or spelled.sup is not None or spelled.primes:
        return False
    entry, base = scope.lookup(spelled.sub.text), scope.lookup(spelled.key)
    if entry is None or entry.shape or entry.kind not in ("variable", "defined"):
        return False
    number = entry.domain.index_of is None and not entry.domain.whole
    return number and (base is None or not base.shape)


def _square(scope: Scope, spelled: Spelling) -> Target | None:
    """`\\sigma^2 = ...` with a new σ: the square is a name, and σ its root."""
    if not (isinstance(spelled.sup, syntax.Number) and spelled.sup.text == "2") or spelled.primes:
        return None
    base = Spelling(spelled.key, spelled.sub)
    letters = letters_in(scope, spelled.sub)
    builtin = FUNCTIONS.get(spelled.key)
    if builtin is not None and not builtin.letter:
        return None
    known = [found.entry for one in (spelled, base) if (found := find(scope, one)) is not None]
    if letters is None or not all(scope.is_old(entry) for entry in known):
        return None
    root = spelled.key if letters else full_key(base)
    return Target(root + "^{2}", letters, None, bool(known), square=root)


def letters_in(scope: Scope, sub: Node | None) -> tuple[str, ...] | None:
    """The index letters of a subscript, or None if it is none of letters only."""
    if sub is None:
        return ()
    parts: tuple[Node, ...] = (sub,)
    if isinstance(sub, syntax.Product) and not any(sub.operators):
        parts = sub.factors
    elif isinstance(sub, syntax.Group) and sub.kind == "{":
        parts = sub.items
    found = []
    for part in parts:
        if not isinstance(part, syntax.Name) or not _is_index_letter(scope, part.text):
            return None
        found.append(part.text)
    return tuple(found) if len(set(found)) == len(found) else None


def _is_index_letter(scope: Scope, text: str) -> bool:
    if text in scope.ranges or text in scope.fixed:
        return True
    entry = scope.lookup(text)
    free = entry is None or (entry.kind == "dimension" and text not in scope.sizes)
    return text in INDEX_LETTERS and free


def index_letters(node: Node) -> frozenset[str]:
    """The letters that stand in subscripts anywhere in a formula."""
    found: set[str] = set()
    for part in syntax.walk(node):
        if isinstance(part, syntax.Script) and part.sub is not None:
            found.update(one.text for one in syntax.walk(part.sub) if isinstance(one, syntax.Name))
        elif isinstance(part, syntax.Script) and isinstance(part.sup, syntax.Group):
            found.update(one.text for one in part.sup.items if isinstance(one, syntax.Name))
    return frozenset(found)


def shown(node: Node) -> str:
    """A formula for a message."""
    return to_latex(node).strip()
