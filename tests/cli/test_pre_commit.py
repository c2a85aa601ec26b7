"""The pre-commit hooks: `pre-commit` accepts the definition, and a commit with a wrong equation stops."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RIGHT = "Let $x \\in \\mathbb{R}$.\n\n$$ x + x = 2 x $$\n"
WRONG = "Let $x \\in \\mathbb{R}$.\n\n$$ x + x = 3 x $$\n"
CONFIGURATION = """repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: derivlab-check-system
"""

pytest.importorskip("pre_commit")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def test_the_definition_is_one(root: Path) -> None:
    from pre_commit.clientlib import load_manifest

    hooks = {hook["id"]: hook for hook in load_manifest(root / ".pre-commit-hooks.yaml")}
    assert set(hooks) == {"derivlab-check", "derivlab-check-system"}
    assert {hook["entry"] for hook in hooks.values()} == {"derivlab check"}
    assert hooks["derivlab-check"]["language"] == "python"


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]
    command = ["git", *identity, *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def repository(folder: Path, **files: str) -> str:
    """A repository with one commit; its revision."""
    folder.mkdir()
    git(folder, "init", "-q")
    for name, text in files.items():
        (folder / name.replace("_", ".", 1)).write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "one", "--no-verify")
    return git(folder, "rev-parse", "HEAD")


@needs_git
@pytest.mark.slow
def test_a_wrong_equation_stops_the_commit(root: Path, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    definition = (root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    revision = repository(hooks, **{"_pre-commit-hooks.yaml": definition})
    notes = tmp_path / "notes"
    repository(notes, right_md=RIGHT, wrong_md=WRONG, other_txt="x = 3")
    (notes / ".pre-commit-config.yaml").write_text(
        CONFIGURATION.format(repository=hooks, revision=revision), encoding="utf-8"
    )
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home"), "PATH": programs}

    def run(*files: str) -> Any:
        command = [sys.executable, "-m", "pre_commit", "run", "--files", *files]
        return subprocess.run(
            command, cwd=notes, env=environment, capture_output=True, text=True, check=False
        )

    passed = run("right.md", "other.txt")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    failed = run("right.md", "wrong.md")
    assert failed.returncode == 1
    assert "wrong.md:3:4: refuted: x + x = 3 x" in failed.stdout
    assert "(no files to check)" in run("other.txt").stdout
