"""Conditions before and behind a claim: 'for λ > 0', 'if x = 1', 'whenever y ≠ 0'."""

from __future__ import annotations

import pytest

from derivlab.notation import read_text
from tests.notation import helpers

GIVEN = (
    r"Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$, $\lambda, \mu \in \mathbb{R}$ and "
    r"$f(w) = \|X w\|^2 + \lambda \|w\|^2$."
    "\n\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$|\lambda| = \lambda$ for $\lambda \geq 0$.", ["proved"]),
        (r"$$|\lambda| = \lambda$$ for $\lambda \geq 0$.", ["proved"]),
        (r"$|\lambda| = \lambda$, for all $\lambda > 0$.", ["proved"]),
        (r"For $\lambda > 0$ we have $|\lambda| = \lambda$.", ["proved"]),
        (r"$|\lambda| = \lambda$ for $\lambda > 0$. Then $|\lambda| = \lambda$.", ["proved", "refuted"]),
        (r"$|\lambda| = \lambda$ and $\sqrt{\lambda^2} = \lambda$ for $\lambda > 0$.", ["proved", "proved"]),
        (
            r"We have $|\lambda| = \lambda$ for $\lambda > 0$ and $|\lambda| = -\lambda$ for $\lambda < 0$.",
            ["proved", "proved"],
        ),
        (
            r"We have $|\lambda| = -\lambda$ for $\lambda > 0$ and $|\lambda| = \lambda$ for $\lambda < 0$.",
            ["refuted", "refuted"],
        ),
        (r"$\mu = \mu$, and for $\lambda < 0$, $|\lambda| = -\lambda$.", ["proved", "proved"]),
        (r"$|\mu| = \mu$, and for $\mu > 0$, $|\mu| = \mu$.", ["refuted", "proved"]),
        (r"$\lambda^2 = \lambda$ if $\lambda = 1$.", ["proved"]),
        (r"$\lambda^2 = \lambda$ if $\lambda = 2$.", ["refuted"]),
        (r"$\lambda^2 / \lambda = \lambda$ whenever $\lambda \neq 0$, and $|\lambda| = \lambda$.",
         ["proved", "refuted"]),
        (r"$X^\top X + \lambda I \succeq 0$ for $\lambda \geq 0$.", ["proved"]),
        (r"$X^\top X + \lambda I \succeq 0$.", ["refuted"]),
        (r"$f$ is convex in $w$ for $\lambda \geq 0$.", ["proved"]),
        (r"If $\lambda \ge 0$, then $f$ is convex in $w$. And $f$ is convex in $w$.", ["proved", "refuted"]),
        (r"$|\lambda| = \lambda$ for $\lambda \geq 0$, so $f$ is convex.", ["proved", "proved"]),
    ],
)  # fmt: skip
def test_a_condition_is_about_its_claim(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(text, given=GIVEN) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Let $p(k) = \theta_k^2$ for $\theta \in \mathbb{R}^K$. $p(1) = \theta_1^2$, $p(2) = \theta_1^2$.",
         ["proved", "refuted"]),
        (r"Let $p \in \mathbb{R}^K$. $\operatorname{tr} \operatorname{diag}(p_i) = \sum_j p_j$.", ["proved"]),
        (r"Let $S = \operatorname{diag}(p_i (1 - p_i))$ for $p \in \mathbb{R}^K$. $S_{ij} = 0$.",
         ["refuted"]),
        (r"Let $q > 0$. $z \in \mathbb{R}^K$ and $q_i = z_i^2$. Then $q_i = z_i^2$ and $q_i = z_i$.",
         ["proved", "refuted"]),
        (r"Let $v_c \in \mathbb{R}^d$ and $J = v_c^\top v_c$. $\frac{\partial J}{\partial v_c} = 2 v_c$.",
         ["proved"]),
        (r"Let $y \in \mathbb{N}_0$. Then $\cos(2 \pi y) = 1$ and $y = 2$.", ["undecided", "refuted"]),
        (r"Let $h \in \mathbb{R}^n$ and $h' = 2 h$. Then $h'_i = 2 h_i$ and $h'_i = h_i$.",
         ["proved", "refuted"]),
        (r"Let $w \in \mathbb{R}^d$ and $J = \lambda \|w\|^2$. $\nabla_w J = 2 \lambda w$, $J = 2 \|w\|^2$.",
         ["proved", "refuted"]),
        (r"Let $P, G \in \mathbb{R}^{n \times n}$, $dP := G P$. Then $dP_{ij} = \sum_k G_{ik} P_{kj}$.",
         ["proved"]),
    ],
)  # fmt: skip
def test_forms_of_lecture_notes(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(text, given="") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Let $y \\in \\mathbb{R}^K$. Assume\n\n$$ \\sum_k y_k = 1 $$\n\nThen\n\n$$ \\sum_k 2 y_k "
         "= 2 $$", ["proved"]),
        ("Let $t \\in \\mathbb{R}$.\n\n$$ |t| = t $$\n\nfor $t > 0$.", ["proved"]),
        ("Let $t \\in \\mathbb{R}$.\n\n$$ |t| = t $$\n\nFor $t > 0$ this is clear.", ["refuted"]),
        ("Let $t \\in \\mathbb{R}$.\n\n# If $t > 0$\n\n$$ |t| = t $$", ["refuted"]),
        ("Let $p \\in \\mathbb{R}^K$. If $i = j$: $\\frac{\\partial p_i}{\\partial p_j} = 1$, and "
         "if $i \\neq j$: "
         "$\\frac{\\partial p_i}{\\partial p_j} = 0$.", ["proved", "proved"]),
        ("Let $z \\in \\mathbb{R}^K$. Setting $\\frac{\\partial \\|z\\|^2}{\\partial z} = 3 z = "
         "0$ gives $z = 0$.",
         ["refuted"]),
        ("Let $x, m \\in \\mathbb{R}^n$ and $y = m \\odot x$. Another topic: $y = x + F x$ with "
         "$F \\in \\mathbb{R}^{n \\times n}$. Then $y_i = x_i + \\sum_j F_{ij} x_j$ and $y_i = m_i x_i$.",
         ["proved", "refuted"]),
        ("Let $x, m \\in \\mathbb{R}^n$ and $y = m \\odot x$. Then $y = x + m$.", ["refuted"]),
        ("Let $z \\in \\mathbb{R}^n$ and $p = \\operatorname{softmax}(z)$. "
         "For $c \\in \\mathbb{R}$, $p = \\operatorname{softmax}(z + c)$.", ["proved"]),
        ("Let $z \\in \\mathbb{R}^n$ and $p = \\operatorname{softmax}(z)$. "
         "Then $p = \\operatorname{softmax}(c z)$ for all $c \\in \\mathbb{R}$.", ["refuted"]),
        ("Let $z \\in \\mathbb{R}^n$ and $p = \\operatorname{softmax}(z)$. "
         "Let $c \\in \\mathbb{R}$; then $p = \\operatorname{softmax}(c z)$.", ["refuted"]),
        ("Let $X \\in \\mathbb{R}^{n \\times d}$ and $f(b) = \\sum_i b^\\top x_i$, where $x_i$ is "
         "the $i$th row of $X$. $\\nabla f(b) = \\sum_i x_i$, $x_{ij} = X_{ij}$, $x_{ij} = X_{ji}$.",
         ["proved", "proved", "refuted"]),
        ("Let $f(w) = \\|w\\|^2$ with $w \\in \\mathbb{R}^d$. $\\nabla \\nabla f(w) = 2 I$.", ["proved"]),
        ("Let $L(\\mu, \\sigma^2) = \\mu^2 / \\sigma^2$ for $\\mu \\in \\mathbb{R}$. "
         "$\\frac{\\partial L}{\\partial \\sigma^2} = -\\frac{\\mu^2}{\\sigma^4}$.", ["proved"]),
    ],
)  # fmt: skip
def test_across_lines_and_topics(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(text, given="") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"If $t \geq 0$, then $|t| = t$; otherwise $|t| = -t$.", ["proved", "proved"]),
        (r"We have $|t| = t$ if $t > 0$, and $|t| = -t$ otherwise. And $|t| = -t$.",
         ["proved", "proved", "refuted"]),
        (r"If $t \geq 0$, then $|t| = -t$; otherwise $|t| = t$.", ["refuted", "refuted"]),
        (r"We have $a + c = b + d$ if $a = b$ and $c = d$. Then $a = b$.", ["proved", "refuted"]),
        (r"$a (t - c)(t - d) = a t^2 + b t + r$ if $b = -a (c + d)$ and $r = a c d$.", ["proved"]),
        (r"If $a = b$ and $c = d$, then $a + c = b + d$.", ["proved"]),
    ],
)  # fmt: skip
def test_otherwise_and_several_ifs(text: str, expected: list[str]) -> None:
    given = r"Let $a, b, c, d, r, t \in \mathbb{R}$. "
    assert helpers.verdicts(given + text, given="") == expected


