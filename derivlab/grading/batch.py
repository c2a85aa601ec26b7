"""A class: every submission graded, journaled as it comes, and written out at the end."""

from __future__ import annotations

import hashlib
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from derivlab import __version__
from derivlab.errors import UsageError
from derivlab.grading import engines
from derivlab.grading.files import handed_in
from derivlab.grading.grade import grade_handed, not_graded
from derivlab.grading.journal import Journal
from derivlab.grading.model import Assignment, SubmissionGrade
from derivlab.grading.outputs import write_outputs
from derivlab.grading.submission import Handed

TIME_LIMIT = 300  # seconds for one submission; past it a person looks, and nobody gets a zero
Work = tuple[Assignment, Handed, str, int]
Done = tuple[str, SubmissionGrade]
Entries = Sequence[tuple[str, tuple[Path, ...]]]
Told = Callable[[SubmissionGrade], None]

# python-flint's precision belongs to the process: two threads of one worker take turns.
_TURN = threading.Lock()


@dataclass(frozen=True)
class Plan:
    """How a batch runs."""

    jobs: int = 1
    engine: str = "loky"
    address: str = ""
    resume: bool = False
    time_limit: int = TIME_LIMIT


@dataclass(frozen=True)
class Outcome:
    """What became of a batch: how many were graded now, how many before, how many need a person."""

    graded: int
    kept: int
    review: int


def grade_batch(
    assignment: Assignment, entries: Entries, out: Path, plan: Plan, told: Told = lambda grade: None
) -> Outcome:
    """Grade the submissions of `entries` and write everything into the folder `out`.

    Args:
        entries: (student, files), as `files.submissions` finds them.
        told: called with each grade as it comes.

    Raises `UsageError` where `out` holds other grades, or the engine is of no use.
    """
    _make(out)
    with _opened(assignment, out, plan.resume) as journal:
        todo = [entry for entry in entries if not plan.resume or not _is_kept(journal, *entry)]
        count = 0
        for content, grade in _results(assignment, todo, plan):
            journal.add(content, grade)
            told(grade)
            count += 1
        review = write_outputs(assignment, journal, [student for student, _ in entries], out)
    return Outcome(count, len(entries) - count, review)


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{out}: {error.strerror or error}; give --out a folder that can be written"
        ) from error


def _opened(assignment: Assignment, out: Path, resume: bool) -> Journal:
    """The journal of this batch; refused where it holds the grades of something else."""
    journal = Journal(out)
    if not resume and next(journal.students(), None) is not None:
        journal.base.close()
        raise UsageError(f"{out} holds grades already; go on with --resume, or give --out another folder")
    about = {"assignment": assignment.fingerprint, "title": assignment.title, "version": __version__}
    before = journal.about() if resume else {}
    for key, what in (("assignment", "the assignment has"), ("version", "derivlab has")):
        if before and before.get(key) != about[key]:
            journal.base.close()
            raise UsageError(f"{what} changed since the grades in {out} were begun; give --out a new folder")
    journal.begin(about)
    return journal


def _is_kept(journal: Journal, student: str, files: tuple[Path, ...]) -> bool:
    """Whether a student's grade is there, for the very bytes that lie there now."""
    content = journal.content(student)
    return content is not None and content == digest(handed_in(student, files))


def digest(handed: Handed) -> str:
    """SHA-256 over names and contents."""
    found = hashlib.sha256()
    for name, data in handed.files:
        for part in (name.encode(), data.encode() if isinstance(data, str) else data):
            found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


# ---------------------------------------------------------------------------- the work itself


def _results(assignment: Assignment, entries: Entries, plan: Plan) -> Iterator[Done]:
    """The grades as they come; a submission whose process dies is graded alone, then named."""
    waiting = dict(entries)
    if plan.resume and plan.jobs == 1 and plan.engine == "loky" and entries:
        # What was in progress when the batch ended may be what ended it: it goes into a process of its own.
        yield from _alone(assignment, entries[:1], plan)
        entries = entries[1:]
        waiting = dict(entries)

    def work() -> Iterator[Work]:
        for student, files in entries:
            handed = handed_in(student, files)
            yield assignment, handed, digest(handed), plan.time_limit

    try:
        for done in engines.run(grade_one, work(), plan.jobs, plan.engine, plan.address):
            del waiting[done[1].student]
            yield done
    except engines.died() as error:
        if plan.engine != "loky":
            raise UsageError(f"the cluster lost the work ({error}); go on with --resume") from error
        yield from _alone(assignment, list(waiting.items()), plan)


def _alone(assignment: Assignment, entries: Entries, plan: Plan) -> Iterator[Done]:
    """Each of the rest in a process of its own: the one that kills its process is found and named."""
    for student, files in entries:
        handed = handed_in(student, files)
        content = digest(handed)
        try:
            yield engines.alone(grade_one, (assignment, handed, content, plan.time_limit))
        except engines.died():
            yield (
                content,
                not_graded(assignment, handed, "the process that graded it was ended by the system"),
            )


def grade_one(work: Work) -> Done:
    """One submission to its grade; whatever happens in it becomes a grade that a person looks at."""
    assignment, handed, content, limit = work
    with _TURN:
        try:
            with _limited(limit):
                return content, grade_handed(assignment, handed)
        except TooLongError:
            told = f"derivlab needed more than {limit} seconds for it"
        except MemoryError:
            told = "derivlab needed more memory for it than there is"
    return content, not_graded(assignment, handed, told)


class TooLongError(BaseException):
    """The time limit; no handler of ordinary errors catches it."""


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    """Raise `TooLongError` after so many seconds; only where signals are to be had (the main thread)."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
