"""The equations of an inverse: A·A⁻¹ = A⁻¹·A = I, and what A⁻¹ has from a symmetric A."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import TypeAlias

from sympy import Expr, KroneckerDelta

from derivlab.symbols.context import Inverse, Variable
from derivlab.symbols.nodes import indices, total

Pair: TypeAlias = tuple[Expr, Expr]
ROW, COLUMN, BETWEEN = indices("i_row j_column k_between")  # no text has such letters
MEMBERS = indices("a_member b_member c_member")  # of families, one an axis


def equations_of(record: Inverse, matrix: Variable, inverse: Variable, symmetric: bool) -> Iterator[Pair]:
    """The equations of the inverse, and of the name that stands for a value."""
    lead = MEMBERS[: len(matrix.shape) - 2]
    size = matrix.shape[-1]
    own, inverted = _entries(matrix, lead), _entries(inverse, lead)
    if symmetric:
        yield inverted(ROW, COLUMN), inverted(COLUMN, ROW)
    if record.value is not None:
        yield record.value.body, own(*record.value.indices)
        if symmetric:
            yield own(ROW, COLUMN), own(COLUMN, ROW)
    turns = (False, True) if symmetric else (False,)
    for first, second in ((own, inverted), (inverted, own)):
        for one, other in product(turns, turns):
            left = first(BETWEEN, ROW) if one else first(ROW, BETWEEN)
            right = second(COLUMN, BETWEEN) if other else second(BETWEEN, COLUMN)
            yield total(left * right, BETWEEN, size), KroneckerDelta(ROW, COLUMN)
        if symmetric:
            break  # the other order is the same


def _entries(variable: Variable, lead: tuple[Expr, ...]) -> Callable[[Expr, Expr], Expr]:
    """The entry of a matrix, or of a member of a family, at a row and a column."""
    array = variable.node

    def entry(row: Expr, column: Expr) -> Expr:
        return array[(*lead, row, column)]

    return entry
