"""Polynomials of a ring → SymPy, in a form that a person would write.

Sums over one size with the same factor before them are joined, contents and factors are taken out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import sympy
from flint import fmpq
from sympy import Expr, Symbol

from derivlab.algebra import signs
from derivlab.algebra.atoms import (
    BASE,
    CONSTANT,
    DELTA,
    ENTRY,
    EXP,
    FUNCTION,
    ISZERO,
    LOG,
    ONE,
    POWER,
    RADICAL,
    SIZE,
    STEP,
    SUM,
    VALUE,
    Atom,
    Exponent,
    Index,
    Monomial,
    Polynomial,
    PolynomialKey,
    free_of,
    from_key,
)
from derivlab.algebra.factor import content, factor
from derivlab.algebra.ring import Ring
from derivlab.algebra.transform import open_sum, rename
from derivlab.errors import OutsideClassError
from derivlab.symbols import Context, bind, dimension, index

BOUND_NAMES = ("k", "l", "m", "n", "p", "q", "r", "s", "t")


@dataclass
class Writer:
    """Writes polynomials of `ring`; `names` maps bound index names to the symbols chosen for them."""

    ring: Ring
    context: Context
    names: dict[str, Symbol] = field(default_factory=dict)

    def write(self, polynomial: Polynomial) -> Expr:
        """The polynomial as a SymPy expression, joined and factored."""
        if any(atom.complex for monomial in polynomial for atom, _ in monomial):
            raise OutsideClassError("a complex form is not for people")
        groups, rest = self._grouped(polynomial)
        terms = [self._joined(key, bodies) for key, bodies in groups.items()]
        return sympy.Add(min(self._factored(rest), self._sum_of_terms(rest), key=length), *terms)

    @property
    def _joined_name(self) -> str:
        """A bound name of this depth: a joined sum inside another must not take the outer one's."""
        return f"~joined{len(self.names)}"

    # -- joining sums --------------------------------------------------------------------------
    def _grouped(
        self, polynomial: Polynomial
    ) -> tuple[dict[tuple[object, Monomial], Polynomial], Polynomial]:
        """Terms c·m·Σₖ f collected by (size of k, m), and the other terms."""
        groups: dict[tuple[object, Monomial], Polynomial] = {}
        rest: Polynomial = {}
        for monomial, value in polynomial.items():
            inner = [atom for atom, e in monomial if atom.kind == SUM and e == 1 and len(atom.args[0]) == 1]
            if len(inner) != 1:
                rest[monomial] = value
                continue
            atom = inner[0]
            outer = tuple(item for item in monomial if item[0] is not atom)
            body = rename(self.ring, {atom.args[2]: value}, {atom.args[1][0]: self._joined_name})
            present = groups.setdefault((atom.args[0][0], outer), {})
            groups[(atom.args[0][0], outer)] = self.ring.add(present, body)
        return groups, rest

    def _joined(self, key: tuple[object, Monomial], body: Polynomial) -> Expr:
        size, outer = key
        scale = _common_factor(body)
        body = self.ring.scale(body, 1 / scale)
        bound = self._choose(body, outer)
        inner = Writer(self.ring, self.context, {**self.names, self._joined_name: bound})
        total = bind(sympy.Sum, inner.write(body), (bound, 1, _size(size)))
        return _number(scale) * self.monomial(outer) * total

    def _choose(self, body: Polynomial, outer: Monomial) -> Symbol:
        """A bound name that is not in use around it."""
        used = {symbol.name for symbol in self.names.values()} | set(self.context_names())
        for monomial in (*body, outer):
            used |= free_of(monomial) | {self.names[n].name for n in free_of(monomial) if n in self.names}
        for name in BOUND_NAMES:
            if name not in used:
                return index(name)
        return index(f"k_{len(used)}")

    def context_names(self) -> set[str]:
        """Names that a bound index must not take."""
        variables = {variable.name for variable in self.context.variables}
        return variables | {definition.name for definition in self.context.definitions}

    # -- products ------------------------------------------------------------------------------
    def _factored(self, polynomial: Polynomial) -> Expr:
        """Content out, then irreducible factors."""
        if not polynomial:
            return sympy.Integer(0)
        common = content(polynomial)
        inverse: Monomial = tuple((atom, -e) for atom, e in common)
        primitive = self.ring.mul({inverse: fmpq(1)}, polynomial)
        if not primitive:
            return sympy.Integer(0)
        scale = _common_factor(primitive)
        primitive = {m: v / scale for m, v in primitive.items()}
        parts = factor(primitive) if len(primitive) > 1 else [(primitive, 1)]
        if len(primitive) > 1 and len(parts) == 1 and scale < 0 and not common:
            scale, parts = -scale, [({m: -v for m, v in primitive.items()}, 1)]
        product = [self._sum_of_terms(part) ** power for part, power in parts]
        return sympy.Mul(_number(scale), self.monomial(common), *product)

    def _sum_of_terms(self, polynomial: Polynomial) -> Expr:
        return sympy.Add(
            *(_number(value) * self.monomial(monomial) for monomial, value in polynomial.items())
        )

    def monomial(self, monomial: Monomial) -> Expr:
        """A product of atoms; exponentials are joined into one."""
        exponent = [_rational(e) * self.monomial(atom.args[0]) for atom, e in monomial if atom.kind == EXP]
        others = [self.atom(atom) ** _rational(e) for atom, e in monomial if atom.kind != EXP]
        return sympy.Mul(*others, sympy.exp(sympy.Add(*exponent)) if exponent else sympy.Integer(1))

    def atom(self, atom: Atom) -> Expr:
        """One atom."""
        return _WRITE[atom.kind](self, atom)

    def key(self, key: PolynomialKey) -> Expr:
        """A polynomial given by its key."""
        return self.write(from_key(key))

    def index(self, term: Index) -> Expr:
        """An index term."""
        if isinstance(term, str):
            return self.names.get(term, index(term))
        if isinstance(term, Atom):
            return self.atom(term)
        return sympy.Integer(term) if isinstance(term, int) else _size(term[1])


