"""For tests of your own gradient functions: `assert_gradient(fn, "cross-entropy")`.

>>> import numpy as np
>>> def gradient(z, y):
...     e = np.exp(z - z.max(axis=1, keepdims=True))
...     return (e / e.sum(axis=1, keepdims=True) - y) / len(z)
>>> assert_gradient(gradient, "cross-entropy", shapes=[(4, 10)])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivlab.compile.check import check_gradient
from derivlab.compile.findings import CheckReport

__all__ = ["CheckReport", "assert_gradient", "check_gradient"]


def assert_gradient(function: Callable[..., Any], against: str, **options: Any) -> None:
    """Assert that a gradient function is right, entry by entry; see `check_gradient` for the options.

    Args:
        function: takes the arrays of the problem in its order, NumPy or torch: `f(z, y)` with shapes (N, K)
            for "cross-entropy"; returns the gradient of the mean over the batch where the problem has one.
        against: the name of a model: "softmax", "log-likelihood", "logistic", "cross-entropy".
        options: those of `check_gradient`.

    Raises:
        AssertionError: entries are wrong; the message says which, where and by how many ULP.
        UsageError: the function raises, returns another shape, changes its input, or is not
            deterministic.
    """
    __tracebackhide__ = True
    report = check_gradient(function, against, **options)
    if not report.passed:
        raise AssertionError(str(report))
