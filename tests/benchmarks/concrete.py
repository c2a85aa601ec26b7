"""A claim written out at small sizes in plain SymPy, for a comparison with SymPy's own simplification."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import sympy
from sympy import Expr, Indexed, KroneckerDelta, Piecewise, Sum, Symbol

from derivlab.symbols import Context, Partial


class Concrete:
    """Writes expressions of a context at given sizes: entries become symbols, sums become additions."""

    def __init__(
        self, context: Context, sizes: Mapping[str, int], held: frozenset[str] = frozenset()
    ) -> None:
        self.context = context
        self.sizes = dict(sizes)
        self.held = held

    def write(self, expr: Any, env: Mapping[Symbol, int]) -> Any:
        """The expression without indices; derivatives by SymPy."""
        if isinstance(expr, Symbol):
            return self._symbol(expr, env)
        if isinstance(expr, Indexed):
            return self._entry(str(expr.base.label), tuple(self._index(a, env) for a in expr.indices))
        if isinstance(expr, Sum):
            return self._sum(expr, env)
        if isinstance(expr, KroneckerDelta):
            return sympy.Integer(int(self._index(expr.args[0], env) == self._index(expr.args[1], env)))
        if isinstance(expr, Partial):
            return sympy.diff(self.write(expr.body, env), self.write(expr.by, env))
        if not expr.args:
            return expr
        return expr.func(*(self.write(a, env) for a in expr.args))

    def _symbol(self, expr: Symbol, env: Mapping[Symbol, int]) -> Any:
        if expr in env:
            return sympy.Integer(env[expr])
        if self.context.lookup(expr.name) is not None:
            return self._entry(expr.name, ())
        return sympy.Integer(self.sizes[expr.name])

    def _entry(self, name: str, place: tuple[int, ...]) -> Any:
        definition = self.context.definition(name)
        if definition is not None and name not in self.held:
            return self.write(definition.body, dict(zip(definition.indices, place, strict=True)))
        positive = definition is None and self.context.variable(name).domain.positive
        symbol = Symbol("_".join([name, *map(str, place)]), real=True, positive=positive or None)
        return self._solved(name, place) or symbol

    def _solved(self, name: str, place: tuple[int, ...]) -> Expr | None:
        """The last entry of a vector whose entries sum to 1, by the others."""
        for left, right in self.context.assumptions:
            simple = isinstance(left, Sum) and right == 1 and isinstance(left.function, Indexed)
            if simple and str(left.function.base.label) == name and place == (self._size(left.limits[0][2]),):
                return 1 - sympy.Add(*(self._entry(name, (k,)) for k in range(1, place[0])))
        return None

    def _sum(self, expr: Sum, env: Mapping[Symbol, int]) -> Any:
        spans = [range(int(low), self._size(high) + 1) for _, low, high in expr.limits]
        bound = [limit[0] for limit in expr.limits]
        places = (dict(zip(bound, at, strict=True)) for at in product(*spans))
        return sympy.Add(*(self.write(expr.function, {**env, **place}) for place in places))

    def _index(self, expr: Any, env: Mapping[Symbol, int]) -> int:
        return env[expr] if expr in env else int(expr) if expr.is_number else self.sizes[str(expr)]

    def _size(self, n: Any) -> int:
        return int(n) if isinstance(n, sympy.Integer) else self.sizes[str(n)]


def has_cases(expr: Any) -> bool:
    """Whether an expression has cases, which the comparison leaves out."""
    return bool(expr.has(Piecewise))
