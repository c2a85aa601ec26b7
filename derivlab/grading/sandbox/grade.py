"""`grade_code`: the grade of a function, from what it returns at inputs that it has never seen."""

from __future__ import annotations

from derivlab.grading.model import AnswerGrade, Assignment, Question, rounded
from derivlab.grading.sandbox.cells import cells_of
from derivlab.grading.sandbox.outcome import EndedError, Limits, UncontainedError
from derivlab.grading.sandbox.runner import Student
from derivlab.grading.sandbox.target import target
from derivlab.grading.sandbox.trial import Found, tried


def grade_code(
    assignment: Assignment, question: Question, source: str, *, limits: Limits | None = None
) -> AnswerGrade:
    """The grade of one code answer.

    The code runs in a process of its own that can read, write, start and reach nothing
    (`derivlab.grading.sandbox.runner` says what is contained and what is not). It is given inputs and returns
    arrays; they are compared here, so that nothing which it prints, writes or patches counts. A function that
    is right at ordinary inputs and not at extreme ones loses the question's `steps_share`. Code that is not
    Python, or that meets a limit, needs review and is never a zero; so does all code on a machine that cannot
    contain it: there it is not run.

    Args:
        assignment: with the question's declarations.
        question: of kind 'code'.
        source: a Python file, the code of a notebook, or a notebook's JSON.
        limits: on processor time, time and memory.

    Raises:
        UsageError: the question cannot be asked.
    """
    asked = target(assignment.given(question), question.find, question.arguments)
    cells = cells_of(source)
    if not any(cell.strip() for cell in cells):
        return _grade(question, Found("missing", "there is no code"))
    try:
        with Student(cells, question.function, question.packages, limits) as student:
            found = tried(student, asked, question)
    except EndedError as end:
        found = _ended(end, question)
    except UncontainedError as error:
        found = Found("needs review", f"the code has not been run: {error}", "not run")
    return _grade(question, found)


def _grade(question: Question, found: Found) -> AnswerGrade:
    share = {"right": 1.0, "partly": 1.0 - question.steps_share}.get(found.status, 0.0)
    return AnswerGrade(
        question.id,
        rounded(question.points * share),
        question.points,
        found.status,
        found.reason,
        hints=found.hints,
        kind=found.kind,
        output=found.output,
    )


def _ended(end: EndedError, question: Question) -> Found:
    """The process ended: by its own doing it is wrong; by a limit, a person looks at it."""
    told = f"the code of `{question.function}` {end}"
    if end.own:
        return Found("wrong", told, "ended")
    return Found("needs review", told, "limit")
