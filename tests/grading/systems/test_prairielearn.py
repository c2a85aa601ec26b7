"""PrairieLearn: the question's files, the fields of results.json, and a run in a simulated /grade."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from derivlab.errors import UsageError
from derivlab.grading import AnswerGrade, Assignment, SubmissionGrade
from derivlab.grading.systems import bundle, prairielearn

FIELDS: dict[str, type] = {
    "gradable": bool,
    "score": float,
    "message": str,
    "output": str,
    "format_errors": list,
    "tests": list,
}
TEST_FIELDS: dict[str, type] = {
    "name": str,
    "description": str,
    "points": float,
    "max_points": float,
    "message": str,
    "output": str,
}


def check(told: dict[str, Any]) -> None:
    assert {name: type(value) for name, value in told.items()} == FIELDS
    assert 0 <= told["score"] <= 1
    assert all(isinstance(error, str) for error in told["format_errors"])
    for test in told["tests"]:
        assert {name: type(value) for name, value in test.items()} == TEST_FIELDS
    assert len(json.dumps(told, indent=1)) <= 1_000_000


def test_the_fields(assignment: Assignment, grade: SubmissionGrade) -> None:
    told = prairielearn.results(assignment, grade)
    check(told)
    assert told["gradable"]
    assert told["score"] == pytest.approx(7 / 11.5)
    assert told["format_errors"] == []


def test_what_is_not_read_is_not_gradable(assignment: Assignment, undecided: SubmissionGrade) -> None:
    told = prairielearn.results(assignment, undecided)
    check(told)
    assert not told["gradable"]
    assert told["format_errors"][0].startswith("1a: ")


def test_long_texts_are_cut_to_one_megabyte(assignment: Assignment, grade: SubmissionGrade) -> None:
    long = AnswerGrade("1a", 0.0, 5.0, "needs review", "é" * 4_000, output="\x01ü" * 4_000)
    told = prairielearn.results(assignment, replace(grade, answers=(long,) * 60))
    check(told)
    assert told["tests"][0]["message"].endswith("…")


def test_one_question_of_the_assignment(assignment: Assignment) -> None:
    asked = prairielearn.asked_here(assignment, {"params": {"question": "1b"}})
    assert [question.id for question in asked.questions] == ["1b"]
    for data in ({}, {"params": {}}, [], {"params": None}):
        assert prairielearn.asked_here(assignment, data) is assignment
    with pytest.raises(UsageError, match="asks for the question `9`"):
        prairielearn.asked_here(assignment, {"params": {"question": 9}})


def test_a_whole_run(folder: Path, handed: Path, tmp_path: Path) -> None:
    written = tmp_path / "question"
    bundle.written(prairielearn.question(folder), written)
    root = tmp_path / "grade"
    shutil.copytree(written / "tests", root / "tests")
    shutil.copytree(handed, root / "student")
    (root / "data").mkdir()
    (root / "data/data.json").write_text(json.dumps({"params": {}, "submitted_answers": {}}))
    assert prairielearn.main([str(root)]) == 0
    told = json.loads((root / "results/results.json").read_text(encoding="utf-8"))
    check(told)
    assert told["score"] == pytest.approx(7 / 11.5)


@pytest.mark.slow
def test_the_containers_own_program(folder: Path, handed: Path, tmp_path: Path) -> None:
    """The entry point, in a process that has nothing but the question's folder."""
    bundle.written(
        {name: one for name, one in prairielearn.question(folder).items() if "/" in name}, tmp_path
    )
    shutil.copytree(handed, tmp_path / "student")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/data.json").write_text("{}")
    variables = {
        "PATH": os.environ["PATH"],
        "DERIVLAB_ROOT": str(tmp_path),
        "DERIVLAB_PYTHON": sys.executable,
    }
    done = subprocess.run([str(tmp_path / "tests/run.sh")], env=variables, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads((tmp_path / "results/results.json").read_bytes())["score"] == pytest.approx(7 / 11.5)


def test_the_programs_failure_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/data.json").write_text("{")
    assert prairielearn.main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("derivlab: ")


def test_the_question(folder: Path, assignment: Assignment) -> None:
    files = prairielearn.question(folder, image="me/grader")
    info = json.loads(files["info.json"].content)
    options = info["externalGradingOptions"]
    assert options == {
        "enabled": True,
        "image": "me/grader",
        "entrypoint": "/grade/tests/run.sh",
        "timeout": 120,
        "enableNetworking": False,
    }
    assert files["tests/run.sh"].program
    assert "answers.md, code.py" in files["question.html"].content.decode()
    assert info["uuid"] == json.loads(prairielearn.question(folder)["info.json"].content)["uuid"]


def test_mathematics_is_no_template(assignment: Assignment) -> None:
    text = prairielearn._html(replace(assignment, problem=r"$a < b \frac{{c}}{d}$ & <script>"))
    assert "{{" not in text and "<script>" not in text
    assert "a &lt; b" in text
