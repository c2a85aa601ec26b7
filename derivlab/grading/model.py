"""What grading is about: assignments, questions, and the grades of answers and submissions, as frozen data.

Every grade goes to JSON and back without loss, and to the same bytes wherever it is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["derivation", "claim", "code"]
Status = Literal["right", "partly", "wrong", "missing", "needs review"]
StepVerdict = Literal["proved", "refuted", "undecided", "unreadable"]

KINDS: tuple[Kind, ...] = ("derivation", "claim", "code")
STATUSES: tuple[Status, ...] = ("right", "partly", "wrong", "missing", "needs review")
GRADED, NEEDS_REVIEW = "graded", "needs review"


@dataclass(frozen=True)
class Question:
    r"""One question of an assignment.

    Attributes:
        id: what the headings of a submission name, e.g. "1a".
        title: a few words for people.
        points: at most so many.
        kind: 'derivation' (find something), 'claim' (show something) or 'code' (write a function).
        find: what a derivation or a function finds, in LaTeX: `\frac{\partial J}{\partial z_i}`.
        show: what a claim shows: an equation in LaTeX, or a sentence such as `$J$ is convex in $z$`.
        section: the heading of `problem.md` whose declarations count, with what stands before the first
            heading; empty for the whole file.
        steps_required: whether an answer without a step between question and result loses `steps_share`.
        steps_share: the share of the points, in [0, 1], that is for steps: a wrong step costs it.
        allowed: names in LaTeX that may stand in the result; empty for every name of the problem.
        function: for code, the name of the function, e.g. "grad".
        arguments: for code, the names in `problem.md` that its parameters are, in order: ("z", "y").
        seed: for code, the seed of the inputs that feedback shows; hidden ones are drawn anew each time.
        packages: for code, what may be imported beside Python's own library and NumPy, e.g. ("scipy",).
    """

    id: str
    title: str
    points: float
    kind: Kind = "derivation"
    find: str = ""
    show: str = ""
    section: str = ""
    steps_required: bool = True
    steps_share: float = 0.4
    allowed: tuple[str, ...] = ()
    function: str = ""
    arguments: tuple[str, ...] = ()
    seed: int = 0
    packages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """A folder with `assignment.toml` and `problem.md`.

    Attributes:
        title: of the assignment.
        questions: in the order of the file.
        folder: where it lies.
        problem: the text of `problem.md`.
        fingerprint: SHA-256 of both files: grades of another assignment are not mixed in.
    """

    title: str
    questions: tuple[Question, ...]
    folder: str
    problem: str
    fingerprint: str = ""

    @property
    def max_score(self) -> float:
        """The sum of the questions' points."""
        return rounded(sum(question.points for question in self.questions))

    def question(self, name: str) -> Question | None:
        """The question of that id, or None."""
        return next((one for one in self.questions if one.id == name), None)

    def given(self, question: Question) -> str:
        """The declarations and definitions of a question: its section of `problem.md`, as Markdown."""
        from derivlab.grading.problem import section_of

        return section_of(self.problem, question.section)


@dataclass(frozen=True)
class StepResult:
    """One step of an answer with its verdict; lines and columns count from 1, in the student's file."""

    line: int
    column: int
    left: str
    right: str
    verdict: StepVerdict
    relation: str = "="
    reason: str = ""
    hint: str = ""
    reading: str = ""


@dataclass(frozen=True)
class AnswerGrade:
    """The grade of one answer.

    Attributes:
        question: the id of the question.
        points: what is earned for certain; with 'needs review' a person may add to it.
        status: 'needs review' is never a zero: derivlab could not decide.
        reason: why, in a sentence or two for the student.
        first_wrong: the first step that is not proved.
        hints: what to look at again, from mild to plain.
        kind: the error kind of the diagnosis, for the summary of the class.
        output: what a student's code printed, shortened.
    """

    question: str
    points: float
    max_points: float
    status: Status
    reason: str = ""
    first_wrong: StepResult | None = None
    steps: tuple[StepResult, ...] = ()
    hints: tuple[str, ...] = ()
    kind: str = ""
    output: str = ""


@dataclass(frozen=True)
class SubmissionGrade:
    """The grade of one submission.

    Attributes:
        student: who handed it in.
        file: the name of the file.
        status: 'graded', or 'needs review' if one answer does or the file could not be read.
        error: why the file could not be read; empty if it could.
    """

    student: str
    file: str
    answers: tuple[AnswerGrade, ...]
    score: float
    max_score: float
    status: str = GRADED
    error: str = ""


def rounded(points: float) -> float:
    """Points as they are shown and summed: to two places.

    >>> rounded(2 / 3)
    0.67
    """
    return round(float(points) + 0.0, 2)


def graded(student: str, file: str, answers: tuple[AnswerGrade, ...], error: str = "") -> SubmissionGrade:
    """A submission's grade from the grades of its answers."""
    review = bool(error) or any(answer.status == "needs review" for answer in answers)
    return SubmissionGrade(
        student,
        file,
        answers,
        rounded(sum(answer.points for answer in answers)),
        rounded(sum(answer.max_points for answer in answers)),
        NEEDS_REVIEW if review else GRADED,
        error,
    )


# ---------------------------------------------------------------------------- JSON


def to_json(grade: SubmissionGrade | AnswerGrade) -> dict[str, Any]:
    """A grade as a JSON value."""
    return asdict(grade)


def answer_from_json(value: Mapping[str, Any]) -> AnswerGrade:
    """The inverse of `to_json`.

    >>> grade = AnswerGrade("1a", 2.0, 4.0, "partly", steps=(StepResult(1, 3, "a", "b", "refuted"),))
    >>> answer_from_json(to_json(grade)) == grade
    True
    """
    first = value["first_wrong"]
    return AnswerGrade(
        **{
            **value,
            "first_wrong": None if first is None else StepResult(**first),
            "steps": tuple(StepResult(**step) for step in value["steps"]),
            "hints": tuple(value["hints"]),
        }
    )


def from_json(value: Mapping[str, Any]) -> SubmissionGrade:
    """The inverse of `to_json`.

    >>> from_json(to_json(graded("Ann", "ann.md", ()))).student
    'Ann'
    """
    return SubmissionGrade(**{**value, "answers": tuple(map(answer_from_json, value["answers"]))})


def to_bytes(grade: SubmissionGrade) -> bytes:
    """The grade in canonical JSON: the same grade is the same bytes.

    >>> to_bytes(graded("Ann", "ann.md", ()))[:17]
    b'{"answers":[],"er'
    """
    text = json.dumps(to_json(grade), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")
