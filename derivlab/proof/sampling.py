"""Points at which a claim is tried: sizes, and exact rational values that satisfy the assumptions.

Deterministic: the same claim is tried at the same points in every process. Signs, magnitudes, ties
and extremes are all visited, since sampling a comfortable interval accepts |w| for w.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from derivlab.proof.indices import REMEMBERED, environments, free_indices, size_at
from derivlab.proof.inverses import invert, of_balls
from derivlab.proof.numbers import NotDefinedError
from derivlab.proof.structured import Point, make_structured, still_definite
from derivlab.symbols import Context, Domain, Variable

# Sizes of the distinct dimensions, cyclically; distinct sizes first, so that axes tell apart.
SIZE_PATTERNS = ((2, 3), (3, 2), (1, 2), (2, 1), (3, 3), (1, 1), (2, 2), (4, 3))
FAR_APART = ((1, 4), (4, 1), (2, 5), (5, 2))  # for sizes that are compared
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
DRAWN = 64  # points that are kept


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
    if any(
        context.used_in((expr,)).isdisjoint(v.name for v in context.variables) for expr in context.positive
    ):
        patterns = (*patterns, *FAR_APART)
    for round_number, pool in rounds:
        for number, pattern in enumerate(patterns):
            chosen = sizes_of(pattern, sizes, least)
            if (not sizes and number > 3) or (pool is _ZERO and number > 1):
                break
            point = _drawn(context, tuple(chosen.items()), pool, 1000 * round_number + number)
            if point is not None:
                yield Sample(chosen, point)


@lru_cache(maxsize=DRAWN)
def _drawn(
    context: Context, sizes: tuple[tuple[str, int], ...], pool: tuple[Fraction, ...], seed: int
) -> Point | None:
    """A point by its seed; the claims of one text share contexts, and with them the points."""
    return draw(context, dict(sizes), pool, Random(seed))


def sizes_of(pattern: tuple[int, int], names: tuple[str, ...], least: Mapping[str, int]) -> dict[str, int]:
    """Sizes by a pattern of two, which grow with the number of names."""
    return {name: max(pattern[k % 2] + k // 2, least.get(name, 1)) for k, name in enumerate(names)}


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
    if sum(prod(size_at(n, sizes) for n in v.shape) for v in context.variables) > MAX_ENTRIES:
        return None
    for attempt in range(SOLVE_TRIES):
        scale = Fraction(1, 4**attempt) if attempt < 4 else Fraction(1)
        point = {v.name: _values(v, sizes, pool, random, scale) for v in context.variables}
        make_structured(context, point)
        if not invert(context, sizes, point):
            continue
        if not context.assumptions and not context.positive:
            return point
        if _satisfied(context, sizes, point):
            return point
    return None


def _values(
    variable: Variable, sizes: Mapping[str, int], pool: tuple[Fraction, ...], random: Random, scale: Fraction
) -> dict[Position, Fraction]:
    places = product(*(range(1, size_at(n, sizes) + 1) for n in variable.shape))
    return {
        place: _in_domain(variable.domain, random.choice(pool) * scale, sizes, random) for place in places
    }


def _in_domain(domain: Domain, value: Fraction, sizes: Mapping[str, int], random: Random) -> Fraction:
    """The value moved into the domain."""
    if domain.values is not None:
        return random.choice(domain.values)
    if domain.index_of is not None:
        return Fraction(random.randint(1, size_at(domain.index_of, sizes)))
    low, high = domain.low, domain.high
    if domain.whole:
        return _whole(domain, value, random)
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


def _whole(domain: Domain, value: Fraction, random: Random) -> Fraction:
    """A whole number of the domain near a value."""
    for candidate in (Fraction(round(value)), *(Fraction(random.randint(-3, 9)) for _ in range(20))):
        if domain.contains(candidate):
            return candidate
    return next(Fraction(k) for k in (*range(2000), *range(-1, -2000, -1)) if domain.contains(Fraction(k)))


# -- assumptions -----------------------------------------------------------------------------------
def _satisfied(context: Context, sizes: Mapping[str, int], point: Point) -> bool:
    """Solve each assumption for one entry, exactly; then all must hold."""
    try:
        of_inverses = {pair for one in context.inverses for pair in one.pairs}
        own = [pair for pair in context.assumptions if pair not in of_inverses]
        fixed: set[tuple[str, Position]] = set()
        if not all(
            _solve(context, sizes, point, difference, env, fixed)
            for difference, env in _equations(own, context, sizes)
        ):
            return False
        if fixed and not invert(context, sizes, point):
            return False
        exact = _exact(context, sizes, point)
        sure = {pair for one in context.inverses if of_balls(one, point) for pair in one.pairs}
        equations = _equations((pair for pair in context.assumptions if pair not in sure), context, sizes)
        held = all(exact.value(d, env) == 0 for d, env in equations) and still_definite(context, point)
        return held and _positive(context, sizes, point)
    except (NotDefinedError, DerivlabError, KeyError, TypeError):
        return False


def _equations(
    pairs: Iterable[tuple[Expr, Expr]], context: Context, sizes: Mapping[str, int]
) -> Iterator[tuple[Expr, dict[Symbol, int]]]:
    """The difference of each pair, with each assignment of positions to its free indices."""
    for pair in pairs:
        difference = pair[0] - pair[1]
        for env in environments(free_indices(pair, context), context, sizes, pair):
            yield difference, env


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
    """Move one entry, in which the equation is linear, so that it holds: a secant finds the root."""

    def at(name: str, place: Position, value: Fraction) -> Any:
        kept = point[name][place]
        point[name][place] = value
        try:
            return _exact(context, sizes, point).value(difference, env)
        finally:
            point[name][place] = kept

    now = _exact(context, sizes, point).value(difference, env)
    if now == 0:
        return True
    names = (context.used_in((difference,)) & point.keys()).difference(
        *(one.names for one in context.inverses)
    )
    for name in sorted(names, key=lambda name: (name in context.definite, name)):
        domain = context.variable(name).domain
        for place in reversed(list(point[name])):
            if (name, place) in fixed:
                continue
            here = point[name][place]
            slope = at(name, place, here + 1) - now
            if slope == 0:
                continue
            root = here - now / slope
            if domain.contains(root) and at(name, place, root) == 0:
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
