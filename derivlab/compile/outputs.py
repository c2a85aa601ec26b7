"""An output: an expression and the indices that become the axes of its array."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Symbol

# Each of these registers its kinds of nodes with `lower`.
from derivlab.compile import conditions, entries, multiplication, sums  # noqa: F401
from derivlab.compile.entries import laid_out
from derivlab.compile.lowering import lower
from derivlab.compile.program import View
from derivlab.compile.ranges import free_ranges
from derivlab.compile.scope import Scope
from derivlab.compile.stabilize import Stabilizer
from derivlab.errors import UsageError
from derivlab.symbols import free_symbols


@dataclass(frozen=True)
class Output:
    """An array to compute: `expr` for all values of `indices`, one axis each, in that order.

    `sizes` may give the length of each axis; it is needed only for an index that no axis determines.
    """

    name: str
    expr: Expr
    indices: tuple[Symbol, ...] = ()
    sizes: tuple[Expr, ...] = ()


def lower_output(output: Output, scope: Scope, stabilizer: Stabilizer | None) -> View:
    """The array of an output, its formula stabilized first if there is a stabilizer.

    Raises:
        UsageError: an index whose size is unknown, or a free index that is no axis of the output.
    """
    given = dict(zip(output.indices, output.sizes, strict=bool(output.sizes)))
    ranges = free_ranges(output.expr, scope.context, given)
    for place in output.indices:
        if place not in ranges:
            raise UsageError(
                f"the size of the output's index {place} is unknown in {output.expr}; "
                "give the output its sizes"
            )
    for place in ranges:
        if place in free_symbols(output.expr) and place not in output.indices:
            raise UsageError(f"index {place} is free in {output.expr}, but is not among the output's indices")
    scope.program.prefer(output.indices)
    inner = scope.only(ranges)
    expr = output.expr if stabilizer is None else stabilizer.stable(output.expr)
    return laid_out(lower(expr, inner), output.indices, inner)
