"""Σ f·exp(u)/Σ exp(u), a mean under softmax: the divisor goes inside, where each quotient is at most 1."""

from __future__ import annotations

from sympy import Expr, Mul, Pow, Sum, exp

from derivlab.compile.holes import Family
from derivlab.compile.recognize import opened, sum_of_exponentials
from derivlab.symbols import Context, bind, free_symbols


def divided_inside(factors: tuple[Expr, ...], context: Context) -> Expr | None:
    """(Σ f·exp(u))·S^-n written as (Σ f·exp(u)/S)·S^(1-n), for S = Σ exp(u); None where that is not found."""
    below = next((f for f in factors if isinstance(f, Pow) and f.exp.is_Integer and f.exp.is_negative), None)
    family = None if below is None else sum_of_exponentials(below.base, context)
    if below is None or family is None:
        return None
    for above in factors:
        if isinstance(above, Sum) and _weighs_exponentials(above, family, below.base, context):
            entries = Mul(above.function, Pow(below.base, -1))
            rest = [factor for factor in factors if factor is not above and factor is not below]
            return Mul(bind(Sum, entries, *above.limits), Pow(below.base, below.exp + 1), *rest)
    return None


def _weighs_exponentials(node: Sum, family: Family, whole: Expr, context: Context) -> bool:
    """Whether a sum is Σₖ f(k)·exp(u[k]), for the u of `family`, not yet divided by `whole`.

    The sum's index must not be free in u: there it means something else.
    """
    if len(node.limits) != 1 or node.limits[0][2] != family.size:
        return False
    own = node.limits[0][0]
    factors = [opened(factor, context) for factor in Mul.make_args(node.function)]
    if any(isinstance(factor, Pow) and factor.base == whole for factor in factors):
        return False
    hidden = own in free_symbols(family.body) - {family.bound}
    return not hidden and len(factors) > 1 and exp(family.at(own)) in factors
