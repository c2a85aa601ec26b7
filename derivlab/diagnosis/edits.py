"""Small edits of a written side: the places in an expression, and what may stand there instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy
from sympy import Expr, Indexed, KroneckerDelta, Sum, Symbol

from derivlab.symbols import Partial, free_symbols, rebuilt

MAX_PLACES = 60
Path = tuple[int, ...]


@dataclass(frozen=True)
class Edit:
    """One way to repair a side.

    Attributes:
        kind: the name of the error kind.
        repaired: the whole side after the edit.
        where: the part of the written side that is wrong (all of it, or one term or factor).
        detail: what is missing or too much, for the message.
    """

    kind: str
    repaired: Expr
    where: Expr
    detail: Expr | None = None


def places(expr: Expr) -> Iterator[tuple[Path, Expr]]:
    """Every subexpression with its path, outermost first; index slots and bounds are left out."""
    pending: list[tuple[Path, Expr]] = [((), expr)]
    count = 0
    while pending and count < MAX_PLACES:
        path, node = pending.pop(0)
        count += 1
        yield path, node
        if isinstance(node, Indexed | KroneckerDelta | Partial | Symbol | sympy.Number):
            continue
        inner = (node.args[0],) if isinstance(node, Sum) else node.args
        pending += [((*path, k), arg) for k, arg in enumerate(inner) if isinstance(arg, Expr)]


def replace_at(expr: Expr, path: Path, new: Expr) -> Expr:
    """The expression with another subexpression at a path."""
    if not path:
        return new
    args = list(expr.args)
    args[path[0]] = replace_at(args[path[0]], path[1:], new)
    return rebuilt(expr, args)


def addends(expr: Expr) -> Iterator[tuple[Path, Expr]]:
    """Terms of every sum of terms, and the whole."""
    for path, node in places(expr):
        if isinstance(node, sympy.Add):
            for k, arg in enumerate(node.args):
                yield (*path, k), arg


def factors(expr: Expr) -> Iterator[tuple[Path, Expr, Expr]]:
    """(path of a product, the product, one of its factors)."""
    for path, node in places(expr):
        if isinstance(node, sympy.Mul):
            for arg in node.args:
                yield path, node, arg


def without(product: Expr, factor: Expr) -> Expr:
    """A product without one of its factors."""
    rest = list(product.args)
    rest.remove(factor)
    return sympy.Mul(*rest)


def free_indices_of(expr: Expr, indices: tuple[Symbol, ...]) -> tuple[Symbol, ...]:
    """Which of the indices are free in the expression."""
    found = free_symbols(expr)
    return tuple(symbol for symbol in indices if symbol in found)
