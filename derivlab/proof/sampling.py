"""Points at which a claim is tried: sizes, and exact rational values that satisfy the assumptions.

Deterministic: the same claim is tried at the same points in every process. Signs, magnitudes, ties
and extremes are all visited, since sampling a comfortable interval accepts |w| for w.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product
from math import prod
from random import Random
from typing import Any

import sympy
from sympy import Expr, Symbol

from derivlab.errors import DerivlabError
from derivlab.proof.evaluate import Evaluator, Position
from derivlab.proof.numbers import NotDefinedError
from derivlab.symbols import Context, Domain, Variable, free_symbols, head_name

Point = dict[str, dict[Position, Fraction]]
# Sizes of the distinct dimensions, cyclically; distinct sizes first, so that axes tell apart.
SIZE_PATTERNS = ((2, 3), (3, 2), (1, 2), (2, 1), (3, 3), (1, 1), (2, 2), (4, 3))
_GENERIC = tuple(map(Fraction, ("1/2", "-1/3", "3/4", "-2/3", "5/4", "-3/2", "1/5", "2")))
_SPREAD = tuple(map(Fraction, ("3", "-5/2", "1/100", "-4", "7/3", "-1/50", "6", "-7/4")))
_TIES = (Fraction(1), Fraction(1), Fraction(-1), Fraction(0), Fraction(1), Fraction(-1))
_ZERO = (Fraction(0),)
_EXTREME = tuple(map(Fraction, ("40", "-40", "1/1000", "80", "-80", "800", "-15", "0")))
COMPARING = (sympy.Piecewise, sympy.Max, sympy.Min, sympy.Abs, sympy.sign, sympy.Heaviside)
POOLS = (_GENERIC, _SPREAD, _ZERO, _TIES, _GENERIC, _SPREAD, _EXTREME, _GENERIC, _TIES, _SPREAD)
AT_BOUND = 0.25  # how often a closed bound itself is visited
SOLVE_TRIES = 12
MAX_ENTRIES = 4_000  # at a point; larger fixed sizes are not tried
OWN_ROUND = 4  # when a claim's own thresholds are tried
OWN_POINTS = len(SIZE_PATTERNS)
MAX_THRESHOLDS = 12
REMEMBERED = 256  # expressions whose sizes and entries are kept


@dataclass(frozen=True)
class Sample:
    """Sizes and values of every variable."""

    sizes: Mapping[str, int]
    values: Point


def samples(
    context: Context,
    sizes: tuple[str, ...],
    least: Mapping[str, int],
    patterns: tuple[tuple[int, int], ...] = SIZE_PATTERNS,
    own: tuple[Fraction, ...] = (),
) -> Iterator[Sample]:
    """Points in the declared domains that satisfy the assumptions, small sizes first.

    `least` gives sizes that must not fall below a number (an entry z_3 needs three); `own` are numbers
    at and between the thresholds of the claim, which are tried as well.
    """
    rounds = list(enumerate(POOLS))
    rounds[OWN_ROUND:OWN_ROUND] = [(len(POOLS) + k, own) for k in range((1 if sizes else 2) if own else 0)]
    for round_number, pool in rounds:
        for number, pattern in enumerate(patterns):
            chosen = {name: max(pattern[k % 2] + k // 2, least.get(name, 1)) for k, name in enumerate(sizes)}
            if (not sizes and number > 3) or (pool is _ZERO and number > 1):
                break
            random = Random(1000 * round_number + number)
            point = draw(context, chosen, pool, random)
            if point is not None:
                yield Sample(chosen, point)


@lru_cache(maxsize=REMEMBERED)
def thresholds(exprs: tuple[Expr, ...]) -> tuple[Fraction, ...]:
    """Numbers at, between and beyond those of expressions by cases; none where nothing is compared.

    >>> from derivlab.symbols import scalar
    >>> t = scalar("t")
    >>> [str(number) for number in thresholds((sympy.Max(t, 1) * 2,))]
    ['0', '1', '3/2', '2', '3']
    """
    nodes = [node for expr in exprs for node in sympy.preorder_traversal(expr)]
    if not any(isinstance(node, COMPARING) for node in nodes):
        return ()
    found = {Fraction(int(n.p), int(n.q)) for n in nodes if isinstance(n, sympy.Rational) and abs(n) <= 1000}
    breaks = sorted(found, key=abs)[:MAX_THRESHOLDS]
    breaks = sorted({*breaks, *(-number for number in breaks if number < 0)})
    if not breaks:
        return ()
    between = [(low + high) / 2 for low, high in pairwise(breaks)]
    return tuple(sorted({breaks[0] - 1, *breaks, *between, breaks[-1] + 1}))


def draw(
    context: Context, sizes: Mapping[str, int], pool: tuple[Fraction, ...], random: Random
) -> Point | None:
    """Values of all variables, or None where the assumptions were not met in a few tries."""
    if sum(prod(_size(n, sizes) for n in v.shape) for v in context.variables) > MAX_ENTRIES:
        return None
    for attempt in range(SOLVE_TRIES):
        scale = Fraction(1, 4**attempt) if attempt < 4 else Fraction(1)
        point = {v.name: _values(v, sizes, pool, random, scale) for v in context.variables}
        for name, axes in _unit_arrays(context):
            _normalize(point[name], axes)
        if not context.assumptions and not context.positive:
            return point
        if _satisfied(context, sizes, point):
            return point
    return None


def _values(
    variable: Variable, sizes: Mapping[str, int], pool: tuple[Fraction, ...], random: Random, scale: Fraction
) -> dict[Position, Fraction]:
    places = product(*(range(1, _size(n, sizes) + 1) for n in variable.shape))
    return {
        place: _in_domain(variable.domain, random.choice(pool) * scale, sizes, random) for place in places
    }


def _size(size: Expr, sizes: Mapping[str, int]) -> int:
    return int(size) if isinstance(size, sympy.Integer) else sizes[str(size)]


def _in_domain(domain: Domain, value: Fraction, sizes: Mapping[str, int], random: Random) -> Fraction:
    """The value moved into the domain."""
    if domain.values is not None:
        return random.choice(domain.values)
    if domain.index_of is not None:
        return Fraction(random.randint(1, _size(domain.index_of, sizes)))
    low, high = domain.low, domain.high
    if low is not None and not domain.low_open and random.random() < AT_BOUND:
        return low
    if domain.contains(value):
        return value
    if low is not None and high is not None:
        part = abs(value) / (1 + abs(value))
        return low + (high - low) * (part if 0 < part < 1 else Fraction(1, 3))
    if low is not None:
        return low + (abs(value) or Fraction(1, 7))
    if high is not None:
        return high - (abs(value) or Fraction(1, 7))
    return value or Fraction(1, 7)


def _unit_arrays(context: Context) -> list[tuple[str, int]]:
    """Arrays with an assumption Σₖ x[..., k]² = 1, and how many axes they have."""
    found = []
    for left, right in context.assumptions:
        if right == 1 and isinstance(left, sympy.Sum) and len(left.limits) == 1:
            body, bound = left.function, left.limits[0][0]
            squared = isinstance(body, sympy.Pow) and body.exp == 2 and isinstance(body.base, sympy.Indexed)
            if squared and body.base.indices[-1] == bound and context.lookup(head_name(body.base)):
                found.append((head_name(body.base), len(body.base.indices)))
    return found


def _normalize(entries: dict[Position, Fraction], axes: int) -> None:
    """Each row onto the unit sphere by stereographic projection: rational points stay rational."""
    rows: dict[Position, list[Position]] = {}
    for place in entries:
        rows.setdefault(place[: axes - 1], []).append(place)
    for places in rows.values():
        *free, last = places
        square = sum((entries[place] ** 2 for place in free), Fraction(0))
        for place in free:
            entries[place] = 2 * entries[place] / (square + 1)
        entries[last] = (square - 1) / (square + 1)


# -- assumptions -----------------------------------------------------------------------------------
def _satisfied(context: Context, sizes: Mapping[str, int], point: Point) -> bool:
    """Solve each assumption for one entry, exactly; then all must hold."""
    try:
        equations = [
            (left - right, env)
            for left, right in context.assumptions
            for env in environments(free_indices((left, right), context), context, sizes, (left, right))
        ]
        fixed: set[tuple[str, Position]] = set()
        for difference, env in equations:
            if not _solve(context, sizes, point, difference, env, fixed):
                return False
        exact = _exact(context, sizes, point)
        return all(exact.value(d, env) == 0 for d, env in equations) and _positive(context, sizes, point)
    except (NotDefinedError, DerivlabError, KeyError):
        return False


def _exact(context: Context, sizes: Mapping[str, int], point: Point) -> Evaluator:
    return Evaluator(context, sizes, point, number=lambda value: value)


def _solve(
    context: Context,
    sizes: Mapping[str, int],
    point: Point,
    difference: Expr,
    env: Mapping[Symbol, int],
    fixed: set[tuple[str, Position]],
) -> bool:
    """Move one entry, in which the equation is linear, so that it holds."""

    def at(name: str, place: Position, value: Fraction) -> Any:
        kept = point[name][place]
        point[name][place] = value
        try:
            return _exact(context, sizes, point).value(difference, env)
        finally:
            point[name][place] = kept

    if _exact(context, sizes, point).value(difference, env) == 0:
        return True
    names = [s.name for s in sorted(free_symbols(context.expand(difference)), key=str)]
    for name in [n for n in names if n in point]:
        domain = context.variable(name).domain
        for place in reversed(list(point[name])):
            if (name, place) in fixed:
                continue
            f0, f1, f2 = (at(name, place, Fraction(k)) for k in range(3))
            if f0 == f1 or f2 - 2 * f1 + f0 != 0:
                continue
            root = f0 / (f0 - f1)
            if domain.contains(root):
                point[name][place] = root
                fixed.add((name, place))
                return True
    return False


def _positive(context: Context, sizes: Mapping[str, int], point: Point) -> bool:
    balls = Evaluator(context, sizes, point)
    return all(
        balls.value(expr, env) > 0
        for expr in context.positive
        for env in environments(free_indices((expr,), context), context, sizes, (expr,))
    )


# -- free indices ----------------------------------------------------------------------------------
def free_indices(exprs: tuple[Expr, ...], context: Context) -> tuple[Symbol, ...]:
    """Free symbols that are neither declared names nor sizes, in order of name."""
    sizes = size_names(context, exprs)
    found = frozenset().union(*(free_symbols(expr) for expr in exprs))
    indices = [s for s in found if context.lookup(s.name) is None and s.name not in sizes and s.is_integer]
    return tuple(sorted(indices, key=str))


def size_names(context: Context, exprs: tuple[Expr, ...] = ()) -> tuple[str, ...]:
    """Names of the symbolic sizes: of shapes, ranges and bounds of sums, in order of appearance."""
    found: dict[str, None] = {}
    shapes = [variable.shape for variable in context.variables]
    shapes += [definition.shape for definition in context.definitions]
    for size in (size for shape in shapes for size in shape if isinstance(size, Symbol)):
        found.setdefault(size.name)
    for _, size in context.ranges:
        if isinstance(size, Symbol):
            found.setdefault(size.name)
    bodies = [definition.body for definition in context.definitions]
    for expr in (*exprs, *bodies):
        found.update(dict.fromkeys(_sizes_in(expr)))
    return tuple(name for name in found if context.lookup(name) is None)


@lru_cache(maxsize=REMEMBERED)
def _sizes_in(expr: Expr) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node in sympy.preorder_traversal(expr):
        if isinstance(node, sympy.Sum | sympy.Product):
            for _, _, high in node.limits:
                found.update(dict.fromkeys(sorted(s.name for s in free_symbols(high) if s.is_positive)))
        elif isinstance(node, Symbol) and node.is_integer and node.is_positive:
            found.setdefault(node.name)
    return tuple(found)


@lru_cache(maxsize=REMEMBERED)
def entries_in(expr: Expr) -> tuple[sympy.Indexed, ...]:
    """The distinct entries of arrays in an expression, in order of appearance."""
    nodes = (node for node in sympy.preorder_traversal(expr) if isinstance(node, sympy.Indexed))
    return tuple(dict.fromkeys(nodes))


def environments(
    indices: tuple[Symbol, ...], context: Context, sizes: Mapping[str, int], exprs: tuple[Expr, ...]
) -> Iterator[dict[Symbol, int]]:
    """All assignments of positions to free indices, each within the axes that it stands on."""
    spans = [range(1, _span(index, context, sizes, exprs) + 1) for index in indices]
    for places in product(*spans):
        yield dict(zip(indices, places, strict=True))


def _span(index: Symbol, context: Context, sizes: Mapping[str, int], exprs: tuple[Expr, ...]) -> int:
    """The smallest range of an axis that the index stands on."""
    spans = [_size(size, sizes) for symbol, size in context.ranges if symbol.name == index.name]
    for expr in exprs:
        for node in entries_in(expr):
            entry = context.lookup(head_name(node))
            shape = entry.shape if entry is not None else ()
            for place, size in zip(node.indices, shape, strict=False):
                if place == index:
                    spans.append(_size(size, sizes))
    return min(spans, default=1)
