"""Rewritings that hold at generic points, and may fail at a kink, a zero, a tie or at size 1.

Each pair stands in one surrounding that needs something (a log, a root, a denominator, a slope), so
that the facts derivlab takes from definedness are at work.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import sympy
from sympy import Abs, Eq, Expr, Max, Ne, Piecewise, Sum, exp, log, sign, sqrt

from derivlab.symbols import Partial, substitute
from tests.proof.mutations import edited, places
from tests.proof.random_expressions import K, draw, expression, i, j, k, leaf, one, s, sensible, x

Rewriting = Callable[[Any, Random], Any]


def some(random: Random) -> Expr:
    """A small expression to guard or to divide by."""
    return expression(random, random.choice([0, 0, 1]), (i, j))


ANYWHERE: tuple[Rewriting, ...] = (
    lambda e, r: Piecewise((0, Eq(e, 0)), (e, True)),
    lambda e, r: Piecewise((1, Eq(e, 0)), (e, True)),
    lambda e, r: (lambda u: (e * u + e) / (u + 1))(some(r)),
    lambda e, r: (lambda u: Piecewise((e, Ne(u, 0)), (0, True)))(some(r)),
    lambda e, r: (lambda u: e + one(Eq(u, 0)))(some(r)),
    lambda e, r: (lambda u: e * one(Ne(u, 0)))(some(r)),
    lambda e, r: e * one(e > 0) + e * one(e < 0),
    lambda e, r: e * one(e >= 0) - Abs(e) * one(e <= 0),
    lambda e, r: Max(e, 0) - Max(-e, 0),
    lambda e, r: sign(e) * Abs(e),
    lambda e, r: sqrt(e**2) * (2 * one(e > 0) - 1),
    lambda e, r: e * one(e > 0) ** 2 + e * (1 - one(e > 0)),
    lambda e, r: log(exp(e)) if e.is_number else -log(exp(-e) + 1) + log(1 + exp(e)),
    lambda e, r: (lambda u: e * Piecewise((1, Eq(u, 0)), (u / Abs(u) * sign(u), True)))(some(r)),
    lambda e, r: (lambda u: Piecewise((e, u > 0), (e + one(Eq(u, 0)), True)))(some(r)),
)
AT_NODES: dict[str, tuple[Rewriting, ...]] = {
    "Abs": (
        lambda e, r: e.args[0] * sign(e.args[0]),
        lambda e, r: Piecewise((e.args[0], e.args[0] >= 0), (-e.args[0], True)),
        lambda e, r: sqrt(e.args[0] ** 2),
    ),
    "Max": (lambda e, r: (e.args[0] + e.args[1] + Abs(e.args[0] - e.args[1])) / 2,),
    "log": (
        lambda e, r: log(Abs(e.args[0])),
        lambda e, r: log(e.args[0] ** 2) / 2,
        lambda e, r: Piecewise((e, e.args[0] > 0), (0, True)),
    ),
    "Piecewise": (
        lambda e, r: Piecewise((e.args[0][0], _closed(e.args[0][1])), (e.args[1][0], True)),
        lambda e, r: Piecewise((e.args[1][0], sympy.Not(e.args[0][1])), (e.args[0][0], True)),
    ),
    "Sum": (
        lambda e, r: _term(e, sympy.Integer(1)) + Sum(e.function, (e.limits[0][0], 2, K)),
        lambda e, r: _term(e, K) + Sum(e.function, (e.limits[0][0], 1, K - 1)),
    ),
    "Pow": (lambda e, r: Abs(e.args[0]) ** e.args[1], lambda e, r: sqrt(e.args[0] ** (2 * e.args[1]))),
    "Indexed": (lambda e, r: e**2, lambda e, r: 1 / e, lambda e, r: Abs(e), lambda e, r: exp(log(e))),
}  # fmt: skip


def _term(node: Sum, position: Expr) -> Expr:
    return substitute(node.function, {node.limits[0][0]: position})


def _closed(condition: Any) -> Any:
    """The condition with its boundary, or without."""
    turned = {
        sympy.StrictGreaterThan: sympy.GreaterThan,
        sympy.GreaterThan: sympy.StrictGreaterThan,
        sympy.StrictLessThan: sympy.LessThan,
        sympy.LessThan: sympy.StrictLessThan,
        sympy.Equality: lambda a, b: sympy.false,
        sympy.Unequality: lambda a, b: sympy.true,
    }
    return turned[type(condition)](*condition.args) if type(condition) in turned else condition


def rewritten(expr: Expr, random: Random) -> Expr | None:
    """One rewriting at one place, or None where it does not apply."""
    path, node, _ = random.choice(list(places(expr)))
    if not isinstance(node, Expr) or isinstance(node, sympy.Integer):
        return None
    name = type(node).__name__
    options = AT_NODES.get(name, ()) if random.random() < 0.6 else ANYWHERE
    if not options or (name == "Sum" and (len(node.limits) > 1 or node.limits[0][1:] != (1, K))):
        return None
    if path and isinstance(_at(expr, path[:-1]), Partial) and path[-1] == 1:
        return None  # what a derivative is taken by stays
    try:
        new = edited(expr, path, random.choice(options)(node, random))
    except (TypeError, ValueError, AttributeError, IndexError):
        return None
    return new if new != expr and sensible(new) else None


def _at(expr: Any, path: tuple[int, ...]) -> Any:
    for step in path:
        expr = expr.args[step]
    return expr


SURROUNDINGS: tuple[Rewriting, ...] = (
    lambda e, r: e,
    lambda e, r: e,
    lambda e, r: e + log(some(r)),
    lambda e, r: e + sqrt(some(r)),
    lambda e, r: e * leaf(r, (i, j)),
    lambda e, r: e + 1 / some(r),
    lambda e, r: e + Partial(Abs(some(r)), r.choice([x[i], s])),
    lambda e, r: e + Sum(log(leaf(r, (i, j, k))), (k, *r.choice([(1, K), (2, K), (1, K - 1)]))),
    lambda e, r: e + Partial(Sum(Max(leaf(r, (i, k)), 0), (k, 1, K)), x[i]),
    lambda e, r: Partial(e, r.choice([x[i], s])),
    lambda e, r: Sum(e, (j, 1, K)),
)


def pair(random: Random) -> tuple[Expr, Expr]:
    """Two expressions that a generic point does not tell apart (mostly)."""
    while True:
        left = draw(random, random.choice([1, 2, 2]))
        right = rewritten(left, random)
        if right is None:
            continue
        surrounding, seed = random.choice(SURROUNDINGS), random.random()
        try:
            sides = tuple(surrounding(e, Random(seed)) for e in (left, right))
        except (TypeError, ValueError):
            continue
        if all(map(sensible, sides)) and sides[0] != sides[1]:
            return sides[0], sides[1]
