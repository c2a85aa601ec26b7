"""The search for a point at which both sides are defined and provably differ."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import sympy
from flint import arb, ctx
from sympy import Expr

from derivlab.errors import DerivlabError
from derivlab.proof.claim import Claim
from derivlab.proof.evaluate import MAX_WORK, Evaluator, Position
from derivlab.proof.indices import entries_in, environments, free_indices, size_names
from derivlab.proof.numbers import NotDefinedError
from derivlab.proof.relevance import narrowed, possible
from derivlab.proof.sampling import OWN_POINTS, Sample, samples, thresholds
from derivlab.proof.verdict import Values, Witness
from derivlab.symbols import head_name

PRECISION = 128
ROUNDING = 1e-30  # a ball around 0 that is smaller is shown as 0
MAX_ASSIGNMENTS = 16  # of positions to free indices, at one point
FEW_ASSIGNMENTS = 3


@dataclass(frozen=True)
class Search:
    """What a search saw: a witness if there is one, and at how many points both sides are defined."""

    witness: Witness | None
    defined: int
    points: int


def search(claim: Claim, points: int, enough: int | None = None, own: Claim | None = None) -> Search:
    """Try up to `points` points; stop after `enough` defined ones (all, if None).

    A point has values of what the claim rests on, `own` if that is known; at the sizes of a witness there
    are values of all else.
    """
    previous = ctx.prec
    ctx.prec = PRECISION
    try:
        return _search(claim, own or narrowed(claim), points, enough)
    finally:
        ctx.prec = previous


def _search(whole: Claim, claim: Claim, points: int, enough: int | None) -> Search:
    sides = (claim.left, claim.right)
    sizes = size_names(claim.context, sides)
    indices = free_indices(sides, claim.context)
    assignments = MAX_ASSIGNMENTS if enough is None else FEW_ASSIGNMENTS
    defined = tried = 0
    work = [0]
    own = thresholds((*sides, *(definition.body for definition in claim.context.definitions)))
    for sample in islice(
        samples(claim.context, sizes, least_sizes(claim), own=own), points + (OWN_POINTS if own else 0)
    ):
        tried += 1
        evaluator = Evaluator(claim.context, sample.sizes, sample.values, work=work)
        seen = False
        for env in islice(environments(indices, claim.context, sample.sizes, sides), assignments):
            pair = values_at(evaluator, sides, env)
            if pair is None:
                continue
            seen = True
            if not pair[0].overlaps(pair[1]) and possible(whole, claim, sample.sizes):
                return Search(witness_at(claim, sample, env, pair), defined + 1, tried)
        defined += seen
        if work[0] > MAX_WORK or (enough is not None and defined >= enough):
            break
    return Search(None, defined, tried)


def values_at(
    evaluator: Evaluator, sides: tuple[Expr, Expr], env: dict[sympy.Symbol, int]
) -> tuple[arb, arb] | None:
    """Both values, or None where one has none."""
    try:
        left, right = (evaluator.value(side, env) for side in sides)
    except (NotDefinedError, DerivlabError, OverflowError, RecursionError):
        return None
    if not isinstance(left, arb) or not isinstance(right, arb):
        return None
    return (left, right) if left.is_finite() and right.is_finite() else None


def least_sizes(claim: Claim) -> dict[str, int]:
    """What the context says of its sizes; and an entry z_3 needs a size of at least 3."""
    least: dict[str, int] = dict(claim.context.least)
    bodies = [definition.body for definition in claim.context.definitions]
    for expr in (claim.left, claim.right, *bodies):
        for node in entries_in(expr):
            entry = claim.context.lookup(head_name(node))
            for index, size in zip(node.indices, entry.shape if entry else (), strict=False):
                if isinstance(index, sympy.Integer) and isinstance(size, sympy.Symbol):
                    least[size.name] = max(least.get(size.name, 1), int(index))
    return least


def witness_at(claim: Claim, sample: Sample, env: dict[sympy.Symbol, int], pair: tuple[arb, arb]) -> Witness:
    """The point as a witness, with the values of what the two sides depend on."""
    used = claim.context.used_in((claim.left, claim.right))
    hidden = {one.of for one in claim.context.inverses if one.value is not None}
    for one in reversed(claim.context.inverses):
        if not one.names.isdisjoint(used):
            used = (used | claim.context.made_of(one)) - one.names - hidden  # their values follow
    values = {name: _nested(entries) for name, entries in sample.values.items() if name in used}
    return Witness(
        sizes=dict(sample.sizes),
        indices={symbol.name: place for symbol, place in env.items()},
        values=values,
        left=_decimal(pair[0]),
        right=_decimal(pair[1]),
    )


def _nested(entries: dict[Position, Fraction]) -> Values:
    """Nested tuples in the shape of the array."""
    if () in entries:
        return entries[()]
    rows: dict[int, dict[Position, Fraction]] = {}
    for place, value in entries.items():
        rows.setdefault(place[0], {})[place[1:]] = value
    return tuple(_nested(rows[row]) for row in sorted(rows))


def _decimal(ball: arb) -> str:
    """A ball as a decimal number that is right to its last digit."""
    if ball.is_exact() and ball.is_integer():
        return str(ball.unique_fmpz())
    if ball.contains(0) and abs(ball) < ROUNDING:
        return "0"
    return str(ball.str(8, radius=False))
