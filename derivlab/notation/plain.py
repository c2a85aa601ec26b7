"""SymPy expressions as one line of text, for the reader of a verdict: `Σ_{k=1..K} y[k]·log(p[k])`."""

from __future__ import annotations

from typing import Any

from sympy import Expr
from sympy.printing.str import StrPrinter

from derivlab.symbols import Partial


class PlainPrinter(StrPrinter):
    """SymPy's own text, with sums, derivatives and deltas as mathematics writes them."""

    def _print_Sum(self, expr: Any) -> str:
        bounds = ", ".join(f"{letter}={low}..{high}" for letter, low, high in expr.limits)
        return f"Σ_{{{bounds}}}({self._print(expr.function)})"

    def _print_Product(self, expr: Any) -> str:
        bounds = ", ".join(f"{letter}={low}..{high}" for letter, low, high in expr.limits)
        return f"Π_{{{bounds}}}({self._print(expr.function)})"

    def _print_Partial(self, expr: Partial) -> str:
        body = self._print(expr.body)
        simple = expr.body.is_Symbol or type(expr.body).__name__ == "Indexed"
        return f"∂{body}/∂{self._print(expr.by)}" if simple else f"∂({body})/∂{self._print(expr.by)}"

    def _print_KroneckerDelta(self, expr: Any) -> str:
        return f"δ[{self._print(expr.args[0])},{self._print(expr.args[1])}]"


_PRINTER = PlainPrinter()


def plain_text(expr: Expr) -> str:
    """The expression as one line.

    >>> from derivlab.symbols import dimension, index, total, vector
    >>> K, k = dimension("K"), index("k")
    >>> plain_text(total(vector("y", K)[k], k, K))
    'Σ_{k=1..K}(y[k])'
    """
    return str(_PRINTER.doprint(expr))
