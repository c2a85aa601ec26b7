"""'With $K = 2$', 'at $p = 1/2$', 'in the region where ...': what holds in one case only."""

from __future__ import annotations

import pytest

from tests.notation import helpers

GIVEN = r"""Let $z \in \mathbb{R}^K$, $p = \operatorname{softmax}(z)$, $\gamma, s \in \mathbb{R}$,
$q \in (0, 1)$, $f = -(1 - q)^\gamma \log q$, $\ell = \max(0, 1 - s)$ and $i, j \in \{1, \dots, n\}$.

"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"For $K = 2$ we have $p_1 + p_2 = 1$.", ["proved"]),
        (r"For $K = 2$, $p_1 = \sigma(z_1 - z_2)$, and when $K = 1$, $p_1 = 1$.", ["proved", "proved"]),
        (r"If $2 = K$, then $p_1 = 1$.", ["refuted"]),
        (r"For $K = 2$, $p_3 = 0$.", ["refuted"]),
        (r"$\frac{\partial p_1}{\partial z_1} = p_1 p_2$ for $K = 2$.", ["proved"]),
        (r"With $K = 2$ we recover the binary case. $p_1 + p_2 = 1$.", ["refuted"]),
        (r"Taking $K = 2$ and $z_1 = 0$, $\|z\|^2 = z_2^2$.", ["proved"]),
        (r"With $\gamma = 1$, $f = -(1 - q) \log q$. $f = -(1 - q) \log q$.", ["proved", "refuted"]),
        (r"Choosing $\gamma = 2$ gives $f = -(1 - q)^2 \log q$.", ["proved"]),
        (r"Setting $\gamma = 0$ gives $f = \log q$.", ["refuted"]),
        (r"At $q = 1/2$, $f = 2^{-\gamma} \log 2$.", ["proved"]),
        (r"In the region where $\ell > 0$, $\frac{\partial \ell}{\partial s} = -1$.", ["proved"]),
        (r"When it is active, i.e. $\ell > 0$, $\frac{\partial \ell}{\partial s} = -1$.", ["proved"]),
        (r"When it is active, i.e. $\ell > 0$, $\frac{\partial \ell}{\partial s} = 1$.", ["refuted"]),
        (r"If $\gamma + s = 1$, then $s = 1 - \gamma$. $s = 1 - \gamma$.", ["proved", "refuted"]),
        (r"If $s = \gamma$ and $\gamma > 0$, then $|s| = s$.", ["proved"]),
        (r"If $i = j$, $\delta_{ij} = 1$, and if $i \neq j$, $\delta_{ij} = 0$."
         r" $\delta_{ij}^2 = \delta_{ij}$.", ["proved"]),
    ],
)  # fmt: skip
def test_a_special_case_holds_for_its_sentence(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(GIVEN + text, given="") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Let $h(x) = x$ for $x > 0$ and $h(x) = -x$ for $x \leq 0$. $h(-3) = 3$, $h(3) = 3$, $h(-3) = -3$.",
         ["proved", "proved", "refuted"]),
        (r"Let $h(x) = x$ for $x > 0$ and $h(x) = -x$ otherwise. $h(-3) = 3$.", ["proved"]),
        (r"Let $h(x) = x$ for $x > 0$ and $h(x) = -x$ for $x < 0$. $h(3) = 3$.",
         ["unreadable", "unreadable"]),
        (r"For $x > 0$ let $h(x) = \log x$. $h(e) = 1$.", ["proved"]),
        ("Let $w \\in \\mathbb{R}$. We add the penalty, for $\\lambda > 0$,\n\n$$J = \\lambda w^2.$$"
         r" $|\lambda| = \lambda$.", ["proved"]),
        (r"Let $w \in \mathbb{R}$. For $\lambda > 0$ let $J = \lambda w^2$. $|\lambda| = \lambda$.",
         ["proved"]),
    ],
)  # fmt: skip
def test_definitions_under_a_condition(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(text, given="") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Let $K = 3$ and $z \in \mathbb{R}^K$. $\sum_k z_k = z_1 + z_2 + z_3$.", ["proved"]),
        (r"Let $K = 3$. Let $z \in \mathbb{R}^K$. $\sum_k z_k = z_1 + z_2$.", ["refuted"]),
        (r"Let $z \in \mathbb{R}^K$ with $K = 3$. $\sum_k z_k = z_1 + z_2 + z_3$.", ["proved"]),
        (r"Let $N = 100$ and $x_i \in \mathbb{R}$ for $i = 1, \dots, N$."
         r" $\sum_i x_i = \sum_{i=1}^{100} x_i$.",
         ["proved"]),
        (r"Let $n = 5$. $\sum_{k=1}^n k = 15$.", ["proved"]),
        (r"Let $x \in \mathbb{R}^n$ be a probability vector. When $n = 2$, $x_1 = 1 - x_2$. $x_1 = 1 - x_2$.",
         ["proved", "refuted"]),
        (r"Let $n, m \in \mathbb{N}$ with $n \leq m$. $m - n \geq 0$, $n = m$.", ["undecided", "refuted"]),
        (r"Let $n, m \in \mathbb{N}$ with $n < m$. $n + 1 = m$.", ["refuted"]),
        (r"Let $w \in \mathbb{R}^n$. Let $J = \lambda \|w\|^2$ with $\lambda = 2$. $\nabla J = 4 w$.",
         ["proved"]),
    ],
)  # fmt: skip
def test_sizes_and_parameters_with_a_value(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(text, given="") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"For an anchor $a$, a positive $p$ and a negative $n$, all in $\mathbb{R}^d$, $|p_i| = p_i$.",
         ["undecided"]),
        (r"Let $A \in \mathbb{R}^{n\times n}$ be skew-symmetric and orthogonal. $A A^\top = I$, $A A = -I$,"
         r" $A A = I$.", ["proved", "proved", "refuted"]),
        (r"Let $A \in \mathbb{R}^{n\times n}$ be symmetric and orthogonal. $A A = I$, $A = I$.",
         ["proved", "refuted"]),
        (r"Let $O \in \mathbb{R}^n$, $G \in \mathbb{R}^n$, $a = 2 O$, let $L$ be a scalar loss, and suppose"
         r" that $L = G^\top a$. $\frac{\partial L}{\partial O} = 2 G$.", ["proved"]),
        (r"Let $X \in \mathbb{R}^{n \times n}$ with residual $e = X^{1/2}$. $X^\top e = 0$.",
         ["unreadable", "unreadable"]),
    ],
)  # fmt: skip
def test_what_words_say(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(text, given="") == expected


AFFINE = r"Let $w, x \in \mathbb{R}^n$, $a, b \in \mathbb{R}$, $z = w^\top x + b$ and $f = (a - b)^2$. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"At $w = 0$, $z = b$. $z = b$.", ["proved", "refuted"]),
        (r"With $x = 0$ we get $z = b$ and $z = 2b$.", ["proved", "refuted"]),
        (r"Setting $a = b$ gives $f = 0$. $f = 0$.", ["proved", "refuted"]),
        (r"With $a = 0$ and $b = 1$ we get $f = 1$, and with $a = 2$ we get $f = (2 - b)^2$.",
         ["proved", "proved"]),
        (r"With $a = 2$ we get $f = 1$.", ["refuted"]),
        (r"For all $x$ with $\|x\| = 1$ we have $x^\top x = 1$. $x^\top x = 1$.", ["proved", "refuted"]),
        (r"For all $x$ such that $\|x\| = 1$ we have $x^\top x = 1$. $x^\top x = 1$.", ["proved", "refuted"]),
        (r"For all $x$ satisfying $\|x\| = 1$, $x^\top x = 1$. $x^\top x = 1$.", ["proved", "refuted"]),
        (
            r"For all $x \in \mathbb{R}^n$ with $\|x\| = 1$, $x^\top x = 1$. $x^\top x = 1$.",
            ["proved", "refuted"],
        ),
        (r"For all $x$ with $\|x\| = 1$ and $x_1 = 0$ we have $x^\top x + x_1 = 1$. $x_1 = 0$.",
         ["proved", "refuted"]),
        (r"For every unit vector $x$ we have $x^\top x = 1$. $x^\top x = 1$.", ["proved", "refuted"]),
        (r"Let $y$ be an $n$-dimensional one-hot vector and $v \in \mathbb{R}^n$. $\sum_k y_k = 1$,"
         r" $\sum_k v_k = 1$.", ["proved", "refuted"]),
        (r"$w_1 \geq 0$.", ["refuted"]),
    ],
)  # fmt: skip
def test_what_holds_in_one_sentence(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(AFFINE + text, given="") == expected
