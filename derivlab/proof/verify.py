"""The one place where a verdict is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sympy import Expr

from derivlab.algebra.canonical import Residue, residue
from derivlab.algebra.write import to_sympy
from derivlab.calculus.inverses import context_with_inverses_derived, with_inverses_derived
from derivlab.errors import OutsideClassError, UsageError
from derivlab.proof.cancelling import multiplied
from derivlab.proof.claim import Claim
from derivlab.proof.mirrored import with_mirrored
from derivlab.proof.relevance import narrowed
from derivlab.proof.unread import respecting_unread
from derivlab.proof.verdict import Proved, Refuted, Undecided, Verdict
from derivlab.proof.witness import search
from derivlab.symbols import Context, exact, infer_context


@dataclass(frozen=True)
class Budget:
    """Bounds on the work, in steps and points: a verdict never depends on a clock.

    Attributes:
        steps: products of monomials that the canonical form may make.
        points: points at which a witness is looked for.
        checks: points at which a proved claim is held against its own evaluation.
    """

    steps: int = 60_000
    points: int = 48
    checks: int = 2


def verify(claim: Claim, budget: Budget | None = None) -> Verdict:
    """Decide whether both sides of `claim` are equal for all sizes and all values of its domain.

    Returns `Proved`, `Refuted` or `Undecided`; never raises for a false claim. A claim whose indices
    stand on axes of different sizes raises `ShapeError`.

    Example:
        >>> from derivlab.symbols import Context, scalar
        >>> x = scalar("x")
        >>> verify(Claim((x + 1) ** 2, x**2 + 2 * x + 1, Context.of(x))).verdict
        'proved'
        >>> verify(Claim((x + 1) ** 2, x**2 + 1, Context.of(x))).witness.text()
        'x = 1/5: left 1.4400000, right 1.0400000'
    """
    budget = budget or Budget()
    try:
        claim = _derived(claim)
        return respecting_unread(_verify(claim, budget), claim, lambda one: _verify(one, budget))
    except RecursionError:
        return Undecided("the expression is nested too deeply")


def _derived(claim: Claim) -> Claim:
    """The claim with the chain rule through inverses written out; as it is where that is not read."""
    if not claim.context.inverses:
        return claim
    context = with_mirrored(context_with_inverses_derived(claim.context))
    try:
        left, right = (with_inverses_derived(side, context) for side in (claim.left, claim.right))
    except OutsideClassError:
        return replace(claim, context=context)
    return replace(claim, left=left, right=right, context=context)


def _verify(whole: Claim, budget: Budget) -> Verdict:
    claim = narrowed(whole)
    try:
        left_over = residue(claim.left, claim.right, claim.context, budget.steps)
    except OutsideClassError as error:
        return _without_form(whole, claim, budget, str(error))
    steps = left_over.ring.steps
    if left_over.is_zero:
        return _proved(claim, budget, left_over)
    seen = search(whole, budget.points, own=claim)
    if seen.witness is not None:
        return Refuted(seen.witness, steps)
    return _without_inverses(claim, budget) or Undecided(
        "the two sides have different canonical forms, and no point was found at which they differ",
        residue=describe(left_over, claim.context),
        tried=("canonical form for all sizes", _points(seen.points, seen.defined)),
        steps_used=steps,
    )


def _without_inverses(claim: Claim, budget: Budget) -> Verdict | None:
    """The proof of an equation that says the same with fewer inverses, if there is one."""
    for other in multiplied(claim):
        try:
            left_over = residue(other.left, other.right, other.context, budget.steps)
        except OutsideClassError:
            continue
        if left_over.is_zero:
            return _proved(claim, budget, left_over)
    return None


def _proved(claim: Claim, budget: Budget, left_over: Residue) -> Verdict:
    """A proof is held against evaluation: both sides must be defined somewhere, and agree there."""
    seen = search(claim, budget.points, enough=budget.checks, own=claim)
    steps = left_over.ring.steps
    if seen.witness is not None:
        return Undecided(
            "derivlab contradicts itself here, please report it: the canonical form is 0, and "
            f"the sides differ at {seen.witness.text()}",
            steps_used=steps,
        )
    if not seen.defined and (seen.points or claim.context.assumptions or left_over.conditions):
        return Undecided(
            "no point was found that satisfies the assumptions and at which both sides are defined",
            tried=("canonical form for all sizes: 0", _points(seen.points, 0)),
            steps_used=steps,
        )
    return Proved(tuple(dict.fromkeys(c.text() for c in left_over.conditions)), steps)


def _without_form(whole: Claim, claim: Claim, budget: Budget, reason: str) -> Verdict:
    seen = search(whole, budget.points, own=claim)
    if seen.witness is not None:
        return Refuted(seen.witness)
    return Undecided(reason, tried=("canonical form", _points(seen.points, seen.defined)))


def _points(points: int, defined: int) -> str:
    return f"{points} points, both sides defined at {defined}"


def describe(left_over: Residue, context: Context) -> str:
    """The residue for people, shortened."""
    try:
        text = str(to_sympy(left_over.ring, left_over.polynomial, context))
    except OutsideClassError:
        text = " + ".join(f"({value})*{monomial}" for monomial, value in left_over.polynomial.items())
    return text if len(text) <= 400 else text[:397] + "..."


def prove_equal(
    left: Expr | str, right: Expr | str, context: Context | None = None, *, given: Sequence[str] = ()
) -> Verdict:
    r"""The verdict on left = right, both in SymPy or both in LaTeX.

    Args:
        left, right: SymPy expressions; or LaTeX, which is parsed and never evaluated.
        context: declarations for SymPy; without it, shapes come from the `IndexedBase` nodes.
        given: declarations for LaTeX, such as `z \in \mathbb{R}^K`.

    Example:
        >>> from sympy import exp, log
        >>> from derivlab.symbols import scalar
        >>> x = scalar("x")
        >>> prove_equal(log(1 + exp(x)) - x, log(1 + exp(-x))).verdict
        'proved'
        >>> prove_equal(r"\|z\|^2", r"z^\top z", given=[r"z \in \mathbb{R}^K"]).verdict
        'proved'
    """
    if isinstance(left, str) or isinstance(right, str):
        if not (isinstance(left, str) and isinstance(right, str) and context is None):
            raise UsageError("give both sides in LaTeX with `given`, or both in SymPy with a context")
        from derivlab.notation.inputs import read_equation

        claim = read_equation(f"{left} = {right}", given)
        return verify(Claim(claim.left, claim.right, claim.context))
    left, right = exact(left), exact(right)
    if context is None:
        context = infer_context(left, right)
    return verify(Claim(left, right, context))
