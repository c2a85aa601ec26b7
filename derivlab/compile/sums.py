"""Sums: contracted deltas, terms that are better summed apart, products of matrices."""

from __future__ import annotations

from sympy import Add, Expr, KroneckerDelta, Mul, Piecewise, Sum, Symbol

from derivlab.compile.conditions import masked
from derivlab.compile.lowering import lower, lower_node
from derivlab.compile.multiplication import factors
from derivlab.compile.nodes import ExpOfDifference, Largest, LogSoftmax, SumWithoutLargest
from derivlab.compile.products import add, by_rank, divide, multiply, sum_of_product
from derivlab.compile.program import View
from derivlab.compile.ranges import Ranges, summed
from derivlab.compile.scope import Scope
from derivlab.symbols import free_symbols, fresh_index, substitute


@lower_node.register
def _sum(expr: Sum, scope: Scope) -> View:
    bounds: Ranges = {}
    body: Expr = expr
    while isinstance(body, Sum):
        limits = summed(body)
        body = body.function
        for bound, size in limits:
            body, bound = _apart(body, bound, {**scope.ranges, **bounds})
            bounds[bound] = size
    return sum_over(body, bounds, scope)


@lower_node.register
def _largest(expr: Largest, scope: Scope) -> View:
    body, bound, size = expr.binding
    view = lower(body, scope.within({bound: size}))
    if bound not in view.labels:
        return view
    return scope.program.reduce("max", view, [bound])


@lower_node.register
def _sum_without_largest(expr: SumWithoutLargest, scope: Scope) -> View:
    body, bound, size = expr.binding
    view = lower(body, scope.within({bound: size}))
    if bound not in view.labels:  # the body is the same for all: size - 1 of them are left
        less = add(scope.program, [scope.program.size(size)], [scope.program.constant(1)])
        return multiply(scope.program, [less, view])
    return scope.program.reduce("sum_without_largest", view, [bound])


@lower_node.register
def _log_softmax(expr: LogSoftmax, scope: Scope) -> View:
    body, bound, size, place = expr.binding
    view = lower(body, scope.within({bound: size}))
    axis = view.labels.index(bound)
    kept = tuple(range(len(view.labels)))
    node = scope.program.node("log_softmax", axis, ((view.node, kept),), view.node.sizes)
    return View(node, tuple(place if label == bound else label for label in view.labels))


@lower_node.register
def _exp_of_difference(expr: ExpOfDifference, scope: Scope) -> View:
    exponent, shift = (lower(arg, scope) for arg in expr.args)
    if not scope.compensated:
        return scope.program.map("exp", scope.program.map("subtract", exponent, shift))
    return scope.program.map("exp_of_difference", exponent, shift)


def sum_over(body: Expr, bounds: Ranges, scope: Scope) -> View:
    """Σ over all of `bounds` of `body`."""
    body = _opened(_unfolded(body), bounds)
    if isinstance(body, Add) and _distributes(body, bounds, scope):
        return _term_by_term(body, bounds, scope)
    body, bounds = _contracted(body, bounds, scope)
    inner = scope.within(bounds)
    above, below, masks = factors(list(Mul.make_args(body)), inner)
    above, below = _with_masks(above, below, masks, inner)
    carrying = {label for view in (*above, *below) for label in view.labels}
    counts = [scope.program.size(size) for bound, size in bounds.items() if bound not in carrying]
    return _product([*above, *counts], below, set(bounds) & carrying, scope)


def _with_masks(
    above: list[View], below: list[View], masks: list[View], scope: Scope
) -> tuple[list[View], list[View]]:
    """The masks put on one factor that has their axes, so that products of matrices stay; else on all."""
    if not masks:
        return above, below
    axes = {label for mask in masks for label in mask.labels}
    for place, view in enumerate(above):
        if axes <= set(view.labels):
            return [*above[:place], masked(scope, view, masks), *above[place + 1 :]], below
    return [masked(scope, divide(scope.program, above, below), masks)], []


