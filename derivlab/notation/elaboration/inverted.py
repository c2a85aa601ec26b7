"""What is known of the inverses of a document: A·A⁻¹ = A⁻¹·A = I, and what A⁻¹ has from A."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

from sympy import Expr, KroneckerDelta

from derivlab.notation.syntax import Script
from derivlab.symbols import Inverse, Variable, indices, says_symmetric, total

Pair: TypeAlias = tuple[Expr, Expr]
ROW, COLUMN, BETWEEN = indices("i_row j_column k_between")  # no text has such letters
MEMBERS = indices("a_member b_member c_member")  # of families, one an axis


@dataclass(frozen=True)
class Inverted:
    """A matrix and its inverse; `mirrored` says that the value of the matrix is symmetric as written.

    `written` is how the text writes the inverse; `determinant` is there once a text speaks of it.
    """

    record: Inverse
    matrix: Variable
    inverse: Variable
    written: Script
    determinant: Variable | None = None
    mirrored: bool = False

    def is_symmetric(self, assumptions: Iterable[Pair], definite: Container[str]) -> bool:
        """Whether the matrix is, by what is assumed of it."""
        told = self.mirrored or self.matrix.name in definite
        return told or any(says_symmetric(pair, self.matrix.name) for pair in assumptions)

    def pairs(self, symmetric: bool) -> Iterator[Pair]:
        """The equations of the inverse, and of the name that stands for a value."""
        lead = MEMBERS[: len(self.matrix.shape) - 2]
        size = self.matrix.shape[-1]
        matrix, inverse = _entries(self.matrix, lead), _entries(self.inverse, lead)
        if symmetric:
            yield inverse(ROW, COLUMN), inverse(COLUMN, ROW)
        if self.record.value is not None:
            yield self.record.value.body, matrix(*self.record.value.indices)
            if symmetric:
                yield matrix(ROW, COLUMN), matrix(COLUMN, ROW)
        turns = (False, True) if symmetric else (False,)
        for first, second in ((matrix, inverse), (inverse, matrix)):
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


def ties(
    known: Collection[Inverted], assumptions: list[Pair], definite: Iterable[str]
) -> tuple[tuple[Inverse, ...], tuple[str, ...]]:
    """The inverses with what is known of them, and the names of those that are positive definite."""
    named = list(definite)
    found = tuple(
        replace(one.record, pairs=tuple(one.pairs(one.is_symmetric(assumptions, named)))) for one in known
    )
    return found, tuple(one.inverse.name for one in known if one.matrix.name in named)
