"""What prose says of a name: taken as true, told, and never the reason of a wrong 'refuted'."""

from __future__ import annotations

import pytest

from derivlab.notation.statements.adjectives import PROPERTIES, WORDS, property_of
from tests.notation import helpers

SQUARE = r"\mathbb{R}^{n \times n}"
VECTOR = r"\mathbb{R}^n"
CROSS_ENTROPY = (
    r" With $p_i = e^{z_i} / \sum_k e^{z_k}$ and $J = -\sum_i y_i \log p_i$,"
    r" $\frac{\partial J}{\partial z_i} = p_i - y_i$."
)


def verdicts(text: str) -> list[str]:
    return helpers.verdicts(text, given="")


@pytest.mark.parametrize(
    "given",
    [
        r"Let $z \in \mathbb{R}^K$ and let $y \in \mathbb{R}^K$ be one-hot.",
        r"Let $z \in \mathbb{R}^K$, and $y \in \mathbb{R}^K$ is a one-hot vector.",
        r"Let $z \in \mathbb{R}^K$ be the logits and $y \in \mathbb{R}^K$ the one-hot label.",
        r"Let $z \in \mathbb{R}^K$ and $y \in \{0,1\}^K$ a one-hot encoding of the class.",
        r"Let $z, y \in \mathbb{R}^K$, and the label $y$ is one-hot encoded.",
        r"Let $z \in \mathbb{R}^K$ and $y \in \mathbb{R}^K$ one-hot.",
        r"Let $z, y \in \mathbb{R}^K$ where $y$ is a probability distribution.",
        r"Let $z, y \in \mathbb{R}^K$, where $y$ is a vector of probabilities.",
        r"Let $z, y \in \mathbb{R}^K$ where $y$ lies on the probability simplex; $y$ is on the simplex.",
        r"Let $z, y \in \mathbb{R}^K$. The entries of $y$ sum to one.",
        r"Let $z, y \in \mathbb{R}^K$, where $y$ sums to $1$.",
        r"Let $z \in \mathbb{R}^K$. For a one-hot vector $y \in \mathbb{R}^K$:",
    ],
)
def test_a_target_in_words(given: str) -> None:
    assert verdicts(given + CROSS_ENTROPY) == ["proved"]
    assert verdicts(given + CROSS_ENTROPY.replace("p_i - y_i", "y_i - p_i")) == ["refuted"]


@pytest.mark.parametrize(
    ("given", "right", "wrong"),
    [
        (rf"Let $Q \in {SQUARE}$ be orthogonal, $x \in {VECTOR}$.", r"\|Q x\|^2 = \|x\|^2", "Q x = x"),
        (rf"Let $Q \in {SQUARE}$ be an orthogonal matrix.", r"Q^\top Q = I", r"Q Q = I"),
        (rf"Let $u \in {VECTOR}$ be a unit vector.", r"u^\top u = 1", r"\sum_i u_i = 1"),
        (rf"Let $u \in {VECTOR}$ have unit norm.", r"\|u\|^2 = 1", r"u_i^2 = 1"),
        (rf"Let $u \in {VECTOR}$ with norm one.", r"\|u\| = 1", r"\|2 u\| = 1"),
        (rf"Let $A \in {SQUARE}$ be skew-symmetric.", r"A^\top = -A", r"A^\top = A"),
        (rf"Let $A \in {SQUARE}$ be antisymmetric.", r"A_{ii} = 0", r"A_{ij} = 0"),
        (rf"Let $x \in {VECTOR}$ be centered.", r"\sum_i x_i = 0", r"\sum_i x_i^2 = 0"),
        (r"Let $x_i \in \mathbb{R}^d$ for $i = 1, \dots, N$, where the $x_i$ are centered.",
         r"\sum_{i=1}^N x_i = 0", r"\sum_{i=1}^N x_i = x_1"),
        (r"Let $x \in \mathbb{R}$ be positive.", "|x| = x", "|x| = -x"),
        (r"Let $x \in \mathbb{R}$ be a negative number.", "|x| = -x", "|x| = x"),
        (rf"Let $x \in {VECTOR}$ be a vector with positive entries.", "|x_i| = x_i", "x_i^2 = x_i"),
        (rf"Let $y \in {VECTOR}$ be binary.", "y_i^2 = y_i", "y_i^2 = 1"),
        (rf"Let $x, y \in {VECTOR}$ be orthogonal.", r"\|x + y\|^2 = \|x\|^2 + \|y\|^2",
         r"\|x + y\|^2 = \|x\|^2"),
        (r"Let $X \in \mathbb{R}^{N \times d}$ have orthonormal columns.", r"X^\top X = I",
         r"X^\top X = 2 I"),
        (r"Let $P \in \mathbb{R}^{K \times K}$ be a stochastic matrix.", r"\sum_j P_{ij} = 1",
         r"\sum_i P_{ij} = 1"),
        (r"Let $P \in \mathbb{R}^{N \times K}$, where the columns of $P$ sum to one.", r"\sum_i P_{ij} = 1",
         r"\sum_j P_{ij} = 1"),
        (r"Let $Y \in \mathbb{R}^{N \times K}$ with one-hot rows.", r"\sum_k Y_{nk} = 1",
         r"\sum_n Y_{nk} = 1"),
        (r"Let $t_n \in \mathbb{R}^K$ for $n = 1, \dots, N$, where each $t_n$ is one-hot.",
         "t_{nk}^2 = t_{nk}",
         "t_{nk} = 1"),
        (rf"Let $S \in {SQUARE}$ be a symmetric positive definite matrix and $x \in {VECTOR}$.",
         r"\nabla_x (x^\top S x) = 2 S x", r"\nabla_x (x^\top S x) = S x"),
        (rf"Let $S \in {SQUARE}$, where $S$ is positive semi-definite.", r"S^\top = S", "S_{ii} = 1"),
    ],
)  # fmt: skip
def test_what_is_said_is_used(given: str, right: str, wrong: str) -> None:
    assert verdicts(rf"{given} Then ${right}$, and ${wrong}$.") == ["proved", "refuted"]


