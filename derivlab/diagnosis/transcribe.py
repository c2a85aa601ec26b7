"""SymPy back to syntax, in the names of the document: what a repair puts into the written side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from sympy import Expr, Indexed, KroneckerDelta, Symbol

from derivlab.diagnosis.tree import bracketed, name, negative, number, plus, times
from derivlab.notation import syntax
from derivlab.notation.elaboration.names import RAISED
from derivlab.notation.elaboration.resolved import KeyName
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.syntax import Node
from derivlab.symbols import Partial, free_symbols, head_name, substitute

BOUND_LETTERS = ("k", "j", "l", "m", "n", "i", "p", "q", "r", "s")


class UntranscribableError(Exception):
    """An expression that has no short LaTeX in the names of the document."""


class Transcriber:
    """Writes SymPy with the keys of a scope.

    Attributes:
        letters: how index symbols are written; None for an axis that whole arrays leave unwritten.
    """

    def __init__(self, scope: Scope, letters: Mapping[Symbol, str | None]) -> None:
        self.letters = dict(letters)
        self.unwritten = tuple(symbol for symbol, text in letters.items() if text is None)
        self.scope = scope
        self.keys = {entry.name: entry for entry in scope.entries.values() if entry.kind != "function"}
        known = scope.inverses.values()
        self.determinants = {one.record.det: one.written.base for one in known if one.record.det}
        self.inverses = {one.inverse.name: one.written for one in known}

    def node(self, expr: Expr) -> Node:
        """The syntax of an expression; raises `UntranscribableError`."""
        for kind, write in WRITERS:
            if isinstance(expr, kind):
                return write(self, expr)
        raise UntranscribableError(str(expr))

    def letter(self, symbol: Expr) -> Node | None:
        """How an index is written; None for an axis that is left out."""
        if isinstance(symbol, sympy.Integer):
            return number(int(symbol))
        if symbol in self.letters:
            text = self.letters[symbol]
            return None if text is None else name(text)
        if isinstance(symbol, Symbol):
            return name(symbol.name)
        raise UntranscribableError(str(symbol))

    def subscript(self, indices: tuple[Expr, ...]) -> Node | None:
        """Indices side by side; trailing axes may be left out."""
        written = [self.letter(one) for one in indices]
        while written and written[-1] is None:
            written.pop()
        if None in written:
            raise UntranscribableError("an axis in the middle cannot be left out")
        found = [one for one in written if one is not None]
        if not found:
            return None
        return found[0] if len(found) == 1 else syntax.Product(("",) * len(found), tuple(found))


def _symbol(at: Transcriber, expr: Symbol) -> Node:
    if expr in at.letters:
        text = at.letters[expr]
        if text is None:
            raise UntranscribableError("an axis as a number")
        return name(text)
    entry = at.keys.get(expr.name)
    if entry is None and expr.name in at.determinants:
        return syntax.Product(("", ""), (name(r"\det"), at.determinants[expr.name]))
    if entry is None:
        raise UntranscribableError(expr.name)
    return KeyName(entry.key)


def _indexed(at: Transcriber, expr: Indexed) -> Node:
    entry = at.keys.get(head_name(expr))
    if entry is None and head_name(expr) in at.inverses and len(expr.indices) == 2:
        return _inverse(at, expr)
    if entry is None:
        raise UntranscribableError(str(expr))
    if entry.raised:
        first, rest = at.letter(expr.indices[0]), at.subscript(expr.indices[1:])
        if first is None:
            raise UntranscribableError(str(expr))
        base = KeyName(entry.key.removesuffix(RAISED))
        return syntax.Script(base, rest, syntax.Group("(", (first,)))
    sub = at.subscript(expr.indices)
    return KeyName(entry.key) if sub is None else syntax.Script(KeyName(entry.key), sub)


def _inverse(at: Transcriber, expr: Indexed) -> Node:
    """An entry of an inverse, or the inverse itself, or its transpose where the axes are turned."""
    written = at.inverses[head_name(expr)]
    if tuple(expr.indices) == at.unwritten:
        return written
    if tuple(expr.indices) == at.unwritten[::-1]:
        return syntax.Script(syntax.Group("(", (written,)), None, name(r"\top"))
    return syntax.Script(syntax.Group("(", (written,)), at.subscript(expr.indices))


def _rational(at: Transcriber, expr: sympy.Rational) -> Node:
    if expr.q == 1:
        return number(int(expr.p))
    made = syntax.Fraction(number(abs(int(expr.p))), number(int(expr.q)))
    return made if expr.p > 0 else negative(made)


def _add(at: Transcriber, expr: Expr) -> Node:
    ordered = sorted(expr.args, key=lambda term: term.could_extract_minus_sign())
    found: Node | None = None
    for term in ordered:
        minus = term.could_extract_minus_sign()
        node = at.node(-term if minus else term)
        found = (negative(node) if minus else node) if found is None else plus(found, node, "-+"[not minus])
    assert found is not None
    return found


def _mul(at: Transcriber, expr: Expr) -> Node:
    if expr.could_extract_minus_sign():
        return negative(at.node(-expr))
    if len(at.unwritten) == 2:
        return _matrix(at, expr)
    above, below = expr.as_numer_denom() if expr.is_commutative else (expr, sympy.Integer(1))
    if below != 1:
        outside = [f for f in sympy.Mul.make_args(above) if isinstance(f, sympy.Sum)]
        inside = sympy.Mul(*(f for f in sympy.Mul.make_args(above) if not isinstance(f, sympy.Sum)))
        return times(syntax.Fraction(at.node(inside), at.node(below)), *map(at.node, outside))
    return times(*(at.node(factor) for factor in sorted(expr.args, key=_rank)))


def _matrix(at: Transcriber, expr: Expr) -> Node:
    r"""A product over two unwritten axes: `c u v^\top`, `c \operatorname{diag}(u)`, `c A`."""
    row, column = at.unwritten
    parts: dict[str, list[Expr]] = {"": [], "r": [], "c": [], "rc": []}
    for factor in expr.args:
        used = free_symbols(factor)
        parts["r" * (row in used) + "c" * (column in used)].append(factor)
    front = [at.node(factor) for factor in sorted(parts[""], key=_rank)]
    vectors = [*parts["r"], *parts["c"]]
    if any(not isinstance(one, Indexed | KroneckerDelta) for one in (*vectors, *parts["rc"])):
        raise UntranscribableError(str(expr))
    if not parts["rc"] and len(parts["r"]) == len(parts["c"]) == 1:
        turned = syntax.Script(at.node(parts["c"][0]), None, name(r"\top"))
        return times(*front, at.node(parts["r"][0]), turned)
    if len(parts["rc"]) == 1 and not vectors:
        return times(*front, at.node(parts["rc"][0]))
    if len(parts["rc"]) == 1 and len(vectors) == 1 and isinstance(parts["rc"][0], KroneckerDelta):
        diagonal = syntax.Group("(", (at.node(vectors[0]),))
        return times(*front, syntax.Product(("", ""), (name("diag"), diagonal)))
    raise UntranscribableError(str(expr))


def _rank(factor: Expr) -> tuple[int, str]:
    """Numbers, then scalars, then entries, then brackets, then sums over an index."""
    kinds = (sympy.Number, Symbol, sympy.Pow, Indexed, KroneckerDelta)
    place = next((k for k, kind in enumerate(kinds) if isinstance(factor, kind)), len(kinds))
    return place + 2 * isinstance(factor, sympy.Sum), str(factor)


def _pow(at: Transcriber, expr: Expr) -> Node:
    base, exponent = expr.args
    if exponent == sympy.Rational(1, 2):
        return syntax.Root(at.node(base))
    if exponent.is_Rational and exponent.is_negative:
        return syntax.Fraction(number(1), at.node(base ** (-exponent)))
    return _raised(at.node(base), at.node(exponent))


def _raised(base: Node, sup: Node) -> Node:
    plain = isinstance(base, syntax.Name) or (isinstance(base, syntax.Script) and base.sup is None)
    if plain and isinstance(base, syntax.Script):
        return syntax.Script(base.base, base.sub, sup)
    return syntax.Script(base if plain else syntax.Group("(", (base,)), None, sup)


def _exp(at: Transcriber, expr: Expr) -> Node:
    inner = at.node(expr.args[0])
    if "e" in at.scope.entries:
        return syntax.Product(("", ""), (name(r"\exp"), syntax.Group("(", (inner,))))
    return syntax.Script(name("e"), None, inner)


def _function(command: str) -> Callable[[Transcriber, Any], Node]:
    def write(at: Transcriber, expr: Any) -> Node:
        return syntax.Product(("", ""), (name(command), syntax.Group("(", (at.node(expr.args[0]),))))

    return write


def _delta(at: Transcriber, expr: KroneckerDelta) -> Node:
    sides = [at.letter(one) for one in expr.args]
    if sides == [None, None] and "I" not in at.scope.entries:
        return name("I")
    if None in sides:
        raise UntranscribableError("a delta of whole axes")
    if r"\delta" in at.scope.entries:
        equal = syntax.Chain(tuple(sides), ("=",))
        return syntax.Product(("", ""), (name(r"\mathbb{1}"), syntax.Group("[", (equal,))))
    both = tuple(one for one in sides if one is not None)
    return syntax.Script(name(r"\delta"), syntax.Product(("", ""), both))


def _sum(at: Transcriber, expr: sympy.Sum) -> Node:
    body = expr.function
    heads: list[Node] = []
    kept = dict(at.letters)
    for bound, low, high in reversed(expr.limits):
        letter = _free_letter(at, bound, body)
        chain = syntax.Chain((name(letter), at.node(low)), ("=",))
        heads.append(syntax.Script(name(r"\sum"), chain, at.node(high)))
        fresh = sympy.Symbol(f"bound_{letter}", integer=True)
        body = substitute(body, {bound: fresh})
        at.letters[fresh] = letter
    inner = at.node(body)
    at.letters = kept
    return times(*heads, inner)


def _free_letter(at: Transcriber, bound: Symbol, body: Expr) -> str:
    """A letter for a bound index that is no other's."""
    taken = {letter for letter in at.letters.values() if letter} | set(at.scope.entries)
    taken |= {one.name for one in body.free_symbols if one != bound}
    letters = (bound.name, *BOUND_LETTERS) if len(bound.name) == 1 else BOUND_LETTERS
    found = next((letter for letter in letters if letter not in taken), None)
    if found is None:
        raise UntranscribableError("no letter is left for a sum")
    return found


