"""What people forget: numbers, sizes, scalars, and the factors and terms of the true side."""

from __future__ import annotations

from collections.abc import Iterator

import sympy
from sympy import Expr, Indexed, Symbol

from derivlab.diagnosis.situation import Situation
from derivlab.diagnosis.slots import Item
from derivlab.symbols import Definition, Dimension, Partial, Variable, dimension, free_symbols, index

MAX_ITEM = 40  # nodes of a factor or a term that may have been forgotten
MAX_ITEMS = 60
NUMBERS = (2, 3)
Bound = dict[Symbol, Dimension]


def constants(at: Situation) -> list[Item]:
    """Numbers, sizes, scalars (a penalty, a learning rate), and one over them."""
    found: list[Expr] = [sympy.Integer(number) for number in NUMBERS]
    found += [dimension(name) for name in at.sizes()]
    found += [variable.node for variable in at.context.variables if not variable.shape]
    return [Item(one) for value in found for one in (value, 1 / value)]


def factors(at: Situation) -> list[Item]:
    """Constants, then the factors of the true side, then entries of what it is made of."""
    found = constants(at)
    for node, bound in _walk(at.truth, {}):
        if isinstance(node, sympy.Mul):
            found += [_item(one, bound) for one in node.args if not one.is_number]
        elif isinstance(node, Indexed | sympy.exp | sympy.Add | sympy.Pow | sympy.Function):
            found.append(_item(node, bound))
    return _few(found + list(_entries(at)))


def terms(at: Situation) -> list[Item]:
    """The terms of the true side, at any depth, and with the factor before their bracket."""
    truth = at.truth
    found = [_item(one, {}) for one in sympy.Add.make_args(truth)]
    for node, bound in _walk(truth, {}):
        if isinstance(node, sympy.Add):
            found += [_item(one, bound) for one in node.args]
        elif isinstance(node, sympy.Mul):
            for factor in node.args:
                if isinstance(factor, sympy.Add):
                    rest = node / factor
                    found += [_item(rest * one, bound) for one in factor.args]
    return _few(found)


def _entries(at: Situation) -> Iterator[Item]:
    """x_ij and the like: entries of the declared arrays, with an index for each axis."""
    arrays: tuple[Variable | Definition, ...] = (*at.context.variables, *at.context.definitions)
    for variable in arrays:
        if variable.shape:
            letters = tuple(index(f"of_axis_{k}") for k in range(len(variable.shape)))
            yield Item(variable.node[letters], tuple(zip(letters, variable.shape, strict=True)))


def _walk(expr: Expr, bound: Bound) -> Iterator[tuple[Expr, Bound]]:
    """Every node with the sizes of the indices bound around it; entries and derivatives are leaves."""
    yield expr, bound
    if isinstance(expr, sympy.Sum):
        bound = {**bound, **{letter: high for letter, _, high in expr.limits}}
        yield from _walk(expr.function, bound)
    elif not isinstance(expr, Indexed | Partial):
        for arg in expr.args:
            if isinstance(arg, Expr):
                yield from _walk(arg, bound)


def _item(expr: Expr, bound: Bound) -> Item:
    """The expression with the sizes of those indices that it has."""
    used = free_symbols(expr)
    return Item(expr, tuple((letter, size) for letter, size in bound.items() if letter in used))


def _few(items: list[Item]) -> list[Item]:
    """Each once, without the large ones."""
    small = (item for item in dict.fromkeys(items) if _nodes(item.expr) <= MAX_ITEM)
    return [item for item in small if item.expr not in (0, 1, -1)][:MAX_ITEMS]


def _nodes(expr: Expr) -> int:
    return sum(1 for _ in sympy.preorder_traversal(expr))
