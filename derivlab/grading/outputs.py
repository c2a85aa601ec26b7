"""What a batch hands out: gradebook, JSON lines, feedback for each student, and the summary of the class."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from derivlab.errors import UsageError
from derivlab.grading.escaping import file_name, spreadsheet
from derivlab.grading.feedback import Pages
from derivlab.grading.journal import Journal
from derivlab.grading.model import Assignment, SubmissionGrade, to_bytes
from derivlab.grading.tally import Tally

GRADEBOOK, LINES, FEEDBACK = "gradebook.csv", "grades.jsonl", "feedback"
SUMMARY = ("summary.md", "summary.html")


def write_outputs(assignment: Assignment, journal: Journal, students: list[str], out: Path) -> int:
    """Write everything from the journal, student by student; returns how many need a person.

    Each file appears as a whole or not at all, and depends on the grades alone.
    """
    pages = Pages(assignment)
    tally = Tally()
    folder = out / FEEDBACK
    try:
        folder.mkdir(exist_ok=True)
        with _Replaced(out / GRADEBOOK) as book, _Replaced(out / LINES) as lines:
            book.write(row(header(assignment)))
            for grade in _grades(journal, students):
                tally.add(grade)
                book.write(row(cells(grade)))
                lines.write(to_bytes(grade) + b"\n")
                name = file_name(grade.student)
                replaced(folder / f"{name}.md", pages.markdown(grade))
                replaced(folder / f"{name}.html", pages.html(grade))
        for name, text in zip(SUMMARY, pages.summary(tally), strict=True):
            replaced(out / name, text)
    except OSError as error:
        raise UsageError(f"{error.filename or out}: {error.strerror or error}") from error
    return tally.review


def _grades(journal: Journal, students: list[str]) -> Iterator[SubmissionGrade]:
    for student in students:
        grade = journal.grade(student)
        if grade is not None:
            yield grade


# ---------------------------------------------------------------------------- the gradebook


def header(assignment: Assignment) -> list[str]:
    """The columns: one for the points of each question, and one for their status."""
    found = ["student", "file", "score", "max_score", "status"]
    for question in assignment.questions:
        found += [question.id, f"{question.id} status"]
    return [*found, "error"]


def cells(grade: SubmissionGrade) -> list[str]:
    """One line of the gradebook."""
    found = [
        spreadsheet(grade.student),
        spreadsheet(grade.file),
        number(grade.score),
        number(grade.max_score),
    ]
    found.append(grade.status)
    for answer in grade.answers:
        found += [number(answer.points), answer.status]
    return [*found, spreadsheet(grade.error)]


def number(points: float) -> str:
    """Points without a needless `.0`.

    >>> number(2.0), number(2.5)
    ('2', '2.5')
    """
    return f"{points:.2f}".rstrip("0").rstrip(".")


def row(values: Iterable[str]) -> bytes:
    """A line of CSV as UTF-8."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(values)
    return stream.getvalue().encode()


# ---------------------------------------------------------------------------- files as a whole


class _Replaced:
    """A file written beside its place and moved there at the end, over whatever lies there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.beside = path.with_name(f".{path.name}.new")

    def __enter__(self) -> io.BufferedWriter:
        self.stream = self.beside.open("wb")
        return self.stream

    def __exit__(self, kind: object, *_: object) -> None:
        self.stream.close()
        if kind is None:
            self.beside.replace(self.path)
        else:
            self.beside.unlink(missing_ok=True)


def replaced(path: Path, text: str) -> None:
    """Write a text file as a whole."""
    with _Replaced(path) as stream:
        stream.write(text.encode("utf-8", "replace"))
