"""Inverses of matrices: proved from A·A⁻¹ = I, refuted at points where the inverse is exact."""

from __future__ import annotations

import re

import pytest

from tests.notation import helpers

SYMMETRIC = r"Let $A \in \mathbb{R}^{d \times d}$ be symmetric, $x, \mu \in \mathbb{R}^d$."
GENERAL = r"Let $A \in \mathbb{R}^{d \times d}$, $x, \mu \in \mathbb{R}^d$."
ENERGY = r" $J = -\frac{1}{2} (x - \mu)^\top A^{-1} (x - \mu)$. "
RIDGE = (
    r"Let $X \in \mathbb{R}^{N \times d}$, $y \in \mathbb{R}^N$, $w \in \mathbb{R}^d$, $\lambda > 0$,"
    r" $w^* = (X^\top X + \lambda I)^{-1} X^\top y$. "
)
HAT = r"Let $X \in \mathbb{R}^{N \times d}$ and $H = X (X^\top X)^{-1} X^\top$. "
SQUARE = (
    r"Let $A, B \in \mathbb{R}^{n \times n}$, $U \in \mathbb{R}^{n \times m}$,"
    r" $V \in \mathbb{R}^{m \times n}$, $b, c \in \mathbb{R}^n$, $t > 0$. "
)
FAMILY = (
    r"For $k = 1, \dots, M$ let $S_k \in \mathbb{R}^{d \times d}$ be symmetric and $m_k \in \mathbb{R}^d$."
    r" Let $x \in \mathbb{R}^d$ and $J = -\frac{1}{2} \sum_k (x - m_k)^\top S_k^{-1} (x - m_k)$. "
)
NEWTON = r"Let $H \in \mathbb{R}^{d \times d}$ be symmetric, $g \in \mathbb{R}^d$ and $p^* = -H^{-1} g$. "


@pytest.mark.parametrize(
    "text",
    [
        SYMMETRIC + ENERGY + r"$\frac{\partial J}{\partial \mu} = A^{-1} (x - \mu)$",
        SYMMETRIC + ENERGY + r"$\nabla^2_x J = -A^{-1}$",
        GENERAL + ENERGY + r"$\frac{\partial J}{\partial \mu} = \frac12 (A^{-1} + A^{-\top}) (x - \mu)$",
        RIDGE + r"$X^\top (X w^* - y) + \lambda w^* = 0$",
        RIDGE + r"$(X^\top X + \lambda I)^{-1} = \left((X^\top X + \lambda I)^{-1}\right)^\top$",
        RIDGE + r"$(X^\top X + \lambda I)^{-1} X^\top = X^\top (X X^\top + \lambda I)^{-1}$",
        HAT + r"$H H = H$",
        HAT + r"$H^\top = H$",
        HAT + r"$H X = X$",
        HAT + r"$(X^\top X)^{-1} X^\top X = I$",
        SQUARE + r"$A^{-1} A = I$",
        SQUARE + r"$A A^{-1} = I$",
        SQUARE + r"$(A^{-1})^\top = A^{-\top}$",
        SQUARE + r"$(A^\top)^{-1} = A^{-\top}$",
        SQUARE + r"$\operatorname{tr}(A^{-1} A) = n$",
        SQUARE + r"$(A B)^{-1} = B^{-1} A^{-1}$",
        SQUARE + r"$(A^{-1})^{-1} = A$",
        SQUARE + r"$(t A)^{-1} = \frac{1}{t} A^{-1}$",
        SQUARE + r"$(A^2)^{-1} = A^{-1} A^{-1}$",
        SQUARE + r"$(I + U V)^{-1} U = U (I + V U)^{-1}$",
        SQUARE + r"$A^{-1} - B^{-1} = A^{-1} (B - A) B^{-1}$",
        SQUARE + r"$(A + b c^\top)^{-1} = A^{-1} - \frac{A^{-1} b c^\top A^{-1}}{1 + c^\top A^{-1} b}$",
        SQUARE + r"$(I + A)^{-1} = I - A (I + A)^{-1}$",
        SQUARE + r"$\operatorname{diag}(b)^{-1} c = c / b$",
        FAMILY + r"$\frac{\partial J}{\partial x} = -\sum_k S_k^{-1} (x - m_k)$",
        FAMILY + r"$\frac{\partial J}{\partial m_k} = S_k^{-1} (x - m_k)$",
        NEWTON + r"$g + H p^* = 0$",
        NEWTON + r"$g^\top p^* + \frac12 (p^*)^\top H p^* = -\frac12 g^\top H^{-1} g$",
        r"Let $A, B \in \mathbb{R}^{n \times n}$ be symmetric. $(A + B)^{-1} (A + B) = I$",
        r"Let $A \in \mathbb{R}^{n \times n}$ be positive definite, $x \in \mathbb{R}^n$."
        r" $x^\top A^{-1} x \geq 0$",
        r"Let $Q \in \mathbb{R}^{n \times n}$ be orthogonal. $Q^{-1} = Q^\top$",
        r"Let $X \in \mathbb{R}^{N \times d}$, $\sigma, \tau > 0$,"
        r" $S = \sigma^2 (X^\top X + \frac{\sigma^2}{\tau^2} I)^{-1}$."
        r" $S^{-1} = \frac{1}{\sigma^2} X^\top X + \frac{1}{\tau^2} I$",
    ],
)
def test_identities_of_inverses_are_proved(text: str) -> None:
    assert helpers.verdicts(text, given="") == ["proved"]


