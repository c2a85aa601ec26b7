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
    ],
)
def test_what_has_no_inverse_proves_nothing(text: str) -> None:
    assert helpers.verdicts(text, given="") == ["undecided"]


DERIVED = (
    r"Let $A, B \in \mathbb{R}^{d \times d}$, $a, b \in \mathbb{R}^d$, $t > 0$,"
    r" $X \in \mathbb{R}^{N \times d}$,"
    r" $y \in \mathbb{R}^N$, $J = a^\top A^{-1} b$, $w = (X^\top X + t I)^{-1} X^\top y$. "
)
COVARIANCE = (
    r"Let $x_n \in \mathbb{R}^d$ for $n = 1, \dots, N$, $\mu \in \mathbb{R}^d$,"
    r" $S \in \mathbb{R}^{d \times d}$ be symmetric and positive definite and"
    r" $\ell = -\frac{N}{2} \log |S| - \frac12 \sum_n (x_n - \mu)^\top S^{-1} (x_n - \mu)$. "
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DERIVED + r"$\frac{\partial J}{\partial A} = -A^{-\top} a b^\top A^{-\top}$", "proved"),
        (DERIVED + r"$\frac{\partial J}{\partial A} = -A^{-1} a b^\top A^{-1}$", "refuted"),
        (DERIVED + r"$\frac{\partial J}{\partial A} = A^{-\top} a b^\top A^{-\top}$", "refuted"),
        (DERIVED + r"$\nabla_A J = -A^{-\top} a b^\top A^{-\top}$", "proved"),
        (DERIVED + r"$\frac{\partial (A^{-1})_{kl}}{\partial A_{ij}}"
         r" = -(A^{-1})_{ki} (A^{-1})_{jl}$", "proved"),
        (DERIVED + r"$\frac{\partial (A^{-1})_{kl}}{\partial A_{ij}}"
         r" = -(A^{-1})_{kj} (A^{-1})_{il}$", "refuted"),
        (DERIVED + r"$\frac{\partial}{\partial A} \operatorname{tr}(A^{-1} B)"
         r" = -(A^{-1} B A^{-1})^\top$", "proved"),
        (DERIVED + r"$\frac{\partial w}{\partial t} = -(X^\top X + t I)^{-1} w$", "proved"),
        (DERIVED + r"$\frac{\partial w}{\partial t} = -(X^\top X + t I)^{-2} w$", "refuted"),
        (DERIVED + r"$\frac{\partial^2 w}{\partial t^2} = 2 (X^\top X + t I)^{-2} w$", "proved"),
        (DERIVED + r"$\frac{\partial w}{\partial y} = (X^\top X + t I)^{-1} X^\top$", "proved"),
        (DERIVED + r"$\frac{\partial}{\partial A} \log \det A = A^{-\top}$", "proved"),
        (DERIVED + r"$\frac{\partial}{\partial A} \log \det A = A^{-1}$", "refuted"),
        (DERIVED + r"$\frac{\partial}{\partial A} \log |\det A| = A^{-\top}$", "proved"),
        (DERIVED + r"$\frac{\partial |A|}{\partial A} = |A| A^{-\top}$", "proved"),
        (DERIVED + r"$\frac{\partial}{\partial A} \log |A^{-1}| = -A^{-\top}$", "proved"),
        (DERIVED + r"$\frac{\partial}{\partial t} \log |A + t I|"
         r" = \operatorname{tr}((A + t I)^{-1})$", "proved"),
        (DERIVED + r"$\frac{\partial}{\partial t} \log |A + t I| = \operatorname{tr}(A^{-1})$", "refuted"),
        (DERIVED + r"$|t A| = t^d |A|$", "proved"),
        (DERIVED + r"$|t A| = t |A|$", "refuted"),
        (DERIVED + r"$|A^\top| = |A|$", "proved"),
        (DERIVED + r"$|A + B| = |A| + |B|$", "refuted"),
        (DERIVED + r"$\det(A^{-1}) = 1 / \det A$", "proved"),
        (DERIVED + r"$|A B| = |A| |B|$", "proved"),
        (DERIVED + r"$|A B A^{-1}| = |B|$", "proved"),
        (DERIVED + r"$|A^\top A| = |A|$", "refuted"),
        (DERIVED + r"$\log |A^\top A| = 2 \log |A|$", "proved"),
        (DERIVED + r"$|A \odot B| = |A| |B|$", "refuted"),
        (COVARIANCE + r"$\frac{\partial \ell}{\partial \mu} = \sum_n S^{-1} (x_n - \mu)$", "proved"),
        (COVARIANCE + r"$\frac{\partial \ell}{\partial S} = -\frac{N}{2} S^{-1} + \frac12 \sum_n S^{-1}"
         r" (x_n - \mu) (x_n - \mu)^\top S^{-1}$", "proved"),
        (COVARIANCE + r"$\frac{\partial \ell}{\partial S} = -\frac{N}{2} S^{-1} + \frac12 \sum_n S^{-1}"
         r" (x_n - \mu) (x_n + \mu)^\top S^{-1}$", "refuted"),
        (COVARIANCE + r"$\frac{\partial}{\partial S} \log |S| = S^{-1}$", "proved"),
        (COVARIANCE + r"$\frac{\partial}{\partial S} \log |S| = 2 S^{-1} - S^{-1} \odot I$", "proved"),
        (COVARIANCE + r"$\frac{\partial}{\partial S} \log |S| = 2 S^{-1}$", "refuted"),
    ],
)  # fmt: skip
def test_derivatives_of_inverses_and_determinants(text: str, expected: str) -> None:
    assert helpers.verdicts(text, given="") == [expected]


