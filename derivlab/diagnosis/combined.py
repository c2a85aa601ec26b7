"""Two mistakes at once: factors missing in one or two terms, found by their values and not one by one.

The written side is a sum of terms. Each term with a factor before it, with one inside it, or with both,
has a value at each point; two terms with such values must add up to the true side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import arb
from sympy import Expr

from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.pools import constants, factors
from derivlab.diagnosis.scaling import ONE, response_at, scalable
from derivlab.diagnosis.situation import UNDEFINED, Situation, precision
from derivlab.diagnosis.slots import Item, Placed, Response
from derivlab.diagnosis.tree import Place, at_path, number, put, times
from derivlab.notation import syntax
from derivlab.notation.syntax import Node

MAX_OPTIONS = 1_500  # of one term
MAX_PROOFS = 12
DIGITS = 12


@dataclass(frozen=True)
class _Option:
    """What a term may have been: factors at places in it, with the values that this adds at each point."""

    values: tuple[arb, ...]
    changes: tuple[tuple[Place, Placed], ...] = ()


def two_edits(at: Situation) -> Iterator[Edit]:
    """Repairs by two or three factors."""
    with precision():
        found = list(_combinations(at))
    for changes in found[:MAX_PROOFS]:
        yield _edit(at, changes)


def _combinations(at: Situation) -> Iterator[tuple[tuple[Place, Placed], ...]]:
    top = [place for place in at.places if place.role == "term" and len(place.path) == 1]
    terms = top or at.places[:1]
    responses = [response_at(at, place, "·") for place in terms]
    if any(one is None for one in responses):
        return
    known = [one for one in responses if one is not None]
    values = [_values(one, ONE) for one in known]
    if any(one is None for one in values):
        return
    options = [_options(at, one) for one in known]
    wanted = tuple(point.wanted for point in at.points)
    if len(known) == 1:
        yield from _matching(options[0], [_Option((arb(0),) * len(wanted))], wanted)
        return
    for a in range(len(known)):
        for b in range(a + 1, len(known)):
            others = [v for k, v in enumerate(values) if k not in (a, b) and v is not None]
            rest = tuple(w - sum((o[k] for o in others), arb(0)) for k, w in enumerate(wanted))
            yield from _matching(options[a], options[b], rest)


def _matching(
    left: list[_Option], right: list[_Option], wanted: tuple[arb, ...]
) -> Iterator[tuple[tuple[Place, Placed], ...]]:
    """Pairs that add up, the ones with the fewest changes first."""
    table: dict[str, list[_Option]] = {}
    for option in right:
        table.setdefault(_key(option.values[0]), []).append(option)
    found = []
    for option in left:
        for other in table.get(_key(wanted[0] - option.values[0]), ()):
            sums = (a + b for a, b in zip(option.values, other.values, strict=True))
            if all(total.overlaps(value) for total, value in zip(sums, wanted, strict=True)):
                found.append(option.changes + other.changes)
    yield from sorted((one for one in found if len(one) > 1), key=len)


def _key(value: arb) -> str:
    """Equal for values that agree to twelve digits (two keys meet rarely by chance, and are compared)."""
    text = f"{float(value.mid()):.{DIGITS}e}"
    return "0" if abs(float(value.mid())) < 1e-25 else text


def _options(at: Situation, whole: Response) -> list[_Option]:
    """The term as it is, with a factor before it, with one inside, with both."""
    base = _values(whole, ONE)
    if base is None:
        return []
    found = [_Option(base)]
    outer = [p for item in (Item(-ONE), *constants(at)) for p in whole.placements(item)]
    scales = [(placed, _scale(whole, placed)) for placed in outer]
    inner = [found[0], *_inner(at, whole, base)]
    found += inner[1:]
    for option in inner:
        for placed, scale in scales:
            if scale is not None and len(found) < MAX_OPTIONS:
                scaled = tuple(s * v for s, v in zip(scale, option.values, strict=True))
                found.append(_Option(scaled, (*option.changes, (whole.place, placed))))
    return found


def _inner(at: Situation, whole: Response, base: tuple[arb, ...]) -> Iterator[_Option]:
    """One factor at a place inside the term."""
    above = whole.place.path
    for response in scalable(at):
        path = response.place.path
        present = _values(response, ONE) if path[: len(above)] == above and path != above else None
        if present is None:
            continue
        for item in (Item(-ONE), *factors(at)):
            for placed in response.placements(item):
                values = _values(response, placed.expr)
                if values is not None:
                    moved = zip(base, values, present, strict=True)
                    yield _Option(tuple(b + v - w for b, v, w in moved), ((response.place, placed),))


def _scale(response: Response, placed: Placed) -> tuple[arb, ...] | None:
    try:
        return tuple(point.evaluator.value(placed.expr, point.env) for point in response.at.points)
    except UNDEFINED:
        return None


def _values(response: Response, expr: Expr) -> tuple[arb, ...] | None:
    """What the slot's place adds at each point with this filling (of a term: its value)."""
    found = []
    for number_of, point in enumerate(response.at.points):
        value = response.contribution(number_of, point, expr)
        if value is None:
            return None
        found.append(value)
    return tuple(found)


def _edit(at: Situation, changes: tuple[tuple[Place, Placed], ...]) -> Edit:
    """All changes made, the innermost first."""
    side = at.written
    parts = []
    for place, placed in sorted(changes, key=lambda change: -len(change[0].path)):
        side = put(side, place.path, _scaled(at_path(side, place.path), placed))
        kind = "sign of a term" if placed.expr == -ONE else "missing factor"
        parts.append(Edit(kind, side, place.node, placed.node, missing=placed.expr))
    return Edit("several mistakes", side, at.written, None, tuple(parts[::-1]))


def _scaled(node: Node, placed: Placed) -> Node:
    if placed.expr == -ONE:
        return syntax.Sum(("-",), (node,)) if not isinstance(node, syntax.Sum) else times(number(-1), node)
    return times(placed.node, node)
