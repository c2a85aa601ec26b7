"""Grading from within a notebook: what the test cells of nbgrader and the test files of otter call.

Both systems run these in the kernel in which the student's own cells have run, so that a student's cell can
replace anything there, this module too; neither contains that. What can be kept apart is: the grade is
computed in a fresh process, so that nothing which a cell has patched by accident changes it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from derivlab.errors import DerivlabError, UsageError
from derivlab.grading.model import AnswerGrade, SubmissionGrade, from_json, to_bytes
from derivlab.grading.systems.feedback import answer_text

REVIEW = "needs review"
ENDINGS = (".ipynb", ".md", ".tex", ".py")
SECONDS = 600


def earned(question: str, notebook: str = "", assignment: str = "assignment") -> float:
    """The points of one question, for the last line of a test cell; why is printed.

    Nothing is written to standard error: nbgrader would take all points for it.

    Args:
        question: its id.
        notebook: the file that the student handed in; the only notebook of the folder if it is not said.
        assignment: the folder with `assignment.toml`.

    Raises:
        UsageError: there is no such question or file.
    """
    answer = _answer(question, notebook, assignment)
    sys.stdout.write(f"{_head(answer)}\n{answer_text(answer)}\n")
    return float(answer.points)


def at_least(question: str, points: float, notebook: str = "", assignment: str = "assignment") -> bool:
    """Whether a question earned so many points, for a doctest: why not is printed where it did not."""
    answer = _answer(question, notebook, assignment)
    if answer.points >= points - 1e-9:
        return True
    sys.stdout.write(f"{_head(answer)}\n{answer_text(answer)}\n")
    return False


def _head(answer: AnswerGrade) -> str:
    return f"{answer.question}: {answer.points:g} of {answer.max_points:g} points, {answer.status}"


def _answer(question: str, notebook: str, assignment: str) -> AnswerGrade:
    path = Path(notebook) if notebook else found_in(Path.cwd())
    grade = _graded(str(Path(assignment).resolve()), str(path.resolve()), _digest(path))
    for answer in grade.answers:
        if answer.question == question:
            return answer
    raise UsageError(f"the assignment has no question {question!r}")


def found_in(folder: Path) -> Path:
    """The file to grade: the only notebook of a folder, or else the only file of another kind."""
    for ending in ENDINGS:
        found = sorted(path for path in folder.glob(f"*{ending}") if not path.name.startswith(("_", ".")))
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"there are several files that end in {ending}; say which one is handed in")
    raise UsageError(f"there is no notebook in {folder}")


def _digest(path: Path) -> str:
    from hashlib import sha256

    return sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=8)
def _graded(assignment: str, path: str, digest: str) -> SubmissionGrade:
    """The grade of a file, by a process of its own."""
    import derivlab

    above = str(Path(derivlab.__file__).parent.parent)
    # The folder is a student's: what lies in it is no module of the grader (-P).
    command = [sys.executable, "-P", "-m", "derivlab.grading.systems.notebooks", assignment, path]
    environment = {**os.environ, "PYTHONPATH": above, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        command, env=environment, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise UsageError(
            done.stderr.decode("utf-8", "replace").strip() or "the submission could not be graded"
        )
    return from_json(json.loads(done.stdout))


def main(arguments: Sequence[str]) -> int:
    """Grade a file by an assignment's folder and write the grade as JSON."""
    from derivlab.grading.assignment import load_assignment
    from derivlab.grading.grade import grade_submission

    folder, path = arguments
    try:
        grade = grade_submission(load_assignment(folder), Path(path))
    except (DerivlabError, OSError) as error:
        sys.stderr.write(f"derivlab: {error}\n")
        return 2
    sys.stdout.buffer.write(to_bytes(grade))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
