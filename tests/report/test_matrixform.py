"""The matrix form means the same as the entries: evaluated with NumPy, both agree."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import Expr, Symbol

from derivlab.compile import Output, compile_function
from derivlab.report.matrixform import matrix_form
from derivlab.symbols import Context, delta, dimensions, indices, matrix, scalar, total, vector

K, N, d = dimensions("K N d")
i, j, k, n = indices("i j k n")
z, y, p, b = vector("z", K), vector("y", K), vector("p", K), vector("b", K)
h, q = vector("h", d), scalar("q")
W, X, G, A = matrix("W", d, K), matrix("X", N, d), matrix("G", N, K), matrix("A", N, K)
g = vector("g", N)
CONTEXT = Context.of(z, y, p, b, h, q, W, X, G, A, g)

CASES = [
    (p[i] - y[i], (i,)),
    (h[i] * (p[j] - y[j]), (i, j)),
    (total(W[j, k] * (p[k] - y[k]), k, K), (j,)),
    (total(W[j, k] * h[j], j, d), (k,)),
    (p[i] * delta(i, j) - p[i] * p[j], (i, j)),
    (total((g[n] - 1) * X[n, j], n, N) / 3 + q * h[j], (j,)),
    (total(g[n] * (1 - g[n]) * X[n, j] * X[n, i], n, N) + q * delta(i, j), (i, j)),
    (total(X[n, j] * W[j, k], j, d) + b[k], (n, k)),
    (total(X[n, j] * G[n, k], n, N), (j, k)),
    (total(G[n, k] * W[j, k], k, K), (n, j)),
    (total(G[n, k], n, N), (k,)),
    (total(total(G[n, k], n, N), k, K) * y[i], (i,)),
    (total(y[k] * sympy.log(1 + p[k] ** 2), k, K), ()),
    ((A[n, k] - G[n, k]) / 2, (n, k)),
    (G[n, k] * (1 - sympy.tanh(A[n, k]) ** 2), (n, k)),
    (G[n, k] * g[n], (n, k)),
    (total(total(G[n, k] * A[n, k], n, N), k, K), ()),
    (total(total(g[n] * A[n, k] * y[k], k, K), n, N), ()),
    (total(h[j] ** 2, j, d) * y[i], (i,)),
    (y[i] * total(W[j, i] * h[j], j, d), (i,)),
    (p[i] * total(G[n, i] * A[n, j], n, N), (i, j)),
    (sympy.exp(total(W[j, k] * h[j], j, d)) * y[k], (k,)),
    (-total(W[j, k] * h[j], j, d), (k,)),
    (X[n, i] + q * g[n], (n, i)),
    (g[n] * total(W[j, k] * h[j], j, d), (n, k)),
    (2 * q * y[i] * p[i], (i,)),
]


def arrays() -> dict[str, Any]:
    rng = np.random.default_rng(3)
    sizes = {"K": 3, "N": 4, "d": 2}
    return {
        variable.name: rng.normal(size=tuple(sizes[str(size)] for size in variable.shape))
        for variable in CONTEXT.variables
    }


@pytest.mark.parametrize(("expr", "free"), CASES, ids=[str(case[0]) for case in CASES])
def test_matrix_form_equals_the_entries(expr: Expr, free: tuple[Symbol, ...]) -> None:
    text = matrix_form(expr, free, CONTEXT)
    assert text is not None
    values = arrays()
    compiled = compile_function([Output("f", expr, free)], CONTEXT)
    wanted = compiled(**{argument.name: values[argument.name] for argument in compiled.arguments})["f"]
    found = evaluate(text, values)
    assert np.allclose(found.reshape(np.shape(wanted)), wanted)


@pytest.mark.parametrize(
    ("expr", "free"),
    [
        (1 / p[i], (i,)),
        (total(p[k] * y[k] * z[k], k, K) + 0 * i, (i, j, k)),
        (total(W[j, k] * W[i, k] * y[k] * G[n, k], k, K), (i, j)),
        (W[j, j], (j,)),
        (total(sympy.Integer(1), k, K), ()),
        (sympy.Sum(y[k], (k, 2, K)), ()),
    ],
)
def test_what_has_no_matrix_form_gets_none(expr: Expr, free: tuple[Symbol, ...]) -> None:
    assert matrix_form(expr, free, CONTEXT) is None


# A reader of the LaTeX that the matrix form writes: sums of products of arrays.


class Ones:
    """A vector of ones of whatever size fits."""

    def __init__(self, row: bool = False) -> None:
        self.row = row

    @property
    def T(self) -> Ones:
        return Ones(not self.row)


class Identity:
    T = property(lambda self: self)


def evaluate(text: str, values: dict[str, Any]) -> Any:
    stripped = re.sub(r"\\(left|right)(?![a-z])", "", text)
    tokens = re.findall(r"\\[A-Za-z]+|[A-Za-z]|\d+|[-+(){}^]", stripped)
    result, rest = read_sum(tokens, values)
    assert not rest, rest
    return np.asarray(result)


def read_sum(tokens: list[str], values: dict[str, Any]) -> tuple[Any, list[str]]:
    sign, tokens = (-1, tokens[1:]) if tokens[0] == "-" else (1, tokens)
    value, tokens = read_product(tokens, values)
    value = sign * entrywise(value, values)
    while tokens and tokens[0] in "+-":
        operator, (term, tokens) = tokens[0], read_product(tokens[1:], values)
        term = entrywise(term, values)
        value = value + term if operator == "+" else value - term
    return value, tokens


def entrywise(value: Any, values: dict[str, Any]) -> Any:
    """Ones and identities beside other arrays."""
    if isinstance(value, Ones):
        return np.ones((1, 1))
    return np.eye(2) if isinstance(value, Identity) else value


def read_product(tokens: list[str], values: dict[str, Any]) -> tuple[Any, list[str]]:
    value, tokens = read_factor(tokens, values)
    while tokens and tokens[0] not in ("+", "-", ")", "}"):
        hadamard = tokens[0] == r"\odot"
        factor, tokens = read_factor(tokens[1:] if hadamard else tokens, values)
        value = entrywise(value, values) * entrywise(factor, values) if hadamard else multiply(value, factor)
    return value, tokens


def multiply(left: Any, right: Any) -> Any:
    if isinstance(left, Ones):
        left_row = left.row
        return right if isinstance(right, Ones) or not left_row else right.sum(0, keepdims=True)
    if isinstance(right, Ones):
        return left if right.row else left.sum(1, keepdims=True)
    if isinstance(right, Identity):
        return left * np.eye(2)
    return left * right if left.size == 1 or right.size == 1 else left @ right


def read_factor(tokens: list[str], values: dict[str, Any]) -> tuple[Any, list[str]]:
    head, tokens = tokens[0], tokens[1:]
    if head == r"\frac":
        above, tokens = read_group(tokens, values)
        below, tokens = read_group(tokens, values)
        return above / below, tokens
    if head in (r"\log", r"\tanh", "e", r"\operatorname"):
        return read_function(head, tokens, values)
    if head == "(":
        value, tokens = read_sum(tokens, values)
        tokens = tokens[1:]
    elif head == r"\mathbf":
        value, tokens = Ones(), tokens[3:]
    elif head == "I":
        value = Identity()
    else:
        value = np.full((1, 1), float(head)) if head.isdigit() else np.atleast_2d(values[head].T).T
    return read_script(value, tokens)


def read_script(value: Any, tokens: list[str]) -> tuple[Any, list[str]]:
    if tokens[:3] == ["^", "{", r"\top"]:
        return value.T, tokens[4:]
    if tokens[:2] == ["^", "{"]:
        return value ** int(tokens[2]), tokens[4:]
    return value, tokens


def read_group(tokens: list[str], values: dict[str, Any]) -> tuple[Any, list[str]]:
    value, tokens = read_sum(tokens[1:], values)
    return value, tokens[1:]


def read_function(head: str, tokens: list[str], values: dict[str, Any]) -> tuple[Any, list[str]]:
    if head == "e":
        value, tokens = read_group(tokens[1:], values)
        return np.exp(value), tokens
    if head == r"\operatorname":
        name = "".join(tokens[1 : tokens.index("}")])
        value, tokens = read_factor(tokens[tokens.index("}") + 1 :], values)
        return (np.diagflat(value) if name == "diag" else np.full((1, 1), np.trace(value))), tokens
    power, tokens = (int(tokens[2]), tokens[4:]) if tokens[:2] == ["^", "{"] else (1, tokens)
    value, tokens = read_factor(tokens, values)
    return {r"\log": np.log, r"\tanh": np.tanh}[head](value) ** power, tokens
