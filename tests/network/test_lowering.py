"""Contractions are read off their indices; whatever is no contraction and has no kernel is compiled."""

from __future__ import annotations

import pytest
import torch
from sympy import Expr, Symbol

from derivlab.network.layers import D, K, N, j, k, n
from derivlab.network.lowering import Formula, lower
from derivlab.symbols import Context, matrix, total, vector

A, B, b = matrix("A", N, D), matrix("B", D, K), vector("b", K)
C, E = matrix("C", D, N), matrix("E", K, D)
CONTEXT = Context.of(A, B, C, E, b)

torch.manual_seed(0)
ARRAYS = {
    "A": torch.randn(6, 5),
    "B": torch.randn(5, 4),
    "C": torch.randn(5, 6),
    "E": torch.randn(4, 5),
    "b": torch.randn(4),
}


@pytest.mark.parametrize(
    ("expr", "indices", "text", "expected"),
    [
        (total(A[n, j] * B[j, k], j, D), (n, k), "mm(A, B)", ARRAYS["A"] @ ARRAYS["B"]),
        (total(C[j, n] * B[j, k], j, D), (n, k), "mm(C.T, B)", ARRAYS["C"].T @ ARRAYS["B"]),
        (total(A[n, j] * E[k, j], j, D), (n, k), "mm(A, E.T)", ARRAYS["A"] @ ARRAYS["E"].T),
        (total(A[n, j] * B[j, k], j, D), (k, n), "mm(B.T, A.T)", (ARRAYS["A"] @ ARRAYS["B"]).T),
        (
            total(A[n, j] * B[j, k], j, D) + b[k],
            (n, k),
            "addmm(b, A, B)",
            ARRAYS["A"] @ ARRAYS["B"] + ARRAYS["b"],
        ),
        (total(B[j, k], j, D), (k,), "sum(B, 0)", ARRAYS["B"].sum(0)),
        (total(B[j, k], k, K), (j,), "sum(B, 1)", ARRAYS["B"].sum(1)),
    ],
)
def test_contractions(expr: Expr, indices: tuple[Symbol, ...], text: str, expected: torch.Tensor) -> None:
    out = torch.full(expected.shape, float("nan"))
    instruction = lower(Formula(expr, indices, CONTEXT), ARRAYS, out)
    instruction.run()
    assert instruction.text == text
    torch.testing.assert_close(out, expected)


@pytest.mark.parametrize(
    ("expr", "indices", "expected"),
    [
        (A[n, j] ** 3, (n, j), ARRAYS["A"] ** 3),
        (total(A[n, j] * B[j, k], j, D) * 2, (n, k), 2 * ARRAYS["A"] @ ARRAYS["B"]),
        (total(A[n, j] * B[j, k], j, D) - b[k], (n, k), ARRAYS["A"] @ ARRAYS["B"] - ARRAYS["b"]),
        (total(A[n, j] ** 2 * B[j, k], j, D), (n, k), ARRAYS["A"] ** 2 @ ARRAYS["B"]),
        (total(total(B[j, k], j, D), k, K), (), ARRAYS["B"].sum()),
    ],
)
def test_everything_else_is_compiled(expr: Expr, indices: tuple[Symbol, ...], expected: torch.Tensor) -> None:
    out = torch.full(expected.shape, float("nan"))
    instruction = lower(Formula(expr, indices, CONTEXT), ARRAYS, out)
    instruction.run()
    assert instruction.text.startswith("compiled(")
    torch.testing.assert_close(out, expected)
