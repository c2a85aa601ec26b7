"""The loops of `fused` for the backend "fast": float32 NumPy arrays, float64 inside.

Each takes the arrays by role and the array to write the gradient to, and returns the value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from derivlab.compile import fast_kernels, fast_logistic
from derivlab.errors import UsageError

LARGEST = float(np.finfo(np.float32).max)
SHORT_ROW = 64  # entries; longer rows are worth a loop of their own
Arrays = Mapping[str, Any]


def mean_entropy(given: Arrays, out: Any) -> Any:
    """The mean cross-entropy of rows."""
    z, labels, classes = given["z"], *_labels(given)
    rows, size = z.shape
    if size > SHORT_ROW:
        values = np.empty(rows)
        loop = fast_kernels.cross_entropy_classes if classes else fast_kernels.cross_entropy_rows
        loss = loop(z, labels, 1 / rows, values, out)
    else:
        short = fast_kernels.short_classes if classes else fast_kernels.short_rows
        loss = short(z, labels, 1 / rows, out)
    return _single(_of_classes(loss, classes, size) / rows)


def entropies(given: Arrays, out: Any) -> Any:
    """The cross-entropy of each row."""
    z, labels, classes = given["z"], *_labels(given)
    values = np.empty(len(z))
    loop = fast_kernels.cross_entropy_classes if classes else fast_kernels.cross_entropy_rows
    _of_classes(loop(z, labels, 1.0, values, out), classes, z.shape[1])
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def entropy(given: Arrays, out: Any) -> Any:
    """The cross-entropy of one vector."""
    return entropies({role: array[None] for role, array in given.items()}, out[None])[0]


def logistic(given: Arrays, out: Any) -> Any:
    """The regularized logistic loss."""
    theta, x, y, strength = given["theta"], given["x"], given["y"], float(given["lambda"])
    value = fast_logistic.logistic(theta, x, y, strength, out)
    if not (math.isfinite(value) and np.isfinite(out).all()):
        value = _logistic_in_double(theta, x, y, strength, out)
    return _single(value)


def _logistic_in_double(theta: Any, x: Any, y: Any, strength: float, out: Any) -> float:
    """The same where a sum is too large for float32, or NaN."""
    with np.errstate(all="ignore"):
        weights = theta.astype(np.float64)
        t = np.einsum("nd,d->n", x, weights)
        e = np.exp(-np.abs(t))
        losses = np.maximum(t, 0) - y * t + np.log1p(e)
        residuals = np.where(t >= 0, 1, e) / (1 + e) - y
        out[...] = np.einsum("nd,n->d", x, residuals) / len(x) + strength * weights
        return float(losses.mean() + strength / 2 * (weights @ weights))


def _single(value: float) -> Any:
    """In float32; what is too large for it is infinite, without a warning."""
    return np.float32(math.copysign(math.inf, value) if abs(value) > LARGEST else value)


def _labels(given: Arrays) -> tuple[Any, bool]:
    return (given["class"], True) if "class" in given else (given["y"], False)


def _of_classes(loss: float, classes: bool, size: int) -> float:
    if classes and loss == fast_kernels.NO_CLASS:
        raise UsageError(f"class labels run from 0 to {size - 1}")
    return loss


def packed(loop: Callable[[Arrays, Any], Any]) -> Callable[[Arrays, Any], Any]:
    """The loop for arrays in any layout; the loops of numba want theirs without gaps."""

    def run(given: Arrays, out: Any) -> Any:
        for array in given.values():
            if not array.flags.c_contiguous:
                given = {role: array.copy() for role, array in given.items()}
                break
        if out.flags.c_contiguous:
            return loop(given, out)
        buffer = np.empty(out.shape, out.dtype)
        value = loop(given, buffer)
        out[...] = buffer
        return value

    return run


def classes_at_once(z: Any, classes: Any, out: Any) -> tuple[Any, Any] | None:
    """The mean cross-entropy of short rows and its gradient; None where another loop is for it."""
    rows, size = z.shape
    if not rows or not 0 < size <= SHORT_ROW or not (z.flags.c_contiguous and classes.flags.c_contiguous):
        return None
    out = _gapless(z, out)
    loss = None if out is None else fast_kernels.short_classes(z, classes, 1 / rows, out)
    return None if loss is None or loss < 0 else (_single(loss / rows), out)


def weights_at_once(z: Any, y: Any, out: Any) -> tuple[Any, Any] | None:
    """Like `classes_at_once`, for labels of the shape of z."""
    rows, size = z.shape
    if not rows or not 0 < size <= SHORT_ROW or not (z.flags.c_contiguous and y.flags.c_contiguous):
        return None
    out = _gapless(z, out)
    loss = None if out is None else fast_kernels.short_rows(z, y, 1 / rows, out)
    return None if loss is None or loss == fast_kernels.SHARED else (_single(loss / rows), out)


def _gapless(z: Any, out: Any) -> Any:
    """The array to write to, a new one if there is none; None if it lies with gaps."""
    if out is None:
        return np.empty(z.shape, z.dtype)
    return out if out.flags.c_contiguous else None


LOOPS: dict[str, Callable[[Arrays, Any], Any]] = {
    loop.__name__: packed(loop) for loop in (mean_entropy, entropies, entropy, logistic)
}
