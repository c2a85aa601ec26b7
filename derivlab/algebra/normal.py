"""What a product of atoms reduces to. Each function states the identity that it applies.

Every reduction is an identity of real (or complex, for the imaginary unit) functions wherever both
sides are defined; none depends on a size. Order: deltas, indicators, finite domains, radicals and
the imaginary unit, assumptions, inverses of polynomials.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

from flint import fmpq

from derivlab.algebra.atoms import (
    BASE,
    CONSTANT,
    DELTA,
    ENTRY,
    EXP,
    IDEMPOTENT,
    ISZERO,
    ONE,
    POWER,
    RADICAL,
    STEP,
    Atom,
    Exponent,
    Monomial,
    Polynomial,
    PolynomialKey,
    accumulate,
    exact,
    from_key,
    index_names,
    index_rank,
    key_of,
    leading,
    merge,
    monomial_of,
)
from derivlab.algebra.comparisons import compared
from derivlab.algebra.ring import Ring
from derivlab.algebra.signs import rewritten_at_kink
from derivlab.errors import OutsideClassError


def normal(ring: Ring, monomial: Monomial) -> Polynomial:
    """The normal form of a monomial that contains special atoms."""
    found = ring.memo.get(monomial)
    if found is None:
        ring.tick()
        found = ring.memo[monomial] = _normal(ring, monomial)
    result: Polynomial = found
    return result


def _normal(ring: Ring, monomial: Monomial) -> Polynomial:
    exponents = dict(monomial)
    factor = fmpq(1)
    for atom, exponent in monomial:
        if not atom.special:
            continue
        reduced = _reduce_power(ring, atom, exponent)
        if reduced is None:
            continue
        left, number = reduced
        factor *= number
        exponents[atom] = left
    if not factor:
        return {}
    rest = monomial_of(exponents)
    for reduction in (_delta, _indicators, compared, _assumption, _base_power, _base_lead, _base_tail):
        changed = reduction(ring, rest)
        if changed is not None:
            return ring.scale(changed, factor)
    return {rest: factor}


def _reduce_power(ring: Ring, atom: Atom, exponent: Exponent) -> tuple[Exponent, fmpq] | None:
    """t² = t for indicators; s² = 1 for signs; i² = −1; p^(3/2) = p·p^(1/2) for a prime p."""
    if atom.kind in IDEMPOTENT or (atom.kind == ENTRY and ring.signs.get(atom.args[0]) == "binary"):
        if exponent > 0:
            return 1, fmpq(1)
        if atom.kind in IDEMPOTENT:
            raise OutsideClassError("division by an indicator, which can be 0")
        return (0, fmpq(1)) if isinstance(exponent, int) else None  # 1/y is defined at y = 1 only
    if atom.kind == ENTRY:  # a sign: its inverse is itself
        return (exponent % 2, fmpq(1)) if isinstance(exponent, int) else None
    if atom.kind == CONSTANT and isinstance(exponent, int):
        return exponent % 2, fmpq(-1 if exponent % 4 >= 2 else 1)
    if atom.kind == POWER and isinstance(exponent, int):  # a power of -1
        return exponent % 2, fmpq(1)
    if atom.kind == RADICAL:
        whole = floor(exponent)
        return exact(exponent - whole), fmpq(atom.args[0]) ** whole
    return None


def _rest(monomial: Monomial, atom: Atom) -> Monomial:
    return tuple(item for item in monomial if item[0] is not atom)


def _delta(ring: Ring, monomial: Monomial) -> Polynomial | None:
    """δ(a, b)·f(b) = δ(a, b)·f(a); δ(1, 2) = 0 was said at construction."""
    from derivlab.algebra.transform import rename

    for atom, _ in monomial:
        if atom.kind != DELTA:
            continue
        keep, drop = atom.args
        if not isinstance(drop, str) or depends_on(keep, drop):
            continue
        rest = _rest(monomial, atom)
        if any(drop in other.free for other, _ in rest):
            return ring.mul(ring.of(atom), rename(ring, {rest: fmpq(1)}, {drop: keep}))
    return None


def _indicators(ring: Ring, monomial: Monomial) -> Polynomial | None:
    """1[P > 0]·1[−P > 0] = 0, 1[P > 0]·1[P = 0] = 0, and P·1[P = 0] = 0."""
    present = {(atom.kind, atom.args[0]) for atom, _ in monomial if atom.kind in (STEP, ISZERO)}
    if not present:
        return None
    for kind, key in present:
        opposite = key_of(ring.scale(from_key(key), -1))
        if kind == STEP and {(STEP, opposite), (ISZERO, key), (ISZERO, opposite)} & present:
            return {}
    for atom, _ in monomial:
        if atom.kind == ISZERO:
            _refuse_inverse_of_zero(monomial, atom)
            rewritten = rewritten_at_kink(ring, monomial, atom.args[0]) if ring.kinks else None
            if rewritten is not None:
                return rewritten
            changed = _replace_lead(ring, monomial, atom, from_key(atom.args[0]))
            if changed is not None:
                return changed
    return None


def _refuse_inverse_of_zero(monomial: Monomial, atom: Atom) -> None:
    """P·1[P = 0] = 0 and P·P⁻¹ = 1 contradict each other where 1[P = 0] and P⁻¹ meet."""
    key = atom.args[0]
    inside = {other for other, _ in key[0][0]} if len(key) == 1 else set()
    for other, exponent in monomial:
        if exponent < 0 and (other in inside or (other.kind == BASE and _proportional(other.args[0], key))):
            raise OutsideClassError("a case in which a denominator is 0")


def _proportional(first: PolynomialKey, second: PolynomialKey) -> bool:
    """Whether two polynomials differ by a number only."""
    if [monomial for monomial, _, _ in first] != [monomial for monomial, _, _ in second]:
        return False
    ratios = {fmpq(p, q) * s / r for (_, p, q), (_, r, s) in zip(first, second, strict=True)}
    return len(ratios) == 1


def _replace_lead(ring: Ring, monomial: Monomial, atom: Atom, zero: Polynomial) -> Polynomial | None:
    """Where `atom` forces `zero` = 0: leading term → −(the others)."""
    lead, coefficient = leading(zero)
    rest = _rest(monomial, atom)
    if not _positive(lead) or not _divides(lead, dict(rest)):
        return None
    cofactor = merge(rest, _inverse(lead))
    tail = {m: -c / coefficient for m, c in zero.items() if m != lead}
    return ring.mul(ring.of(atom), ring.mul(_plain(ring, cofactor), tail))


def _plain(ring: Ring, monomial: Monomial) -> Polynomial:
    return ring.mul({ONE: fmpq(1)}, {monomial: fmpq(1)})


def _assumption(ring: Ring, monomial: Monomial) -> Polynomial | None:
    """An atom that an assumption fixes is replaced, in every power."""
    from derivlab.algebra.powers import power

    if not ring.rules and not ring.antisymmetric:
        return None
    for atom, exponent in monomial:
        replacement = ring.replacement(atom) if atom.special else None
        if replacement is not None:
            rest = _rest(monomial, atom)
            return ring.mul(_plain(ring, rest), power(ring, replacement, Fraction(exponent)))
    return None


def _base_power(ring: Ring, monomial: Monomial) -> Polynomial | None:
    """P^e = P·P^(e−1) for e >= 1, so that only exponents below 1 remain."""
    for atom, exponent in monomial:
        if atom.kind == BASE and exponent >= 1:
            whole = floor(exponent)
            left = exact(exponent - whole)
            rest = merge(_rest(monomial, atom), ((atom, left),) if left else ONE)
            return ring.mul(ring.natural_power(from_key(atom.args[0]), whole), _plain(ring, rest))
    return None


def _divides(divisor: Monomial, exponents: dict[Atom, Exponent]) -> bool:
    return all(exponents.get(atom, 0) >= exponent for atom, exponent in divisor)


def _positive(monomial: Monomial) -> bool:
    """Whether a leading monomial may be rewritten: a negative power would divide everything."""
    return bool(monomial) and all(exponent > 0 for _, exponent in monomial)


def _inverse(monomial: Monomial) -> Monomial:
    return tuple((atom, -exponent) for atom, exponent in monomial)


def base_lead(ring: Ring, atom: Atom) -> tuple[Monomial, fmpq]:
    """The leading term of the polynomial of a BASE atom, cached."""
    cached = ring.memo.get((BASE, atom))
    if cached is None:
        cached = ring.memo[(BASE, atom)] = leading(from_key(atom.args[0]))
    result: tuple[Monomial, fmpq] = cached
    return result


def _base_lead(ring: Ring, monomial: Monomial) -> Polynomial | None:
    """lead·P^e = (P^(e+1) − (P − lead)·P^e) for e < 0."""
    exponents = dict(monomial)
    for atom, exponent in monomial:
        if atom.kind != BASE or exponent >= 0:
            continue
        lead, coefficient = base_lead(ring, atom)
        if not _positive(lead) or not _divides(lead, {a: e for a, e in exponents.items() if a is not atom}):
            continue
        cofactor = merge(monomial, _inverse(lead))
        tail = {m: c for m, c in from_key(atom.args[0]).items() if m != lead}
        raised = _plain(ring, merge(cofactor, ((atom, 1),)))
        lowered = ring.mul(_plain(ring, cofactor), tail)
        return ring.scale(ring.sub(raised, lowered), 1 / coefficient)
    return None


def _base_tail(ring: Ring, monomial: Monomial) -> Polynomial | None:
    """1/(x·P) = (1/x − (P − c)/(x·P))/c where P − c is divisible by x and c is a number."""
    for atom, exponent in monomial:
        if atom.kind != BASE or exponent >= 0:
            continue
        polynomial = from_key(atom.args[0])
        constant = polynomial.get(ONE)
        if constant is None:
            continue
        others = [dict(m) for m in polynomial if m]
        for below, low in monomial:
            if low < 0 and below.kind in (EXP, ENTRY) and all(_shared(other, below, low) for other in others):
                raised = _plain(ring, merge(monomial, ((atom, 1),)))
                tail = {m: c for m, c in polynomial.items() if m}
                lowered = ring.mul({monomial: fmpq(1)}, tail)
                result: Polynomial = dict(raised)
                accumulate(result, lowered, fmpq(-1))
                return ring.scale(result, 1 / constant)
    return None


def _shared(exponents: dict[Atom, Exponent], atom: Atom, low: Exponent) -> bool:
    """Whether multiplying by these exponents raises the negative power `low` of `atom`."""
    return exponents.get(atom, 0) > 0


def delta(ring: Ring, left: object, right: object) -> Polynomial:
    """The Kronecker delta of two index terms, the representative first."""
    if left == right:
        return ring.constant(1)
    if isinstance(left, int) and isinstance(right, int):
        return {}
    first, second = sorted((left, right), key=index_rank)
    return {((ring.atom(DELTA, first, second), 1),): fmpq(1)}


def depends_on(index: object, name: str) -> bool:
    """Whether an index term contains the name."""
    return name in index_names(index)
