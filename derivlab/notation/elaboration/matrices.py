r"""Vectors and matrices written out: `\begin{pmatrix} a & b \\ c & d \end{pmatrix}`, with dots or without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeGuard

import sympy
from sympy import Expr

from derivlab.notation import syntax
from derivlab.notation.elaboration import linear
from derivlab.notation.elaboration.core import Elaborator, fail, rule
from derivlab.notation.elaboration.dots import Run, is_constant, run_of
from derivlab.notation.elaboration.resolved import Big
from derivlab.notation.elaboration.sums import Bounds, upper_bound
from derivlab.notation.elaboration.tensors import Hole, Size, Tensor, once, unify
from derivlab.notation.syntax import Node
from derivlab.symbols import index, substitute

Stack = Callable[[Elaborator, Node, Tensor, Size, Callable[[Expr, tuple[Expr, ...]], Expr]], Tensor]


@rule(syntax.Matrix)
def _matrix(elaborator: Elaborator, node: syntax.Matrix) -> Tensor:
    diagonal = _diagonal(node.rows)
    if diagonal is not None:
        return linear.diagonal(_line(elaborator, node, diagonal, as_row=False), node)
    rows = [_filled(row) for row in node.rows]
    widths = {len(row.items) for row in rows if isinstance(row, syntax.Group)}
    if len(widths) != 1:
        lengths = " and ".join(map(str, sorted(widths))) or "no"
        fail(node, f"this matrix has rows of {lengths} entries", "write as many in each row")
    if isinstance(rows[0], syntax.Group) and len(rows) == 1:
        return _line(elaborator, node, rows[0].items, as_row=True)
    return _collected(elaborator, node, rows, lambda row: _row(elaborator, node, row), _stacked)


def _filled(row: tuple[Node, ...]) -> Node:
    """A row with 0 in its empty cells; a row of dots alone is one `Dots`."""
    start, end = row[0].start, row[-1].end
    written = [cell for cell in row if not _is_empty(cell)]
    if written and all(isinstance(cell, syntax.Dots) for cell in written):
        return syntax.Dots(start=start, end=end)
    zero = syntax.Number("0", start=start, end=end)
    return syntax.Group("row", tuple(zero if _is_empty(cell) else cell for cell in row), start=start, end=end)


def _is_empty(cell: Node) -> bool:
    return isinstance(cell, syntax.Group) and cell.kind == "{" and not cell.items


def _diagonal(rows: Sequence[Sequence[Node]]) -> list[Node] | None:
    """The diagonal with its dots, where everything beside it is 0, empty or dots; None for other matrices."""
    width = len(rows)
    if width < 3 or any(len(row) != width for row in rows):
        return None
    beside = [cell for i, row in enumerate(rows) for j, cell in enumerate(row) if i != j]
    corners = (rows[0][-1], rows[-1][0])
    found = [rows[k][k] for k in range(width)]
    if not all(_is_nothing(cell) for cell in corners) or not isinstance(found[-2], syntax.Dots):
        return None
    return found if all(_is_nothing(cell) or isinstance(cell, syntax.Dots) for cell in beside) else None


def _is_nothing(cell: Node) -> bool:
    return _is_empty(cell) or (isinstance(cell, syntax.Number) and cell.text == "0")


def is_tuple(node: Node) -> TypeGuard[syntax.Group]:
    """`(a, b)`, `[x_1, \\dots, x_n]`."""
    if not isinstance(node, syntax.Group) or node.kind not in ("(", "["):
        return False
    return len(node.items) > 1 and not any(isinstance(item, syntax.Chain) for item in node.items)


def column(elaborator: Elaborator, node: syntax.Group) -> Tensor:
    r"""`(x_1, \dots, x_n)` as a column."""
    return _line(elaborator, node, node.items, as_row=False)


def dotted_sum(elaborator: Elaborator, node: syntax.Sum) -> Node | None:
    r"""`a + x_1 + x_2 + \dots + x_n` with the run as a sum over its index; None if it says no run."""
    place = next(at for at, term in enumerate(node.terms) if isinstance(term, syntax.Dots))
    for first in range(place - 1, -1, -1):
        signs = set(node.signs[first : place + 2])
        run = run_of(elaborator, node.terms[first : place + 2]) if len(signs) == 1 else None
        if run is not None:
            bounds = syntax.Chain((syntax.Name(run.letter), syntax.Number("1")), ("=",))
            total = Big(r"\sum", bounds, run.upper, run.body, start=node.start, end=node.end)
            terms = (*node.terms[:first], total, *node.terms[place + 2 :])
            kept = (*node.signs[: first + 1], *node.signs[place + 2 :])
            return syntax.Sum(kept, terms, start=node.start, end=node.end)
    return None


def _row(elaborator: Elaborator, node: Node, row: Node) -> Tensor:
    assert isinstance(row, syntax.Group)
    if len(row.items) == 1:
        return elaborator.tensor(row.items[0])
    return _line(elaborator, node, row.items, as_row=True)


def _line(elaborator: Elaborator, node: Node, cells: Sequence[Node], as_row: bool) -> Tensor:
    stack = _beside if as_row else _stacked
    return _collected(elaborator, node, cells, elaborator.tensor, stack)


def _collected(
    elaborator: Elaborator, node: Node, items: Sequence[Node], read: Callable[[Node], Tensor], stack: Stack
) -> Tensor:
    """The items one after the other along a new axis; dots make it as long as they say."""
    if not any(isinstance(item, syntax.Dots) for item in items):
        values = [read(item) for item in items]
        _same_kind(node, values)
        size = sympy.Integer(len(values))
        return stack(elaborator, node, values[0], size, lambda at, rest: linear.chosen(values, at, rest))
    if is_constant(items):
        value = read(items[0])
        return stack(elaborator, node, value, Hole(), lambda at, rest: value.entry(*rest))
    run = run_of(elaborator, items)
    if run is None:
        hint = r"write the first, the dots and the last, e.g. x_1 \\ \vdots \\ x_n"
        fail(node, "these dots do not say what stands between", hint)
    value, size, symbol = _general(elaborator, node, run, read)

    def entry(at: Expr, rest: tuple[Expr, ...]) -> Expr:
        names = [index(f"at_{k}") for k in range(len(rest))]
        moved = dict(zip(names, rest, strict=True)) | {symbol: at}
        return substitute(value.entry(*names), moved)

    return stack(elaborator, node, value, size, entry)


def _general(
    elaborator: Elaborator, node: Node, run: Run, read: Callable[[Node], Tensor]
) -> tuple[Tensor, Size, Expr]:
    """The body of a run at a bound index, its size and the index."""
    one = elaborator.make(run.letter, run.body)
    size = upper_bound(elaborator, Bounds(high=run.upper), run.upper)
    if isinstance(size, Node) or size is None:
        fail(node, "these dots end at an index", "end them at a size")
    elaborator.place_index(one, size, "the last entry", run.upper)
    elaborator.bound.append({run.letter: one})
    try:
        return read(run.body), size, one.symbol
    finally:
        elaborator.bound.pop()


def _same_kind(node: Node, values: Sequence[Tensor]) -> None:
    """All scalars, or all rows or columns of one size."""
    first = values[0]
    for value in values[1:]:
        fits = value.rank == first.rank and value.row == first.row
        if not fits or not all(unify(a, b) for a, b in zip(value.shape, first.shape, strict=True)):
            told = f"{first.describe()} and {value.describe()}"
            fail(node, f"a matrix of blocks of different kinds is not read: {told}", "name its parts")


def _stacked(
    elaborator: Elaborator, node: Node, one: Tensor, size: Size, entry: Callable[..., Expr]
) -> Tensor:
    """One below the other: numbers make a column, rows a matrix."""
    if one.rank > 1 or (one.rank == 1 and not one.row):
        fail(node, f"{one.describe()} below another one is not read", r"transpose it: x_1^\top")
    return once((size, *one.shape), lambda *at: entry(at[0], at[1:]))


def _beside(
    elaborator: Elaborator, node: Node, one: Tensor, size: Size, entry: Callable[..., Expr]
) -> Tensor:
    """One beside the other: numbers make a row, columns a matrix."""
    if one.rank > 1 or (one.rank == 1 and one.row):
        fail(node, f"{one.describe()} beside another one is not read", "name the parts")
    return once((*one.shape, size), lambda *at: entry(at[-1], at[:-1]), row=one.rank == 0)
