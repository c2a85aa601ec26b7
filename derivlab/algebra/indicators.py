"""Quantities that take two values: deltas, steps 1[P > 0], 1[P = 0], variables in {0, 1}, {−1, 1}.

A function of such a quantity t is split: f(t) = t·f(1) + (1 − t)·f(0). |x|, max and ReLU are
written exactly with steps: |x| = x·1[x > 0] − x·1[−x > 0].
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from flint import fmpq

from derivlab.algebra.atoms import (
    DELTA,
    ENTRY,
    IDEMPOTENT,
    ISZERO,
    ONE,
    STEP,
    VALUE,
    Atom,
    Exponent,
    Index,
    Monomial,
    Polynomial,
    accumulate,
    from_key,
    key_of,
    leading,
    merge,
    monomial_of,
)
from derivlab.algebra.factor import content, factor
from derivlab.algebra.ring import Ring
from derivlab.algebra.signs import NONNEGATIVE, POSITIVE, UNKNOWN, atom_sign, nonzero, power_sign, sign
from derivlab.errors import OutsideClassError

MAX_SPLITS = 6


def split(
    ring: Ring, polynomial: Polynomial, function: Callable[[Polynomial], Polynomial]
) -> Polynomial | None:
    """f(polynomial) by cases over its first two-valued atom, or None if it has none."""
    atoms = sorted({a for monomial in polynomial for a, _ in monomial if _two_valued(ring, a)})
    if not atoms:
        return None
    if len(atoms) > MAX_SPLITS:
        raise OutsideClassError("too many cases")
    atom = atoms[0]
    if atom.kind == ENTRY and ring.signs.get(atom.args[0]) == "sign":
        up, down = function(_at(ring, polynomial, atom, 1)), function(_at(ring, polynomial, atom, -1))
        half = ring.scale(ring.of(atom), fmpq(1, 2))
        plus = ring.add(ring.constant(fmpq(1, 2)), half)
        return ring.add(ring.mul(plus, up), ring.mul(ring.sub(ring.constant(1), plus), down))
    one, zero = function(_at(ring, polynomial, atom, 1)), function(_at(ring, polynomial, atom, 0))
    return ring.add(zero, ring.mul(ring.of(atom), ring.sub(one, zero)))


def cases(ring: Ring, polynomial: Polynomial) -> list[Polynomial]:
    """The values of the polynomial at both values of its first two-valued atom; empty without one."""
    found = first_cases(ring, polynomial)
    return [] if found is None else list(found[1:])


def first_cases(ring: Ring, polynomial: Polynomial) -> tuple[Atom, Polynomial, Polynomial] | None:
    """The first two-valued atom, and the values of the polynomial where it is 1 and where it is not."""
    atoms = sorted({a for monomial in polynomial for a, e in monomial if _two_valued(ring, a) and e > 0})
    if not atoms:
        return None
    atom = atoms[0]
    low = -1 if atom.kind == ENTRY and ring.signs.get(atom.args[0]) == "sign" else 0
    return atom, _at(ring, polynomial, atom, 1), _at(ring, polynomial, atom, low)


def _two_valued(ring: Ring, atom: Atom) -> bool:
    if atom.kind == ENTRY:
        return ring.signs.get(atom.args[0]) in ("binary", "sign")
    return atom.kind in IDEMPOTENT


def _at(ring: Ring, polynomial: Polynomial, atom: Atom, value: int) -> Polynomial:
    """The polynomial where the atom has that value; a delta of 1 also makes its indices equal."""
    from derivlab.algebra.transform import rename

    result: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        exponents = dict(monomial)
        exponent = exponents.pop(atom, 0)
        if exponent and not value:
            if exponent < 0:
                raise OutsideClassError("division by a quantity that can be 0")
            continue
        number = fmpq(value) ** int(exponent) if exponent else fmpq(1)
        accumulate(result, {monomial_of(exponents): coefficient * number})
    if atom.kind == DELTA and value == 1 and isinstance(atom.args[1], str):
        return rename(ring, result, {atom.args[1]: atom.args[0]})
    return ring.mul(ring.constant(1), result)


def _without_denominators(ring: Ring, polynomial: Polynomial, even: bool) -> Polynomial:
    """The polynomial times what its denominators are, which is not 0 where it is defined.

    `even` multiplies by even powers only, so that the sign stays.
    """
    lowest: dict[Atom, Exponent] = {}
    for monomial in polynomial:
        for atom, exponent in monomial:
            if exponent < 0 and len(polynomial) > 1:
                lowest[atom] = min(lowest.get(atom, 0), exponent)
    factor = {
        a: 2 * ceil(-e / 2) if even and atom_sign(ring, a) != POSITIVE else -e for a, e in lowest.items()
    }
    if not factor:
        return polynomial
    result: Polynomial = {}
    for monomial, value in polynomial.items():
        accumulate(result, ring.mul({ONE: fmpq(1)}, {merge(monomial, monomial_of(factor)): value}))
    return result


def _canonical_argument(ring: Ring, polynomial: Polynomial) -> tuple[Polynomial, int]:
    """The argument of a step up to a positive factor, and the sign that was taken out."""
    if len(polynomial) == 1:
        ((monomial, value),) = polynomial.items()
        rest: Monomial = tuple(
            (a, 1 if isinstance(e, int) and e % 2 else e)
            for a, e in monomial
            if power_sign(ring, a, e) != POSITIVE
        )
        polynomial = {rest: value / abs(value)}
    _, coefficient = leading(polynomial)
    flip = coefficient < 0
    factor = -1 / abs(coefficient) if flip else 1 / abs(coefficient)
    return ring.scale(polynomial, factor), -1 if flip else 1


def step(ring: Ring, polynomial: Polynomial) -> Polynomial:
    """1[P > 0]. For P = −Q with a positive leading term: 1 − 1[Q > 0] − 1[Q = 0]."""
    if not polynomial or set(polynomial) == {ONE}:
        return ring.constant(1 if polynomial.get(ONE, fmpq(0)) > 0 else 0)
    if sign(ring, polynomial) == POSITIVE:
        return ring.constant(1)
    if sign(ring, ring.scale(polynomial, -1)) > UNKNOWN:
        return {}
    by_cases = split(ring, polynomial, lambda part: step(ring, part))
    if by_cases is not None:
        return by_cases
    factors = _factors(ring, polynomial)
    if len(factors) > 1:
        sign_of = ring.product(_sign(ring, part) for part in factors)
        return ring.scale(ring.add(ring.mul(sign_of, sign_of), sign_of), fmpq(1, 2))
    argument, flipped = _canonical_argument(ring, _without_denominators(ring, polynomial, even=True))
    up = ring.of(ring.atom(STEP, key_of(argument)))
    if flipped > 0:
        return up
    return ring.sub(ring.sub(ring.constant(1), up), is_zero(ring, argument))


def is_zero(ring: Ring, polynomial: Polynomial) -> Polynomial:
    """1[P = 0]."""
    if not polynomial or set(polynomial) == {ONE}:
        return ring.constant(0 if polynomial else 1)
    if POSITIVE in (sign(ring, polynomial), sign(ring, ring.scale(polynomial, -1))):
        return {}
    by_cases = split(ring, polynomial, lambda part: is_zero(ring, part))
    if by_cases is not None:
        return by_cases
    if nonzero(ring, polynomial):
        return {}
    factors = _factors(ring, polynomial)
    if len(factors) > 1:
        none = ring.product(ring.sub(ring.constant(1), is_zero(ring, part)) for part in factors)
        return ring.sub(ring.constant(1), none)
    argument, _ = _canonical_argument(ring, _without_denominators(ring, polynomial, even=False))
    if nonzero(ring, argument):
        return {}
    return ring.of(ring.atom(ISZERO, key_of(argument)))


def _factors(ring: Ring, polynomial: Polynomial) -> list[Polynomial]:
    """Real factors whose product has the sign of the polynomial; itself alone if it does not factor."""
    if any(atom.complex for monomial in polynomial for atom, _ in monomial):
        return [polynomial]
    polynomial = _without_denominators(ring, polynomial, even=True)
    common = content(polynomial)
    inverse: Monomial = tuple((atom, -e) for atom, e in common)
    parts: list[tuple[Polynomial, Exponent]] = [
        ({((atom, 1),): fmpq(1)}, e) for atom, e in common if power_sign(ring, atom, e) != POSITIVE
    ]
    negative = False
    for part, power in factor(ring.mul({inverse: fmpq(1)}, polynomial)):
        if set(part) == {ONE}:
            negative ^= bool(part[ONE] < 0 and power % 2)
        else:
            parts.append((part, power))
    if not 1 < len(parts) <= MAX_SPLITS:
        return [polynomial]
    result = [part for part, power in parts for _ in range(2 if power % 2 == 0 else 1)]
    return [ring.scale(result[0], -1), *result[1:]] if negative else result


def _sign(ring: Ring, polynomial: Polynomial) -> Polynomial:
    """1, 0 or −1."""
    return ring.sub(step(ring, polynomial), step(ring, ring.scale(polynomial, -1)))


def absolute(ring: Ring, polynomial: Polynomial) -> Polynomial:
    """|P| = P·1[P > 0] − P·1[−P > 0]."""
    if sign(ring, polynomial) >= NONNEGATIVE:
        return polynomial
    minus = ring.scale(polynomial, -1)
    if sign(ring, minus) >= NONNEGATIVE:
        return minus
    return ring.add(ring.mul(polynomial, step(ring, polynomial)), ring.mul(minus, step(ring, minus)))


def maximum(ring: Ring, left: Polynomial, right: Polynomial) -> Polynomial:
    """max(a, b) = b + (a − b)·1[a − b > 0]."""
    difference = ring.sub(left, right)
    return ring.add(right, ring.mul(difference, step(ring, difference)))


def index_value(ring: Ring, index: Index) -> Polynomial:
    """An index used as a number."""
    if isinstance(index, int):
        return ring.constant(index)
    if isinstance(index, Atom):
        return ring.of(index)
    if isinstance(index, tuple):
        from derivlab.algebra.sums import size

        return size(ring, index[1])
    return ring.of(ring.atom(VALUE, index))


def kinks(polynomial: Polynomial) -> list[Polynomial]:
    """The arguments of the steps in a polynomial."""
    return [from_key(a.args[0]) for m in polynomial for a, _ in m if a.kind in (STEP, ISZERO)]
