"""Handlers of the reader for sums, products, deltas, cases and derivatives: one a SymPy node type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Expr, Indexed, KroneckerDelta, Piecewise, Product, Sum, Symbol

from derivlab.algebra import elementary, signs, sums
from derivlab.algebra.atoms import Index, Polynomial
from derivlab.algebra.conditions import Condition
from derivlab.algebra.convex_kinks import convex_kinks
from derivlab.algebra.derivative import Differentiation, Kink
from derivlab.algebra.logic import read_condition
from derivlab.algebra.normal import delta
from derivlab.algebra.read_scalars import bound_names
from derivlab.algebra.sums import Size, size_of
from derivlab.algebra.transform import Transformation, rename
from derivlab.algebra.write import BOUND_NAMES, Writer
from derivlab.errors import OutsideClassError
from derivlab.symbols import Partial, head_name, index, refuse_mixed

if TYPE_CHECKING:
    from derivlab.algebra.read import Environment, Reader

MAX_EXPANDED = 64
MAX_WRITTEN = 6  # a sum over an axis of at most this fixed size is written term by term


def _delta(reader: Reader, expr: KroneckerDelta, env: Environment) -> Polynomial:
    left, right = (_range_in(reader, arg, env) for arg in expr.args)
    first = reader.index(expr.args[0], right, env)
    second = reader.index(expr.args[1], left, env)
    return delta(reader.ring, first, second)


def _range_in(reader: Reader, expr: Expr, env: Environment) -> Size | None:
    """The range of an index term where it is known."""
    if isinstance(expr, Symbol):
        return env[expr][1] if expr in env else reader.ranges.get(expr.name)
    if isinstance(expr, Indexed):
        domain = getattr(reader.context.lookup(head_name(expr)), "domain", None)
        return None if domain is None or domain.index_of is None else size_of(domain.index_of)
    return None


def _sum(reader: Reader, expr: Sum, env: Environment) -> Polynomial:
    """Nested sums; SymPy keeps them as one node with several limits, the innermost first."""
    return _sum_over(reader, expr.function, expr.limits, env)


def _sum_over(reader: Reader, function: Expr, limits: tuple[Any, ...], env: Environment) -> Polynomial:
    """Σ from 1 to a size; other constant bounds by adding or taking away single terms."""
    if not limits:
        return reader.read(function, env)
    *inner, (bound, low, high) = limits
    over, missing = _upper(reader, high, env)
    ring = reader.ring
    if not isinstance(low, sympy.Integer) or int(low) < 1 or not 0 <= missing <= 1 or int(low) > MAX_EXPANDED:
        raise OutsideClassError(f"the bounds {low}..{high} are outside the class that is decided")
    if isinstance(over, int) and over - missing - int(low) < MAX_EXPANDED and _has_positions(reader, over):
        positions = range(int(low), over - missing + 1)
        places = ({**env, bound: (position, None)} for position in positions)
        return ring.add(*(_sum_over(reader, function, tuple(inner), at) for at in places))
    name = ring.fresh()
    # What must hold at some positions only is no fact about all of them.
    part = reader if low == 1 and not missing else replace(reader, guarded=True)
    body = _sum_over(part, function, tuple(inner), {**env, bound: (name, over)})
    result = sums.total(ring, name, over, body)
    ring.require(over, int(low) - 1)
    skipped: list[Index] = list(range(1, int(low))) + ([("last", over)] if missing else [])
    if len(skipped) > 1 and missing:
        raise OutsideClassError(f"the bounds {low}..{high} are outside the class that is decided")
    for position in skipped:
        result = ring.sub(result, rename(ring, body, {name: position}))
    return result


def _has_positions(reader: Reader, over: int) -> bool:
    """Whether a sum to a number is written term by term: always for a few, or off a whole axis."""
    return over <= MAX_WRITTEN or over not in reader.whole


def _upper(reader: Reader, high: Expr, env: Environment) -> tuple[Size, int]:
    """(size, how many of its last positions are left out)."""
    missing = 0
    if isinstance(high, sympy.Add) and len(high.args) == 2 and isinstance(high.args[0], sympy.Integer):
        high, missing = high.args[1], -int(high.args[0])
    name = high.name if isinstance(high, Symbol) else str(high)
    if high in env or reader.context.lookup(name) is not None:
        raise OutsideClassError(f"the bound {high} of a sum is not a size")
    over = size_of(high)
    if isinstance(over, str):
        reader.bounds.add(over)
    return over, missing


def _product(reader: Reader, expr: Product, env: Environment) -> Polynomial:
    """Π f = exp Σ log f for positive factors."""
    bound, low, high = expr.limits[0]
    if low != 1 or len(expr.limits) > 1:
        raise OutsideClassError("a product that does not start at 1")
    over, missing = _upper(reader, high, env)
    if missing:
        raise OutsideClassError("a product over part of a range")
    name = reader.ring.fresh()
    body = reader.read(expr.function, {**env, bound: (name, over)})
    if isinstance(over, int) and over <= MAX_EXPANDED:
        return reader.ring.product(rename(reader.ring, body, {name: k}) for k in range(1, over + 1))
    if signs.sign(reader.ring, body) != signs.POSITIVE:
        raise OutsideClassError("a product of factors that are not known to be positive")
    logs = sums.total(reader.ring, name, over, elementary.logarithm(reader.ring, body))
    return elementary.exponential(reader.ring, logs)


def _piecewise(reader: Reader, expr: Piecewise, env: Environment) -> Polynomial:
    """Σ value·[its condition and none before]."""
    ring = reader.ring
    result: Polynomial = {}
    left = ring.constant(1)
    inner = replace(reader, guarded=True)
    for value, condition in expr.args:
        holds = read_condition(reader, condition, env)
        branch = ring.mul(left, holds)
        if branch:
            result = ring.add(result, ring.mul(branch, inner.read(value, env)))
        left = ring.sub(left, branch)
    if left:
        raise OutsideClassError("cases that do not cover everything")
    return result


def _partial(reader: Reader, expr: Partial, env: Environment) -> Polynomial:
    """A derivative; by a defined name, that name is free while the derivative is taken."""
    name = head_name(expr.by)
    indices = reader.indices(expr.by, env) if isinstance(expr.by, Indexed) else ()
    is_defined = reader.context.definition(name) is not None
    refuse_mixed(expr, reader.context)
    inner = replace(reader, kept=reader.kept | {name}) if is_defined else reader
    body = inner.read(expr.body, env)
    away = Differentiation(reader.ring, name, indices, quiet=True)
    known = [Kink(*found) for found in convex_kinks(reader.ring, body, away)]
    differentiate = Differentiation(reader.ring, name, indices, known, quiet=bool(known))
    result = differentiate(body)
    for kink in differentiate.kinks:
        free = frozenset(n for m in kink.argument for a, _ in m for n in a.free if n.startswith(("~", "#")))
        shown = _shown(reader, kink.argument, free, expr)
        condition = Condition("kink", kink.argument, shown, free | bound_names(env))
        reader.note(replace(condition, jump=kink.jump))
    if is_defined and name not in reader.kept:
        return _reexpanded(reader, result, name)
    return result


def _shown(reader: Reader, argument: Polynomial, bound: frozenset[str], expr: Expr) -> Expr:
    """The argument of a kink for people; bound names become letters."""
    letters = (letter for letter in BOUND_NAMES if reader.context.lookup(letter) is None)
    names = dict(zip(sorted(bound), map(index, letters), strict=False))
    try:
        return Writer(reader.ring, reader.context, names).write(argument)
    except OutsideClassError:
        return expr


def _reexpanded(reader: Reader, polynomial: Polynomial, name: str) -> Polynomial:
    def entries(found: str, indices: tuple[Index, ...]) -> Polynomial | None:
        return reader.defined(name, indices) if found == name else None

    return Transformation(reader.ring, {}, entries)(polynomial)


BINDERS: dict[type, Callable[[Reader, Any, Environment], Polynomial]] = {
    KroneckerDelta: _delta,
    Sum: _sum,
    Product: _product,
    Piecewise: _piecewise,
    Partial: _partial,
}
