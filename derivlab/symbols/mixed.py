"""Derivatives that have no agreed meaning, and are refused."""

from __future__ import annotations

from functools import lru_cache

import sympy
from sympy import Expr

from derivlab.errors import OutsideClassError
from derivlab.symbols.context import Context
from derivlab.symbols.nodes import Partial, head_name


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
    for one in context.inverses:
        made = context.made_of(one) | {one.of}
        if (one.name in used and by in made) or (by == one.name and not used.isdisjoint(made)):
            raise OutsideClassError(f"the derivative of {one.name}, an inverse, by {by} is not read")


@lru_cache(maxsize=256)
def _partials_in(expr: Expr) -> tuple[Partial, ...]:
    return tuple(node for node in sympy.preorder_traversal(expr) if isinstance(node, Partial))
