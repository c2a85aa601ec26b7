"""Free indices and symbolic sizes of expressions, and the positions that indices may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from operator import attrgetter

import sympy
from sympy import Expr, Symbol

from derivlab.symbols import Context, free_symbols, head_name

REMEMBERED = 256  # expressions whose sizes and entries are kept


def free_indices(exprs: tuple[Expr, ...], context: Context) -> tuple[Symbol, ...]:
    """Free symbols that are neither declared names nor sizes, in order of name."""
    sizes = size_names(context, exprs)
    found = frozenset().union(*(free_symbols(expr) for expr in exprs))
    indices = [s for s in found if context.lookup(s.name) is None and s.name not in sizes and s.is_integer]
    return tuple(sorted(indices, key=attrgetter("name")))


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
    conditions = (*(side for pair in context.assumptions for side in pair), *context.positive)
    for expr in (*exprs, *bodies, *conditions):
        found.update(dict.fromkeys(_sizes_in(expr)))
    labels = (variable.domain.index_of for variable in context.variables)
    found.update(dict.fromkeys(size.name for size in labels if isinstance(size, Symbol)))
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
    spans = [size_at(size, sizes) for symbol, size in context.ranges if symbol.name == index.name]
    for expr in exprs:
        for node in entries_in(expr):
            entry = context.lookup(head_name(node))
            shape = entry.shape if entry is not None else ()
            for place, size in zip(node.indices, shape, strict=False):
                if place == index:
                    spans.append(size_at(size, sizes))
    return min(spans, default=1)


def size_at(size: Expr, sizes: Mapping[str, int]) -> int:
    """A size as a number."""
    return int(size) if isinstance(size, sympy.Integer) else sizes[size.name]
