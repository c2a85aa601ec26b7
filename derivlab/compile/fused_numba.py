"""The loops of `fused` for the backend "fast": float32 NumPy arrays, float64 inside.

Each takes the arrays by role and the array to write the gradient to, and returns the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from derivlab.compile import fast_kernels, fast_logistic
from derivlab.errors import UsageError

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
    return np.float32(_of_classes(loss, classes, size) / rows)


def entropies(given: Arrays, out: Any) -> Any:
    """The cross-entropy of each row."""
    z, labels, classes = given["z"], *_labels(given)
    values = np.empty(len(z))
    loop = fast_kernels.cross_entropy_classes if classes else fast_kernels.cross_entropy_rows
    _of_classes(loop(z, labels, 1.0, values, out), classes, z.shape[1])
    return values.astype(np.float32)


def entropy(given: Arrays, out: Any) -> Any:
    """The cross-entropy of one vector."""
    return entropies({role: array[None] for role, array in given.items()}, out[None])[0]


def logistic(given: Arrays, out: Any) -> Any:
    """The regularized logistic loss."""
    theta, x, y = given["theta"], given["x"], given["y"]
    return np.float32(fast_logistic.logistic(theta, x, y, float(given["lambda"]), out))


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


LOOPS: dict[str, Callable[[Arrays, Any], Any]] = {
    loop.__name__: packed(loop) for loop in (mean_entropy, entropies, entropy, logistic)
}
