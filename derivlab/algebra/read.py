"""SymPy expressions of indexed quantities → polynomials of a ring.

`Reader.read` walks a SymPy tree, one handler a node type; an unknown node raises
`OutsideClassError`, nothing passes silently. A definedness condition that is not provable from the
declared domains (a denominator, the argument of a logarithm or a root, a kink) is collected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import sympy
from flint import fmpq
from sympy import Expr, Indexed, KroneckerDelta, Piecewise, Product, Sum, Symbol

from derivlab.algebra import elementary, indicators, powers, signs, sums
from derivlab.algebra.conditions import Condition
from derivlab.algebra.derivative import Differentiation
from derivlab.algebra.logic import read_condition
from derivlab.algebra.normal import delta
from derivlab.algebra.ring import CONSTANT, ENTRY, SIZE, VALUE, Index, Polynomial, Ring
from derivlab.algebra.sums import Size
from derivlab.algebra.transform import Transformation, label, rename
from derivlab.errors import OutsideClassError, ShapeError
from derivlab.symbols import Context, Definition, Partial, Variable, head_name

Bound = tuple[str, Size | None]
Environment = Mapping[Symbol, Bound]
MAX_EXPANDED = 64
MAX_WRITTEN = 6  # a sum over an axis of at most this fixed size is written term by term
_OPAQUE = {"erf": "erf", "asin": "asin", "acos": "acos", "atan": "atan", "asinh": "asinh"}
_OPAQUE |= {"acosh": "acosh", "atanh": "atanh", "loggamma": "loggamma", "gamma": "gamma"}


@dataclass
class Reader:
    """Reads SymPy in a context into a ring.

    Attributes:
        kept: defined names that are treated as free variables (a derivative by them is taken).
        ranges: sizes of the free indices seen so far.
        conditions: what must hold for the expressions to be defined.
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

    def __post_init__(self) -> None:
        entries: tuple[Variable | Definition, ...] = (*self.context.variables, *self.context.definitions)
        found = {str(n) for entry in entries for n in entry.shape if not isinstance(n, sympy.Integer)}
        self.sizes = self.sizes | found
        self.whole = frozenset(int(n) for e in entries for n in e.shape if isinstance(n, sympy.Integer))
        for symbol, size in self.context.ranges:
            self.ranges.setdefault(symbol.name, size_of(size))

    def read(self, expr: Expr, env: Environment | None = None) -> Polynomial:
        """The polynomial of `expr`; `env` maps bound index symbols to names with sizes."""
        self.ring.tick()
        for kind in type(expr).__mro__:
            handler = _HANDLERS.get(kind)
            if handler is not None:
                return handler(self, expr, env or {})
        raise OutsideClassError(f"{type(expr).__name__} is outside the class that is decided")

    # -- indices -------------------------------------------------------------------------------
    def index(self, expr: Expr, axis: Size | None, env: Environment) -> Index:
        """An index term that stands on an axis of the given size."""
        if isinstance(expr, Symbol):
            if expr in env:
                name, over = env[expr]
                self._fits(str(expr), over, axis)
                return name
            if str(expr) == axis:
                return ("last", axis)
            return self._free_index(expr.name, axis)
        if isinstance(expr, sympy.Integer):
            position = int(expr)
            if position < 1 or (isinstance(axis, int) and position > axis):
                raise ShapeError(f"the index {position} is outside 1..{axis}")
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
        pairs = zip(expr.indices, shape, strict=True)
        return tuple(self.index(index, size_of(size), env) for index, size in pairs)

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

    def note(self, condition: Condition) -> None:
        """Keep a definedness condition that the domains do not already imply."""
        if not condition.implied(self.ring):
            self.conditions.append(replace(condition, guarded=self.guarded or condition.guarded))


def size_of(size: Expr) -> Size:
    """A size as a name or a number."""
    if isinstance(size, sympy.Integer):
        return int(size)
    if isinstance(size, Symbol):
        return size.name
    raise OutsideClassError(f"the size {size} is outside the class that is decided")


def _bound_names(env: Environment) -> frozenset[str]:
    return frozenset(name for name, _ in env.values())


# -- handlers, one a node type ---------------------------------------------------------------------
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
                reader.note(Condition(kind, inside, base, _bound_names(env)))
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
    reader.note(Condition("positive", inside, base, _bound_names(env)))
    return elementary.exponential(ring, ring.mul(above, elementary.logarithm(ring, inside)))


def _log(reader: Reader, expr: Expr, env: Environment) -> Polynomial:
    inside = reader.read(expr.args[0], env)
    reader.note(Condition("positive", inside, expr.args[0], _bound_names(env)))
    return elementary.logarithm(reader.ring, inside)


def _function(reader: Reader, expr: Expr, env: Environment) -> Polynomial:
    name = type(expr).__name__
    inside = reader.read(expr.args[0], env)
    if name in elementary.ELEMENTARY:
        if name in ("tan", "cot", "sec", "csc", "coth", "csch"):
            reader.note(Condition("defined", inside, expr, _bound_names(env)))
        return elementary.ELEMENTARY[name](reader.ring, inside)
    if name in _OPAQUE:
        if name in ("asin", "acos", "acosh", "atanh", "loggamma", "gamma"):
            reader.note(Condition("defined", inside, expr, _bound_names(env)))
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


def _delta(reader: Reader, expr: KroneckerDelta, env: Environment) -> Polynomial:
    left, right = (_range_in(reader, arg, env) for arg in expr.args)
    first = reader.index(expr.args[0], right, env)
    second = reader.index(expr.args[1], left, env)
    return delta(reader.ring, first, second)


