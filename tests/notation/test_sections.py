"""A page with several sections: which names are the earlier ones, and which are new."""

from __future__ import annotations

import pytest

from tests.notation import helpers

EARLIER = r"""
Let $z, u \in \mathbb{R}^K$, $a, b \in \mathbb{R}$, $J = \|z\|^2$, $f(x) = x^2$, $p = 3 a$ and $d = 2$.

# The next section

"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Let $c \in \mathbb{R}$. For every $c$, $J = c \|z\|^2$.", ["refuted"]),
        (r"Let $c \in \mathbb{R}$. True or false: for every $c$, $J = c \|z\|^2$?", ["refuted"]),
        (r"Let $c \in \mathbb{R}$. We know $J = c \|z\|^2$.", ["refuted"]),
        (r"Let $c \in \mathbb{R}$. The loss equals $J = c \|z\|^2$.", ["refuted"]),
        (r"Let $c \in \mathbb{R}$. $J = c \|z\|^2$ holds.", ["refuted"]),
        (r"Let $c \in \mathbb{R}$. $J = c \|z\|^2$ for all $c \in \mathbb{R}$.", ["refuted"]),
        (r"Let $x \in \mathbb{R}$. For all $x$, $f(x) = x$.", ["refuted"]),
        (r"Let $x \in \mathbb{R}$. The value is $f(x) = x$.", ["refuted"]),
        (r"Let $x \in \mathbb{R}$. Let $f(x) = x$. $f(x) = x$.", ["proved"]),
        (r"Let $q \in \mathbb{R}$. When $q = 1$, the loss is $J = q \|z\|^2$ and $J = 2 q \|z\|^2$.",
         ["proved", "refuted"]),
        (r"Let $q \in \mathbb{R}$. Suppose $p = q$. Then $3 a = q$.", ["proved"]),
        (r"Let $q \in \mathbb{R}$. The value is $p = 2 p + q$.", ["refuted"]),
        (r"Let $q \in \mathbb{R}$. The value is $p = q$. $p = q$, $p = 3 a$.", ["proved", "refuted"]),
        (r"$$a \geq 0$$ $|a| = a$.", ["refuted", "refuted"]),
        (r"Let $a \in \mathbb{R}$. $$a \geq 0$$ $|a| = a$.", ["refuted", "refuted"]),
    ],
)  # fmt: skip
def test_what_a_section_says_of_an_earlier_name(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(EARLIER + text, given="") == expected


def test_an_earlier_value_is_no_index_letter() -> None:
    (claim,) = helpers.verdicts(EARLIER + r"Let $v \in \mathbb{R}^3$. $v_d = v_2$.", given="")
    assert claim in ("unreadable", "proved")


ONE_HOT = r"""
Let $y \in \mathbb{R}^K$ be one-hot, $z \in \mathbb{R}^K$ and $J = y^\top z$.

# The next section

"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Now $y$ is an arbitrary vector. $\|y\|^2 = 1$, $\nabla_z J = y$.", ["refuted", "proved"]),
        (r"Let $y \in \mathbb{R}^K$. $\|y\|^2 = 1$.", ["undecided"]),
        (r"Let $y \in \mathbb{R}^K$. $\|y\|^2 = 2$, $\sum_k y_k = 1$.", ["undecided", "undecided"]),
        (r"Let $y \in \mathbb{R}^K$ be one-hot. $\|y\|^2 = 1$, $\|y\|^2 = 2$.", ["proved", "refuted"]),
        (r"Let $y \in \mathbb{R}^K$ with $\sum_k y_k = 1$. $\|y\|^2 = 1$.", ["refuted"]),
        (r"Drop the assumption on $y$. $\|y\|^2 = 1$.", ["undecided"]),
        (r"Let $z \in \mathbb{R}^K$. $\|y\|^2 = 1$, $\nabla_z J = y$.", ["proved", "proved"]),
        (r"Let $z \in \mathbb{R}^m$. $\frac{\partial J}{\partial z_i} = 0$.", ["unreadable"]),
    ],
)  # fmt: skip
def test_what_was_said_of_a_name_that_is_declared_again(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(ONE_HOT + text, given="") == expected


def test_an_equation_that_may_still_hold_refutes_at_its_own_points() -> None:
    """Σ y = 1 is not used in a proof, and the witness satisfies it."""
    earlier = r"Let $y \in \mathbb{R}^K$ with $\sum_k y_k = 1$." + "\n\n# Next\n\n"
    text = r"Let $y \in \mathbb{R}^K$. $\|y\|^2 = 1$, $\sum_k y_k = 1$."
    assert helpers.verdicts(earlier + text, given="") == ["refuted", "undecided"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Let $b \in \mathbb{R}^n$. $\sum_i b_i^2 = \|b\|^2$, $b_1 = b_2$.", ["proved", "refuted"]),
        (r"Let $x \in \mathbb{R}$. $\frac{d}{dx} e^{x} = e^{x}$.", ["proved"]),
    ],
)
def test_names_with_an_index_and_constants_of_an_earlier_section(text: str, expected: list[str]) -> None:
    earlier = r"Let $b_1, b_2, e \in \mathbb{R}$ with $b_1 = b_2$." + "\n\n# Next\n\n"
    assert helpers.verdicts(earlier + text, given="") == expected


def test_for_all_hides_a_family_in_its_sentence_only() -> None:
    text = r"""Let $x_1,\dots,x_N\in\mathbb{R}^d$ and $u\in\mathbb{R}^d$ with $\|u\|=1$. Then for all
$x\in\mathbb{R}^d$ $$\|x-(u^\top x)u\|^2 = \|x\|^2 - (u^\top x)^2 .$$
Hence $$\sum_{n=1}^N \|x_n-(u^\top x_n)u\|^2 = \sum_{n=1}^N \|x_n\|^2 - \sum_{n=1}^N (u^\top x_n)^2 .$$"""
    assert helpers.verdicts(text, given="") == ["proved", "proved"]


def test_an_arbitrary_number_need_not_be_positive() -> None:
    text = "Let $\\lambda > 0$.\n\n# Next\n\nLet $\\lambda$ be arbitrary. $|\\lambda| = \\lambda$."
    assert helpers.verdicts(text, given="") == ["undecided"]


def test_one_of_the_data_beside_any_vector() -> None:
    text = r"""Let $x_n \in \mathbb{R}^d$ for $n = 1, \dots, N$ and $w \in \mathbb{R}^d$.
Let $k_n = x^\top x_n$. $k_n = x_n^\top x$. $\sum_n w^\top x_n = w^\top x$."""
    assert helpers.verdicts(text, given="") == ["proved", "refuted"]
