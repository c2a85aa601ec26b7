"""Deltas, cases and comparisons: masks over the axes of the indices that they compare."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Heaviside, KroneckerDelta, Piecewise, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, BooleanFalse, BooleanTrue, Not, Or

from derivlab.compile.elementary import RELATIONS
from derivlab.compile.entries import label_array
from derivlab.compile.lowering import lower, lower_node
from derivlab.compile.program import View
from derivlab.compile.scope import Scope
from derivlab.errors import UsageError
from derivlab.symbols import substitute


def masked(scope: Scope, product: View, masks: list[View]) -> View:
    """`product` where every mask holds, else 0: exact even where the product is not finite."""
    if not masks:
        return product
    mask = masks[0]
    for other in masks[1:]:
        mask = scope.program.map("and", mask, other)
    return scope.program.map("where", mask, product, scope.program.constant(0))


def indicated(factor: Expr) -> Any:
    """The condition under which a factor is 1, if it is 0 elsewhere; None for any other factor."""
    if not isinstance(factor, Piecewise) or len(factor.args) != 2:
        return None
    (first, condition), (second, last) = factor.args
    if last != True or {first, second} != {0, 1}:  # noqa: E712  (SymPy's own truth value)
        return None
    return condition if first == 1 else Not(condition)


def aligned(factors: tuple[Expr, ...], scope: Scope) -> list[Expr]:
    """Under δ(i, j) the other factors may use i for j: a vector instead of a matrix."""
    result = list(factors)
    for mask in [factor for factor in factors if isinstance(factor, KroneckerDelta)]:
        one, other = mask.args
        if one in scope.ranges and scope.ranges[one] == scope.ranges.get(other):
            result = [
                factor if isinstance(factor, KroneckerDelta) else substitute(factor, {other: one})
                for factor in result
            ]
    return result


def equal(left: Expr, right: Expr, scope: Scope) -> View:
    """The mask of left = right, for indices, numbers and class labels."""
    views = [place(left, scope), place(right, scope)]
    views.sort(key=lambda view: not view.labels)  # arrays before numbers
    return scope.program.map("equal", *views)


def place(expr: Expr, scope: Scope) -> View:
    """An index as whole numbers from 0, so that it compares with labels as they lie in the array."""
    if scope.is_label(expr):
        return label_array(expr, scope)
    if expr.is_Integer:
        return scope.program.constant(int(expr) - 1)
    if expr in scope.ranges:
        return scope.program.map("zero_based", scope.program.position(expr, scope.ranges[expr]))
    if expr.is_Symbol:
        raise UsageError(f"the range of the index {expr} is not known: it stands on no axis of an array")
    raise UsageError(f"the index expression {expr} cannot be compiled")


@lower_node.register
def _delta(expr: KroneckerDelta, scope: Scope) -> View:
    return masked(scope, scope.program.constant(1), [equal(expr.args[0], expr.args[1], scope)])


@lower_node.register
def _cases(expr: Piecewise, scope: Scope) -> View:
    *cases, (last, otherwise) = expr.args
    if otherwise != True:  # noqa: E712
        raise UsageError(f"{expr} has no value outside its conditions; add a last case without one")
    value = lower(last, scope)
    for body, condition in reversed(cases):
        value = scope.program.map("where", lower(condition, scope), lower(body, scope), value)
    return value


@lower_node.register
def _step(expr: Heaviside, scope: Scope) -> View:
    argument, at_zero = expr.args
    return lower(Piecewise((1, argument > 0), (0, argument < 0), (at_zero, True)), scope)


@lower_node.register
def _comparison(expr: Relational, scope: Scope) -> View:
    places = all(
        side in scope.ranges or side.is_Integer or scope.is_label(side) for side in expr.args
    ) and any(isinstance(side, Symbol) and side in scope.ranges for side in expr.args)
    sides = [place(side, scope) if places else lower(side, scope) for side in expr.args]
    return scope.program.map(RELATIONS[expr.func], *sides)


@lower_node.register(And)
@lower_node.register(Or)
def _connective(expr: Any, scope: Scope) -> View:
    name = "and" if isinstance(expr, And) else "or"
    first, *rest = [lower(arg, scope) for arg in sorted(expr.args, key=str)]
    for view in rest:
        first = scope.program.map(name, first, view)
    return first


@lower_node.register
def _not(expr: Not, scope: Scope) -> View:
    return scope.program.map("not", lower(expr.args[0], scope))


@lower_node.register(BooleanTrue)
@lower_node.register(BooleanFalse)
def _truth(expr: Any, scope: Scope) -> View:
    return scope.program.constant(bool(expr))
