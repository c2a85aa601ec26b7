"""A small assignment with a written question and one to program, and what students hand in for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivlab.grading import Assignment, SubmissionGrade, grade_submission, load_assignment
from derivlab.grading.systems.folder import graded_folder

TOML = r"""title = "Softmax: a start"
[[questions]]
id = "1a"
title = "The gradient"
points = 5
find = '\frac{\partial J}{\partial z_i}'
[[questions]]
id = "1b"
title = "The Jacobian"
points = 2.5
find = '\frac{\partial \hat y_i}{\partial z_j}'
[[questions]]
id = "2"
title = "Code"
points = 4
kind = "code"
find = '\frac{\partial J}{\partial z_i}'
function = "grad"
arguments = ["z", "y"]
"""
PROBLEM = r"""Let $z, y \in \mathbb{R}^K$ with $\sum_k y_k = 1$, let $\hat y = \operatorname{softmax}(z)$ and
$J = -\sum_k y_k \log \hat y_k$.
"""
CODE = "import numpy as np\n\ndef grad(z, y):\n    e = np.exp(z - z.max())\n    return e / e.sum() - y\n"
# 1a has no step, 1b is wrong.
ANSWERS = r"""## 1a
$$ \frac{\partial J}{\partial z_i} = \hat y_i - y_i $$
## 1b
$$ \frac{\partial \hat y_i}{\partial z_j} = \hat y_i (1 - \hat y_j) $$
"""
UNREADABLE = r"""## 1a
$$ \frac{\partial J}{\partial z_i} = \heartsuit_i $$
## 1b
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assignment's folder."""
    made = tmp_path_factory.mktemp("assignment")
    (made / "assignment.toml").write_text(TOML, encoding="utf-8")
    (made / "problem.md").write_text(PROBLEM, encoding="utf-8")
    return made


@pytest.fixture(scope="session")
def assignment(folder: Path) -> Assignment:
    return load_assignment(folder)


@pytest.fixture(scope="session")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's folder: partly, wrong, right."""
    made = tmp_path_factory.mktemp("handed")
    (made / "answers.md").write_text(ANSWERS, encoding="utf-8")
    (made / "code.py").write_text(CODE, encoding="utf-8")
    return made


@pytest.fixture(scope="session")
def grade(assignment: Assignment, handed: Path) -> SubmissionGrade:
    found = graded_folder(assignment, handed, "Ann")
    assert [answer.status for answer in found.answers] == ["partly", "wrong", "right"]
    assert found.score == 3 + 0 + 4
    return found


@pytest.fixture(scope="session")
def undecided(assignment: Assignment) -> SubmissionGrade:
    """A grade in which the first answer needs review."""
    found = grade_submission(assignment, UNREADABLE)
    assert found.answers[0].status == "needs review"
    return found
