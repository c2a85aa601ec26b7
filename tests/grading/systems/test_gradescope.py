"""Gradescope: the archive's root, the fields of results.json, and a run in a simulated /autograder."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from derivlab.cli import autograder
from derivlab.cli.main import main
from derivlab.errors import UsageError
from derivlab.grading import Assignment, SubmissionGrade
from derivlab.grading.systems import bundle, gradescope

FIELDS: dict[str, type | tuple[type, ...]] = {
    "score": (int, float),
    "execution_time": (int, float),
    "output": str,
    "output_format": str,
    "visibility": str,
    "stdout_visibility": str,
    "extra_data": dict,
    "tests": list,
}
TEST_FIELDS: dict[str, type | tuple[type, ...]] = {
    "score": (int, float),
    "max_score": (int, float),
    "status": str,
    "name": str,
    "number": str,
    "output": str,
    "output_format": str,
    "tags": list,
    "visibility": str,
    "extra_data": dict,
}
FORMATS = ("text", "html", "simple_format", "md", "ansi")


def check(told: dict[str, Any]) -> None:
    """The results hold the fields that Gradescope documents, no others, and what they may be."""
    assert set(told) == set(FIELDS)
    assert all(isinstance(told[name], kind) for name, kind in FIELDS.items())
    assert {told["visibility"], told["stdout_visibility"]} <= set(gradescope.VISIBILITIES)
    assert told["output_format"] in FORMATS
    for test in told["tests"]:
        assert set(TEST_FIELDS) - {"status"} <= set(test) <= set(TEST_FIELDS)
        assert all(isinstance(test[name], TEST_FIELDS[name]) for name in test)
        assert test.get("status", "failed") in ("passed", "failed")
        assert test["visibility"] in gradescope.VISIBILITIES
        assert test["output_format"] in FORMATS
        assert all(isinstance(tag, str) for tag in test["tags"])
        assert 0 <= test["score"] <= test["max_score"]
    assert told["score"] == pytest.approx(sum(test["score"] for test in told["tests"]))


def test_the_fields(assignment: Assignment, grade: SubmissionGrade) -> None:
    told = gradescope.results(assignment, grade, 1.25, "after_due_date")
    check(told)
    assert told["score"] == 7
    assert [test["status"] for test in told["tests"]] == ["failed", "failed", "passed"]
    assert [test["number"] for test in told["tests"]] == ["1", "2", "3"]
    assert told["tests"][0]["name"] == "1a The gradient"
    assert told["visibility"] == told["tests"][0]["visibility"] == "after_due_date"


def test_an_answer_that_needs_review_has_not_failed(
    assignment: Assignment, undecided: SubmissionGrade
) -> None:
    told = gradescope.results(assignment, undecided, 0)
    check(told)
    assert "status" not in told["tests"][0]
    assert told["tests"][0]["name"].endswith("(needs review)")
    assert "A person looks at 1a" in told["output"]


def test_the_archive(folder: Path) -> None:
    content = gradescope.archive(folder)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {"setup.sh", "run_autograder"} <= set(names)  # at the root
        for name in ("setup.sh", "run_autograder"):
            mode = archive.getinfo(name).external_attr >> 16
            assert stat.S_ISREG(mode) and mode & 0o111 == 0o111
            assert archive.read(name).startswith(b"#!/usr/bin/env bash\n")
        assert not [name for name in names if name.startswith("/") or ".." in name or "mnist" in name]
        assert b"numpy==" in archive.read("requirements.txt")
    assert len(content) < 2_000_000


def test_the_same_assignment_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    os.utime(copy / "problem.md", (1, 1))
    assert gradescope.archive(folder) == gradescope.archive(copy)


def test_the_scripts_are_bash(folder: Path, tmp_path: Path) -> None:
    for name, text in {"setup.sh": gradescope.SETUP, "run_autograder": gradescope.RUN}.items():
        (tmp_path / name).write_text(text)
        subprocess.run(["bash", "-n", str(tmp_path / name)], check=True)


@pytest.fixture
def root(folder: Path, handed: Path, tmp_path: Path) -> Path:
    """What Gradescope's image holds when it runs: source/, submission/ and submission_metadata.json."""
    with zipfile.ZipFile(io.BytesIO(gradescope.archive(folder))) as archive:
        archive.extractall(tmp_path / "source")
    (tmp_path / "source/run_autograder").chmod(0o755)
    shutil.copytree(handed, tmp_path / "submission")
    users = {"id": 1, "users": [{"name": "Ann", "email": "ann@example.org"}]}
    (tmp_path / "submission_metadata.json").write_text(json.dumps(users))
    return tmp_path


