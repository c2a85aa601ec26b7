"""From the indexed SymPy form to the array program: `lower` and the nodes without indices of their own.

An index becomes an axis, an entry a view of its array (`entries`), a sum a reduction or a product
of matrices (`sums`, `multiplication`), a Kronecker delta a substitution where a sum contracts it
and a mask elsewhere (`conditions`). Defined names are lowered once and shared. Nothing is unrolled:
the program is the same for all sizes. Each kind of node is one function, found by its SymPy class.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import sympy
from sympy import Add, Expr, Pow

from derivlab.compile.elementary import FUNCTIONS
from derivlab.compile.nodes import Choice, Group, ZeroWithout
from derivlab.compile.products import add, divide
from derivlab.compile.program import View
from derivlab.compile.scope import Scope
from derivlab.errors import UsageError
from derivlab.symbols import Partial


def lower(expr: Any, scope: Scope) -> View:
    """The view of an expression; its axes are the free indices that it depends on.

    Raises:
        UsageError: something in it cannot be compiled.
    """
    if isinstance(expr, Expr) and not expr.free_symbols and expr.is_number and not expr.is_Rational:
        return scope.program.constant(float(expr))
    return lower_node(expr, scope)


@singledispatch
def lower_node(expr: Any, scope: Scope) -> View:
    """The view of one kind of node; the kinds register here."""
    if isinstance(expr, sympy.Basic) and expr.func in FUNCTIONS:
        return scope.program.map(FUNCTIONS[expr.func], *(lower(arg, scope) for arg in expr.args))
    raise UsageError(f"{type(expr).__name__} cannot be compiled: {expr}")


@lower_node.register
def _group(expr: Group, scope: Scope) -> View:
    return lower(expr.args[0], scope)


@lower_node.register
def _choice(expr: Choice, scope: Scope) -> View:
    left, right, yes, no = (lower(arg, scope) for arg in expr.args)
    return scope.program.map("where", scope.program.map("greater_equal", left, right), yes, no)


@lower_node.register
def _zero_without(expr: ZeroWithout, scope: Scope) -> View:
    weight, value = (lower(arg, scope) for arg in expr.args)
    zero = scope.program.constant(0)
    return scope.program.map("where", scope.program.map("equal", weight, zero), zero, value)


@lower_node.register
def _derivative(expr: Partial, scope: Scope) -> View:
    raise UsageError(f"the derivative {expr} is not carried out; take the gradient first, then compile it")


@lower_node.register
def _number(expr: sympy.Number, scope: Scope) -> View:
    if not expr.is_finite:
        raise UsageError(f"{expr} cannot be compiled: it is not finite")
    return scope.program.constant(int(expr) if expr.is_Integer else float(expr))


@lower_node.register
def _sum_of_terms(expr: Add, scope: Scope) -> View:
    if scope.stable and expr.args[0] == -1 and len(expr.args) == 2 and isinstance(expr.args[1], sympy.exp):
        return scope.program.map("expm1", lower(expr.args[1].args[0], scope))
    plus: list[View] = []
    minus: list[View] = []
    for term in expr.args:
        negative = term.as_coeff_Mul()[0].is_negative
        (minus if negative else plus).append(lower(-term if negative else term, scope))
    return add(scope.program, plus, minus)


@lower_node.register
def _exponential(expr: sympy.exp, scope: Scope) -> View:
    name = "accurate_exp" if scope.stable and scope.compensated else "exp"
    return scope.program.map(name, lower(expr.args[0], scope))


@lower_node.register
def _logarithm(expr: sympy.log, scope: Scope) -> View:
    argument = expr.args[0]
    if scope.stable and isinstance(argument, Add) and argument.args[0] == 1:
        return scope.program.map("log1p", lower(argument - 1, scope))
    return scope.program.map("log", lower(argument, scope))


@lower_node.register
def _power(expr: Pow, scope: Scope) -> View:
    base, power = expr.base, expr.exp
    if power.is_number and power.is_negative:
        return divide(scope.program, [], [lower(Pow(base, -power), scope)])
    if power == sympy.Rational(1, 2):
        return scope.program.map("sqrt", lower(base, scope))
    if power == 2:
        return scope.program.map("square", lower(base, scope))
    return scope.program.map("power", lower(base, scope), lower(power, scope))


@lower_node.register(sympy.Max)
@lower_node.register(sympy.Min)
def _extreme(expr: Expr, scope: Scope) -> View:
    name = "maximum" if isinstance(expr, sympy.Max) else "minimum"
    views = sorted((lower(arg, scope) for arg in expr.args), key=lambda view: -len(view.labels))
    result = views[0]
    for view in views[1:]:
        result = scope.program.map(name, result, view)
    return result
