"""`derivlab check --watch`: again after every change, and a clean end on Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from derivlab.cli.main import main
from derivlab.cli.watch import stamps, watch
from derivlab.errors import UsageError

GOOD = "Let $x \\in \\mathbb{R}$.\n\n$$ x + x = 2 x $$\n"
WRONG = "Let $x \\in \\mathbb{R}$.\n\n$$ x + x = 3 x $$\n"


def acts(*steps: Callable[[], object]) -> Callable[[], None]:
    """A pause in which somebody does the next thing; Ctrl-C after the last."""
    waiting: Iterator[Callable[[], object]] = iter(steps)

    def pause() -> None:
        step = next(waiting, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    return pause


def nothing() -> None:
    """Nobody does anything."""


def touch(path: Path, text: str) -> Callable[[], object]:
    return lambda: (path.write_text(text, encoding="utf-8"), os.utime(path, ns=(time.time_ns(),) * 2))


def test_once_and_after_each_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, runs = tmp_path / "a.md", []
    path.write_text("one", encoding="utf-8")

    def once() -> None:
        runs.append(path.read_text(encoding="utf-8"))

    pause = acts(nothing, touch(path, "second"), nothing, touch(path, "3rd"))
    assert watch(lambda: [str(path)], once, pause) == 0
    assert runs == ["one", "second", "3rd"]
    assert f"{path} changed" in capsys.readouterr().err


def test_a_file_that_is_gone_for_a_moment_or_broken_is_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, runs = tmp_path / "a.md", []
    path.write_text("one", encoding="utf-8")

    def once() -> int:
        runs.append(text := path.read_text(encoding="utf-8"))
        if text == "broken":
            raise UsageError("this cannot be read")
        return 0

    pause = acts(path.unlink, touch(path, "broken"), touch(path, "mended"))
    assert watch(lambda: [str(path)], once, pause) == 0
    assert runs == ["one", "broken", "mended"]
    assert "derivlab: this cannot be read" in capsys.readouterr().err


def test_a_change_during_the_work_is_not_lost(tmp_path: Path) -> None:
    path, runs = tmp_path / "a.md", []
    path.write_text("one", encoding="utf-8")

    def once() -> int:
        runs.append(path.read_text(encoding="utf-8"))
        if len(runs) == 1:
            touch(path, "changed meanwhile")()
        return 0

    watch(lambda: [str(path)], once, acts(nothing))
    assert runs == ["one", "changed meanwhile"]


def test_ctrl_c_during_the_work_ends_it_as_well() -> None:
    def once() -> int:
        raise KeyboardInterrupt

    assert watch(list, once, nothing) == 0


def test_a_new_file_in_a_folder_is_seen(tmp_path: Path) -> None:
    before = stamps(lambda: [str(path) for path in tmp_path.iterdir()])
    (tmp_path / "new.md").write_text(GOOD, encoding="utf-8")
    after = stamps(lambda: [str(path) for path in tmp_path.iterdir()])
    assert after.keys() - before.keys() == {str(tmp_path / "new.md")}


@pytest.mark.parametrize("words", [["--stdin"], []])
def test_it_needs_files(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--watch", *words]) == 2
    assert "--watch needs a file" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.usefixtures("heeds_sigint")
def test_in_a_process_of_its_own(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text(GOOD, encoding="utf-8")
    command = [sys.executable, "-u", "-m", "derivlab", "check", "--watch", str(path)]
    environment = {**os.environ, "PYTHONPATH": str(root), "NO_COLOR": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        told = [process.stdout.readline()]
        while "in 1 file" not in told[-1]:
            told.append(process.stdout.readline())
        touch(path, WRONG)()
        while "refuted in 1 file" not in told[-1]:
            told.append(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        errors = process.stderr.read()
        assert process.wait(20) == 0
    assert "1 proved in 1 file\n" in told
    assert "Traceback" not in errors
    assert f"{path} changed" in errors
