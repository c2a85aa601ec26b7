r"""Gradients as a textbook sets them: `\hat{y}`, σ, sums last; in the place of SymPy's own LaTeX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr

from derivlab.calculus import Gradient
from derivlab.report.printer import latex
from derivlab.symbols import Context

FORMS: dict[str, Callable[[Gradient], str]] = {
    "text/html": lambda found: found.html(_writer(found.context)),
    "text/latex": lambda found: rf"$\displaystyle {found.latex(_writer(found.context))}$",
}


def _writer(context: Context) -> Callable[[Expr], str]:
    return lambda expr: str(latex(expr, context))


def register(formatter: Any) -> None:
    """Show gradients so from now on."""
    for kind, form in FORMS.items():
        formatter.formatters[kind].for_type(Gradient, form)


def unregister(formatter: Any) -> None:
    """Show gradients by their own methods again."""
    for kind in FORMS:
        formatter.formatters[kind].pop(Gradient, None)
