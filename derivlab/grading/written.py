"""Grades a derivation: the result must be right in closed form; a wrong step costs the steps' share."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivlab.grading.asking import Asked, is_asked, reached, same
from derivlab.grading.deciding import DIVIDES, blank, decided, equal, unread, with_verdict
from derivlab.grading.explaining import Explanation, explained
from derivlab.grading.model import AnswerGrade, Question, Status, StepResult, rounded
from derivlab.grading.problem import Given
from derivlab.grading.reading import Answered, Final
from derivlab.grading.rules import assumed, changed, foreign, is_step, outside, unfinished, unrelated
from derivlab.notation import StatedClaim, Unread
from derivlab.symbols import substitute

OTHER = "a mistake without a name"
UNFINISHED = Explanation("no result in closed form")
NO_CHAIN = Explanation("no chain from the question to a result")
BY_ZERO = Explanation("division by zero")
NO_STEP = Explanation("no step between question and result")
RESTATED = Explanation("the question is restated")


@dataclass(frozen=True)
class Judged:
    """An answer with a verdict on each of its steps.

    Attributes:
        steps: in the order of the answer.
        claims: the claim of each step; None for what was not read.
    """

    answered: Answered
    steps: tuple[StepResult, ...]
    claims: tuple[StatedClaim | None, ...]

    def first(self, *verdicts: str) -> StepResult | None:
        """The first step with one of these verdicts."""
        return next((step for step in self.steps if step.verdict in verdicts), None)


def judged(answered: Answered, given: Given) -> Judged:
    """Every claim of an answer decided, under the conditions that stand beside it.

    An answer that assumes more than is given has not come so far; see `forbidden`.
    """
    steps: list[StepResult] = []
    claims: list[StatedClaim | None] = []
    for statement in answered.statements:
        if isinstance(statement, Unread):
            steps.append(unread(statement))
            claims.append(None)
        elif isinstance(statement, StatedClaim):
            steps.append(_decided(statement, given))
            claims.append(statement)
    return Judged(answered, tuple(steps), tuple(claims))


def _decided(claim: StatedClaim, given: Given) -> StepResult:
    step = decided(claim, claim.context)
    told = unrelated(claim, given) if step.verdict == "refuted" and not claim.shape_mismatch else ""
    return replace(step, verdict="undecided", reason=told) if told else step


def grade_derivation(question: Question, given: Given, asked: Asked, answered: Answered) -> AnswerGrade:
    """The grade of an answer of kind 'derivation'."""
    barred = forbidden(question, given, answered)
    if barred is not None:
        return barred
    work = judged(answered, given)
    zero = by_zero(question, work)
    if zero is not None:
        return zero
    final = _chosen(answered.finals, given, asked, question)
    if final is None:
        return without_result(
            question, work, f"No chain of equations starts with what is asked: {question.find}."
        )
    claim = final.claim
    if not claim.shape_mismatch:
        told = unfinished(claim.right, claim.context, given, asked, question)
        if told:
            return _unfinished(question, work, told)
        told = foreign(claim.right, claim.context, given)
        if told:
            return review(question, work, told)
    result = final_step(final, asked, given)
    if result.verdict == "refuted":
        return wrong_result(question, work, result, given)
    if result.verdict != "proved":
        told = f"derivlab could not decide whether the result is right: {result.reason}"
        return review(question, work, told)
    return right_result(question, work, _has_step(final, work, given, asked))


# ---------------------------------------------------------------------------- parts of the decision


def forbidden(question: Question, given: Given, answered: Answered) -> AnswerGrade | None:
    """The grade of an answer that changes what is given or assumes more; None for an honest one."""
    told = changed(given, answered.scope)
    if told:
        return _plain(question, "wrong", told, "what is given is changed")
    told, open_ = assumed(given, answered.scope)
    if told:
        return _plain(question, "needs review" if open_ else "wrong", told, "an assumption of one's own")
    if answered.cut:
        return _plain(question, "needs review", "The answer is too long to be read to its end.")
    return None


def by_zero(question: Question, work: Judged) -> AnswerGrade | None:
    """The grade of an answer that divides by zero: from there anything would follow."""
    zero = next((step for step in work.steps if step.reason == DIVIDES), None)
    if zero is None:
        return None
    return with_grade(question, work, 0.0, "wrong", f"Line {zero.line} divides by zero.", zero, BY_ZERO)


def _chosen(finals: tuple[Final, ...], given: Given, asked: Asked, question: Question) -> Final | None:
    """The last finished result: a student may correct themselves, and a list of guesses gains nothing."""
    for final in reversed(finals):
        claim = final.claim
        if claim.shape_mismatch or not unfinished(claim.right, claim.context, given, asked, question):
            return final
    return finals[-1] if finals else None


def final_step(final: Final, asked: Asked, given: Given) -> StepResult:
    """The verdict on 'what was asked for = the result', among the names of the problem."""
    claim = final.claim
    if claim.shape_mismatch:
        first = decided(claim, outside(given, claim.context))
    else:
        target = substitute(asked.target, final.names)
        verdict = equal(target, claim.right, outside(given, claim.context))
        first = with_verdict(blank(claim), verdict)
    if first.verdict == "proved":
        return first
    for name, other in claim.other_layouts:
        if is_asked(other.left, other.context, asked) is not None:
            second = decided(other, outside(given, other.context))
            if second.verdict == "proved":
                return replace(second, reading=f"{other.reading} ({name})")
    return first


def _has_step(final: Final, work: Judged, given: Given, asked: Asked) -> bool:
    """Whether there is work between the question and the result, in the chain or elsewhere."""
    claim = final.claim
    ends = (claim.left, claim.right)
    for side in final.sides:
        if not side.shape_mismatch and is_step(side.right, ends, side.context, asked.kept):
            return True
    for step, other in zip(work.steps, work.claims, strict=True):
        if step.verdict != "proved" or other is None or other.relation != "=" or other is claim:
            continue
        if is_asked(other.left, other.context, asked) is None and _is_work(other, given):
            return True
    return False


def _is_work(claim: StatedClaim, given: Given) -> bool:
    """A claim about something that the problem defines, and more than its definition written out."""
    defined = {one.name for one in given.context.definitions}
    names = reached(claim.left, claim.context)[0] | reached(claim.right, claim.context)[0]
    return bool(names & defined) and not same(claim.left, claim.right, claim.context)


# ---------------------------------------------------------------------------- grades


def right_result(question: Question, work: Judged, has_step: bool) -> AnswerGrade:
    """A right result: all points, or all but the steps' share."""
    share = rounded(question.points * (1 - question.steps_share))
    wrong, open_ = work.first("refuted"), work.first("undecided", "unreadable")
    if wrong is not None:
        found = explanation(work, wrong)
        told = f"The result is right, but line {wrong.line} is not: {found.sentence or wrong.reason}"
        return with_grade(
            question, work, share, "partly" if question.steps_share else "right", told, wrong, found
        )
    if open_ is not None:
        word = "could not be read" if open_.verdict == "unreadable" else "could not be decided"
        told = f"The result is right; line {open_.line} {word}: {open_.reason}"
        return with_grade(question, work, share, "needs review", told, open_)
    if question.steps_required and not has_step and question.steps_share:
        told = "The result is right, but there is no step between it and the question."
        return with_grade(question, work, share, "partly", told, None, NO_STEP)
    return with_grade(question, work, question.points, "right", "The result and every step are proved.")


