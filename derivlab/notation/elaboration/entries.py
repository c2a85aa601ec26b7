"""What a name of a document stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from sympy import IndexedBase, Symbol

from derivlab.notation.syntax import Node
from derivlab.symbols import REAL, Domain, Variable, dimension

Dim: TypeAlias = Any  # a symbol or an integer of SymPy


@dataclass(frozen=True)
class Function:
    """A function that the document defines: `f(x) = ...`, or `f(x)_i = ...` with result indices.

    Attributes:
        formals: the keys of the formal arguments.
        body: the right-hand side.
        letters: the index letters on the left, e.g. ("i",).
        definition: the name also stands for its value at the declared names of its arguments.
        of_index: the only argument is an index, the last of the letters: `\\pi(a) = e^{\\theta_a}`.
    """

    formals: tuple[str, ...]
    body: Node
    letters: tuple[str, ...] = ()
    stands: bool = False
    of_index: bool = False


@dataclass(frozen=True)
class Entry:
    """What a name stands for.

    Attributes:
        key: the name in LaTeX, e.g. `\\hat{y}`.
        name: the name in SymPy, e.g. `yhat`.
        kind: dimension, variable, defined, function or index.
        shape: one size an axis.
        domain: for variables.
        family: how many leading axes number the members of a family.
        raised: the first index is written as a superscript, `x^{(i)}`.
        row: a defined row vector.
        by_entries: introduced by its entries (`p_i = ...`), so that a bold p may be the whole.
        place: where it was introduced.
        section: behind how many headings that is; set by the scope.
    """

    key: str
    name: str
    kind: str
    shape: tuple[Dim, ...] = ()
    domain: Domain = REAL
    family: int = 0
    raised: bool = False
    row: bool = False
    by_entries: bool = False
    function: Function | None = None
    place: int = 0
    node: Symbol | IndexedBase | None = None
    section: int = -1

    @property
    def array(self) -> Symbol | IndexedBase:
        """The SymPy node: a symbol, or the array of the entries."""
        if self.node is not None:
            return self.node
        if self.kind == "dimension":
            return dimension(self.name)
        return Variable(self.name, self.shape, self.domain).node
