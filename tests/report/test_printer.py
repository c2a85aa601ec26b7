"""Expressions as a textbook sets them."""

from __future__ import annotations

import pytest
import sympy
from sympy import Expr

from derivlab.errors import InternalError
from derivlab.report.printer import latex
from derivlab.symbols import (
    Context,
    Definition,
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

K, N, d = dimensions("K N d")
i, j, k = indices("i j k")
z, y, yhat, g = vector("z", K), vector("y", K), vector("yhat", K), vector("g", N)
theta, x, W = vector("theta", d), matrix("x", N, d), matrix("W", K, d)
J, lam, alpha = scalar("J"), scalar("lambda"), scalar("alpha")
inner = total(theta[j] * x[i, j], j, d)

CASES = [
    (yhat[i] - y[i], r"\hat{y}_{i} - y_{i}"),
    (-total(y[k] * sympy.log(yhat[k]), k, K), r"- \sum_{k=1}^{K} y_{k} \log \hat{y}_{k}"),
    (sympy.exp(z[i]) / total(sympy.exp(z[k]), k, K), r"\frac{e^{z_{i}}}{\sum_{k=1}^{K} e^{z_{k}}}"),
    (Partial(J, z[i]), r"\frac{\partial J}{\partial z_{i}}"),
    (Partial(Partial(J, z[i]), z[j]), r"\frac{\partial^{2} J}{\partial z_{i} \, \partial z_{j}}"),
    (Partial(yhat[k], z[i]) * y[k], r"y_{k} \frac{\partial \hat{y}_{k}}{\partial z_{i}}"),
    (
        total((g[i] - y[i]) * x[i, j], i, N) / N + lam * theta[j],
        r"\frac{1}{N} \sum_{i=1}^{N} x_{ij} (g_{i} - y_{i}) + \lambda \theta_{j}",
    ),
    (1 / (1 + sympy.exp(-inner)), r"\sigma\left( \sum_{j=1}^{d} \theta_{j} x_{ij} \right)"),
    (1 / (1 + sympy.exp(z[i])), r"\frac{1}{1 + e^{z_{i}}}"),
    (theta[j] * (1 - alpha * lam), r"\theta_{j} (1 - \alpha \lambda)"),
    (sympy.Max(0, z[i]), r"\max(0, z_{i})"),
    (sympy.tanh(z[i]) ** 2, r"\tanh^{2}(z_{i})"),
    (yhat[i] * delta(i, j), r"\hat{y}_{i} \delta_{ij}"),
    (sympy.Rational(6, 5) * z[i] ** 2, r"\frac{6}{5} z_{i}^{2}"),
    (sympy.sqrt(z[i]), r"\sqrt{z_{i}}"),
    (sympy.Piecewise((1, z[i] > 0), (0, True)), r"\mathbf{1}[z_{i} > 0]"),
    (
        sympy.Piecewise((z[i], sympy.Eq(i, j)), (0, True)),
        r"\begin{cases} z_{i} & \text{if } i = j \\ 0 & \text{otherwise} \end{cases}",
    ),
    (2 * sympy.Integer(3) ** z[i], r"2 \cdot 3^{z_{i}}"),
    (-z[i] * (-y[i]), r"y_{i} z_{i}"),
    (sympy.log(total(sympy.exp(z[k]), k, K)) * y[i], r"y_{i} \log \sum_{k=1}^{K} e^{z_{k}}"),
    (total(z[k], k, K) * total(y[k], k, K) ** 2, None),
]


@pytest.mark.parametrize(("expr", "expected"), [case for case in CASES if case[1]])
def test_textbook_form(expr: Expr, expected: str) -> None:
    assert latex(expr) == expected


def test_a_sum_stands_last_in_its_product() -> None:
    printed = latex(y[i] * total(z[k], k, K) * sympy.exp(z[j]))
    assert printed.endswith(r"\sum_{k=1}^{K} z_{k}")


def test_two_sums_are_told_apart_by_brackets() -> None:
    assert latex(total(z[k], k, K) * total(y[j], j, K)).count(r"\left(") == 1


def test_bound_indices_get_friendly_letters() -> None:
    bound = sympy.Symbol("k_1", integer=True)
    assert latex(total(z[bound] * y[k], bound, K)) == r"\sum_{l=1}^{K} y_{k} z_{l}"
    assert latex(Partial(total(z[i], i, K), z[i])) == r"\frac{\partial}{\partial z_{i}} \sum_{k=1}^{K} z_{k}"


def test_names_come_from_the_context() -> None:
    context = Context(
        variables=(Variable("W", (K, d), latex="W^{(1)}"), Variable("b", (K,), latex="b_1")),
        definitions=(Definition("a", z[i], (i,), (K,), r"\tilde{a}"),),
    )
    assert latex(matrix("W", K, d)[i, j], context) == "W^{(1)}_{ij}"
    assert latex(vector("b", K)[i], context) == "b_{1,i}"
    assert latex(vector("a", K)[i], context) == r"\tilde{a}_{i}"


def test_constants() -> None:
    assert latex(sympy.pi * sympy.E + sympy.EulerGamma).replace(" ", "") in (r"e\pi+\gamma", r"\gamma+e\pi")


def test_scripts_of_names_and_of_their_entries_are_one() -> None:
    context = Context(
        variables=(
            Variable("A", (K, K), latex="A^{-1}"),
            Variable("w", (K,), latex="w^*"),
            Variable("h", (K,), latex="h'"),
        )
    )
    square = sympy.Integer(2)
    assert latex(vector("x_new", K)[i]) == r"x_{\mathrm{new},i}"
    assert latex(matrix("A", K, K)[i, j] ** square, context) == "(A^{-1}_{ij})^{2}"
    assert latex(vector("w", K)[i] ** square, context) == "(w^*_{i})^{2}"
    assert latex(vector("h", K)[i] ** square, context) == "(h'_{i})^{2}"
    assert latex(z[i] ** square, context) == "z_{i}^{2}"


def test_a_dangerous_name_in_the_context_is_not_printed() -> None:
    context = Context(variables=(Variable("q", (), latex=r"\input{/etc/passwd}"),))
    assert latex(scalar("q"), context) == "q"
    assert r"\input" not in latex(sympy.Symbol(r"\input{/etc/passwd}"))
    assert r"\write" not in latex(sympy.Function(r"\write18{x}")(z[i]))


def test_sigma_is_not_used_where_the_context_has_another() -> None:
    context = Context(variables=(Variable("sigma"),))
    assert r"\sigma" not in latex(1 / (1 + sympy.exp(-z[i])), context)


def test_unknown_nodes_raise() -> None:
    with pytest.raises(InternalError, match="cannot typeset a MatrixSymbol"):
        latex(sympy.MatrixSymbol("A", 2, 2))
