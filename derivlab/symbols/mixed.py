"""Derivatives that have no agreed meaning, and are refused; symmetric matrices."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import sympy
from sympy import Expr, Indexed

from derivlab.errors import OutsideClassError
from derivlab.symbols.context import Context
from derivlab.symbols.nodes import Partial, head_name


def derives_by_defined(exprs: Iterable[Expr], context: Context) -> bool:
    """Whether a derivative by a defined name is in expressions, or in the definitions that they use."""
    every = list(exprs)
    used = (context.definition(name) for name in context.used_in(every))
    bodies = [one.body for one in used if one is not None]
    partials = (node for expr in (*every, *bodies) for node in _partials_in(expr))
    return any(context.definition(head_name(node.by)) is not None for node in partials)


def says_symmetric(pair: tuple[Expr, Expr], name: str) -> bool:
    """Whether an equation is A[i, j] = A[j, i] of the matrix of that name, or of each one of a family."""
    left, right = pair
    if not (isinstance(left, Indexed) and isinstance(right, Indexed) and len(left.indices) > 1):
        return False
    *lead, row, column = left.indices
    return head_name(left) == head_name(right) == name and right.indices == (*lead, column, row)


def refuse_mixed(node: Partial, context: Context) -> None:
    """A derivative by q of a derivative by z, where q is defined from z, has no agreed meaning.

    The derivative of an inverse by what its matrix is made of is not read either.
    """
    if context.inverses:
        _refuse_inverse(node, context)
    inside = _partials_in(node.body)
    below = context.defined_from(head_name(node.by)) if inside else ()
    for inner in inside:
        if head_name(inner.by) in below:
            raise OutsideClassError(
                f"a derivative by {node.by} of a derivative by {inner.by}, which moves it"
            )


def _refuse_inverse(node: Partial, context: Context) -> None:
    """The assumption A·A⁻¹ = I ties two variables; moving one alone is no derivative."""
    by, used = head_name(node.by), context.used_in((node.body,))
    below = context.defined_from(by)
    for one in context.inverses:
        tied = context.made_of(one) | one.names | {one.of}
        moves = by in tied - one.names and not used.isdisjoint(one.names)
        back = by in one.names and not used.isdisjoint(tied - {by})
        if not below.isdisjoint(one.names):  # by L := A⁻¹, of what is written in A
            back = not context.used_in((node.body,), keep=by).isdisjoint(tied)
        if moves or back:
            raise OutsideClassError(f"the derivative of {one.name}, an inverse, by {by} is not read")


@lru_cache(maxsize=256)
def _partials_in(expr: Expr) -> tuple[Partial, ...]:
    return tuple(node for node in sympy.preorder_traversal(expr) if isinstance(node, Partial))
