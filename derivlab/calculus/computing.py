"""The form of a derivative to compute with: collecting terms is for reading, and may multiply out.

The canonical form knows sums of monomials: from (x - m)² it makes x² - 2mx + m², which cancels in
floating point, from Σₙ (xₙ·w - tₙ) xₙ two sums, one of them over a matrix XᵀX, and from tanh a quotient
of exponentials, which overflows. What the rules gave has none of that. Where it is the shorter one, once
the deltas are summed, and proved equal, it is computed.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, KroneckerDelta, Mul, Product, Sum, Symbol, cosh, sinh

from derivlab.algebra.canonical import residue
from derivlab.algebra.write import length
from derivlab.calculus.closing import BUDGET
from derivlab.errors import OutsideClassError
from derivlab.symbols import Context, bind, substitute

Ranges = Mapping[Symbol, Expr]


def computed_form(by_rules: Expr, closed: Expr, ranges: Ranges, context: Context) -> Expr:
    """`by_rules` without deltas, if that is shorter than `closed` and proved equal to it; else `closed`.

    Args:
        by_rules: what the rules of differentiation gave.
        closed: the same, collected.
        ranges: the sizes of the free indices.
        context: declarations, definitions, assumptions.
    """
    found = without_deltas(by_rules, ranges)
    overflows = found.has(sinh, cosh) and not closed.has(sinh, cosh)
    if overflows or binds_deltas(found) or length(found) >= length(closed):
        return closed
    try:
        return found if residue(found, closed, context, BUDGET).is_zero else closed
    except OutsideClassError:
        return closed


def without_deltas(expr: Expr, ranges: Ranges) -> Expr:
    """Σₖ δ(k, i) f(k) = f(i), where the delta is a factor and i runs over what k runs over.

    >>> from derivlab.symbols import delta, dimension, indices, total, vector
    >>> n = dimension("n"); i, k = indices("i k"); z = vector("z", n)
    >>> without_deltas(total(delta(i, k) * (z[k] - 1), k, n) ** 2, {i: n})
    (z[i] - 1)**2
    """
    if isinstance(expr, Sum | Product):
        bound = {symbol: high for symbol, _, high in expr.limits}
        inner = without_deltas(expr.function, {**ranges, **bound})
        whole = bind(expr.func, inner, *expr.limits)
        return _summed(whole, {**ranges, **bound}) if isinstance(whole, Sum) else whole
    if not any(isinstance(arg, Expr) for arg in expr.args):
        return expr
    parts = [without_deltas(arg, ranges) if isinstance(arg, Expr) else arg for arg in expr.args]
    return expr if parts == list(expr.args) else expr.func(*parts)


def _summed(expr: Sum, ranges: Ranges) -> Expr:
    factors = Mul.make_args(expr.function)
    for delta in (factor for factor in factors if isinstance(factor, KroneckerDelta)):
        for symbol, other in (delta.args, delta.args[::-1]):
            limit = next((limit for limit in expr.limits if limit[0] == symbol), None)
            if limit is None or limit[1] != 1 or ranges.get(other) != limit[2]:
                continue
            rest = substitute(Mul(*(factor for factor in factors if factor is not delta)), {symbol: other})
            limits = [one for one in expr.limits if one is not limit]
            left = bind(Sum, rest, *limits) if limits else rest
            return _summed(left, ranges) if isinstance(left, Sum) and limits else left
    return expr


def binds_deltas(expr: Expr, bound: frozenset[Symbol] = frozenset()) -> bool:
    """Whether a delta depends on a summed index: the canonical form sums those, here a table would."""
    if isinstance(expr, Sum | Product):
        return binds_deltas(expr.function, bound | {limit[0] for limit in expr.limits})
    if isinstance(expr, KroneckerDelta):
        return bool(expr.free_symbols & bound)
    return any(binds_deltas(arg, bound) for arg in expr.args if isinstance(arg, Expr))
