"""Two mistakes at once: factors missing in one or two terms, found by their values and not one by one.

The written side is a sum of terms. Each term with a factor before it, with one inside it, or with both,
has a value at each point; two terms with such values must add up to the true side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, islice

from flint import arb
from sympy import Expr

from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.pools import constants, factors
from derivlab.diagnosis.scaling import ONE, flipped, response_at, scalable
from derivlab.diagnosis.situation import UNDEFINED, Situation, precision
from derivlab.diagnosis.slots import Item, Placed, Response
from derivlab.diagnosis.tree import Place, at_path, put, times
from derivlab.proof.numbers import NotDefinedError

MAX_OPTIONS = 1_500  # of one term
MAX_PROOFS = 12
DIGITS = 12
Changes = tuple[tuple[Place, Placed], ...]
Value = Callable[[int], arb]  # at the point of that number


@dataclass(frozen=True)
class _Option:
    """What a term may have been: factors at places in it, with the value that this gives at each point."""

    value: Value
    changes: Changes = ()


def two_edits(at: Situation) -> Iterator[Edit]:
    """Repairs by two or three factors."""
    with precision():
        found = list(_combinations(at))
    for changes in found[:MAX_PROOFS]:
        edit = _edit(at, changes)
        if edit is not None:
            yield edit


def _combinations(at: Situation) -> Iterator[Changes]:
    top = [place for place in at.places if place.role == "term" and len(place.path) == 1]
    responses = [response_at(at, place, "·") for place in top or at.places[:1]]
    known = [one for one in responses if one is not None]
    if len(known) < len(responses):
        return
    options = [list(islice(_options(at, one), MAX_OPTIONS)) for one in known]
    points = range(len(at.points))
    if len(known) == 1:
        nothing = [_Option(lambda point: arb(0))]
        yield from _matching(options[0], nothing, [point.wanted for point in at.points])
        return
    for a, b in combinations(range(len(known)), 2):
        others = [options[k][0] for k in range(len(known)) if k not in (a, b)]
        try:
            rest = [at.points[k].wanted - sum((o.value(k) for o in others), arb(0)) for k in points]
        except UNDEFINED:
            continue
        yield from _matching(options[a], options[b], rest)


def _matching(left: list[_Option], right: list[_Option], wanted: list[arb]) -> Iterator[Changes]:
    """Pairs that add up, the ones with the fewest changes first."""
    table: dict[str, list[_Option]] = {}
    for option in right:
        value = _defined(option, 0)
        if value is not None:
            table.setdefault(_key(value), []).append(option)
    found = []
    for option in left:
        value = _defined(option, 0)
        for other in table.get(_key(wanted[0] - value), ()) if value is not None else ():
            if all(_add_up(option, other, k, wanted[k]) for k in range(len(wanted))):
                found.append(option.changes + other.changes)
    yield from sorted((one for one in found if len(one) > 1 and not _turns_twice(one)), key=len)


def _turns_twice(changes: Changes) -> bool:
    """−(−u) explains nothing."""
    return sum(placed.expr == -ONE for _, placed in changes) > 1


def _defined(option: _Option, point: int) -> arb | None:
    try:
        value = option.value(point)
    except UNDEFINED:
        return None
    return value if value.is_finite() else None


def _add_up(left: _Option, right: _Option, point: int, wanted: arb) -> bool:
    first, second = _defined(left, point), _defined(right, point)
    return first is not None and second is not None and bool((first + second).overlaps(wanted))


def _key(value: arb) -> str:
    """Equal for values that agree to twelve digits (two keys meet rarely by chance, and are compared)."""
    text = f"{float(value.mid()):.{DIGITS}e}"
    return "0" if abs(float(value.mid())) < 1e-25 else text


def _options(at: Situation, whole: Response) -> Iterator[_Option]:
    """The term as it is, with a factor before it, with one inside, with both."""
    base = _contribution(whole, ONE)
    scales = [placed for item in (Item(-ONE), *constants(at)) for placed in whole.placements(item)]
    yield _Option(base)
    inner = [_Option(base), *_inner(at, whole, base)]
    yield from inner[1:]
    for option in inner:
        for placed in scales:
            yield _Option(_scaled(at, option.value, placed), (*option.changes, (whole.place, placed)))


def _scaled(at: Situation, value: Value, placed: Placed) -> Value:
    def scaled(number: int) -> arb:
        point = at.points[number]
        return point.evaluator.value(placed.expr, point.env) * value(number)

    return scaled


def _inner(at: Situation, whole: Response, base: Value) -> Iterator[_Option]:
    """One factor at a place inside the term."""
    above = whole.place.path
    for response in scalable(at):
        path = response.place.path
        if path[: len(above)] != above or path == above:
            continue
        present = _contribution(response, ONE)
        for item in (Item(-ONE), *factors(at)):
            for placed in response.placements(item):
                change = _contribution(response, placed.expr)
                yield _Option(_moved(base, change, present), ((response.place, placed),))


def _moved(base: Value, change: Value, present: Value) -> Value:
    return cache(lambda number: base(number) + change(number) - present(number))


def _contribution(response: Response, expr: Expr) -> Value:
    """What the slot's place adds with this filling (of a whole term: its value)."""

    def value(number: int) -> arb:
        found = response.contribution(number, response.at.points[number], expr)
        if found is None:
            raise NotDefinedError("no value with this filling")
        return found

    return cache(value)


def _edit(at: Situation, changes: Changes) -> Edit | None:
    """All changes made, the innermost first."""
    side = at.written
    parts = []
    for place, placed in sorted(changes, key=lambda change: -len(change[0].path)):
        factor = placed.node()
        if factor is None:
            return None
        if placed.expr == -ONE:
            side = flipped(side, place)
            parts.append(Edit("sign of a term", side, place.node))
        else:
            side = put(side, place.path, times(factor, at_path(side, place.path)))
            parts.append(Edit("missing factor", side, place.node, factor, missing=placed.expr))
    in_order = sorted(parts, key=lambda part: (part.where.start, -part.where.end))
    return Edit("several mistakes", side, at.written, None, tuple(in_order))