@pytest.mark.parametrize(
    "text",
    [
        r"Let $y \in \mathbb{R}^K$, with $y_k = 1$ for the true class and $y_k = 0$ otherwise. "
        r"$\sum_k y_k = 1$.",
        r"For class $c$, let $y_c = 1$ and $y_k = 0$ for $k \neq c$, where $y \in \mathbb{R}^K$. "
        r"$\sum_k y_k = 1$.",
        r"Let $x \in \mathbb{R}$ with $|x| < 1$. Then $\sqrt{(1 - x)^2} = 1 - x$.",
        r"Let $R \in \mathbb{R}^{n \times n}$ be a rotation matrix. Then $R^\top = 2 R$.",
    ],
)
def test_an_assumption_that_is_not_read_refutes_nothing(text: str) -> None:
    assert helpers.verdicts(text, given="")[-1] == "undecided"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Let $y \in \{0,1\}^K$ with exactly one entry equal to one. Then $\sum_k y_k = 1$.", "proved"),
        (r"Suppose that the columns of $U \in \mathbb{R}^{n \times k}$ are orthonormal. Then $U^\top U = I$.",
         "proved"),
        (r"Let $R \in \mathbb{R}^{n\times n}$ be a rotation matrix. Then $R^\top R = I$.", "proved"),
        (r"Let $S \in \mathbb{R}^{d \times d}$ be a covariance matrix. Then $S^\top = S$.", "proved"),
        (r"Let $K \in \mathbb{R}^{n \times n}$ be a kernel matrix. Then $K_{ij} = -K_{ji}$.", "refuted"),
        (r"Let $x \in \mathbb{R}^n$. Then $\nabla \|x\|^2 = 2 x$.", "proved"),
        (r"Let $x \in \mathbb{R}^n$. Then $\nabla \|x\|^2 = x$.", "refuted"),
    ],
)  # fmt: skip
def test_more_that_prose_says(text: str, expected: str) -> None:
    assert helpers.verdicts(text, given="") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Let $J = (t - a)^2$. $\frac{\partial J}{\partial a} = 2 (a - t)$. Now let $J = a t$. "
         r"$\frac{\partial J}{\partial a} = t$, $\frac{\partial J}{\partial a} = 2 (a - t)$.",
         ["proved", "proved", "refuted"]),
        (r"Let $f(x) = x^2$. $f'(x) = 2x$. Let $f(x) = e^x$. $f'(x) = e^x$, $f'(x) = 2x$.",
         ["proved", "proved", "refuted"]),
        (r"Let $f(x) = x^2$. Consider $f(x) = x^3$. $f'(x) = 3 x^2$, $f'(x) = 2x$.", ["proved", "refuted"]),
        (r"Let $f(x) = x^2 + 2x$. Then $f(x) = (x + 1)^2 - 1$ and $f(x) = x$.", ["proved", "refuted"]),
        (r"Let $J = (t - a)^2$. Then $J = a t$.", ["refuted"]),
        (r"Let $J = (t - a)^2$. Let us show that $J = a t$.", ["refuted"]),
        (r"Let $J = (t - a)^2$ and $c = 2$. We have $J = a^2 - 2 a t + t^2$.", ["proved"]),
        (r"If $a = b$, then $a - b = 0$. If additionally $t^2 + a = 1$, then "
         r"$t^2 + a - 1 = 0$.", ["proved", "proved"]),
    ],
)  # fmt: skip
def test_let_gives_a_name_another_value(text: str, expected: list[str]) -> None:
    given = r"Let $a, b, t \in \mathbb{R}$. "
    assert helpers.verdicts(given + text, given="") == expected


