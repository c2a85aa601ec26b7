"""The few array functions that generated torch source calls by name."""

from __future__ import annotations

from typing import Any

import torch


def exp_of_difference(exponent: Any, shift: Any) -> Any:
    """exp(exponent - shift), with the rounding of the difference made good (see `special`)."""
    if exponent.dtype == torch.float32:
        return (exponent.double() - shift).exp_().float()
    difference = exponent - shift
    back = difference - exponent
    error = (exponent - (difference - back)) - (shift + back)
    value = torch.exp(difference)
    return torch.addcmul(value, value, torch.nan_to_num(error, nan=0.0))


def sum_without_largest(values: Any, dim: int) -> Any:
    """The sum along a dimension without one largest entry: no rounding against the largest."""
    places = values.argmax(dim=dim, keepdim=True)
    return values.scatter(dim, places, 0).sum(dim=dim)
