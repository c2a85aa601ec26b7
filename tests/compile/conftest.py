"""The oracle of these tests, an independent evaluator: every index and every sum by explicit loops."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import Expr, Indexed, KroneckerDelta, Piecewise, Sum, Symbol

from derivlab.symbols import Context, head_name


def evaluate(expr: Any, context: Context, arrays: Mapping[str, Any], places: Mapping[Any, int]) -> Any:
    """The value of `expr` at `places` (index -> 1-based value; dimension -> size)."""
    go = lambda e, at=places: evaluate(e, context, arrays, at)  # noqa: E731
    if isinstance(expr, Sum):
        inner, (bound, _, high) = (
            expr.func(expr.function, *expr.limits[:-1]) if len(expr.limits) > 1 else expr.function,
            expr.limits[-1],
        )
        return sum((go(inner, {**places, bound: v}) for v in range(1, int(go(high)) + 1)), 0.0)
    if isinstance(expr, Symbol) and expr in places:
        return places[expr]
    if isinstance(expr, Symbol | Indexed):
        name = head_name(expr)
        at = [int(go(i)) for i in getattr(expr, "indices", ())]
        definition = context.definition(name)
        if definition is not None:
            sizes = {s: v for s, v in places.items() if s not in definition.indices}
            return go(definition.body, {**sizes, **dict(zip(definition.indices, at, strict=True))})
        value = np.asarray(arrays[name])[tuple(i - 1 for i in at)]
        return int(value) + 1 if context.variable(name).domain.index_of is not None else float(value)
    if isinstance(expr, KroneckerDelta):
        return float(go(expr.args[0]) == go(expr.args[1]))
    if isinstance(expr, Piecewise):
        return next(go(value) for value, condition in expr.args if _holds(condition, go))
    if isinstance(expr, sympy.Add):
        return math.fsum(go(arg) for arg in expr.args)
    if isinstance(expr, sympy.Mul):
        return math.prod(go(arg) for arg in expr.args)
    if isinstance(expr, sympy.Pow):
        return go(expr.base) ** go(expr.exp)
    if expr.is_Number or expr.is_NumberSymbol:
        return float(expr)
    return float(expr.func(*(sympy.Float(go(arg), 30) for arg in expr.args)))


def _holds(condition: Any, go: Any) -> bool:
    if isinstance(condition, sympy.Or):
        return any(_holds(c, go) for c in condition.args)
    if isinstance(condition, sympy.And):
        return all(_holds(c, go) for c in condition.args)
    if isinstance(condition, sympy.Not):
        return not _holds(condition.args[0], go)
    if condition in (True, False):
        return bool(condition)
    return bool(condition.func(*(sympy.Float(go(arg), 30) for arg in condition.args)))


def table(
    expr: Expr,
    indices: tuple[Symbol, ...],
    sizes: Mapping[Symbol, int],
    ranges: Mapping[Symbol, Symbol],
    context: Context,
    arrays: Mapping[str, Any],
) -> np.ndarray:
    """All entries of `expr` over `indices`."""
    lengths = [sizes[ranges[i]] for i in indices]
    result = np.empty(lengths)
    for at in itertools.product(*(range(n) for n in lengths)):
        places = {**sizes, **{i: v + 1 for i, v in zip(indices, at, strict=True)}}
        result[at] = evaluate(expr, context, arrays, places)
    return result


@pytest.fixture(scope="session")
def oracle() -> Any:
    """`table`, for the tests of this folder."""
    return table