def _partial(at: Transcriber, expr: Partial) -> Node:
    mark = name(r"\partial")
    by = times(mark, at.node(expr.by))
    if isinstance(expr.body, Symbol | Indexed):
        return syntax.Fraction(times(mark, at.node(expr.body)), by)
    return times(syntax.Fraction(mark, by), syntax.Group("(", (bracketed(at.node(expr.body)),)))


WRITERS: tuple[tuple[type, Callable[[Transcriber, Any], Node]], ...] = (
    (sympy.Rational, _rational),
    (Partial, _partial),
    (Indexed, _indexed),
    (KroneckerDelta, _delta),
    (Symbol, _symbol),
    (sympy.Add, _add),
    (sympy.Mul, _mul),
    (sympy.exp, _exp),
    (sympy.Pow, _pow),
    (sympy.Sum, _sum),
    (sympy.Abs, lambda at, expr: syntax.Group("|", (at.node(expr.args[0]),))),
    (sympy.log, _function(r"\log")),
    (sympy.tanh, _function(r"\tanh")),
    (sympy.sinh, _function(r"\sinh")),
    (sympy.cosh, _function(r"\cosh")),
    (sympy.sin, _function(r"\sin")),
    (sympy.cos, _function(r"\cos")),
    (sympy.tan, _function(r"\tan")),
)
