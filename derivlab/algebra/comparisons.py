"""Products of steps whose arguments are in line with each other: Q = c·P + d with d of known sign.

On the real line thresholds are ordered: t > 1 implies t > −1, and t = 1 excludes t = −1. So a product
of two steps of one quantity is linear in them, which makes functions by pieces (Huber, hard tanh, clip)
polynomials with a normal form. With c ≠ 0 a rational number and d ≥ 0 or d ≤ 0 wherever it is defined:

    c > 0, d ≥ 0:  P > 0 ⇒ Q > 0             1[P > 0]·1[Q > 0] = 1[P > 0],   1[P > 0]·1[Q = 0] = 0
    c < 0, d ≤ 0:  P > 0 ⇒ Q < 0             1[P > 0]·1[Q > 0] = 0 = 1[P > 0]·1[Q = 0]
    c < 0, d > 0:  P ≤ 0 ⇒ Q > 0             1[P > 0]·1[Q > 0] = 1[P > 0] + 1[Q > 0] − 1
    P = 0 ⇒ Q = d                            1[P = 0]·1[Q > 0] = 1[P = 0]·1[d > 0], likewise for Q = 0
"""

from __future__ import annotations

from flint import fmpq

from derivlab.algebra.atoms import ISZERO, ONE, STEP, Atom, Monomial, Polynomial, from_key
from derivlab.algebra.ring import Ring
from derivlab.algebra.signs import NONNEGATIVE, POSITIVE, sign

MAX_STEPS = 8  # in one product; more are left as they are


def compared(ring: Ring, monomial: Monomial) -> Polynomial | None:
    """The product with one step less, or None if no two of its steps are in line."""
    steps = [atom for atom, exponent in monomial if atom.kind in (STEP, ISZERO) and exponent == 1]
    if not 2 <= len(steps) <= MAX_STEPS:
        return None
    for first in steps:
        for second in steps:
            if first is second:
                continue
            product = _product(ring, first, second)
            if product is not None:
                rest = tuple(item for item in monomial if item[0] is not first and item[0] is not second)
                return ring.mul(ring.mul({ONE: fmpq(1)}, {rest: fmpq(1)}), product)
    return None


def _product(ring: Ring, first: Atom, second: Atom) -> Polynomial | None:
    """first·second as a sum of at most one of the two in each term, if that is known."""
    key = ("compared", first, second)
    if key not in ring.memo:
        ring.tick()
        ring.memo[key] = _in_line(ring, first, second)
    found: Polynomial | None = ring.memo[key]
    return found


def _in_line(ring: Ring, first: Atom, second: Atom) -> Polynomial | None:
    here, there = from_key(first.args[0]), from_key(second.args[0])
    for monomial, value in here.items():
        if monomial == ONE or monomial not in there:
            continue
        ratio = there[monomial] / value
        offset = ring.sub(there, ring.scale(here, ratio))
        if monomial in offset:
            continue
        found = _known(ring, first, second, ratio > 0, offset)
        if found is not None:
            return found
    return None


def _known(ring: Ring, first: Atom, second: Atom, along: bool, offset: Polynomial) -> Polynomial | None:
    up = sign(ring, offset) if offset else NONNEGATIVE
    down = sign(ring, ring.scale(offset, -1)) if offset else NONNEGATIVE
    if first.kind == ISZERO:
        if POSITIVE in (up, down):
            return ring.of(first) if second.kind == STEP and up == POSITIVE else {}
        return {} if second.kind == STEP and down == NONNEGATIVE else None
    if along:
        if up >= NONNEGATIVE:
            return ring.of(first) if second.kind == STEP else {}
    elif down >= NONNEGATIVE:
        return {}
    elif up == POSITIVE and second.kind == STEP:
        return ring.sub(ring.add(ring.of(first), ring.of(second)), ring.constant(1))
    return None
