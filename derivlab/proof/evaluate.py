"""The value of an indexed SymPy expression at concrete sizes and values, in balls.

Written apart from `derivlab.algebra` on purpose: a refutation rests on this module and on FLINT's
balls alone, and every 'proved' is held against it once more. Derivatives are taken by dual numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any, TypeAlias

import sympy
from sympy import Expr, Indexed, Symbol

from derivlab.errors import OutsideClassError
from derivlab.proof.numbers import NotDefinedError, Number, lift
from derivlab.proof.values import HANDLERS, handler_of
from derivlab.symbols import Context, free_symbols, head_name

Position = tuple[int, ...]
Environment = Mapping[Symbol, int]
Handler: TypeAlias = Callable[["Evaluator", Any, Environment], Number]
MAX_WORK = 400_000  # nodes that one search may evaluate


@dataclass
class Evaluator:
    """Evaluates in `context` at `sizes` and `values` (name → position → rational).

    `number` lifts a rational: to a ball, or to itself for exact rational arithmetic. Free indices
    come in the environment of `value`. What was computed is kept for one context, point and set of
    overrides: `dataclasses.replace` begins with nothing kept.
    """

    context: Context
    sizes: Mapping[str, int]
    values: Mapping[str, Mapping[Position, Fraction]]
    number: Callable[[Fraction], Number] = lift
    overrides: Mapping[str, Mapping[Position, Number]] = field(default_factory=dict)
    level: int = 0
    work: list[int] = field(default_factory=lambda: [0])
    cache: dict[tuple[str, Position], Number] = field(default_factory=dict, init=False)
    sums: dict[Any, Number] = field(default_factory=dict, init=False)
    lifted: dict[tuple[str, Position], Number] = field(default_factory=dict, init=False)

    def value(self, expr: Expr, env: Environment) -> Number:
        """The value of `expr`; `NotDefinedError` where it has none."""
        self.work[0] += 1
        if self.work[0] > MAX_WORK:
            raise NotDefinedError("too much work at these sizes")
        kind = type(expr)
        return (HANDLERS.get(kind) or handler_of(kind))(self, expr, env)

    def once(self, expr: Expr, env: Environment, compute: Handler) -> Number:
        """What does not move with the indices around it is computed once: a sum, and a power of a sum."""
        key = (expr, tuple([(name, env[name]) for name in _free_indices(expr) if name in env]))
        found = self.sums.get(key)
        if found is None:
            found = self.sums[key] = compute(self, expr, env)
        return found

    def size(self, expr: Expr) -> int:
        """A size, or size ± number, as a number."""
        if isinstance(expr, sympy.Integer):
            return int(expr)
        if isinstance(expr, Symbol) and expr.name in self.sizes:
            return self.sizes[expr.name]
        if isinstance(expr, sympy.Add):
            return sum(self.size(arg) for arg in expr.args)
        raise OutsideClassError(f"the bound {expr} cannot be evaluated")

    def position(self, expr: Expr, env: Environment) -> int:
        """An index term as a number."""
        if isinstance(expr, Symbol) and expr in env:
            return env[expr]
        if isinstance(expr, Indexed) or (isinstance(expr, Symbol) and self.context.lookup(expr.name)):
            return int(self._label(expr, env))
        if isinstance(expr, sympy.Add):
            return sum(self.position(arg, env) for arg in expr.args)
        return self.size(expr)

    def _label(self, expr: Expr, env: Environment) -> Fraction:
        place = tuple(self.position(i, env) for i in expr.indices) if isinstance(expr, Indexed) else ()
        value = self.values[head_name(expr)][place]
        if value.denominator != 1:
            raise NotDefinedError("an index that is not whole")
        return value

    def entry(self, name: str, place: Position) -> Number:
        """The value of a variable's or a definition's entry."""
        if name in self.overrides:
            return self._override(name, place)
        if name in self.values:
            return self._given(name, place)
        definition = self.context.definition(name)
        if definition is None:
            raise OutsideClassError(f"{name} is not declared")
        for position, size in zip(place, definition.shape, strict=True):
            if not 1 <= position <= self.size(size):
                raise NotDefinedError(f"{name} has no entry {place}")
        key = (name, place)
        if key not in self.cache:
            env = dict(zip(definition.indices, place, strict=True))
            self.cache[key] = self.value(definition.body, env)
        return self.cache[key]

    def _given(self, name: str, place: Position) -> Number:
        key = (name, place)
        found = self.lifted.get(key)
        if found is None:
            try:
                found = self.lifted[key] = self.number(self.values[name][place])
            except KeyError:
                raise NotDefinedError(f"{name} has no entry {place}") from None
        return found

    def _override(self, name: str, place: Position) -> Number:
        if place not in self.overrides[name]:
            raise NotDefinedError(f"{name} has no entry {place}")
        return self.overrides[name][place]

    def places(self, name: str) -> Iterator[Position]:
        """All positions of an array."""
        shape = self.context.shape(name)
        return product(*(range(1, self.size(size) + 1) for size in shape))


@lru_cache(maxsize=4096)
def _free_indices(expr: Expr) -> tuple[Symbol, ...]:
    return tuple(sorted(free_symbols(expr), key=str))
