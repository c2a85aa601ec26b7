"""What a whole class did: points and verdicts of each question, and the errors made most often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from derivlab.grading.model import SubmissionGrade, rounded

FREQUENT = 10
LISTED = 500


@dataclass(frozen=True)
class FrequentError:
    """An error that several students made in a question."""

    question: str
    kind: str
    count: int
    example: str


@dataclass
class Tally:
    """Counts over the grades of a class; of names it keeps those to review, and not all."""

    students: int = 0
    review: int = 0
    points: Counter[str] = field(default_factory=Counter)
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)
    reviews: list[tuple[str, str]] = field(default_factory=list)

    def add(self, grade: SubmissionGrade) -> None:
        """Count one grade; to be called in the order of the students' names."""
        self.students += 1
        for answer in grade.answers:
            self.points[answer.question] += round(answer.points * 100)
            self.statuses[answer.question, answer.status] += 1
            if answer.kind and answer.status != "needs review":
                key = (answer.question, answer.kind)
                self.errors[key] += 1
                wrong = answer.first_wrong
                told = answer.reason if wrong is None else f"{wrong.left} {wrong.relation} {wrong.right}"
                self.examples.setdefault(key, told)
        if grade.status != "graded":
            self.review += 1
            if len(self.reviews) < LISTED:
                self.reviews.append((grade.student, grade.error or self._open(grade)))

    def _open(self, grade: SubmissionGrade) -> str:
        return ", ".join(f"question {one.question}" for one in grade.answers if one.status == "needs review")

    @property
    def mean(self) -> float:
        """The mean score of the class."""
        return rounded(sum(self.points.values()) / 100 / self.students) if self.students else 0.0

    def mean_of(self, question: str) -> float:
        """The mean of the points for one question."""
        return rounded(self.points[question] / 100 / self.students) if self.students else 0.0

    def count(self, question: str, status: str) -> int:
        """How many answers to a question have a status."""
        return self.statuses[question, status]

    def frequent(self) -> list[FrequentError]:
        """The errors made most often, the most frequent first; ties in the order of the questions' ids."""
        ranked = sorted(self.errors.items(), key=lambda item: (-item[1], item[0]))[:FREQUENT]
        return [FrequentError(*key, count, self.examples[key]) for key, count in ranked]
