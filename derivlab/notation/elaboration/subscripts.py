"""Indices: what stands in a subscript, and the entry of an array at it."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Expr

from derivlab.errors import ShapeError
from derivlab.notation import syntax
from derivlab.notation.elaboration.core import Elaborator, Index, fail, problem
from derivlab.notation.elaboration.names import find, is_shifted, spelling
from derivlab.notation.elaboration.scope import Entry
from derivlab.notation.elaboration.tensors import Shape, Size, Tensor, once, settled
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node


@dataclass(frozen=True)
class Term:
    """One index: its SymPy expression, the letter if it is one, and where it stands."""

    expr: Expr
    index: Index | None
    node: Node
    size: Size | None = None


def split(sub: Node, axes: int) -> tuple[Node, ...]:
    """The indices in a subscript: `ij` and `i,j` are two, `12` is two where there are two axes."""
    if isinstance(sub, syntax.Group) and sub.kind in ("{", "("):
        return tuple(part for item in sub.items for part in split(item, 1))
    if isinstance(sub, syntax.Product) and not any(sub.operators):
        return tuple(part for factor in sub.factors for part in split(factor, axes))
    if isinstance(sub, syntax.Number) and axes > 1 and len(sub.text) == axes and sub.text.isdigit():
        start = sub.start
        return tuple(syntax.Number(d, start=start + k, end=start + k + 1) for k, d in enumerate(sub.text))
    return (sub,)


def terms(elaborator: Elaborator, sub: Node, shape: Shape) -> list[Term]:
    """The indices in a subscript of an array with these axes left."""
    nodes = split(sub, len(shape))
    sizes = [*shape, *[None] * len(nodes)]
    return [term(elaborator, node, size) for node, size in zip(nodes, sizes, strict=False)]


def term(elaborator: Elaborator, node: Node, size: Size | None = None) -> Term:
    """One index, on an axis of that size: a letter, a number, the last entry, or a class label."""
    if isinstance(node, syntax.Number):
        if not node.text.isdigit() or node.text == "0":
            fail(node, f"`{node.text}` is no index: indices count from 1", "write a whole number from 1 on")
        return Term(sympy.Integer(node.text), None, node)
    spelled = spelling(node)
    if spelled is None or spelled.sup is not None:
        _not_an_index(node)
    assert spelled is not None
    if spelled.sub is None and elaborator.find_index(spelled.letter) is not None:
        return _letter(elaborator, spelled.letter, node)
    local = elaborator.local(spelled.key)
    if local is not None and local.rank == 0:
        return Term(local.entry(), None, node)
    found = find(elaborator.scope, spelled)
    if found is None or found.entry.kind == "index":
        if spelled.sub is not None:
            _not_an_index(node)
        return _letter(elaborator, spelled.letter, node)
    entry = found.entry
    if (
        entry.kind == "dimension"
        and size is not None
        and settled(size) != entry.array
        and entry.key.islower()
    ):
        return _letter(elaborator, spelled.letter, node)  # a size elsewhere, a letter on this axis
    number = entry.kind == "variable" and not entry.shape and not entry.domain.whole
    if number and entry.domain.index_of is None and spelled.sub is None and elaborator.scope.is_old(entry):
        return _letter(elaborator, spelled.letter, node)  # a number in another section, a letter here
    return _declared(elaborator, entry, node)


def _letter(elaborator: Elaborator, letter: str, node: Node) -> Term:
    one = elaborator.index(letter, node)
    return Term(one.symbol, one, node)


def _declared(elaborator: Elaborator, entry: Entry, node: Node) -> Term:
    """A declared name as an index: a dimension or a class label."""
    if entry.kind == "dimension":
        return Term(entry.array, None, node, entry.array)
    if entry.domain.index_of is not None:
        value = elaborator.tensor(node)
        if value.rank:
            fail(node, f"{entry.key} is {value.describe()} of labels and no index", f"write {entry.key}_i")
        return Term(value.entry(), None, node, entry.domain.index_of)
    raise problem(
        node,
        f"`{to_latex(node).strip()}` is declared as a number and cannot be an index",
        "use another letter for the index",
    )


def _not_an_index(node: Node) -> None:
    if is_shifted(node) or isinstance(node, syntax.Sum):
        fail(
            node,
            "a shifted index is not read",
            "write the sum over the whole range, or name the shifted array",
        )
    fail(node, f"`{to_latex(node).strip()}` is no index", "an index is a letter or a number from 1 on")


def entry_at(elaborator: Elaborator, value: Tensor, sub: Node, node: Node, name: str) -> Tensor:
    """`value` at the indices in `sub`; fewer indices than axes leave the last axes."""
    if value.rank == 0:
        declare = (
            f"declare it as a vector, e.g. ${name} \\in \\mathbb{{R}}^n$, or " if " " not in name else ""
        )
        fail(node, f"{name} is a scalar and has no entries", f"{declare}drop the index")
    found = terms(elaborator, sub, value.shape)
    if len(found) > value.rank:
        fail(
            node,
            f"{name} is {value.describe()} and takes"
            f" {value.rank} {'index' if value.rank == 1 else 'indices'}, not {len(found)}",
            "give one index for each axis",
        )
    for position, (one, size) in enumerate(zip(found, value.shape, strict=False)):
        check_axis(elaborator, one, size, f"axis {position + 1} of {name}")
    fixed = tuple(one.expr for one in found)
    return once(value.shape[len(found) :], lambda *at: value.entry(*fixed, *at))


def check_axis(elaborator: Elaborator, one: Term, size: Size, axis: str) -> None:
    """An index stands on an axis: ranges must agree."""
    if one.index is not None:
        elaborator.place_index(one.index, size, axis, one.node)
        return
    found = settled(size)
    if one.size is not None:
        if found != one.size:
            message = f"`{to_latex(one.node).strip()}` runs up to {one.size}, but {axis} has size {found}"
            fail(one.node, message, "check which array is meant", ShapeError)
    elif isinstance(found, sympy.Integer) and one.expr > found:
        fail(one.node, f"index {one.expr} is past the end: {axis} has size {found}", "", ShapeError)
