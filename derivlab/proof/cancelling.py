"""Equations with inverses, multiplied by the matrix: `(A B)⁻¹ = B⁻¹ A⁻¹` is `I = A B B⁻¹ A⁻¹`.

An invertible M may be taken away from both sides of M L = M R, so either equation proves the other. The
canonical form knows M M⁻¹ = I and needs the product to use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import sympy
from sympy import Expr, Indexed, Symbol

from derivlab.proof.claim import Claim
from derivlab.symbols import Context, Inverse, derives_by_defined, free_symbols, fresh_index, head_name, total

#: How many inverses are cancelled one after the other, and how many equations are tried in all.
DEPTH, TRIES = 3, 12


class Axis(NamedTuple):
    """The row or the column of an inverse that stands on a free index of a claim."""

    inverse: Inverse
    lead: tuple[Expr, ...]
    free: Symbol
    is_row: bool


def multiplied(claim: Claim) -> Iterator[Claim]:
    """Equations that hold if and only if the claim does, each without one of its inverses or more."""
    if derives_by_defined((claim.left, claim.right), claim.context):
        return
    pending, tried = [(claim, 0)], 0
    while pending:
        one, depth = pending.pop(0)
        for axis in dict.fromkeys(_axes(one)):
            if depth == DEPTH or tried == TRIES:
                return
            tried += 1
            following = _times(one, axis)
            yield following
            pending.append((following, depth + 1))


def _axes(claim: Claim) -> Iterator[Axis]:
    """The places where a matrix may be multiplied to: the outer axes of the inverses of a claim."""
    context = claim.context
    known = {one.name: one for one in context.inverses}
    sides = [context.expand(side) for side in (claim.left, claim.right)]
    free = free_symbols(sides[0]) | free_symbols(sides[1])
    for side in sides:
        for node in sympy.preorder_traversal(side):
            if isinstance(node, Indexed) and head_name(node) in known:
                yield from _outer(known[head_name(node)], node, free, context)


def _outer(inverse: Inverse, node: Indexed, free: frozenset[Symbol], context: Context) -> Iterator[Axis]:
    *lead, row, column = node.indices
    inside = {symbol for index in lead for symbol in free_symbols(index)}
    if row == column or not inside <= free:
        return
    size = context.shape(inverse.name)[-1]
    for index, is_row in ((row, True), (column, False)):
        whole = dict(context.ranges).get(index, size) == size
        if isinstance(index, Symbol) and index in free - inside and whole:
            yield Axis(inverse, tuple(lead), index, is_row)


def _times(claim: Claim, axis: Axis) -> Claim:
    """Both sides of a claim, multiplied by the matrix on one side and summed."""
    context = claim.context
    taken = free_symbols(claim.left) | free_symbols(claim.right) | {axis.free}
    other = fresh_index(axis.free, taken)
    size = context.shape(axis.inverse.name)[-1]
    left, right = (
        total(_multiplied(context.expand(side), axis, other, context), axis.free, size)
        for side in (claim.left, claim.right)
    )
    return replace(claim, left=left, right=right, context=_following(axis, other, context))


def _multiplied(side: Expr, axis: Axis, other: Symbol, context: Context) -> Expr:
    """A side times the matrix, term by term: by its name where it meets its inverse, else by its value."""
    pair = (other, axis.free) if axis.is_row else (axis.free, other)
    inverse = axis.inverse
    named = context.lookup(inverse.of)
    assert named is not None
    by_name = named.node[(*axis.lead, *pair)]
    by_value = by_name if inverse.value is None else inverse.value.at((*axis.lead, *pair))
    return sympy.Add(
        *(term * (by_name if _meets(term, axis) else by_value) for term in sympy.Add.make_args(side))
    )


def _meets(term: Expr, axis: Axis) -> bool:
    place = -2 if axis.is_row else -1
    return any(
        isinstance(node, Indexed)
        and head_name(node) == axis.inverse.name
        and node.indices[place] == axis.free
        and node.indices[:-2] == axis.lead
        for node in sympy.preorder_traversal(term)
    )


def _following(axis: Axis, other: Symbol, context: Context) -> Context:
    """The context of the product, in which the value of the matrix stays written out."""
    value = axis.inverse.value
    return replace(
        context,
        ranges=(
            *(entry for entry in context.ranges if entry[0] != axis.free),
            (other, context.shape(axis.inverse.name)[-1]),
        ),
        assumptions=tuple(pair for pair in context.assumptions if value is None or pair[0] != value.body),
    )
