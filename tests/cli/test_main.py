"""The frame of the command line: what every command shares."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from derivlab import __version__
from derivlab.cli import main as frame
from derivlab.cli.main import COMMANDS, SHELLS, main
from derivlab.errors import InternalError, UnreadableError, UsageError

FOLDER = Path(frame.__file__).parent


def functions_of(path: Path) -> set[str]:
    """The names of the functions that a module defines at its top level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_command_has_its_file_and_every_file_its_command() -> None:
    files = {path.stem for path in FOLDER.glob("*.py") if {"add_arguments", "run"} <= functions_of(path)}
    assert files == {name.replace("-", "_") for name in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_a_sentence_and_an_example_that_parses(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module = frame.load(command)
    assert main([command, "--help"]) == 0
    told = capsys.readouterr().out
    assert module.EXAMPLE.splitlines()[0] in told
    assert module.HELP.split()[0] in told
    assert max(map(len, told.split("example:")[0].splitlines())) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_every_argument_is_explained(command: str) -> None:
    _, choices = frame.build_parser([command])
    unexplained = [action.dest for action in choices[command]._actions if not action.help]
    assert unexplained == []


def test_top_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    told = capsys.readouterr().out
    assert all(f"\n    {command} " in told for command in COMMANDS)
    assert max(map(len, told.splitlines())) <= 90


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"derivlab {__version__}\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_knows_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--print-completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(command in script for command in COMMANDS)


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["verfy"], "derivlab: there is no command `verfy`; did you mean `verify`?\n"),
        (["--debug", "modles"], "did you mean `models`?"),
        (["zzzzzz"], "derivlab: there is no command `zzzzzz`; `derivlab --help` lists the commands\n"),
        (["models", "--jsn"], "does not know `--jsn`; did you mean `--json`? (see `derivlab models --help`)"),
        (["models", "a", "b"], "`derivlab models` does not know `b`"),
        (["--colour"], "`derivlab` does not know `--colour`"),
        (["derive", "-x^2", "--wrt", "x"], "EXPRESSION; one that begins with `-` stands last, after `--`"),
        (["--print-completion", "fish"], "invalid choice: 'fish'"),
    ],
)
def test_a_mistyped_line_is_answered_in_a_sentence(
    argv: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.out == ""


def pretend(monkeypatch: pytest.MonkeyPatch, run: Callable[[Any], int]) -> None:
    """Put `run` in the place of every command."""
    module = SimpleNamespace(HELP="help", EXAMPLE="example", add_arguments=lambda parser: None, run=run)
    monkeypatch.setattr(frame, "load", lambda command: module)


def raising(error: BaseException) -> Callable[[Any], int]:
    """A command that fails with `error`."""

    def run(args: Any) -> int:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (UsageError("do this instead"), 2, "derivlab: do this instead\n"),
        (UnreadableError("no range for k", hint="write k = 1..K"), 2, "no range for k; write k = 1..K\n"),
        (
            PermissionError(13, "Permission denied", "/x/report.pdf"),
            2,
            "/x/report.pdf: Permission denied; choose a file or folder that you may use\n",
        ),
        (ModuleNotFoundError("No module named 'numba'", name="numba"), 2, "`numba` is not installed"),
        (MemoryError(), 2, "derivlab: MemoryError\n"),
        (InternalError("a residue vanished"), 70, "derivlab failed (InternalError: a residue vanished)"),
        (ZeroDivisionError("division by zero"), 70, "please report this"),
        (KeyboardInterrupt(), 130, "derivlab: interrupted\n"),
    ],
)
def test_errors_become_one_sentence(
    error: BaseException,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pretend(monkeypatch, raising(error))
    assert main(["models"]) == code
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("argv", [["--debug", "models"], ["models", "--debug"]])
def test_debug_shows_the_traceback(
    argv: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, raising(UsageError("do this instead")))
    assert main(argv) == 2
    told = capsys.readouterr().err
    assert "Traceback (most recent call last)" in told
    assert told.endswith("derivlab: do this instead\n")


def test_the_exit_code_is_the_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, lambda args: 1)
    assert main(["models"]) == 1


def start(*words: str, **options: Any) -> subprocess.Popen[str]:
    """The command line as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "derivlab", *words], stderr=subprocess.PIPE, text=True, **options
    )


def test_a_reader_that_leaves_early_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start("--print-completion", "bash", stdout=writer)
    os.close(writer)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (141, "")


@pytest.mark.usefixtures("heeds_sigint")
@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to a child on Windows")
def test_control_c_leaves_no_traceback() -> None:
    process = start("verify", stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()  # it has begun to tell what it finds
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told


def test_a_terminal_without_unicode_gets_an_answer() -> None:
    process = start(
        "models", "cross-entropy", stdout=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (0, "")
