"""A compiled formula evaluated in exact balls (python-flint's arb): a value and a rigorous radius.

The naive formula is evaluated, not the stabilized one: balls have no overflow, and where a
difference cancels the precision is raised until enough digits are left. NumPy's object arrays carry
the balls through the very same compiled source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivlab.compile.function import CompiledFunction

Array = NDArray[Any]
DIGITS = 70  # bits of relative accuracy that an exact value must have
FLOOR = -1140  # an exact value below 2^FLOOR is 0 in every type here
PRECISIONS = (128, 384, 1344, 4096, 16384)


def balls(values: Array, radius: Array | float = 0.0) -> Array:
    """An object array of balls around `values`; an infinite value stays exact.

    >>> around = balls(np.array([1.0, -np.inf]), 0.5)
    >>> bool(around[0].contains(1.25)), around[1].is_exact()
    (True, True)
    """
    from flint import arb

    flat = np.asarray(values, dtype=np.float64).ravel()
    numbers = flat.tolist()
    made = np.empty(len(numbers), dtype=object)
    if np.any(radius):
        made[:] = list(map(arb, numbers, np.broadcast_to(radius, np.shape(values)).ravel().tolist()))
        for place in np.flatnonzero(np.isinf(flat)):
            made[place] = arb(numbers[place])  # with a radius, arb takes it for any number
    else:
        made[:] = list(map(arb, numbers))
    return made.reshape(np.shape(values))


def midpoints(values: Array) -> Array:
    """The balls' midpoints, rounded to float64."""
    return np.array(list(map(float, values.ravel()))).reshape(values.shape)


def radii(values: Array) -> Array:
    """The balls' radii, rounded to float64; infinite where nothing is known."""
    found = np.array([float(ball.rad()) for ball in values.ravel()]).reshape(values.shape)
    return np.where(np.isfinite(found), found, np.inf)


def evaluated(function: CompiledFunction, output: str, arrays: Mapping[str, Any], bits: int = 64) -> Array:
    """One output of a naive NumPy function, at arrays of balls (and plain integers)."""
    with _precision(bits):
        result = function.kernel(**{function.parameters[name]: array for name, array in arrays.items()})[
            output
        ]
    return np.asarray(result, dtype=object)


def exact(function: CompiledFunction, output: str, arrays: Mapping[str, Any]) -> Array:
    """One output with at least `DIGITS` correct bits in each entry (or below 2^FLOOR)."""
    for bits in PRECISIONS:
        values = evaluated(function, output, arrays, bits)
        if all(_accurate(ball) for ball in values.ravel()):
            break
    return values


def _accurate(ball: Any) -> bool:
    if not ball.is_finite():
        return False
    from flint import arb

    return ball.rel_accuracy_bits() >= DIGITS or bool(abs(ball) < arb(2) ** FLOOR)


def _precision(bits: int) -> Any:
    """flint's working precision, for a while."""
    from flint import ctx

    return ctx.workprec(bits)


def ulps(got: Array, values: Array, dtype: Any) -> Array:
    """How far `got` is from exact values, in units in the last place of `dtype`; inf for NaN.

    The unit is the spacing of `dtype` at the exact value; an exact value that overflows `dtype` is
    met by inf.
    """
    units = Unit(dtype)
    with _precision(256):
        found = [units.distance(float(x), ball) for x, ball in zip(got.ravel(), values.ravel(), strict=True)]
    return np.array(found).reshape(got.shape)


class Unit:
    """The spacing of a floating-point type."""

    def __init__(self, dtype: Any) -> None:
        info = np.finfo(dtype)
        self.mantissa, self.smallest = info.nmant, int(np.log2(float(info.smallest_normal))) - info.nmant
        self.largest = float(info.max)

    def distance(self, got: float, ball: Any) -> float:
        """|got - exact| in units; a zero that should be a number below half the smallest unit is right."""
        from flint import arb

        middle = ball.mid()
        if got != got:
            return float("inf")
        if abs(got) == float("inf"):
            return 0.0 if bool(abs(middle) > self.largest) and bool(middle > 0) == (got > 0) else float("inf")
        if not middle.is_finite():
            return float("inf")
        exponent = self.smallest if middle == 0 else max(_exponent(middle) - self.mantissa, self.smallest)
        return float(abs(arb(got) - middle) * arb(2) ** -exponent)


def _exponent(value: Any) -> int:
    """floor(log2 |value|)."""
    mantissa, exponent = value.man_exp()
    return int(exponent) + abs(int(mantissa)).bit_length() - 1
