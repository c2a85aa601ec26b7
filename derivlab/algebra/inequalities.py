"""The sign of a polynomial by inequalities: each strategy names the theorem that it rests on.

Nothing here is complete; 'unknown' is always a safe answer. A strategy gets a polynomial without
denominators and answers with the sign, or `NOTHING`.
"""

from __future__ import annotations

from flint import fmpq

from derivlab.algebra import elementary, indicators, powers, signs, squares, sums
from derivlab.algebra.atoms import (
    ENTRY,
    EXP,
    LOG,
    STEP,
    SUM,
    Atom,
    Exponent,
    Monomial,
    Polynomial,
    accumulate,
    free_of,
    from_key,
    leading,
    merge,
    monomial_of,
)
from derivlab.algebra.ring import Ring
from derivlab.algebra.transform import open_sum, rename

Known = tuple[int, tuple[str, ...]]
NOTHING: Known = (signs.UNKNOWN, ())
MAX_DEPTH = 4


def sign_of(ring: Ring, polynomial: Polynomial, depth: int = 0) -> Known:
    """The sign, and in words what it rests on beside the signs of terms and factors."""
    if not polynomial:
        return signs.NONNEGATIVE, ()
    known = signs.sign(ring, polynomial)
    complex_terms = any(atom.complex for monomial in polynomial for atom, _ in monomial)
    if known > signs.UNKNOWN or depth > MAX_DEPTH or complex_terms:
        return known, ()
    numerator = _cleared(ring, polynomial)
    if numerator is None:
        return NOTHING
    if not numerator:
        return signs.NONNEGATIVE, ()
    for strategy in STRATEGIES:
        found = strategy(ring, numerator, depth)
        if found[0] > signs.UNKNOWN:
            return found
    return NOTHING


def _cleared(ring: Ring, polynomial: Polynomial) -> Polynomial | None:
    """The polynomial times its denominators, where these are positive."""
    numerator, denominator = powers.clear(ring, polynomial)
    if denominator and signs.monomial_sign(ring, denominator) < signs.POSITIVE:
        return None
    lowest: dict[Atom, Exponent] = {}
    for monomial in numerator:
        for atom, exponent in monomial:
            if isinstance(exponent, int) and exponent < min(0, lowest.get(atom, 0)):
                lowest[atom] = exponent
    if any(signs.power_sign(ring, atom, exponent) < signs.POSITIVE for atom, exponent in lowest.items()):
        return None
    factor = monomial_of({atom: -exponent for atom, exponent in lowest.items()})
    return ring.mul(numerator, {factor: fmpq(1)}) if lowest else numerator


def _cases(ring: Ring, polynomial: Polynomial, depth: int) -> Known:
    """Where a step 1[T > 0] is 1, T is positive; where it is 0, T is not."""
    found = indicators.first_cases(ring, polynomial)
    if found is None or found[0].kind != STEP:
        return NOTHING
    atom, above, below = found
    argument = from_key(atom.args[0])
    known = [_beside(ring, above, argument, depth), _beside(ring, below, ring.scale(argument, -1), depth)]
    return (signs.NONNEGATIVE, ("by cases",)) if min(known) > signs.UNKNOWN else NOTHING


def _beside(ring: Ring, polynomial: Polynomial, argument: Polynomial, depth: int) -> int:
    """The sign of a polynomial where the argument is nonnegative: also of a multiple of the argument."""
    known = sign_of(ring, polynomial, depth + 1)[0]
    if known > signs.UNKNOWN or not polynomial:
        return known
    (lead, a), (other, b) = leading(polynomial), leading(argument)
    ratio = merge(lead, tuple((atom, -exponent) for atom, exponent in other))
    if any(not isinstance(exponent, int) or exponent < 0 for _, exponent in ratio):
        return signs.UNKNOWN
    multiple = ring.mul(argument, {ratio: a / b})
    return sign_of(ring, {ratio: a / b}, depth + 1)[0] if multiple == polynomial else signs.UNKNOWN


def _cauchy_schwarz(ring: Ring, polynomial: Polynomial, depth: int) -> Known:
    """−(Σ a b)² >= −(Σ a²)(Σ b²)."""
    for monomial, value in polynomial.items():
        squared = [atom for atom, e in monomial if atom.kind == SUM and e == 2]
        if value > 0 or len(squared) != 1 or len(squared[0].args[0]) != 1:
            continue
        outer = tuple(item for item in monomial if item[0] is not squared[0])
        if signs.monomial_sign(ring, outer) == signs.UNKNOWN:
            continue
        [(bound, size)], opened = open_sum(ring, squared[0])
        for (body, inner), item in ((pair, item) for pair in opened.items() for item in pair[0]):
            if len(opened) != 1:
                break
            first, second = ((item,), tuple(other for other in body if other is not item))
            parts = [
                sums.total(ring, bound, size, ring.mul({part: fmpq(1)}, {part: fmpq(1)}))
                for part in (first, second)
            ]
            least = ring.scale(ring.mul(ring.mul({outer: fmpq(1)}, parts[0]), parts[1]), value * inner**2)
            rest = {m: v for m, v in polynomial.items() if m != monomial}
            if sign_of(ring, ring.add(rest, least), depth + 1)[0] > signs.UNKNOWN:
                return signs.NONNEGATIVE, ("the Cauchy-Schwarz inequality",)
    return NOTHING