@pytest.mark.parametrize(
    "text",
    [
        SYMMETRIC + ENERGY + r"$\frac{\partial J}{\partial x} = A^{-1} (x - \mu)$",
        GENERAL + ENERGY + r"$\frac{\partial J}{\partial \mu} = A^{-1} (x - \mu)$",
        RIDGE + r"$w^* = (X^\top X + 2 \lambda I)^{-1} X^\top y$",
        RIDGE + r"$(X^\top X + \lambda I)^{-1} X^\top = X^\top (X X^\top + 2 \lambda I)^{-1}$",
        HAT + r"$H X = 2 X$",
        HAT + r"$H = I$",
        SQUARE + r"$(A B)^{-1} = A^{-1} B^{-1}$",
        SQUARE + r"$(A + B)^{-1} = A^{-1} + B^{-1}$",
        SQUARE + r"$A^{-1}_{ij} = \frac{1}{A_{ij}}$",
        SQUARE + r"$A^{-1} = A$",
        SQUARE + r"$(I + U V)^{-1} U = U (I + U^\top V^\top)^{-1}$",
        SQUARE + r"$A^{-1} - B^{-1} = A^{-1} (A - B) B^{-1}$",
        SQUARE + r"$(A + b c^\top)^{-1} = A^{-1} + \frac{A^{-1} b c^\top A^{-1}}{1 + c^\top A^{-1} b}$",
        SQUARE + r"$\operatorname{diag}(b)^{-1} c = b / c$",
        SQUARE + r"$U^{-1} b = c$",
        FAMILY + r"$\frac{\partial J}{\partial m_k} = S_k (x - m_k)$",
        NEWTON + r"$g + H p^* = g$",
        r"Let $Q \in \mathbb{R}^{n \times n}$ be orthogonal. $Q^{-1} = Q$",
    ],
)
def test_false_equations_with_inverses_are_refuted(text: str) -> None:
    assert helpers.verdicts(text, given="") == ["refuted"]


@pytest.mark.parametrize(
    "text",
    [
        SQUARE + r"$(A - A)^{-1} = 5 (A - A)^{-1}$",
        r"Let $u \in \mathbb{R}^n$ with $n \geq 2$. $(u u^\top)^{-1} u u^\top = I$",
        r"Let $A \in \mathbb{R}^{n \times n}$ be skew-symmetric with $n = 3$. $A^{-1} A = I$",
        GENERAL + ENERGY + r"$\frac{\partial J}{\partial A} = A$",
    ],
)
def test_what_has_no_inverse_proves_nothing(text: str) -> None:
    assert helpers.verdicts(text, given="") == ["undecided"]


def test_the_matrix_is_taken_as_invertible_and_that_is_told() -> None:
    (found,) = helpers.checked(SQUARE + r"$A^{-1} A = I$", given="")
    assert "A_inv is the inverse of A, which is taken as invertible" in found.reading


def test_the_same_matrix_written_twice_has_one_inverse() -> None:
    (found,) = helpers.checked(RIDGE + r"$X (X^\top X)^{-1} = X (X^\top X)^{-1}$", given="")
    assert len(set(re.findall(r"M_inv\w*", found.reading))) == 1


def test_an_inverse_function_is_not_an_inverse_matrix() -> None:
    text = r"Let $f(x) = x^3$ for $x \in \mathbb{R}$. $f^{-1}(x) = 1 / x^3$"
    assert helpers.verdicts(text, given="") == ["unreadable"]
