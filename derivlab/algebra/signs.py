"""What is provably positive or nonnegative; 'unknown' is always a safe answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from flint import fmpq

from derivlab.algebra.atoms import (
    BASE,
    CONSTANT,
    ENTRY,
    EXP,
    IDEMPOTENT,
    ONE,
    POWER,
    RADICAL,
    SIZE,
    SUM,
    Atom,
    Exponent,
    Index,
    Monomial,
    Polynomial,
    PolynomialKey,
    free_of,
    from_key,
    key_of,
    leading,
    merge,
)
from derivlab.algebra.ring import Pattern, Ring

UNKNOWN, NONNEGATIVE, POSITIVE = 0, 1, 2
_BY_NAME = {"positive": POSITIVE, "nonnegative": NONNEGATIVE, "binary": NONNEGATIVE}


def sign(ring: Ring, polynomial: Polynomial) -> int:
    """POSITIVE or NONNEGATIVE if the polynomial is so wherever it is defined, else UNKNOWN."""
    key = ("sign", key_of(polynomial))
    found = ring.memo.get(key)
    if found is None:
        ring.memo[key] = UNKNOWN  # a question that asks itself learns nothing
        found = ring.memo[key] = _sign(ring, polynomial)
    return int(found)


def _sign(ring: Ring, polynomial: Polynomial) -> int:
    signs = [_term_sign(ring, monomial, value) for monomial, value in polynomial.items()]
    if signs and min(signs) > UNKNOWN:
        return max(signs)
    return max(_sign_by_bounds(ring, polynomial), _stated(ring, polynomial), _sign_by_form(ring, polynomial))


def _sign_by_bounds(ring: Ring, polynomial: Polynomial) -> int:
    """The sign of a linear combination of bounded entries, from its least value."""
    least, strict = polynomial.get(ONE, fmpq(0)), False
    for monomial, value in polynomial.items():
        if not monomial:
            continue
        if len(monomial) != 1 or monomial[0][1] != 1 or monomial[0][0].kind != ENTRY:
            return UNKNOWN
        low, high, low_open, high_open = ring.bounds.get(monomial[0][0].args[0], (None, None, False, False))
        bound, is_open = (low, low_open) if value > 0 else (high, high_open)
        if bound is None:
            return UNKNOWN
        least, strict = least + value * bound, strict or is_open
    if least > 0 or (least == 0 and strict):
        return POSITIVE
    return NONNEGATIVE if least == 0 else UNKNOWN


def _sign_by_form(ring: Ring, polynomial: Polynomial) -> int:
    """The sign by cases, over a positive denominator, or as a product of squares and known factors."""
    from derivlab.algebra import indicators, powers
    from derivlab.algebra.factor import factor

    if len(polynomial) < 2 or any(atom.complex for m in polynomial for atom, _ in m):
        return UNKNOWN
    cases = indicators.cases(ring, polynomial)
    if cases:
        return min(sign(ring, case) if case else NONNEGATIVE for case in cases)
    numerator, denominator = powers.clear(ring, polynomial)
    if denominator:
        below = monomial_sign(ring, denominator)
        return min(sign(ring, numerator), below) if below > UNKNOWN and numerator else UNKNOWN
    if powers.content(ring, polynomial, positive_only=False):
        return UNKNOWN
    parts = factor(polynomial)
    if len(parts) == 1 and parts[0][1] == 1:
        return UNKNOWN
    known = (sign(ring, part) or (NONNEGATIVE if power % 2 == 0 else UNKNOWN) for part, power in parts)
    return min(known)


def _term_sign(ring: Ring, monomial: Monomial, value: fmpq) -> int:
    if value < 0:
        return UNKNOWN
    return monomial_sign(ring, monomial)


def monomial_sign(ring: Ring, monomial: Monomial) -> int:
    """The sign of a product: the least of its factors' signs."""
    return min((power_sign(ring, atom, exponent) for atom, exponent in monomial), default=POSITIVE)


def power_sign(ring: Ring, atom: Atom, exponent: Exponent) -> int:
    """The sign of atom ** exponent; an even power of a real number is nonnegative."""
    known = atom_sign(ring, atom)
    if known == NONNEGATIVE and exponent < 0:
        return POSITIVE  # where it is defined
    if known == UNKNOWN and not atom.complex:
        if isinstance(exponent, int):
            return UNKNOWN if exponent % 2 else (POSITIVE if exponent < 0 else NONNEGATIVE)
        return NONNEGATIVE  # a real root
    return known


def atom_sign(ring: Ring, atom: Atom) -> int:
    """The sign of one atom."""
    if atom.complex:
        return UNKNOWN
    kind = atom.kind
    if kind in (SIZE, RADICAL, EXP):
        return POSITIVE
    if kind == CONSTANT:
        return POSITIVE if atom.args[0] in ("pi", "EulerGamma", "Catalan") else UNKNOWN
    if kind in IDEMPOTENT:
        return NONNEGATIVE
    if kind == ENTRY:
        return max(_BY_NAME.get(ring.signs.get(atom.args[0], ""), UNKNOWN), _stated(ring, _alone(atom)))
    if kind == SUM:
        return max(monomial_sign(ring, atom.args[2]), _stated(ring, _alone(atom)))
    if kind == BASE:
        return sign(ring, from_key(atom.args[0]))
    if kind == POWER:
        return POSITIVE if sign(ring, from_key(atom.args[0])) == POSITIVE else UNKNOWN
    return _stated(ring, _alone(atom))