def _exponential(ring: Ring, polynomial: Polynomial, depth: int) -> Known:
    """exp(u) >= 1 + u."""
    for monomial, value in polynomial.items():
        if value > 0 and len(monomial) == 1 and monomial[0][0].kind == EXP and monomial[0][1] == 1:
            tangent = ring.add(ring.constant(1), {monomial[0][0].args[0]: fmpq(1)})
            rest = {m: v for m, v in polynomial.items() if m != monomial}
            least = ring.add(rest, ring.scale(tangent, value))
            if sign_of(ring, least, depth + 1)[0] > signs.UNKNOWN:
                return signs.NONNEGATIVE, ("exp(u) >= 1 + u",)
    return NOTHING


def _squares(ring: Ring, polynomial: Polynomial, depth: int) -> Known:
    """A sum of squares in one of the arrays."""
    for name in sorted(_arrays(polynomial)):
        found = squares.certificate(ring, polynomial, name)
        if found is not None:
            return signs.NONNEGATIVE, found.parts
    return NOTHING


def _under_one_sum(ring: Ring, polynomial: Polynomial, depth: int) -> Known:
    """Sums over one range put together: what stands under them is nonnegative."""
    bodies: dict[object, Polynomial] = {}
    rest: Polynomial = {}
    for monomial, value in polynomial.items():
        opened = _opened(ring, monomial)
        if opened is None:
            accumulate(rest, {monomial: value})
            continue
        bound, size, body = opened
        accumulate(bodies.setdefault(size, {}), rename(ring, body, {bound: COMMON}), value)
    if not bodies or all(len(body) < 2 for body in bodies.values()):
        return NOTHING
    found = [
        sign_of(ring, ring.mul(ring.constant(1), body), depth + 1)[0] for body in bodies.values() if body
    ]
    over = sign_of(ring, rest, depth + 1)[0] if rest else signs.NONNEGATIVE
    if min([over, *found]) == signs.UNKNOWN:
        return NOTHING
    return max([over, *found]), ("nonnegative terms under one sum",)


def _opened(ring: Ring, monomial: Monomial) -> tuple[str, object, Polynomial] | None:
    """(bound, size, body) of a monomial that is one sum over one index."""
    if len(monomial) != 1 or monomial[0][1] != 1 or monomial[0][0].kind != SUM:
        return None
    bounds, body = open_sum(ring, monomial[0][0])
    return (*bounds[0], body) if len(bounds) == 1 else None


def _own_term(ring: Ring, polynomial: Polynomial, depth: int) -> Known:
    """A sum of nonnegative terms is at least each of its terms: Σₖ bₖ − bᵢ >= 0."""
    for monomial, value in polynomial.items():
        opened = _opened(ring, monomial) if value > 0 else None
        if opened is None or signs.sign(ring, opened[2]) == signs.UNKNOWN:
            continue
        bound, _, body = opened
        if not _on_an_axis(body, bound):
            continue
        for other, less in polynomial.items():
            if less < 0 and any(
                rename(ring, ring.scale(body, value), {bound: name}) == {other: -less}
                for name in sorted(free_of(other))
            ):
                rest = {m: v for m, v in polynomial.items() if m not in (monomial, other)}
                known, parts = sign_of(ring, rest, depth + 1)
                return known, (*parts, "a sum is at least each of its nonnegative terms") if known else ()
    return NOTHING


def _on_an_axis(body: Polynomial, bound: str) -> bool:
    """Whether the bound index stands on an array: then an index in its place has the same range."""
    for monomial in body:
        for atom, _ in monomial:
            if atom.kind == ENTRY and bound in atom.args[1]:
                return True
            if atom.kind == EXP and _on_an_axis({atom.args[0]: fmpq(1)}, bound):
                return True
    return False


def _logarithm(ring: Ring, polynomial: Polynomial, depth: int) -> Known:
    """q·log a + r >= 0 exactly if a >= exp(−r/q), for positive a and q; turned for negative q."""
    logs = [m for m in polynomial if any(atom.kind == LOG for atom, _ in m)]
    if len(logs) != 1 or len(logs[0]) != 1 or logs[0][0][1] != 1:
        return NOTHING
    value = polynomial[logs[0]]
    inside = _positive(ring, from_key(logs[0][0][0].args[0]))
    if inside is None:
        return NOTHING
    rest = {m: -v / value for m, v in polynomial.items() if m != logs[0]}
    compared = ring.sub(inside, elementary.exponential(ring, rest))
    known, parts = sign_of(ring, compared if value > 0 else ring.scale(compared, -1), depth + 1)
    return known, (*parts, "the logarithm is increasing") if known else ()


def _positive(ring: Ring, polynomial: Polynomial) -> Polynomial | None:
    """The argument of a logarithm, which the ring keeps up to its sign."""
    for turned in (polynomial, ring.scale(polynomial, -1)):
        if signs.sign(ring, turned) == signs.POSITIVE:
            return turned
    return None


COMMON = "$common"
STRATEGIES = (_squares, _own_term, _under_one_sum, _logarithm, _cases, _cauchy_schwarz, _exponential)


def _arrays(polynomial: Polynomial) -> set[str]:
    """The names of entries that occur, also under sums."""
    found: set[str] = set()
    for monomial in polynomial:
        for atom, _ in monomial:
            if atom.kind == ENTRY:
                found.add(str(atom.args[0]))
            elif atom.kind == SUM:
                found |= _arrays({atom.args[2]: fmpq(1)})
    return found
