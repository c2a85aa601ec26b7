"""Handlers of the reader for numbers, names, arithmetic and functions: one a SymPy node type."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy
from flint import fmpq
from sympy import Expr, Indexed, Symbol

from derivlab.algebra import elementary, indicators, powers, signs
from derivlab.algebra.atoms import CONSTANT, ENTRY, SIZE, VALUE, Polynomial
from derivlab.algebra.conditions import Condition
from derivlab.errors import OutsideClassError, ShapeError
from derivlab.symbols import head_name

if TYPE_CHECKING:
    from derivlab.algebra.read import Environment, Reader

_OPAQUE = {"erf": "erf", "asin": "asin", "acos": "acos", "atan": "atan", "asinh": "asinh"}
_OPAQUE |= {"acosh": "acosh", "atanh": "atanh", "loggamma": "loggamma", "gamma": "gamma"}
_PARTLY_DEFINED = frozenset(("tan", "cot", "sec", "csc", "coth", "csch"))
_PARTLY_DEFINED |= {"asin", "acos", "acosh", "atanh", "loggamma", "gamma"}


def bound_names(env: Environment) -> frozenset[str]:
    """Names of the bound indices around an expression."""
    return frozenset(name for name, _ in env.values() if isinstance(name, str))


def _number(reader: Reader, expr: Expr, env: Environment) -> Polynomial:
    number = sympy.Rational(str(expr)) if isinstance(expr, sympy.Float) else expr
    if max(int(abs(number.p)).bit_length(), int(number.q).bit_length()) > 100_000:
        raise OutsideClassError("a number is too large")
    return reader.ring.constant(fmpq(int(number.p), int(number.q)))


def _constant(name: str) -> Callable[[Reader, Expr, Environment], Polynomial]:
    return lambda reader, expr, env: reader.ring.of(reader.ring.atom(CONSTANT, name))


def _symbol(reader: Reader, expr: Symbol, env: Environment) -> Polynomial:
    ring = reader.ring
    if expr in env:
        return indicators.index_value(ring, env[expr][0])
    entry = reader.context.lookup(expr.name)
    if entry is not None:
        if reader.context.definition(expr.name) is not None and expr.name not in reader.kept:
            return reader.defined(expr.name, ())
        if entry.shape:
            raise ShapeError(f"{expr.name} is an array and needs its indices here")
        return ring.of(ring.atom(ENTRY, expr.name, ()))
    if expr.name in reader.sizes:
        return ring.of(ring.atom(SIZE, expr.name))
    if expr.name in reader.ranges:
        return ring.of(ring.atom(VALUE, expr.name))
    if expr.is_integer:
        return ring.of(ring.atom(SIZE if expr.is_positive else VALUE, expr.name))
    raise OutsideClassError(f"{expr.name} is not declared")


def _indexed(reader: Reader, expr: Indexed, env: Environment) -> Polynomial:
    name = head_name(expr)
    indices = reader.indices(expr, env)
    if reader.context.definition(name) is not None and name not in reader.kept:
        return reader.defined(name, indices)
    return reader.ring.of(reader.ring.atom(ENTRY, name, indices))


def _add(reader: Reader, expr: Expr, env: Environment) -> Polynomial:
    return reader.ring.add(*(reader.read(arg, env) for arg in expr.args))


def _mul(reader: Reader, expr: Expr, env: Environment) -> Polynomial:
    return reader.ring.product(reader.read(arg, env) for arg in expr.args)


def _pow(reader: Reader, expr: Expr, env: Environment) -> Polynomial:
    base, exponent = expr.args
    if isinstance(exponent, sympy.Rational):
        value = Fraction(int(exponent.p), int(exponent.q))
        inside = reader.read(base, env)
        if value.denominator != 1 or value < 0:
            kind = "nonzero" if value.denominator == 1 else ("nonnegative" if value > 0 else "positive")
            if value.denominator % 2 == 0 or kind == "nonzero":
                reader.note(Condition(kind, inside, base, bound_names(env)))
            else:
                raise OutsideClassError("an odd root")
        return powers.power(reader.ring, inside, value)
    return _symbolic_power(reader, base, exponent, env)


def _symbolic_power(reader: Reader, base: Expr, exponent: Expr, env: Environment) -> Polynomial:
    """b^e = exp(e·log b) for b > 0; b^n as an atom for a symbolic integer n."""
    ring = reader.ring
    inside, above = reader.read(base, env), reader.read(exponent, env)
    if signs.sign(ring, inside) != signs.POSITIVE and powers.is_whole(above):
        return powers.symbolic_power(ring, inside, above)
    reader.note(Condition("positive", inside, base, bound_names(env)))
    return elementary.exponential(ring, ring.mul(above, elementary.logarithm(ring, inside)))


def _log(reader: Reader, expr: Expr, env: Environment) -> Polynomial:
    argument = expr.args[0]
    if isinstance(argument, sympy.Abs):  # log |u| needs no cases
        inside = reader.read(argument.args[0], env)
        reader.note(Condition("nonzero", inside, argument.args[0], bound_names(env)))
    else:
        inside = reader.read(argument, env)
        reader.note(Condition("positive", inside, argument, bound_names(env)))
    return elementary.logarithm(reader.ring, inside)


def _function(reader: Reader, expr: Expr, env: Environment) -> Polynomial:
    name = type(expr).__name__
    inside = reader.read(expr.args[0], env)
    if name in _PARTLY_DEFINED:
        reader.note(Condition("defined", inside, expr, bound_names(env)))
    if name in elementary.ELEMENTARY:
        return elementary.ELEMENTARY[name](reader.ring, inside)
    if name in _OPAQUE:
        return elementary.function(reader.ring, _OPAQUE[name], [inside])
    raise OutsideClassError(f"the function {name} is outside the class that is decided")


def _polygamma(reader: Reader, expr: Expr, env: Environment) -> Polynomial:
    order, argument = expr.args
    names = {0: "digamma", 1: "trigamma"}
    if not isinstance(order, sympy.Integer) or int(order) not in names:
        raise OutsideClassError(f"polygamma of order {order}")
    return elementary.function(reader.ring, names[int(order)], [reader.read(argument, env)])


def _max(reader: Reader, expr: Expr, env: Environment) -> Polynomial:
    parts = [reader.read(arg, env) for arg in sorted(expr.args, key=str)]
    flip = -1 if isinstance(expr, sympy.Min) else 1
    result = reader.ring.scale(parts[0], flip)
    for part in parts[1:]:
        result = indicators.maximum(reader.ring, reader.ring.scale(part, flip), result)
    return reader.ring.scale(result, flip)


SCALARS: dict[type, Callable[[Reader, Any, Environment], Polynomial]] = {
    sympy.Rational: _number,
    sympy.Float: _number,
    type(sympy.pi): _constant("pi"),
    type(sympy.E): lambda reader, expr, env: elementary.exponential(reader.ring, reader.ring.constant(1)),
    type(sympy.EulerGamma): _constant("EulerGamma"),
    Symbol: _symbol,
    Indexed: _indexed,
    sympy.Add: _add,
    sympy.Mul: _mul,
    sympy.Pow: _pow,
    sympy.log: _log,
    sympy.Max: _max,
    sympy.Min: _max,
    sympy.polygamma: _polygamma,
    sympy.Function: _function,
}
