"""Vectors and matrices with their entries, and sums and rows with dots."""

from __future__ import annotations

import pytest

from derivlab.notation import StatedClaim
from tests.notation import helpers

GIVEN = (
    r"Let $w, u \in \mathbb{R}^n$, $v \in \mathbb{R}^2$, $M \in \mathbb{R}^{m \times n}$, "
    r"$a, b, c, d \in \mathbb{R}$ and $A = \begin{pmatrix} a & b \\ c & d \end{pmatrix}$. "
    r"Let $x_i \in \mathbb{R}^k$ for $i = 1, \dots, N$, $\theta \in \mathbb{R}^k$ and "
    r"$X = \begin{bmatrix} x_1^\top \\ \vdots \\ x_N^\top \end{bmatrix}$. "
    r"Let $D = \begin{pmatrix} 1 & & \\ & 2 & \\ & & 3 \end{pmatrix}$ and $t \in \mathbb{R}^3$."
    "\n\n"
)
COLUMN = r"\begin{bmatrix} %s \\ \vdots \\ %s \end{bmatrix}"

#: (right, wrong) ways to go on from the left side.
PAIRS = [
    (r"-w", COLUMN % ("-w_1", "-w_n"), COLUMN % ("-u_1", "-u_n")),
    (r"w^\top u", r"w_1 u_1 + w_2 u_2 + \dots + w_n u_n", r"w_1 w_1 + \dots + w_n w_n"),
    (r"w^\top u", r"w_1 u_1 + \cdots + w_n u_n", r"w_1 u_1 + \cdots + w_n u_n + w_1"),
    (r"\|w\|^2", r"w_1^2 + \ldots + w_n^2", r"w_1 + \ldots + w_n"),
    (
        r"\nabla_w \tfrac12 \|w\|^2",
        r"\left( \frac{\partial}{\partial w_1} \tfrac12 \|w\|^2, \dots, "
        r"\frac{\partial}{\partial w_n} \tfrac12 \|w\|^2 \right)^\top",
        r"(-w_1, \dots, -w_n)^\top",
    ),
    (
        r"w u^\top",
        r"\begin{bmatrix} w_1 u_1 & \cdots & w_1 u_n \\ \vdots & \ddots & \vdots \\ "
        r"w_n u_1 & \cdots & w_n u_n \end{bmatrix}",
        r"\begin{bmatrix} w_1 u_1 & \cdots & w_n u_1 \\ \vdots & \ddots & \vdots \\ "
        r"w_1 u_n & \cdots & w_n u_n \end{bmatrix}",
    ),
    (
        r"w u^\top",
        r"\begin{bmatrix} w_1 u_1 & w_1 u_2 & \cdots & w_1 u_n \\ w_2 u_1 & w_2 u_2 & \cdots & w_2 u_n \\ "
        r"\vdots & \vdots & \ddots & \vdots \\ w_n u_1 & w_n u_2 & \cdots & w_n u_n \end{bmatrix}",
        r"\begin{bmatrix} w_1 u_1 & \cdots & 0 \\ \vdots & \ddots & \vdots \\ 0 & \cdots & w_n u_n "
        r"\end{bmatrix}",
    ),
    (
        r"M w",
        r"\begin{pmatrix} M_{11} w_1 + \dots + M_{1n} w_n \\ \vdots \\ "
        r"M_{m1} w_1 + \dots + M_{mn} w_n \end{pmatrix}",
        r"\begin{pmatrix} M_{11} w_1 + \dots + M_{1n} w_1 \\ \vdots \\ "
        r"M_{m1} w_1 + \dots + M_{mn} w_1 \end{pmatrix}",
    ),
    (r"X \theta", COLUMN % (r"x_1^\top \theta", r"x_N^\top \theta"), COLUMN % (r"0", "0")),
    (r"X^\top X", r"\sum_{i=1}^N x_i x_i^\top", r"\sum_{i=1}^N x_i^\top x_i"),
    (
        r"X^\top",
        r"\begin{bmatrix} x_1 & x_2 & \cdots & x_N \end{bmatrix}",
        r"\begin{bmatrix} 2 x_1 & 2 x_2 & \cdots & 2 x_N \end{bmatrix}",
    ),
    (
        r"A v",
        r"\begin{pmatrix} a v_1 + b v_2 \\ c v_1 + d v_2 \end{pmatrix}",
        r"\begin{pmatrix} a v_1 + c v_2 \\ b v_1 + d v_2 \end{pmatrix}",
    ),
    (r"\operatorname{tr}(A)", "a + d", "a + b"),
    (
        r"A^\top",
        r"\begin{bmatrix} a & c \\ b & d \end{bmatrix}",
        r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}",
    ),
    (
        r"A \begin{pmatrix} d & -b \\ -c & a \end{pmatrix}",
        r"(ad - bc) \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}",
        r"(ad + bc) \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}",
    ),
    (
        r"\nabla_v (v^\top A v)",
        r"(2 a v_1 + (b + c) v_2, (b + c) v_1 + 2 d v_2)^\top",
        r"(2 a v_1 + 2 b v_2, 2 c v_1 + 2 d v_2)^\top",
    ),
    (r"t^\top D t", "t_1^2 + 2 t_2^2 + 3 t_3^2", "t_1^2 + t_2^2 + t_3^2"),
    (
        r"\operatorname{diag}(w)^\top",
        r"\begin{bmatrix} w_1 & & \\ & \ddots & \\ & & w_n \end{bmatrix}",
        r"\begin{bmatrix} u_1 & & 0 \\ & \ddots & \\ 0 & & u_n \end{bmatrix}",
    ),
    (
        r"u \odot w",
        r"\begin{bmatrix} u_1 & 0 & \cdots & 0 \\ 0 & u_2 & \cdots & 0 \\ \vdots & \vdots & \ddots & "
        r"\vdots \\ 0 & 0 & \cdots & u_n \end{bmatrix} w",
        r"\begin{bmatrix} 1 & & \\ & \ddots & \\ & & 1 \end{bmatrix} w",
    ),
    (
        r"\sum_i w_i",
        r"\begin{bmatrix} 1 & \cdots & 1 \end{bmatrix} w",
        r"\begin{bmatrix} 0 & \cdots & 0 \end{bmatrix} w",
    ),
    (
        r"v v^\top",
        r"\left[ \begin{array}{cc} v_1^2 & v_1 v_2 \\ v_2 v_1 & v_2^2 \end{array} \right]",
        r"\left( \begin{array}[t]{c|c} v_1^2 & v_1 v_2 \\ v_2 v_1 & v_1^2 \end{array} \right)",
    ),
    (
        r"\max(a, 0)",
        r"\left\{ \begin{array}{ll} a & a > 0 \\ 0 & \text{otherwise} \end{array} \right.",
        r"\left\{ \begin{array}{ll} 0 & a > 0 \\ a & \text{otherwise} \end{array} \right.",
    ),
    ("D", r"\operatorname{diag}\begin{pmatrix} 1 \\ 2 \\ 3 \end{pmatrix}", r"\operatorname{diag}(t)"),
]


