"""Random small expressions in the class: sums, deltas, cases, kinks, roots, logs, two-valued variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import sympy
from mpmath import mpf
from sympy import Abs, Eq, Expr, Max, Ne, Piecewise, Rational, Sum, Symbol, exp, log, sqrt, tanh

from derivlab.symbols import (
    BINARY,
    POSITIVE,
    SIGNS,
    Context,
    Partial,
    Variable,
    delta,
    dimensions,
    indices,
    matrix,
    scalar,
    vector,
)
from tests.proof.oracle import World
from tests.proof.points import size_names

K, N = dimensions("K N")
i, j, k, m, n = indices("i j k m n")
x, y, p = vector("x", K), vector("y", K), vector("p", K)
bit, side = vector("bit", K), vector("side", K)
A, B = matrix("A", K, K), matrix("B", N, K)
s, t = scalar("s"), scalar("t")
VARIABLES = Context.of(
    x, y, A, B, s, t,
    Variable("p", (K,), POSITIVE), Variable("bit", (K,), BINARY), Variable("side", (K,), SIGNS),
)  # fmt: skip
CONTEXT = replace(VARIABLES, ranges=((i, K), (j, K)))
SPECIAL = (0, 1, -1, 2, Rational(1, 2), 0, 1, -2)


def one(condition: Any) -> Expr:
    return Piecewise((1, condition), (0, True))


def leaf(random: Random, scope: tuple[Symbol, ...]) -> Expr:
    """A number, a scalar, a size, or an entry at indices in scope (all over 1..K)."""
    numbers = [sympy.Integer(c) for c in (-1, 1, 2)] + [s, t, K]
    if not scope or random.random() < 0.25:
        return random.choice(numbers)
    a, b = random.choice(scope), random.choice(scope)
    entries = [x[a], x[a], y[a], p[a], bit[a], side[a], A[a, b], delta(a, b) if a != b else x[a], x[1]]
    return random.choice(entries)


UNARY: tuple[Callable[[Expr], Any], ...] = (
    exp, log, Abs, tanh,
    lambda e: Max(e, 0), lambda e: e**2, lambda e: 1 / e, lambda e: sqrt(e), lambda e: sqrt(e**2),
    lambda e: -e,
    lambda e: 1 / (1 + exp(-e)), lambda e: one(e > 0), lambda e: one(e >= 0), lambda e: one(Eq(e, 0)),
    lambda e: log(1 + exp(e)), lambda e: Piecewise((log(e), e > 0), (0, True)),
    lambda e: Piecewise((1 / e, Ne(e, 0)), (0, True)),
)  # fmt: skip
BINARY_OPERATIONS: tuple[Callable[[Expr, Expr], Any], ...] = (
    lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a * b, lambda a, b: a / b,
    lambda a, b: Max(a, b), lambda a, b: one(a > b),
)  # fmt: skip


def expression(random: Random, depth: int, scope: tuple[Symbol, ...]) -> Expr:
    """A random expression of at most that depth."""
    if depth == 0 or random.random() < 0.1:
        return leaf(random, scope)
    kind = random.random()
    if kind < 0.35:
        return random.choice(UNARY)(expression(random, depth - 1, scope))
    if kind < 0.75:
        operation = random.choice(BINARY_OPERATIONS)
        return operation(expression(random, depth - 1, scope), expression(random, depth - 1, scope))
    bound = next(symbol for symbol in (k, m, n) if symbol not in scope) if len(scope) < 4 else k
    body = expression(random, depth - 1, (*scope, bound))
    if kind < 0.92:
        low, high = random.choice([(1, K)] * 4 + [(2, K), (1, K - 1)])
        return Sum(body, (bound, low, high))
    return Partial(expression(random, depth - 1, scope), random.choice([x[i], s]))


def sensible(expr: Any) -> bool:
    """Whether SymPy has made an ordinary real expression of it."""
    if not isinstance(expr, Expr) or expr.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I, sympy.ITE):
        return False
    return 2 < sum(1 for _ in sympy.preorder_traversal(expr)) < 60


def draw(random: Random, depth: int = 3) -> Expr:
    """A sensible random expression with the free indices i and j."""
    while True:
        try:
            expr = expression(random, depth, (i, j))
        except (TypeError, ValueError, ZeroDivisionError):
            continue
        if sensible(expr):
            return expr


def special_world(number: int) -> World:
    """A point of ties, zeros and ones; sizes from 1 to 3."""
    random = Random(number)
    names = size_names(CONTEXT, ())
    world = World(CONTEXT, {name: 1 + (number + q) % 3 for q, name in enumerate(names)}, {})
    values = {}
    for variable in CONTEXT.variables:
        places = product(*(range(1, world.size(size) + 1) for size in variable.shape))
        values[variable.name] = {place: _special(variable, random) for place in places}
    return replace(world, values=values)


def _special(variable: Variable, random: Random) -> Any:
    if variable.domain.values is not None:
        return mpf(int(random.choice(variable.domain.values)))
    found = sympy.Rational(random.choice(SPECIAL))
    if variable.domain.positive and found <= 0:
        found = 1 - found
    return mpf(int(found.p)) / int(found.q)
