"""What a lowering knows: the context, the program it writes, and the ranges of the indices in scope."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Expr, Indexed, Symbol

from derivlab.compile.program import Program, View
from derivlab.compile.ranges import Ranges
from derivlab.symbols import Context, head_name


@dataclass(frozen=True)
class Scope:
    """The state that `lower` carries down a formula.

    Attributes:
        context: shapes of the variables, bodies of the definitions.
        program: where the nodes go.
        ranges: the size of each index that is free or bound here.
        defined: the views of the definitions lowered so far, by name; shared by all scopes.
        dimensions: the sizes that are known as symbols.
        stable: whether log(1 + x) and exp(x) - 1 are computed without rounding 1 + x first.
        compensated: whether the rounding of a shift is made good; needless where float64 rounds it.
    """

    context: Context
    program: Program
    ranges: Ranges = field(default_factory=dict)
    defined: dict[str, View] = field(default_factory=dict)
    dimensions: set[Expr] = field(default_factory=set)
    stable: bool = False
    compensated: bool = True

    def within(self, ranges: Ranges) -> Scope:
        """The scope in which the indices of `ranges` are known too."""
        return replace(self, ranges={**self.ranges, **ranges})

    def only(self, ranges: Ranges) -> Scope:
        """The scope of a definition's body: its own indices and no others."""
        return replace(self, ranges=ranges)

    def is_label(self, expr: Any) -> bool:
        """Whether the expression is a class label, a variable whose values are indices."""
        return self.classes(expr) is not None

    def classes(self, expr: Any) -> Expr | None:
        """The number of classes of a class label; None for anything else."""
        if not isinstance(expr, Symbol | Indexed):
            return None
        entry = self.context.lookup(head_name(expr))
        return getattr(getattr(entry, "domain", None), "index_of", None)
