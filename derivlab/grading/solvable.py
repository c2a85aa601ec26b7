"""Whether derivlab can answer the questions of an assignment itself: no answer key is needed for those."""

from __future__ import annotations

from derivlab.calculus.closing import closed_form
from derivlab.errors import DerivlabError, UsageError
from derivlab.grading.asking import Shown, shown
from derivlab.grading.deciding import decided
from derivlab.grading.model import Assignment, Question
from derivlab.grading.problem import asked_for, read_given


def check_questions(assignment: Assignment) -> None:
    """Raise `UsageError` for the first question that derivlab could not grade."""
    for question in assignment.questions:
        where = f"assignment.toml: question {question.id!r}"
        text = assignment.given(question)
        try:
            given = read_given(text)
            _check_names(question, given.scope.entries.keys(), where)
            if question.kind == "claim":
                _check_shown(shown(text, question.show), where)
            else:
                _check_found(text, question, where)
            if question.kind == "code":
                _check_code(text, question)
        except UsageError as error:
            told = str(error)
            raise UsageError(told if told.startswith("assignment.toml") else f"{where}: {told}") from error


def _check_names(question: Question, known: object, where: str) -> None:
    names = set(known)  # type: ignore[call-overload]
    for name in (*question.allowed, *question.arguments):
        if name not in names:
            raise UsageError(f"{where}: `{name}` is not a name of problem.md; there are {', '.join(names)}")


def _check_found(text: str, question: Question, where: str) -> None:
    claim = asked_for(text, question.find)
    try:
        answer = closed_form(claim.left, claim.context)
    except DerivlabError as error:
        raise UsageError(f"{where}: derivlab finds no closed form of {question.find}: {error}") from error
    if answer is None:
        raise UsageError(f"{where}: derivlab finds no closed form of {question.find}")


def _check_code(text: str, question: Question) -> None:
    """A function can be asked for: what it is given determines the result, and its packages are here."""
    from derivlab.grading.sandbox.packages import library
    from derivlab.grading.sandbox.target import target

    target(text, question.find, question.arguments)
    library(question.packages)


def _check_shown(asked: Shown, where: str) -> None:
    step = decided(asked.claim, asked.claim.context)
    if step.verdict != "proved":
        told = step.reason or "derivlab does not prove it"
        raise UsageError(f"{where}: what is to be shown is {step.verdict}: {told}")
