"""GitHub Classroom and the pytest plugin: points by marks and by questions, and the reporter's results."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from derivlab.grading.systems import bundle, classroom

MARKED = """
import pytest

@pytest.mark.points(3)
def test_passes(): pass

@pytest.mark.points(2)
def test_fails(): assert 0, "no"

@pytest.mark.points(4)
def test_in_part(derivlab_award):
    derivlab_award(1.5)
    assert 0

@pytest.mark.points(1)
def test_skipped(): pytest.skip("later")

@pytest.fixture
def broken(): raise ValueError

@pytest.mark.points(5)
def test_broken(broken): pass

def test_worth_nothing(): pass

@pytest.mark.points(2)
def test_gradient(derivlab_gradient):
    import numpy as np
    def gradient(z, y):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return (e / e.sum(axis=1, keepdims=True) - y) / len(z)
    derivlab_gradient(gradient, "cross-entropy", shapes=[(2, 3)], scales=[1.0], dtypes=["float32"])
"""


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """pytest with the plugin, as in a folder of its own."""
    root = Path(__file__).resolve().parents[3]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "derivlab.grading.pytest_plugin",
        "-p",
        "no:cacheprovider",
    ]
    variables = {**os.environ, "PYTHONPATH": str(root), "PYTHONSAFEPATH": "1", **environment}
    return subprocess.run(
        [*command, *words],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_marks_give_points(tmp_path: Path) -> None:
    (tmp_path / "test_marked.py").write_text(MARKED)
    done = run(tmp_path, "--derivlab-results", "results.json", "--strict-markers")
    assert "6.5 of 17 points" in done.stdout, done.stdout
    told = json.loads((tmp_path / "results.json").read_text())
    assert (told["version"], told["status"], told["max_score"]) == (1, "fail", 17.0)
    scores = {test["name"]: (test["status"], test["score"]) for test in told["tests"]}
    assert scores == {
        "test_passes": ("pass", 3.0),
        "test_fails": ("fail", 0.0),
        "test_in_part": ("fail", 1.5),
        "test_skipped": ("error", 0.0),
        "test_broken": ("fail", 0.0),
        "test_gradient": ("pass", 2.0),
    }


@pytest.mark.slow
def test_a_mark_without_a_number_is_told(tmp_path: Path) -> None:
    (tmp_path / "test_bad.py").write_text("import pytest\n@pytest.mark.points\ndef test_it(): pass\n")
    done = run(tmp_path)
    assert done.returncode != 0
    assert "write @pytest.mark.points(3)" in done.stdout + done.stderr


@pytest.fixture(scope="module")
def repository(folder: Path, handed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's repository."""
    made = tmp_path_factory.mktemp("classroom") / "repository"
    bundle.written(classroom.repository(folder), made)
    for file in handed.iterdir():
        (made / "submission" / file.name).write_bytes(file.read_bytes())
    for name in ("derivlab.py", "numpy.py", "pytest.py", "json.py", "sitecustomize.py", "conftest.py"):
        (made / name).write_text("import os\nos._exit(0)\n")  # all of it outside the protected folders
    return made


def step(repository: Path) -> subprocess.CompletedProcess[str]:
    """The workflow's own step: its command and its environment, word for word."""
    text = (repository / ".github/workflows/classroom.yml").read_text()
    block = text.split("run: |\n", 1)[1].split("        env:\n", 1)
    command = block[0].replace("python -m", f"{sys.executable} -m")
    named = [line.split(":", 1) for line in block[1].splitlines()[:2]]
    variables = {name.strip(): value.strip().strip('"') for name, value in named}
    assert variables == {"PYTHONPATH": ".grading", "OMP_NUM_THREADS": "1"}
    assert 'env:\n      PYTHONSAFEPATH: "1"' in text
    variables |= {
        "PYTHONSAFEPATH": "1",
        "GITHUB_OUTPUT": str(repository / "output"),
        "PATH": os.environ["PATH"],
    }
    words = ["bash", "-e", "-c", command]
    return subprocess.run(words, cwd=repository, env=variables, capture_output=True, text=True, check=False)


def graded(repository: Path, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    words = ["--derivlab-assignment", ".grading/assignment", "--derivlab-submission", "submission"]
    words += ["--rootdir", ".grading"]
    return run(
        repository,
        *words,
        "--derivlab-results",
        "results.json",
        ".grading/test_assignment.py",
        *more,
        **environment,
    )


def test_the_repository_grades_itself(repository: Path) -> None:
    done = step(repository)
    assert "7 of 11.5 points" in done.stdout, done.stderr
    name, _, encoded = (repository / "output").read_text().strip().partition("=")
    told = json.loads(base64.b64decode(encoded))
    assert name == "result" and told == json.loads((repository / "results.json").read_text())
    # What classroom-resources/autograding-grading-reporter reads.
    assert sum(test["score"] for test in told["tests"]) == 7
    assert told["max_score"] == 11.5 and told["status"] == "fail"
    assert {test["status"] for test in told["tests"]} <= {"pass", "fail", "error"}
    assert all(isinstance(test["line_no"], int) for test in told["tests"])
    assert "no step" in told["tests"][0]["message"]


@pytest.mark.slow
def test_workers_lose_no_points(repository: Path) -> None:
    pytest.importorskip("xdist")
    assert "7 of 11.5 points" in graded(repository, "-n", "2").stdout


@pytest.mark.slow
def test_an_answer_that_needs_review_has_not_failed(repository: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answers.md"
    answer.write_text("## 1a\n$$ \\frac{\\partial J}{\\partial z_i} = \\heartsuit $$\n")
    words = ["--derivlab-assignment", ".grading/assignment", "--derivlab-submission", str(answer)]
    words += ["--rootdir", ".grading"]
    done = run(
        repository,
        *words,
        "--derivlab-results",
        str(tmp_path / "results.json"),
        ".grading/test_assignment.py",
    )
    assert "1 skipped" in done.stdout
    first = json.loads((tmp_path / "results.json").read_text())["tests"][0]
    assert first["status"] == "error" and "needs review" in first["message"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "give the assignment: --derivlab-assignment FOLDER"),
        (["--derivlab-assignment", "nowhere"], "there is no such folder"),
    ],
)
def test_what_is_missing_is_told(words: list[str], told: str, repository: Path) -> None:
    done = run(repository, *words, "--rootdir", ".grading", ".grading/test_assignment.py")
    assert done.returncode != 0 and told in done.stdout + done.stderr


def test_the_workflow(folder: Path) -> None:
    """The step's command is the one that was run here, and the reporter gets the step's output."""
    files = classroom.repository(folder)
    text = files[".github/workflows/classroom.yml"].content.decode()
    for part in (
        "if: github.actor != 'github-classroom[bot]'",
        'PYTHONSAFEPATH: "1"',
        "-p derivlab.grading.pytest_plugin",
        "--derivlab-assignment .grading/assignment --derivlab-submission submission",
        'DERIVLAB_RESULTS: "${{ steps.derivlab.outputs.result }}"',
        "runners: derivlab",
        "classroom-resources/autograding-grading-reporter@v1",
    ):
        assert part in text
    assert {".grading/test_assignment.py", ".grading/derivlab/__init__.py", "submission/answers.md"} <= set(
        files
    )


def test_the_plugin_imports_nothing_heavy() -> None:
    program = "import sys; import derivlab.grading.pytest_plugin; print(*sys.modules)"
    done: Any = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"sympy", "numpy", "torch", "lark", "flint"}.intersection(done.stdout.split())
