"""Claims: two sides to one entrywise statement with free indices, or to a mismatch of shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

import sympy
from sympy import Expr, Symbol

from derivlab.errors import ShapeError, UnreadableError
from derivlab.notation import syntax
from derivlab.notation.elaboration import linear
from derivlab.notation.elaboration.conditions import Condition, conditions
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.names import find, spelling
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.elaboration.tensors import Tensor, settled
from derivlab.notation.plain import plain_text
from derivlab.notation.statements.declare import domain_of, narrowed
from derivlab.notation.statements.define import fresh_names
from derivlab.notation.statements.inferred import other_reading
from derivlab.notation.statements.model import Equation, Origin, StatedClaim
from derivlab.notation.statements.refusals import mismatch, refuse_namesakes
from derivlab.notation.statements.symmetric import in_pairs, told
from derivlab.notation.statements.targets import index_letters
from derivlab.notation.syntax import Node
from derivlab.symbols import (
    Context,
    at_sizes,
    free_symbols,
    fresh_index,
    head_name,
    index,
    substitute,
)

LAYOUTS = {
    "row": "numerator layout: the gradient of a scalar is a row",
    "transposed": "denominator layout: ∂p/∂z has entry (i, j) = ∂p_j/∂z_i",
}


MAX_REREAD = 200  # with more names than these, the copies for reading a claim again would cost too much


def claim_of(scope: Scope, equation: Equation) -> StatedClaim:
    """The claim that an equation states; one whose shapes do not fit carries the reason.

    Raises `UnreadableError` where a side is not read. Where shapes do not fit, a name that hides a family
    may be that family.
    """
    try:
        claim = _claim_of(scope, equation)
        failed: ShapeError | None = None
    except ShapeError as error:
        failed = error
    if failed is not None or claim.shape_mismatch:
        other = other_reading(scope, (equation.left, equation.right))
        if other is not None:
            again = _claim_of(other[0], equation)
            if not again.shape_mismatch:
                return again.with_notes(other[1])
    if failed is not None:
        raise failed
    return claim


def _claim_of(scope: Scope, equation: Equation) -> StatedClaim:
    claim, matters = _in_layout(scope, equation, "")
    if equation.relation != "=":
        return claim
    origin = Origin(scope.copy(), equation) if len(scope.entries) <= MAX_REREAD else None
    claim = told(replace(claim, origin=origin))
    paired = in_pairs(claim)
    others = [] if paired is None else [paired]
    if not matters:
        return replace(claim, other_layouts=tuple(others)) if others else claim
    for layout, name in LAYOUTS.items():
        other, _ = _in_layout(scope, equation, layout)
        differs = (other.left, other.right) != (claim.left, claim.right)
        if not other.shape_mismatch and (differs or claim.shape_mismatch) and other.axes == 1:
            read_so = replace(other, origin=origin and replace(origin, layout=layout))
            others.append((name, read_so.with_notes(name)))
    return replace(claim, other_layouts=tuple(others))


def reread(origin: Origin, left: Node, right: Node) -> StatedClaim:
    """The claim with other sides, read where the first one stood; its shapes may not fit."""
    equation = replace(origin.equation, left=left, right=right)
    return _in_layout(origin.scope, equation, origin.layout)[0]


def _in_layout(scope: Scope, equation: Equation, layout: str) -> tuple[StatedClaim, bool]:
    """The claim with gradients in one layout, and whether the layout matters."""
    letters = index_letters(equation.left) | index_letters(equation.right)
    elaborator = Elaborator(scope, layout=layout, letters=letters, time=equation.time)
    try:
        merged = _equal_indices(elaborator, equation.conditions)
        sides = [elaborator.tensor(equation.left), elaborator.tensor(equation.right)]
        sides = _zero_of_any_shape(elaborator, equation, sides)
        _fit(equation, sides)
        held = [one for node in equation.conditions for one in conditions(elaborator, node)]
        elaborator.finish()
        claim = _entrywise(
            elaborator, equation, sides, [one for one in held if one.relation != "=" or not merged]
        )
    except ShapeError as error:
        return mismatch(scope, elaborator, equation, error), elaborator.layout_matters
    return claim, elaborator.layout_matters


def _equal_indices(elaborator: Elaborator, nodes: tuple[Node, ...]) -> bool:
    """'for i = k': both letters are one index."""
    merged = False
    for node in nodes:
        if isinstance(node, syntax.Chain) and node.relations == ("=",):
            first, second = (spelling(side) if side is not None else None for side in node.sides)
            numbers = any(isinstance(side, syntax.Number) for side in node.sides)
            if first is not None and second is not None and not numbers:
                known = (find(elaborator.scope, one) for one in (first, second))
                if any(one is not None and one.entry.kind in ("variable", "defined") for one in known):
                    continue
                one = elaborator.index(first.key, node)
                elaborator.free[second.key] = one
                merged = True
    return merged


def _zero_of_any_shape(elaborator: Elaborator, equation: Equation, sides: list[Tensor]) -> list[Tensor]:
    """`\\nabla J = 0`: the zero of the other side's shape."""
    for position, node in enumerate((equation.left, equation.right)):
        other = sides[1 - position]
        if isinstance(node, syntax.Number) and node.text == "0" and other.rank:
            elaborator.note("0 is the zero vector" if other.rank == 1 else "0 is the zero matrix")
            sides[position] = Tensor(other.shape, lambda *at: sympy.Integer(0), other.row)
    return sides


