"""A result beside the right values: which entry is most wrong, and whether a sign or a factor explains it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LARGEST = 12  # numerator and denominator of a factor that is told


@dataclass(frozen=True)
class Mistake:
    """A result that is wrong.

    Attributes:
        told: what is wrong, after the name of the function.
        kind: "shape", "not finite", "sign", "factor", "transposed" or "values".
        hint: what to look at again.
    """

    told: str
    kind: str
    hint: str = ""


def mistake(got: Array, middle: Array, permitted: Array) -> Mistake | None:
    """What is wrong with a result, or None; `middle` has the right values, `permitted` the errors.

    >>> right = np.array([1.0, 2.0])
    >>> mistake(right, right, 0 * right) is None
    True
    >>> mistake(-right, right, 0 * right).kind
    'sign'
    """
    if got.shape != middle.shape:
        return Mistake(f"returns shape {got.shape}, expected {middle.shape}", "shape")
    with np.errstate(invalid="ignore"):
        wrong = ~(np.abs(got - middle) <= permitted)
    if not wrong.any():
        return None
    with np.errstate(invalid="ignore"):
        off = np.where(np.isfinite(got), np.abs(got - middle), np.inf)
    entry = np.unravel_index(int(np.where(wrong, off, -1).argmax()), got.shape)
    place = f"entry {list(map(int, entry))} is" if got.ndim else "it is"
    one, other = _apart(float(got[entry]), float(middle[entry]))
    told = f"is wrong: {place} {one}, exactly {other}" + (" (counted from 0)" if got.ndim else "")
    if not np.isfinite(got).all():
        return Mistake(told, "not finite", "it overflows or divides by zero; shift the exponents")
    return _explained(told, got, middle, permitted)


def _apart(one: float, other: float) -> tuple[str, str]:
    """Two different numbers with as many digits as tell them apart."""
    for digits in (6, 9, 12):
        if f"{one:.{digits}g}" != f"{other:.{digits}g}":
            return f"{one:.{digits}g}", f"{other:.{digits}g}"
    return f"{one:.17g}", f"{other:.17g}"


def _explained(told: str, got: Array, middle: Array, permitted: Array) -> Mistake:
    if got.ndim == 2 and got.shape[0] == got.shape[1] and (np.abs(got.T - middle) <= permitted).all():
        return Mistake(told, "transposed", "it is the transpose of the right result")
    factor = _factor(got, middle)
    if factor is None or not (np.abs(got - float(factor) * middle) <= permitted + 1e-6 * np.abs(got)).all():
        return Mistake(told, "values")
    if factor == -1:
        return Mistake(told, "sign", "it has the opposite sign of the right result")
    return Mistake(told, "factor", f"it is {factor} times the right result")


def _factor(got: Array, middle: Array) -> Fraction | None:
    """The factor between the largest entries, if it is one that people forget, such as 2 or 1/3."""
    at = np.unravel_index(int(np.abs(middle).argmax()), middle.shape)
    if not middle[at] or np.count_nonzero(middle) < 2:
        return None
    ratio = float(got[at] / middle[at])
    factor = Fraction(ratio).limit_denominator(LARGEST)
    near = abs(ratio - float(factor)) <= 1e-6 * abs(ratio)
    return factor if near and factor not in (0, 1) and abs(factor) <= LARGEST else None
