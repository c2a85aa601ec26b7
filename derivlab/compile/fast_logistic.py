"""The regularized logistic loss and its gradient in one pass over x: float32 arrays, compiled by numba.

What the loop waits for is memory. A block of rows stays in the cache between its two uses (margins,
then gradient); while the gradient takes up one block, the margins of the next are computed and rows
further on are asked for, so that memory never rests. See `fast_kernels` for what the loops assume.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit
from numba.core import cgutils, types
from numba.extending import intrinsic

from derivlab.compile.fast_kernels import SUMS, exp_of_negative, residual

ROWS = 128  # of x at a time
AHEAD = 8  # rows from the one that is read to the one that is asked for
LINE = 16  # float32 numbers that come from memory together


@intrinsic  # type: ignore[untyped-decorator]
def prefetch(typing_context: Any, array: Any, place: Any) -> Any:
    """Ask for the cache line of `array[place]`; a place outside of the array does nothing."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        pointer, whole = ir.IntType(8).as_pointer(), ir.IntType(32)
        address = builder.bitcast(builder.gep(data, [arguments[1]]), pointer)
        kind = ir.FunctionType(ir.VoidType(), [pointer, whole, whole, whole])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(function, [address, whole(0), whole(3), whole(1)])
        return context.get_dummy_value()

    return types.void(array, place), generate


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def margins(x: Any, theta: Any, t: Any) -> None:
    """t = x @ theta."""
    for n in range(x.shape[0]):
        row = x[n]
        total = np.float32(0)
        for j in range(row.size):
            total += row[j] * theta[j]
        t[n] = total


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def residuals(t: Any, y: Any, r: Any) -> Any:
    """r = σ(t) - y; returns the sum of the losses max(t, 0) - y·t + log(1 + exp(-|t|)).

    The logarithms of factors that are not near 1 are taken of their product, all at once.
    """
    loss = 0.0
    for n in range(t.size):
        e = exp_of_negative(-abs(t[n]))
        label = np.float64(y[n])
        upper = 1.0 if t[n] >= 0 else e
        r[n] = residual(upper, label, e) / (1.0 + e)
        loss += max(t[n], 0.0) - label * t[n]
        loss += e - e * e * (0.5 - e * (1 / 3 - e * 0.25)) if e < 1e-3 else 0.0
        t[n] = 1.0 if e < 1e-3 else 1.0 + e
    product = 1.0
    for n in range(t.size):
        product *= t[n]
    return loss + math.log(product)


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def accumulate(x: Any, r: Any, total: Any) -> None:
    """total += xᵀ r, four rows at a time."""
    fours = x.shape[0] // 4 * 4
    for n in range(0, fours, 4):
        a, b, c, d = x[n], x[n + 1], x[n + 2], x[n + 3]
        p, q, s, t = r[n], r[n + 1], r[n + 2], r[n + 3]
        for j in range(total.size):
            total[j] += (p * a[j] + q * b[j]) + (s * c[j] + t * d[j])
    for n in range(fours, x.shape[0]):
        a, p = x[n], r[n]
        for j in range(total.size):
            total[j] += p * a[j]


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def advance(old: Any, r: Any, total: Any, new: Any, theta: Any, t: Any) -> None:
    """total += oldᵀ r and t = new @ theta, for blocks of `ROWS` rows that follow each other."""
    size, flat = total.size, new.reshape(new.size)
    for n in range(0, ROWS, 2):
        a, b, c, d, p, q = old[n], old[n + 1], new[n], new[n + 1], r[n], r[n + 1]
        for k in range((n + AHEAD) * size, (n + AHEAD + 2) * size, LINE):
            prefetch(flat, k)
        first = second = np.float32(0)
        for j in range(size):
            total[j] += p * a[j] + q * b[j]
            first += c[j] * theta[j]
            second += d[j] * theta[j]
        t[n], t[n + 1] = first, second


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def logistic(theta: Any, x: Any, y: Any, strength: Any, gradient: Any) -> Any:
    """The regularized logistic loss; its gradient is written to `gradient`."""
    rows, size = x.shape
    t, r = np.empty(ROWS), np.empty(ROWS, np.float32)
    block, total, loss = np.empty(size, np.float32), np.zeros(size), 0.0
    margins(x[:ROWS], theta, t)
    for start in range(0, rows, ROWS):
        stop, after = min(rows, start + ROWS), min(rows, start + 2 * ROWS)
        n = stop - start
        loss += residuals(t[:n], y[start:stop], r[:n])
        block[:] = 0
        if after == start + 2 * ROWS:
            advance(x[start:stop], r, block, x[stop:after], theta, t)
        else:
            accumulate(x[start:stop], r[:n], block)
            margins(x[stop:after], theta, t)
        for j in range(size):
            total[j] += block[j]
    squares = 0.0
    for j in range(size):
        weight = np.float64(theta[j])
        gradient[j] = total[j] / rows + strength * weight
        squares += weight * weight
    return loss / rows + strength / 2 * squares
