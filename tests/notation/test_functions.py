"""Functions that a document defines, at arguments in which its own names occur: nothing is captured."""

from __future__ import annotations

import pytest

from tests.notation import helpers

QUADRATIC = r"Let $A, B \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$ and $f(x) = x^\top B x$. "
SQUARE = r"Let $A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$ and $f(x) = x^\top x$. "
TRACE = r"Let $A, B, X \in \mathbb{R}^{n \times n}$ and $f(X) = \operatorname{tr}(X)$. "
SOFTMAX = (
    r"Let $W \in \mathbb{R}^{K \times d}$, $x \in \mathbb{R}^d$, $z \in \mathbb{R}^K$ and"
    r" $s(z)_i = \exp(z_i) / \sum_j \exp(z_j)$. "
)
SYMMETRIC = r"Let $A \in \mathbb{R}^{d \times d}$ be symmetric, $X \in \mathbb{R}^{n \times d}$. "
FAMILY = (
    r"For $k = 1, \dots, M$ let $S_k \in \mathbb{R}^{d \times d}$ be symmetric."
    r" Let $X \in \mathbb{R}^{n \times d}$. "
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (QUADRATIC + r"$f(A x) = x^\top A^\top B A x$", "proved"),
        (QUADRATIC + r"$f(A x) = x^\top A^\top B x$", "refuted"),
        (SQUARE + r"$f(f(x) x) = f(x)^3$", "proved"),
        (SQUARE + r"$f(f(x) x) = f(x)^2$", "refuted"),
        (TRACE + r"$f(A B) = f(B A)$", "proved"),
        (TRACE + r"$f(A X) = f(A) f(X)$", "refuted"),
        (SOFTMAX + r"$s(W x)_i = \operatorname{softmax}(W x)_i$", "proved"),
        (SOFTMAX + r"$s(W x)_i = \operatorname{softmax}(2 W x)_i$", "refuted"),
    ],
)
def test_an_argument_keeps_its_own_indices(text: str, expected: str) -> None:
    assert helpers.verdicts(text, given="") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SYMMETRIC + r"$X A X^\top = (X A X^\top)^\top$", "proved"),
        (SYMMETRIC.replace(" be symmetric", "") + r"$X A X^\top = (X A X^\top)^\top$", "refuted"),
        (FAMILY + r"$X S_k X^\top = (X S_k X^\top)^\top$", "proved"),
        (FAMILY.replace(" be symmetric", "") + r"$X S_k X^\top = (X S_k X^\top)^\top$", "refuted"),
    ],
)
def test_symmetry_inside_a_product(text: str, expected: str) -> None:
    assert helpers.verdicts(text, given="") == [expected]
