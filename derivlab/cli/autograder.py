"""`derivlab autograder`: what a course system needs to grade an assignment by itself."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from derivlab.errors import UsageError

if TYPE_CHECKING:
    from derivlab.grading.systems.bundle import Members

HELP = """Write what a course system needs to grade an assignment by itself: an archive to upload, or a
folder. Both hold the assignment and derivlab itself; the packages that it needs are installed from a list."""
EXAMPLE = "derivlab autograder gradescope homework-1 --out autograder.zip"

# System -> what --out is where it is not given, and what to do with it.
SYSTEMS = {
    "gradescope": ("autograder.zip", "upload it under 'Configure Autograder'"),
    "prairielearn": ("derivlab-question", "put it under questions/ of the course, and build its Dockerfile"),
    "nbgrader": ("nbgrader-course", "run `nbgrader generate_assignment` in it"),
    "otter": ("otter-tests", "in it: otter generate -t tests -r requirements.txt assignment derivlab"),
    "classroom": ("classroom-template", "make it a template repository; protect .github and .grading"),
}
VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")
# Option -> the system that it is for.
OPTIONS = {"visibility": "gradescope", "image": "prairielearn", "grades": "nbgrader"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab autograder`."""
    parser.add_argument(
        "system", choices=tuple(SYSTEMS), metavar="SYSTEM", help=f"one of {', '.join(SYSTEMS)}"
    )
    parser.add_argument("assignment", metavar="ASSIGNMENT", help="the folder with assignment.toml")
    parser.add_argument("--out", metavar="PATH", help="the archive, or a new folder (default: by the system)")
    parser.add_argument(
        "--visibility",
        choices=VISIBILITIES,
        metavar="WHEN",
        help="gradescope: when students see the results (default: visible)",
    )
    parser.add_argument(
        "--image",
        metavar="NAME",
        help="prairielearn: the Docker image that grades (default: derivlab-grader)",
    )
    parser.add_argument(
        "--grades",
        metavar="GRADES",
        help="nbgrader: write grades of `derivlab grade` (its --out) in nbgrader's columns instead",
    )


def run(args: argparse.Namespace) -> int:
    """Write the archive or the folder; 0 if it is written."""
    for option, system in OPTIONS.items():
        if getattr(args, option) is not None and args.system != system:
            raise UsageError(f"--{option} goes with {system}, not with {args.system}")
    default, then = SYSTEMS[args.system]
    folder = Path(args.assignment)
    if args.grades:
        return _gradebook(args, folder)
    out = Path(args.out or default)
    if args.system == "gradescope":
        from derivlab.grading.systems.gradescope import archive

        _write(out, archive(folder, args.visibility or VISIBILITIES[0]))
    else:
        from derivlab.grading.systems.bundle import written

        written(_members(args, folder), out)
    print(f"wrote {out}; {then}")
    return 0


def _members(args: argparse.Namespace, folder: Path) -> Members:
    """The files of a system that takes a folder."""
    match args.system:
        case "prairielearn":
            from derivlab.grading.systems.prairielearn import question

            return question(folder, args.image or "derivlab-grader")
        case "nbgrader":
            from derivlab.grading.systems.nbgrader import course

            return course(folder)
        case "otter":
            from derivlab.grading.systems.otter import folder as tests

            return tests(folder)
        case _:
            from derivlab.grading.systems.classroom import repository

            return repository(folder)


def _gradebook(args: argparse.Namespace, folder: Path) -> int:
    from derivlab.grading.assignment import load_assignment
    from derivlab.grading.systems.nbgrader import gradebook, read_grades

    out = Path(args.out or "grades.csv")
    _write(out, gradebook(load_assignment(folder), read_grades(Path(args.grades))).encode())
    print(f"wrote {out}")
    return 0


def _write(path: Path, content: bytes) -> None:
    if path.is_dir():
        raise UsageError(f"{path} is a folder; give the name of a file with --out")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
