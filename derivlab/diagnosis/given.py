"""Two syntax nodes of this floor: a value given in SymPy, and a slot with an unknown factor or term.

A slot makes one reading of the written side serve many candidates: with `slot · node` or `node + slot`
read once, a candidate is a number for the slot at each index, and costs no second reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr, IndexedBase, Integer, Symbol

from derivlab.errors import UnreadableError
from derivlab.notation.elaboration.core import Elaborator, rule
from derivlab.notation.elaboration.tensors import Size, Tensor, once, scalar
from derivlab.notation.printer import RULES, to_latex
from derivlab.notation.syntax import Node

SLOT = "slot_of_a_repair"


@dataclass(frozen=True, slots=True)
class Given(Node):
    """A scalar whose value is known in SymPy; `ranges` gives the sizes of its free index letters."""

    value: Expr
    ranges: dict[str, Expr] = field(default_factory=dict, compare=False)


@dataclass(eq=False)
class Reading:
    """What a slot turned out to depend on: index letters around it, and the axes of its node."""

    letters: list[tuple[Symbol, Size]] = field(default_factory=list)
    shape: tuple[Size, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot(Node):
    """`slot · body` (kind '·') or `body + slot` (kind '+'); `letters` are bound by the sums around it."""

    body: Node
    kind: str
    letters: tuple[str, ...]
    reading: Reading = field(default_factory=Reading, compare=False)


@rule(Given)
def _given(elaborator: Elaborator, node: Given) -> Tensor:
    for letter, size in node.ranges.items():
        elaborator.place_index(elaborator.index(letter, node), size, "its range", node)
    return scalar(node.value)


@rule(Slot)
def _slot(elaborator: Elaborator, node: Slot) -> Tensor:
    inner = elaborator.tensor(node.body)
    around = [elaborator.find_index(letter) for letter in dict.fromkeys(node.letters)]
    if any(one is None for one in around):
        raise UnreadableError("a letter of this slot is bound by no sum")
    letters = [(one.symbol, one.size) for one in around if one is not None]
    node.reading.letters, node.reading.shape = letters, inner.shape
    symbols = tuple(symbol for symbol, _ in letters)

    def entry(*at: Expr) -> Expr:
        position = (*symbols, *at) or (Integer(1),)
        unknown = IndexedBase(SLOT, real=True)[position]
        value = inner.entry(*at)
        return unknown * value if node.kind == "·" else value + unknown

    return once(inner.shape, entry, inner.row)


RULES[Given] = lambda node: str(node.value)
RULES[Slot] = lambda node: to_latex(node.body)
