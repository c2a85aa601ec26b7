"""The end of a derivation: Kronecker deltas are summed, definitions recognized, terms collected."""

from __future__ import annotations

from sympy import Expr

from derivlab.algebra.canonical import add_assumptions, new_ring
from derivlab.algebra.fold import fold
from derivlab.algebra.read import Reader
from derivlab.algebra.write import length, to_sympy
from derivlab.errors import OutsideClassError
from derivlab.symbols import Context, Partial, expressible

BUDGET = 60_000


def contracted(expr: Expr, context: Context, skip: str = "") -> Expr | None:
    """The expression with sums over deltas done and definitions recognized, no assumption used."""
    return _canonical(expr, context, False, skip)


def closed_form(expr: Expr, context: Context, skip: str = "") -> Expr | None:
    """The expression in defined names with assumptions used, joined and factored."""
    return _canonical(expr, context, True, skip)


def _canonical(expr: Expr, context: Context, assumptions: bool, skip: str) -> Expr | None:
    """The shorter of two readings: definitions as names of their own, or unfolded and recognized."""
    context = expressible(context, (expr,))
    names = frozenset(definition.name for definition in context.definitions)
    forms = []
    readings = [(frozenset[str](), True)]
    if not expr.has(Partial):  # a defined name that is kept would have derivative 0
        readings.append((names, False))
    for kept, folding in readings:
        try:
            ring = new_ring(context, BUDGET)
            if assumptions:
                add_assumptions(ring, context)
            polynomial = Reader(ring, context, kept=kept).read(expr)
            if folding:
                polynomial = fold(ring, context, polynomial, skip)
            forms.append(to_sympy(ring, polynomial, context))
        except OutsideClassError:
            continue
    return min(forms, key=length, default=None)
