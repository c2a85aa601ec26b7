"""A class in which most mean harm: each is named in its grade, and the batch goes on to the others."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from derivlab.cli.main import main

TOML = r"""title = "Code"
[[questions]]
id = "1"
points = 4
kind = "code"
find = '\frac{\partial J}{\partial z_i}'
function = "grad"
arguments = ["z", "y"]
"""
PROBLEM = r"""Let $z, y \in \mathbb{R}^K$ with $\sum_k y_k = 1$, let $\hat y = \operatorname{softmax}(z)$ and
$J = -\sum_k y_k \log \hat y_k$.
"""
CLASS = {
    "bomb": "import os\nwhile True: os.fork()",
    "exits": "import os\nos._exit(0)",
    "forges": "open('gradebook.csv', 'w').write('forges,4')",
    "kills": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "loops": "while True: pass",
    "reads": "print(open(ASSIGNMENT).read())",
}


@pytest.mark.slow
def test_a_class_of_rogues(right: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, students, out = tmp_path / "homework", tmp_path / "class", tmp_path / "grades"
    folder.mkdir()
    (folder / "assignment.toml").write_text(TOML)
    (folder / "problem.md").write_text(PROBLEM)
    students.mkdir()
    where = f"ASSIGNMENT = {str(folder / 'assignment.toml')!r}\n"
    for name, source in CLASS.items():
        (students / f"{name}.py").write_text(f"{where}{source}\n{right}")
    (students / "linked.py").symlink_to(folder / "assignment.toml")
    (students / "zoe.py").write_text(right)
    main(["grade", str(folder), str(students), "--out", str(out)])
    capsys.readouterr()
    rows = {row["student"]: row for row in csv.DictReader((out / "gradebook.csv").open())}
    assert {name: row["1 status"] for name, row in rows.items()} == {
        **dict.fromkeys(("bomb", "exits", "forges", "kills", "reads"), "wrong"),
        **dict.fromkeys(("linked", "loops"), "needs review"),
        "zoe": "right",
    }
    assert {float(row["score"]) for name, row in rows.items() if name != "zoe"} == {0.0}
    told = (out / "grades.jsonl").read_text()
    assert "points = 4" not in told and "arguments" not in told
    assert sorted(path.name for path in folder.iterdir()) == ["assignment.toml", "problem.md"]
