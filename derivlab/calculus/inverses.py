"""Derivatives of what depends on an inverse or a determinant: d(A⁻¹) = −A⁻¹ dA A⁻¹, d|A| = |A| tr(A⁻¹ dA).

Source: A A⁻¹ = I gives dA A⁻¹ + A d(A⁻¹) = 0 (Magnus and Neudecker, Matrix Differential Calculus).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import sympy
from sympy import Expr, Indexed, Symbol

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
    derives_by_defined,
    free_symbols,
    fresh_index,
    head_name,
    index,
    rebuild,
    substitute,
    total,
)

MOST = 6  # inverses that one derivative goes through
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
        if any(_is_defined_name(node.by, context) for node in one.body.atoms(Partial)):
            return one  # a second derivative by that name would miss what is written out here
        try:
            return replace(one, body=with_inverses_derived(one.body, context))
        except OutsideClassError:
            return one  # it is refused where it is used

    return replace(context, definitions=tuple(map(derived, context.definitions)))


def _is_defined_name(by: Expr, context: Context) -> bool:
    return context.definition(head_name(by)) is not None


def _derived(node: Partial, context: Context) -> Expr:
    if _is_defined_name(node.by, context) and derives_by_defined((node.body,), context):
        return node
    body, by = with_inverses_derived(node.body, context), node.by
    if not _moved(context, body, head_name(by)):
        return Partial(body, by)
    if not isinstance(by, Indexed):
        return _written_out(body, by, context)
    axes = [index(f"moved_{k}") for k in range(len(by.indices))]  # A[j, i] is derived by what A[i, j] is
    found = _written_out(body, by.base[tuple(axes)], context)
    return substitute(found, dict(zip(axes, by.indices, strict=True)))


@lru_cache(maxsize=64)
def _written_out(body: Expr, by: Expr, context: Context) -> Expr:
    if derives_by_defined((body,), context):
        raise OutsideClassError("the derivative of a derivative by a defined name is not read here")
    if len(_reached(body, head_name(by), context)) > MOST:
        raise OutsideClassError(f"a derivative through more than {MOST} inverses is not read")
    expr = context.expand(body, keep=(head_name(by),))
    if expr.has(*KINKED) or not _is_defined(expr, context):
        raise OutsideClassError("the derivative of this by a matrix whose inverse is in it is not read")
    return _total(expr, by, context)


def _moved(context: Context, expr: Expr, by: str) -> list[Inverse]:
    """The inverses in an expression that change with a variable."""
    used = context.used_in((expr,), keep=by)
    inverses = (one for one in context.inverses if not one.names.isdisjoint(used))
    moved = [one for one in inverses if by in context.made_of(one) | {one.of}]
    names = frozenset().union(*(one.names for one in context.inverses))
    return [] if context.defined_from(by) & names else moved


def _reached(expr: Expr, by: str, context: Context) -> frozenset[str]:
    """The inverses in an expression that change with a variable, and those in their matrices."""
    used = context.used_in((expr,), keep=by)
    moved = _moved(context, expr, by)
    inside = used.union(*map(context.made_of, moved))
    return frozenset(one.name for one in context.inverses if not one.names.isdisjoint(inside))


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
    """The derivative of an expression, and through each inverse and determinant in it."""
    through = [
        part for one in _moved(context, expr, head_name(by)) for part in _through(one, expr, by, context)
    ]
    return sympy.Add(_slope(expr, by, context), *through)


def _through(one: Inverse, expr: Expr, by: Expr, context: Context) -> Iterator[Expr]:
    """−Σ ∂f/∂A⁻¹[k, l] (A⁻¹ ∂A A⁻¹)[k, l], and ∂f/∂|A| |A| Σ A⁻¹[q, p] ∂A[p, q]."""
    shape, used = context.shape(one.name), context.used_in((expr,))
    *lead, k, l, p, q = _fresh(shape, (expr, by))
    inverse = context.variable(one.name).node
    matrix = _total(_matrix(one, (*lead, p, q), by, context), by, context)
    outer = list(zip(lead, shape, strict=False))
    inner = [(bound, shape[-1]) for bound in (p, q)]
    if one.name in used:
        change = inverse[(*lead, k, p)] * matrix * inverse[(*lead, q, l)]
        slope = _slope(expr, inverse[(*lead, k, l)], context)
        yield -_summed(slope * change, [*outer, (k, shape[-1]), (l, shape[-1]), *inner])
    if one.det in used:
        value = context.variable(one.det).node
        det = value[tuple(lead)] if lead else value
        yield _summed(_slope(expr, det, context) * det * inverse[(*lead, q, p)] * matrix, [*outer, *inner])


def _summed(expr: Expr, over: list[tuple[Symbol, Dimension]]) -> Expr:
    for bound, high in reversed(over):
        expr = total(expr, bound, high)
    return expr


def _slope(expr: Expr, by: Expr, context: Context) -> Expr:
    found = contracted(Partial(expr, by), _plain(context))
    if found is None:
        raise OutsideClassError(f"the derivative by {by} is outside the class that is decided")
    return found


def _matrix(one: Inverse, place: tuple[Symbol, ...], by: Expr, context: Context) -> Expr:
    """An entry of the matrix whose inverse it is, with definitions written out but that of `by`."""
    keep = (head_name(by),)
    if one.value is not None:
        return context.expand(one.value.at(place), keep)
    entry = context.lookup(one.of)
    assert isinstance(entry, Variable | Definition)
    return context.expand(entry.node[place], keep)


def _fresh(shape: tuple[Dimension, ...], avoid: tuple[Expr, ...]) -> Iterator[Symbol]:
    """New indices: one for each axis of an inverse, and two more."""
    taken = frozenset().union(*map(free_symbols, avoid))
    for _ in range(len(shape) + 2):
        found = fresh_index(index("k"), taken)
        taken |= {found}
        yield found
