"""Batches: an array with more axes in front than declared is a batch, and so is what depends on it.

The batch is one more index in the formulas, on the arrays that carry it; what the compiler does
with indices then does the rest, good contractions included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sympy import Expr, Indexed, IndexedBase, Symbol

from derivlab.compile.outputs import Output
from derivlab.symbols import Context, Definition, Variable, dimension, head_name, index, rebuild

BATCH_INDEX, BATCH_SIZE = "batch", "B"


def batched(
    outputs: Iterable[Output], context: Context, names: frozenset[str]
) -> tuple[tuple[Output, ...], Context, frozenset[str]]:
    """The outputs and the context with one more axis in front of the arrays `names`.

    Returns:
        The outputs, the context, and the names of the outputs that have the batch's axis.
    """
    place, size = _unused(context)
    carriers = names | _dependent(context, names)

    def carry(node: Expr) -> Expr | None:
        if not isinstance(node, Symbol | Indexed) or head_name(node) not in carriers:
            return None
        entry = context.lookup(head_name(node))
        if entry is None:
            return None
        base = IndexedBase(entry.name, shape=(size, *entry.shape), real=True)
        return base[(place, *getattr(node, "indices", ()))]

    made = tuple(_with_axis(output, rebuild(output.expr, carry), place, size) for output in outputs)
    inner = replace(
        context,
        assumptions=tuple(
            (rebuild(left, carry), rebuild(right, carry)) for left, right in context.assumptions
        ),
        positive=tuple(rebuild(expr, carry) for expr in context.positive),
        variables=tuple(_variable(entry, carriers, size) for entry in context.variables),
        definitions=tuple(
            _definition(entry, rebuild(entry.body, carry), carriers, place, size)
            for entry in context.definitions
        ),
    )
    return made, inner, frozenset(output.name for output in made if place in output.indices)


def _unused(context: Context) -> tuple[Symbol, Symbol]:
    """An index and a size whose names nothing has."""
    shapes = [entry.shape for entry in context.variables] + [entry.shape for entry in context.definitions]
    taken = {str(size) for shape in shapes for size in shape}
    taken |= {entry.name for entry in context.variables} | {entry.name for entry in context.definitions}
    place, size = BATCH_INDEX, BATCH_SIZE
    while place in taken:
        place += "_"
    while size in taken:
        size += "_"
    return index(place), dimension(size)


def _dependent(context: Context, names: frozenset[str]) -> frozenset[str]:
    """The defined names that depend on one of `names`."""
    return frozenset(
        definition.name for definition in context.definitions if context.defined_from(definition.name) & names
    )


def _with_axis(output: Output, expr: Expr, place: Symbol, size: Expr) -> Output:
    if expr == output.expr:
        return output
    sizes = (size, *output.sizes) if output.sizes or not output.indices else ()
    return Output(output.name, expr, (place, *output.indices), sizes)


def _variable(entry: Variable, carriers: frozenset[str], size: Symbol) -> Variable:
    return replace(entry, shape=(size, *entry.shape)) if entry.name in carriers else entry


def _definition(
    entry: Definition, body: Expr, carriers: frozenset[str], place: Symbol, size: Symbol
) -> Definition:
    if entry.name not in carriers:
        return entry
    return replace(entry, body=body, indices=(place, *entry.indices), shape=(size, *entry.shape))