def _fit(equation: Equation, sides: list[Tensor]) -> None:
    left, right = sides
    if left.rank != right.rank or left.row != right.row or not linear.fit(left.shape, right.shape):
        fail(
            equation.right,
            f"the two sides have different shapes: {left.describe()} and {right.describe()}",
            "check the order, the transposes and the indices",
            SidesMismatchError,
        )


class SidesMismatchError(ShapeError):
    """The two sides of a relation have different shapes."""


def _entrywise(
    elaborator: Elaborator, equation: Equation, sides: list[Tensor], held: list[Condition]
) -> StatedClaim:
    """Both sides at the same fresh indices, one an axis."""
    left, right = sides
    axes = [index(name) for name in fresh_names(elaborator, left.rank)]
    values = [side.entry(*axes) for side in (left, right)]
    places = zip(axes, (linear.known(size, equation.left, "a side") for size in left.shape), strict=True)
    free = {one.symbol: settled(one.size) for one in elaborator.free.values()}
    indices = (*free.items(), *places)
    context = context_of(elaborator, indices)
    refuse_namesakes(elaborator.scope, context, equation, values)
    sizes: dict[Symbol, sympy.Integer] = {}
    for one in held:
        if _is_size(one, elaborator.scope):
            sizes[one.left] = one.right
            elaborator.note(f"for {one.left} = {one.right}")
            continue
        larger = _at_least(one, elaborator.scope)
        if larger is not None:
            least = dict(context.least)
            least[larger[0]] = max(least.get(larger[0], 1), larger[1])
            context = replace(context, least=tuple(sorted(least.items())))
            continue
        if one.about_indices and equation.relation in ("<", ">", "≠"):
            raise UnreadableError(
                f"`{equation.relation}` under a condition on indices is not read", hint="state it with ≤ or ≥"
            )
        if not one.about_indices:
            elaborator.note(f"under {plain_text(one.left)} {one.relation} {plain_text(one.right)}")
        values, context = _under(one, values, context)
    context, values = at_sizes(context, values, sizes)
    return StatedClaim(
        equation.extent,
        values[0],
        values[1],
        context,
        equation.relation,
        *equation.texts,
        context.ranges,
        left.rank,
        notes=tuple(elaborator.notes),
    )


def held_context(elaborator: Elaborator, nodes: tuple[Node, ...], context: Context) -> Context:
    """The context under conditions on names: `\\lambda \\geq 0`."""
    for node in nodes:
        for one in conditions(elaborator, node):
            if one.about_indices:
                raise UnreadableError("a condition on indices is not read here", hint="write the claim out")
            elaborator.note(f"under {plain_text(one.left)} {one.relation} {plain_text(one.right)}")
            _, context = _under(one, [], context)
    return context


