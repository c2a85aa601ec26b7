"""What people forget: numbers, sizes, scalars, and the factors and terms of the true side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import sympy
from sympy import Expr, Indexed, Symbol

from derivlab.calculus.closing import closed_form
from derivlab.diagnosis.chainrule import inner_derivatives
from derivlab.diagnosis.situation import Situation
from derivlab.diagnosis.slots import Item
from derivlab.diagnosis.tree import number
from derivlab.errors import DerivlabError
from derivlab.notation import syntax
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node, walk
from derivlab.symbols import (
    Definition,
    Dimension,
    Partial,
    Variable,
    dimension,
    free_symbols,
    head_name,
    index,
)

MAX_ITEM = 80  # nodes of a factor or a term that may have been forgotten
MAX_ITEMS = 80
NUMBERS = (2, 3, 4)
Bound = dict[Symbol, Dimension]


def constants(at: Situation) -> list[Item]:
    """Numbers, sizes, scalars (a penalty, a learning rate), and one over them."""
    found: list[Expr] = [sympy.Integer(number) for number in NUMBERS]
    found += [dimension(name) for name in at.sizes()]
    found += [2 * dimension(name) for name in at.sizes()]
    found += [variable.node for variable in at.context.variables if not variable.shape]
    return [Item(one) for value in found for one in (value, 1 / value)]


def usual(at: Situation) -> list[Item]:
    """Constants and entries of what is declared: all that can be told without the true side."""
    return _few([*constants(at), *_entries(at), *_jacobians(at)])


def factors(at: Situation) -> list[Item]:
    """The usual ones, and the factors of the true side."""
    found = usual(at)
    for node, bound in _walk(at.truth, {}):
        if isinstance(node, sympy.Mul):
            found += [_item(one, bound) for one in node.args if not one.is_number]
            found.append(_item(sympy.Mul(*(one for one in node.args if _is_above(one))), bound))
        elif isinstance(node, Indexed | sympy.exp | sympy.Add | sympy.Pow | sympy.Function):
            found.append(_item(node, bound))
    return _few(found + _calls(at))


def _is_above(factor: Expr) -> bool:
    """Whether a factor stands above the fraction bar."""
    return not (isinstance(factor, sympy.Pow) and factor.exp.could_extract_minus_sign())


def inner(at: Situation) -> list[Item]:
    """The derivatives of what stands inside a function on the true side."""
    return [Item(one) for one in inner_derivatives(at, frozenset())]


def entries(at: Situation) -> list[Item]:
    """x_ij and the like, and 1."""
    return [Item(sympy.Integer(1)), *_entries(at)]


def terms(at: Situation) -> list[Item]:
    """The terms of the true side, at any depth, and with the factor before their bracket."""
    found = _terms_of(at.truth)
    if not at.base.left.has(Partial):
        unfolded = _unfolded(at)
        found += [] if unfolded is None else _terms_of(unfolded)
    found += [Item(one**2) for one in _functions(at)]
    return _few(found + _calls(at))


def _unfolded(at: Situation) -> Expr | None:
    """The true side without defined names, log of a product as a sum."""
    try:
        return closed_form(at.context.expand(at.base.left), replace(at.context, definitions=()))
    except DerivlabError:
        return None


def _terms_of(form: Expr) -> list[Item]:
    found = [_item(one, {}) for one in sympy.Add.make_args(form)]
    for node, bound in _walk(form, {}):
        if isinstance(node, sympy.Add):
            found += [_item(one, bound) for one in node.args]
        elif isinstance(node, sympy.Mul):
            for factor in node.args:
                if isinstance(factor, sympy.Add):
                    rest = node / factor
                    found += [_item(rest * one, bound) for one in factor.args]
    return found


def _functions(at: Situation) -> list[Expr]:
    """tanh u, log u, ... in what is derived: their values stand in many derivatives."""
    found: dict[Expr, None] = {}
    for node in sympy.preorder_traversal(at.base.left):
        if isinstance(node, sympy.Function):
            found[node] = None
    return list(found)


def _calls(at: Situation) -> list[Item]:
    r"""σ(x), 1 − σ(x), σ(x)² for the functions of the document as they are written on either side."""
    found: dict[str, Item] = {}
    for row in (*walk(at.true), *walk(at.written)):
        if not isinstance(row, syntax.Product):
            continue
        for head, argument in pairwise(row.factors):
            entry = at.origin.scope.lookup(head.text) if isinstance(head, syntax.Name) else None
            if entry is None or entry.function is None or not isinstance(argument, syntax.Group):
                continue
            call = syntax.Product(("", ""), (head, argument))
            for node in (call, syntax.Sum(("+", "-"), (number(1), call))):
                found.setdefault(to_latex(node), _call(at, node))
    return [item for item in found.values() if item.expr != 0]


def _call(at: Situation, node: Node) -> Item:
    """A written value as an item; 0 where it has indices that are bound elsewhere."""
    claim = None if at.base.axes else at.candidate(node)
    return Item(sympy.Integer(0)) if claim is None else Item(claim.right, (), node)


def _jacobians(at: Situation) -> Iterator[Item]:
    """∂p_k/∂z_i for what is defined on the way, by what is derived by; and 1 − p_k."""
    bys = [node.by for node in sympy.preorder_traversal(at.base.left) if isinstance(node, Partial)]
    for one in at.context.definitions:
        if not one.shape or len(one.shape) > 1:
            continue
        letter = index("of_axis_0")
        entry, sizes = one.node[letter], ((letter, one.shape[0]),)
        yield Item(1 - entry, sizes)
        for by in dict.fromkeys(bys):
            if head_name(by) in at.context.defined_from(one.name):
                yield Item(Partial(entry, by), sizes)


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