def _alone(atom: Atom) -> Polynomial:
    return {((atom, 1),): fmpq(1)}


def _scaled(polynomial: Polynomial) -> Polynomial:
    """Divided by the absolute value of its leading coefficient."""
    _, coefficient = leading(polynomial)
    return {m: c / abs(coefficient) for m, c in polynomial.items()}


def state(ring: Ring, polynomial: Polynomial, names: frozenset[str], known: int = POSITIVE) -> None:
    """Remember that the polynomial is positive (nonnegative) for every value of the indices `names`."""
    if polynomial and sign(ring, polynomial) < known:
        ring.positive.append(Pattern(names, key_of(_scaled(polynomial)), known))
        ring.memo.clear()


def state_nonzero(ring: Ring, polynomial: Polynomial, names: frozenset[str]) -> None:
    """Remember that the polynomial is not zero (a kink that is avoided), for every value of `names`."""
    if polynomial and not nonzero(ring, polynomial):
        ring.nonzero.append(Pattern(names, key_of(_scaled(polynomial))))


def state_kink(ring: Ring, argument: Polynomial, jump: Polynomial, names: frozenset[str]) -> None:
    """Remember that jump·1[argument = 0] is 0, for every value of `names`."""
    from derivlab.algebra.indicators import is_zero
    from derivlab.algebra.powers import clear

    at_kink, (jump, _) = is_zero(ring, argument), clear(ring, jump)
    if any(e < 0 or atom.kind in IDEMPOTENT for m in jump for atom, e in m):
        return  # rewriting with it might not end
    if jump and len(at_kink) == 1:
        (monomial,) = at_kink
        if len(monomial) == 1:
            ring.kinks.append(Pattern(names, monomial[0][0].args[0], key_of(jump)))


def rewritten_at_kink(ring: Ring, monomial: Monomial, key: PolynomialKey) -> Polynomial | None:
    """A monomial with 1[argument = 0] after lead(jump) → −(the rest of the jump), or None."""
    from derivlab.algebra.transform import rename

    wanted, present = from_key(key), dict(monomial)
    for fact in ring.kinks:
        for names in _instances(ring, fact, wanted):
            jump = rename(ring, from_key(fact.replacement), names)
            if not jump:
                continue
            lead, coefficient = leading(jump)
            if all(e > 0 and present.get(a, 0) >= e for a, e in lead):
                cofactor = merge(monomial, tuple((atom, -e) for atom, e in lead))
                tail = {m: -c / coefficient for m, c in jump.items() if m != lead}
                return ring.mul({cofactor: fmpq(1)}, tail)
    return None


def nonzero(ring: Ring, polynomial: Polynomial) -> bool:
    """Whether the polynomial is provably never zero."""
    minus = ring.scale(polynomial, -1)
    if POSITIVE in (sign(ring, polynomial), sign(ring, minus)):
        return True
    wanted = [_scaled(polynomial), _scaled(minus)]
    return any(_instance(ring, fact, side) for fact in ring.nonzero for side in wanted)


def _stated(ring: Ring, polynomial: Polynomial) -> int:
    """Whether a remembered sign says it."""
    best = UNKNOWN
    if not ring.positive or not polynomial:
        return best
    wanted = _scaled(polynomial)
    for fact in ring.positive:
        if fact.replacement > best and len(fact.subject) == len(wanted) and _instance(ring, fact, wanted):
            best = fact.replacement
    return best


def _instance(ring: Ring, fact: Pattern, wanted: Polynomial) -> bool:
    return any(True for _ in _instances(ring, fact, wanted))


def _instances(ring: Ring, fact: Pattern, wanted: Polynomial) -> Iterator[dict[str, Index]]:
    """The index terms for the fact's names that make its subject the wanted polynomial."""
    from derivlab.algebra.transform import rename

    subject = from_key(fact.subject)
    if subject == wanted:
        yield {}
        return
    if _structure(subject) != _structure(wanted):
        return
    names = sorted(fact.names & frozenset().union(*map(free_of, subject)))
    choices = _index_terms(wanted)
    if not names or len(choices) ** len(names) > 64:
        return
    for choice in product(choices, repeat=len(names)):
        binding = dict(zip(names, choice, strict=True))
        if rename(ring, subject, binding) == wanted:
            yield binding


def _structure(polynomial: Polynomial) -> list[tuple[tuple[int, Exponent], ...]]:
    return sorted(tuple(sorted((a.skeleton, e) for a, e in monomial)) for monomial in polynomial)


def _index_terms(polynomial: Polynomial) -> list[Index]:
    """Index terms that stand in the polynomial: free names, positions, labels."""
    found: dict[Index, None] = dict.fromkeys(sorted(frozenset().union(*map(free_of, polynomial))))
    for monomial in polynomial:
        for atom, _ in monomial:
            if atom.kind == ENTRY:
                found.update(dict.fromkeys(atom.args[1]))
    return list(found)
