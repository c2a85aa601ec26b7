"""How products and sums of views become array operations with few passes and good contractions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sympy import Symbol

from derivlab.compile.program import Program, View


def by_rank(views: Iterable[View]) -> list[View]:
    """Low ranks first, so that scalars and vectors meet before a matrix is touched."""
    return sorted(views, key=lambda view: len(view.labels))


def multiply(program: Program, views: Sequence[View]) -> View:
    """The elementwise product; 1 for none."""
    ordered = [view for view in by_rank(views) if not _is_one(view)]
    if not ordered:
        return program.constant(1)
    product = ordered[0]
    for view in ordered[1:]:
        product = _times(program, product, view)
    return product


def _times(program: Program, left: View, right: View) -> View:
    if left.node.op == "constant" and left.node.detail == -1:
        return program.map("negate", right)
    return program.map("multiply", left, right)


def divide(program: Program, above: Sequence[View], below: Sequence[View]) -> View:
    """Product of `above` over product of `below`, divided at the lowest rank that can carry it."""
    if not below:
        return multiply(program, above)
    divisor = multiply(program, below)
    ordered = [view for view in by_rank(above) if not _is_one(view)]
    for place, view in enumerate(ordered):
        if view.node.op != "constant" and set(divisor.labels) <= set(view.labels):
            ordered[place] = program.map("divide", view, divisor)
            return multiply(program, ordered)
    return program.map("divide", multiply(program, ordered), divisor)


def add(program: Program, plus: Sequence[View], minus: Sequence[View]) -> View:
    """Sum of `plus` less the sum of `minus`; low ranks meet first."""
    signed = sorted(
        [(view, True) for view in plus] + [(view, False) for view in minus],
        key=lambda item: (len(item[0].labels), not item[1]),
    )
    if not signed:
        return program.constant(0)
    result, positive = signed[0]
    for view, sign in signed[1:]:
        if positive == sign:
            result = program.map("add", result, view)
        elif positive:
            result = program.map("subtract", result, view)
        else:
            result, positive = program.map("subtract", view, result), True
    return result if positive else program.map("negate", result)


def sum_of_product(program: Program, factors: Sequence[View], over: Iterable[Symbol]) -> View:
    """Σ over `over` of the product of `factors`, as products of matrices where it is one.

    Factors that share no summed index are summed apart; a factor whose axes lie within another's is
    multiplied into it first; what is left is contracted in pairs.
    """
    gone = set(over)
    outside = [view for view in factors if not gone & set(view.labels)]
    inside = [view for view in factors if gone & set(view.labels)]
    parts = [_contract_all(program, part, gone) for part in _connected(inside, gone)]
    return multiply(program, [*outside, *parts])


def _connected(views: Sequence[View], gone: set[Symbol]) -> list[list[View]]:
    """The factors in groups that share summed indices."""
    groups: list[list[View]] = []
    for view in views:
        touching = [g for g in groups if any(gone & set(view.labels) & set(other.labels) for other in g)]
        merged = [other for g in touching for other in g] + [view]
        groups = [g for g in groups if g not in touching] + [merged]
    return groups


def _contract_all(program: Program, views: list[View], gone: set[Symbol]) -> View:
    views = _absorb(program, [_reduce_own(program, view, views, gone) for view in views], gone)
    while len(views) > 1:
        left, right = _cheapest_pair(views, gone)
        rest = [view for view in views if view is not left and view is not right]
        elsewhere = {label for view in rest for label in view.labels}
        shared = (set(left.labels) & set(right.labels) & gone) - elsewhere
        joined = _pair(program, left, right, shared)
        views = [_reduce_own(program, joined, [*rest, joined], gone), *rest]
    left = views[0]
    own = gone & set(left.labels)
    return program.reduce("sum", left, own) if own else left


def _reduce_own(program: Program, view: View, views: Sequence[View], gone: set[Symbol]) -> View:
    """Sum the axes of `view` that no other factor has."""
    others = {label for other in views if other is not view for label in other.labels}
    own = (set(view.labels) & gone) - others
    return program.reduce("sum", view, own) if own else view


def _absorb(program: Program, views: list[View], gone: set[Symbol]) -> list[View]:
    """Multiply factors into others that have all their axes, as long as more than two are left."""
    pending = by_rank(views)
    while len(pending) > 2:
        small = next(
            (v for v in pending if any(w is not v and set(v.labels) <= set(w.labels) for w in pending)), None
        )
        if small is None:
            break
        rest = [view for view in pending if view is not small]
        host = next(view for view in rest if set(small.labels) <= set(view.labels))
        pending = by_rank([view for view in rest if view is not host] + [multiply(program, [small, host])])
    return pending


def _cheapest_pair(views: Sequence[View], gone: set[Symbol]) -> tuple[View, View]:
    pairs = [(one, two) for place, one in enumerate(views) for two in views[place + 1 :]]
    sharing = [pair for pair in pairs if set(pair[0].labels) & set(pair[1].labels) & gone]
    return min(sharing or pairs, key=lambda pair: len(set(pair[0].labels) | set(pair[1].labels)))


def _pair(program: Program, left: View, right: View, shared: set[Symbol]) -> View:
    kept_left = set(left.labels) - shared
    kept_right = set(right.labels) - shared
    if not shared:
        return multiply(program, [left, right])
    row_by_row = kept_left == kept_right and (kept_left or len(shared) > 1)
    if row_by_row:  # no product of matrices: an elementwise product, then a sum
        return program.reduce("sum", multiply(program, [left, right]), shared)
    return program.contract(left, right, shared)


def _is_one(view: View) -> bool:
    return view.node.op == "constant" and view.node.detail == 1
