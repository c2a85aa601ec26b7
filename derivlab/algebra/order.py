"""The sign of left − right: an inequality that the canonical form makes evident.

A difference is nonnegative if its canonical form is: as a sum of terms of known sign, from the bounds of
its entries, by cases, over a denominator of known sign, as a product of known factors and even powers
(`signs`), or by one of the strategies of `inequalities`. Everything else is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from derivlab.algebra import signs
from derivlab.algebra.canonical import add_assumptions, differentiated, new_ring, state_positive
from derivlab.algebra.conditions import Condition
from derivlab.algebra.inequalities import sign_of
from derivlab.algebra.read import Reader
from derivlab.errors import OutsideClassError
from derivlab.symbols import Context


@dataclass(frozen=True)
class Difference:
    """What is known of left − right, where both are defined.

    Attributes:
        sign: `signs.POSITIVE`, `NONNEGATIVE` or `UNKNOWN`.
        nonzero: whether it is nowhere 0.
        conditions: under which the canonical form is the difference.
        parts: the certificate's parts, where a sum of squares decided.
        steps: how much work it was.
    """

    sign: int
    nonzero: bool
    conditions: tuple[Condition, ...]
    parts: tuple[str, ...]
    steps: int


def difference(left: Expr, right: Expr, context: Context, budget: int) -> Difference:
    """What is known of left − right.

    Raises:
        OutsideClassError: it has no canonical form, or an assumption speaks of what is differentiated.
    """
    ring = new_ring(context, budget)
    state_positive(ring, context)
    if add_assumptions(ring, context, differentiated((left, right), context)):
        raise OutsideClassError("an assumption speaks of what is differentiated")
    reader = Reader(ring, context)
    polynomial = ring.sub(reader.read(left), reader.read(right))
    reader.consistent()
    known, parts = sign_of(ring, polynomial)
    nonzero = known == signs.POSITIVE or (bool(polynomial) and signs.nonzero(ring, polynomial))
    return Difference(known, nonzero, tuple(reader.conditions), parts, ring.steps)
