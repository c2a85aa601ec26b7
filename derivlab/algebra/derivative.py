"""The partial derivative of a polynomial by an entry: one rule for each kind of atom.

These few rules are the trusted ones: `derivlab.calculus` has its own table for people, and each of
its steps is checked against these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flint import fmpq

from derivlab.algebra import elementary, powers, sums
from derivlab.algebra.atoms import (
    BASE,
    DELTA,
    ENTRY,
    EXP,
    FUNCTION,
    ISZERO,
    LOG,
    ONE,
    POWER,
    RADICAL,
    STEP,
    SUM,
    Atom,
    Exponent,
    Index,
    Monomial,
    Polynomial,
    accumulate,
    exact,
    from_key,
)
from derivlab.algebra.normal import delta
from derivlab.algebra.ring import Ring
from derivlab.errors import OutsideClassError


@dataclass(frozen=True)
class Kink:
    """The argument of a step that must not be 0 where its slope is not.

    `certain` says that the slope is a number, so that no derivative exists where the argument is 0.
    """

    argument: Polynomial
    certain: bool
    slope: Polynomial

    def __hash__(self) -> int:
        return id(self)


@dataclass
class Differentiation:
    """∂/∂ name[indices]; `kinks` collects the arguments of steps that must not be zero."""

    ring: Ring
    name: str
    indices: tuple[Index, ...]
    kinks: list[Kink] = field(default_factory=list)
    memo: dict[Atom, Polynomial] = field(default_factory=dict)

    def __call__(self, polynomial: Polynomial) -> Polynomial:
        """Linearity."""
        result: Polynomial = {}
        for monomial, value in polynomial.items():
            accumulate(result, self.monomial(monomial), value)
        return result

    def monomial(self, monomial: Monomial) -> Polynomial:
        """The product rule with the power rule: Σ e·a'/a · m over the factors a^e."""
        result: Polynomial = {}
        for position, (atom, exponent) in enumerate(monomial):
            inner = self.atom(atom)
            if not inner:
                continue
            rest = monomial[:position] + monomial[position + 1 :]
            lowered: Monomial = ((atom, exact(exponent - 1)),) if exponent != 1 else ONE
            outer = self.ring.mul({ONE: fmpq(1)}, {tuple(sorted(rest + lowered, key=_by_id)): fmpq(1)})
            accumulate(result, self.ring.mul(outer, inner), _rational(exponent))
        return result

    def atom(self, atom: Atom) -> Polynomial:
        """The derivative of one atom."""
        found = self.memo.get(atom)
        if found is None:
            rule = _RULES.get(atom.kind)
            found = self.memo[atom] = rule(self, atom) if rule else {}
        return found


def _by_id(item: tuple[Atom, Exponent]) -> int:
    return item[0].id


def _rational(exponent: Exponent) -> fmpq:
    return fmpq(exponent) if isinstance(exponent, int) else fmpq(exponent.numerator, exponent.denominator)


def _alone(by: Differentiation, atom: Atom, exponent: Exponent = 1) -> Polynomial:
    return by.ring.of(atom, exponent)


def _entry(by: Differentiation, atom: Atom) -> Polynomial:
    """∂x[a, b]/∂x[i, j] = δ(a, i)·δ(b, j)."""
    if atom.args[0] != by.name:
        return {}
    if by.ring.signs.get(by.name) in ("binary", "sign"):
        raise OutsideClassError(f"a derivative by {by.name} after its two values were used")
    if len(atom.args[1]) != len(by.indices):
        raise OutsideClassError(f"a derivative by {by.name} with another number of indices")
    pairs = zip(atom.args[1], by.indices, strict=True)
    return by.ring.product(delta(by.ring, index, wanted) for index, wanted in pairs)


def _sum(by: Differentiation, atom: Atom) -> Polynomial:
    """The derivative enters a finite sum."""
    from derivlab.algebra.transform import open_sum

    bounds, body = open_sum(by.ring, atom)
    image = Differentiation(by.ring, by.name, by.indices, by.kinks)(body)
    for name, over in bounds:
        image = sums.total(by.ring, name, over, image)
    return image


def _exponential(by: Differentiation, atom: Atom) -> Polynomial:
    """(exp m)' = exp m · m'."""
    inner = by.monomial(atom.args[0])
    return by.ring.mul(_alone(by, atom), inner) if inner else {}


def _logarithm(by: Differentiation, atom: Atom) -> Polynomial:
    """(log P)' = P'/P."""
    inside = from_key(atom.args[0])
    inner = by(inside)
    return by.ring.mul(powers.power(by.ring, inside, -1), inner) if inner else {}


