"""What every test may use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

# Two busy threads on two cores are far slower than one; child processes inherit this.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A plot must never look for a display.
os.environ.setdefault("MPLBACKEND", "Agg")

ROOT = Path(__file__).resolve().parent.parent

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def derivlab() -> Run:
    """Run the command line in a process of its own: `derivlab("verify", "softmax").stdout`."""

    def run(
        *words: str, cwd: Path = ROOT, timeout: float = 300, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        command: Sequence[str] = [sys.executable, "-m", "derivlab", *words]
        plain = {"NO_COLOR": "1", "COLUMNS": "80", "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **plain, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture
def heeds_sigint() -> Iterator[None]:
    """A shell's background job ignores SIGINT, and so would the tests and their children."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)
