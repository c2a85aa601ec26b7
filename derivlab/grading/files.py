"""Which files students handed in, read with care: links are not followed, sizes are bounded."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from derivlab.errors import UsageError
from derivlab.grading.submission import CODE, MAX_BYTES, WRITTEN, Handed

HIDDEN = (".", "~", "__MACOSX")
LONGEST_NAME = 120


def read_file(path: Path) -> bytes | str:
    """The bytes of a regular file, or a sentence that says why they are not read.

    The file is opened without following a link and without waiting for a pipe, and what was opened
    is looked at again: a file that is swapped for a link in between is not read either.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if stat.S_ISLNK(path.lstat().st_mode):
            return "this is a link, and links are not followed"
        handle = os.open(path, flags)
    except OSError as error:
        return error.strerror or "it could not be opened"
    try:
        kind = os.fstat(handle)
        if not stat.S_ISREG(kind.st_mode):
            return "this is no regular file"
        if kind.st_size > MAX_BYTES:
            return f"larger than {MAX_BYTES // 1_000_000} MB ({kind.st_size:,} bytes); hand in text"
        with os.fdopen(handle, "rb", closefd=False) as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        return error.strerror or "it could not be read"
    finally:
        os.close(handle)


def submissions(paths: Sequence[str | Path]) -> list[tuple[str, tuple[Path, ...]]]:
    """Each student with the files of that student, in the order of the students' names.

    A path is a file (`ann.md` is Ann's; `ann.py` beside it is hers too) or a folder of such files and
    of folders, one a student. Raises `UsageError` for a path that does not exist.
    """
    found: dict[str, list[Path]] = {}
    for path in map(Path, paths):
        if path.is_symlink() or path.is_file():
            found.setdefault(student_of(path.stem), []).append(path)
        elif path.is_dir():
            for student, file in _in_folder(path):
                found.setdefault(student, []).append(file)
        elif path.exists():
            found.setdefault(student_of(path.stem), []).append(path)
        else:
            raise UsageError(f"{path}: there is no such file or folder")
    if not found:
        raise UsageError(f"there is no file to grade in {', '.join(map(str, paths))}")
    return [(student, tuple(dict.fromkeys(files))) for student, files in sorted(found.items())]


def _in_folder(folder: Path) -> Iterator[tuple[str, Path]]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(HIDDEN):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from ((student_of(entry.name), file) for file in _of_student(entry))
        else:
            yield student_of(entry.stem), entry


def _of_student(folder: Path) -> Iterator[Path]:
    """The files of one student: what can be graded, or all where nothing can."""
    entries = sorted(one for one in folder.iterdir() if not one.name.startswith(HIDDEN))
    files = [one for one in entries if one.is_symlink() or not one.is_dir()]
    readable = [one for one in files if one.suffix.lower() in (*WRITTEN, *CODE)]
    yield from readable or files or [folder]


def student_of(name: str) -> str:
    """A name that is safe to print and to store: no control characters, no direction marks, not long.

    >>> student_of("ann\\u202egnp.\\x1b[31m")
    'ann_gnp._[31m'
    """
    text = os.fsencode(name).decode("utf-8", "replace")
    text = unicodedata.normalize("NFC", text)
    shown = "".join(
        "_" if unicodedata.category(letter)[0] in "CZ" and letter != " " else letter for letter in text
    )
    return shown.strip()[:LONGEST_NAME] or "_"


def handed_in(student: str, files: Sequence[Path]) -> Handed:
    """A student's files, read."""
    return Handed(student, tuple((student_of(path.name), read_file(path)) for path in files))