def _range_in(reader: Reader, expr: Expr, env: Environment) -> Size | None:
    """The range of an index term where it is known."""
    if isinstance(expr, Symbol):
        return env[expr][1] if expr in env else reader.ranges.get(expr.name)
    if isinstance(expr, Indexed):
        domain = getattr(reader.context.lookup(head_name(expr)), "domain", None)
        return None if domain is None or domain.index_of is None else size_of(domain.index_of)
    return None


def _sum(reader: Reader, expr: Sum, env: Environment) -> Polynomial:
    """Nested sums; SymPy keeps them as one node with several limits, the innermost first."""
    return _sum_over(reader, expr.function, expr.limits, env)


def _sum_over(reader: Reader, function: Expr, limits: tuple[Any, ...], env: Environment) -> Polynomial:
    """Σ from 1 to a size; other constant bounds by adding or taking away single terms."""
    if not limits:
        return reader.read(function, env)
    *inner, (bound, low, high) = limits
    over, missing = _upper(high)
    ring = reader.ring
    if not isinstance(low, sympy.Integer) or int(low) < 1 or not 0 <= missing <= 1 or int(low) > MAX_EXPANDED:
        raise OutsideClassError(f"the bounds {low}..{high} are outside the class that is decided")
    if isinstance(over, int) and over - missing - int(low) < MAX_EXPANDED and _has_positions(reader, over):
        positions = range(int(low), over - missing + 1)
        places = ({**env, bound: (position, None)} for position in positions)
        return ring.add(*(_sum_over(reader, function, tuple(inner), at) for at in places))  # type: ignore[arg-type]
    name = ring.fresh()
    body = _sum_over(reader, function, tuple(inner), {**env, bound: (name, over)})
    result = sums.total(ring, name, over, body)
    skipped: list[Index] = list(range(1, int(low))) + ([("last", over)] if missing else [])
    if len(skipped) > 1 and missing:
        raise OutsideClassError(f"the bounds {low}..{high} are outside the class that is decided")
    for position in skipped:
        result = ring.sub(result, rename(ring, body, {name: position}))
    return result


def _has_positions(reader: Reader, over: int) -> bool:
    """Whether a sum to a number is written term by term: always for a few, or off a whole axis."""
    return over <= MAX_WRITTEN or over not in reader.whole


def _upper(high: Expr) -> tuple[Size, int]:
    """(size, how many of its last positions are left out)."""
    if isinstance(high, sympy.Add) and len(high.args) == 2 and isinstance(high.args[0], sympy.Integer):
        return size_of(high.args[1]), -int(high.args[0])
    return size_of(high), 0


def _product(reader: Reader, expr: Product, env: Environment) -> Polynomial:
    """Π f = exp Σ log f for positive factors."""
    bound, low, high = expr.limits[0]
    if low != 1 or len(expr.limits) > 1:
        raise OutsideClassError("a product that does not start at 1")
    over, missing = _upper(high)
    if missing:
        raise OutsideClassError("a product over part of a range")
    name = reader.ring.fresh()
    body = reader.read(expr.function, {**env, bound: (name, over)})
    if isinstance(over, int) and over <= MAX_EXPANDED:
        return reader.ring.product(rename(reader.ring, body, {name: k}) for k in range(1, over + 1))
    if signs.sign(reader.ring, body) != signs.POSITIVE:
        raise OutsideClassError("a product of factors that are not known to be positive")
    logs = sums.total(reader.ring, name, over, elementary.logarithm(reader.ring, body))
    return elementary.exponential(reader.ring, logs)


def _piecewise(reader: Reader, expr: Piecewise, env: Environment) -> Polynomial:
    """Σ value·[its condition and none before]."""
    ring = reader.ring
    result: Polynomial = {}
    left = ring.constant(1)
    inner = replace(reader, guarded=True)
    for value, condition in expr.args:
        holds = read_condition(reader, condition, env)
        branch = ring.mul(left, holds)
        if branch:
            result = ring.add(result, ring.mul(branch, inner.read(value, env)))
        left = ring.sub(left, branch)
    if left:
        raise OutsideClassError("cases that do not cover everything")
    return result


def _partial(reader: Reader, expr: Partial, env: Environment) -> Polynomial:
    """A derivative; by a defined name, that name is free while the derivative is taken."""
    name = head_name(expr.by)
    indices = reader.indices(expr.by, env) if isinstance(expr.by, Indexed) else ()
    is_defined = reader.context.definition(name) is not None
    inner = replace(reader, kept=reader.kept | {name}) if is_defined else reader
    body = inner.read(expr.body, env)
    differentiate = Differentiation(reader.ring, name, indices)
    result = differentiate(body)
    for kink in differentiate.kinks:
        free = frozenset(n for m in kink for a, _ in m for n in a.free if n.startswith(("~", "#")))
        reader.note(Condition("kink", kink, expr, free | _bound_names(env)))
    if is_defined and name not in reader.kept:
        return _reexpanded(reader, result, name)
    return result


def _reexpanded(reader: Reader, polynomial: Polynomial, name: str) -> Polynomial:
    def entries(found: str, indices: tuple[Index, ...]) -> Polynomial | None:
        return reader.defined(name, indices) if found == name else None

    return Transformation(reader.ring, {}, entries)(polynomial)


_HANDLERS: dict[type, Callable[[Reader, Any, Environment], Polynomial]] = {
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
    KroneckerDelta: _delta,
    Sum: _sum,
    Product: _product,
    Piecewise: _piecewise,
    Partial: _partial,
    sympy.polygamma: _polygamma,
    sympy.Function: _function,
}
