"""Matrices that a formula writes out and that are symmetric: so are their inverses."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from derivlab.algebra.canonical import residue
from derivlab.errors import OutsideClassError
from derivlab.symbols import Context, Definition, Inverse, equations_of, relevant, says_symmetric, substitute

STEPS = 4_000


def with_mirrored(context: Context) -> Context:
    """The context in which an inverse is symmetric where the canonical form shows that its matrix is."""
    inverses = tuple(_mirrored(one, context) for one in context.inverses)
    return context if inverses == context.inverses else replace(context, inverses=inverses)


def _mirrored(one: Inverse, context: Context) -> Inverse:
    known = any(says_symmetric(pair, one.name) for pair in one.pairs)
    if one.value is None or known or not _is_symmetric(one.value, relevant(context, (one.value.body,))):
        return one
    variables = context.variable(one.of), context.variable(one.name)
    return replace(one, pairs=tuple(equations_of(one, *variables, symmetric=True)))


@lru_cache(maxsize=128)
def _is_symmetric(value: Definition, context: Context) -> bool:
    row, column = value.indices
    turned = substitute(value.body, {row: column, column: row})
    try:
        return residue(value.body, turned, replace(context, inverses=()), STEPS).is_zero
    except OutsideClassError:
        return False