def _base(by: Differentiation, atom: Atom) -> Polynomial:
    """P' for the atom that stands for P itself."""
    return by(from_key(atom.args[0]))


def _step(by: Differentiation, atom: Atom) -> Polynomial:
    """A step is constant away from its kink."""
    inside = from_key(atom.args[0])
    slope = by(inside)
    for monomial, value in slope.items():
        by.kinks.append(_where(by.ring, inside, monomial, slope if len(slope) > 1 else {monomial: value}))
    return {}


def _where(ring: Ring, inside: Polynomial, monomial: Monomial, slope: Polynomial) -> Kink:
    """The kink at the indices at which it matters: a delta in the slope names them.

    It is certain to matter only where the slope is a number; elsewhere the slope may vanish there.
    """
    from derivlab.algebra.transform import rename

    names: dict[str, Index] = {}
    for atom, _ in monomial:
        if atom.kind == DELTA:
            bound = [a for a in atom.args if isinstance(a, str) and a.startswith("~")]
            if bound:
                names[bound[0]] = next(a for a in atom.args if a != bound[0])
    certain = all(atom.kind == DELTA for atom, _ in monomial)
    return Kink(rename(ring, inside, names), certain, rename(ring, slope, names))


def _power(by: Differentiation, atom: Atom) -> Polynomial:
    """(P^n)' = n·P^(n−1)·P' for a symbolic integer n that does not vary."""
    base, exponent = from_key(atom.args[0]), {atom.args[1]: fmpq(1)}
    if by(exponent):
        raise OutsideClassError("a derivative by an integer exponent")
    inner = by(base)
    if not inner:
        return {}
    outer = by.ring.mul(exponent, by.ring.mul(_alone(by, atom), powers.power(by.ring, base, -1)))
    return by.ring.mul(outer, inner)


def _function(by: Differentiation, atom: Atom) -> Polynomial:
    """The chain rule with the table of opaque functions."""
    name, keys = atom.args
    arguments = [from_key(key) for key in keys]
    inner = [by(argument) for argument in arguments]
    if not any(inner):
        return {}
    rule = OPAQUE.get(name)
    if rule is None or len(arguments) != 1:
        raise OutsideClassError(f"the derivative of {name} is not in the table")
    return by.ring.mul(rule(by.ring, arguments[0]), inner[0])


def _over_root(ring: Ring, inside: Polynomial, sign: int = 1) -> Polynomial:
    return ring.scale(powers.power(ring, inside, exact_half(-1)), sign)


def exact_half(sign: int) -> Exponent:
    """±1/2 as an exponent."""
    from fractions import Fraction

    return Fraction(sign, 2)


def _erf(ring: Ring, u: Polynomial) -> Polynomial:
    """erf'(u) = 2/√π · exp(−u²)."""
    from derivlab.algebra.atoms import CONSTANT

    root_pi = powers.power(ring, ring.of(ring.atom(CONSTANT, "pi")), exact_half(-1))
    bell = elementary.exponential(ring, ring.scale(ring.mul(u, u), -1))
    return ring.scale(ring.mul(root_pi, bell), 2)


def _square(ring: Ring, u: Polynomial, constant: int, factor: int) -> Polynomial:
    return ring.add(ring.constant(constant), ring.scale(ring.mul(u, u), factor))


# d f(u)/du for the functions that stay opaque.
OPAQUE: dict[str, Callable[[Ring, Polynomial], Polynomial]] = {
    "erf": _erf,
    "asin": lambda ring, u: _over_root(ring, _square(ring, u, 1, -1)),
    "acos": lambda ring, u: _over_root(ring, _square(ring, u, 1, -1), -1),
    "atan": lambda ring, u: powers.power(ring, _square(ring, u, 1, 1), -1),
    "asinh": lambda ring, u: _over_root(ring, _square(ring, u, 1, 1)),
    "acosh": lambda ring, u: _over_root(ring, _square(ring, u, -1, 1)),
    "atanh": lambda ring, u: powers.power(ring, _square(ring, u, 1, -1), -1),
    "loggamma": lambda ring, u: elementary.function(ring, "digamma", [u]),
    "digamma": lambda ring, u: elementary.function(ring, "trigamma", [u]),
    "gamma": lambda ring, u: ring.mul(
        elementary.function(ring, "gamma", [u]), elementary.function(ring, "digamma", [u])
    ),
}

_RULES: dict[str, Callable[[Differentiation, Atom], Polynomial]] = {
    ENTRY: _entry,
    SUM: _sum,
    EXP: _exponential,
    LOG: _logarithm,
    BASE: _base,
    STEP: _step,
    ISZERO: _step,
    FUNCTION: _function,
    POWER: _power,
    RADICAL: lambda by, atom: {},
}
