"""What the search for a repair knows: the claim as it was written, the true side, points to compare at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from flint import arb, ctx
from sympy import Expr, Symbol

from derivlab.calculus.closing import closed_form
from derivlab.calculus.inverses import with_inverses_derived
from derivlab.diagnosis.tree import Place, nested, places
from derivlab.errors import DerivlabError, ShapeError, UnreadableError
from derivlab.notation import StatedClaim
from derivlab.notation.recursion import room_for_nesting
from derivlab.notation.statements.claims import reread
from derivlab.notation.statements.model import Origin
from derivlab.notation.syntax import Node
from derivlab.proof.claim import Claim
from derivlab.proof.evaluate import Evaluator
from derivlab.proof.indices import environments, size_names
from derivlab.proof.numbers import NotDefinedError
from derivlab.proof.sampling import samples
from derivlab.proof.verify import Budget, verify
from derivlab.proof.witness import PRECISION, least_sizes
from derivlab.symbols import Context, Dimension, Partial, index, relevant, substitute

POINTS = 3
ENVIRONMENTS = 3  # at one point
SAMPLES = 12
QUICK = Budget(steps=20_000, points=12, checks=1)
MAX_READ = 400  # candidates that are read for one claim
MAX_SPENT = 100_000  # nodes that are evaluated for one claim
UNDEFINED = (NotDefinedError, DerivlabError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Point:
    """Sizes, values and index positions, with the true side's value there."""

    evaluator: Evaluator
    env: dict[Symbol, int]
    wanted: arb


@dataclass
class Situation:
    """A refuted claim.

    Attributes:
        origin: what the claim was read from.
        true, written: the side that is taken as right, and the one that is searched for the mistake.
        base: the claim true = true, with the indices and the context of the statement.
        points: where candidates are compared, by a quick filter; the proof comes after it.
        read: how many candidates have been read.
        spent: how many nodes have been evaluated.
        responses: how the written side answers to slots, by place.
        present: the claim as it was written; None where its shapes do not fit.
    """

    origin: Origin
    true: Node
    written: Node
    base: StatedClaim
    points: list[Point] = field(default_factory=list)
    read: int = 0
    spent: int = 0
    responses: dict[object, object] = field(default_factory=dict)
    present: StatedClaim | None = None

    @property
    def context(self) -> Context:
        return self.base.context

    @cached_property
    def places(self) -> list[Place]:
        return places(self.written)

    @cached_property
    def truth(self) -> Expr:
        """The true side without derivatives, as derivlab writes it; in the indices of the claim."""
        try:
            return closed_form(self.base.left, self.context) or self.base.left
        except DerivlabError:
            return self.base.left

    @cached_property
    def free(self) -> dict[Symbol, Dimension]:
        """The free indices that are written as letters, with their sizes."""
        indices = self.base.indices
        return dict(indices[: len(indices) - self.base.axes])

    @cached_property
    def axes(self) -> dict[Symbol, Dimension]:
        """The indices of the entries of whole arrays, with their sizes."""
        indices = self.base.indices
        return dict(indices[len(indices) - self.base.axes :])

    def candidate(self, side: Node) -> StatedClaim | None:
        """The claim with another written side; None if it cannot be read or its shapes do not fit."""
        self.read += 1
        if self.read > MAX_READ:
            return None
        try:
            with room_for_nesting(0, 0):
                claim = reread(self.origin, self.true, side)
        except (UnreadableError, ShapeError, DerivlabError):
            return None
        if claim.shape_mismatch or len(claim.indices) != len(self.base.indices):
            return None
        return claim

    def agrees(self, claim: StatedClaim) -> bool:
        """Whether the candidate has the true value at every point."""
        with precision():
            return all(self.holds_at(claim, point) for point in self.points)

    def holds_at(self, claim: StatedClaim, point: Point) -> bool:
        """Whether the candidate has the true value at a point."""
        value = self.value(claim, point)
        return value is not None and bool(value.overlaps(point.wanted))

    def value(self, claim: StatedClaim, point: Point, **overrides: object) -> arb | None:
        """The written side of a candidate at a point; None where it has no value."""
        names = zip(claim.indices, self.base.indices, strict=True)
        env = {new: point.env[old] for (new, _), (old, _) in names}
        if self.spent > MAX_SPENT:
            return None
        at = point.evaluator
        at.work[0] = 0
        same = claim.context.definitions == self.context.definitions
        if overrides or not same:
            kept = at.cache if same else {}
            at = replace(at, context=claim.context, overrides=overrides)  # type: ignore[arg-type]
            at.cache = kept  # no definition depends on what is put into a gap
        try:
            value = at.value(claim.right, env)
        except UNDEFINED:
            return None
        finally:
            self.spent += at.work[0]
        return value if isinstance(value, arb) and value.is_finite() else None

    def value_as_written(self, number: int) -> arb | None:
        """The written side itself at a point."""
        return None if self.present is None else self.value(self.present, self.points[number])

    def proves(self, claim: StatedClaim, context: Context | None = None) -> bool:
        """Whether the candidate is proved for all sizes."""
        try:
            verdict = verify(Claim(claim.left, claim.right, context or claim.context), QUICK)
        except DerivlabError:
            return False
        return verdict.verdict == "proved"

    def sizes(self) -> tuple[str, ...]:
        """The names of the symbolic sizes."""
        return size_names(self.context, (self.base.left,))


