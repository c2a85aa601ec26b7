"""Filling the holes of a stabilizing rule, and setting its free index to the largest entry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Piecewise, Sum, Symbol, exp
from sympy.core.relational import Ge

from derivlab.compile.nodes import Choice, ExpOfDifference, Largest, SumWithoutLargest, ZeroWithout
from derivlab.compile.rules import K, Rule, a, k, u
from derivlab.errors import InternalError
from derivlab.symbols import bind, rebuild, substitute

PEAK = Symbol("largest u", real=True)


@dataclass(frozen=True)
class Family:
    """What u[k] stands for: `body` as an expression in `bound`, which runs over 1..size."""

    body: Expr
    bound: Symbol
    size: Expr

    def at(self, place: Expr) -> Expr:
        """The body at one place."""
        return substitute(self.body, {self.bound: place})


Filling = dict[Symbol, Expr]


def filled(template: Expr, family: Family | None, holes: Filling) -> Expr:
    """`template` with its holes filled; its bound index k becomes `holes[k]`."""

    def fill(node: Expr) -> Expr | None:
        if isinstance(node, Symbol):
            return holes.get(node)
        if family is None:
            return None
        if isinstance(node, Indexed) and node.base == u:
            return family.at(holes[node.indices[0]])
        if isinstance(node, Sum):
            return bind(Sum, filled(node.function, family, holes), (holes[k], 1, family.size))
        return None

    return rebuild(template, fill)


def carried(template: Expr) -> Expr:
    """The right side of a rule as it is computed: a is where u is largest.

    u[a] is the largest u, Σ over k ≠ a leaves one largest term out, and exp of a difference to u[a]
    is computed with its rounding compensated.
    """

    def carry(node: Expr) -> Expr | None:
        if isinstance(node, Sum) and _without(node) is not None:
            return SumWithoutLargest(carried(_without(node)), node.limits[0][0], node.limits[0][2])
        if isinstance(node, exp) and node.has(u[a]):
            times = node.args[0].as_coefficient(u[a]) or node.args[0].coeff(u[a])
            return ExpOfDifference(node.args[0] - times * u[a], -times * PEAK)
        if isinstance(node, Piecewise) and isinstance(node.args[0].cond, Ge):
            (yes, condition), (no, _) = node.args
            return Choice(condition.lhs, condition.rhs, carried(yes), carried(no))
        if isinstance(node, Piecewise):
            (_, condition), (value, _) = node.args
            return ZeroWithout(condition.lhs, carried(value))
        return PEAK if node == u[a] else None

    return rebuild(template, carry)


def _without(node: Sum) -> Expr | None:
    """f, for a sum of (1 - δ(k, a))·f(k)."""
    left_out = Add(1, Mul(-1, KroneckerDelta(k, a)))
    parts = Mul.make_args(node.function)
    return Mul(*[part for part in parts if part != left_out]) if left_out in parts else None


class Writer:
    """Applies rules; every index that it binds anew is unlike any other.

    `apply` checks what a recognizer proposes: the left side, filled, must be the very expression
    that it found. So a wrong recognizer fails loudly, and cannot change a formula's value.
    """

    def __init__(self) -> None:
        self._numbers = count(1)

    def fresh(self) -> Symbol:
        """An index that occurs nowhere else."""
        return Symbol(f"k:{next(self._numbers)}", integer=True)

    def apply(self, rule: Rule, found: Expr, family: Family | None, holes: Filling) -> Expr:
        """The right side of `rule`, for an expression `found` that is its left side."""
        own = {} if family is None else {k: family.bound, K: family.size}
        left = filled(rule.before, family, {**holes, **own})
        if left != found:
            raise InternalError(f"the rule {rule.name!r} was applied to {found}, which is not {left}")
        if family is None:
            return filled(carried(rule.after), None, holes)
        bound = self.fresh()
        peak = Largest(family.at(bound), bound, family.size)
        own = {k: self.fresh(), K: family.size, PEAK: peak}
        return filled(carried(rule.after), family, {**holes, **own})
