"""Rational powers of polynomials: content, denominators, and BASE atoms for what is irreducible."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpz

from derivlab.algebra import indicators
from derivlab.algebra.atoms import (
    BASE,
    IDEMPOTENT,
    ONE,
    POWER,
    RADICAL,
    SIZE,
    VALUE,
    Atom,
    Exponent,
    Monomial,
    Polynomial,
    accumulate,
    exact,
    key_of,
    leading,
    merge,
    monomial_of,
)
from derivlab.algebra.factor import content as common_monomial
from derivlab.algebra.factor import factor
from derivlab.algebra.ring import Ring
from derivlab.algebra.signs import NONNEGATIVE, POSITIVE, UNKNOWN, atom_sign, sign
from derivlab.errors import OutsideClassError

MAX_NATURAL = 64
MAX_RADICAND = 10**12


def power(ring: Ring, polynomial: Polynomial, exponent: Exponent) -> Polynomial:
    """polynomial ** exponent, for a rational exponent, where that is defined."""
    exponent = exact(exponent)
    if exponent == 0:
        return ring.constant(1)
    if not polynomial:
        if exponent < 0:
            raise OutsideClassError("division by zero")
        return {}
    if exponent == 1:
        return polynomial
    if len(polynomial) == 1:
        ((monomial, value),) = polynomial.items()
        if isinstance(exponent, int) and not _indicator_in(ring, monomial):
            return _integer_monomial_power(ring, monomial, value, exponent)
    if isinstance(exponent, int) and exponent > 0:
        if exponent > MAX_NATURAL:
            raise OutsideClassError(f"the power {exponent} of a sum is too large to expand")
        return ring.natural_power(polynomial, exponent)

    def whole(part: Polynomial) -> Polynomial:
        return power(ring, part, exponent)

    split = indicators.split(ring, polynomial, whole)
    return _split_power(ring, polynomial, exponent) if split is None else split


def _indicator_in(ring: Ring, monomial: Monomial) -> bool:
    return any(atom.kind in IDEMPOTENT for atom, _ in monomial)


def _integer_monomial_power(ring: Ring, monomial: Monomial, value: fmpq, exponent: int) -> Polynomial:
    raised: Monomial = tuple((atom, exact(e * exponent)) for atom, e in monomial)
    return ring.scale(ring.mul({ONE: fmpq(1)}, {raised: fmpq(1)}), _rational_power(value, exponent))


def _rational_power(value: fmpq, exponent: int) -> fmpq:
    size = max(int(abs(value.p)).bit_length(), int(value.q).bit_length())
    if size * abs(exponent) > 100_000:
        raise OutsideClassError("a power of a number is too large to write out")
    return value**exponent


def _split_power(ring: Ring, polynomial: Polynomial, exponent: Exponent) -> Polynomial:
    """(c·m·N/D)^e = c^e·m^e·N^e·D^(−e), N primitive; for fractional e only with positive c, m, D."""
    numerator, denominator = clear(ring, polynomial)
    fractional = not isinstance(exponent, int)
    if fractional and any(atom_sign(ring, atom) == UNKNOWN for atom, _ in denominator):
        numerator, denominator = polynomial, ONE
    result = _plain(ring, tuple((atom, exact(-e * exponent)) for atom, e in denominator))
    if len(numerator) == 1:
        ((monomial, value),) = numerator.items()
        return ring.mul(result, _monomial_power(ring, monomial, value, exponent))
    common = content(ring, numerator, positive_only=fractional)
    inverse: Monomial = tuple((atom, -e) for atom, e in common)
    primitive = ring.mul({inverse: fmpq(1)}, numerator)
    if len(primitive) == 1:
        return ring.mul(
            ring.mul(result, _plain(ring, _scaled_monomial(common, exponent))),
            power(ring, primitive, exponent),
        )
    result = ring.mul(result, _plain(ring, _scaled_monomial(common, exponent)))
    return ring.mul(result, _primitive_power(ring, primitive, exponent))


def _scaled_monomial(monomial: Monomial, exponent: Exponent) -> Monomial:
    return tuple((atom, exact(e * exponent)) for atom, e in monomial)


def _plain(ring: Ring, monomial: Monomial) -> Polynomial:
    return ring.mul({ONE: fmpq(1)}, {monomial: fmpq(1)})


def _primitive_power(ring: Ring, primitive: Polynomial, exponent: Exponent) -> Polynomial:
    """(Π b^m)^e; for a fractional e: nonnegative factors leave, b^(2k) leaves as |b|, the rest stays."""
    factors = factor(primitive)
    if len(factors) == 1 and factors[0][1] == 1:
        return _base(ring, primitive, exponent)
    result, rest = ring.constant(1), ring.constant(1)
    for part, multiplicity in factors:
        raised = exact(exponent * multiplicity)
        if isinstance(exponent, int) or sign(ring, part) >= NONNEGATIVE:
            result = ring.mul(result, _base(ring, part, raised))
        elif multiplicity % 2 == 0:
            result = ring.mul(result, power(ring, indicators.absolute(ring, part), raised))
        else:
            rest = ring.mul(rest, ring.natural_power(part, multiplicity))
    return result if rest == ring.constant(1) else ring.mul(result, _base(ring, rest, exponent))


def _base(ring: Ring, polynomial: Polynomial, exponent: Exponent) -> Polynomial:
    """The power of a primitive polynomial as a BASE atom, its sign and leading coefficient fixed."""
    if len(polynomial) == 1:
        ((monomial, value),) = polynomial.items()
        return _monomial_power(ring, monomial, value, exponent)
    _, coefficient = leading(polynomial)
    scale = abs(coefficient)
    if isinstance(exponent, int):
        flip = coefficient < 0
        if sign(ring, polynomial) == POSITIVE:
            flip = False
        elif sign(ring, ring.scale(polynomial, -1)) == POSITIVE:
            flip = True
        scale = -scale if flip else scale
    primitive = ring.scale(polynomial, 1 / scale)
    atom = ring.atom(BASE, key_of(primitive))
    return ring.mul(number_power(ring, scale, exponent), ring.of(atom, exponent))


def clear(ring: Ring, polynomial: Polynomial) -> tuple[Polynomial, Monomial]:
    """(N, D) with polynomial = N/D, D a product of BASE atoms and N without their negative powers."""
    cleared: dict[Atom, Exponent] = {}
    for _ in range(64):
        lowest: dict[Atom, Exponent] = {}
        for monomial in polynomial:
            for atom, exponent in monomial:
                if atom.kind == BASE and exponent < 0:
                    lowest[atom] = min(lowest.get(atom, 0), exponent)
        if not lowest:
            return polynomial, monomial_of(cleared)
        atom = min(lowest)
        factor: Monomial = ((atom, -lowest[atom]),)
        polynomial = _times_base(ring, polynomial, factor)
        cleared[atom] = exact(cleared.get(atom, 0) - lowest[atom])
    raise OutsideClassError("denominators do not clear")


def _times_base(ring: Ring, polynomial: Polynomial, factor: Monomial) -> Polynomial:
    result: Polynomial = {}
    for monomial, value in polynomial.items():
        accumulate(result, ring.mul({ONE: fmpq(1)}, {merge(monomial, factor): value}))
    return result


def content(ring: Ring, polynomial: Polynomial, positive_only: bool) -> Monomial:
    """The greatest common monomial without indicators, and of nonnegative atoms only if asked."""
    return tuple(
        (atom, exponent)
        for atom, exponent in common_monomial(polynomial)
        if atom.kind not in IDEMPOTENT and not (positive_only and atom_sign(ring, atom) == UNKNOWN)
    )


def _monomial_power(ring: Ring, monomial: Monomial, value: fmpq, exponent: Exponent) -> Polynomial:
    """(c·m)^e for a fractional e: nonnegative factors leave, x^(2k) leaves as |x|, the rest stays."""
    if isinstance(exponent, int):
        return _integer_monomial_power(ring, monomial, value, exponent)
    if any(atom.complex for atom, _ in monomial):
        raise OutsideClassError("a root of a complex quantity")
    result = ring.constant(1)
    rest: dict[Atom, Exponent] = {}
    for atom, e in monomial:
        if atom_sign(ring, atom) >= NONNEGATIVE or not isinstance(e, int):
            result = ring.mul(result, _plain(ring, ((atom, exact(e * exponent)),)))
        elif e % 2 == 0:
            result = ring.mul(result, _absolute_power(ring, atom, exact(e * exponent)))
        else:
            rest[atom] = e
    if value < 0 and not rest:
        raise OutsideClassError("a root of a negative number")
    if len(rest) == 1 and value > 0:
        ((atom, e),) = rest.items()
        return ring.mul(
            ring.mul(result, _plain(ring, ((atom, exact(e * exponent)),))),
            number_power(ring, value, exponent),
        )
    result = ring.mul(result, number_power(ring, abs(value), exponent))
    if not rest:
        return result
    radicand = {monomial_of(rest): fmpq(1 if value > 0 else -1)}
    return ring.mul(result, ring.of(ring.atom(BASE, key_of(radicand)), exponent))


def _absolute_power(ring: Ring, atom: Atom, exponent: Exponent) -> Polynomial:
    """(x²)^(e/2) = |x|^e."""
    if isinstance(exponent, int) and exponent % 2 == 0:
        return _plain(ring, ((atom, exponent),))
    return power(ring, indicators.absolute(ring, ring.of(atom)), exponent)


def number_power(ring: Ring, value: fmpq, exponent: Exponent) -> Polynomial:
    """A positive rational to a rational power: primes with exponents in [0, 1) as RADICAL atoms."""
    if isinstance(exponent, int):
        return ring.constant(_rational_power(value, exponent))
    result = ring.constant(1)
    for part, direction in ((value.p, 1), (value.q, -1)):
        if part > MAX_RADICAND:
            raise OutsideClassError("a root of a number that is too large to factor")
        for prime, multiplicity in fmpz(part).factor():
            atom = ring.atom(RADICAL, int(prime))
            result = ring.mul(result, ring.of(atom, exact(Fraction(direction * multiplicity) * exponent)))
    return result


def symbolic_power(ring: Ring, base: Polynomial, exponent: Polynomial) -> Polynomial:
    """base ** n for an exponent made of sizes and index values: one POWER atom a term of n."""
    result = ring.constant(1)
    for monomial, value in exponent.items():
        if value.q != 1:
            raise OutsideClassError("a symbolic power that is not whole")
        part = base if not monomial else _whole_power(ring, base, monomial)
        result = ring.mul(result, power(ring, part, int(value.p)))
    return result


def _whole_power(ring: Ring, base: Polynomial, exponent: Monomial) -> Polynomial:
    """b^n for one term n of a symbolic exponent; a product is raised factor by factor."""
    if len(base) != 1:
        return ring.of(ring.atom(POWER, key_of(base), exponent))
    ((monomial, value),) = base.items()
    result = ring.constant(1)
    if value < 0:
        result = ring.of(ring.atom(POWER, key_of(ring.constant(-1)), exponent))
    if abs(value) != 1:
        result = ring.mul(result, ring.of(ring.atom(POWER, key_of(ring.constant(abs(value))), exponent)))
    for atom, e in monomial:
        raised = ring.of(ring.atom(POWER, key_of({((atom, 1),): fmpq(1)}), exponent))
        result = ring.mul(result, power(ring, raised, e))
    return result


def is_whole(polynomial: Polynomial) -> bool:
    """Whether the polynomial takes integer values: integer multiples of products of sizes and indices."""
    return all(
        value.q == 1 and all(atom.kind in (SIZE, VALUE) and isinstance(e, int) and e > 0 for atom, e in m)
        for m, value in polynomial.items()
    )
