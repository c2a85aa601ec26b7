"""What a text leaves to the reader: shapes in words, undeclared parameters, a generic example."""

from __future__ import annotations

import pytest

from derivlab.notation import read_text
from tests.notation import helpers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Let $x \in \mathbb{R}^n$ and let $A$ be an $n \times n$ matrix."
         r" $\nabla_x (x^\top A x) = (A + A^\top) x$, $\nabla_x (x^\top A x) = 2 A x$.",
         ["proved", "refuted"]),
        (r"Consider a symmetric $d \times d$ matrix $S$ and a $d$-dimensional vector $u$."
         r" $\nabla_u (u^\top S u) = 2 S u$.", ["proved"]),
        (r"Let $A$ and $B$ be $m \times n$ matrices."
         r" $\operatorname{tr}(A^\top B) = \sum_{ij} A_{ij} B_{ij}$.",
         ["proved"]),
        (r"Let $x$ be an $n$-dimensional vector and $y$ a vector of length $n$."
         r" $x^\top y = y^\top x$.", ["proved"]),
        (r"Let $\alpha_1, \dots, \alpha_n \ge 0$. $|\alpha_i| = \alpha_i$, $\alpha_i = 0$.",
         ["proved", "refuted"]),
        (r"Let $q_1, \dots, q_K > 0$ with $\sum_k q_k = 1$. $\sum_k 2 q_k = 2$.", ["proved"]),
        (r"Consider values $x_1, \dots, x_m$. Let $\mu = \frac1m \sum_i x_i$. $\sum_i (x_i - \mu) = 0$.",
         ["proved"]),
        (r"Let $y \in \mathbb{R}^m$ and $L = \sum_i g_i y_i$ with gradients $g_1, \dots, g_m$."
         r" $\frac{\partial L}{\partial y_i} = g_i$.", ["proved"]),
        (r"Let $S \in \mathbb{R}^{n \times m}$ and $P = \operatorname{softmax}(S)$. $\sum_j P_{ij} = 1$,"
         r" $\sum_i P_{ij} = 1$, $\frac{\partial P_{ij}}{\partial S_{lk}} = \delta_{il} P_{ij} (\delta_{jk} -"
         r" P_{ik})$.", ["proved", "refuted", "proved"]),
    ],
)  # fmt: skip
def test_shapes_in_words(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(text, given="") == expected


DATA = r"""We are given data $(x_1, y_1), \ldots, (x_N, y_N)$ with $x_n \in \mathbb{R}^D$ and
$y_n \in \{0, 1\}$. Write $\mu_n = \sigma(w^\top x_n + b)$ and
$\ell = -\sum_n [y_n \log \mu_n + (1 - y_n) \log(1 - \mu_n)]$.

"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$\nabla_w \ell = \sum_{n=1}^N (\mu_n - y_n) x_n$,"
         r" $\frac{\partial \ell}{\partial b} = \sum_n (\mu_n - y_n)$,"
         r" $\nabla_w \ell = \sum_{n=1}^N \mu_n x_n$.", ["proved", "proved", "refuted"]),
        (r"Let $p = \sigma(w^\top x)$. $\frac{\partial p}{\partial w} = p (1 - p) x$."
         r" $\sum_n x_n = \sum_{i=1}^N x_i$.", ["proved", "proved"]),
        (r"$q^\top x_n = 1$.", ["unreadable"]),
        (r"$W x_n = 1$.", ["unreadable"]),
    ],
)  # fmt: skip
def test_parameters_and_examples(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(DATA + text, given="") == expected


def test_what_is_inferred_is_told() -> None:
    notes = {
        note for one in read_text(DATA + r"Let $p = \sigma(w^\top x)$.").statements for note in one.notes
    }
    assert r"w is not declared; it is taken as a vector of size D" in notes
    assert r"b is not declared; it is taken as a real number" in notes
    assert r"x is taken as any vector like the members of x" in notes


def test_one_sentence_that_cannot_be_read_hides_no_other() -> None:
    text = r"For $\pi_k > 0$ we have $a = b$. Let $c \in \mathbb{R}$. $c + c = 2c$."
    assert helpers.verdicts(text, given="")[-1] == "proved"