def context_of(elaborator: Elaborator, indices: tuple[tuple[Symbol, Expr], ...]) -> Context:
    """What is known where the claim stands, with its own definitions and the ranges of its indices."""
    context = elaborator.scope.context()
    if elaborator.extra:
        context = context.with_definitions(*elaborator.extra)
    ranges = dict(indices)
    pairs = tuple(_apart(pair, ranges, context) for pair in context.assumptions)
    positive = tuple(_apart((expr,), ranges, context)[0] for expr in context.positive)
    loose = tuple(_apart(pair, ranges, context) for pair in context.loose)
    return replace(context, ranges=indices, assumptions=pairs, positive=positive, loose=loose)


_free = lru_cache(maxsize=4096)(free_symbols)


@lru_cache(maxsize=4096)
def _standing(expr: Expr) -> frozenset[tuple[Symbol, str, int]]:
    """The free indices of an expression with the names and axes on which they stand."""
    free = _free(expr)
    return frozenset(
        (place, head_name(node), axis)
        for node in expr.atoms(sympy.Indexed)
        for axis, place in enumerate(node.indices)
        if place in free
    )


def _apart(exprs: tuple[Expr, ...], ranges: Mapping[Symbol, Expr], context: Context) -> tuple[Expr, ...]:
    """An assumption whose indices are not those of the claim: 'for all i = 1..K', and a claim at i = 1..d."""
    free = frozenset().union(*map(_free, exprs))
    if free.isdisjoint(ranges):
        return exprs
    clashing = {
        place
        for place, name, axis in frozenset().union(*map(_standing, exprs))
        if (place in ranges and (entry := context.lookup(name)) is not None)
        and axis < len(entry.shape)
        and (size := ranges[place]) is not entry.shape[axis]
        and size != entry.shape[axis]
    }
    if not clashing:
        return exprs
    avoid, others = {*free, *ranges}, dict[Symbol, Symbol]()
    for symbol in sorted(clashing, key=str):
        others[symbol] = fresh_index(symbol, avoid)
        avoid.add(others[symbol])
    return _renamed(exprs, tuple(others.items()))


@lru_cache(maxsize=4096)
def _renamed(exprs: tuple[Expr, ...], others: tuple[tuple[Symbol, Symbol], ...]) -> tuple[Expr, ...]:
    return tuple(substitute(expr, dict(others)) for expr in exprs)


def _is_size(one: Condition, scope: Scope) -> bool:
    """Whether a condition gives a size its number: `K = 2`."""
    sizes = {entry.name for entry in scope.of_kind("dimension")}
    named = isinstance(one.left, Symbol) and one.left.name in sizes
    return one.relation == "=" and named and one.right.is_Integer and one.right.is_positive


def _at_least(one: Condition, scope: Scope) -> tuple[str, int] | None:
    """The size and its least value that a condition states: `n \\geq 2`, `n > 1`."""
    sizes = {entry.name for entry in scope.of_kind("dimension")}
    if not (isinstance(one.left, Symbol) and one.left.name in sizes and one.right.is_Rational):
        return None
    bound = Fraction(int(one.right.p), int(one.right.q))
    return {"≥": (one.left.name, ceil(bound)), ">": (one.left.name, floor(bound) + 1)}.get(one.relation)


def _under(one: Condition, values: list[Expr], context: Context) -> tuple[list[Expr], Context]:
    """A claim under a condition: both sides count where it holds, or its names have that sign."""
    if one.about_indices:
        return [one.factor * value for value in values], context
    difference = one.left - one.right
    sign = {">": difference, "≥": difference, "<": -difference, "≤": -difference, "≠": difference**2}
    if one.relation == "=":
        return values, replace(context, assumptions=(*context.assumptions, (one.left, one.right)))
    if one.relation in ("≥", "≤"):
        return values, _with_domain(one, context)
    return values, replace(context, positive=(*context.positive, sign[one.relation]))


def _with_domain(one: Condition, context: Context) -> Context:
    """`x \\geq 0` for a variable: its domain here."""
    if not isinstance(one.left, Symbol) or not one.right.is_Rational:
        raise UnreadableError(
            "this condition is not read", hint=r"state it of a name and a number, e.g. $x \geq 0$"
        )
    domain = domain_of(one.relation, Fraction(int(one.right.p), int(one.right.q)))
    variables = tuple(
        replace(variable, domain=narrowed(variable.domain, domain))
        if variable.name == one.left.name
        else variable
        for variable in context.variables
    )
    return replace(context, variables=variables)
