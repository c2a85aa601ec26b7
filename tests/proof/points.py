"""Generic points for the oracle: sizes, and values in the domains that satisfy the assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import sympy
from mpmath import mpf
from sympy import Expr, Indexed, Symbol

from derivlab.symbols import Context, free_symbols
from tests.proof.oracle import CLOSE, Place, World, value


def size_names(context: Context, exprs: tuple[Expr, ...]) -> list[str]:
    """Symbolic sizes, in order of name."""
    shapes = [n for entry in (*context.variables, *context.definitions) for n in entry.shape]
    bodies = [*exprs, *(definition.body for definition in context.definitions)]
    found = {str(n) for n in shapes if isinstance(n, Symbol)}
    found |= {s.name for body in bodies for s in free_symbols(body) if s.is_integer and s.is_positive}
    return sorted(name for name in found if context.lookup(name) is None)


def world_at(context: Context, exprs: tuple[Expr, ...], number: int) -> World | None:
    """A generic point in the domains that satisfies the assumptions; sizes 2, 3, 4 in turn."""
    random = Random(number)
    sizes = {name: 2 + (k + number) % 3 for k, name in enumerate(size_names(context, exprs))}
    world = World(context, sizes, {})
    for attempt in range(4):
        world.values = values = _drawn(context, world, random, mpf(10) ** -attempt)
        if _satisfy(world, values):
            return world
    return None


def _drawn(context: Context, world: World, random: Random, scale: Any) -> dict[str, dict[Place, Any]]:
    values: dict[str, dict[Place, Any]] = {}
    for variable in context.variables:
        places = product(*(range(1, world.size(n) + 1) for n in variable.shape))
        values[variable.name] = {place: _draw(variable.domain, world, random, scale) for place in places}
    return values


def _draw(domain: Any, world: World, random: Random, scale: Any) -> Any:
    if domain.values is not None:
        return mpf(int(random.choice(domain.values)))
    if domain.index_of is not None:
        return mpf(random.randint(1, world.size(domain.index_of)))
    unit = scale * random.randint(1, 10**6) / (10**6 + 3)
    if domain.low is not None and domain.high is not None:
        return _real(domain.low) + (_real(domain.high) - _real(domain.low)) * unit
    if domain.low is not None:
        return _real(domain.low) + 3 * unit
    if domain.high is not None:
        return _real(domain.high) - 3 * unit
    return 4 * unit - 2 * scale


def _real(number: Fraction) -> Any:
    return mpf(number.numerator) / number.denominator


def _satisfy(world: World, values: dict[str, dict[Place, Any]]) -> bool:
    """Each assumption is solved for one entry in which it is linear; then all must hold."""
    for _ in range(2):
        for left, right in world.context.assumptions:
            for env in environments((left, right), world):
                if not _solve(left - right, world, values, env):
                    return False
    return all(
        abs(value(left - right, world, env)) < CLOSE
        for left, right in world.context.assumptions
        for env in environments((left, right), world)
    )


def _solve(
    difference: Expr, world: World, values: dict[str, dict[Place, Any]], env: Mapping[Symbol, int]
) -> bool:
    if abs(value(difference, world, env)) < CLOSE:
        return True
    for name in sorted(s.name for s in free_symbols(difference) if s.name in values):
        domain = world.context.variable(name).domain
        for place in reversed(list(values[name])):
            kept = values[name][place]
            ends = []
            for trial in (0, 1, 2):
                values[name][place] = mpf(trial)
                ends.append(value(difference, world, env))
            slope_ = ends[1] - ends[0]
            root = -ends[0] / slope_ if slope_ else kept
            if (
                slope_
                and abs(ends[2] - 2 * ends[1] + ends[0]) < CLOSE
                and not (domain.positive and root <= 0)
            ):
                values[name][place] = root
                return True
            values[name][place] = kept
    return False


def environments(
    exprs: tuple[Expr, ...], world: World, given: Mapping[Symbol, int] | None = None
) -> Iterator[dict[Symbol, int]]:
    """All values of the free indices that are not given, each within the axes that it stands on."""
    known = dict(given or {})
    spans = index_ranges(exprs, world.context)
    free = sorted((frozenset().union(*map(free_symbols, exprs)) & set(spans)) - set(known), key=str)
    for places in product(*(range(1, min(world.size(n) for n in spans[s]) + 1) for s in free)):
        yield {**known, **dict(zip(free, places, strict=True))}


def index_ranges(exprs: tuple[Expr, ...], context: Context) -> dict[Symbol, list[Any]]:
    """The sizes of the axes that each index symbol stands on."""
    found: dict[Symbol, list[Any]] = {symbol: [size] for symbol, size in context.ranges}
    for expr in exprs:
        for node in sympy.preorder_traversal(expr):
            if isinstance(node, Indexed) and context.lookup(str(node.base.label)) is not None:
                for place, n in zip(node.indices, context.shape(str(node.base.label)), strict=False):
                    if isinstance(place, Symbol) and str(place) != str(n):
                        found.setdefault(place, []).append(n)
    return found