def wrong_result(question: Question, work: Judged, result: StepResult, given: Given) -> AnswerGrade:
    """A wrong result; the reason is the first wrong step."""
    wrong = work.first("refuted") or result
    found = explanation(work, wrong)
    told = (
        f"The result is wrong. The first wrong step is in line {wrong.line}: {found.sentence or wrong.reason}"
    )
    return with_grade(question, work, 0.0, "wrong", told, wrong, found)


def without_result(question: Question, work: Judged, told: str) -> AnswerGrade:
    """No result was found: unread lines may hold it."""
    open_ = work.first("unreadable")
    if open_ is not None:
        return review(question, work, f"Line {open_.line} could not be read: {open_.reason}")
    if not work.answered.formulas:
        return with_grade(question, work, 0.0, "missing", "There is no equation in the answer.")
    if work.answered.by_cases and work.first("refuted") is None:
        return review(question, work, "The answer is given by cases, which derivlab does not put together.")
    return with_grade(question, work, 0.0, "wrong", told, work.first("refuted"), NO_CHAIN)


def _unfinished(question: Question, work: Judged, told: str) -> AnswerGrade:
    open_ = work.first("unreadable")
    if open_ is not None:
        return review(question, work, f"{told} Line {open_.line} could not be read: {open_.reason}")
    return with_grade(question, work, 0.0, "wrong", told, work.first("refuted"), UNFINISHED)


def review(question: Question, work: Judged, told: str) -> AnswerGrade:
    """A person decides."""
    return with_grade(
        question, work, 0.0, "needs review", told, work.first("unreadable", "undecided", "refuted")
    )


def explanation(work: Judged, step: StepResult) -> Explanation:
    """The diagnosis of a refuted step."""
    at = next((k for k, one in enumerate(work.steps) if one is step), None)
    claim = None if at is None else work.claims[at]
    if claim is None or claim.relation != "=":
        return Explanation()
    if claim.shape_mismatch:
        return Explanation("shapes do not fit", f"the shapes do not fit: {claim.shape_mismatch}")
    return explained(claim)


def _plain(question: Question, status: Status, reason: str, kind: str = "") -> AnswerGrade:
    return AnswerGrade(question.id, 0.0, question.points, status, reason, kind=kind)


def with_grade(
    question: Question,
    work: Judged,
    points: float,
    status: Status,
    reason: str,
    first_wrong: StepResult | None = None,
    found: Explanation | None = None,
) -> AnswerGrade:
    """A grade with the steps that it rests on, and what is known of the mistake."""
    found = found or Explanation()
    if first_wrong is not None and first_wrong.verdict == "refuted" and not found.kind:
        found = Explanation(OTHER, found.sentence, found.hints)
    return AnswerGrade(
        question.id, rounded(points), question.points, status, reason, first_wrong, work.steps,
        found.hints, found.kind,
    )  # fmt: skip
