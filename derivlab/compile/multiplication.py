"""Products: factors, a denominator, and masks for what is 1 or 0."""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, Mul, Pow, Rational

from derivlab.compile.conditions import aligned, equal, indicated, masked
from derivlab.compile.lowering import lower, lower_node
from derivlab.compile.products import divide
from derivlab.compile.program import View
from derivlab.compile.scope import Scope


@lower_node.register
def _product(expr: Mul, scope: Scope) -> View:
    above, below, masks = factors(aligned(Mul.make_args(expr), scope), scope)
    return masked(scope, divide(scope.program, above, below), masks)


def factors(args: list[Expr], scope: Scope) -> tuple[list[View], list[View], list[View]]:
    """The factors of a product, those of its denominator, and its masks (what is 1 or 0)."""
    above: list[View] = []
    below: list[View] = []
    masks: list[View] = []
    for factor in args:
        if isinstance(factor, KroneckerDelta):
            masks.append(equal(factor.args[0], factor.args[1], scope))
        elif (condition := indicated(factor)) is not None:
            masks.append(lower(condition, scope))
        elif isinstance(factor, Pow) and factor.exp.is_number and factor.exp.is_negative:
            below.append(lower(Pow(factor.base, -factor.exp), scope))
        elif isinstance(factor, Rational) and factor.q != 1:
            above.append(scope.program.constant(int(factor.p)))
            below.append(scope.program.constant(int(factor.q)))
        else:
            above.append(lower(factor, scope))
    return above, below, masks