class precision:  # noqa: N801  used as `with precision():`
    """The working precision of the balls."""

    def __enter__(self) -> None:
        self.previous = ctx.prec
        ctx.prec = PRECISION

    def __exit__(self, *_: object) -> None:
        ctx.prec = self.previous


def situation(claim: StatedClaim) -> Situation | None:
    """The claim at a few points at which its true side is defined; None where there are none."""
    if claim.origin is None or claim.relation != "=":
        return None
    equation = claim.origin.equation
    true, written = equation.left, nested(equation.right)
    if claim.right.has(Partial) and not claim.left.has(Partial):
        true, written = equation.right, nested(equation.left)
    try:
        base = _own_axes(reread(claim.origin, true, true))
    except UnreadableError:
        return None
    if base.shape_mismatch:
        return None
    base = replace(base, left=with_inverses_derived(base.left, base.context))
    found = Situation(claim.origin, true, written, base)
    sides = (base.left, claim.left, claim.right)
    with precision():
        found.points = list(islice(_points(base, sides), POINTS * ENVIRONMENTS))
    found.present = found.candidate(written)
    return found if found.points else None


def _own_axes(base: StatedClaim) -> StatedClaim:
    """The claim with index symbols of its own on the axes of whole arrays: a sum may bind the usual ones."""
    free = len(base.indices) - base.axes
    own = {old: index(f"axis_of_claim_{k}") for k, (old, _) in enumerate(base.indices[free:])}
    indices = (*base.indices[:free], *((own[old], size) for old, size in base.indices[free:]))
    left = substitute(base.left, own)
    context = replace(base.context, ranges=indices)
    return replace(base, left=left, right=left, indices=indices, context=context)


def _points(base: StatedClaim, sides: tuple[Expr, ...]) -> Iterator[Point]:
    """Values of the names that stand in the sides, in the whole context."""
    claim = Claim(base.left, base.left, base.context)
    symbols = tuple(symbol for symbol, _ in base.indices)
    drawn = relevant(base.context, sides)
    sizes = dict.fromkeys((*size_names(drawn, sides), *size_names(base.context)))
    used = 0
    for sample in islice(samples(drawn, tuple(sizes), least_sizes(claim)), SAMPLES):
        at = Evaluator(base.context, sample.sizes, sample.values)
        every = list(environments(symbols, base.context, sample.sizes, (base.left,)))
        seen = False
        for env in _spread(every):
            value = _defined(lambda at=at, env=env: at.value(base.left, env))  # type: ignore[misc]
            if value is not None:
                seen = True
                yield Point(at, env, value)
        used += seen
        if used == POINTS or at.work[0] > MAX_SPENT:
            return


def _spread(every: list[dict[Symbol, int]]) -> list[dict[Symbol, int]]:
    """A few assignments of positions: the last, the first, and one in the middle."""
    if len(every) <= ENVIRONMENTS:
        return every[::-1]
    return [every[-2], every[-1], every[0]]


def _defined(value: Callable[[], object]) -> arb | None:
    try:
        found = value()
    except UNDEFINED:
        return None
    return found if isinstance(found, arb) and found.is_finite() else None
