"""Conditions of cases → polynomials that are 1 where they hold and 0 elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Indexed, Symbol

from derivlab.algebra import indicators
from derivlab.algebra.atoms import Polynomial
from derivlab.algebra.normal import delta
from derivlab.algebra.sums import size_of
from derivlab.errors import OutsideClassError
from derivlab.symbols import head_name

if TYPE_CHECKING:
    from derivlab.algebra.read import Reader


def read_condition(reader: Reader, condition: Any, env: Mapping[Symbol, Any]) -> Polynomial:
    """1[condition] for (in)equalities of indices or of reals, and their and, or, not."""
    ring = reader.ring
    if condition is sympy.true or condition is sympy.false:
        return ring.constant(int(condition is sympy.true))
    if isinstance(condition, sympy.Not):
        return ring.sub(ring.constant(1), read_condition(reader, condition.args[0], env))
    if isinstance(condition, sympy.And | sympy.Or):
        parts = [read_condition(reader, part, env) for part in sorted(condition.args, key=str)]
        if isinstance(condition, sympy.And):
            return ring.product(parts)
        none = ring.product(ring.sub(ring.constant(1), part) for part in parts)
        return ring.sub(ring.constant(1), none)
    if isinstance(condition, sympy.Eq | sympy.Ne):
        equal = _equal(reader, condition, env)
        return equal if isinstance(condition, sympy.Eq) else ring.sub(ring.constant(1), equal)
    return _inequality(reader, condition, env)


def _equal(reader: Reader, condition: Any, env: Mapping[Symbol, Any]) -> Polynomial:
    left, right = condition.args
    if _is_index(reader, left, env) and _is_index(reader, right, env):
        if any(side.is_Integer and side < 1 for side in condition.args):
            return {}  # indices count from 1: none is equal to 0
        if not (left.is_number or right.is_number):
            reader.compared.append((_range(reader, left, env), _range(reader, right, env)))
        return delta(reader.ring, reader.index(left, None, env), reader.index(right, None, env))
    difference = reader.ring.sub(reader.read(left, env), reader.read(right, env))
    return indicators.is_zero(reader.ring, difference)


def _range(reader: Reader, expr: Any, env: Mapping[Symbol, Any]) -> Any:
    """The range of an index term; a free index answers when all is read, a position never differs."""
    if isinstance(expr, Symbol):
        return env[expr][1] if expr in env else expr
    if isinstance(expr, Indexed):
        return size_of(reader.context.lookup(head_name(expr)).domain.index_of)  # type: ignore[union-attr]
    return None


def _inequality(reader: Reader, condition: Any, env: Mapping[Symbol, Any]) -> Polynomial:
    if not isinstance(condition, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le):
        raise OutsideClassError(f"the condition {condition} is outside the class that is decided")
    if any(_is_index(reader, side, env) and not side.is_number for side in condition.args):
        raise OutsideClassError(f"the order of indices in {condition} is outside the class that is decided")
    ring = reader.ring
    difference = ring.sub(reader.read(condition.gts, env), reader.read(condition.lts, env))
    if isinstance(condition, sympy.Gt | sympy.Lt):
        return indicators.step(ring, difference)
    return ring.sub(ring.constant(1), indicators.step(ring, ring.scale(difference, -1)))


def _is_index(reader: Reader, expr: Any, env: Mapping[Symbol, Any]) -> bool:
    if isinstance(expr, Symbol):
        return expr in env or (reader.context.lookup(expr.name) is None and bool(expr.is_integer))
    if isinstance(expr, Indexed):
        domain = getattr(reader.context.lookup(head_name(expr)), "domain", None)
        return domain is not None and domain.index_of is not None
    return isinstance(expr, sympy.Integer)
