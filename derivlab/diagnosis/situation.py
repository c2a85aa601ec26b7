"""What the search for a repair knows: the claim, the true side, points at which to compare."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

import sympy
from flint import arb, ctx
from sympy import Expr, Indexed, Symbol

from derivlab.calculus.closing import closed_form
from derivlab.errors import DerivlabError
from derivlab.proof.claim import Claim
from derivlab.proof.evaluate import Evaluator
from derivlab.proof.numbers import NotDefinedError
from derivlab.proof.sampling import environments, free_indices, samples, size_names
from derivlab.proof.verify import Budget, verify
from derivlab.proof.witness import PRECISION, least_sizes
from derivlab.symbols import Context, Dimension, dimension, head_name

POINTS = 3
QUICK = Budget(steps=20_000, points=12, checks=1)


@dataclass
class Situation:
    """A refuted claim with its points; `agrees` is a quick filter, `proves` the judge."""

    claim: Claim
    truth: Expr
    indices: tuple[Symbol, ...]
    points: list[tuple[Evaluator, dict[Symbol, int], arb]] = field(default_factory=list)
    tried: int = 0

    @property
    def written(self) -> Expr:
        return self.claim.right

    @property
    def context(self) -> Context:
        return self.claim.context

    def agrees(self, candidate: Expr) -> bool:
        """Whether the candidate has the left side's value at every point."""
        self.tried += 1
        return all(self._same(candidate, *point) for point in self.points)

    def _same(self, candidate: Expr, at: Evaluator, env: dict[Symbol, int], wanted: arb) -> bool:
        at.work[0] = 0
        previous = ctx.prec
        ctx.prec = PRECISION
        try:
            value = at.value(candidate, env)
        except (NotDefinedError, DerivlabError, OverflowError, RecursionError):
            return False
        finally:
            ctx.prec = previous
        return isinstance(value, arb) and value.is_finite() and bool(value.overlaps(wanted))

    def proves(self, candidate: Expr, context: Context | None = None) -> bool:
        """Whether left = candidate is proved for all sizes."""
        claim = Claim(self.claim.left, candidate, context or self.context)
        try:
            return verify(claim, QUICK).verdict == "proved"
        except DerivlabError:
            return False

    def size_of(self, index: Symbol) -> Dimension | None:
        """The range of a free index: the first axis that it stands on."""
        for symbol, size in self.context.ranges:
            if symbol.name == index.name:
                return size
        for expr in (self.claim.left, self.claim.right):
            for node in sympy.preorder_traversal(expr):
                if isinstance(node, Indexed) and index in node.indices:
                    shape = self.context.shape(head_name(node))
                    return shape[node.indices.index(index)]
        return None

    def sizes(self) -> tuple[Symbol, ...]:
        """The symbolic sizes of the context."""
        return tuple(dimension(name) for name in size_names(self.context))


def situation(claim: Claim) -> Situation | None:
    """The claim at a few points where its left side is defined, or None where there are none."""
    sides = (claim.left, claim.right)
    indices = free_indices(sides, claim.context)
    found = Situation(claim, _truth(claim), indices)
    sizes = size_names(claim.context, sides)
    previous = ctx.prec
    ctx.prec = PRECISION
    try:
        for sample in islice(samples(claim.context, sizes, least_sizes(claim)), 12):
            at = Evaluator(claim.context, sample.sizes, sample.values)
            every = list(environments(indices, claim.context, sample.sizes, sides))
            for env in every[:: max(1, len(every) - 1)][:2]:
                try:
                    value = at.value(claim.left, env)
                except (NotDefinedError, DerivlabError, OverflowError, RecursionError):
                    continue
                if isinstance(value, arb) and value.is_finite():
                    found.points.append((at, env, value))
            if len(found.points) >= POINTS:
                return found
    finally:
        ctx.prec = previous
    return found if found.points else None


def _truth(claim: Claim) -> Expr:
    """The left side without derivatives, as derivlab writes it."""
    try:
        return closed_form(claim.left, claim.context) or claim.left
    except DerivlabError:
        return claim.left
