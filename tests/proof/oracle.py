"""An independent numeric oracle: mpmath with sixty digits, derivatives by difference quotients.

Nothing here comes from derivlab's evaluator or from FLINT. A derivative is defined where the
quotients from both sides agree; a mutant is judged by this alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import mpmath
import sympy
from mpmath import mp, mpf
from sympy import Indexed, KroneckerDelta, Piecewise, Product, Sum, Symbol

from derivlab.symbols import Context, Partial

Place = tuple[int, ...]
mp.dps = DIGITS = 60
STEP = mpf(10) ** -15
CLOSE = mpf(10) ** -12
TIE = mpf(10) ** -40
CLOSEST = mpf(10) ** -20  # the error of a quotient of quotients


class UndefinedError(Exception):
    """No (real) value at this point."""


@dataclass
class World:
    """Sizes and values; `held` are defined names that a derivative moves by themselves."""

    context: Context
    sizes: Mapping[str, int]
    values: Mapping[str, Mapping[Place, Any]]
    held: Mapping[str, Mapping[Place, Any]] = field(default_factory=dict)
    cache: dict[tuple[str, Place], Any] = field(default_factory=dict)

    def entry(self, name: str, place: Place) -> Any:
        """The value of an entry of a variable or of a definition."""
        table = self.held.get(name) or self.values.get(name)
        if table is not None:
            if place not in table:
                raise UndefinedError(f"{name}{place}")
            return table[place]
        definition = self.context.definition(name)
        if definition is None:
            raise UndefinedError(name)
        if any(not 1 <= p <= self.size(n) for p, n in zip(place, definition.shape, strict=True)):
            raise UndefinedError(f"{name}{place}")
        if (name, place) not in self.cache:
            env = dict(zip(definition.indices, place, strict=True))
            self.cache[name, place] = value(definition.body, self, env)
        return self.cache[name, place]

    def size(self, n: Any) -> int:
        return int(n) if isinstance(n, int | sympy.Integer) else self.sizes[str(n)]

    def moved(self, name: str, place: Place, by: Any) -> World:
        """The same world with one entry moved."""
        shape = self.context.shape(name)
        places = product(*(range(1, self.size(n) + 1) for n in shape))
        table = {p: self.entry(name, p) for p in places}
        if place not in table:
            raise UndefinedError(f"{name}{place}")
        table[place] += by
        if name in self.values:
            return replace(self, values={**self.values, name: table}, cache={})
        return replace(self, held={**self.held, name: table}, cache={})


FUNCTIONS = {
    "exp": mpmath.exp, "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan, "cot": mpmath.cot,
    "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh, "atan": mpmath.atan, "erf": mpmath.erf,
    "asin": mpmath.asin, "acos": mpmath.acos, "loggamma": mpmath.loggamma, "Abs": abs, "sign": mpmath.sign,
    "log": mpmath.log,
}  # fmt: skip
COMPARE = {
    "Equality": lambda a, b: a == b, "Unequality": lambda a, b: a != b,
    "StrictGreaterThan": lambda a, b: a > b, "GreaterThan": lambda a, b: a >= b,
    "StrictLessThan": lambda a, b: a < b, "LessThan": lambda a, b: a <= b,
}  # fmt: skip


def value(expr: Any, world: World, env: Mapping[Symbol, int]) -> Any:
    """The real value of an expression; `UndefinedError` where it has none."""
    if isinstance(expr, sympy.Rational):
        return mpf(int(expr.p)) / int(expr.q)
    if isinstance(expr, Symbol):
        return _symbol(expr, world, env)
    if isinstance(expr, Indexed):
        return world.entry(str(expr.base.label), tuple(index(a, world, env) for a in expr.indices))
    if isinstance(expr, sympy.Add):
        return mpmath.fsum(value(a, world, env) for a in expr.args)
    if isinstance(expr, sympy.Mul):
        return mpmath.fprod(value(a, world, env) for a in expr.args)
    if isinstance(expr, Sum | Product):
        terms = list(_terms(expr, world, env))
        return mpmath.fsum(terms) if isinstance(expr, Sum) else mpmath.fprod(terms)
    if isinstance(expr, KroneckerDelta):
        return mpf(int(index(expr.args[0], world, env) == index(expr.args[1], world, env)))
    if isinstance(expr, Piecewise):
        for branch, condition in expr.args:
            if holds(condition, world, env):
                return value(branch, world, env)
        raise UndefinedError("no case")
    if isinstance(expr, Partial):
        return slope(expr, world, env)
    return _elementary(expr, world, env)


def _symbol(expr: Symbol, world: World, env: Mapping[Symbol, int]) -> Any:
    if expr in env:
        return mpf(env[expr])
    if world.context.lookup(expr.name) is not None:
        return world.entry(expr.name, ())
    return mpf(world.sizes[expr.name])


def _elementary(expr: Any, world: World, env: Mapping[Symbol, int]) -> Any:
    if expr in (sympy.pi, sympy.E, sympy.EulerGamma):
        return {sympy.pi: mp.pi, sympy.E: mp.e, sympy.EulerGamma: mp.euler}[expr] + 0
    inside = [value(a, world, env) for a in expr.args]
    name = type(expr).__name__
    if name in ("Max", "Min"):
        return max(inside) if name == "Max" else min(inside)
    try:
        if isinstance(expr, sympy.Pow):
            result = _power(*inside)
        elif name == "polygamma":
            result = mpmath.psi(int(inside[0]), inside[1])
        elif name in FUNCTIONS and not (name in ("log", "loggamma") and inside[0] <= 0):
            result = FUNCTIONS[name](inside[0])
        else:
            raise UndefinedError(name)
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise UndefinedError(name) from error
    if isinstance(result, mpmath.mpc) or not mpmath.isfinite(result):
        raise UndefinedError(name)
    return result


def _power(base: Any, exponent: Any) -> Any:
    if base == 0 and exponent < 0:
        raise UndefinedError("division by zero")
    return mpmath.power(base, exponent)


def _terms(expr: Any, world: World, env: Mapping[Symbol, int]) -> Iterator[Any]:
    bound, low, high = expr.limits[-1]
    inner = expr.func(expr.function, *expr.limits[:-1]) if len(expr.limits) > 1 else expr.function
    for position in range(index(low, world, env), index(high, world, env) + 1):
        yield value(inner, world, {**env, bound: position})


def index(expr: Any, world: World, env: Mapping[Symbol, int]) -> int:
    """The value of an index term."""
    if expr in env:
        return env[expr]
    found = value(expr, world, env)
    if found != int(found):
        raise UndefinedError("an index that is not whole")
    return int(found)


def holds(condition: Any, world: World, env: Mapping[Symbol, int]) -> bool:
    """Whether a condition of a case holds."""
    if isinstance(condition, sympy.logic.boolalg.BooleanAtom):
        return bool(condition)
    if isinstance(condition, sympy.Not):
        return not holds(condition.args[0], world, env)
    if isinstance(condition, sympy.And | sympy.Or):
        return (all if isinstance(condition, sympy.And) else any)(
            holds(a, world, env) for a in condition.args
        )
    left, right = (value(a, world, env) for a in condition.args)
    if left != right and abs(left - right) < TIE:
        raise UndefinedError("a tie that rounding decides")
    return bool(COMPARE[type(condition).__name__](left, right))


def slope(expr: Partial, world: World, env: Mapping[Symbol, int]) -> Any:
    """The difference quotient; undefined where the two sides disagree."""
    by = expr.by
    name = str(by.base.label) if isinstance(by, Indexed) else by.name
    place = tuple(index(a, world, env) for a in by.indices) if isinstance(by, Indexed) else ()
    here = value(expr.body, world, env)
    up = (value(expr.body, world.moved(name, place, STEP), env) - here) / STEP
    down = (here - value(expr.body, world.moved(name, place, -STEP), env)) / STEP
    if abs(up - down) > CLOSE * (1 + abs(up) + abs(down)) * 1000:
        raise UndefinedError("a kink")
    return (up + down) / 2


def differ(left: Any, right: Any, close: Any = CLOSE) -> bool:
    """Whether two values differ by more than the quotients' error."""
    return bool(abs(left - right) > close * (1 + abs(left) + abs(right)))
