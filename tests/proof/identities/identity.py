"""One true identity with a wrong variant, as the mathematics says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Piecewise

from derivlab.symbols import Context


@dataclass(frozen=True)
class Identity:
    """left = right holds for all sizes; left = wrong does not.

    `gap` says why derivlab does not prove it yet, `silent` why it does not refute the wrong variant.
    """

    name: str
    left: Expr
    right: Expr
    wrong: Expr
    context: Context
    gap: str = ""
    silent: str = ""


def identity(
    name: str, left: Any, right: Any, wrong: Any, context: Context, gap: str = "", silent: str = ""
) -> Identity:
    """An identity from SymPy expressions or numbers."""
    sides = (sympy.sympify(side) for side in (left, right, wrong))
    return Identity(name, *sides, context, gap, silent)


def one(condition: Any) -> Expr:
    """1 where the condition holds, else 0."""
    return Piecewise((1, condition), (0, True))


def sigmoid(t: Any) -> Expr:
    """1/(1 + e^-t)."""
    return 1 / (1 + sympy.exp(-t))


def softplus(t: Any) -> Expr:
    """log(1 + e^t)."""
    return sympy.log(1 + sympy.exp(t))
