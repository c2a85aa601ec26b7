"""Compiled arrays against explicit loops: every kind of node, random expressions, both backends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derivlab.compile import Output, compile_function
from derivlab.errors import UsageError
from derivlab.symbols import (
    Context,
    Definition,
    Domain,
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
n, m, k, l, j = indices("n m k l j")
A, B, C = matrix("A", N, K), matrix("B", N, K), matrix("C", K, K)
u, v, w = vector("u", K), vector("v", K), vector("w", N)
s = scalar("s", positive=True)
label = Variable("label", (N,), Domain(index_of=K)).node
p = Definition("p", sp.exp(u[k]) / total(sp.exp(u[l]), l, K), (k,), (K,))
P = p.node
CONTEXT = Context(
    (*Context.of(A, B, C, u, v, w, s).variables, Variable("label", (N,), Domain(index_of=K))), (p,)
)
RANGES = {n: N, m: N, k: K, l: K, j: K}
SIZES = {N: 4, K: 3}
_RNG = np.random.default_rng(7)
ARRAYS = {"A": _RNG.normal(size=(4, 3)), "B": _RNG.normal(size=(4, 3)), "C": _RNG.normal(size=(3, 3)),
          "u": _RNG.normal(size=3), "v": _RNG.normal(size=3), "w": _RNG.normal(size=4), "s": 1.75,
          "label": np.array([0, 2, 1, 2])}  # fmt: skip


def computed(expr: sp.Expr, out: tuple[sp.Symbol, ...], backend: str, *, stable: bool = False) -> Any:
    function = compile_function(
        [Output("r", expr, out, tuple(RANGES[i] for i in out))], CONTEXT, backend, stable=stable
    )
    given = {
        a.name: (SIZES[sp.Symbol(a.name, integer=True, positive=True)] if a.size else ARRAYS[a.name])
        for a in function.arguments
    }
    return np.asarray(function(**given)["r"]), function


def check(table: Any, expr: sp.Expr, *out: sp.Symbol, backend: str = "numpy") -> str:
    found, function = computed(expr, out, backend)
    expected = table(expr, out, SIZES, RANGES, CONTEXT, ARRAYS)
    assert found.shape == expected.shape
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13, err_msg=function.source)
    return function.source


CASES = {
    "affine": (total(C[j, k] * u[j], j, K) + v[k], (k,)),
    "transposed": (A[n, k], (k, n)),
    "outer": (u[k] * w[n], (n, k)),
    "broadcast": (A[n, k] - u[k] * w[n] / s, (n, k)),
    "gradient of a matrix": (total(A[n, j] * B[n, k], n, N), (j, k)),
    "the same, other layout": (total(A[n, j] * B[n, k], n, N), (k, j)),
    "row dots": (total(A[n, k] * B[n, k], k, K), (n,)),
    "whole dot": (total(total(A[n, k] * B[n, k], k, K), n, N), ()),
    "bilinear": (total(total(u[k] * C[k, l] * v[l], k, K), l, K), ()),
    "three factors": (total(A[n, k] * A[n, l] * w[n], n, N), (k, l)),
    "chain of matrices": (total(total(A[n, j] * C[j, k] * B[m, k], j, K), k, K), (n, m)),
    "batched product": (total(A[n, j] * B[n, k] * C[j, k], j, K), (n, k)),
    "independent sums": (total(total(u[k] * w[n], k, K), n, N), ()),
    "count": (total(s, n, N) + total(total(u[k], k, K), n, N), ()),
    "size": (total(A[n, k], n, N) / N, (k,)),
    "delta contracted": (total(delta(k, j) * u[k], k, K), (j,)),
    "delta kept": (delta(k, j) * u[k] - u[k] * u[j], (k, j)),
    "identity": (delta(k, j) * s, (k, j)),
    "bare delta": (delta(k, j), (k, j)),
    "delta inside a product": (total((delta(k, j) - P[k]) * v[k], k, K), (j,)),
    "two deltas": (total(total(delta(k, j) * delta(l, k) * C[k, l], k, K), l, K), (j,)),
    "diagonal": (C[k, k], (k,)),
    "trace": (total(C[k, k], k, K), ()),
    "a fixed entry": (A[n, 2] + u[1], (n,)),
    "softmax Jacobian": (P[k] * (delta(k, j) - P[j]), (k, j)),
    "shadowed index": (total(u[k], k, K) * v[k], (k,)),
    "sum within a sum": (total(u[k] * total(C[k, l] * v[l], l, K), k, K), ()),
    "index as a value": (k * u[k] + total(l, l, K), (k,)),
    "order of indices": (sp.Piecewise((u[k], k < j), (0, True)), (k, j)),
    "equality of indices": (sp.Piecewise((u[k], sp.Eq(k, j)), (v[j], True)), (k, j)),
    "step": (A[n, k] * sp.Piecewise((1, B[n, k] > 0), (0, True)), (n, k)),
    "bare step": (sp.Piecewise((1, B[n, k] > 0), (0, True)), (n, k)),
    "heaviside": (sp.Heaviside(B[n, k]) * A[n, k], (n, k)),
    "relu": (sp.Max(0, A[n, k]), (n, k)),
    "maximum of arrays": (sp.Max(A[n, k], u[k]), (n, k)),
    "clipped": (sp.Min(1, sp.Max(-1, 2 * A[n, k])), (n, k)),
    "powers": (s**u[k] + u[k] ** 2 + u[k] ** 3 + 1 / sp.sqrt(s) + sp.sqrt(1 + u[k] ** 2) ** -3, (k,)),
    "functions": (sp.tanh(u[k]) + sp.sin(v[k]) * sp.cos(u[k]) + sp.Abs(u[k]) + sp.erf(sp.sign(v[k])), (k,)),
    "numbers": (sp.Rational(1, 3) * u[k] + sp.pi * sp.sqrt(2) + sp.log(2) + sp.E, (k,)),
    "log of a size": (sp.log(K) + u[k], (k,)),
    "a number alone": (sp.Integer(2), ()),
    "only a size": (sp.log(N) * N, ()),
    "chosen by a label": (total(delta(k, label[n]) * A[n, k], k, K), (n,)),
    "entry at a label": (A[n, label[n]] + u[label[n]], (n,)),
    "one-hot of a label": (A[n, k] - delta(k, label[n]), (n, k)),
    "mean loss": (-total(total(B[n, k] * sp.log(s + A[n, k] ** 2), k, K), n, N) / N, ()),
    "variance": (total((u[k] - total(u[l], l, K) / K) ** 2, k, K) / K, ()),
    "quotient under a sum": (total(u[k] / (1 + v[k] ** 2) / s, k, K), ()),
    "quotient without a host": (total(1 / (1 + v[k] ** 2), k, K), ()),
    "negative exponent": (1 / (1 + sp.exp(-total(A[n, k] * u[k], k, K))), (n,)),
}  # fmt: skip


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("case", CASES)
def test_case(case: str, backend: str, oracle: Any) -> None:
    expr, out = CASES[case]
    source = check(oracle, expr, *out, backend=backend)
    assert "for " not in source and "einsum" not in source.replace("einsum('abc", "")


@st.composite
def entries(draw: st.DrawFn, free: tuple[sp.Symbol, ...], depth: int) -> sp.Expr:
    """A random expression whose free indices are among `free`."""
    ks = [i for i in free if RANGES[i] == K] or [sp.Integer(2)]
    ns = [i for i in free if RANGES[i] == N] or [sp.Integer(3)]
    pick = draw(st.sampled_from("leaf leaf add mul sum sum function".split() if depth else ["leaf"]))
    a, b, c = draw(st.sampled_from(ks)), draw(st.sampled_from(ks)), draw(st.sampled_from(ns))
    if pick == "leaf":
        leaves = [A[c, a], B[c, b], C[a, b], u[a], v[b], w[c], s, P[a], sp.Integer(-2), sp.Rational(1, 2)]
        if a is not sp.Integer(2) and b is not sp.Integer(2):
            leaves.append(delta(a, b))
        return draw(st.sampled_from(leaves))
    if pick == "sum":
        bound = draw(st.sampled_from([n, m, k, l, j]))
        inner = draw(entries(tuple(dict.fromkeys((*free, bound))), depth - 1))
        return total(inner, bound, RANGES[bound])
    one, two = draw(entries(free, depth - 1)), draw(entries(free, depth - 1))
    if pick == "function":
        return draw(
            st.sampled_from([sp.tanh(one), sp.exp(sp.tanh(one)), one / (2 + sp.tanh(two)), sp.Max(one, 0)])
        )
    return one + two if pick == "add" else one * two


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(expr=entries((n, k, j), 4))
def test_random_expressions(backend: str, oracle: Any, expr: sp.Expr) -> None:
    free = sorted(expr.free_symbols & set(RANGES), key=str)
    check(oracle, expr, *free, backend=backend)


def test_a_common_subexpression_is_computed_once(oracle: Any) -> None:
    e = sp.exp(u[k])
    expr = e / total(sp.exp(u[l]), l, K) + total(sp.exp(u[j]) * v[j], j, K)
    assert check(oracle, expr, k).count("np.exp") == 1


def test_a_contracted_delta_is_never_an_array() -> None:
    source = computed(total((delta(k, j) - P[k]) * v[k], k, K), (j,), "numpy")[1].source
    assert "arange" not in source and "where" not in source


def test_float32_stays_float32() -> None:
    for backend in ("numpy", "torch"):
        for case, (expr, out) in CASES.items():
            function = compile_function(
                [Output("r", expr, out, tuple(RANGES[i] for i in out))], CONTEXT, backend
            )
            given = {a.name: (3 if a.size else ARRAYS[a.name]) for a in function.arguments}
            given = {
                x: y.astype("f4") if x not in ("label", "s") and hasattr(y, "astype") else y
                for x, y in given.items()
            }
            if backend == "torch":
                import torch

                given = {x: torch.from_numpy(y) if isinstance(y, np.ndarray) else y for x, y in given.items()}
            if any(
                getattr(y, "dtype", None) is not None and "float32" in str(y.dtype) for y in given.values()
            ):
                assert "float32" in str(function(**given)["r"].dtype), (case, function.source)


@pytest.mark.parametrize(
    ("expr", "out", "told"),
    [
        (u[k] + scalar("q"), (k,), "'q' is used but not declared"),
        (u[k], (), "index k is free"),
        (u[1], (k,), "the size of the output's index k is unknown"),
        (A[k, k], (k,), "index k stands on axes of different sizes, N and K (in A[k, k])"),
        (u[k + 1] + u[k], (k,), "the index k + 1 in u[k + 1] cannot be compiled"),
        (sp.Sum(u[k], (k, 2, K)), (), "runs from 2 to K"),
        (sp.gamma(u[k]), (k,), "gamma cannot be compiled"),
        (total(u[k], k, K) * delta(m, n), (), "the range of the index m is not known: it stands on no axis"),
    ],
)
def test_what_cannot_be_compiled_says_so(expr: sp.Expr, out: tuple[sp.Symbol, ...], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        compile_function([Output("r", expr, out)], CONTEXT)
    assert told in str(caught.value)
