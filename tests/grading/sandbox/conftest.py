"""A code question, and the grade of a source for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from derivlab.grading.model import AnswerGrade, Assignment, Question
from derivlab.grading.sandbox import Limits, grade_code

PROBLEM = r"""Let $z, y \in \mathbb{R}^K$ with $\sum_k y_k = 1$, let $\hat y = \operatorname{softmax}(z)$ and
$J = -\sum_k y_k \log \hat y_k$.
"""
QUESTION = Question(
    "4",
    "Code",
    10.0,
    "code",
    find=r"\frac{\partial J}{\partial z_i}",
    function="grad",
    arguments=("z", "y"),
)
RIGHT = """
import numpy as np

def grad(z, y):
    e = np.exp(z - z.max())
    return e / e.sum() - y
"""
SHORT = Limits(cpu=1, wall=8.0)

Grade = Callable[..., AnswerGrade]


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    return Assignment("Homework", (QUESTION,), "unused", PROBLEM)


@pytest.fixture
def grade(assignment: Assignment) -> Grade:
    """Grade a source: `grade(source)`, with one second of processor time."""

    def graded(source: str, limits: Limits = SHORT, question: Question = QUESTION) -> AnswerGrade:
        return grade_code(assignment, question, source, limits=limits)

    return graded


@pytest.fixture
def right() -> str:
    """A right answer."""
    return RIGHT
