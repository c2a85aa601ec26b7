"""The few array functions that generated NumPy source calls by name."""

from __future__ import annotations

from typing import Any

import numpy as np


def erf(values: Any) -> Any:
    """The error function, entry by entry, in the type of `values` (torch's, on the same memory).

    >>> float(erf(np.array([0.0]))[0])
    0.0
    """
    import torch

    array = np.ascontiguousarray(values)
    return torch.erf(torch.from_numpy(array)).numpy().reshape(np.shape(values))


def rounded_exp(values: Any) -> Any:
    """exp, right to the last place also in float32, where NumPy's own is off by up to 2.5 units.

    >>> rounded_exp(np.float32(0))
    np.float32(1.0)
    """
    if getattr(values, "dtype", None) == np.float32:
        return np.exp(values.astype(np.float64)).astype(np.float32)
    return np.exp(values)


def exp_of_difference(exponent: Any, shift: Any) -> Any:
    """exp(exponent - shift), with the rounding of the difference made good.

    float32 is computed in float64. For float64 the two-sum (Knuth) gives d + f = exponent - shift
    exactly; then exp(d) + exp(d)·f is right up to f².

    >>> float(exp_of_difference(np.float64(2.0), np.float64(2.0)))
    1.0
    """
    if getattr(exponent, "dtype", None) == np.float32:
        return np.exp(exponent.astype(np.float64) - shift).astype(np.float32)
    with np.errstate(invalid="ignore"):
        difference = exponent - shift
        back = difference - exponent
        error = (exponent - (difference - back)) - (shift + back)
        value = np.exp(difference)
        # At -inf the two-sum is NaN, and the exponential is 0 anyway.
        return value + value * np.where(np.isfinite(error), error, 0)


def sum_without_largest(values: Any, axis: int) -> Any:
    """The sum along an axis without one largest entry: no rounding against the largest.

    >>> sum_without_largest(np.array([1.0, 1e-20, 1.0]), axis=0)
    np.float64(1.0)
    """
    places = np.expand_dims(values.argmax(axis=axis), axis)
    others = values.copy()
    np.put_along_axis(others, places, 0, axis)
    return others.sum(axis=axis)
