"""The regularized logistic loss and its gradient in one pass over x: float32 arrays, compiled by numba.

What the loop waits for is memory, which delivers more to several readers than to one: the rows are cut
into parts that are read side by side. A block of a few rows of each part stays in the nearest cache
between its two uses (margins, then gradient); while the gradient takes up one block, the margins of the
next are computed, so that memory never rests. See `fast_kernels` for what the loops assume.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from derivlab.compile.fast_kernels import SUMS, exp_of_negative, residual
from derivlab.compile.fast_lanes import ROWS, STREAMS, advance_rows

BLOCK = STREAMS * ROWS
FLOAT32 = 128  # rows that are summed in float32 before the sum goes on in float64
FEW = 512  # rows that come as fast out of the cache in one part
MANY = 1 << 22  # numbers in x that do not come out of the cache
PERIOD, APART = 1 << 15, 1 << 13  # numbers: parts a power of two apart wait for the same bank of memory


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
    """r = σ(t) - y; the losses are max(t, 0) - y·t + log(1 + exp(-|t|)), here without some logarithms.

    Returns their sum and the product of the 1 + exp(-|t|) that are not near 1, at most 2 each, whose
    logarithm is still to be added: one for many rows. Overwrites t.
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
    return loss, product


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
def flush(block: Any, total: Any) -> None:
    """total += block, which begins again at 0."""
    for j in range(total.size):
        total[j] += block[j]
        block[j] = 0


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def one_part(theta: Any, x: Any, y: Any, total: Any) -> Any:
    """The sum of the losses; total += xᵀ r."""
    rows, loss = x.shape[0], 0.0
    t, r, block = np.empty(FLOAT32), np.empty(FLOAT32, np.float32), np.zeros(theta.size, np.float32)
    for start in range(0, rows, FLOAT32):
        stop = min(rows, start + FLOAT32)
        n = stop - start
        margins(x[start:stop], theta, t)
        more, product = residuals(t[:n], y[start:stop], r)
        loss += more + math.log(product)
        accumulate(x[start:stop], r, block)
        flush(block, total)
    return loss


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def all_parts(theta: Any, x: Any, y: Any, part: Any, total: Any) -> Any:
    """The sum of the losses of `STREAMS` parts of `part` rows each, a multiple of `ROWS`; total += xᵀ r."""
    size, flat, loss, product = theta.size, x.reshape(x.size), 0.0, 1.0
    t, r, labels = np.empty(BLOCK), np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    block = np.zeros(size, np.float32)
    for k in range(STREAMS):
        margins(x[k * part : k * part + ROWS], theta, t[k * ROWS :])
    for start in range(0, part, ROWS):
        for k in range(STREAMS):
            for n in range(ROWS):
                labels[k * ROWS + n] = y[k * part + start + n]
        more, factor = residuals(t, labels, r)
        loss, product = loss + more, product * factor
        if start + ROWS < part:
            for n in range(start, start + ROWS):
                places = (n * size, (n + ROWS) * size)
                advance_rows(flat, places, part * size, n - start, r, block, theta, t)
        else:
            for k in range(STREAMS):
                accumulate(x[k * part + start : (k + 1) * part], r[k * ROWS :], block)
        if (start + ROWS) * STREAMS % FLOAT32 == 0 or start + ROWS == part:
            loss, product = loss + math.log(product), 1.0
            flush(block, total)
    return loss


@njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def rows_of_part(rows: Any, size: Any) -> Any:
    """How many rows each of the parts has: a multiple of `ROWS`, 0 where one part is as fast.

    Where x comes from memory, the parts lie `APART` from a multiple of `PERIOD` apart, or nearly so:
    at N = 2^20, d = 128 that halves the time. What is then left of x is read in one part.
    """
    if rows <= FEW:
        return 0
    part = rows // BLOCK * ROWS
    if rows * size > MANY:
        part -= (part * size - APART) % PERIOD // size // ROWS * ROWS
    return part


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def logistic(theta: Any, x: Any, y: Any, strength: Any, gradient: Any) -> Any:
    """The regularized logistic loss; its gradient is written to `gradient`."""
    rows, size = x.shape
    total, loss = np.zeros(size), 0.0
    part = rows_of_part(rows, size)
    done = STREAMS * part
    if part:
        loss += all_parts(theta, x, y, part, total)
    if done < rows:
        loss += one_part(theta, x[done:], y[done:], total)
    squares = 0.0
    for j in range(size):
        weight = np.float64(theta[j])
        gradient[j] = total[j] / rows + strength * weight
        squares += weight * weight
    return loss / rows + strength / 2 * squares
