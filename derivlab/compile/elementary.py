"""Elementwise functions by their SymPy heads; the backends say how each is written."""

from __future__ import annotations

import sympy
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Ne

FUNCTIONS: dict[type, str] = {
    sympy.Abs: "abs",
    sympy.sign: "sign",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.tanh: "tanh",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tan: "tan",
    sympy.asin: "arcsin",
    sympy.acos: "arccos",
    sympy.atan: "arctan",
    sympy.erf: "erf",
}

RELATIONS: dict[type, str] = {
    Eq: "equal",
    Ne: "not_equal",
    Gt: "greater",
    Ge: "greater_equal",
    Lt: "less",
    Le: "less_equal",
}
