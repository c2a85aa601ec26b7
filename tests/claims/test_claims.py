"""The corpus: derivations with known verdicts, each at its line."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from derivlab.report.check import check_file

FOLDER = Path(__file__).parent
EXPECTED: dict[str, dict[str, str]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
WORST = ["refuted", "unreadable", "undecided", "proved"]


@pytest.mark.parametrize("name", EXPECTED)
def test_verdicts(name: str) -> None:
    _, checked, problem = check_file(str(FOLDER / name))
    assert not problem
    found: dict[str, str] = {}
    for one in checked:
        if one.kind == "claim":
            line = str(one.extent.line)
            found[line] = min(one.verdict, found.get(line, "proved"), key=WORST.index)
    assert found == EXPECTED[name]


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_all_files_in_one_call_without_torch(root: Path) -> None:
    program = (
        "import sys; from derivlab.cli.main import main;"
        f"code = main(['check', '--format', 'json', {str(FOLDER)!r}]);"
        "print('torch' in sys.modules, code, file=sys.stderr)"
    )
    began = _children()
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root
    )
    assert _children() - began < 10  # processor time; 2 s on a quiet core
    assert done.stderr.strip() == "False 1"
    assert json.loads(done.stdout)["summary"] == {
        "proved": 44,
        "refuted": 29,
        "undecided": 0,
        "unreadable": 0,
    }
