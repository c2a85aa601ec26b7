"""otter-grader: the test files in the format that it documents, run as it runs them."""

from __future__ import annotations

import doctest
import runpy
from pathlib import Path
from typing import Any

import pytest

from derivlab.grading import Assignment
from derivlab.grading.systems import bundle, otter

CASE = {"code", "hidden", "points", "success_message", "failure_message"}


@pytest.fixture(scope="module")
def written(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("otter") / "tests"
    bundle.written(otter.folder(folder), made)
    return made


def test_the_format(written: Path) -> None:
    files = sorted((written / "tests").iterdir())
    assert [file.name for file in files] == ["q1a.py", "q1b.py", "q2.py"]
    for file in files:
        module = runpy.run_path(str(file))
        assert module["OK_FORMAT"] is True
        test = module["test"]
        assert list(test) == ["name", "points", "all_or_nothing", "suites"]
        assert test["name"] == file.stem
        (suite,) = test["suites"]  # exactly one
        assert suite["type"] == "doctest" and set(suite) == {"type", "cases"}
        for case in suite["cases"]:
            assert set(case) == CASE
            assert isinstance(case["hidden"], bool)
            assert type(case["points"]) in (int, float)
        assert sum(case["points"] for case in suite["cases"]) == test["points"]


def points(test: dict[str, Any]) -> float:
    """What a test earns, as otter's own runner finds it: a doctest passes or fails."""
    earned = 0.0
    for case in test["suites"][0]["cases"]:
        examples = doctest.DocTestParser().get_doctest(case["code"], {}, test["name"], None, None)
        if doctest.DocTestRunner(verbose=False).run(examples, out=lambda text: None).failed == 0:
            earned += case["points"]
    return earned


@pytest.mark.slow
def test_a_run(written: Path, handed: Path, assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with the submission and the support files, as otter lays it out."""
    (written / "answers.md").write_bytes((handed / "answers.md").read_bytes())
    monkeypatch.chdir(written)
    earned = {question.id: points(otter.test(question)) for question in assignment.questions}
    assert earned == {"1a": 3.0, "1b": 0.0, "2": 0.0}


def test_the_share_of_the_steps_is_a_case(assignment: Assignment) -> None:
    first = assignment.questions[0]
    cases = otter.test(first)["suites"][0]["cases"]
    assert [case["points"] for case in cases] == [3.0, 2.0]
