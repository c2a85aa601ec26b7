"""What is judged: two sides of an equation in a context."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from derivlab.symbols import Context


@dataclass(frozen=True)
class Claim:
    """left = right for every size, every value in the declared domains, every free index.

    Example:
        >>> from derivlab.symbols import Context, scalar
        >>> x = scalar("x")
        >>> Claim(x + x, 2 * x, Context.of(x)).name
        ''
    """

    left: Expr
    right: Expr
    context: Context
    name: str = ""
