"""The order in which a textbook writes the parts of an expression, and the names of bound indices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy
from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Pow, Product, Sum, Symbol

from derivlab.symbols import Partial, bind, free_symbols, substitute

_INDEX_LETTERS = "klmnpqrstuvij"


def tidy_bound(expr: Expr) -> Expr:
    """`expr` with friendly bound indices: none like k_1, none that also occurs free."""
    return _tidy(expr, free_symbols(expr))


def _tidy(expr: Expr, avoid: frozenset[Symbol]) -> Expr:
    if isinstance(expr, Sum | Product):
        return _tidy_binder(expr, avoid)
    if not expr.args or isinstance(expr, Indexed):
        return expr
    return expr.func(*(_tidy(arg, avoid) if isinstance(arg, Expr) else arg for arg in expr.args))


def _tidy_binder(expr: Sum | Product, avoid: frozenset[Symbol]) -> Expr:
    bound, low, high = expr.limits[-1]
    body = bind(expr.func, expr.function, *expr.limits[:-1]) if len(expr.limits) > 1 else expr.function
    if "_" in bound.name or bound in avoid:
        taken = {symbol.name for symbol in avoid | free_symbols(body)}
        letter = next((name for name in _letters_like(bound.name) if name not in taken), None)
        if letter is not None:
            renamed = Symbol(letter, integer=True)
            body, bound = substitute(body, {bound: renamed}), renamed
    return bind(expr.func, _tidy(body, avoid | {bound}), (bound, low, high))


def _letters_like(name: str) -> Iterable[str]:
    stem = name.split("_", 1)[0]
    return (stem, *(letter for letter in _INDEX_LETTERS if letter != stem))


def is_open(expr: Expr) -> bool:
    """Whether the printed form takes what follows it: Σ, an operator ∂/∂z, log of a sum."""
    if isinstance(expr, Sum | Product):
        return True
    if isinstance(expr, Partial):
        return not isinstance(expr.body, Symbol | Indexed | Partial)
    if isinstance(expr, sympy.log):
        return isinstance(expr.args[0], Sum)
    return False


def argument_order(argument: Expr) -> int:
    """Numbers first, as in max(0, x); SymPy's own order of `Max` changes with the names."""
    return 0 if argument.is_Number else 1


def positive_first(terms: list[Expr]) -> list[Expr]:
    """The terms in order, a positive one at the head if there is one, and a sum before anything else.

    So ŷ - y, not -y + ŷ, and Σ W h + b, and 1 + e^z; where all terms are sums their order stays.
    """
    sums = [term for term in terms if any(is_open(factor) for factor in Mul.make_args(term))]
    positive = [term for term in terms if not term.could_extract_minus_sign()]
    if len(sums) == len(terms) or not positive:
        return terms
    numbers = [term for term in positive if term.is_Number]
    lead = next((term for term in [*sums, *numbers] if term in positive), positive[0])
    return [lead, *(term for term in terms if term is not lead)]


def split_coefficient(expr: Mul) -> tuple[sympy.Rational, list[Expr]]:
    """The rational coefficient and the other factors."""
    coefficient, rest = expr.as_coeff_Mul()
    if not coefficient.is_Rational:
        return sympy.Integer(1), list(Mul.make_args(expr))
    return coefficient, [f for f in Mul.make_args(rest) if f != 1]


def is_reciprocal(expr: Expr) -> bool:
    return isinstance(expr, Pow) and bool(expr.exp.is_Rational and expr.exp < 0)


def rank(expr: Expr) -> tuple[int, str]:
    """The order of factors: numbers, sizes and scalars, deltas, entries, brackets, functions, sums."""
    kinds: tuple[tuple[Any, int], ...] = (
        (sympy.Number, 0),
        (Symbol, 1),
        (KroneckerDelta, 4),
        (Indexed, 3),
        (Add, 5),
    )
    base = expr.base if isinstance(expr, Pow) else expr
    rank = next((number for kind, number in kinds if isinstance(base, kind)), 6)
    return (9 if is_open(expr) else rank, str(sympy.default_sort_key(expr)))


def sigma_argument(expr: Expr) -> Expr | None:
    """t if `expr` is 1/(1 + e^{-t}) with t of positive sign, else None."""
    if not (isinstance(expr, Pow) and expr.exp == -1 and isinstance(expr.base, Add)):
        return None
    one, *rest = sorted(expr.base.args, key=lambda arg: arg != 1)
    if one != 1 or len(rest) != 1 or not isinstance(rest[0], sympy.exp):
        return None
    argument = rest[0].args[0]
    return -argument if argument.could_extract_minus_sign() else None
