"""Claims: the conclusion is known, so points are for the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derivlab.grading import AnswerGrade, Assignment, Question, grade_submission, load_assignment
from derivlab.grading.new import SAMPLE

HESSIAN = (
    r"$$\frac{\partial^2 J}{\partial \theta_j \partial \theta_k}"
    r" = \frac{1}{N} \sum_{i=1}^N g_i (1 - g_i) x_{ij} x_{ik} + \lambda \delta_{jk}$$"
)
FORM = (
    r"For $v \in \mathbb{R}^d$, $$\sum_{j=1}^d \sum_{k=1}^d v_j"
    r" \frac{\partial^2 J}{\partial \theta_j \partial \theta_k} v_k = \frac{1}{N} \sum_{i=1}^N g_i (1 - g_i)"
    r" \left(\sum_{j=1}^d x_{ij} v_j\right)^2 + \lambda \sum_{j=1}^d v_j^2 \geq 0.$$"
)
CONVEX = r" Hence $J$ is convex in $\theta$."


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return load_assignment(SAMPLE)


def grade(assignment: Assignment, question: str, answer: str) -> AnswerGrade:
    found = grade_submission(assignment, f"# {question}\n\n{answer}\n")
    return next(one for one in found.answers if one.question == question)


@pytest.mark.parametrize(
    "answer",
    [
        HESSIAN + CONVEX,
        HESSIAN + "\n\n" + FORM + CONVEX,
        r"$$\nabla^2_\theta J = \frac{1}{N} \sum_i g_i (1 - g_i) x_i x_i^\top + \lambda I \succeq 0$$"
        + CONVEX,
    ],
)
def test_the_second_derivative_shows_convexity(assignment: Assignment, answer: str) -> None:
    found = grade(assignment, "2b", answer)
    assert (found.status, found.points) == ("right", 10.0), found.reason


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (r"$J$ is convex in $\theta$.", "restates"),
        (r"$J$ is convex in $\theta$ since $\nabla^2_\theta J \succeq 0$.", "restates"),
        (r"$$\nabla^2_\theta J = \nabla^2_\theta J$$" + CONVEX, "restates"),
        (r"$$\nabla^2_\theta J = \lambda I$$" + CONVEX, "not true"),
        (r"Let $J := \theta^\top \theta$. $$\nabla^2_\theta J = 2 I$$" + CONVEX, "changes what `J` means"),
        (r"Assume $x_i = 0$. $$\nabla^2_\theta J = \lambda I$$" + CONVEX, "assumes"),
    ],
)
def test_the_conclusion_alone_earns_nothing(assignment: Assignment, answer: str, why: str) -> None:
    found = grade(assignment, "2b", answer)
    assert (found.status, found.points) == ("wrong", 0.0), found.reason
    assert why in found.reason


def test_the_second_derivative_without_the_conclusion_is_a_part(assignment: Assignment) -> None:
    found = grade(assignment, "2b", HESSIAN)
    assert (found.status, found.points) == ("partly", 4.0)


@pytest.fixture(scope="module")
def identity(assignment: Assignment) -> Assignment:
    question = Question("s", "", 4.0, "claim", show=r"\sum_i (\hat y_i - y_i) = 0", section="Cross-entropy")
    return replace(assignment, questions=(question,))


def test_an_identity_is_shown_by_a_chain_between_its_sides(identity: Assignment) -> None:
    answer = r"$$\sum_i (\hat y_i - y_i) = \sum_i \hat y_i - \sum_i y_i = 1 - \sum_i y_i = 0$$"
    assert grade(identity, "s", answer).status == "right"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (r"$$\sum_i (\hat y_i - y_i) = 0$$", "restates"),
        (r"$$0 = 0$$", "No chain"),
        (r"$$\sum_i (\hat y_i - y_i) = 1 = 0$$", "not true"),
        (r"$$\sum_i (\hat y_i - y_i) = \sum_i \hat y_i - \sum_i y_i$$", "No chain"),
        (r"$$\sum_i (\hat y_i - y_i) = \sum_i (\hat y_i - y_i) = 0$$", "restates"),
    ],
)
def test_restating_an_identity_earns_nothing(identity: Assignment, answer: str, why: str) -> None:
    found = grade(identity, "s", answer)
    assert (found.status, found.points) == ("wrong", 0.0), found.reason
    assert why in found.reason
