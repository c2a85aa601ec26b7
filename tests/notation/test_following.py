"""A variable that gets its value after it was used: what uses it follows, as a reader takes it."""

from __future__ import annotations

import pytest

from tests.notation import helpers

HEAD = r"""Let $z, y \in \mathbb{R}^K$ with $\sum_k y_k = 1$, and $\hat y_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$.
The loss is $J = -\sum_k y_k \log \hat y_k$.

With $W \in \mathbb{R}^{d\times K}$, $h\in\mathbb{R}^d$, $b \in \mathbb{R}^K$ LATER:

"""
CLAIMS = r"""$$\frac{\partial J}{\partial W} = h (\hat y - y)^\top$$
$$\frac{\partial J}{\partial z} = \hat y - y$$
$$\frac{\partial J}{\partial W} = h (y - \hat y)^\top$$
"""
WAYS = [
    r"and $z = W^\top h + b$",
    r"let $z = W^\top h + b$",
    r"where $z = W^\top h + b$",
    r"and $z := W^\top h + b$",
    r"suppose $z = W^\top h + b$",
    r"and $z_k = \sum_j W_{jk} h_j + b_k$",
]


def verdicts(text: str) -> list[str]:
    return helpers.verdicts(text, given="")


@pytest.mark.parametrize("way", WAYS)
def test_back_propagation_through_a_layer_named_last(way: str) -> None:
    assert verdicts(HEAD.replace("LATER", way) + CLAIMS) == ["proved", "proved", "refuted"]


def test_an_assumption_about_what_is_known_stays_one() -> None:
    text = (
        HEAD.replace("LATER", "be given") + r"Assume $y = \hat y$. Then $$\frac{\partial J}{\partial z} = 0$$"
    )
    assert "refuted" not in verdicts(text)


def test_a_value_that_depends_on_the_variable_is_no_definition() -> None:
    text = HEAD.replace("LATER", r"and $z = \log \hat y$") + r"$$\frac{\partial J}{\partial z} = \hat y - y$$"
    assert verdicts(text)[-1] != "refuted"


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (r"\sum_k W_{ik} z_k^2 = \sum_k W_{ik} z_k", "proved"),
        (r"h_i \sum_k z_k^2 = h_i \sum_k z_k", "proved"),
        (r"h_i \sum_k z_k^2 = 2 h_i \sum_k z_k", "refuted"),
    ],
)
def test_the_index_of_an_assumption_is_not_that_of_a_claim(claim: str, verdict: str) -> None:
    given = (
        r"Let $z \in \mathbb{R}^K$ with $z_i^2 = z_i$ for all $i$, "
        r"$W \in \mathbb{R}^{d \times K}$, $h \in \mathbb{R}^d$."
    )
    assert verdicts(f"{given}\n\n$${claim}$$\n") == [verdict]


# ---------------------------------------------------------------------------- inequalities and sizes

REALS = r"Let $x, u, \lambda \in \mathbb{R}$. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Then $$ x > 0. $$ $$ \\sqrt{x^2} = x. $$", ["refuted", "refuted"]),
        ("It follows that $x < 0$. Hence $$ |x| = -x. $$", ["refuted", "refuted"]),
        ("Then $$ x < 0. $$ Therefore $$ |x| = -x. $$", ["refuted", "refuted"]),
        ("Assume $x > 1$. Then $$ |x - 1| = x - 1. $$", ["proved"]),
        ("Let $x > 0$. Then $$ |x| = x. $$", ["proved"]),
        (r"The strength $\lambda > 0$ is fixed. Then $$ |\lambda| = \lambda. $$", ["proved"]),
        ("If $x > 0$, then $$ |x| = x. $$ $$ |x| = x. $$", ["proved", "refuted"]),
        ("If $x = u$, then $$ x^2 = u^2. $$ $$ x^2 = u^2. $$", ["proved", "refuted"]),
    ],
)
def test_an_inequality_that_is_concluded_is_a_claim(text: str, expected: list[str]) -> None:
    assert verdicts(REALS + text.replace("$$ $$", "$$\n\n$$")) == expected


def test_a_restriction_after_the_fact_and_a_condition_are_told() -> None:
    document = helpers.document(REALS + r"The strength $\lambda > 0$ is fixed.", given="")
    assert any("from here on" in note for one in document.statements for note in one.notes)
    assert "under x > 0" in helpers.checked(REALS + "If $x > 0$, then $$|x| = x.$$", given="")[0].reading


