"""nbgrader: the notebook's cells, what a test cell prints and ends in, reviews, and the gradebook."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from derivlab.cli.main import main
from derivlab.errors import UsageError
from derivlab.grading import Assignment, SubmissionGrade
from derivlab.grading.model import to_bytes
from derivlab.grading.systems import bundle, nbgrader, notebooks

NAME = "softmax-a-start"
# The columns that `nbgrader export` writes.
COLUMNS = (
    "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,"
    "late_submission_penalty,score,max_score"
)
ANSWER = r"$$ \frac{\partial J}{\partial z_i} = \hat y_i - y_i $$"
CODE = "import numpy as np\n\ndef grad(z, y):\n    e = np.exp(z - z.max())\n    return e / e.sum() - y\n"


@pytest.fixture(scope="module")
def course(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the assignment in a course, with a student's answers filled in."""
    made = tmp_path_factory.mktemp("course") / "course"
    bundle.written(nbgrader.course(folder), made)
    here = made / "source" / NAME
    path = here / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if source.startswith("## 1a"):
            cell["source"] = ["## 1a\n", ANSWER]
        elif source.startswith("## 1b"):
            cell["source"] = ["## 1b\n", r"$$ \frac{\partial \hat y_i}{\partial z_j} = \heartsuit $$"]
        elif cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = [CODE]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (here / "sympy.py").write_text("raise SystemExit('a module of the student')\n")
    return here


def test_the_cells(assignment: Assignment) -> None:
    notebook = nbgrader.template(assignment, f"{NAME}.ipynb")
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    told = [cell["metadata"].get("nbgrader") for cell in notebook["cells"]]
    graded = [one for one in told if one and one["grade"]]
    assert [one["points"] for one in graded] == [5.0, 2.5, 4.0]
    assert all(one["locked"] and not one["solution"] and one["schema_version"] == 3 for one in graded)
    assert sum(bool(one and one["solution"]) for one in told) == 1
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    stub = next(cell for cell in notebook["cells"] if "### BEGIN SOLUTION\n" in "".join(cell["source"]))
    assert "def grad(z, y):\n" in stub["source"]


def test_what_is_asked_is_no_part_of_an_answer(assignment: Assignment) -> None:
    """A notebook that nobody has filled in answers nothing, whatever the problem states."""
    from derivlab.grading import Handed, grade_handed

    notebook = json.dumps(nbgrader.template(assignment, "x.ipynb"))
    grade = grade_handed(assignment, Handed("Ann", (("x.ipynb", notebook.encode()),)))
    assert [answer.status for answer in grade.answers] == ["missing", "missing", "wrong"]


def cell(course: Path, question: str, after: str = "") -> subprocess.CompletedProcess[str]:
    """Run a test cell as a kernel does, and print what it ends in."""
    source = nbgrader.TEST.format(question=question, notebook=f"{NAME}.ipynb")
    first, _, last = source.rpartition("\n")
    program = f"{first}\n_ = {last}\nprint('ENDS IN', repr(_)){after}"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    return subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_test_cell_ends_in_a_number_and_leaves_standard_error_empty(course: Path) -> None:
    program = "; from derivlab.grading.systems.notebooks import earned; print([earned('1b'), earned('2')])"
    done = cell(course, "1a", program)
    assert done.stderr == ""
    assert done.stdout.startswith("1a: 3 of 5 points, partly\n")
    assert "ENDS IN 3.0\n" in done.stdout
    assert "1b: 0 of 2.5 points, needs review\n" in done.stdout
    assert done.stdout.endswith("[0.0, 4.0]\n")


@pytest.mark.slow
def test_an_assignment_that_is_not_there(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course)
    with pytest.raises(UsageError, match="there is no such folder"):
        notebooks.earned("1a", assignment="elsewhere")


@pytest.mark.slow
def test_what_the_kernel_has_patched_changes_no_grade(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sympy

    monkeypatch.chdir(course)
    monkeypatch.setattr(sympy.Expr, "__eq__", lambda one, other: True)
    monkeypatch.setattr("derivlab.proof.verify", None)
    assert notebooks.earned("1a") == 3.0
    assert notebooks.at_least("1a", 3.0)
    capsys.readouterr()
    assert not notebooks.at_least("1a", 5.0)
    assert "no step" in capsys.readouterr().out


def test_what_cannot_be_graded_is_told(
    course: Path, tmp_path: Path, grade: SubmissionGrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course)
    monkeypatch.setattr(notebooks, "_graded", lambda *given: grade)
    with pytest.raises(UsageError, match="no question '9'"):
        notebooks.earned("9")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="there is no notebook"):
        notebooks.earned("1a")


def outputs(*given: dict[str, Any]) -> dict[str, Any]:
    metadata = {"nbgrader": {"grade": True, "grade_id": "test-1"}}
    return {"cells": [{"cell_type": "code", "metadata": metadata, "outputs": list(given)}]}


def test_reviews_and_failures_wait_for_a_person() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": ["1a: 0 of 5 points, needs review\n", "..."]}
    fine = {"output_type": "stream", "name": "stdout", "text": "1a: 0 of 5 points, wrong\nneeds review\n"}
    number = {"output_type": "execute_result", "data": {"text/plain": "0.0"}}
    error = {"output_type": "error", "ename": "UsageError"}
    assert nbgrader.waiting(outputs(stream, number)) == ["test-1"]
    assert nbgrader.waiting(outputs(fine, number)) == []
    assert nbgrader.waiting(outputs(error)) == ["test-1"]


def test_the_gradebook_has_nbgraders_columns(
    assignment: Assignment, grade: SubmissionGrade, folder: Path, tmp_path: Path
) -> None:
    text = nbgrader.gradebook(assignment, [grade])
    assert text.splitlines()[0] == COLUMNS
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["student_id"], row["score"], row["max_score"]) == ("Ann", "7.0", "11.5")
    (tmp_path / "grades.jsonl").write_bytes(to_bytes(grade) + b"\n")
    out = tmp_path / "book.csv"
    assert main(["autograder", "nbgrader", str(folder), "--grades", str(tmp_path), "--out", str(out)]) == 0
    assert out.read_text() == text


def test_grades_that_are_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "grades.jsonl").write_text("{}\n")
    with pytest.raises(UsageError, match="not what `derivlab grade` writes"):
        list(nbgrader.read_grades(tmp_path))
