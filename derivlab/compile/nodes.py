"""The inert nodes that only compiled formulas have: what a proved identity's free choices are set to.

No rule is proved with them. A rule is proved for any index a and any shift; `holes.carried` then sets
a to the place of the largest entry, and these nodes say so.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, Symbol

from derivlab.symbols import rebuild


class _Inert(Expr):
    """A node that SymPy never rearranges."""

    is_commutative = True
    is_real = True

    def __new__(cls, *args: Any) -> Any:
        return Expr.__new__(cls, *(sympy.sympify(arg, strict=True) for arg in args))


class Largest(_Inert):
    """max over k = 1..K of a body: `Largest(body, k, K)`."""

    @property
    def binding(self) -> tuple[Expr, Symbol, Expr]:
        """The body, the bound index and its size."""
        return self.args[0], self.args[1], self.args[2]


class SumWithoutLargest(Largest):
    """Σ over k = 1..K of a body, without one largest term: `SumWithoutLargest(body, k, K)`."""


class ExpOfDifference(_Inert):
    """exp(w - m), to be computed so that the rounding of w - m does not show: `ExpOfDifference(w, m)`."""


class LogSoftmax(_Inert):
    """Entry j of log softmax of a body over k = 1..K: `LogSoftmax(body, k, K, j)`, by the array library."""

    @property
    def binding(self) -> tuple[Expr, Symbol, Expr, Symbol]:
        """The body, the bound index, its size and the entry's index."""
        return self.args[0], self.args[1], self.args[2], self.args[3]


class Group(_Inert):
    """Parentheses that SymPy must not open, where the order of operations decides the accuracy."""


class Choice(_Inert):
    """`Choice(left, right, yes, no)`: yes where left >= right, else no. SymPy folds `Piecewise` into sums."""


class ZeroWithout(_Inert):
    """`ZeroWithout(weight, value)`: 0 where the weight is 0, else the value, whatever it is there."""


def ungrouped(expr: Expr) -> Expr:
    """The expression without its `Group`s, as it is proved."""
    return rebuild(expr, lambda node: ungrouped(node.args[0]) if isinstance(node, Group) else None)
