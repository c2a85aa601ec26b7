"""Wrong claims from right ones: the slips that people make, as edits of an expression tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import sympy
from sympy import (
    Add,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Mul,
    Piecewise,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
)

from derivlab.symbols import Context
from tests.proof.points import index_ranges

Path = tuple[int, ...]
Scope = dict[Symbol, str]  # the indices that may be written at a place, with their sizes
Edit = tuple[str, Expr]
Mutator = Callable[[Any, Scope], Iterator[Edit]]
FLIPPED = {
    sympy.StrictGreaterThan: sympy.StrictLessThan,
    sympy.StrictLessThan: sympy.StrictGreaterThan,
    sympy.GreaterThan: sympy.LessThan,
    sympy.LessThan: sympy.GreaterThan,
    sympy.Equality: sympy.Unequality,
    sympy.Unequality: sympy.Equality,
}
CONFUSED = {
    "tanh": sympy.sinh, "sinh": sympy.cosh, "cosh": sympy.sinh, "sin": sympy.cos, "cos": sympy.sin,
    "exp": sympy.cosh, "log": lambda u: sympy.log(1 + u),
    "erf": sympy.tanh, "sign": sympy.Abs, "Abs": lambda u: u,
    "Max": sympy.Min, "Min": sympy.Max,
}  # fmt: skip


def sums_and_products(node: Any, scope: Scope) -> Iterator[Edit]:
    """A dropped term, a wrong sign; a dropped factor, one too many."""
    if isinstance(node, Add):
        for k, term in enumerate(node.args):
            rest = node.args[:k] + node.args[k + 1 :]
            yield "dropped term", Add(*rest)
            yield "sign of a term", Add(-term, *rest)
            yield "doubled term", Add(2 * term, *rest)
    if isinstance(node, Mul):
        for k in range(len(node.args)):
            yield "dropped factor", Mul(*node.args[:k], *node.args[k + 1 :])
            yield "squared factor", Mul(node.args[k], *node.args)


def powers(node: Any, scope: Scope) -> Iterator[Edit]:
    """A wrong exponent."""
    if isinstance(node, Pow):
        base, exponent = node.args
        yield "exponent + 1", Pow(base, exponent + 1)
        yield "exponent - 1", Pow(base, exponent - 1)
        yield "inverted", Pow(base, -exponent)


def entries(node: Any, scope: Scope) -> Iterator[Edit]:
    """A transpose, a wrong index."""
    if not isinstance(node, Indexed):
        return
    if len(node.indices) == 2:
        yield "transposed", node.base[node.indices[1], node.indices[0]]
    for k, place in enumerate(node.indices):
        for other, size in scope.items():
            if isinstance(place, Symbol) and other != place and scope.get(place) == size:
                yield "wrong index", node.base[(*node.indices[:k], other, *node.indices[k + 1 :])]
        if isinstance(place, Integer):
            yield "next position", node.base[(*node.indices[:k], place + 1, *node.indices[k + 1 :])]


def binders(node: Any, scope: Scope) -> Iterator[Edit]:
    """A missing sum, a missing mean, a wrong bound."""
    if not isinstance(node, Sum | Product):
        return
    (bound, low, high), *others = node.limits
    for other, size in scope.items():
        if size == str(high) and other != bound:
            yield "missing sum", _rebound(node.func, node.function, [*others], {bound: other})
    yield "lower bound", node.func(node.function, (bound, low + 1, high), *others)
    if isinstance(high, Symbol):
        yield "upper bound", node.func(node.function, (bound, low, high - 1), *others)
        yield "mean for sum", node / high
        yield "factor of the size", node * high


def _rebound(kind: Any, body: Expr, limits: list[Any], mapping: dict[Symbol, Symbol]) -> Expr:
    from derivlab.symbols import substitute

    inner = substitute(body, mapping)
    return kind(inner, *limits) if limits else inner


def names(node: Any, scope: Scope) -> Iterator[Edit]:
    """A wrong size, a wrong number, a delta forgotten."""
    if isinstance(node, Symbol) and node.is_integer and node.is_positive and node not in scope:
        yield "size + 1", node + 1
        for size in sorted(set(scope.values())):
            if size not in (node.name, "") and not size.isdigit():
                yield "another size", Symbol(size, integer=True, positive=True)
    if isinstance(node, Rational) and node not in (-1,):
        yield "number + 1", node + 1
    if isinstance(node, KroneckerDelta):
        yield "missing delta", Integer(1)
        yield "missing diagonal", Integer(0)
        yield "complement", 1 - node


def cases(node: Any, scope: Scope) -> Iterator[Edit]:
    """A flipped condition, swapped branches, a confused function."""
    if isinstance(node, Piecewise) and len(node.args) == 2:
        (first, condition), (second, _) = node.args
        yield "swapped branches", Piecewise((second, condition), (first, True))
        if type(condition) in FLIPPED:
            yield (
                "flipped condition",
                Piecewise((first, FLIPPED[type(condition)](*condition.args)), (second, True)),
            )
    confused = CONFUSED.get(type(node).__name__)
    if confused is not None:
        yield "wrong function", confused(*node.args)
        if len(node.args) == 1:
            yield "sign inside", node.func(-node.args[0])


MUTATORS: tuple[Mutator, ...] = (sums_and_products, powers, entries, binders, names, cases)
WHOLE: tuple[tuple[str, Callable[[Expr], Expr]], ...] = (
    ("sign", lambda e: -e),
    ("factor 2", lambda e: 2 * e),
    ("factor 1/2", lambda e: e / 2),
    ("off by a thousandth", lambda e: e * Rational(1001, 1000)),
    ("off by a billionth", lambda e: e + Rational(1, 10**9)),
    ("shifted by 1", lambda e: e + 1),
    ("squared", lambda e: e**2),
    ("absolute value", lambda e: sympy.Abs(e)),
)


def places(
    expr: Any, path: Path = (), bound: tuple[Symbol, ...] = ()
) -> Iterator[tuple[Path, Any, tuple[Symbol, ...]]]:
    """Every node that may be edited, with its path and the bound indices around it."""
    yield path, expr, bound
    if isinstance(expr, Indexed | KroneckerDelta) or not getattr(expr, "args", ()):
        return
    inner = bound
    children = enumerate(expr.args)
    if isinstance(expr, Sum | Product):
        inner, children = bound + tuple(limit[0] for limit in expr.limits), enumerate(expr.args[:1])
    for k, arg in children:
        yield from places(arg, (*path, k), inner)


def edited(expr: Any, path: Path, new: Any) -> Any:
    """The tree with the node at the path replaced."""
    if not path:
        return new
    args = list(expr.args)
    args[path[0]] = edited(args[path[0]], path[1:], new)
    return expr.func(*args)


def mutants(expr: Expr, free: Scope, context: Context) -> Iterator[Edit]:
    """All single slips in an expression whose free indices and their sizes are given."""
    for name, change in WHOLE:
        yield name, change(expr)
    spans = {symbol: str(found[0]) for symbol, found in index_ranges((expr,), context).items()}
    for path, node, bound in places(expr):
        scope = {**free, **{symbol: spans.get(symbol, "") for symbol in bound}}
        for mutator in MUTATORS:
            for name, new in mutator(node, scope):
                yield name, edited(expr, path, new)


def sampled(
    left: Expr, right: Expr, context: Context, count: int, random: Random, slips: int = 1
) -> list[Edit]:
    """Some of the mutants of the right side, without repetition; with `slips` > 1 several at once."""
    free = {symbol: str(found[0]) for symbol, found in index_ranges((left, right), context).items()}
    first = list(mutants(right, free, context))
    result: dict[Expr, str] = {}
    for _ in range(20 * count):
        name, expr = random.choice(first)
        for _ in range(random.randrange(slips)):
            more, expr = random.choice(list(mutants(expr, free, context)))
            name += f", {more}"
        if (
            expr != right
            and expr.is_finite is not False
            and not expr.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I)
        ):
            result.setdefault(expr, name)
        if len(result) == count:
            break
    return [(name, expr) for expr, name in result.items()]
