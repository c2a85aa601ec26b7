r"""From entries to matrices: Σ_k W_jk (ŷ_k - y_k) is W(ŷ - y), h_i (ŷ_j - y_j) is h(ŷ - y)ᵀ.

A product of entries is a little network: its indices are points, a matrix joins two of them, a vector
sits on one. Where each component is a path, the product is a product of matrices along it, entry by
entry where two factors share all their indices. What has another form (a point with three matrices)
has no matrix form here: the answer is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy
from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Piecewise, Pow, Sum, Symbol

from derivlab.report.brackets import parenthesized
from derivlab.report.ordering import positive_first, sigma_argument
from derivlab.report.pathproducts import IDENTITY, ONES, NoMatrixFormError, Operand, contract, merged
from derivlab.report.printer import latex
from derivlab.report.tex import Tex
from derivlab.symbols import Context, free_symbols, head_name


def matrix_form(expr: Expr, indices: Sequence[Symbol], context: Context) -> Tex | None:
    r"""The array whose entry at `indices` (none, one or two) is `expr`; None if it has no such form.

    >>> from derivlab.symbols import dimensions, indices, matrix, total, vector
    >>> d, K = dimensions("d K"); i, j, k = indices("i j k")
    >>> W, h, y = matrix("W", d, K), vector("h", d), vector("y", K)
    >>> print(matrix_form(total(W[j, k] * y[k], k, K), (j,), Context()))
    W y
    >>> print(matrix_form(h[i] * y[j], (i, j), Context()))
    h y^{\top}
    """
    try:
        return Tex(_sum(expr, tuple(indices), context))
    except NoMatrixFormError:
        return None


def _sum(expr: Expr, free: tuple[Symbol, ...], context: Context) -> str:
    printed = [_term(term, free, context) for term in positive_first(list(Add.make_args(expr)))]
    text = ""
    for term in _ones_late(printed):
        negative, body = term.startswith("- "), term.removeprefix("- ")
        text = f"{text} {'-' if negative else '+'} {body}" if text else term
    return text


def _ones_late(terms: list[str]) -> list[str]:
    """X W + 1bᵀ, not 1bᵀ + X W; what is subtracted stays behind."""
    added = [term for term in terms if not term.startswith("- ")]
    subtracted = [term for term in terms if term.startswith("- ")]
    return [*sorted(added, key=lambda term: term.startswith(ONES)), *subtracted]


def _term(term: Expr, free: tuple[Symbol, ...], context: Context) -> str:
    """One product: the scalars in front, then the arrays."""
    factors, bound = _flattened(term)
    points = {*free, *bound}
    scalars = [factor for factor in factors if not free_symbols(factor) & points]
    operands = [_operand(factor, points, context) for factor in factors if free_symbols(factor) & points]
    if not set(bound) <= {axis for operand in operands for axis in operand.axes}:
        raise NoMatrixFormError
    array, numbers = contract(merged(operands), free, bound)
    coefficient = Mul(*scalars)
    negative = coefficient.as_coeff_Mul()[0].is_negative
    coefficient = -coefficient if negative else coefficient
    front = [] if coefficient == 1 else [_coefficient(coefficient, context)]
    if not front and not numbers and not negative:
        return array.text if array else "1"
    text = " ".join([*front, *numbers, *([array.bracketed] if array else [])]) or "1"
    return f"- {text}" if negative else text


def _coefficient(coefficient: Expr, context: Context) -> str:
    printed = str(latex(coefficient, context))
    return parenthesized(printed) if isinstance(coefficient, Add) else printed


def _flattened(term: Expr) -> tuple[list[Expr], list[Symbol]]:
    """The factors of a product, those inside its sums included, and the indices that are summed."""
    factors: list[Expr] = []
    bound: list[Symbol] = []
    for factor in Mul.make_args(term):
        if isinstance(factor, Sum):
            if any(low != 1 for _, low, _ in factor.limits):
                raise NoMatrixFormError
            inner, below = _flattened(factor.function)
            factors += inner
            bound += [*factor.variables, *below]
        elif isinstance(factor, Pow) and isinstance(factor.base, Indexed) and factor.exp == 2:
            factors += [factor.base, factor.base]
        else:
            factors.append(factor)
    if len(set(bound)) != len(bound):
        raise NoMatrixFormError
    return factors, bound


def _operand(factor: Expr, points: set[Symbol], context: Context) -> Operand:
    """A factor as an array: an entry, a delta, or a function of entries that share their indices."""
    if isinstance(factor, KroneckerDelta):
        first, second = factor.args
        return Operand(IDENTITY, _axes((first, second), points))
    if isinstance(factor, Indexed):
        return Operand(str(latex(factor.base, context)), _axes(factor.indices, points))
    if isinstance(factor, Pow) and factor.exp.is_negative and sigma_argument(factor) is None:
        raise NoMatrixFormError  # a quotient entry by entry reads better with its indices
    if isinstance(factor, Add):
        axes = {_axes(entry.indices, points) for entry in _entries(factor, points)}
        if len(axes) > 1:
            widest = max(axes, key=len)
            return Operand(_sum(factor, widest, context), widest, compound=True)
    return _function(factor, points, context)


def _function(factor: Expr, points: set[Symbol], context: Context) -> Operand:
    """A function of arrays, entry by entry; a sum in its argument is a product of matrices."""
    found: set[tuple[Symbol, ...]] = set()
    bare = _without_indices(factor, points, context, found)
    if len(found) != 1 or factor.has(KroneckerDelta):
        raise NoMatrixFormError
    text = str(latex(bare, context))
    function = isinstance(factor.base if isinstance(factor, Pow) else factor, sympy.Function | sympy.exp)
    plain = function or isinstance(factor, Piecewise) or text.startswith(r"\sigma")
    return Operand(text, found.pop(), compound=not plain, trailing=not text.endswith((")", "]", "}")))


def _axes(indices: Sequence[Expr], points: set[Symbol]) -> tuple[Symbol, ...]:
    """The indices as axes; each must be a point of the network and stand once."""
    if not set(indices) <= points or len(set(indices)) != len(indices) or len(indices) > 2:
        raise NoMatrixFormError
    return tuple(indices)


def _entries(factor: Expr, points: set[Symbol]) -> Iterator[Indexed]:
    found = [entry for entry in sympy.preorder_traversal(factor) if isinstance(entry, Indexed)]
    if not found or any(free_symbols(inner) & points for inner in factor.atoms(Sum)):
        raise NoMatrixFormError
    return (entry for entry in found if set(entry.indices) & points)


class _Array(Symbol):
    """An array that is set already, as a leaf of a larger expression; its name is its LaTeX."""

    def _textbook(self, printer: Any) -> str:
        return str(self.name)


def _without_indices(
    expr: Expr, points: set[Symbol], context: Context, found: set[tuple[Symbol, ...]]
) -> Expr:
    """The function applied to whole arrays; the indices of these go to `found`."""
    if isinstance(expr, Indexed) and set(expr.indices) & points:
        found.add(_axes(expr.indices, points))
        return Symbol(head_name(expr), real=True)
    if isinstance(expr, Sum) and free_symbols(expr) & points:
        axes = tuple(sorted(free_symbols(expr) & points, key=str))
        if len(axes) != 1:
            raise NoMatrixFormError
        found.add(axes)
        return _Array(_sum(expr, axes, context))
    if isinstance(expr, Symbol) and expr in points:
        raise NoMatrixFormError
    if not expr.args:
        return expr
    return expr.func(*(_without_indices(arg, points, context, found) for arg in expr.args))
