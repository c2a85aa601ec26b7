"""SymPy expressions of indexed quantities → polynomials of a ring.

`Reader.read` walks a SymPy tree, one handler a node type; an unknown node raises
`OutsideClassError`, nothing passes silently. A definedness condition that is not provable from the
declared domains (a denominator, the argument of a logarithm or a root, a kink) is collected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sympy
from sympy import Expr, Indexed, Symbol

from derivlab.algebra.atoms import Index, Polynomial
from derivlab.algebra.conditions import Condition
from derivlab.algebra.read_binders import BINDERS, MAX_WRITTEN
from derivlab.algebra.read_scalars import SCALARS
from derivlab.algebra.ring import Ring
from derivlab.algebra.sums import Size, size_of
from derivlab.algebra.transform import label, rename
from derivlab.errors import OutsideClassError, ShapeError
from derivlab.symbols import Context, Definition, Variable, head_name

Bound = tuple[str | int, Size | None]  # a bound index: its name (or its position) and its size
Environment = Mapping[Symbol, Bound]
_HANDLERS: dict[type, Callable[[Reader, Any, Environment], Polynomial]] = {**SCALARS, **BINDERS}
__all__ = ["MAX_WRITTEN", "Environment", "Reader"]


def handler_of(kind: type) -> Callable[[Reader, Any, Environment], Polynomial]:
    """The handler of a node type, or of the nearest class above it; unknown ones raise."""
    found = _HANDLERS.get(kind)
    if found is not None:
        return found
    for above in kind.__mro__:
        if above in _HANDLERS:
            return _HANDLERS.setdefault(kind, _HANDLERS[above])
    raise OutsideClassError(f"{kind.__name__} is outside the class that is decided")


@dataclass
class Reader:
    """Reads SymPy in a context into a ring.

    Attributes:
        kept: defined names that are treated as free variables (a derivative by them is taken).
        ranges: sizes of the free indices seen so far.
        conditions: what must hold for the expressions to be defined.
        written: the largest position that is written on an axis of each size: it must exist.
        bounds: names that are sizes because a sum runs to them.
        compared: pairs of index ranges that a case compares; they must be the same size.
    """

    ring: Ring
    context: Context
    kept: frozenset[str] = frozenset()
    guarded: bool = False
    ranges: dict[str, Size] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    cache: dict[Any, tuple[Polynomial, list[Condition]]] = field(default_factory=dict)
    sizes: frozenset[str] = frozenset()
    whole: frozenset[int] = frozenset()
    written: dict[str, int] = field(default_factory=dict)
    bounds: set[str] = field(default_factory=set)
    compared: list[tuple[Size | Symbol | None, Size | Symbol | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        entries: tuple[Variable | Definition, ...] = (*self.context.variables, *self.context.definitions)
        shapes = [n for entry in entries for n in entry.shape if not isinstance(n, sympy.Integer)]
        found = {n.name if isinstance(n, Symbol) else str(n) for n in shapes}
        self.sizes = self.sizes | found
        self.whole = frozenset(int(n) for e in entries for n in e.shape if isinstance(n, sympy.Integer))
        for symbol, size in self.context.ranges:
            self.ranges.setdefault(symbol.name, size_of(size))

    def read(self, expr: Expr, env: Environment | None = None) -> Polynomial:
        """The polynomial of `expr`; `env` maps bound index symbols to names with sizes."""
        self.ring.tick()
        return handler_of(type(expr))(self, expr, env or {})

    # -- indices -------------------------------------------------------------------------------
    def index(self, expr: Expr, axis: Size | None, env: Environment) -> Index:
        """An index term that stands on an axis of the given size."""
        if isinstance(expr, Symbol):
            if expr in env:
                name, over = env[expr]
                self._fits(expr.name, over, axis)
                return name
            if expr.name == axis:
                return ("last", axis)
            return self._free_index(expr.name, axis)
        if isinstance(expr, sympy.Integer):
            position = int(expr)
            if position < 1 or (isinstance(axis, int) and position > axis):
                raise ShapeError(f"the index {position} is outside 1..{axis or 'its axis'}")
            return position
        if isinstance(expr, Indexed):
            return self._label(expr, axis, env)
        if isinstance(expr, sympy.Integer | sympy.Rational):
            raise ShapeError(f"{expr} is not an index")
        raise OutsideClassError(f"the index {expr} is outside the class that is decided")

    def _free_index(self, name: str, axis: Size | None) -> str:
        known = self.ranges.get(name)
        if known is None and axis is not None:
            self.ranges[name] = axis
        self._fits(name, known, axis)
        return name

    def _fits(self, name: str, over: Size | None, axis: Size | None) -> None:
        if over is not None and axis is not None and over != axis:
            raise ShapeError(f"the index {name} runs over 1..{over} and stands on an axis of size {axis}")

    def _label(self, expr: Indexed, axis: Size | None, env: Environment) -> Index:
        variable = self.context.lookup(head_name(expr))
        domain = getattr(variable, "domain", None)
        if domain is None or domain.index_of is None:
            raise OutsideClassError(f"the index {expr} is not declared as a class label")
        self._fits(str(expr), size_of(domain.index_of), axis)
        return label(self.ring, head_name(expr), self.indices(expr, env))

    def indices(self, expr: Indexed, env: Environment) -> tuple[Index, ...]:
        """The index terms of an entry, checked against the shape of its array."""
        name = head_name(expr)
        entry = self.context.lookup(name)
        shape = entry.shape if entry is not None else tuple(expr.base.shape or ())
        if len(shape) != len(expr.indices):
            raise ShapeError(f"{name} has {len(shape)} axes, and {len(expr.indices)} indices are written")
        pairs = [(index, size_of(size)) for index, size in zip(expr.indices, shape, strict=True)]
        for index, size in pairs:
            if isinstance(index, sympy.Integer) and isinstance(size, str):
                self.written[size] = max(self.written.get(size, 1), int(index))
        return tuple(self.index(index, size, env) for index, size in pairs)

    # -- names ---------------------------------------------------------------------------------
    def defined(self, name: str, indices: tuple[Index, ...]) -> Polynomial:
        """A defined name at the given index terms: its body, read once with formal indices."""
        definition = self.context.definition(name)
        assert definition is not None
        key = (name, self.kept, self.guarded)
        formals = tuple(f"@{name}{k}" for k in range(len(definition.indices)))
        if key not in self.cache:
            env = {
                symbol: (formal, size_of(size))
                for symbol, formal, size in zip(definition.indices, formals, definition.shape, strict=True)
            }
            inner = replace(self, conditions=[])
            body = inner.read(definition.body, env)
            self.cache[key] = (body, inner.conditions)
        body, conditions = self.cache[key]
        names = dict(zip(formals, indices, strict=True))
        for condition in conditions:
            self.conditions.append(condition.renamed(self.ring, names))
        return rename(self.ring, body, names) if names else body

    def consistent(self) -> None:
        """Checks that need everything read: sizes are no indices, compared indices have one range."""
        both = self.bounds & set(self.ranges)
        if both:
            raise OutsideClassError(f"{min(both)} is an index, and a sum runs to it")
        for left, right in self.compared:
            first, second = (self.ranges.get(s.name) if isinstance(s, Symbol) else s for s in (left, right))
            if first is None or second is None or first != second:
                raise OutsideClassError("a case compares indices of different ranges")
        for size, least in self.ring.required.items():
            if least > self.written.get(size, 1):
                raise OutsideClassError(f"a bound or a delta in it needs {size} >= {least}")

    def note(self, condition: Condition) -> None:
        """Keep a definedness condition that the domains do not already imply."""
        if condition.impossible(self.ring) and not (self.guarded or condition.guarded):
            raise OutsideClassError(f"{condition.text()} never holds: a side is defined nowhere")
        if not condition.implied(self.ring):
            self.conditions.append(replace(condition, guarded=self.guarded or condition.guarded))