def _sum(writer: Writer, atom: Atom) -> Expr:
    bounds, body = open_sum(writer.ring, atom)
    names = dict(writer.names)
    limits = []
    for name, size in bounds:
        chosen = Writer(writer.ring, writer.context, names)._choose(body, ONE)
        names[name] = chosen
        limits.append((chosen, 1, _size(size)))
    total = Writer(writer.ring, writer.context, names).write(body)
    for limit in limits:
        total = bind(sympy.Sum, total, limit)
    return total


def _entry(writer: Writer, atom: Atom) -> Expr:
    name, indices = atom.args
    entry = writer.context.lookup(name)
    if not indices:
        return entry.node if entry is not None else Symbol(name, real=True)
    base = entry.node if entry is not None else sympy.IndexedBase(name, real=True)
    return base[tuple(writer.index(term) for term in indices)]


def _log(writer: Writer, atom: Atom) -> Expr:
    """log |a|, without the bars where a is positive."""
    inside = from_key(atom.args[0])
    written = writer.write(inside)
    if signs.sign(writer.ring, inside) == signs.POSITIVE:
        return sympy.log(written)
    minus = writer.ring.scale(inside, -1)
    if signs.sign(writer.ring, minus) == signs.POSITIVE:
        return sympy.log(writer.write(minus))
    return sympy.log(sympy.Abs(written))


def _step(writer: Writer, atom: Atom) -> Expr:
    holds = sympy.Gt(writer.key(atom.args[0]), 0)
    return sympy.Piecewise((1, holds), (0, True))


def _is_zero(writer: Writer, atom: Atom) -> Expr:
    return sympy.Piecewise((1, sympy.Eq(writer.key(atom.args[0]), 0)), (0, True))


_FUNCTIONS = {
    "digamma": lambda x: sympy.polygamma(0, x),
    "trigamma": lambda x: sympy.polygamma(1, x),
}
_WRITE: dict[str, Callable[[Writer, Atom], Expr]] = {
    ENTRY: _entry,
    SUM: _sum,
    STEP: _step,
    ISZERO: _is_zero,
    SIZE: lambda writer, atom: dimension(atom.args[0]),
    CONSTANT: lambda writer, atom: getattr(sympy, atom.args[0]),
    RADICAL: lambda writer, atom: sympy.Integer(atom.args[0]),
    DELTA: lambda writer, atom: sympy.KroneckerDelta(*(writer.index(term) for term in atom.args)),
    VALUE: lambda writer, atom: writer.index(atom.args[0]),
    EXP: lambda writer, atom: sympy.exp(writer.monomial(atom.args[0])),
    LOG: _log,
    BASE: lambda writer, atom: writer.key(atom.args[0]),
    POWER: lambda writer, atom: writer.key(atom.args[0]) ** writer.monomial(atom.args[1]),
    FUNCTION: lambda writer, atom: _head(atom.args[0])(*(writer.key(key) for key in atom.args[1])),
}


def _head(name: str) -> Callable[..., Expr]:
    """The SymPy function of an opaque function's name."""
    head: Callable[..., Expr] = _FUNCTIONS[name] if name in _FUNCTIONS else getattr(sympy, name)
    return head


def _size(size: object) -> Expr:
    return sympy.Integer(size) if isinstance(size, int) else dimension(str(size))


def _number(value: fmpq) -> sympy.Rational:
    return sympy.Rational(int(value.p), int(value.q))


def _rational(exponent: Exponent) -> sympy.Rational:
    fraction = Fraction(exponent)
    return sympy.Rational(fraction.numerator, fraction.denominator)


def _common_factor(polynomial: Polynomial) -> fmpq:
    """The rational content, negative if every coefficient is."""
    values = list(polynomial.values())
    result = values[0]
    for value in values[1:]:
        result = fmpq(_gcd(int(result.p * value.q), int(value.p * result.q)), int(result.q * value.q))
    result = abs(result)
    return -result if all(value < 0 for value in values) else result


def _gcd(first: int, second: int) -> int:
    while second:
        first, second = second, first % second
    return abs(first)


def length(expr: Expr) -> int:
    """How many nodes there are to read."""
    return 1 + sum(length(arg) for arg in expr.args)


def to_sympy(ring: Ring, polynomial: Polynomial, context: Context) -> Expr:
    """The polynomial as a SymPy expression in the context's own symbols."""
    return Writer(ring, context).write(polynomial)
