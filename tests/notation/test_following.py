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
