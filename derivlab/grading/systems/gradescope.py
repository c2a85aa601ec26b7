"""Gradescope: the archive to upload, and the program that it runs.

`setup.sh` runs once, when the image is built, and `run_autograder` for each submission. That program is
this module: it reads `submission/` and `submission_metadata.json` below its root and writes
`results/results.json`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from derivlab.errors import DerivlabError, UsageError
from derivlab.grading.model import AnswerGrade, Assignment, SubmissionGrade
from derivlab.grading.systems import bundle
from derivlab.grading.systems.feedback import answer_text, shortened, summary, title_of
from derivlab.grading.systems.folder import graded_folder

ROOT = "/autograder"
VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")

SETUP = """#!/usr/bin/env bash
# Runs once, when Gradescope builds the image: Python 3.11 or newer, and the packages that grading needs.
set -euo pipefail
root="${DERIVLAB_ROOT:-/autograder}"
python=
for version in 3.13 3.12 3.11; do
    if "python$version" -m ensurepip --version > /dev/null 2>&1; then python="python$version" && break; fi
done
if [ -z "$python" ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    for version in 3.13 3.12 3.11; do
        if apt-get install -y "python$version" "python$version-venv"; then
            python="python$version" && break
        fi
    done
fi
if [ -z "$python" ]; then
    echo "derivlab needs Python 3.11 or newer; choose a newer base image, e.g. Ubuntu 24.04" >&2
    exit 1
fi
"$python" -m venv "$root/python"
"$root/python/bin/pip" install --no-cache-dir -r "$root/source/requirements.txt"
"""
RUN = """#!/usr/bin/env bash
# Runs for each submission; DERIVLAB_ROOT and DERIVLAB_PYTHON are for trying it elsewhere.
root="${DERIVLAB_ROOT:-/autograder}"
export PYTHONPATH="$root/source" PYTHONSAFEPATH=1 OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
exec "${DERIVLAB_PYTHON:-$root/python/bin/python}" -m derivlab.grading.systems.gradescope "$root"
"""
SETTINGS = "derivlab.json"


def archive(folder: Path, visibility: str = "visible") -> bytes:
    """The archive for an assignment's folder; the same assignment gives the same bytes.

    Args:
        folder: the assignment; it is loaded, so that a mistake in it is told now.
        visibility: when students see the results: one of `VISIBILITIES`.
    """
    from derivlab.grading.assignment import load_assignment

    if visibility not in VISIBILITIES:
        raise UsageError(f"there is no visibility {visibility!r}; use one of {', '.join(VISIBILITIES)}")
    load_assignment(folder)
    return bundle.zipped(
        {
            "setup.sh": bundle.text(SETUP, program=True),
            "run_autograder": bundle.text(RUN, program=True),
            "requirements.txt": bundle.text(bundle.requirements()),
            SETTINGS: bundle.text(json.dumps({"visibility": visibility}) + "\n"),
            **bundle.assignment_files(folder, "assignment/"),
            **bundle.package(""),
        }
    )


def results(
    assignment: Assignment, grade: SubmissionGrade, seconds: float, visibility: str = "visible"
) -> dict[str, Any]:
    """A grade in the fields that Gradescope reads.

    An answer that needs review has neither 'passed' nor 'failed': what it has earned for certain counts, and
    a person may add to it.
    """
    tests = [_test(assignment, answer, number, visibility) for number, answer in enumerate(grade.answers, 1)]
    return {
        "score": grade.score,
        "execution_time": round(seconds, 3),
        "output": summary(grade),
        "output_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "extra_data": {"status": grade.status, "files": grade.file},
        "tests": tests,
    }


def _test(assignment: Assignment, answer: AnswerGrade, number: int, visibility: str) -> dict[str, Any]:
    test: dict[str, Any] = {
        "score": answer.points,
        "max_score": answer.max_points,
        "status": "passed" if answer.status == "right" else "failed",
        "name": title_of(assignment, answer),
        "number": str(number),
        "output": answer_text(answer),
        "output_format": "text",
        "tags": [answer.status, *([answer.kind] if answer.kind else [])],
        "visibility": visibility,
        "extra_data": {"question": answer.question, "status": answer.status},
    }
    if answer.status == "needs review":
        del test["status"]
        test["name"] += " (needs review)"
    return test


def student_of(root: Path) -> str:
    """Who handed it in, as Gradescope says; empty where it does not."""
    try:
        told = json.loads((root / "submission_metadata.json").read_text(encoding="utf-8"))
        names = [str(user.get("name") or user.get("email")) for user in told["users"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""
    return shortened(", ".join(names), 200)


def run(root: Path) -> dict[str, Any]:
    """Grade `root/submission` by `root/source/assignment` and write `root/results/results.json`."""
    from derivlab.grading.assignment import load_assignment

    begun = time.perf_counter()
    assignment = load_assignment(root / "source" / "assignment")
    settings = json.loads((root / "source" / SETTINGS).read_text(encoding="utf-8"))
    grade = graded_folder(assignment, root / "submission", student_of(root))
    told = results(assignment, grade, time.perf_counter() - begun, settings["visibility"])
    write_json(root / "results" / "results.json", told)
    return told


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write a JSON file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished.replace(path)


def main(arguments: Sequence[str]) -> int:
    """The program that `run_autograder` starts; its one argument is the root."""
    root = Path(arguments[0] if arguments else os.environ.get("DERIVLAB_ROOT", ROOT))
    try:
        told = run(root)
    except (DerivlabError, OSError) as error:
        sys.stderr.write(f"derivlab: {error}\n")
        return 2
    sys.stdout.write(f"{told['score']:g} points in {told['execution_time']:g} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
