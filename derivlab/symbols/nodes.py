"""The few SymPy nodes that derivlab adds, and the constructors of the ones that it uses.

Everything between the floors is SymPy: `Symbol`, `Indexed`, `Sum`, `KroneckerDelta`, `exp`, `log`
and the elementary functions. A derivative is the inert node `Partial`: SymPy's own `Derivative`
evaluates and rearranges at construction, and is wrong for symbolic sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import sympy
from sympy import Expr, Idx, Indexed, IndexedBase, KroneckerDelta, Piecewise, Product, Sum, Symbol

from derivlab.errors import UsageError

Dimension: TypeAlias = "Symbol | sympy.Integer"


def exact(value: Any) -> Expr:
    """A number or an expression as SymPy; text is refused, since SymPy would run it as code."""
    if isinstance(value, str):
        raise UsageError("text is not evaluated; give a SymPy expression")
    return sympy.sympify(value, strict=True)


class Partial(Expr):
    """∂(body)/∂(by), unevaluated; `by` is a `Symbol` or an `Indexed` entry.

    Example:
        >>> K = dimension("K"); z = vector("z", K); i, k = indices("i k")
        >>> Partial(total(sympy.exp(z[k]), k, K), z[i])
        Partial(Sum(exp(z[k]), (k, 1, K)), z[i])
    """

    is_commutative = True
    is_real = True

    def __new__(cls, body: Any, by: Any) -> Partial:
        body, by = exact(body), exact(by)
        if not isinstance(by, Symbol | Indexed):
            raise TypeError(f"a derivative is taken by a symbol or an entry, not by {by}")
        node: Partial = Expr.__new__(cls, body, by)
        return node

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def by(self) -> Expr:
        return self.args[1]

    def _latex(self, printer: Any) -> str:
        by, body = printer._print(self.by), self.body
        if isinstance(body, Symbol | Indexed):
            return rf"\frac{{\partial {printer._print(body)}}}{{\partial {by}}}"
        inner = printer._print(body)
        if isinstance(body, sympy.Add):
            inner = rf"\left( {inner} \right)"
        return rf"\frac{{\partial}}{{\partial {by}}} {inner}"


def dimension(name: str) -> Symbol:
    """A symbolic size, at least 1.

    >>> dimension("K").is_positive
    True
    """
    return Symbol(name, integer=True, positive=True)


def dimensions(names: str) -> tuple[Symbol, ...]:
    """Several sizes: `dimensions("N d")`."""
    return tuple(dimension(name) for name in names.split())


def index(name: str) -> Symbol:
    """An index symbol; its range comes from the axes it stands on, counted from 1.

    >>> K, k = dimension("K"), index("k"); z = vector("z", K)
    >>> total(z[k], k, K)
    Sum(z[k], (k, 1, K))
    """
    return Symbol(name, integer=True)


def indices(names: str) -> tuple[Symbol, ...]:
    """Several indices: `indices("i j k")`."""
    return tuple(index(name) for name in names.split())


def scalar(name: str, **assumptions: bool) -> Symbol:
    """A real scalar; `positive=True` and the like restrict its domain.

    >>> scalar("lambda", positive=True).is_positive
    True
    """
    return Symbol(name, real=True, **assumptions)


def vector(name: str, size: Dimension, **assumptions: bool) -> IndexedBase:
    """A real vector of shape (size,); `vector("z", K)[i]` is its entry i.

    >>> vector("z", dimension("K"))[index("i")]
    z[i]
    """
    return IndexedBase(name, shape=(size,), real=True, **assumptions)


def matrix(name: str, rows: Dimension, columns: Dimension, **assumptions: bool) -> IndexedBase:
    """A real matrix of shape (rows, columns), or a family of `rows` vectors.

    >>> matrix("W", dimension("d"), dimension("K")).shape
    (d, K)
    """
    return IndexedBase(name, shape=(rows, columns), real=True, **assumptions)


def total(body: Any, bound: Symbol, size: Dimension) -> Sum:
    """Σ over `bound` = 1..size of `body`, never evaluated.

    >>> K, k = dimension("K"), index("k")
    >>> total(1, k, K)
    Sum(1, (k, 1, K))
    """
    return bind(Sum, exact(body), (bound, 1, size))


def bind(kind: type[Expr], body: Expr, *limits: Any) -> Any:
    """The sum or product of `body` over `limits`, with the body as it stands.

    SymPy's own constructor multiplies the cases of a `Piecewise` out (`piecewise_fold`), which takes
    2^n steps for n of them and changes what was written.
    """
    if not body.has(Piecewise):
        return kind(body, *limits)
    shell = kind(Symbol("body", real=True), *limits)
    inner, bounds = body, shell.args[1:]
    while isinstance(inner, kind):  # as SymPy does it: one sum with several limits
        inner, bounds = inner.args[0], (*inner.args[1:], *bounds)
    made: Any = Expr.__new__(kind, inner, *bounds)
    made.is_commutative = True
    return made


def rebuilt(expr: Expr, args: Sequence[Any]) -> Any:
    """`expr` with other arguments; its sums are made by `bind`."""
    return bind(expr.func, *args) if isinstance(expr, Sum | Product) else expr.func(*args)


def delta(left: Any, right: Any) -> Expr:
    """The Kronecker delta of two indices."""
    return KroneckerDelta(left, right)


def head_name(entry: Expr) -> str:
    """The name of a symbol or of the array of an entry: `z` for `z[i]`."""
    if isinstance(entry, Indexed):
        label = entry.args[0].args[0]
        return str(label.name if isinstance(label, Symbol) else label)
    if isinstance(entry, Symbol):
        return str(entry.name)
    if isinstance(entry, Idx | IndexedBase):
        return str(entry)
    raise TypeError(f"{entry} is neither a symbol nor an entry")
