"""Inequalities: proved by the sign of the difference, refuted by a point at which balls decide."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from flint import arb, ctx
from sympy import Expr

from derivlab.algebra import signs
from derivlab.algebra.canonical import differentiated
from derivlab.algebra.order import Difference, difference
from derivlab.errors import OutsideClassError, UsageError
from derivlab.proof.claim import Claim
from derivlab.proof.evaluate import MAX_WORK, Evaluator
from derivlab.proof.indices import environments, free_indices, size_names
from derivlab.proof.relevance import narrowed, possible
from derivlab.proof.roots import with_roots
from derivlab.proof.sampling import samples
from derivlab.proof.unread import respecting_unread
from derivlab.proof.verdict import Proved, Refuted, Undecided, Verdict, Witness
from derivlab.proof.verify import Budget
from derivlab.proof.witness import MAX_ASSIGNMENTS, PRECISION, least_sizes, values_at, witness_at
from derivlab.symbols import Context, relevant

#: Each relation: what proves it of left − right, and what refutes it at a point. Equality of balls is
#: known only where both are exact.
RELATIONS: dict[str, tuple[Callable[[Difference], bool], Callable[[arb], bool]]] = {
    "≥": (lambda d: d.sign >= signs.NONNEGATIVE, lambda at: bool(at < 0)),
    ">": (lambda d: d.sign == signs.POSITIVE, lambda at: bool(at < 0) or at.is_zero()),
    "≠": (lambda d: d.nonzero, lambda at: at.is_zero()),
}
_SWAPPED = {"≤": "≥", "<": ">"}


def verify_order(
    left: Expr, relation: str, right: Expr, context: Context, budget: Budget | None = None
) -> Verdict:
    """Whether `left relation right` holds for all sizes and values; the relation is one of ≥ > ≤ < ≠.

    Proved where the canonical form of the difference shows its sign; refuted by exact values at which it
    certainly fails. Many true inequalities are undecided.

    Raises:
        UsageError: another relation.

    Example:
        >>> from sympy import exp
        >>> from derivlab.symbols import scalar
        >>> x = scalar("x")
        >>> verify_order(1 / (1 + exp(-x)), "<", 1 + 0 * x, Context.of(x)).verdict
        'proved'
        >>> verify_order(x**2, ">", 0 * x, Context.of(x)).verdict
        'refuted'
    """
    if relation in _SWAPPED:
        left, relation, right = right, _SWAPPED[relation], left
        verdict = verify_order(left, relation, right, context, budget)
        return _turned(verdict)
    if relation not in RELATIONS:
        raise UsageError(f"no relation `{relation}`: one of {', '.join((*RELATIONS, *_SWAPPED))}")
    budget = budget or Budget()
    proves, refutes = RELATIONS[relation]
    claim = Claim(left, right, context)
    found, reason = _known(left, right, relevant(context, (left, right)), budget, proves)
    known = found is not None
    witness, defined = _counterexample(claim, refutes, budget, budget.checks if known else None)
    if witness is not None and known:
        return Undecided(f"derivlab contradicts itself here, please report it: {witness.text()}")
    if witness is not None:
        return respecting_unread(
            Refuted(witness), claim, lambda one: verify_order(left, relation, right, one.context, budget)
        )
    if known and found is not None:
        if not defined:
            return Undecided("no point was found at which both sides are defined")
        return Proved(tuple(dict.fromkeys(c.text() for c in found.conditions)), found.steps, found.parts)
    return Undecided(reason, tried=("the sign of the difference", "points at which it fails"))


def _known(
    left: Expr, right: Expr, context: Context, budget: Budget, proves: Callable[[Difference], bool]
) -> tuple[Difference | None, str]:
    """What proves the relation, with matrices as they are or by their roots; or why nothing does."""
    reason = ""
    for here in dict.fromkeys((context, with_roots(context, differentiated((left, right), context)))):
        try:
            found = difference(left, right, here, budget.steps)
        except (OutsideClassError, RecursionError) as error:
            reason = reason or str(error) or "the expression is nested too deeply"
            continue
        if proves(found):
            return found, ""
        reason = reason or "the sign of the difference is not evident"
    return None, reason


def _turned(verdict: Verdict) -> Verdict:
    """The verdict with the sides of its witness exchanged."""
    if not isinstance(verdict, Refuted):
        return verdict
    at = verdict.witness
    return Refuted(Witness(at.sizes, at.indices, at.values, at.right, at.left), verdict.steps_used)


def _counterexample(
    claim: Claim, refutes: Callable[[arb], bool], budget: Budget, enough: int | None
) -> tuple[Witness | None, int]:
    """A point at which the relation certainly fails, and at how many points both sides are defined."""
    previous = ctx.prec
    ctx.prec = PRECISION
    try:
        return _search(claim, refutes, budget, enough)
    finally:
        ctx.prec = previous


def _search(
    whole: Claim, refutes: Callable[[arb], bool], budget: Budget, enough: int | None
) -> tuple[Witness | None, int]:
    claim, sides = narrowed(whole), (whole.left, whole.right)
    indices = free_indices(sides, claim.context)
    sizes = size_names(claim.context, sides)
    defined, work = 0, [0]
    for sample in islice(samples(claim.context, sizes, least_sizes(claim)), budget.points):
        evaluator = Evaluator(claim.context, sample.sizes, sample.values, work=work)
        seen = False
        for env in islice(environments(indices, claim.context, sample.sizes, sides), MAX_ASSIGNMENTS):
            pair = values_at(evaluator, sides, env)
            if pair is None:
                continue
            seen = True
            if refutes(pair[0] - pair[1]) and possible(whole, claim, sample.sizes):
                return witness_at(claim, sample, env, pair), defined + 1
        defined += seen
        if work[0] > MAX_WORK or (enough is not None and defined >= enough):
            break
    return None, defined