@pytest.mark.parametrize(("left", "right", "wrong"), PAIRS)
def test_what_is_written_out_is_decided(left: str, right: str, wrong: str) -> None:
    text = f"$$ {left} = {right} $$\n\n$$ {left} = {wrong} $$\n"
    found = [one.verdict for one in helpers.checked(text, given=GIVEN)]
    assert found[0] == "proved"
    assert "proved" not in found[1:]
    assert found[1:] == ["refuted"] or helpers.document(text, GIVEN).claims[1].shape_mismatch


def test_a_vector_is_declared_by_its_entries() -> None:
    text = (
        r"Let $p = \begin{bmatrix} p_1 \\ \vdots \\ p_K \end{bmatrix}$ and $q = (q_1, \dots, q_K)^\top$. "
        r"Then $p^\top q = p_1 q_1 + \dots + p_K q_K$."
    )
    assert helpers.verdicts(text, given="") == ["proved"]


def test_a_vector_is_defined_by_entries_of_another() -> None:
    text = r"Let $\phi = (w_1, \dots, w_n)^\top$ and $g = (w_1, 2)^\top$. Then $\phi = w$ and $g_2 = 2$."
    assert helpers.verdicts(text, given=GIVEN) == ["proved", "proved"]


@pytest.mark.parametrize(
    "dotted",
    [
        r"w_1 + \dots + u_n",
        r"w_1 + w_3 + \dots + w_n",
        r"w_1 + w_2^2 + \dots + w_n",
        r"\dots + w_n",
        r"w_1 + \dots",
        r"w_1 u_1 - w_2 u_2 + \dots + w_n w_n",
        r"w_1 u_1 + \dots + w_n w_n",
    ],
)
def test_dots_that_say_no_run_are_not_guessed(dotted: str) -> None:
    found = helpers.document(rf"$$ w^\top u = {dotted} $$", GIVEN)
    assert not any(isinstance(one, StatedClaim) for one in found.claims)
    assert found.errors


NUMBERS = r"Let $g(p, q) = p^2 + 3 p q$ where $p, q \in \mathbb{R}$."


@pytest.mark.parametrize(
    ("left", "right", "wrong"),
    [
        (r"\nabla g(p, q)", r"(2p + 3q, 3p)^\top", r"(3p, 2p + 3q)^\top"),
        (r"\nabla g", r"\begin{bmatrix} 2p + 3q \\ 3p \end{bmatrix}", r"(2p + 3q, 3q)^\top"),
        (
            r"\nabla^2 g(p, q)",
            r"\begin{bmatrix} 2 & 3 \\ 3 & 0 \end{bmatrix}",
            r"\begin{bmatrix} 2 & 3 \\ 3 & 2 \end{bmatrix}",
        ),
        (r"\operatorname{tr}(\nabla^2 g)", "2", "3"),
    ],
)
def test_the_gradient_of_a_function_of_numbers(left: str, right: str, wrong: str) -> None:
    assert helpers.verdicts(f"{NUMBERS} $${left} = {right}$$ $${left} = {wrong}$$", given="") == [
        "proved",
        "refuted",
    ]
