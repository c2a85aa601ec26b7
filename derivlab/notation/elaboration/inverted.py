"""What is known of the inverses of a document: A·A⁻¹ = A⁻¹·A = I, and what A⁻¹ has from A."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from sympy import Expr

from derivlab.notation.syntax import Script
from derivlab.symbols import Inverse, Variable, equations_of, says_symmetric

Pair: TypeAlias = tuple[Expr, Expr]


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

    def pairs(self, symmetric: bool) -> tuple[Pair, ...]:
        """The equations of the inverse."""
        return tuple(equations_of(self.record, self.matrix, self.inverse, symmetric))


def ties(
    known: Collection[Inverted], assumptions: list[Pair], definite: Iterable[str]
) -> tuple[tuple[Inverse, ...], tuple[str, ...]]:
    """The inverses with what is known of them, and the names of those that are positive definite."""
    named = list(definite)
    found = tuple(replace(one.record, pairs=one.pairs(one.is_symmetric(assumptions, named))) for one in known)
    return found, tuple(one.inverse.name for one in known if one.matrix.name in named)