@pytest.mark.parametrize(
    "text",
    [
        rf"Let $D \in {SQUARE}$ be diagonal. Then $D^\top = D$.",
        rf"Let $L \in {SQUARE}$ be lower triangular. Then $L_{{12}} = 0$.",
        rf"Let $A, B \in {SQUARE}$ commute. Then $AB = BA$.",
        rf"Let $P \in {SQUARE}$ be a projection matrix. Then $P P = P$.",
        rf"Let $u \in {VECTOR}$ be normalized. Then $u^\top u = 1$.",
        r"Let $a, b \in \mathbb{R}$ be equal. Then $a = b$.",
        r"Let $a, b \in \mathbb{R}$ be distinct. Then $a \ne b$.",
        r"Let $X \in \mathbb{R}^{N \times d}$ be orthogonal. Then $X^\top X = I$.",
    ],
)
def test_what_is_not_read_refutes_nothing(text: str) -> None:
    found = helpers.checked(text, given="")[-1]
    assert found.verdict == "undecided"
    assert "which is not read" in found.reason


@pytest.mark.parametrize(
    "text",
    [
        rf"Suppose $u \in {VECTOR}$ is not a unit vector. Then $u^\top u = 1$.",
        rf"Let $u \in {VECTOR}$, not necessarily a unit vector. Then $u^\top u = 1$.",
        rf"Let $v \in {VECTOR}$. Then $v$ is a unit vector and $v^\top v = 1$.",
        rf"Let $v \in {VECTOR}$. We show that $v$ is a unit vector: $v^\top v = 1$.",
        rf"Let $w \in {VECTOR}$. If $w$ is a unit vector, life is easy. In general, $w^\top w = 1$.",
        rf"Let $p \in {VECTOR}$ be a vector and let $q \in {VECTOR}$ be one-hot. Then $\sum_i p_i = 1$.",
        rf"Let $p \in {VECTOR}$ be the vector and the one-hot label be $q \in {VECTOR}$. $\sum_i p_i = 1$.",
        rf"Let $z \in {VECTOR}$ and $e$ the direction of a unit vector. Then $\|z\|^2 = 1$.",
        r"Let $c \in \mathbb{R}$ and $g$ the gradient of the negative log-likelihood. Then $|c| = -c$.",
        r"Let $c \in \mathbb{R}$ be the score of the positive class. Then $|c| = c$.",
        rf"Let $A \in {SQUARE}$ be given; this differs for positive definite matrices. Then $A^\top = A$.",
    ],
)
def test_what_is_not_said_is_not_taken(text: str) -> None:
    assert verdicts(text)[-1] == "refuted"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Let $y_i \in \{-1, 1\}$ be binary labels for $i = 1, \dots, N$. Then $y_i^2 = 1$.", "proved"),
        (r"For $i = 1, \dots, N$ we have binary labels $y_i \in \{-1, +1\}$. Then $y_i^2 = y_i$.", "refuted"),
        (r"Let $y_i \in \{0, 1\}$ be binary labels for $i = 1, \dots, N$. Then $y_i^2 = y_i$.", "proved"),
        (r"Let $y \in [0, 1]^n$ be binary. Then $y_i^2 = y_i$.", "proved"),
    ],
)
def test_binary_labels_keep_their_values(text: str, expected: str) -> None:
    assert verdicts(text) == [expected]


def test_an_if_lasts_for_its_sentence() -> None:
    text = (
        r"Let $x \in \mathbb{R}$. If $x$ is positive, then $|x| = x$. In general $|x| = x$. "
        r"If $x$ is negative, $|x| = -x$."
    )
    assert verdicts(text) == ["proved", "refuted", "proved"]


def test_the_reading_is_told() -> None:
    found = helpers.document(rf"Let $u \in {VECTOR}$ be a unit vector.", given="")
    assert [note for one in found.statements for note in one.notes] == ["u is taken as a unit vector"]


def test_every_property_is_found_by_its_own_name() -> None:
    said = {
        "summing to one": "sum to one", "summing to zero": "sums to 0", "a vector of probabilities":
        "on the simplex", "row-stochastic": "row-stochastic", "a permutation": "permutation matrix",
        "a rotation": "rotation matrix", "symmetric and positive semidefinite": "Gram matrix",
    }  # fmt: skip
    for one in PROPERTIES:
        words = said.get(one.told, one.told.removeprefix("with ").removeprefix("of ").removeprefix("a "))
        found = WORDS.search(words.removeprefix("an ").replace("even or ", ""))
        assert found is not None, one
        assert property_of(found).told == one.told
