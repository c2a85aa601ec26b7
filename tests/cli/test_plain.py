"""Expressions and declarations as text, one case a node; pinned, since people read them."""

from __future__ import annotations

import pytest
import sympy
from sympy import Piecewise, Rational, Symbol, exp, log, sqrt, tanh

from derivlab.cli.plain import declarations, plain
from derivlab.models import MODELS
from derivlab.symbols import (
    BINARY,
    Context,
    Domain,
    Partial,
    Variable,
    delta,
    dimensions,
    indices,
    matrix,
    scalar,
    total,
    vector,
)

N, K = dimensions("N K")
i, j, k = indices("i j k")
x, y = scalar("x"), scalar("y")
z, W, J = vector("z", K), matrix("W", N, K), Symbol("J")
a = vector("a", K)

CASES = {
    "-x": -x,
    "x - y": x - y,
    "-2 x/3": -Rational(2, 3) * x,
    "x/(2 y)": x / (2 * y),
    "1/x": 1 / x,
    "1/(x + y)": 1 / (x + y),
    "x² - 1": x**2 - 1,
    "(x + y)³": (x + y) ** 3,
    "1/x²": x**-2,
    "2^x": 2**x,
    "x^(y/2)": x ** (y / 2),
    "sqrt(1 + x)": sqrt(x + 1),
    "log(1 + exp(-x))": log(1 + exp(-x)),
    "tanh(x)²": tanh(x) ** 2,
    "max(0, x)": sympy.Max(x, 0),
    "z_i": z[i],
    "z[i + 1]": z[i + 1],
    "W_ij": W[i, j],
    "δ_ij": delta(i, j),
    "Σ_k z_k²": total(z[k] ** 2, k, K),
    "Σ_k (a_k + z_k)": total(z[k] + a[k], k, K),
    "x Σ_k z_k": x * total(z[k], k, K),
    "x/(Σ_k z_k)": x / total(z[k], k, K),
    "(Σ_k z_k)²": total(z[k], k, K) ** 2,
    "Σ_i Σ_j W_ij": total(total(W[i, j], j, K), i, N),
    "∂J/∂W_ij": Partial(J, W[i, j]),
    "∂²J/∂z_i∂z_j": Partial(Partial(J, z[i]), z[j]),
    "∂/∂z_i (Σ_k z_k)": Partial(total(z[k], k, K), z[i]),
    "{1 if x > 0, 0 otherwise}": Piecewise((1, x > 0), (0, True)),
    "λ θ̂": Symbol("lambda") * Symbol("thetahat"),
}


@pytest.mark.parametrize("text", CASES)
def test_expression(text: str) -> None:
    assert plain(CASES[text]) == text


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        (Variable("z", (K,)), "z ∈ ℝ^K"),
        (Variable("X", (N, K)), "X ∈ ℝ^(N×K)"),
        (Variable("y", (N,), BINARY), "y ∈ {0, 1}^N"),
        (Variable("c", (N,), Domain(index_of=K)), "c ∈ {1, …, K}^N"),
        (Variable("lambda", (), Domain(low=0, low_open=True)), "λ ∈ (0, ∞)"),
        (Variable("p", (), Domain(low=0, high=1)), "p ∈ [0, 1]"),
        (Variable("u", (), Domain(nonzero=True)), "u ∈ (ℝ \\ {0})"),
    ],
)
def test_declaration(variable: Variable, text: str) -> None:
    assert declarations(Context((variable,))) == [text]


@pytest.mark.parametrize("name", MODELS)
def test_models_read_as_mathematics(name: str) -> None:
    """No SymPy syntax is left over."""
    model = MODELS[name]
    shown = [text for claim in model.claims for text in (plain(claim.left), plain(claim.right))]
    for text in [*shown, *declarations(model.context)]:
        assert not any(mark in text for mark in ("Sum(", "Partial(", "**", "*", "KroneckerDelta", "hat"))
