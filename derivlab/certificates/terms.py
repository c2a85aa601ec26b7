"""Index expressions as a certificate writes them, and SymPy claims read into them.

Both the readable statement and the data that the proof computes with are written from one `Term`;
Coq checks that the two agree. What a term cannot hold raises `NotCertifiedError`: the claim keeps
its verdict, it only has no certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import sympy
from sympy import Expr, Indexed, KroneckerDelta, Sum, Symbol

from derivlab.errors import DerivlabError, OutsideClassError
from derivlab.symbols import Context, Partial, head_name, refuse_mixed

MAX_POWER = 12


class NotCertifiedError(DerivlabError):
    """Why a claim has no certificate; it says nothing about whether the claim is true."""


@dataclass(frozen=True)
class Number:
    """A rational number."""

    value: Fraction


@dataclass(frozen=True)
class Size:
    """A size as a real number."""

    name: str


@dataclass(frozen=True)
class Entry:
    """An entry of a variable or of a defined name."""

    name: str
    indices: tuple[str, ...]


@dataclass(frozen=True)
class Delta:
    """Kronecker's delta."""

    left: str
    right: str


@dataclass(frozen=True)
class Apply:
    """An operation: add, mul, neg, inv, or a function of one argument."""

    operation: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True)
class Raise:
    """A whole power, at least 2."""

    base: Term
    exponent: int


@dataclass(frozen=True)
class Total:
    """Σ over `bound` of the size `size`."""

    bound: str
    size: str
    body: Term


@dataclass(frozen=True)
class Slope:
    """∂ body / ∂ name[indices]."""

    name: str
    indices: tuple[str, ...]
    body: Term


Term: TypeAlias = "Number | Size | Entry | Delta | Apply | Raise | Total | Slope"

FUNCTIONS = {"exp": "exp", "log": "ln", "tanh": "tanh"}


@dataclass(frozen=True)
class Reading:
    """Reads SymPy in a context; `sizes` are the names that stand for sizes."""

    context: Context
    sizes: frozenset[str]

    def read(self, expr: Expr) -> Term:
        """The term of `expr`."""
        for kind in type(expr).__mro__:
            if kind in _HANDLERS:
                return _HANDLERS[kind](self, expr)
        raise NotCertifiedError(f"the library has no {type(expr).__name__}")

    def indices(self, expr: Expr) -> tuple[str, ...]:
        """The names of the indices of an entry (none for a scalar)."""
        return tuple(self.index(i) for i in getattr(expr, "indices", ()))

    def index(self, expr: Expr) -> str:
        """The name of an index; a written position or a class label is not certified."""
        if isinstance(expr, Symbol) and expr.name not in self.sizes and not self.context.lookup(expr.name):
            return str(expr.name)
        raise NotCertifiedError(f"the index {expr} is not a plain index")


def _number(reading: Reading, expr: Expr) -> Term:
    return Number(Fraction(int(expr.p), int(expr.q)))


def _symbol(reading: Reading, expr: Symbol) -> Term:
    entry = reading.context.lookup(expr.name)
    if entry is not None:
        if entry.shape:
            raise NotCertifiedError(f"the array {expr.name} stands without its indices")
        return Entry(expr.name, ())
    if expr.name in reading.sizes or (expr.is_integer and expr.is_positive):
        return Size(expr.name)
    raise NotCertifiedError(f"the value of the index {expr.name} is used as a number")


def _indexed(reading: Reading, expr: Indexed) -> Term:
    name = head_name(expr)
    if reading.context.lookup(name) is None:
        raise NotCertifiedError(f"{name} is not declared")
    return Entry(name, reading.indices(expr))


def _arithmetic(operation: str) -> Callable[[Reading, Expr], Term]:
    def read(reading: Reading, expr: Expr) -> Term:
        parts = sorted(expr.args, key=sympy.default_sort_key)
        return Apply(operation, tuple(reading.read(part) for part in parts))

    return read


def _pow(reading: Reading, expr: Expr) -> Term:
    base, exponent = expr.args
    if not isinstance(exponent, sympy.Rational) or abs(exponent.p) > MAX_POWER or exponent.q > 2:
        raise NotCertifiedError(f"the power {expr} is not a small whole or half power")
    sigmoid = _sigmoid(reading, base) if exponent < 0 and exponent.q == 1 else None
    inside = sigmoid or reading.read(base)
    whole, half = (
        divmod(abs(int(exponent.p)), int(exponent.q)) if exponent.q == 2 else (abs(int(exponent.p)), 0)
    )
    factors = [_power(inside, whole)] if whole else []
    if half:
        factors.append(Apply("sqrt", (inside,)))
    result = factors[0] if len(factors) == 1 else Apply("mul", tuple(factors))
    return Apply("inv", (result,)) if exponent < 0 and sigmoid is None else result


def _power(base: Term, exponent: int) -> Term:
    return base if exponent == 1 else Raise(base, exponent)


def _sigmoid(reading: Reading, base: Expr) -> Term | None:
    """1/(1 + exp(-u)) is the logistic function of u, which the library knows."""
    if not isinstance(base, sympy.Add) or len(base.args) != 2 or sympy.Integer(1) not in base.args:
        return None
    other = base.args[0] if base.args[1] == 1 else base.args[1]
    if not isinstance(other, sympy.exp):
        return None
    return Apply("sigma", (reading.read(-other.args[0]),))


def _function(reading: Reading, expr: Expr) -> Term:
    name = type(expr).__name__
    argument = expr.args[0]
    if name in FUNCTIONS:
        return Apply(FUNCTIONS[name], (reading.read(argument),))
    if name in ("sinh", "cosh"):
        rise, fall = reading.read(sympy.exp(argument)), reading.read(sympy.exp(-argument))
        second = Apply("neg", (fall,)) if name == "sinh" else fall
        return Apply("mul", (Number(Fraction(1, 2)), Apply("add", (rise, second))))
    raise NotCertifiedError(f"the library has no {name}")


def _delta(reading: Reading, expr: KroneckerDelta) -> Term:
    left, right = sorted(reading.index(arg) for arg in expr.args)
    return Delta(left, right)


def _sum(reading: Reading, expr: Sum) -> Term:
    body = reading.read(expr.function)
    for bound, low, high in expr.limits:
        if low != 1 or not isinstance(high, Symbol):
            raise NotCertifiedError(f"a sum over {low}..{high} is not over a whole range of free size")
        body = Total(str(bound.name), str(high.name), body)
    return body


def _partial(reading: Reading, expr: Partial) -> Term:
    try:
        refuse_mixed(expr, reading.context)
    except OutsideClassError as error:
        raise NotCertifiedError(str(error).replace("is not read", "is not certified")) from None
    return Slope(head_name(expr.by), reading.indices(expr.by), reading.read(expr.body))


_HANDLERS: dict[type, Callable[[Reading, Any], Term]] = {
    sympy.Rational: _number,
    Symbol: _symbol,
    Indexed: _indexed,
    sympy.Add: _arithmetic("add"),
    sympy.Mul: _arithmetic("mul"),
    sympy.Pow: _pow,
    sympy.exp: _function,
    sympy.Function: _function,
    KroneckerDelta: _delta,
    Sum: _sum,
    Partial: _partial,
}
