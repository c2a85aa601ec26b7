"""The journal of a batch: one SQLite file into which every grade is committed as it comes.

A kill at any moment loses the submissions in progress and nothing else: each grade is its own
transaction, and what is handed out (CSV, feedback, ...) is written from the journal alone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from derivlab.errors import UsageError
from derivlab.grading.model import SubmissionGrade, from_json, to_bytes

NAME = "journal.sqlite"
SCHEMA = """
create table if not exists about (key text primary key, value text not null) without rowid;
create table if not exists grades (
    student text primary key, content text not null, grade blob not null
) without rowid;
"""


class Journal:
    """The journal in a folder of grades; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        try:
            self.base = sqlite3.connect(self.path, timeout=5, isolation_level=None)
            self.base.execute("pragma journal_mode = delete")
            self.base.execute("pragma synchronous = full")
            self.base.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise self._unable(error) from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.base.close()

    def about(self) -> dict[str, str]:
        """What the grades belong to: the assignment's fingerprint and title, derivlab's version."""
        return dict(self.base.execute("select key, value from about"))

    def begin(self, about: dict[str, str]) -> None:
        """Write down what the grades belong to."""
        self._do("insert or replace into about values (?, ?)", list(about.items()))

    def add(self, content: str, grade: SubmissionGrade) -> None:
        """Commit one grade; `content` is the digest of what was handed in."""
        row = (grade.student, content, to_bytes(grade))
        self._do("insert or replace into grades values (?, ?, ?)", [row])

    def content(self, student: str) -> str | None:
        """The digest of what a student's grade was given for; None where there is no grade."""
        row = self.base.execute("select content from grades where student = ?", (student,)).fetchone()
        return None if row is None else str(row[0])

    def grade(self, student: str) -> SubmissionGrade | None:
        """The grade of a student."""
        row = self.base.execute("select grade from grades where student = ?", (student,)).fetchone()
        return None if row is None else from_json(json.loads(row[0]))

    def students(self) -> Iterator[str]:
        """Everybody with a grade, in the order of the names."""
        for (student,) in self.base.execute("select student from grades order by student"):
            yield str(student)

    def _do(self, statement: str, rows: list[tuple[object, ...]]) -> None:
        try:
            self.base.execute("begin immediate")
            self.base.executemany(statement, rows)
            self.base.execute("commit")
        except sqlite3.Error as error:
            raise self._unable(error) from error

    def _unable(self, error: sqlite3.Error) -> UsageError:
        return UsageError(
            f"{self.path}: {error}; is the disk full, or another `derivlab grade` at work there?"
        )
