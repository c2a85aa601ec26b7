"""`import derivlab` and every `--help` load none of the heavy libraries, and are quick."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

import derivlab
from derivlab.cli.main import COMMANDS

HEAVY = ("flint", "graphviz", "jinja2", "lark", "matplotlib", "numpy", "rich", "shtab", "sympy", "torch")
LIGHT_FLOORS = ("derivlab", "derivlab.cli", "derivlab.cli.main", "derivlab.errors")
# 0.07 s on a quiet core. A machine that runs tests is not quiet, so the best of five counts; with
# SymPy imported, not even that is below.
SECONDS = 0.4


def loaded_after(statement: str) -> set[str]:
    """The modules that are loaded in a fresh interpreter after `statement`."""
    report = "import sys; print('\\nLOADED', *sys.modules)"
    program = f"try:\n    {statement}\nexcept SystemExit:\n    pass\n{report}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split("LOADED", 1)[1].split())


def test_import_derivlab_loads_nothing_heavy() -> None:
    loaded = loaded_after("import derivlab")
    assert not loaded.intersection(HEAVY)
    assert {name for name in loaded if name.startswith("derivlab")} == {"derivlab"}


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help_loads_nothing_heavy(command: str | None) -> None:
    words = ["--help"] if command is None else [command, "--help"]
    loaded = loaded_after(f"from derivlab.cli.main import main; main({words})")
    assert not loaded.intersection(HEAVY)
    own = {f"derivlab.cli.{command}"} if command else set()
    assert {name for name in loaded if name.startswith("derivlab")} - set(LIGHT_FLOORS) == own


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_quick(command: str) -> None:
    def seconds() -> float:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "derivlab", command, "--help"], stdout=subprocess.DEVNULL, check=True
        )
        return time.perf_counter() - start

    assert any(seconds() < SECONDS for _ in range(5))


def test_every_public_name_loads() -> None:
    for name in derivlab.__all__:
        assert getattr(derivlab, name) is not None
        assert name in dir(derivlab)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'gradeint'"):
        derivlab.gradeint  # noqa: B018
