"""Kinks that cannot cancel: f = S + Σ W·T·1[T > 0] with every weight W of one sign and a smooth S.

Where T is 0, the slope of W·T·1[T > 0] jumps by W·|T'|. If all weights are nonnegative (or all are not
positive), the jumps of several kinks add up and cannot cancel, so a derivative exists only where each
W·T' is 0 at T = 0. That is what a claim about the derivative may use.

The smooth part may hold entries, sums, exponentials, logarithms and whole powers: each of these is
differentiable wherever it is defined. Roots and opaque functions are not, and end the search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flint import fmpq

from derivlab.algebra import signs, sums
from derivlab.algebra.atoms import (
    BASE,
    CONSTANT,
    DELTA,
    ENTRY,
    EXP,
    LOG,
    RADICAL,
    SIZE,
    STEP,
    SUM,
    VALUE,
    Atom,
    Index,
    Monomial,
    Polynomial,
    accumulate,
    from_key,
    leading,
    merge,
    monomial_of,
    parts_of,
)
from derivlab.algebra.factor import content
from derivlab.algebra.ring import Ring
from derivlab.algebra.transform import open_sum, rename

SMOOTH = frozenset((BASE, CONSTANT, DELTA, ENTRY, EXP, LOG, RADICAL, SIZE, SUM, VALUE))
MAX_DIVISIONS = 64
UNIT = fmpq(1)
Slope = Callable[[Polynomial], Polynomial]
Part = tuple[str, str | int | None, Atom, Monomial, fmpq]
Found = tuple[Polynomial, Polynomial]


@dataclass
class Family:
    """The steps 1[T > 0] of one shape with their common factor; over a bound index, or alone."""

    step: Atom
    bound: str
    size: str | int | None
    factor: Polynomial


def convex_kinks(ring: Ring, polynomial: Polynomial, slope: Slope) -> list[Found]:
    """(T, jump) of every kink that moves; [] where the shape is another one and nothing is known.

    `slope` takes the derivative away from the kinks. The jump is 0 wherever T is and the derivative exists.
    """
    families = _families(ring, polynomial)
    if families is None:
        return []
    found: list[Found] = []
    known: set[int] = set()
    for family in families:
        argument = from_key(family.step.args[0])
        moving = slope(argument)
        if not moving:
            continue
        weight = _quotient(ring, family.factor, argument)
        if weight is None:
            return []
        known.add(_sign(ring, weight))
        stated = _stated(ring, argument, ring.mul(weight, moving), moving)
        if stated is None:
            return []
        found.append(stated)
    return found if len(known) == 1 and 0 not in known else []


def _sign(ring: Ring, weight: Polynomial) -> int:
    for turned in (1, -1):
        if signs.sign(ring, ring.scale(weight, turned)) > signs.UNKNOWN:
            return turned
    return 0


def _families(ring: Ring, polynomial: Polynomial) -> list[Family] | None:
    """The steps by shape; None where one stands elsewhere than in A + C·1[T > 0] or Σ C·1[T > 0]."""
    found: list[Family] = []
    for monomial, value in polynomial.items():
        if not _smooth(monomial):
            return None
        if not _has_step(monomial):
            continue
        parts = _parts(ring, monomial)
        if parts is None:
            return None
        for bound, size, step, rest, inner in parts:
            _collect(ring, found, Family(step, bound, size, {rest: value * inner}))
    return found


def _parts(ring: Ring, monomial: Monomial) -> list[Part] | None:
    """(bound, size, step, what stands beside it, coefficient) of a monomial with one step."""
    stepped = [(atom, e) for atom, e in monomial if atom.kind == STEP or _has_step(((atom, 1),))]
    if len(stepped) != 1 or stepped[0][1] != 1:
        return None
    atom = stepped[0][0]
    rest = tuple(item for item in monomial if item[0] is not atom)
    if atom.kind == STEP:
        return None if _has_step(_inside(atom)) else [("", None, atom, rest, UNIT)]
    if atom.kind != SUM:
        return None
    bounds, opened = open_sum(ring, atom)
    found: list[Part] = []
    for body, value in opened.items():
        steps = [inner for inner, e in body if inner.kind == STEP and e == 1]
        own = [(name, size) for name, size in bounds if steps and name in steps[0].free]
        beside = tuple(item for item in body if item[0] not in steps)
        if len(steps) != 1 or len(own) != 1 or _has_step((*beside, *_inside(steps[0]))):
            return None
        factor: Polynomial = {beside: value}
        for name, size in bounds:  # a factor that is a sum itself was drawn into this one
            factor = sums.total(ring, name, size, factor) if name != own[0][0] else factor
        found += [(*own[0], steps[0], merge(rest, inner), number) for inner, number in factor.items()]
    return found


def _collect(ring: Ring, families: list[Family], new: Family) -> None:
    for family in families:
        if (family.size, bool(family.bound)) == (new.size, bool(new.bound)):
            names: dict[str, Index] = {new.bound: family.bound} if new.bound else {}
            if rename(ring, {((new.step, 1),): UNIT}, names) == {((family.step, 1),): UNIT}:
                family.factor = ring.add(family.factor, rename(ring, new.factor, names))
                return
    families.append(new)


def _inside(atom: Atom) -> Monomial:
    return tuple(item for part in parts_of(atom.kind, atom.args) for item in part)


def _everything(monomial: Monomial) -> Iterator[tuple[Atom, object]]:
    pending = list(monomial)
    while pending:
        atom, exponent = pending.pop()
        yield atom, exponent
        pending += _inside(atom)


def _has_step(monomial: Monomial) -> bool:
    return any(atom.kind == STEP for atom, _ in _everything(monomial))


def _smooth(monomial: Monomial) -> bool:
    """Whether all but the steps is differentiable where it is defined."""
    return all(
        (atom.kind in SMOOTH or atom.kind == STEP) and (isinstance(e, int) or atom.kind == RADICAL)
        for atom, e in _everything(monomial)
    )


def _quotient(ring: Ring, polynomial: Polynomial, divisor: Polynomial) -> Polynomial | None:
    """polynomial / divisor where it is one without a remainder."""
    result: Polynomial = {}
    other, below = leading(divisor)
    for _ in range(MAX_DIVISIONS):
        if not polynomial:
            return result
        lead, above = leading(polynomial)
        ratio = merge(lead, tuple((atom, -e) for atom, e in other))
        term = {ratio: above / below}
        if any(e < 0 and (atom, e) not in lead for atom, e in ratio):
            return None
        accumulate(result, term)
        polynomial = ring.sub(polynomial, ring.mul(divisor, term))
    return None


def _stated(ring: Ring, argument: Polynomial, jump: Polynomial, slope: Polynomial) -> Found | None:
    """The kink where it matters: a delta in the slope says at which index."""
    names: dict[str, Index] = {}
    deltas = [atom for monomial in slope for atom, _ in monomial if atom.kind == DELTA]
    if deltas:
        if len(slope) > 1:
            return None
        for atom in deltas:
            bound = [a for a in atom.args if isinstance(a, str) and a.startswith("~")]
            if bound:
                names[bound[0]] = next(a for a in atom.args if a != bound[0])
        argument, jump = rename(ring, argument, names), rename(ring, jump, names)
    return argument, _without_nonzero(ring, jump)


def _without_nonzero(ring: Ring, jump: Polynomial) -> Polynomial:
    """The jump without common factors that are never 0."""
    common = content(jump) if jump else ()
    known = {atom: -e for atom, e in common if signs.nonzero(ring, {((atom, 1),): UNIT})}
    return ring.mul(jump, {monomial_of(known): UNIT}) if known else jump
