"""Logarithms of quotients of probabilities, and means under softmax: right at any shift of the logits."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from sympy import Expr, exp, log

from derivlab.calculus import gradient
from derivlab.compile import compile_gradient
from derivlab.symbols import Context, Definition, dimension, indices, total, vector
from tests.compile.fuzz import differences

K = dimension("K")
i, k, m = indices("i k m")
a, z = vector("a", K), vector("z", K)


def softmax(of: Any, at: Any) -> Expr:
    return exp(of[at]) / total(exp(of[m]), m, K)


P, Q = (Definition(name, softmax(of, i), (i,), (K,)) for name, of in (("p", a), ("q", z)))
WRITTEN = total(softmax(a, k) * log(softmax(a, k) / softmax(z, k)), k, K), Context.of(a, z)
NAMED = total(P.node[k] * log(P.node[k] / Q.node[k]), k, K), Context.of(a, z, define=[P, Q])
SHIFTS = [(0, 0), (800, 0), (0, 800), (0, -800), (-800, 0), (800, 800), (-300, 300)]


@cache
def compiled(form: str, by: str, backend: str) -> Any:
    loss, context = WRITTEN if form == "written out" else NAMED
    return compile_gradient(gradient(loss, by, context), backend)


@pytest.mark.parametrize("form", ["written out", "named"])
@pytest.mark.parametrize("by", ["z", "a"])
@pytest.mark.parametrize("shifts", SHIFTS)
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_divergence_of_two_softmaxes(form: str, by: str, shifts: tuple[int, int], backend: str) -> None:
    function = compiled(form, by, backend)
    rng = np.random.default_rng(0)
    given = {name: rng.normal(size=5) + shift for name, shift in zip("az", shifts, strict=True)}
    tensors = {name: torch.from_numpy(array).requires_grad_() for name, array in given.items()}
    p, q = tensors["a"].log_softmax(0), tensors["z"].log_softmax(0)
    expected = torch.nn.functional.kl_div(q, p, log_target=True, reduction="sum")
    (exactly,) = torch.autograd.grad(expected, tensors[by])
    value, found = function.value_and_gradient(**given)
    # What is left of a value of 0.2 if the logits are rounded at 800.
    np.testing.assert_allclose(float(value), float(expected.detach()), atol=1e-12)
    np.testing.assert_allclose(np.asarray(found), exactly.numpy(), atol=1e-12)


@pytest.mark.parametrize("shift", [0.0, 90.0, -110.0])
def test_in_float32(shift: float) -> None:
    function = compile_gradient(gradient(WRITTEN[0], "z", WRITTEN[1]))
    logits = np.zeros(5, "f4")
    logits[0] = shift
    value, by = function.value_and_gradient(a=np.zeros(5, "f4"), z=logits)
    wide = logits.astype("f8")
    lse = wide.max() + np.log(np.exp(wide - wide.max()).sum())
    np.testing.assert_allclose(value, -np.log(5) - (wide - lse).mean(), rtol=2e-6, atol=1e-6)
    np.testing.assert_allclose(by, np.exp(wide - lse) - 0.2, rtol=2e-6)


@pytest.mark.parametrize("shift", [0, 800, -800])
def test_a_mean_under_softmax(shift: int) -> None:
    loss = total(z[k] * exp(a[k]), k, K) / total(exp(a[k]), k, K)
    function = compile_gradient(gradient(loss, "a", Context.of(a, z)))
    rng = np.random.default_rng(1)
    logits, values = rng.normal(size=6) + shift, rng.normal(size=6)
    p = np.exp(logits - logits.max())
    p /= p.sum()
    value, by = function.value_and_gradient(a=logits, z=values)
    np.testing.assert_allclose(value, p @ values, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(by, p * (values - p @ values), rtol=1e-11, atol=1e-14)


def test_a_mean_of_exponentials() -> None:
    loss = log(total(exp(z[k]), k, K) / K)
    function = compile_gradient(gradient(loss, "z", Context.of(z)))
    value, by = function.value_and_gradient(z=np.full(4, 1000.0))
    assert (value, by.tolist()) == (1000.0, [0.25] * 4)


SEEDS = [pytest.param(seed, marks=pytest.mark.slow if seed >= 5 else ()) for seed in range(30)]


@pytest.mark.parametrize("seed", SEEDS)
def test_random_losses(seed: int) -> None:
    assert not list(differences(seed))
