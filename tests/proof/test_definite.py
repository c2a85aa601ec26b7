"""Definite matrices and strict convexity: squares, roots of matrices, points with negative curvature."""

from __future__ import annotations

import pytest

from derivlab.proof import verify_convex
from derivlab.symbols import Context, dimension, index, total, vector
from tests.notation import helpers

GIVEN = r"""Let $A, B \in \mathbb{R}^{n \times n}$ be positive semidefinite, $x, y, w, b \in \mathbb{R}^n$,
$X \in \mathbb{R}^{m \times n}$, $r \in \mathbb{R}^m$, $\lambda > 0$ and $t, \mu \in \mathbb{R}$.

"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$A \succeq 0$.", "proved"),
        (r"$A + X^\top X \succeq 0$.", "proved"),
        (r"$A - B \succeq 0$.", "refuted"),
        (r"$x^\top A x \geq 0$.", "proved"),
        (r"$x^\top (A + B) x \geq 0$.", "proved"),
        (r"$x^\top A y \geq 0$.", "refuted"),
        (r"$(x - y)^\top A (x - y) \geq 0$.", "undecided"),
        (r"$x^\top A x > 0$.", "refuted"),
        (r"$\operatorname{tr}(A) \geq 0$.", "proved"),
        (r"$\frac12 x^\top A x - b^\top x$ is convex in $x$.", "proved"),
        (r"$b^\top x - \frac12 x^\top A x$ is convex in $x$.", "refuted"),
        (r"$X^\top X + \lambda I \succ 0$.", "proved"),
        (r"$X^\top X + A + \lambda I \succ 0$.", "proved"),
        (r"$X^\top X \succ 0$.", "undecided"),
        (r"$X^\top X - \lambda I \succ 0$.", "refuted"),
        (r"$X^\top X + \mu I \succ 0$.", "refuted"),
        (r"The matrix $2 X^\top X + 2 \lambda I$ is positive definite.", "proved"),
        (r"$\|X w - r\|^2 + \lambda \|w\|^2$ is strictly convex in $w$.", "proved"),
        (r"$\|X w - r\|^2$ is strictly convex in $w$.", "undecided"),
        (r"$\|X w - r\|^2$ is convex in $w$.", "proved"),
        (r"$-\lambda \|w\|^2$ is strictly concave in $w$.", "proved"),
        (r"$\lambda w_1^2$ is strictly convex in $w$.", "undecided"),
        (r"$e^t$ is strictly convex in $t$.", "proved"),
        (r"$\mu t^2$ is strictly convex in $t$.", "refuted"),
        (r"$t^3$ is strictly convex in $t$.", "refuted"),
        (r"$b^\top x$ is strictly convex in $x$.", "undecided"),
        (r"$\log \sum_k e^{x_k}$ is strictly convex in $x$.", "undecided"),
        (r"$\sum_i (w_i - w_1)^2$ is strictly convex in $w$.", "undecided"),
        (r"$\|w\|^2 - \frac1n (\sum_i w_i)^2$ is strictly convex in $w$.", "undecided"),
    ],
)
def test_definite(text: str, expected: str) -> None:
    assert helpers.verdicts(GIVEN + text, given="") == [expected]


def test_a_sum_over_some_entries_is_not_strictly_convex() -> None:
    n, k = dimension("n"), index("k")
    w = vector("w", n)
    some = total(w[k] ** 2, k, 2)
    assert verify_convex(some, "w", Context.of(w), strict=True).verdict == "undecided"
    assert verify_convex(total(w[k] ** 2, k, n), "w", Context.of(w), strict=True).verdict == "proved"


def test_a_derivative_by_a_semidefinite_matrix_keeps_its_entries() -> None:
    text = r"$\frac{\partial}{\partial A_{ij}} x^\top A x = x_i x_j$."
    assert helpers.verdicts(GIVEN + text, given="") != ["refuted"]
