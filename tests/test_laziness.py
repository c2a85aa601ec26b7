"""`import derivlab` and every `--help` load none of the heavy libraries, and are quick."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import derivlab
from derivlab.cli.main import COMMANDS

HEAVY = ("flint", "graphviz", "jinja2", "lark", "matplotlib", "numpy", "rich", "shtab", "sympy", "torch")
LIGHT_FLOORS = ("derivlab", "derivlab.cli", "derivlab.cli.main", "derivlab.errors")
# Asked is 0.1 s on a quiet core (measured: 0.07); SymPy alone would take 0.5.
SECONDS = 0.3


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
    own = {f"derivlab.cli.{command.replace('-', '_')}"} if command else set()
    assert {name for name in loaded if name.startswith("derivlab")} - set(LIGHT_FLOORS) == own


@pytest.mark.skipif(os.name == "nt", reason="Windows does not tell a child's processor time")
@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_quick(command: str) -> None:
    """Processor time, which a busy machine does not change as it changes the clock's."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "derivlab", command, "--help"], stdout=subprocess.DEVNULL, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < SECONDS


def test_every_public_name_loads() -> None:
    for name in derivlab.__all__:
        assert getattr(derivlab, name) is not None
        assert name in dir(derivlab)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'gradeint'"):
        derivlab.gradeint  # noqa: B018