@pytest.mark.parametrize(
    "given",
    [
        r"Let $n > 1$ and $x \in \mathbb{R}^n$.",
        r"Let $n \in \mathbb{N}$ with $n \ge 2$ and $x \in \mathbb{R}^n$.",
        r"Let $x \in \mathbb{R}^n$ with $n \ge 2$.",
        r"Let $x \in \mathbb{R}^n$. For $n \ge 2$,",
        r"Let $x \in \mathbb{R}^n$. If $n > 1$, then",
    ],
)
def test_a_counterexample_keeps_to_the_least_size(given: str) -> None:
    assert verdicts(f"{given} $$ n^2 > n $$") != ["refuted"]
    assert verdicts(f"{given} $$ n^2 = n $$") == ["refuted"]
    assert verdicts(r"Let $x \in \mathbb{R}^n$. $$ n^2 > n $$") == ["refuted"]


def test_an_upper_bound_of_a_size_is_not_read() -> None:
    document = helpers.document(r"Let $k \le 4$ and $g \in \mathbb{R}^k$.", given="")
    assert "upper bound" in document.errors[0].error.message


# ---------------------------------------------------------------------------- symmetric, stacked, implicit

SQUARE = r"\mathbb{R}^{n \times n}"
FORM = r"$$ \nabla_x (x^\top A x) = 2 A x $$"
GENERAL = r"$$ \nabla_x (x^\top A x) = (A + A^\top) x $$"


@pytest.mark.parametrize(
    "given",
    [
        rf"Let $A \in {SQUARE}$ be symmetric and $x \in \mathbb{{R}}^n$.",
        rf"Let $x \in \mathbb{{R}}^n$ and let $A \in {SQUARE}$ be a symmetric matrix.",
        rf"Let $x \in \mathbb{{R}}^n$, $A \in {SQUARE}$. Assume that $A$ is symmetric.",
        rf"For a symmetric matrix $A \in {SQUARE}$ and $x \in \mathbb{{R}}^n$,",
        rf"Let $x \in \mathbb{{R}}^n$, $A \in {SQUARE}$. If $A$ is symmetric, then",
        rf"Let $x \in \mathbb{{R}}^n$, $A, B \in {SQUARE}$, where $A$ and $B$ are symmetric.",
    ],
)
def test_a_matrix_that_prose_calls_symmetric(given: str) -> None:
    assert verdicts(f"{given} {FORM}") == ["proved"]
    assert verdicts(f"{given} {FORM.replace('2 A x', '3 A x')}") == ["refuted"]


@pytest.mark.parametrize(
    "given",
    [
        rf"Let $A \in {SQUARE}$, not necessarily symmetric, and $x \in \mathbb{{R}}^n$.",
        rf"Let $A \in {SQUARE}$ be skew-symmetric and $x \in \mathbb{{R}}^n$.",
        rf"Let $A \in {SQUARE}$, $x \in \mathbb{{R}}^n$. The problem is symmetric. Then",
        rf"Let $A \in {SQUARE}$, $x \in \mathbb{{R}}^n$. If $A$ is symmetric, life is easy. In general",
    ],
)
def test_a_matrix_that_is_not(given: str) -> None:
    assert verdicts(f"{given} {FORM}") == ["refuted"]
    assert verdicts(f"{given} {GENERAL}") == ["proved"]


STACK = (
    r"Let $x_i \in \mathbb{R}^d$, $y_i \in \mathbb{R}$ for $i = 1, \dots, N$. HOW "
    r"$J(w) = \frac12 \|X w - y\|^2$. "
    r"$$ \frac{\partial J}{\partial w_j} = \sum_i (x_i^\top w - y_i) x_{ij} $$"
)


@pytest.mark.parametrize(
    ("how", "verdict"),
    [
        (r"Stack them into $X \in \mathbb{R}^{N \times d}$ and $y \in \mathbb{R}^N$.", "proved"),
        (r"Let $X \in \mathbb{R}^{N \times d}$ be the matrix with rows $x_i^\top$.", "proved"),
        (r"Let $X \in \mathbb{R}^{N \times d}$ be another matrix.", "refuted"),
    ],
)
def test_rows_that_are_stacked(how: str, verdict: str) -> None:
    assert verdicts(STACK.replace("HOW", how)) == [verdict]


@pytest.mark.parametrize(
    "left", [r"\nabla_w J(w)", r"\nabla J(w)", r"\frac{\partial J}{\partial w}", r"\nabla_w J"]
)
def test_an_argument_that_was_never_declared(left: str) -> None:
    given = r"Let $X \in \mathbb{R}^{N \times d}$, $y \in \mathbb{R}^N$. $$ J(w) = \|X w - y\|^2. $$"
    assert verdicts(f"{given} $$ {left} = 2 X^\\top (X w - y) $$") == ["proved"]
