"""`derivlab grade`: points, a reason and the first wrong step for every answer of a class."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from derivlab.errors import UsageError

if TYPE_CHECKING:
    from derivlab.grading.batch import Outcome
    from derivlab.grading.model import SubmissionGrade

HELP = (
    "Grade submissions (.md, .tex, .ipynb, .py): each answer gets points, a reason and its first wrong step."
    " Writes gradebook.csv, grades.jsonl, summary.md and a feedback page for each student. What cannot be"
    " decided or read needs review and is never a zero. Exit code: 0 all is graded, 1 something needs a"
    " person, 2 the call was wrong."
)
EXAMPLE = "derivlab grade gradients submissions/ --out grades --jobs 4"
ENGINES = ("loky", "dask", "ray")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab grade`."""
    parser.add_argument("assignment", metavar="ASSIGNMENT", help="the assignment's folder")
    parser.add_argument(
        "submissions", nargs="+", metavar="SUBMISSION", help="a file (its name is the student's), or a folder"
    )
    parser.add_argument("--out", required=True, metavar="GRADES", help="the folder to write to")
    parser.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="processes (default 1)")
    parser.add_argument("--resume", action="store_true", help="go on with a batch that was interrupted")
    parser.add_argument("--engine", choices=ENGINES, default="loky", help="where to compute (default loky)")
    parser.add_argument("--address", default="", metavar="ADDRESS", help="of an existing dask or ray cluster")


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"a number from 1 to 1024, not {text!r}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Grade the submissions; 1 if a person has to look at some."""
    if args.address and args.engine == "loky":
        raise UsageError("--address is for --engine dask and --engine ray")
    from derivlab.grading import load_assignment
    from derivlab.grading.batch import Plan, grade_batch
    from derivlab.grading.files import submissions

    entries = submissions(args.submissions)
    assignment = load_assignment(args.assignment)
    plan = Plan(args.jobs, args.engine, args.address, args.resume)
    with Bar(len(entries)) as bar:
        outcome = grade_batch(assignment, entries, Path(args.out), plan, bar.told)
    _closing(outcome, args.out)
    return 1 if outcome.review else 0


def _closing(outcome: Outcome, out: str) -> None:
    kept = f", {outcome.kept} kept from before" if outcome.kept else ""
    review = f", {outcome.review} need a person" if outcome.review else ""
    print(f"{outcome.graded} graded{kept}{review}; see {out}/summary.md")


class Bar:
    """A progress bar on standard error; nothing where that is no terminal."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.active = sys.stderr.isatty()

    def __enter__(self) -> Bar:
        if self.active:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self.progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self.task = self.progress.add_task("grading", total=self.total)
            self.progress.start()
        return self

    def told(self, grade: SubmissionGrade) -> None:
        """One more is graded."""
        if self.active:
            self.progress.advance(self.task)

    def __exit__(self, *_: object) -> None:
        if self.active:
            self.progress.stop()
