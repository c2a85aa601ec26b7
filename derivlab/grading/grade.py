"""One submission to its grade: every answer on its own, and nothing that a student writes ends the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from derivlab.errors import DerivlabError
from derivlab.grading.asking import asked, shown
from derivlab.grading.model import AnswerGrade, Assignment, Question, SubmissionGrade, graded
from derivlab.grading.problem import copied, read_given
from derivlab.grading.reading import Answered, read_answer
from derivlab.grading.rules import changed
from derivlab.grading.showing import grade_claim
from derivlab.grading.submission import Answer, Handed, Parsed, parse
from derivlab.grading.written import grade_derivation
from derivlab.notation import Statement, Unread
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.regions import Pages

# The section of the problem -> the names after the last answer about it.
Names = dict[str, Scope]
NO_HEADING = "no heading of the file names a question of the assignment: {ids}"


def grade_handed(assignment: Assignment, handed: Handed) -> SubmissionGrade:
    """The grade of what a student handed in; problems of single files are named in it."""
    try:
        parsed = parse(handed, assignment.questions)
    except Exception as error:  # whatever a file does to its reader, the batch goes on
        parsed = Parsed({}, (f"the file could not be read ({type(error).__name__})",))
    problems = list(parsed.problems)
    if not problems and not parsed.answers and not parsed.blank:
        problems.append(NO_HEADING.format(ids=", ".join(one.id for one in assignment.questions)))
    names: Names = {}
    answers = tuple(_grade(assignment, one, parsed, bool(problems), names) for one in assignment.questions)
    return graded(handed.student, handed.name, answers, "; ".join(problems))


def not_graded(assignment: Assignment, handed: Handed, told: str) -> SubmissionGrade:
    """The grade of a submission that a person has to look at, with the reason."""
    answers = tuple(_ungraded(one, "The submission could not be graded.") for one in assignment.questions)
    return graded(handed.student, handed.name, answers, told)


def _grade(
    assignment: Assignment, question: Question, parsed: Parsed, incomplete: bool, names: Names
) -> AnswerGrade:
    answer = parsed.answers.get(question.id)
    if answer is None:
        if incomplete:
            return _ungraded(question, "The submission could not be read.")
        return _missing(question, "There is no answer under the name of this question.")
    try:
        return grade_answer(assignment, question, answer, names)
    except RecursionError:
        return _ungraded(question, "The answer is nested too deeply to be graded.")
    except Exception as error:  # one answer never ends a batch
        return _ungraded(question, f"derivlab failed on this answer ({type(error).__name__}).")


def grade_answer(
    assignment: Assignment, question: Question, answer: Answer, names: Names | None = None
) -> AnswerGrade:
    """The grade of one answer; `names` holds what earlier answers of the student defined."""
    if question.kind == "code":
        return _grade_code(assignment, question, answer)
    if answer.is_empty:
        return _missing(question, "There is nothing under the name of this question.")
    if answer.too_long:
        return _ungraded(question, "The answer is too long to be graded.")
    text = assignment.given(question)
    read = _read(assignment, question, answer, {} if names is None else names)
    given = read_given(text)
    if question.kind == "claim":
        grade = grade_claim(question, given, shown(text, question.show), read)
    else:
        grade = grade_derivation(question, given, asked(text, question.find), read)
    if answer.picture and grade.status in ("missing", "wrong"):
        return _ungraded(question, "The answer holds a picture, which derivlab does not read.")
    return grade


def _read(assignment: Assignment, question: Question, answer: Answer, names: Names) -> Answered:
    """An answer's parts as one text: a name introduced in one is known in the next.

    A name that neither the problem nor the answer introduces may be one of an earlier answer about the
    same section; only then are the names of that answer taken in.
    """
    text = assignment.given(question)
    given = read_given(text)
    wanted = shown(text, question.show).hessian if question.kind == "claim" else asked(text, question.find)
    if len({part.source.path for part in answer.parts}) > 1:
        raise DerivlabError("an answer stands in several files")
    pieces = tuple(piece for part in answer.parts for piece in part.pages.pieces)
    first = answer.parts[0]
    pages = Pages(first.pages.text, pieces)
    read = read_answer(first.source, pages, given, wanted)
    if text in names and any(_lacks_a_name(one) for one in read.statements):
        read = read_answer(first.source, pages, given, wanted, names[text])
    if not changed(given, read.scope):
        names[text] = replace(
            copied(read.scope),
            assumptions=list(given.scope.assumptions),
            positive=list(given.scope.positive),
            _context=None,
        )
    return read


def _lacks_a_name(statement: Statement) -> bool:
    return isinstance(statement, Unread) and "is not declared" in statement.error.message


def _grade_code(assignment: Assignment, question: Question, answer: Answer) -> AnswerGrade:
    if not answer.code.strip():
        return _missing(question, "There is no Python code for this question.")
    from derivlab.grading.sandbox import grade_code

    return grade_code(assignment, question, answer.code)


def _missing(question: Question, told: str) -> AnswerGrade:
    return AnswerGrade(question.id, 0.0, question.points, "missing", told)


def _ungraded(question: Question, told: str) -> AnswerGrade:
    return AnswerGrade(question.id, 0.0, question.points, "needs review", told)


def grade_submission(assignment: Assignment, submission: str | Path, student: str = "") -> SubmissionGrade:
    """The grade of a file, or of the text of a Markdown submission.

    Args:
        assignment: from `load_assignment`.
        submission: a `Path` (or the name of an existing file) or the Markdown text itself.
        student: who handed it in; the file's stem where it is not said.
    """
    from derivlab.grading.files import read_file

    path = Path(submission) if isinstance(submission, Path) or _names_a_file(submission) else None
    if path is None:
        handed = Handed(student or "student", (("submission.md", str(submission).encode()),))
    else:
        handed = Handed(student or path.stem, ((path.name, read_file(path)),))
    return grade_handed(assignment, handed)


def _names_a_file(text: str) -> bool:
    return len(text) < 1000 and "\n" not in text and Path(text).is_file()
