"""The range of every free index of an expression, read off the axes on which it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Indexed, KroneckerDelta, Sum, Symbol
from sympy.core.relational import Relational

from derivlab.errors import UsageError
from derivlab.symbols import Context, free_symbols, head_name

Ranges = dict[Symbol, Expr]


def summed(expr: Sum) -> tuple[tuple[Symbol, Expr], ...]:
    """The bound indices of a sum with their sizes, the innermost first.

    Raises:
        UsageError: a sum that does not run over 1..size.
    """
    for bound, low, high in expr.limits:
        if low != 1 or not (isinstance(high, Symbol) or high.is_Integer):
            raise UsageError(f"the sum over {bound} runs from {low} to {high}; only 1..size can be compiled")
    return tuple((bound, high) for bound, _, high in expr.limits)


def free_ranges(expr: Expr, context: Context, known: Mapping[Symbol, Expr] | None = None) -> Ranges:
    """The size of each free index in `expr` (definitions are looked up for their shapes only).

    An index that stands on no axis has the size of an index that it is compared with.

    Example:
        >>> from derivlab.symbols import Context, delta, dimension, indices, vector
        >>> K = dimension("K"); i, j = indices("i j"); z = vector("z", K)
        >>> free_ranges(z[i] * delta(i, j), Context.of(z))
        {i: K, j: K}
    """
    search = _Search(context, {**dict(context.ranges), **(known or {})})
    search.walk(expr, {})
    search.spread()
    free = free_symbols(expr) | set(known or {})
    return {label: size for label, size in search.found.items() if label in free}


class _Search:
    """Collects the sizes of free indices, and which of them are compared."""

    def __init__(self, context: Context, found: Ranges) -> None:
        self.context = context
        self.found = found
        self.compared: list[tuple[Symbol, Symbol]] = []

    def walk(self, expr: Any, bound: Ranges) -> None:
        """Note every axis and every comparison in `expr`; `bound` holds the summed indices."""
        if isinstance(expr, Sum):
            self.walk(expr.function, {**bound, **dict(summed(expr))})
            return
        if isinstance(expr, Indexed):
            self._axes(expr, bound)
        elif isinstance(expr, KroneckerDelta | Relational):
            self._comparison(expr, bound)
        for arg in expr.args:
            self.walk(arg, bound)

    def spread(self) -> None:
        """Carry sizes over from one compared index to the other."""
        for _ in self.compared:
            for one, other in [*self.compared, *(pair[::-1] for pair in self.compared)]:
                if one in self.found:
                    self.found.setdefault(other, self.found[one])

    def _comparison(self, expr: Any, bound: Ranges) -> None:
        one, other = expr.args[:2]
        for left, right in ((one, other), (other, one)):
            if self._is_index(left, bound) and right in bound:
                self.found.setdefault(left, bound[right])
            elif self._is_index(left, bound) and self._is_index(right, bound):
                self.compared.append((left, right))
            elif self._is_index(left, bound) and isinstance(right, Indexed | Symbol):
                self._label(left, right)

    def _label(self, place: Symbol, label: Expr) -> None:
        """An index compared with a class label runs over the classes."""
        entry = self.context.lookup(head_name(label))
        size = getattr(getattr(entry, "domain", None), "index_of", None)
        if size is not None:
            self.found.setdefault(place, size)

    def _is_index(self, expr: Any, bound: Ranges) -> bool:
        if not isinstance(expr, Symbol) or expr in bound:
            return False
        return bool(expr.is_integer) and self.context.lookup(expr.name) is None

    def _axes(self, entry: Indexed, bound: Ranges) -> None:
        name = head_name(entry)
        if self.context.lookup(name) is None:
            raise UsageError(f"{name!r} is used but not declared; add it to the context")
        shape = self.context.shape(name)
        if len(shape) != len(entry.indices):
            raise UsageError(f"{entry} has {len(entry.indices)} indices, but {name} has {len(shape)} axes")
        for place, size in zip(entry.indices, shape, strict=True):
            if not isinstance(place, Symbol) or self.context.lookup(place.name):
                continue
            known = bound[place] if place in bound else self.found.setdefault(place, size)
            if known != size:
                raise UsageError(
                    f"index {place} stands on axes of different sizes, {known} and {size} (in {entry})"
                )
