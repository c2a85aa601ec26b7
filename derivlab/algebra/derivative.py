"""The partial derivative of a polynomial by an entry: one rule for each kind of atom.

These few rules are the trusted ones: `derivlab.calculus` has its own table for people, and each of
its steps is checked against these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flint import fmpq

from derivlab.algebra import elementary, indicators, powers, signs, sums
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
    parts_of,
)
from derivlab.algebra.normal import delta
from derivlab.algebra.ring import Ring
from derivlab.errors import OutsideClassError


@dataclass(frozen=True)
class Kink:
    """A place where a derivative need not exist: argument = 0.

    `jump` is known where this is the only step near there: the derivative exists only where
    jump·1[argument = 0] is 0. Jumps of several steps can cancel, and under a sum that is not seen.
    """

    argument: Polynomial
    jump: Polynomial | None

    def __hash__(self) -> int:
        return id(self)


@dataclass
class Differentiation:
    """∂/∂ name[indices].

    `kinks` collects where the derivative may not exist, unless `quiet`; `inside` says that a sum is
    around.
    """

    ring: Ring
    name: str
    indices: tuple[Index, ...]
    kinks: list[Kink] = field(default_factory=list)
    quiet: bool = False
    inside: bool = False
    memo: dict[Atom, Polynomial] = field(default_factory=dict)

    def __call__(self, polynomial: Polynomial) -> Polynomial:
        """Linearity."""
        result: Polynomial = {}
        self._record_kinks(polynomial)
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

    def _record_kinks(self, polynomial: Polynomial) -> None:
        """Every step whose argument moves: there the derivative need not exist."""
        if self.quiet:
            return
        scratch = Differentiation(self.ring, self.name, self.indices, quiet=True)
        atoms = sorted({a for monomial in polynomial for a, _ in monomial if a.kind in (STEP, ISZERO)})
        alone = not self.inside and _steps_in(polynomial) == set(atoms)
        moving = {step: slope for step in atoms if (slope := scratch(from_key(step.args[0])))}
        for step, slope in moving.items():
            argument = from_key(step.args[0])
            jump = self._jump(polynomial, step, slope) if alone else None
            others = [from_key(other.args[0]) for other in moving if other is not step]
            if jump is not None and self._apart(argument, others):
                self.kinks.append(Kink(argument, jump))
            else:
                self.kinks += [_where(self.ring, argument, monomial) for monomial in slope]

    def _jump(self, polynomial: Polynomial, step: Atom, slope: Polynomial) -> Polynomial | None:
        """f = A + C·1[T > 0] jumps by C where T crosses 0, or by C' in its slope where C vanishes there."""
        if step.kind != STEP:
            return None
        factor = {
            tuple(item for item in monomial if item[0] is not step): value
            for monomial, value in polynomial.items()
            if any(atom is step for atom, _ in monomial)
        }
        if self.ring.mul(factor, indicators.is_zero(self.ring, from_key(step.args[0]))):
            return self.ring.mul(factor, slope)
        return Differentiation(self.ring, self.name, self.indices, quiet=True)(factor)

    def _apart(self, argument: Polynomial, others: list[Polynomial]) -> bool:
        """Whether no other step can be at its kink at the same point: then jumps cannot cancel."""
        differences = [self.ring.sub(argument, other) for other in others]
        sums = [self.ring.add(argument, other) for other in others]
        return all(
            any(d and signs.nonzero(self.ring, d) for d in pair)
            for pair in zip(differences, sums, strict=True)
        )


def _steps_in(polynomial: Polynomial) -> set[Atom]:
    """Every step that occurs in a polynomial, inside sums and functions as well."""
    found: set[Atom] = set()
    pending = [atom for monomial in polynomial for atom, _ in monomial]
    while pending:
        atom = pending.pop()
        if atom.kind == STEP:
            found.add(atom)
        pending += [inner for part in parts_of(atom.kind, atom.args) for inner, _ in part]
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
    image = Differentiation(by.ring, by.name, by.indices, by.kinks, by.quiet, inside=True)(body)
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
    """A step is constant away from its kink; `Differentiation` records where that matters."""
    return {}


def _where(ring: Ring, argument: Polynomial, slope: Monomial) -> Kink:
    """A kink at the indices at which it matters: deltas in the slope name them."""
    from derivlab.algebra.transform import rename

    names: dict[str, Index] = {}
    for atom, _ in slope:
        if atom.kind == DELTA:
            bound = [a for a in atom.args if isinstance(a, str) and a.startswith("~")]
            if bound:
                names[bound[0]] = next(a for a in atom.args if a != bound[0])
    return Kink(rename(ring, argument, names), None)


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