def _unfolded(body: Expr) -> Expr:
    """f·(cases), where SymPy's Sum has folded the factor f into each case."""
    if not isinstance(body, Piecewise):
        return body
    branches = [list(Mul.make_args(value)) for value, _ in body.args if value != 0]
    common = (
        [factor for factor in branches[0] if all(factor in other for other in branches)] if branches else []
    )
    if not common:
        return body
    for branch in branches:
        for factor in common:
            branch.remove(factor)
    values = iter(branches)
    cases = [(Mul(*next(values)) if value != 0 else value, condition) for value, condition in body.args]
    return Mul(*common, Piecewise(*cases))


def _product(above: list[View], below: list[View], gone: set[Symbol], scope: Scope) -> View:
    """Divisors without a summed index divide the result, the others divide a factor."""
    inside = [view for view in below if gone & set(view.labels)]
    outside = [view for view in below if not gone & set(view.labels)]
    for view in inside:
        host = next((other for other in by_rank(above) if set(view.labels) <= set(other.labels)), None)
        above = [other for other in above if other is not host]
        above.append(divide(scope.program, [host] if host else [], [view]))
    return divide(scope.program, [sum_of_product(scope.program, above, gone)], outside)


def _term_by_term(body: Add, bounds: Ranges, scope: Scope) -> View:
    plus: list[View] = []
    minus: list[View] = []
    for term in body.args:
        negative = term.as_coeff_Mul()[0].is_negative
        (minus if negative else plus).append(sum_over(-term if negative else term, bounds, scope))
    return add(scope.program, plus, minus)


def _distributes(body: Add, bounds: Ranges, scope: Scope) -> bool:
    """Whether the terms are better summed apart: a delta, a missing axis, or a product to contract."""
    if _has_delta(body, bounds):
        return True
    inner = set(scope.ranges) | set(bounds)
    axes = []
    for term in body.args:
        parts = [free_symbols(factor) & inner for factor in Mul.make_args(term)]
        whole = frozenset().union(*parts)
        summed_parts = sum(1 for part in parts if part & set(bounds))
        if summed_parts > 1 and all(part != whole for part in parts):
            return True
        axes.append(whole)
    return any(axis != axes[0] for axis in axes)


def _contracted(body: Expr, bounds: Ranges, scope: Scope) -> tuple[Expr, Ranges]:
    """Σ_k δ(k, j) f(k) = f(j): the bound index takes the place that the delta gives it."""
    for factor in Mul.make_args(body):
        if not isinstance(factor, KroneckerDelta):
            continue
        for bound, other in (factor.args, factor.args[::-1]):
            if bound in bounds and _same_range(other, bounds[bound], scope.within(bounds)):
                rest = Mul(*[part for part in Mul.make_args(body) if part is not factor])
                left = {label: size for label, size in bounds.items() if label != bound}
                return _contracted(substitute(rest, {bound: other}), left, scope)
    return body, bounds


def _same_range(place: Expr, size: Expr, scope: Scope) -> bool:
    return bool(scope.classes(place) == size or scope.ranges.get(place) == size)


def _opened(body: Expr, bounds: Ranges) -> Expr:
    """A factor (... + δ ...) multiplied out, where its delta binds a summed index."""
    parts = list(Mul.make_args(body))
    for place, factor in enumerate(parts):
        if isinstance(factor, Add) and _has_delta(factor, bounds):
            rest = parts[:place] + parts[place + 1 :]
            return Add(*[Mul(term, *rest) for term in factor.args])
    return body


def _has_delta(expr: Add, bounds: Ranges) -> bool:
    return any(
        isinstance(factor, KroneckerDelta) and factor.free_symbols & set(bounds)
        for term in expr.args
        for factor in Mul.make_args(term)
    )


def _apart(body: Expr, bound: Symbol, ranges: Ranges) -> tuple[Expr, Symbol]:
    """`body` with a bound index that hides an outer one renamed."""
    if bound not in ranges:
        return body, bound
    renamed = fresh_index(bound, {*ranges, *free_symbols(body)})
    return substitute(body, {bound: renamed}), renamed
