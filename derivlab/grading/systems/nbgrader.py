"""nbgrader: the course folder of an assignment, its gradebook's columns, and the answers a person must see.

A test cell ends in a number, which nbgrader takes as the points. It gives full points to a cell that prints
and ends in nothing, and none to one that writes to standard error, so the cell does neither; and it has no
number for 'needs review', so a hook marks those grades for a person.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from derivlab.errors import UsageError
from derivlab.grading.model import Assignment, Question, SubmissionGrade, from_json
from derivlab.grading.systems import bundle
from derivlab.grading.systems.notebooks import REVIEW

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
    "late_submission_penalty", "score", "max_score",
)  # fmt: skip
CONFIG = '''"""nbgrader's configuration: answers that derivlab cannot decide wait for a person."""

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = {name!r}
c.Autograde.post_convert_hook = "derivlab.grading.systems.nbgrader.mark_reviews"
c.ExecutePreprocessor.timeout = 600
'''
TEST = """from derivlab.grading.systems.notebooks import earned

earned({question!r}, {notebook!r})"""
CODE = """import numpy as np


def {function}({arguments}):
    ### BEGIN SOLUTION
    raise NotImplementedError
    ### END SOLUTION
"""
PARAMETER = re.compile(r"[^A-Za-z0-9_]+")


def course(folder: Path) -> bundle.Members:
    """The files of a course folder: `source/NAME/` with notebook and assignment, and the configuration."""
    from derivlab.grading.assignment import load_assignment

    assignment = load_assignment(folder)
    name = plain(assignment.title)
    notebook = json.dumps(template(assignment, f"{name}.ipynb"), indent=1, ensure_ascii=False) + "\n"
    return {
        "nbgrader_config.py": bundle.text(CONFIG.format(name=name)),
        f"source/{name}/{name}.ipynb": bundle.text(notebook),
        **bundle.assignment_files(folder, f"source/{name}/assignment/"),
    }


def plain(title: str) -> str:
    """A title as a name of a file.

    >>> plain("Problem set 1: softmax")
    'problem-set-1-softmax'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "assignment"


def template(assignment: Assignment, notebook: str) -> dict[str, Any]:
    """The notebook that students fill in.

    What is asked stands in one cell above all answers: what stands below a question's heading is its answer.
    """
    cells = [_cell("markdown", _problem(assignment), "problem", locked=True)]
    for number, question in enumerate(assignment.questions, 1):
        key = f"{number}-{plain(question.id)}"
        if question.kind == "code":
            cells.append(_cell("code", _stub(question), f"answer-{key}", solution=True))
        else:
            text = f"## {question.id}\n\n*Write your answer here, below the heading.*"
            cells.append(_cell("markdown", text, f"answer-{key}"))
        test = TEST.format(question=question.id, notebook=notebook)
        cells.append(_cell("code", test, f"test-{key}", locked=True, points=question.points))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _problem(assignment: Assignment) -> str:
    lines = [f"# {assignment.title}", "", assignment.problem.strip(), "", "# What is asked", ""]
    for one in assignment.questions:
        find = {"claim": f"show: {one.show}", "code": f"write `{one.function}` for ${one.find}$"}
        asked = find.get(one.kind, f"find ${one.find}$")
        lines.append(f"- {one.id} ({one.points:g} points) {one.title}: {asked}")
    return "\n".join(lines)


def _stub(question: Question) -> str:
    names = [PARAMETER.sub("", name) or f"x{place}" for place, name in enumerate(question.arguments)]
    names = [f"{name}_" if name == "lambda" else name for name in names]
    return CODE.format(function=question.function, arguments=", ".join(names))


def _cell(
    kind: str,
    source: str,
    key: str,
    *,
    locked: bool = False,
    solution: bool = False,
    points: float | None = None,
) -> dict[str, Any]:
    """A cell; a Markdown cell that is not locked is the student's own, of which nbgrader knows nothing."""
    nbgrader = {
        "grade": points is not None,
        "grade_id": key,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
        **({} if points is None else {"points": points}),
    }
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": key[:64],
        "metadata": {"nbgrader": nbgrader} if locked or solution else {},
        "source": source.splitlines(keepends=True),
    }
    return cell if kind == "markdown" else {**cell, "execution_count": None, "outputs": []}


# ---------------------------------------------------------------------------- grades


def read_grades(path: Path) -> Iterator[SubmissionGrade]:
    """The grades that `derivlab grade` wrote: its folder, or the JSON lines in it."""
    from derivlab.grading.outputs import LINES

    lines = path / LINES if path.is_dir() else path
    try:
        for line in lines.read_text(encoding="utf-8").splitlines():
            yield from_json(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{lines}: this is not what `derivlab grade` writes") from error


def gradebook(assignment: Assignment, grades: Iterable[SubmissionGrade]) -> str:
    """Grades of `derivlab grade` as CSV in the columns of `nbgrader export`."""
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    for grade in grades:
        table.writerow(
            {
                "assignment": plain(assignment.title),
                "student_id": grade.student,
                "raw_score": grade.score,
                "late_submission_penalty": 0.0,
                "score": grade.score,
                "max_score": grade.max_score,
            }
        )
    return written.getvalue()


def mark_reviews(assignment: str, student: str, notebooks: Sequence[str]) -> None:
    """nbgrader's hook after grading: answers that derivlab did not decide are marked for a person.

    Args:
        assignment, student: nbgrader's own ids; they may be patterns.
        notebooks: paths that end in STUDENT/ASSIGNMENT/NAME.ipynb.
    """
    api: Any = import_module("nbgrader.api")
    with api.Gradebook(f"sqlite:///{Path('gradebook.db').resolve()}") as book:
        for path in map(Path, notebooks):
            who, which = path.parts[-3], path.parts[-2]
            graded = Path("autograded", who, which, path.name)
            for key in waiting(json.loads(graded.read_text(encoding="utf-8"))):
                grade = book.find_grade(key, path.stem, which, who)
                grade.needs_manual_grade = True
        book.db.commit()


def waiting(notebook: dict[str, Any]) -> list[str]:
    """The ids of the test cells of a graded notebook that say 'needs review' or have failed."""
    found = []
    for cell in notebook["cells"]:
        told = cell["metadata"].get("nbgrader", {})
        if not told.get("grade") or cell["cell_type"] != "code":
            continue
        outputs = cell["outputs"]
        text = "".join("".join(one.get("text", "")) for one in outputs).partition("\n")[0]
        if text.endswith(REVIEW) or not any(one["output_type"] == "execute_result" for one in outputs):
            found.append(told["grade_id"])
    return found