def run(root: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DERIVLAB_ROOT": str(root),
        "DERIVLAB_PYTHON": sys.executable,
    }
    command = [str(root / "source/run_autograder")]
    return subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)


def test_a_whole_run(root: Path, folder: Path) -> None:
    """The archive grades by itself: with its own copy of derivlab and the packages of its list alone."""
    report = "import sys\nprint('LOADED', *sorted({name.split('.')[0] for name in sys.modules}))"
    startup = root / "startup"
    startup.mkdir()
    (startup / "sitecustomize.py").write_text(f"import atexit\natexit.register(lambda: exec({report!r}))\n")
    script = root / "source/run_autograder"
    script.write_text(
        script.read_text().replace('PYTHONPATH="$root/source"', 'PYTHONPATH="$root/source:$root/startup"')
    )
    done = run(root)
    assert done.returncode == 0, done.stderr
    told = json.loads((root / "results/results.json").read_text(encoding="utf-8"))
    check(told)
    assert told["score"] == 7
    loaded = set(done.stdout.split("LOADED", 1)[1].split()) - set(sys.stdlib_module_names)
    needed = {"derivlab", "flint", "lark", "mpmath", "numpy", "sympy"}  # SymPy brings mpmath
    assert {name for name in loaded if not name.startswith("_")} - needed <= {
        "sitecustomize",
        "cython_runtime",
    }
    assert set(bundle.NEEDED) == {"lark", "numpy", "python-flint", "sympy"}


@pytest.mark.parametrize("metadata", ["", "[]", '{"users": 3}', '{"users": [{"name": "\\u001b[2J"}]}'])
def test_damaged_metadata_costs_nothing(metadata: str, tmp_path: Path) -> None:
    (tmp_path / "submission_metadata.json").write_text(metadata)
    assert "\x1b" not in gradescope.student_of(tmp_path)


def test_a_broken_assignment_fails_the_autograder_and_no_student(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "source/assignment/assignment.toml").write_text("title = 3")
    assert gradescope.main([str(root)]) == 2
    assert capsys.readouterr().err.startswith("derivlab: ")
    assert not (root / "results/results.json").exists()


def test_the_command(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "autograder.zip"
    words = ["autograder", "gradescope", str(folder), "--out", str(out), "--visibility", "hidden"]
    assert main(words) == 0
    assert capsys.readouterr().out.startswith(f"wrote {out}")
    assert out.read_bytes() == gradescope.archive(folder, "hidden")


@pytest.mark.parametrize("system", [name for name in autograder.SYSTEMS if name != "gradescope"])
def test_the_command_for_the_others(system: str, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["autograder", system, str(folder), "--out", str(out)]) == 0
    assert any(out.rglob("assignment.toml"))
    assert main(["autograder", system, str(folder), "--out", str(out)]) == 2  # there is something now


def test_an_option_of_another_system_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["autograder", "otter", str(folder), "--visibility", "hidden"]) == 2
    assert "--visibility goes with gradescope, not with otter" in capsys.readouterr().err


def test_what_cannot_be_is_told(folder: Path, tmp_path: Path) -> None:
    assert gradescope.VISIBILITIES == autograder.VISIBILITIES
    with pytest.raises(UsageError, match="there is no visibility 'never'; use one of visible, hidden,"):
        gradescope.archive(folder, "never")
    with pytest.raises(UsageError, match="there is no such folder"):
        gradescope.archive(tmp_path / "nowhere")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    with pytest.raises(UsageError, match="exists and is not an empty folder"):
        bundle.written({}, tmp_path / "full")