PROCESS = (
    r"Let $x_i \in \mathbb{R}^d$ for $i = 1, \dots, n$, $y \in \mathbb{R}^n$, $s, \sigma > 0$,"
    r" $K_{ij} = \exp(-\|x_i - x_j\|^2 / s) + \sigma \delta_{ij}$,"
    r" $L = -\frac12 y^\top K^{-1} y - \frac12 \log |K|$ and $\alpha = K^{-1} y$. "
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            r"$\frac{\partial L}{\partial \sigma} = \frac12 \operatorname{tr}(\alpha \alpha^\top - K^{-1})$",
            "proved",
        ),
        (
            r"$\frac{\partial L}{\partial \sigma} = \frac12 \operatorname{tr}(\alpha \alpha^\top + K^{-1})$",
            "refuted",
        ),
        (r"$\frac{\partial L}{\partial K} = \frac12 (\alpha \alpha^\top - K^{-1})$", "proved"),
        (r"$\frac{\partial L}{\partial K} = \frac12 (\alpha \alpha^\top - K)$", "refuted"),
        (r"$\frac{\partial L}{\partial y} = -\alpha$", "proved"),
        (r"$\frac{\partial \alpha}{\partial s} = -K^{-1} \frac{\partial K}{\partial s} \alpha$", "proved"),
        (r"$\frac{\partial \alpha}{\partial s} = K^{-1} \frac{\partial K}{\partial s} \alpha$", "refuted"),
        (r"$(K^{-1})^\top = K^{-1}$", "proved"),
        (r"$\frac{\partial^2 L}{\partial K_{11} \partial K_{11}} = 0$", "undecided"),
        (r"$\frac{\partial^2}{\partial K_{11} \partial K_{11}} (K_{11} \log |K|) = 0$", "undecided"),
        (
            r"Let $G = \frac{\partial L}{\partial K}$. $\frac{\partial G_{11}}{\partial K_{11}} = 0$",
            "undecided",
        ),
    ],
)
def test_kernel_matrices(text: str, expected: str) -> None:
    assert helpers.verdicts(PROCESS + text, given="") == [expected]