def test_what_was_said_with_a_name_stays_said_of_it() -> None:
    """A later topic that uses x for something else leaves what stands before as it is."""
    text = r"""
Let $x \in \mathbb{R}^n$ and $A \in \mathbb{R}^{n \times n}$ with $\sum_i x_i = 1$. Let $f = x^\top A x$.

# A number

Let $x \in \mathbb{R}$. $x + x = 2 x$, $x = 2 x$. $f = f$. $f = 2 f$.
"""
    assert helpers.verdicts(text, given="") == ["proved", "refuted", "proved", "refuted"]


LOSS = r"""
Let $z, y \in \mathbb{R}^K$, $\hat y = \operatorname{softmax}(z)$, $\sum_k y_k = 1$ and
$J = -\sum_k y_k \log \hat y_k$.

# The next section
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Let $z \in \mathbb{R}^K$. Then $J = \log \sum_k e^{z_k} - y^\top z$, $J = \log \sum_k e^{z_k}$.",
         ["proved", "refuted"]),
        (r"Let $z \in \mathbb{R}^K$. Show that $J = \log \sum_k e^{z_k} + y^\top z$.", ["refuted"]),
        (r"Let $a_i = z_i$. $$J = \log \sum_k e^{a_k} + y^\top a$$", ["refuted"]),
        (r"Let $a = z + c \mathbf{1}$, $c \in \mathbb{R}$. $$J=\log \sum_k e^{a_k} - y^\top a$$", ["proved"]),
        (r"The squared error is $J = \|z - y\|^2$.", ["refuted"]),
        (r"Let $z, y \in \mathbb{R}^K$. The squared error is $J = \|z - y\|^2$; $\nabla_z J = 2 (z - y)$, and"
         r" $\nabla_z J = \hat y - y$.", ["proved", "refuted"]),
        (r"Let $K \in \mathbb{R}^{n \times n}$ and $u \in \mathbb{R}^n$. For $J = u^\top K u$ we have"
         r" $\nabla_u J = (K + K^\top) u$.", ["proved"]),
        (r"Let $m \in \mathbb{N}$, $z \in \mathbb{R}^m$. $$J = \sum_i z_i^2$$ $\nabla J = 2 z$.", ["proved"]),
    ],
)  # fmt: skip
def test_a_section_may_use_a_name_for_something_else(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(LOSS + text, given="") == expected


def test_a_claim_about_another_section_tells_which_reading_was_taken() -> None:
    (claim,) = read_text(LOSS + r"The squared error is $J = \|z - y\|^2$.").claims
    assert claim.notes == ("J is that of line 3; 'let J = ...' would give it another value",)
