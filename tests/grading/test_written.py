"""Derivations: what earns points, what does not, and what a person has to look at."""

from __future__ import annotations

import pytest

from derivlab.grading import AnswerGrade, Assignment, grade_submission, load_assignment
from derivlab.grading.new import SAMPLE

J_Z = r"\frac{\partial J}{\partial z_i}"
RESULT = r"\hat y_i - y_i"
STEP = r"-\sum_k y_k (\delta_{ik} - \hat y_i)"


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return load_assignment(SAMPLE)


def grade(assignment: Assignment, question: str, answer: str) -> AnswerGrade:
    found = grade_submission(assignment, f"# {question}\n\n{answer}\n")
    return next(one for one in found.answers if one.question == question)


# ---------------------------------------------------------------------------- honest answers

HONEST = {
    "in entries": ("3a", rf"$${J_Z} = {STEP} = {RESULT}$$"),
    "with other letters": (
        "3a",
        r"$$\frac{\partial J}{\partial z_m} = -\sum_l y_l (\delta_{ml} - \hat y_m) = \hat y_m - y_m$$",
    ),
    "the objective written out": (
        "3a",
        rf"$$\frac{{\partial}}{{\partial z_i}} \left(\log \sum_k e^{{z_k}} - \sum_k y_k z_k\right)"
        rf" = {STEP} = {RESULT}$$",
    ),
    "turned round": ("3a", rf"$${RESULT} = {STEP} = {J_Z}$$"),
    "a name of one's own": (
        "3a",
        rf"Let $s = \sum_k e^{{z_k}}$. $${J_Z} = {STEP} = \frac{{e^{{z_i}}}}{{s}} - y_i$$",
    ),
    "a macro of one's own": ("3a", rf"\newcommand{{\D}}{{{J_Z}}} $$\D = {STEP} = {RESULT}$$"),
    "what is given, said again": (
        "3a",
        rf"Recall that $z \in \mathbb{{R}}^K$, and assume $\sum_k y_k = 1$. $${J_Z} = {STEP} = {RESULT}$$",
    ),
    "definitions, said again": (
        "3a",
        r"With $\hat y_k = \frac{e^{z_k}}{\sum_l e^{z_l}}$ and $J := -\sum_k y_k \log \hat y_k$,"
        rf" $${J_Z} = {STEP} = {RESULT}$$",
    ),
    "another name for the objective": (
        "3a",
        rf"Let $L = -\sum_k y_k \log \hat y_k$. $$\frac{{\partial L}}{{\partial z_i}} = {STEP} = {RESULT}$$",
    ),
    "a step apart": (
        "3a",
        r"We know $\frac{\partial \hat y_k}{\partial z_i} = \hat y_k (\delta_{ik} - \hat y_i)$."
        rf" $${J_Z} = {RESULT}$$",
    ),
    "the objective rewritten first": (
        "3a",
        rf"Let $S = \sum_k e^{{z_k}}$, so that $J = \log S - \sum_k y_k z_k$. Hence $${J_Z} = {RESULT}$$",
    ),
    "reasons above the signs": (
        "3a",
        rf"$${J_Z} \stackrel{{(a)}}{{=}} {STEP} \overset{{\sum y = 1}}{{=}} \boxed{{{RESULT}}}$$",
    ),
    "the whole in a box": ("3a", rf"$$\boxed{{{J_Z} = {STEP} = {RESULT}}}$$"),
    "a step under its condition": (
        "3a",
        rf"For $z_i > 0$ we have $|z_i| = z_i$. Anyway $${J_Z} = {STEP} = {RESULT}$$",
    ),
    "a remark about a case": ("3a", rf"$${J_Z} = {STEP} = {RESULT}$$ For $K = 2$ this is logistic."),
    "whole arrays": (
        "3b",
        r"$$\frac{\partial J}{\partial W} = h \left(\frac{\partial J}{\partial z}\right)^\top"
        r" = h (\hat y - y)^\top$$",
    ),
    "an update": (
        "2c",
        r"$$\theta \leftarrow (1 - \alpha \lambda) \theta - \frac{\alpha}{N} \sum_i (g_i - y_i) x_i$$",
    ),
    "an update as an assignment": (
        "2c",
        r"$$\theta_j := \theta_j - \alpha"
        r" \left(\frac{1}{N} \sum_i (g_i - y_i) x_{ij} + \lambda \theta_j\right)$$",
    ),
    "an update at its time": (
        "2c",
        r"$$\theta^{(t+1)} = \theta^{(t)} - \alpha \nabla_\theta J(\theta^{(t)})"
        r" = (1 - \alpha \lambda) \theta^{(t)} - \frac{\alpha}{N} \sum_i (g_i - y_i) x_i$$",
    ),
    "an update with its time": (
        "2c",
        r"$$\theta_j^{(t+1)} = \theta_j^{(t)} (1 - \alpha \lambda)"
        r" - \frac{\alpha}{N} \sum_i (g_i - y_i) x_{ij}$$",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_answer_earns_all(assignment: Assignment, name: str) -> None:
    question, answer = HONEST[name]
    found = grade(assignment, question, answer)
    assert (found.status, found.points) == ("right", found.max_points), found.reason


def test_a_name_of_an_earlier_answer_is_known(assignment: Assignment) -> None:
    text = rf"""
# 3a
Let $\varepsilon = \hat y - y$. $${J_Z} = {STEP} = \varepsilon_i$$
# 3b
$$\frac{{\partial J}}{{\partial W_{{ij}}}} = \sum_k \frac{{\partial J}}{{\partial z_k}}
\frac{{\partial z_k}}{{\partial W_{{ij}}}} = h_i \varepsilon_j$$
"""
    found = {one.question: one for one in grade_submission(assignment, text).answers}
    assert found["3b"].status == "right", found["3b"].reason


# ---------------------------------------------------------------------------- the steps' share


def test_a_right_answer_through_a_wrong_step_loses_the_share(assignment: Assignment) -> None:
    found = grade(assignment, "3a", rf"$${J_Z} = y_i - \hat y_i = {RESULT}$$")
    assert (found.status, found.points) == ("partly", 6.0)
    assert found.first_wrong is not None
    assert found.first_wrong.line == 3
    assert "result is right" in found.reason


@pytest.mark.parametrize(
    "between",
    [
        "",
        rf"{RESULT} + 0 =",
        r"\frac{\partial}{\partial z_i} \left(-\sum_k y_k \log \hat y_k\right) =",
        r"\operatorname{softmax}(z)_i - y_i =",
        rf"{RESULT} + \sum_k z_k - \sum_l z_l =",
    ],
)
def test_a_result_without_a_real_step_loses_the_share(assignment: Assignment, between: str) -> None:
    found = grade(assignment, "3a", rf"$${J_Z} = {between} {RESULT}$$")
    assert (found.status, found.points) == ("partly", 6.0), found.reason


def test_where_steps_are_not_required_the_result_is_enough(assignment: Assignment) -> None:
    answer = r"$$\theta_j - \alpha \frac{\partial J}{\partial \theta_j} = (1 - \alpha \lambda) \theta_j"
    found = grade(assignment, "2c", answer + r" - \frac{\alpha}{N} \sum_i (g_i - y_i) x_{ij}$$")
    assert found.status == "right"


def test_a_wrong_result_names_its_first_wrong_step_and_the_mistake(assignment: Assignment) -> None:
    found = grade(assignment, "3a", f"$$\n{J_Z}\n= {STEP}\n= y_i - \\hat y_i\n$$")
    assert (found.status, found.points) == ("wrong", 0.0)
    assert found.first_wrong is not None
    assert found.first_wrong.line == 6
    assert found.kind == "sign of the whole"
    assert found.hints


# ---------------------------------------------------------------------------- tricks that earn nothing

TRICKS = {
    "the question restated": (rf"$${J_Z} = {J_Z}$$", "derivative"),
    "the question and a zero": (rf"$${J_Z} = {J_Z} + 0$$", "derivative"),
    "the definition under the derivative": (
        rf"$${J_Z} = \frac{{\partial}}{{\partial z_i}} \left(-\sum_k y_k \log \hat y_k\right)$$",
        "derivative",
    ),
    "a name for the derivative": (rf"Let $G_i = {J_Z}$. $${J_Z} = G_i$$", "derivative"),
    "a function that is the derivative": (rf"Let $f(t) = {J_Z}$. $${J_Z} = f(1)$$", "derivative"),
    "a copy of the objective": (
        rf"Let $L = J$. $${J_Z} = \frac{{\partial L}}{{\partial z_i}}$$",
        "derivative",
    ),
    "a name behind a name": (rf"Let $A_i = {J_Z}$. Let $B_i = 2 A_i$. $${J_Z} = B_i / 2$$", "derivative"),
    "nothing is nothing": (rf"$$0 \cdot {J_Z} = 0$$", "No chain"),
    "a difference of the question": (rf"$${J_Z} - {J_Z} = 0$$", "No chain"),
    "an identity": (rf"$${RESULT} = {RESULT}$$", "No chain"),
    "a list of identities": (rf"$${RESULT} = {RESULT}$$ $$y_i = y_i$$ $$\hat y_i = \hat y_i$$", "No chain"),
    "a division by zero": (rf"$${J_Z} = \frac{{({RESULT})(z_i - z_i)}}{{z_i - z_i}}$$", "divides by zero"),
    "zero over zero": (rf"$${J_Z} = \frac{{0}}{{0}} = {RESULT}$$", "divides by zero"),
    "zero, by an assumption": (
        rf"$${J_Z} = \frac{{z_1}}{{\sum_k y_k - 1}} = {STEP} = {RESULT}$$",
        "divides by zero",
    ),
    "zero, by an identity": (
        rf"$${J_Z} = \frac{{z_1}}{{\log e^{{z_1}} - z_1}} = {STEP} = {RESULT}$$",
        "divides by zero",
    ),
    "a function of the objective": (
        r"Let $F(a) = -\sum_k y_k \log \operatorname{softmax}(a)_k$."
        rf" $${J_Z} = \frac{{\partial F(z)}}{{\partial z_i}}$$",
        "derivative",
    ),
    "a name for what is asked, behind": (rf"$${J_Z} = q_i \quad \text{{where }} q_i = {J_Z}$$", "derivative"),
    "another objective": (rf"Let $J := 0$. $${J_Z} = 0$$", "changes what `J` means"),
    "another prediction": (rf"Let $\hat y := y$. $${J_Z} = 0$$", r"changes what `\hat{y}` means"),
    "another domain": (rf"Let $y \in \{{0, 1\}}^K$. $${J_Z} = {STEP} = {RESULT}$$", "changes what `y` means"),
    "another shape": (rf"Let $y \in \mathbb{{R}}$. $${J_Z} = {STEP} = {RESULT}$$", "changes what `y` means"),
    "a size": (rf"Let $K := 1$. $${J_Z} = 0$$", "changes what `K` means"),
    "the sign of an entry": (
        rf"Suppose $h_1 > 0$. $${J_Z} = \frac{{|h_1|}}{{h_1}} ({RESULT})$$",
        "assumes `h[1] > 0`",
    ),
    "the sign of a vector": (
        rf"Let $h \geq 0$. $${J_Z} = \frac{{|h_1|}}{{h_1}} ({RESULT})$$",
        "changes what `h` means",
    ),
    "the simplex": (rf"Let $y \in \Delta^{{K-1}}$. $${J_Z} = {STEP} = {RESULT}$$", "changes what `y` means"),
    "a condition at the end": (rf"$${J_Z} = 0 \quad \text{{if }} y = \hat y$$", "assumes"),
    "a value given in passing": (
        rf"With $h = 0$, $${J_Z} = \operatorname{{softmax}}(b)_i - y_i$$",
        "assumes",
    ),
    "another sum of the labels": (rf"Note that $\sum_k y_k = 2$. $${J_Z} = 2 \hat y_i - y_i$$", "wrong"),
    "a handy assumption": (rf"Assume $y = \hat y$. $${J_Z} = 0$$", "assumes"),
    "the answer assumed": (rf"Assume ${J_Z} = 0$. Then $${J_Z} = 0$$", "assumes"),
    "a point mass assumed": (rf"Suppose that $y_k = 0$ for all $k$. $${J_Z} = \hat y_i$$", "assumes"),
    "another index": (rf"$${J_Z} = \hat y_k - y_k$$", "wrong"),
    "a redefined builtin": (
        rf"Let $\operatorname{{softmax}}(z) := y$. $${J_Z} = \operatorname{{softmax}}(z)_i - y_i$$",
        "wrong",
    ),
    "right first, wrong last": (rf"$${J_Z} = {RESULT}$$ $${J_Z} = y_i - \hat y_i$$", "wrong"),
    "nothing but words": ("It follows from the chain rule.", "no equation"),
    "hidden in a comment": (rf"<!-- $${J_Z} = {RESULT}$$ -->", "no equation"),
    "the derivative by another name": (
        r"$$\frac{\partial J}{\partial \hat y_i} = -\frac{y_i}{\hat y_i}$$",
        "No chain",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRICKS)
def test_a_trick_earns_nothing_and_says_why(assignment: Assignment, name: str) -> None:
    answer, why = TRICKS[name]
    found = grade(assignment, "3a", answer)
    assert found.points == 0.0, found.reason
    assert found.status in ("wrong", "missing"), found.reason
    assert why in found.reason


def test_a_list_of_guesses_gains_nothing_over_its_last_entry(assignment: Assignment) -> None:
    guesses = ["y_i", r"\hat y_i", r"y_i - \hat y_i", RESULT, "0", "1"]
    answer = "\n\n".join(f"$${J_Z} = {guess}$$" for guess in guesses)
    assert grade(assignment, "3a", answer).points == 0.0


def test_guesses_that_are_true_by_themselves_gain_nothing(assignment: Assignment) -> None:
    """`∂J/∂z + X − ∂J/∂z = X` is true for every X; it must not be taken for an answer where X is right."""
    other = r"\frac{\partial}{\partial z_i} \left(-\sum_k y_k \log \hat y_k\right)"
    answer = "\n\n".join(
        f"$${J_Z} + {x} - {other} = {x}$$" for x in (r"(y_i)", rf"({RESULT})", r"(\hat y_i)")
    )
    assert grade(assignment, "3a", answer).points == 0.0


def test_allowed_names_bound_the_result(assignment: Assignment) -> None:
    from dataclasses import replace

    strict = replace(
        assignment,
        questions=tuple(replace(one, allowed=("z", "y")) for one in assignment.questions if one.id == "3a"),
    )
    told = grade(strict, "3a", rf"$${J_Z} = {STEP} = {RESULT}$$")
    assert (told.status, told.points) == ("wrong", 0.0)
    assert r"`\hat{y}`" in told.reason
    own = rf"Let $q = \operatorname{{softmax}}(z)$. $${J_Z} = {STEP} = q_i - y_i$$"
    assert grade(strict, "3a", own).status == "right"


# ---------------------------------------------------------------------------- never a zero

OPEN = {
    "a limit": rf"$${J_Z} = \lim_{{h \to 0}} \frac{{J(z + h) - J(z)}}{{h}}$$",
    "an approximation": rf"$${J_Z} \approx {RESULT}$$",
    "dots": rf"$${J_Z} = \dots = {RESULT}$$",
    "a name that is not declared": rf"$${J_Z} = \Xi_i$$",
    "a root of something negative": rf"$${J_Z} = {RESULT} + \sqrt{{-1 - z_i^2}}$$",
    "a picture": "![my derivation](page.png)",
    "a box that is not read": rf"$$\rotatebox{{1}}{{{J_Z} = {RESULT}}}$$",
    "a name that only words define": rf"Let $g \in \mathbb{{R}}^K$ be the gradient. $${J_Z} = g_i$$",
    "by cases": rf"$${J_Z} = {RESULT} \quad \text{{if }} i = 1$$",
}


@pytest.mark.parametrize("name", OPEN)
def test_what_is_not_decided_needs_review(assignment: Assignment, name: str) -> None:
    found = grade(assignment, "3a", OPEN[name])
    assert found.status == "needs review", found.reason


def test_a_true_remark_that_is_not_checked_costs_nothing_for_certain(assignment: Assignment) -> None:
    found = grade(assignment, "3a", rf"Here $\hat y \in (0, 1)^K$. $${J_Z} = {STEP} = {RESULT}$$")
    assert (found.status, found.points) == ("needs review", 6.0)


def test_a_derivative_by_a_name_of_ones_own_is_open(assignment: Assignment) -> None:
    """`s_i = θ·x_i`, `∂g_i/∂s_i = g_i (1 − g_i)`: so it is taught, though g is not written in s."""
    answer = r"""Write $s_i = \theta^\top x_i$. Then $\frac{\partial g_i}{\partial s_i} = g_i (1 - g_i)$ and
$$\frac{\partial J}{\partial \theta_j}
= -\frac{1}{N} \sum_i \left(\frac{y_i}{g_i} - \frac{1 - y_i}{1 - g_i}\right) g_i (1 - g_i) x_{ij}
+ \lambda \theta_j
= \frac{1}{N} \sum_i (g_i - y_i) x_{ij} + \lambda \theta_j$$"""
    found = grade(assignment, "2a", answer)
    assert (found.status, found.points) == ("needs review", 6.0)
    assert found.first_wrong is not None
    assert found.first_wrong.line == 3


def test_an_unreadable_remark_beside_a_right_answer_leaves_what_is_certain(assignment: Assignment) -> None:
    found = grade(assignment, "3a", rf"Near zero $\hat y \approx 1 / K$. $${J_Z} = {STEP} = {RESULT}$$")
    assert (found.status, found.points) == ("needs review", 6.0)


def test_a_costly_claim_is_judged_without_a_search_for_its_mistake(assignment: Assignment) -> None:
    """A claim of seven nested sums: the search for its mistake would take minutes."""
    from sympy import Symbol

    from derivlab.grading.explaining import _is_small

    sums = " ".join(rf"\sum_{{{letter}=1}}^K" for letter in "abcefgh")
    deltas = "".join(rf"(1 - \delta_{{{pair}}})" for pair in ("ab", "bc", "ce", "ef", "fg", "gh"))
    found = grade(assignment, "3a", rf"$${J_Z} = {sums} {deltas} y_a y_b y_c y_e y_f y_g y_h$$")
    assert (found.status, found.kind) == ("wrong", "a mistake without a name")
    assert _is_small(Symbol("x"))
