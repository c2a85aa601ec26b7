"""Grades a claim: what is to be shown is known, so the points are for the way to it."""

from __future__ import annotations

from dataclasses import replace

from derivlab.grading.asking import Shown, is_asked, same
from derivlab.grading.model import AnswerGrade, Question, rounded
from derivlab.grading.problem import Given
from derivlab.grading.reading import Answered, Final
from derivlab.grading.rules import foreign, is_step, outside, unfinished
from derivlab.grading.written import (
    RESTATED,
    Judged,
    by_zero,
    explanation,
    final_step,
    forbidden,
    judged,
    review,
    with_grade,
    without_result,
)
from derivlab.notation import StatedClaim

RESTATES = "The answer restates the question: show the steps that lead to it."


def grade_claim(question: Question, given: Given, shown: Shown, answered: Answered) -> AnswerGrade:
    """The grade of an answer of kind 'claim'."""
    barred = forbidden(question, given, answered)
    if barred is not None:
        return barred
    work = judged(answered, given)
    zero = by_zero(question, work)
    if zero is not None:
        return zero
    if shown.hessian is not None:
        return _by_curvature(question, given, shown, work)
    return _by_chain(question, given, shown, work)


# ---------------------------------------------------------------------------- A = B


def _by_chain(question: Question, given: Given, shown: Shown, work: Judged) -> AnswerGrade:
    """A chain from one side of the equation to the other, every step proved, with work in between."""
    runs = [part for run in work.answered.runs if (part := _between(run, shown.claim)) is not None]
    if not runs:
        claimed = any(_states(claim, shown.claim) for claim in work.claims)
        told = f"No chain of equations leads from one side to the other: {question.show}"
        return without_result(question, work, RESTATES if claimed else told)
    wrong = work.first("refuted")
    if wrong is not None:
        found = explanation(work, wrong)
        told = f"Line {wrong.line} is not true: {found.sentence or wrong.reason}"
        return with_grade(question, work, 0.0, "wrong", told, wrong, found)
    open_ = work.first("unreadable", "undecided")
    if open_ is not None:
        return review(question, work, f"Line {open_.line} is {open_.verdict}: {open_.reason}")
    if not any(_works(run) for run in runs):
        return with_grade(question, work, 0.0, "wrong", RESTATES, None, RESTATED)
    return with_grade(question, work, question.points, "right", "Every step is proved.")


def _between(run: tuple[StatedClaim, ...], wanted: StatedClaim) -> tuple[StatedClaim, ...] | None:
    """The part of a chain from one side of what is to be shown to its other side."""
    if any(claim.shape_mismatch for claim in run) or wanted.relation != "=":
        return None
    sides = [run[0].left, *(claim.right for claim in run)]
    context = run[0].context
    at = [
        [k for k, side in enumerate(sides) if same(side, end, context)] for end in (wanted.left, wanted.right)
    ]
    pairs = [(min(one, two), max(one, two)) for one in at[0] for two in at[1] if one != two]
    first, last = max(pairs, key=lambda pair: pair[1] - pair[0], default=(0, 0))
    return run[first:last] if last > first else None


def _works(run: tuple[StatedClaim, ...]) -> bool:
    ends = (run[0].left, run[-1].right)
    return any(is_step(claim.right, ends, claim.context, frozenset()) for claim in run[:-1])


def _states(claim: StatedClaim | None, wanted: StatedClaim) -> bool:
    """Whether a claim of the answer is what is to be shown."""
    if claim is None or claim.shape_mismatch or claim.relation != wanted.relation or claim.by != wanted.by:
        return False
    return same(claim.left, wanted.left, claim.context) and same(claim.right, wanted.right, claim.context)


# ---------------------------------------------------------------------------- J is convex in θ


def _by_curvature(question: Question, given: Given, shown: Shown, work: Judged) -> AnswerGrade:
    """The second derivative in closed form, and what follows from it."""
    stated = any(_concludes(claim, shown, given) for claim in work.claims)
    final = _curvature(question, given, shown, work)
    if final is None:
        told = "The answer does not give the second derivative, which decides it."
        return without_result(question, work, RESTATES if stated else told)
    assert shown.hessian is not None
    result = final_step(final, shown.hessian, given)
    wrong = work.first("refuted") or (result if result.verdict == "refuted" else None)
    if wrong is not None:
        found = explanation(work, wrong)
        told = f"Line {wrong.line} is not true: {found.sentence or wrong.reason}"
        right = result.verdict == "proved" and stated
        points = rounded(question.points * (1 - question.steps_share)) if right else 0.0
        return with_grade(question, work, points, "partly" if points else "wrong", told, wrong, found)
    if result.verdict != "proved":
        return review(question, work, f"derivlab could not decide line {result.line}: {result.reason}")
    open_ = work.first("unreadable", "undecided")
    if open_ is not None:
        return review(question, work, f"Line {open_.line} is {open_.verdict}: {open_.reason}")
    if not stated:
        points = rounded(question.points * question.steps_share)
        told = f"The second derivative is right; say what follows from it: {question.show}"
        return with_grade(question, work, points, "partly" if points else "wrong", told)
    return with_grade(
        question, work, question.points, "right", "The second derivative and every step are proved."
    )


def _curvature(question: Question, given: Given, shown: Shown, work: Judged) -> Final | None:
    """The last chain from the second derivative to a closed form."""
    assert shown.hessian is not None
    free = replace(question, allowed=())
    for final in reversed(work.answered.finals):
        claim = final.claim
        if claim.shape_mismatch or not (
            unfinished(claim.right, claim.context, given, shown.hessian, free)
            or foreign(claim.right, claim.context, given)
        ):
            return final
    return None


def _concludes(claim: StatedClaim | None, shown: Shown, given: Given) -> bool:
    """'J is convex in θ', or 'its second derivative is positive semidefinite', among the claims."""
    if _states(claim, shown.claim):
        return True
    if claim is None or claim.relation not in ("⪰", "≻") or shown.hessian is None:
        return False
    context = outside(given, claim.context)
    return shown.claim.relation == "convex" and is_asked(claim.left, context, shown.hessian) is not None
