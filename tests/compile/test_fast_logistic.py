"""The logistic loss in one pass over x: at the edges of its blocks, with x from memory; its exponential."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

from mpmath import mp, mpf

from derivlab.calculus import gradient
from derivlab.compile import compile_gradient, fast_kernels, fast_lanes, fast_logistic
from derivlab.errors import UsageError
from derivlab.models import MODELS

STRENGTH = 0.1


@cache
def compiled() -> Any:
    model = MODELS["logistic"]
    return compile_gradient(gradient(model.objective, "theta", model.context), "fast")


def ours(theta: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Value and gradient by the loop."""
    value, by = compiled().value_and_gradient(theta=theta, x=x, y=y, **{"lambda": STRENGTH})
    return value, by


def reference(theta: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Value and gradient as the formulas stand, in float64."""
    weights = theta.astype("f8")
    margins = np.einsum("nd,d->n", x, weights)
    losses = np.logaddexp(0, margins) - y * margins
    residuals = 1 / (1 + np.exp(-margins)) - y
    by = np.einsum("nd,n->d", x, residuals) / len(x) + STRENGTH * weights
    return losses.mean() + STRENGTH / 2 * weights @ weights, by


def agree(theta: Any, x: Any, y: Any) -> None:
    value, by = ours(theta, x, y)
    expected, exactly = reference(theta, x, y)
    np.testing.assert_allclose(value, expected, rtol=1e-6)
    np.testing.assert_allclose(by, exactly, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 12, 15, 31])
@pytest.mark.parametrize("rows", [1, 127, 128, 129, 300, 512, 513, 519, 520, 521, 527, 528, 529, 1100])
def test_at_the_edges_of_its_blocks(rows: int, size: int) -> None:
    rng = np.random.default_rng(rows)
    x = rng.normal(size=(rows, 2 * size)).astype("f4")[:, ::2]
    agree(rng.normal(size=size).astype("f4"), x, (rng.random(rows) < 0.5).astype("f4"))


@pytest.mark.parametrize(("rows", "size"), [(1 << 17, 64), (1 << 14, 512), (600, 9000), (5000001, 1)])
def test_where_x_comes_from_memory(rows: int, size: int) -> None:
    rng = np.random.default_rng(rows)
    x = rng.standard_normal((rows, size), dtype="f4")
    theta = rng.standard_normal(size, dtype="f4") / np.float32(size) ** 0.5
    agree(theta, x, (rng.random(rows) < 0.5).astype("f4"))


@pytest.mark.parametrize("row", [0, 511, 513, 1023, 1029])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_of_any_row_are_seen(row: int, bad: float) -> None:
    rng = np.random.default_rng(row)
    x, y = rng.normal(size=(1030, 9)).astype("f4"), (rng.random(1030) < 0.5).astype("f4")
    x[row, 8] = bad
    by = np.empty(9, "f4")
    value = fast_logistic.logistic(np.ones(9, "f4"), x, y, STRENGTH, by)
    assert not np.isfinite(value) and not np.isfinite(by[8])
    with pytest.raises(UsageError, match=re.escape(f"'x' is {bad} at [{row}, 8]")):
        ours(np.ones(9, "f4"), x, y)


@pytest.mark.parametrize(("rows", "size"), [(1 << 20, 128), (1 << 17, 1024), (10**6, 100), (10**5, 100)])
def test_parts_of_x_are_no_power_of_two_apart(rows: int, size: int) -> None:
    part = fast_logistic.rows_of_part(rows, size)
    assert part % fast_lanes.ROWS == 0
    assert 0 <= rows - fast_lanes.STREAMS * part < rows / 50
    apart = part * size % fast_logistic.PERIOD - fast_logistic.APART
    assert 0 <= apart < fast_lanes.ROWS * size


def test_the_exponential_is_right_to_thirteen_digits_and_exact_at_0() -> None:
    rng = np.random.default_rng(0)
    distances = -np.abs(rng.normal(size=4000)) * 10.0 ** rng.uniform(-15, 2.5, 4000)
    halves = -(np.arange(1000) + 0.5) * float(mp.log(2))  # where the rest is largest
    for d in (*distances, *halves):
        found = fast_kernels.exp_of_negative(float(d))
        assert abs(mpf(float(found)) / mp.exp(mpf(float(d))) - 1) < 1e-13
    assert fast_kernels.exp_of_negative(0.0) == 1
    assert fast_kernels.exp_of_negative(-np.inf) < 1e-300
    assert np.isnan(fast_kernels.exp_of_negative(np.nan))
