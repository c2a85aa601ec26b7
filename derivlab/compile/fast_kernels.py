"""Loops over float32 arrays, compiled by numba: one pass, float64 inside, rounded once.

They compute what `derivlab.compile.fused` states as formulas. Only `fused` imports this module, so
numba is needed by nothing else. The exponential is a polynomial without branches or table, which
the compiler turns into vector instructions; its relative error of 1e-13 is far below the rounding
to float32, also where p - y cancels.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

# Sums may be reassociated (that is what vectorizes them); NaN and infinity keep their meaning.
SUMS = {"reassoc", "contract", "nsz"}
SHORT = {*SUMS, "nnan"}  # where a NaN is found elsewhere: it lets the largest entry be found in vectors
LOG2_E = 1.4426950408889634
LN2 = 0.6931471805599453
ROUND = 6755399441055744.0  # 1.5·2^52: adding it rounds to a whole number, held in the low bits
UNDERFLOW = -708.0
SMALL, LARGE = 1e-5, 1e250
FAR = 1e300  # instead of inf: times a weight of 0 it is 0, and rounded to float32 it is inf
NO_CLASS, SHARED = -1.0, -2.0  # instead of a loss, which is never negative
# exp(r) = 1 + r + E2·r² + … + E9·r^9 for |r| <= ln 2 / 2, to a relative 4e-14: interpolated at Chebyshev's
# nodes, exact at 0.
E2, E3, E4 = 0.49999999999797934, 0.16666666666648303, 0.041666666890957
E5, E6, E7 = 0.008333333353717156, 0.0013888821677630362, 0.0001984120875699232
E8, E9 = 2.4876164022625967e-05, 2.7625102005388108e-06
BLOCK = 2048  # entries of short rows that are exponentiated in one loop


@njit(error_model="numpy", fastmath={"contract", "nsz"}, cache=True)  # type: ignore[untyped-decorator]
def exp_of_negative(d: Any) -> Any:
    """exp(d) for d <= 0, in float64: 2^n times a polynomial in the rest, |rest| <= ln 2 / 2.

    The polynomial's parts are computed side by side: what a loop of these waits for is not the number of
    operations but how many of them follow each other.
    """
    d = max(d, UNDERFLOW)
    shifted = d * LOG2_E + ROUND
    r = d - (shifted - ROUND) * LN2
    s = r * r
    low = (1.0 + r) + (E2 + E3 * r) * s
    middle = (E4 + E5 * r) + (E6 + E7 * r) * s
    high = E8 + E9 * r
    p = low + (middle + high * (s * s)) * (s * s)
    power = (np.float64(shifted).view(np.int64) + np.int64(1023)) << np.int64(52)
    return p * np.int64(power).view(np.float64)


@njit(error_model="numpy", fastmath=False, cache=True)  # type: ignore[untyped-decorator]
def residual(e: Any, weight: Any, rest: Any) -> Any:
    """(e - weight) - weight·rest, in this order: where e = weight = 1 all that is left is -rest.

    `fastmath=False` is said, because numba lets a function inherit what its first caller has.
    """
    return (e - weight) - weight * rest


@njit(error_model="numpy", fastmath=False, cache=True)  # type: ignore[untyped-decorator]
def without_one(rest: Any, tops: Any) -> Any:
    """rest + (tops - 1), in this order: the rest may be far below the rounding of 1."""
    return rest + (tops - 1.0)


@njit(error_model="numpy", fastmath={"reassoc", "nsz", "nnan"}, cache=True)  # type: ignore[untyped-decorator]
def largest(row: Any) -> Any:
    """The largest entry of a row."""
    found = row[0]
    for k in range(row.size):
        found = max(found, row[k])
    return np.float64(found)


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def others(e: Any, total: Any) -> Any:
    """The sum without one largest entry, which is 1: total - 1 where that cancels nothing."""
    if total - 1.0 > SMALL or total != total:
        return total - 1.0
    rest = tops = 0.0
    for k in range(e.size):
        rest += e[k] if e[k] < 1.0 else 0.0
        tops += 1.0 if e[k] == 1.0 else 0.0
    return without_one(rest, tops)


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def exponentials(row: Any, top: Any, e: Any) -> Any:
    """Write exp(row - top) to e; return its sum."""
    total = 0.0
    for k in range(row.size):
        value = exp_of_negative(np.float64(row[k]) - top)
        e[k] = value
        total += value
    return total


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def finish_row(row: Any, labels: Any, top: Any, e: Any, rest: Any, scale: Any, out: Any) -> Any:
    """The gradient (p - y)·scale of a row, and its loss; a label of 0 takes no part in it."""
    logarithm = math.log1p(rest)
    factor = scale / (1.0 + rest)
    value = 0.0
    for k in range(row.size):
        weight = np.float64(labels[k])
        distance = min(top - np.float64(row[k]), FAR)
        value += weight * (distance + logarithm)
        out[k] = residual(e[k], weight, rest) * factor
    return value


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def finish_class(row: Any, label: Any, top: Any, e: Any, rest: Any, scale: Any, out: Any) -> Any:
    """The gradient (p - one-hot)·scale of a row with a class label, and its loss."""
    factor, distance = scale / (1.0 + rest), top - np.float64(row[label])  # `out` may be the row itself
    for k in range(row.size):
        out[k] = e[k] * factor
    out[label] = residual(e[label], 1.0, rest) * factor
    return distance + math.log1p(rest)


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def cross_entropy_rows(z: Any, y: Any, scale: Any, values: Any, out: Any) -> Any:
    """values[n] = -Σ_k y log p, out[n, k] = (p - y)·scale; returns the sum of the values."""
    e, loss = np.empty(z.shape[1]), 0.0
    for n in range(z.shape[0]):
        top = largest(z[n])
        rest = others(e, exponentials(z[n], top, e))
        values[n] = finish_row(z[n], y[n], top, e, rest, scale, out[n])
        loss += values[n]
    return loss


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def cross_entropy_classes(z: Any, classes: Any, scale: Any, values: Any, out: Any) -> Any:
    """values[n] = -log p[class], out[n, k] = (p - one-hot)·scale; returns the sum of the values.

    A class outside 0..K-1 ends the loop with `NO_CLASS`.
    """
    e, loss = np.empty(z.shape[1]), 0.0
    for n in range(z.shape[0]):
        if classes[n] < 0 or classes[n] >= z.shape[1]:
            return NO_CLASS
        top = largest(z[n])
        rest = others(e, exponentials(z[n], top, e))
        values[n] = finish_class(z[n], classes[n], top, e, rest, scale, out[n])
        loss += values[n]
    return loss


@njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def shared(out: Any, given: Any) -> Any:
    """Whether two arrays without gaps share memory."""
    start, at = out.ctypes.data, given.ctypes.data
    return start < at + given.size * given.itemsize and at < start + out.size * out.itemsize


@njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def apart(out: Any, z: Any, labels: Any) -> Any:
    """Whether `out` shares no memory with what is read; it may be z itself."""
    return not shared(out, labels) and (out.ctypes.data == z.ctypes.data or not shared(out, z))


# Rows of few entries: what a loop over them costs for each row (slices, a logarithm) is more than
# their arithmetic. So they lie end to end in a block, are exponentiated in one loop, and the
# logarithms of 1 + rest are taken of products. Unsigned places need no test for negative ones.


@njit(error_model="numpy", fastmath=SHORT, cache=True)  # type: ignore[untyped-decorator]
def short_shifted(z: Any, start: Any, count: Any, size: Any, tops: Any, d: Any) -> None:
    """Write z - largest of its row for `count` rows of `size` entries from place `start`."""
    for n in range(count):
        at, to = start + np.uint64(n) * size, np.uint64(n) * size
        top = z[at]
        for k in range(size):
            top = max(top, z[at + k])
        shift = np.float64(top)
        tops[n] = shift
        for k in range(size):
            d[to + k] = np.float64(z[at + k]) - shift


@njit(error_model="numpy", fastmath=SHORT, cache=True)  # type: ignore[untyped-decorator]
def short_exponentials(e: Any, many: Any) -> None:
    """Turn the first `many` entries, none above 0, into their exponentials."""
    for place in range(many):
        e[place] = exp_of_negative(e[place])


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def short_distances(d: Any, labels: Any, start: Any, many: Any) -> Any:
    """-Σ label·d, for d <= 0; a label of 0 takes no part in it."""
    loss = 0.0
    for place in range(many):
        loss -= np.float64(labels[start + place]) * max(d[place], -FAR)
    return loss


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def short_others(e: Any, at: Any, size: Any) -> Any:
    """The sum of `size` entries from `at` without one largest, which is 1."""
    total = 0.0
    for k in range(size):
        total += e[at + k]
    if total - 1.0 > SMALL or total != total:
        return total - 1.0
    rest = tops = 0.0
    for k in range(size):
        rest += e[at + k] if e[at + k] < 1.0 else 0.0
        tops += 1.0 if e[at + k] == 1.0 else 0.0
    return without_one(rest, tops)


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def short_classes(z: Any, classes: Any, scale: Any, out: Any) -> Any:
    """Like `cross_entropy_classes`, for short rows, without the value of each.

    `SHARED` where `out` shares memory with what is read, unless it is z itself; nothing is written then.
    """
    if not apart(out, z, classes):
        return SHARED
    rows, size = np.uint64(z.shape[0]), np.uint64(z.shape[1])
    many = np.uint64(max(1, BLOCK // z.shape[1]))
    flat, result = z.reshape(z.size), out.reshape(out.size)
    e, tops, loss, product, start = np.empty(many * size), np.empty(many), 0.0, 1.0, np.uint64(0)
    while start < rows:
        count = min(many, rows - start)
        short_shifted(flat, start * size, count, size, tops, e)
        short_exponentials(e, count * size)
        for n in range(count):
            at = np.uint64(n) * size
            to, label = start * size + at, np.uint64(classes[start + np.uint64(n)])
            if label >= size:  # a negative one is very large as an unsigned number
                return NO_CLASS
            rest = short_others(e, at, size)
            factor = scale / (1.0 + rest)
            loss += tops[n] - np.float64(flat[to + label])  # before `out`, which may be z itself
            for k in range(size):
                result[to + k] = e[at + k] * factor
            result[to + label] = residual(e[at + label], 1.0, rest) * factor
            if rest > SMALL:
                product *= 1.0 + rest
            else:
                loss += math.log1p(rest)
            if product > LARGE:
                loss += math.log(product)
                product = 1.0
        start += count
    return loss + math.log(product)


@njit(error_model="numpy", fastmath=SUMS, cache=True)  # type: ignore[untyped-decorator]
def short_rows(z: Any, y: Any, scale: Any, out: Any) -> Any:
    """Like `cross_entropy_rows`, for short rows, without the value of each; `SHARED` as above."""
    if not apart(out, z, y):
        return SHARED
    rows, size = np.uint64(z.shape[0]), np.uint64(z.shape[1])
    many = np.uint64(max(1, BLOCK // z.shape[1]))
    flat, labels, result = z.reshape(z.size), y.reshape(y.size), out.reshape(out.size)
    e, tops, loss, product, start = np.empty(many * size), np.empty(many), 0.0, 1.0, np.uint64(0)
    while start < rows:
        count = min(many, rows - start)
        short_shifted(flat, start * size, count, size, tops, e)
        loss += short_distances(e, labels, start * size, count * size)
        short_exponentials(e, count * size)
        for n in range(count):
            at = np.uint64(n) * size
            to = start * size + at
            rest, weights = short_others(e, at, size), 0.0
            factor = scale / (1.0 + rest)
            for k in range(size):
                weight = np.float64(labels[to + k])
                weights += weight
                result[to + k] = residual(e[at + k], weight, rest) * factor
            if weights == 1.0 and rest > SMALL:
                product *= 1.0 + rest
            else:
                loss += weights * math.log1p(rest)
            if product > LARGE:
                loss += math.log(product)
                product = 1.0
        start += count
    return loss + math.log(product)
