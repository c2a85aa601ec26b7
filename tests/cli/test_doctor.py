"""`derivlab doctor` tells the truth about the machine."""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from derivlab.cli import doctor
from derivlab.cli.main import COMMANDS, main


def test_packages_are_those_that_pyproject_declares(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {line.split(">")[0].split("=")[0].strip() for line in project["dependencies"]}
    assert set(doctor.PACKAGES) == declared


def test_every_purpose_names_commands_that_exist() -> None:
    for probe in doctor.PROBES:
        commands, colon, _ = probe.purpose.partition(":")
        assert colon, probe.name
        assert {word.split()[0] for word in commands.split(", ")} <= set(COMMANDS), probe.name


def test_json_has_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    findings = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert findings["sympy"]["found"] == version("sympy")
    assert findings["MNIST"]["found"].startswith("60,000 + 10,000 images")


def test_text_has_every_name(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in doctor.PACKAGES)
    assert max(map(len, told.splitlines())) <= 80


def test_a_missing_requirement_is_told_and_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", {"no-such-package": "nothing"})
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "MISSING" in told
    assert "pip install" in told


def test_a_missing_extra_is_told_and_does_not_fail(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DERIVLAB_LATEX", "no-such-latex")
    assert main(["doctor", "--json"]) == 0
    findings = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert findings["LaTeX"]["found"] is None
    assert "no-such-latex" in findings["LaTeX"]["remedy"]
