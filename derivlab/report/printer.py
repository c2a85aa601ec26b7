r"""SymPy expressions as a textbook sets them.

On SymPy's `LatexPrinter`, with what it does otherwise: sums over 1..K stand last in their product and
outside of fractions, positive terms come first, entries read `\hat{y}_{i}` and `W_{ij}`, derivatives
`\frac{\partial J}{\partial z_{i}}`, the logistic function is σ. A name enters only through
`names.symbol_name`, and an unknown node raises: nothing is printed that derivlab did not write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import sympy
from sympy import Add, Expr, Indexed, IndexedBase, KroneckerDelta, Mul, Piecewise, Pow, Product, Sum, Symbol
from sympy.printing.latex import LatexPrinter

from derivlab.errors import InternalError
from derivlab.report.brackets import bracketed, parenthesized
from derivlab.report.names import symbol_name
from derivlab.report.ordering import (
    argument_order,
    is_open,
    is_reciprocal,
    positive_first,
    rank,
    sigma_argument,
    split_coefficient,
    tidy_bound,
)
from derivlab.report.tex import Tex
from derivlab.symbols import Context, Partial, head_name

_UPRIGHT_FUNCTIONS = {
    "Max": r"\max",
    "Min": r"\min",
    "tanh": r"\tanh",
    "sinh": r"\sinh",
    "cosh": r"\cosh",
    "sin": r"\sin",
    "cos": r"\cos",
    "tan": r"\tan",
    "atan": r"\arctan",
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "erf": r"\operatorname{erf}",
    "sign": r"\operatorname{sign}",
    "Heaviside": r"\operatorname{H}",
}


def latex(expr: Expr, context: Context | None = None) -> Tex:
    r"""`expr` as LaTeX mathematics (without delimiters); names come from `context`.

    >>> from derivlab.symbols import dimension, index, total, vector
    >>> K, k, i = dimension("K"), index("k"), index("i"); y, yhat = vector("y", K), vector("yhat", K)
    >>> print(latex(yhat[i] - y[i]))
    \hat{y}_{i} - y_{i}
    >>> print(latex(-total(y[k] * sympy.log(yhat[k]), k, K)))
    - \sum_{k=1}^{K} y_{k} \log \hat{y}_{k}

    Raises:
        InternalError: a node that no method prints.
    """
    for node in sympy.preorder_traversal(expr):
        if not isinstance(node, PRINTED):
            raise InternalError(f"the report cannot typeset a {type(node).__name__}")
    return Tex(TextbookPrinter(context or Context()).doprint(tidy_bound(expr)))


# SymPy's printer prints many more nodes, some with their names as they are: those are refused.
PRINTED = (
    sympy.Add,
    sympy.Mul,
    sympy.Pow,
    sympy.Number,
    sympy.NumberSymbol,
    sympy.Symbol,
    sympy.Idx,
    sympy.Indexed,
    sympy.IndexedBase,
    sympy.Tuple,
    sympy.core.function.Application,
    sympy.Sum,
    sympy.Product,
    sympy.functions.elementary.piecewise.ExprCondPair,
    sympy.core.relational.Relational,
    sympy.logic.boolalg.BooleanAtom,
    Partial,
)


def _is_raised(name: str) -> bool:
    """Whether a name has a superscript or a prime of its own, so that a power needs brackets."""
    depth = 0
    for character in name:
        depth += (character == "{") - (character == "}")
        if depth == 0 and character in "^'":
            return True
    return False


class TextbookPrinter(LatexPrinter):
    """One method a node; see the module's docstring for what differs from SymPy's printer."""

    # nodes with a `_latex` method of their own are printed here all the same
    printmethod = "_textbook"

    def __init__(self, context: Context) -> None:
        super().__init__({"fold_func_brackets": True})
        self._context = context

    def emptyPrinter(self, expr: Any) -> str:
        """Unknown nodes raise; SymPy would print `str(expr)`, whatever it holds."""
        raise InternalError(f"the report cannot typeset a {type(expr).__name__}")

    # names and entries

    def _name(self, name: str) -> str:
        entry = self._context.lookup(name)
        return str(symbol_name(name, entry.latex if entry is not None else ""))

    def _print_Symbol(self, expr: Symbol, style: str = "plain") -> str:
        return self._name(expr.name)

    _print_Dummy = _print_Symbol

    def _print_Idx(self, expr: Any) -> str:
        return str(self._print(expr.label))

    def _print_IndexedBase(self, expr: IndexedBase) -> str:
        return self._name(str(expr.label))

    def _print_Indexed(self, expr: Indexed) -> str:
        return self._with_subscript(self._name(head_name(expr)), self._join_indices(expr.indices))

    def _join_indices(self, entries: Iterable[Expr]) -> str:
        printed = [str(self._print(entry)) for entry in entries]
        return ("" if all(len(text) == 1 for text in printed) else ",").join(printed)

    @staticmethod
    def _with_subscript(name: str, subscript: str) -> str:
        """`name_{subscript}`; a name that already has a subscript takes the indices after a comma."""
        own = re.fullmatch(r"(.+)_(?:\{((?:[^{}]|\{[^{}]*\})*)\}|(\w))('*)", name)
        if own is None:
            return f"{name}_{{{subscript}}}"
        return f"{own[1]}_{{{own[2] or own[3]},{subscript}}}{own[4]}"

    def _print_KroneckerDelta(self, expr: KroneckerDelta, exp: str | None = None) -> str:
        return self._power(rf"\delta_{{{self._join_indices(expr.args)}}}", exp)

    def _print_Partial(self, expr: Partial, exp: str | None = None) -> str:
        by, body = [expr.by], expr.body
        while isinstance(body, Partial):
            by.append(body.by)
            body = body.body
        order = f"^{{{len(by)}}}" if len(by) > 1 else ""
        below = r" \, ".join(rf"\partial {self._print(entry)}" for entry in reversed(by))
        if isinstance(body, Symbol | Indexed):
            return self._power(rf"\frac{{\partial{order} {self._print(body)}}}{{{below}}}", exp, bracket=True)
        inner = str(self._print(body))
        if isinstance(body, Add) or inner.startswith("-"):
            inner = bracketed(inner)
        elif isinstance(body, Mul) and not inner.startswith(r"\frac"):
            inner = parenthesized(inner, "[]")
        return self._power(rf"\frac{{\partial{order}}}{{{below}}} {inner}", exp, bracket=True)

    # sums and products of terms

    def _print_Sum(self, expr: Sum, exp: str | None = None) -> str:
        return self._power(self._big_operator(r"\sum", expr), exp, bracket=True)

    def _print_Product(self, expr: Product, exp: str | None = None) -> str:
        return self._power(self._big_operator(r"\prod", expr), exp, bracket=True)

    def _big_operator(self, symbol: str, expr: Sum | Product) -> str:
        heads = [
            rf"{symbol}_{{{self._print(bound)}={self._print(low)}}}^{{{self._print(high)}}}"
            for bound, low, high in reversed(expr.limits)
        ]
        inner = str(self._print(expr.function))
        if isinstance(expr.function, Add) or inner.startswith("-"):
            inner = bracketed(inner)
        return " ".join([*heads, inner])

    def _print_Add(self, expr: Add, order: Any = None) -> str:
        terms = positive_first(self._as_ordered_terms(expr, order=None))
        pieces: list[str] = []
        for term in terms:
            printed = str(self._print(term))
            negative = printed.startswith("-")
            body = printed[1:].lstrip() if negative else printed
            if not pieces:
                pieces.append(f"- {body}" if negative else body)
            else:
                pieces.append(f"{'-' if negative else '+'} {body}")
        return " ".join(pieces)

    def _print_Mul(self, expr: Mul) -> str:
        coefficient, factors = split_coefficient(expr)
        sign = "- " if coefficient < 0 else ""
        above = [sympy.Integer(abs(coefficient).p)] if abs(coefficient).p != 1 else []
        below = [sympy.Integer(coefficient.q)] if coefficient.q != 1 else []
        for factor in factors:
            (below if is_reciprocal(factor) and not self._is_sigma(factor) else above).append(factor)
        below = [Pow(f.base, -f.exp) if isinstance(f, Pow) else f for f in below]
        if not below:
            return sign + self._product(above)
        outside = self._beside_fraction(above, below)
        inside = [f for f in above if f not in outside]
        fraction = rf"\frac{{{self._product(inside) or '1'}}}{{{self._product(below)}}}"
        return sign + " ".join(filter(None, [fraction, self._product(outside, alone=False)]))

    @staticmethod
    def _beside_fraction(above: list[Expr], below: list[Expr]) -> list[Expr]:
        """The factors that stand after the fraction: sums and tall ones, and entries over a mere size."""
        lone = len(above) == 1 and not above[0].has(Sum, Piecewise, Partial)
        if lone or any(part.has(Sum, Piecewise) for part in below):
            return []
        if all(isinstance(part, Symbol | sympy.Number) for part in below):
            return [f for f in above if not isinstance(f, Symbol | sympy.Number)]
        return [f for f in above if f.has(Sum, Piecewise, Partial)]

    def _product(self, factors: list[Expr], *, alone: bool = True) -> str:
        """The factors side by side, open ones last; only a lone factor of a fraction goes unbracketed."""
        if alone and len(factors) == 1:
            return str(self._print(factors[0]))
        ordered = sorted(factors, key=rank)
        printed = [self._factor(f, last=f is ordered[-1]) for f in ordered]
        text = ""
        for piece in printed:
            # two numbers side by side would read as one
            text += rf" \cdot {piece}" if text and text[-1].isdigit() and piece[0].isdigit() else f" {piece}"
        return text.strip()

    def _factor(self, expr: Expr, *, last: bool) -> str:
        bracket = isinstance(expr, Add | Piecewise | Mul) or (is_open(expr) and not last)
        if isinstance(expr, sympy.Number) and expr < 0:
            bracket = True
        return self._bracket(expr) if bracket else str(self._print(expr))

    def _bracket(self, expr: Expr) -> str:
        return bracketed(str(self._print(expr)))

    # powers and functions

    def _print_Pow(self, expr: Pow) -> str:
        base, exponent = expr.base, expr.exp
        if self._is_sigma(expr):
            return r"\sigma" + parenthesized(str(self._print(sigma_argument(expr))))
        if exponent.is_Rational and exponent < 0:
            return rf"\frac{{1}}{{{self._print(Pow(base, -exponent))}}}"
        if exponent == sympy.Rational(1, 2):
            return rf"\sqrt{{{self._print(base)}}}"
        printed = str(self._print(exponent))
        if isinstance(base, sympy.Function) and type(base).__name__ in _UPRIGHT_FUNCTIONS:
            return self._print_Function(base, printed)
        if isinstance(base, sympy.exp) or not isinstance(base, Symbol | Indexed | sympy.Function):
            plain = isinstance(base, sympy.Integer | sympy.NumberSymbol) and base.is_positive
            return self._power(str(self._print(base)), printed, bracket=not plain)
        text = str(self._print(base))
        return self._power(text, printed, bracket=isinstance(base, sympy.Function) or _is_raised(text))

    def _is_sigma(self, expr: Expr) -> bool:
        """Whether it is the logistic function, and nothing else is called sigma."""
        return sigma_argument(expr) is not None and self._context.lookup("sigma") is None

    @staticmethod
    def _power(text: str, exponent: str | None, *, bracket: bool = False) -> str:
        if exponent is None:
            return text
        return f"{parenthesized(text)}^{{{exponent}}}" if bracket else f"{text}^{{{exponent}}}"

    def _print_exp(self, expr: Expr, exp: str | None = None) -> str:
        argument = expr.args[0]
        printed = str(self._print(argument))
        if argument.has(Sum, Piecewise) or r"\frac" in printed:
            return self._power(r"\exp" + parenthesized(printed), exp, bracket=True)
        return self._power(f"e^{{{printed}}}", exp, bracket=True)

    def _print_Pi(self, expr: Expr) -> str:
        return r"\pi"

    def _print_EulerGamma(self, expr: Expr) -> str:
        return r"\gamma"

    def _print_Exp1(self, expr: Expr, exp: str | None = None) -> str:
        return self._power("e", exp)

    def _print_log(self, expr: Expr, exp: str | None = None) -> str:
        argument = expr.args[0]
        plain = isinstance(argument, Symbol | Indexed | Sum | sympy.Integer)
        printed = str(self._print(argument))
        inner = f" {printed}" if plain else parenthesized(printed)
        return self._power(rf"\log{inner}", exp, bracket=True)

    def _print_Abs(self, expr: Expr, exp: str | None = None) -> str:
        return self._power(rf"\left| {self._print(expr.args[0])} \right|", exp)

    def _print_Function(self, expr: Expr, exp: str | None = None) -> str:
        name = type(expr).__name__
        head = _UPRIGHT_FUNCTIONS.get(name) or rf"\operatorname{{{symbol_name(name)}}}"
        arguments = ", ".join(str(self._print(arg)) for arg in sorted(expr.args, key=argument_order))
        return self._power(head, exp) + parenthesized(arguments)

    _print_Max = _print_Min = _print_Heaviside = _print_Function

    def _print_Piecewise(self, expr: Piecewise) -> str:
        (value, condition), *rest = expr.args
        if value == 1 and [tuple(pair) for pair in rest] == [(0, sympy.true)]:
            return rf"\mathbf{{1}}[{self._print(condition)}]"
        rows = [self._piece(value, condition) for value, condition in expr.args]
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def _piece(self, value: Expr, condition: Any) -> str:
        where = r"\text{otherwise}" if condition == sympy.true else rf"\text{{if }} {self._print(condition)}"
        return f"{self._print(value)} & {where}"
