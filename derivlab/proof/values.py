"""Handlers of the evaluator: the value of each SymPy node type at a point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sympy
from flint import arb
from sympy import Expr, Indexed, KroneckerDelta, Piecewise, Product, Sum, Symbol

from derivlab.errors import OutsideClassError
from derivlab.proof.numbers import (
    FUNCTIONS,
    Dual,
    NotDefinedError,
    Number,
    absolute,
    add,
    apply,
    lift,
    mul,
    power,
    sign_of,
)
from derivlab.symbols import Context, Definition, Partial, bind, head_name, refuse_mixed

if TYPE_CHECKING:
    from derivlab.proof.evaluate import Environment, Evaluator


def _number(at: Evaluator, expr: Expr, env: Environment) -> Number:
    return at.number(_fraction(expr))


@lru_cache(maxsize=1024)
def _fraction(expr: Expr) -> Fraction:
    exact = sympy.Rational(str(expr)) if isinstance(expr, sympy.Float) else expr
    return Fraction(int(exact.p), int(exact.q))


def _transcendental(value: Callable[[], arb]) -> Callable[[Evaluator, Expr, Environment], Number]:
    def constant(at: Evaluator, expr: Expr, env: Environment) -> Number:
        if at.number is not lift:
            raise NotDefinedError("a constant that is not rational")
        return value()

    return constant


def _symbol(at: Evaluator, expr: Symbol, env: Environment) -> Number:
    if expr in env:
        return at.number(Fraction(env[expr]))
    if at.context.lookup(expr.name) is not None:
        return at.entry(expr.name, ())
    return at.number(Fraction(at.size(expr)))


def _indexed(at: Evaluator, expr: Indexed, env: Environment) -> Number:
    label, *indices = expr.args
    place = tuple([env[i] if i in env else at.position(i, env) for i in indices])
    return at.entry(_name_of(label), place)


_name_of = lru_cache(maxsize=1024)(head_name)


def _add(at: Evaluator, expr: Expr, env: Environment) -> Number:
    result = at.value(expr.args[0], env)
    for arg in expr.args[1:]:
        result = add(result, at.value(arg, env))
    return result


def _mul(at: Evaluator, expr: Expr, env: Environment) -> Number:
    result = at.value(expr.args[0], env)
    for arg in expr.args[1:]:
        result = mul(result, at.value(arg, env))
    return result


def _pow(at: Evaluator, expr: Expr, env: Environment) -> Number:
    return at.once(expr, env, _power) if type(expr.args[0]) is Sum else _power(at, expr, env)


def _power(at: Evaluator, expr: Expr, env: Environment) -> Number:
    base, exponent = expr.args
    inside = at.value(base, env)
    if isinstance(exponent, sympy.Rational):
        if exponent.q != 1 and exponent.q % 2:
            raise OutsideClassError("an odd root")
        return power(inside, _fraction(exponent))
    above = at.value(exponent, env)
    whole = _whole(above) if sign_of(inside) > 0 or is_whole(at.context, exponent) else None
    if whole is not None:
        return power(inside, Fraction(whole))
    if sign_of(inside) <= 0:
        raise NotDefinedError("a real power of a number that is not positive")
    return apply("exp", mul(above, apply("log", inside)))


def is_whole(context: Context, expr: Expr) -> bool:
    """Whether an exponent is a whole number wherever it is defined: x^n, but not x^y at y = 2.

    A real power needs a positive base, whatever the value of its exponent: b^y = exp(y·log b).
    """
    if expr.is_integer:
        return True
    if isinstance(expr, sympy.Add | sympy.Mul):
        return all(is_whole(context, arg) for arg in expr.args)
    if isinstance(expr, Sum):
        return is_whole(context, expr.function)
    if not isinstance(expr, Symbol | Indexed):
        return False
    entry = context.lookup(head_name(expr))
    if isinstance(entry, Definition):
        return is_whole(context, entry.body)
    domain = getattr(entry, "domain", None)
    if domain is None:
        return False
    whole = domain.values is not None and all(value.denominator == 1 for value in domain.values)
    return whole or domain.index_of is not None


def _whole(number: Number) -> int | None:
    """The integer that a number is exactly, if it is one and small."""
    if isinstance(number, Fraction):
        return int(number) if number.denominator == 1 and abs(number) < 1000 else None
    if isinstance(number, arb) and number.is_exact() and number.is_integer() and abs(number) < 1000:
        return int(float(number))
    return None


def _function(at: Evaluator, expr: Expr, env: Environment) -> Number:
    name = type(expr).__name__
    if name not in FUNCTIONS:
        raise OutsideClassError(f"the function {name} cannot be evaluated")
    return apply(name, at.value(expr.args[0], env))


def _polygamma(at: Evaluator, expr: Expr, env: Environment) -> Number:
    names = {0: "digamma", 1: "trigamma"}
    order = expr.args[0]
    if not isinstance(order, sympy.Integer) or int(order) not in names:
        raise OutsideClassError(f"polygamma of order {order} cannot be evaluated")
    return apply(names[int(order)], at.value(expr.args[1], env))


def _abs(at: Evaluator, expr: Expr, env: Environment) -> Number:
    return absolute(at.value(expr.args[0], env))


def _sign(at: Evaluator, expr: Expr, env: Environment) -> Number:
    number = at.value(expr.args[0], env)
    sign = sign_of(number)
    if sign == 0 and isinstance(number, Dual):
        raise NotDefinedError("a derivative of a sign at 0")
    return at.number(Fraction(sign))


def _max(at: Evaluator, expr: Expr, env: Environment) -> Number:
    flip = -1 if isinstance(expr, sympy.Min) else 1
    parts = [at.value(arg, env) for arg in expr.args]
    best = parts[0]
    for part in parts[1:]:
        difference = add(part, mul(best, at.number(Fraction(-1))))
        order = flip * sign_of(difference)
        if order == 0 and isinstance(difference, Dual):
            raise NotDefinedError("a derivative of a maximum at a tie")
        best = part if order > 0 else best
    return best


def _delta(at: Evaluator, expr: KroneckerDelta, env: Environment) -> Number:
    left, right = (at.position(arg, env) for arg in expr.args)
    return at.number(Fraction(int(left == right)))


def _terms(at: Evaluator, expr: Any, env: Environment) -> Iterator[Number]:
    bound, low, high = expr.limits[-1]
    inner = bind(expr.func, expr.function, *expr.limits[:-1]) if len(expr.limits) > 1 else expr.function
    for position in range(at.position(low, env), at.position(high, env) + 1):
        yield at.value(inner, {**env, bound: position})


def _sum(at: Evaluator, expr: Sum, env: Environment) -> Number:
    return at.once(expr, env, _added)


def _added(at: Evaluator, expr: Sum, env: Environment) -> Number:
    result = at.number(Fraction(0))
    for term in _terms(at, expr, env):
        result = add(result, term)
    return result


def _product(at: Evaluator, expr: Product, env: Environment) -> Number:
    result = at.number(Fraction(1))
    for term in _terms(at, expr, env):
        result = mul(result, term)
    return result


def _piecewise(at: Evaluator, expr: Piecewise, env: Environment) -> Number:
    for value, condition in expr.args:
        if _holds(at, condition, env):
            return at.value(value, env)
    raise NotDefinedError("no case holds")


def _holds(at: Evaluator, condition: Any, env: Environment) -> bool:
    if condition is sympy.true or condition is sympy.false:
        return bool(condition)
    if isinstance(condition, sympy.Not):
        return not _holds(at, condition.args[0], env)
    if isinstance(condition, sympy.And):
        return all(_holds(at, part, env) for part in condition.args)
    if isinstance(condition, sympy.Or):
        return any(_holds(at, part, env) for part in condition.args)
    left, right = condition.args
    if all(_is_index(at, side, env) for side in (left, right)):
        order = at.position(left, env) - at.position(right, env)
    else:
        difference = add(at.value(left, env), mul(at.value(right, env), at.number(Fraction(-1))))
        order = sign_of(difference)
        if order == 0 and isinstance(difference, Dual):
            raise NotDefinedError("a derivative at a kink")
    for relation, test in _RELATIONS:
        if isinstance(condition, relation):
            return bool(test(order))
    raise OutsideClassError(f"the condition {condition} cannot be evaluated")


_RELATIONS: tuple[tuple[Any, Callable[[int], bool]], ...] = (
    (sympy.Eq, lambda order: order == 0),
    (sympy.Ne, lambda order: order != 0),
    (sympy.Gt, lambda order: order > 0),
    (sympy.Ge, lambda order: order >= 0),
    (sympy.Lt, lambda order: order < 0),
    (sympy.Le, lambda order: order <= 0),
)


def _is_index(at: Evaluator, expr: Expr, env: Environment) -> bool:
    if isinstance(expr, Symbol):
        return expr in env or (expr.name in at.sizes and at.context.lookup(expr.name) is None)
    if isinstance(expr, Indexed):
        domain = getattr(at.context.lookup(head_name(expr)), "domain", None)
        return domain is not None and domain.index_of is not None
    return isinstance(expr, sympy.Integer)


def _partial(at: Evaluator, expr: Partial, env: Environment) -> Number:
    """The slope of the body when one entry moves; a defined name moves by itself."""
    name = head_name(expr.by)
    refuse_mixed(expr, at.context)
    indexed = isinstance(expr.by, Indexed)
    place = tuple(at.position(index, env) for index in expr.by.indices) if indexed else ()
    level = at.level + 1
    moved = {other: at.entry(name, other) for other in at.places(name)}
    if place not in moved:
        raise NotDefinedError(f"{name} has no entry {place}")
    moved[place] = Dual(level, moved[place], at.number(Fraction(1)))
    inner = replace(at, overrides={**at.overrides, name: moved}, level=level)
    inner.lifted = at.lifted  # at the same point
    result = inner.value(expr.body, env)
    if isinstance(result, Dual) and result.level == level:
        return result.slope
    return at.number(Fraction(0))


HANDLERS: dict[type, Callable[[Evaluator, Any, Environment], Number]] = {
    sympy.Rational: _number,
    sympy.Float: _number,
    type(sympy.pi): _transcendental(arb.pi),
    type(sympy.E): _transcendental(arb.const_e),
    type(sympy.EulerGamma): _transcendental(arb.const_euler),
    Symbol: _symbol,
    Indexed: _indexed,
    sympy.Add: _add,
    sympy.Mul: _mul,
    sympy.Pow: _pow,
    sympy.Abs: _abs,
    sympy.sign: _sign,
    sympy.Max: _max,
    sympy.Min: _max,
    KroneckerDelta: _delta,
    Sum: _sum,
    Product: _product,
    Piecewise: _piecewise,
    Partial: _partial,
    sympy.polygamma: _polygamma,
    sympy.Function: _function,
}


def handler_of(kind: type) -> Callable[[Evaluator, Any, Environment], Number]:
    """The handler of a node type, or of the nearest class above it."""
    found = HANDLERS.get(kind)
    if found is not None:
        return found
    for above in kind.__mro__:
        if above in HANDLERS:
            return HANDLERS.setdefault(kind, HANDLERS[above])
    raise OutsideClassError(f"{kind.__name__} cannot be evaluated")
