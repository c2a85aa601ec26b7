"""A student's folder, as a course system unpacks it, as one submission."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from derivlab.errors import UsageError
from derivlab.grading.files import HIDDEN, handed_in
from derivlab.grading.grade import grade_handed
from derivlab.grading.model import Assignment, SubmissionGrade
from derivlab.grading.submission import CODE, WRITTEN

MOST_FILES = 50


def graded_folder(assignment: Assignment, folder: Path, student: str) -> SubmissionGrade:
    """The grade of what lies in a folder and below it: the answers may stand in several files.

    Raises:
        UsageError: there is no such folder; that is nothing a student loses points for.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder, so there is nothing to grade")
    return grade_handed(assignment, handed_in(student, files_in(folder)))


def files_in(folder: Path) -> list[Path]:
    """The files that may hold answers, by name; all files where there is none of those.

    A link is among them, so that the grade can name it; none is followed.
    """
    found = sorted(_walk(folder), key=lambda path: path.relative_to(folder).as_posix())
    readable = [path for path in found if path.suffix.lower() in (*WRITTEN, *CODE)]
    return (readable or found)[:MOST_FILES]


def _walk(folder: Path) -> Iterator[Path]:
    for name, folders, files in os.walk(folder, followlinks=False):
        folders[:] = [one for one in folders if not one.startswith((*HIDDEN, "__"))]
        yield from (Path(name, file) for file in files if not file.startswith(HIDDEN))
