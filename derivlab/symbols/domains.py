"""The set of values that a variable may take."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy


@dataclass(frozen=True)
class Domain:
    """An interval of reals, a finite set of values, or an index range.

    Attributes:
        low, high: bounds, None for unbounded.
        low_open, high_open: whether the bound itself is excluded.
        nonzero: whether 0 is excluded.
        values: the finite set of values, e.g. (0, 1); None for an interval.
        whole: whether the values are whole numbers; proofs do not use it, points respect it.
        index_of: for a class label such as y_i in {1..K}: the size K.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    nonzero: bool = False
    values: tuple[Fraction, ...] | None = None
    index_of: sympy.Expr | None = None
    whole: bool = False

    @property
    def positive(self) -> bool:
        """Whether every value is > 0."""
        if self.values is not None:
            return all(value > 0 for value in self.values)
        if self.index_of is not None:
            return True
        above = self.low is not None and (self.low > 0 or (self.low == 0 and self.low_open))
        return above or (self.nonnegative and self.nonzero)

    @property
    def nonnegative(self) -> bool:
        """Whether every value is >= 0."""
        if self.values is not None:
            return all(value >= 0 for value in self.values)
        return self.index_of is not None or (self.low is not None and self.low >= 0)

    def contains(self, value: Fraction) -> bool:
        """Whether the rational `value` lies in the domain (index ranges are not asked here)."""
        if self.values is not None:
            return value in self.values
        below = self.low is not None and (value < self.low or (self.low_open and value == self.low))
        above = self.high is not None and (value > self.high or (self.high_open and value == self.high))
        fraction = self.whole and value.denominator != 1
        return not (below or above or fraction or (self.nonzero and value == 0))


REAL = Domain()
POSITIVE = Domain(low=Fraction(0), low_open=True)
NONNEGATIVE = Domain(low=Fraction(0))
NONZERO = Domain(nonzero=True)
NEGATIVE = Domain(high=Fraction(0), high_open=True)
NONPOSITIVE = Domain(high=Fraction(0))
UNIT_INTERVAL = Domain(low=Fraction(0), high=Fraction(1), low_open=True, high_open=True)
BINARY = Domain(values=(Fraction(0), Fraction(1)))
SIGNS = Domain(values=(Fraction(-1), Fraction(1)))


def from_assumptions(symbol: sympy.Expr) -> Domain:
    """The domain that SymPy's own assumptions on a symbol state."""
    if symbol.is_positive:
        return POSITIVE
    if symbol.is_negative:
        return Domain(high=Fraction(0), high_open=True)
    if symbol.is_nonnegative:
        return NONNEGATIVE
    if symbol.is_nonpositive:
        return Domain(high=Fraction(0))
    return NONZERO if symbol.is_nonzero else REAL
