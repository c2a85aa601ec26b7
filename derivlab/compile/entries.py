"""Names and entries: a symbol, an entry `z[i]`, a class label, an index used as a number."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Indexed, Symbol

from derivlab.compile.lowering import lower, lower_node
from derivlab.compile.program import View
from derivlab.compile.ranges import Ranges
from derivlab.compile.scope import Scope
from derivlab.errors import UsageError
from derivlab.symbols import head_name


@lower_node.register
def _symbol(expr: Symbol, scope: Scope) -> View:
    if expr in scope.ranges:
        return scope.program.position(expr, scope.ranges[expr])
    if scope.context.lookup(expr.name) is not None:
        return named(expr.name, (), scope)
    if expr in scope.dimensions:
        return scope.program.size(expr)
    raise UsageError(f"{expr.name!r} is used but not declared; add it to the context")


@lower_node.register
def _entry(expr: Indexed, scope: Scope) -> View:
    places = tuple(_place(place, expr, scope) for place in expr.indices)
    labels = tuple(place for place in places if isinstance(place, Symbol))
    if len(labels) == len(places) == len(set(labels)):
        return named(head_name(expr), labels, scope)
    axes = tuple(Symbol(f"axis_{number}", integer=True) for number in range(len(places)))
    source = named(head_name(expr), axes, scope)
    return _gathered(source, places, scope)


def _gathered(source: View, places: tuple[Any, ...], scope: Scope) -> View:
    """Entries at numbers, repeated indices or class labels: a slice, a diagonal or a gather."""
    chosen: list[Any] = []
    for axis, place in zip(source.labels, places, strict=True):
        if isinstance(place, Symbol) and places.count(place) > 1:
            place = scope.program.map("zero_based", scope.program.position(place, source.size(axis)))
        chosen.append(place)
    return scope.program.gather(source, tuple(chosen))


def _place(place: Expr, entry: Indexed, scope: Scope) -> Symbol | int | View:
    if isinstance(place, Symbol) and place in scope.ranges:
        return place
    if place.is_Integer:
        if place < 1:
            raise UsageError(f"the index {place} in {entry} is outside: entries are counted from 1")
        return int(place)
    if scope.is_label(place):
        return label_array(place, scope)
    raise UsageError(
        f"the index {place} in {entry} cannot be compiled; use an index, a number or a class label"
    )


def label_array(expr: Expr, scope: Scope) -> View:
    """A class label as it lies in the array: counted from 0, as NumPy and torch count."""
    name = head_name(expr)
    node = scope.program.node("input", (name, True), (), scope.context.shape(name))
    return View(node, tuple(getattr(expr, "indices", ())))


def named(name: str, labels: tuple[Symbol, ...], scope: Scope) -> View:
    """A variable or a defined name, its axes named `labels`."""
    if scope.context.definition(name) is not None:
        return _definition(name, scope).renamed(labels)
    if scope.context.lookup(name) is None:
        raise UsageError(f"{name!r} is used but not declared; add it to the context")
    variable = scope.context.variable(name)
    integer = variable.domain.index_of is not None
    view = View(scope.program.node("input", (name, integer), (), variable.shape), labels)
    return scope.program.map("one_based", view) if integer else view


def _definition(name: str, scope: Scope) -> View:
    """The array of a definition: lowered once, then shared."""
    if name not in scope.defined:
        definition = scope.context.definition(name)
        assert definition is not None
        ranges: Ranges = dict(zip(definition.indices, definition.shape, strict=True))
        view = lower(definition.body, scope.only(ranges))
        scope.defined[name] = laid_out(view, definition.indices, scope.only(ranges))
    return scope.defined[name]


def laid_out(view: View, indices: tuple[Symbol, ...], scope: Scope) -> View:
    """`view` with exactly the axes `indices`: transposed and broadcast as needed."""
    if view.labels == indices:
        return view
    sizes = tuple(scope.ranges[place] for place in indices)
    at = tuple(map(indices.index, view.labels))
    return View(scope.program.node("layout", None, ((view.node, at),), sizes), indices)
