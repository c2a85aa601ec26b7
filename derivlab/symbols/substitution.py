"""Capture-avoiding substitution over SymPy trees.

SymPy's own `.subs` captures bound indices (`Sum(z[i]*y[j], (i, 1, n)).subs(j, i)`), so derivlab
never calls it. Here a bound index is renamed before anything that mentions it enters its scope.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

import sympy
from sympy import Expr, Product, Sum, Symbol

from derivlab.symbols.nodes import bind

Binder: TypeAlias = "Sum | Product"


def free_symbols(expr: Expr) -> frozenset[Symbol]:
    """The symbols that occur free: names, indices and sizes, without SymPy's `Indexed` extras."""
    if isinstance(expr, Symbol):
        return frozenset((expr,))
    if isinstance(expr, Sum | Product):
        found = free_symbols(expr.function)
        for bound, low, high in expr.limits:
            found = (found - {bound}) | free_symbols(low) | free_symbols(high)
        return found
    result: frozenset[Symbol] = frozenset()
    for arg in expr.args:
        result |= free_symbols(arg)
    return result


def fresh_index(like: Symbol, avoid: Iterable[Symbol]) -> Symbol:
    """A new index named after `like` that is not in `avoid`: k, k_1, k_2, ...

    >>> from derivlab.symbols import index
    >>> fresh_index(index("k"), [index("k"), index("k_1")])
    k_2
    """
    taken = {symbol.name for symbol in avoid}
    stem, number = like.name, 0
    name = stem
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    return Symbol(name, integer=True)


def rebuild(expr: Expr, rule: Callable[[Expr], Expr | None]) -> Expr:
    """Replace every outermost node for which `rule` returns something, without capture.

    What `rule` returns for a node inside Σ_k is taken as it is if the bound k was free in the node;
    otherwise k is renamed in the sum first, so that a free k of the replacement stays free.
    """
    replaced = rule(expr)
    if replaced is not None:
        return replaced
    if not expr.args:
        return expr
    if isinstance(expr, Sum | Product):
        return _rebuild_binder(expr, rule)
    args = tuple(rebuild(arg, rule) for arg in expr.args)
    return expr if args == expr.args else expr.func(*args)


def _rebuild_binder(expr: Binder, rule: Callable[[Expr], Expr | None]) -> Expr:
    """Rebuild inside a sum; sums have one limit each in derivlab's own expressions."""
    bound, low, high = expr.limits[0]
    if len(expr.limits) > 1:
        inner = bind(expr.func, expr.function, *expr.limits[:-1])
        bound, low, high = expr.limits[-1]
    else:
        inner = expr.function
    introduced = _introduced(inner, rule)
    if bound in introduced:
        avoid = introduced | free_symbols(inner)
        renamed = fresh_index(bound, avoid)
        inner, bound = substitute(inner, {bound: renamed}), renamed
    limits = (bound, rebuild(low, rule), rebuild(high, rule))
    return bind(expr.func, rebuild(inner, rule), limits)


def _introduced(expr: Expr, rule: Callable[[Expr], Expr | None]) -> frozenset[Symbol]:
    """Symbols that a replacement brings in and that its node did not have."""
    replaced = rule(expr)
    if replaced is not None:
        return free_symbols(replaced) - free_symbols(expr)
    result: frozenset[Symbol] = frozenset()
    for arg in expr.args:
        if isinstance(arg, sympy.Tuple):
            continue
        result |= _introduced(arg, rule)
    return result


def substitute(expr: Expr, mapping: Mapping[Expr, Expr]) -> Expr:
    """Replace free occurrences of symbols (or whole entries) by expressions, all at once.

    >>> from derivlab.symbols import dimension, indices, total, vector
    >>> n = dimension("n"); y, z = vector("y", n), vector("z", n); i, j = indices("i j")
    >>> substitute(total(z[i] * y[j], i, n), {j: i})
    Sum(y[i]*z[i_1], (i_1, 1, n))
    """
    live = {old: new for old, new in mapping.items() if old != new}
    if not live or not (free_symbols(expr) & frozenset().union(*(free_symbols(old) for old in live))):
        return expr
    if expr in live:
        return live[expr]
    if isinstance(expr, Sum | Product):
        return _substitute_binder(expr, live)
    if not expr.args:
        return expr
    return expr.func(*(substitute(arg, live) for arg in expr.args))


def _substitute_binder(expr: Binder, live: Mapping[Expr, Expr]) -> Expr:
    bound, low, high = expr.limits[-1]
    inner = bind(expr.func, expr.function, *expr.limits[:-1]) if len(expr.limits) > 1 else expr.function
    low, high = substitute(low, live), substitute(high, live)
    inside = {old: new for old, new in live.items() if bound not in free_symbols(old)}
    coming = frozenset().union(*(free_symbols(new) for new in inside.values())) if inside else frozenset()
    if bound in coming:
        avoid = coming | free_symbols(inner) | frozenset().union(*(free_symbols(old) for old in inside))
        renamed = fresh_index(bound, avoid)
        inner, bound = substitute(inner, {bound: renamed}), renamed
    return bind(expr.func, substitute(inner, inside), (bound, low, high))


def with_bounds_by_depth(expr: Expr, depth: int = 0) -> Expr:
    """The expression with bound indices named by their depth: renamed sums are then equal."""
    if not expr.args:
        return expr
    if isinstance(expr, Sum | Product):
        bound, low, high = expr.limits[-1]
        several = len(expr.limits) > 1
        inner = bind(expr.func, expr.function, *expr.limits[:-1]) if several else expr.function
        name = Symbol(f"bound_{depth}", integer=True)
        body = with_bounds_by_depth(substitute(inner, {bound: name}), depth + 1)
        return bind(expr.func, body, (name, low, high))
    return expr.func(*(with_bounds_by_depth(part, depth) for part in expr.args))
