"""Everything that a model claims: proved for all sizes, controls refuted, held against autograd."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

from derivlab.calculus import Gradient, gradient
from derivlab.models import ConvexityClaim, Model, ModelClaim
from derivlab.proof import Budget, Claim, verify, verify_convex
from derivlab.proof.indices import size_names
from derivlab.verification.autograd import agreement
from derivlab.verification.report import Control, ModelReport, Row

Progress = Callable[[str], None]


def verify_model(
    model: Model, *, budget: Budget | None = None, numeric: bool = True, progress: Progress | None = None
) -> ModelReport:
    """Derive, prove and check one model.

    Args:
        model: what to verify.
        budget: bounds on the work, in steps.
        numeric: whether to hold the claims against torch autograd as well.
        progress: called with the name of what begins.
    """
    tell = progress or (lambda name: None)
    gradients = tuple(_derived(model, tell))
    rows = [_row(model, claim, budget, numeric, tell) for claim in model.claims]
    rows += [_convexity_row(claim, budget, tell) for claim in model.convexity]
    checks = [ok for found in gradients for ok in _step_checks(found)]
    return ModelReport(model, tuple(rows), gradients, sum(checks), len(checks))


def verify_models(
    models: Sequence[Model], *, numeric: bool = True, progress: Progress | None = None
) -> Iterator[ModelReport]:
    """`verify_model` for each, one at a time."""
    for model in models:
        yield verify_model(model, numeric=numeric, progress=progress)


def _derived(model: Model, tell: Progress) -> Iterator[Gradient]:
    for name in model.gradients:
        tell(f"derive {model.objective} by {name}")
        definition = model.context.definition(model.objective)
        assert definition is not None
        yield gradient(definition.head, name, model.context)


def _step_checks(found: Gradient) -> list[bool]:
    """Whether each step of a derivation and of its lemmas is proved."""
    from derivlab.calculus.derivation import checked

    results = found.check()
    for lemma in found.lemmas:
        results += checked(lemma.steps, found.context)
    return results


def _row(model: Model, claim: ModelClaim, budget: Budget | None, numeric: bool, tell: Progress) -> Row:
    tell(claim.name)
    began = perf_counter()
    verdict = verify(Claim(claim.left, claim.right, model.context, claim.name), budget)
    seconds = perf_counter() - began
    controls = tuple(
        Control(w.mistake, w.right, verify(Claim(claim.left, w.right, model.context), budget))
        for w in claim.wrong
    )
    found = agreement(model, claim) if numeric else None
    return Row(
        claim=claim.name,
        statement=f"{claim.left} = {claim.right}",
        kind=claim.kind,
        verdict=verdict,
        expected="proved",
        sizes=size_names(model.context, (claim.left, claim.right)),
        seconds=seconds,
        left=claim.left,
        right=claim.right,
        error=None if found is None else found.error,
        points=0 if found is None else found.points,
        controls=controls,
    )


def _convexity_row(claim: ConvexityClaim, budget: Budget | None, tell: Progress) -> Row:
    tell(claim.name)
    began = perf_counter()
    verdict = verify_convex(claim.objective, claim.by, claim.context, budget)
    return Row(
        claim=claim.name,
        statement=f"{claim.objective} is convex in {claim.by}",
        kind="convexity",
        verdict=verdict,
        expected="proved" if claim.holds else "refuted",
        sizes=size_names(claim.context),
        seconds=perf_counter() - began,
    )