PRECISION = (
    r"Let $A \in \mathbb{R}^{d \times d}$, $x \in \mathbb{R}^d$,"
    r" $P = A^{-1}$, $q = x^\top P x$, $p = x^\top A^{-1} x$. "
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$\frac{\partial q}{\partial P} = x x^\top$", "proved"),
        (r"$\frac{\partial q}{\partial A} = -P^\top x x^\top P^\top$", "proved"),
        (r"$\frac{\partial p}{\partial P} = 0$", "undecided"),
        (r"$\frac{\partial}{\partial P} \log |A| = 0$", "undecided"),
        (r"$\frac{\partial |A|}{\partial A^{-1}} = 0$", "undecided"),
        (r"$\log |P| = -\log |A|$", "proved"),
        (r"$P^{-1} = A$", "proved"),
        (r"$\frac{\partial}{\partial A} \log(1 + x^\top A^{-1} x) = 0$", "undecided"),
        (r"$\frac{\partial}{\partial A} \max(0, x^\top A^{-1} x) = 0$", "undecided"),
    ],
)
def test_derivatives_by_what_is_tied_are_not_guessed(text: str, expected: str) -> None:
    assert helpers.verdicts(PRECISION + text, given="") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$h(2 A) = h(A)$", "unreadable"),
        (r"$h(2 A) = \frac12 h(A)$", "unreadable"),
        (r"$g(2 A) = g(A)$", "unreadable"),
        (r"$f(2 x) = 4 f(x)$", "proved"),
        (r"$f(A x) = x^\top A^\top x$", "proved"),
        (r"$f(2 x) = 2 f(x)$", "refuted"),
    ],
)
def test_a_function_with_an_inverse_is_not_moved_to_another_matrix(text: str, expected: str) -> None:
    given = (
        r"Let $x \in \mathbb{R}^d$, $A \in \mathbb{R}^{d \times d}$, $h(A) = x^\top A^{-1} x$,"
        r" $g(A) = \log \det A$"
        r" and $f(x) = x^\top A^{-1} x$. "
    )
    assert helpers.verdicts(given + text, given="") == [expected]


def test_a_name_with_another_value_has_another_inverse() -> None:
    text = r"""Let $B \in \mathbb{R}^{d \times d}$ and $A = B$. $A^{-1} = B^{-1}$.

    Now let $A = 2 B$. $A^{-1} = B^{-1}$, and $A^{-1} = \frac12 B^{-1}$."""
    assert helpers.verdicts(text, given="") == ["proved", "refuted", "proved"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            r"$\frac{\partial}{\partial S} \log |S| = S^{-1}$",
            "S is symmetric, and its entries move one by one",
        ),
        (r"$\frac{\partial}{\partial S} \log |S| = 2 S^{-1} - S^{-1} \odot I$", "its entries move in pairs"),
        (r"$\frac{\partial}{\partial S} \mu^\top S \mu = \mu \mu^\top$", "its entries move one by one"),
        (r"$\log |S| = \log \det S$", "S_det is the determinant of S, which is taken as positive"),
    ],
)
def test_what_is_meant_is_told(text: str, told: str) -> None:
    (found,) = helpers.checked(COVARIANCE + text, given="")
    assert found.verdict == "proved"
    assert told in found.reading


def test_the_matrix_is_taken_as_invertible_and_that_is_told() -> None:
    (found,) = helpers.checked(SQUARE + r"$A^{-1} A = I$", given="")
    assert "A_inv is the inverse of A, which is taken as invertible" in found.reading


def test_the_same_matrix_written_twice_has_one_inverse() -> None:
    (found,) = helpers.checked(RIDGE + r"$X (X^\top X)^{-1} = X (X^\top X)^{-1}$", given="")
    assert len(set(re.findall(r"M_inv\w*", found.reading))) == 1


def test_an_inverse_function_is_not_an_inverse_matrix() -> None:
    text = r"Let $f(x) = x^3$ for $x \in \mathbb{R}$. $f^{-1}(x) = 1 / x^3$"
    assert helpers.verdicts(text, given="") == ["unreadable"]


def test_a_chain_of_inverses_is_bounded() -> None:
    names = ["A", "C", *"DEFGHKLM"]
    text = r"Let $A \in \mathbb{R}^{d \times d}$, $a \in \mathbb{R}^d$, $C = A^{-1}$. "
    for first, second, new in zip(names, names[1:], names[2:], strict=False):
        text += rf"Let ${new} = ({first} + {second} {first})^{{-1}}$. "
    text += rf"$\frac{{\partial}}{{\partial A}} a^\top {names[-1]} a = 0$"
    assert helpers.verdicts(text, given="") == ["undecided"]
