"""Derivatives of what depends on an inverse: d(A⁻¹) = −A⁻¹ dA A⁻¹.

Source: A A⁻¹ = I gives dA A⁻¹ + A d(A⁻¹) = 0 (Magnus and Neudecker, Matrix Differential Calculus).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy
from sympy import Expr, IndexedBase, Symbol

from derivlab.algebra.canonical import new_ring
from derivlab.algebra.read import Reader
from derivlab.calculus.closing import BUDGET, contracted
from derivlab.errors import OutsideClassError
from derivlab.symbols import (
    Context,
    Definition,
    Dimension,
    Inverse,
    Partial,
    Variable,
    free_symbols,
    fresh_index,
    head_name,
    index,
    rebuild,
    total,
)

KINKED = (sympy.Max, sympy.Min, sympy.Abs, sympy.sign, sympy.Piecewise, sympy.Heaviside)


def with_inverses_derived(expr: Expr, context: Context) -> Expr:
    """The expression without derivatives that move an inverse: the chain rule through each is written out.

    Raises `OutsideClassError` for a body with kinks, or one that is not defined everywhere.

    >>> from derivlab.symbols import dimension, matrix, scalar
    >>> t, s = scalar("t", nonzero=True), scalar("s")
    >>> with_inverses_derived(Partial(s * t, t), Context.of(t, s))
    Partial(s*t, t)
    """
    if not context.inverses or not expr.has(Partial):
        return expr
    return rebuild(expr, lambda node: _derived(node, context) if isinstance(node, Partial) else None)


def context_with_inverses_derived(context: Context) -> Context:
    """The context with such derivatives written out in its definitions."""
    if not context.inverses:
        return context

    def derived(one: Definition) -> Definition:
        try:
            return replace(one, body=with_inverses_derived(one.body, context))
        except OutsideClassError:
            return one  # it is refused where it is used

    return replace(context, definitions=tuple(map(derived, context.definitions)))


def _derived(node: Partial, context: Context) -> Expr:
    body = with_inverses_derived(node.body, context)
    if not _moved(context, body, head_name(node.by)):
        return Partial(body, node.by)
    expr = context.expand(body)
    if expr.has(*KINKED) or not _is_defined(expr, context):
        raise OutsideClassError("the derivative of this by a matrix whose inverse is in it is not read")
    return _total(expr, node.by, context)


def _moved(context: Context, expr: Expr, by: str) -> list[Inverse]:
    """The inverses in an expression that change with a variable."""
    used = context.used_in((expr,))
    moved = [one for one in context.inverses if one.name in used and by in context.made_of(one)]
    return moved if context.definition(by) is None else []


def _is_defined(expr: Expr, context: Context) -> bool:
    """Whether an expression has a value wherever its denominators are not 0."""
    ring = new_ring(context, BUDGET)
    reader = Reader(ring, _plain(context))
    reader.read(expr)
    return all(one.kind == "nonzero" or one.implied(ring) for one in reader.conditions)


def _plain(context: Context) -> Context:
    """The context in which inverses are variables like others."""
    return replace(context, inverses=(), assumptions=(), loose=())


def _total(expr: Expr, by: Expr, context: Context) -> Expr:
    """The derivative of an expression, and through each inverse: −Σ ∂f/∂A⁻¹[k, l] (A⁻¹ ∂A A⁻¹)[k, l]."""
    terms = [_slope(expr, by, context)]
    for one in _moved(context, expr, head_name(by)):
        *lead, k, l, p, q = _fresh(context.shape(one.name), (expr, by))
        inverse = context.variable(one.name).node
        assert isinstance(inverse, IndexedBase)
        matrix = _total(_matrix(one, (*lead, p, q), context), by, context)
        change = inverse[(*lead, k, p)] * matrix * inverse[(*lead, q, l)]
        slope = _slope(expr, inverse[(*lead, k, l)], context)
        *sizes, size = context.shape(one.name)[:-1]
        summed = slope * change
        for bound, high in zip(
            (q, p, l, k, *reversed(lead)), (size,) * 4 + tuple(reversed(sizes)), strict=True
        ):
            summed = total(summed, bound, high)
        terms.append(-summed)
    return sympy.Add(*terms)


def _slope(expr: Expr, by: Expr, context: Context) -> Expr:
    found = contracted(Partial(expr, by), _plain(context))
    if found is None:
        raise OutsideClassError(f"the derivative by {by} is outside the class that is decided")
    return found


def _matrix(one: Inverse, place: tuple[Symbol, ...], context: Context) -> Expr:
    """An entry of the matrix whose inverse it is, with definitions written out."""
    if one.value is not None:
        return context.expand(one.value.at(place))
    entry = context.lookup(one.of)
    assert isinstance(entry, Variable | Definition)
    return context.expand(entry.node[place])


def _fresh(shape: tuple[Dimension, ...], avoid: tuple[Expr, ...]) -> Iterator[Symbol]:
    """New indices: one for each axis of an inverse, and two more."""
    taken = frozenset().union(*map(free_symbols, avoid))
    for _ in range(len(shape) + 2):
        found = fresh_index(index("k"), taken)
        taken |= {found}
        yield found
