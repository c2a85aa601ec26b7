"""Arithmetic on numbers with bounds: nothing that is written in a line fills the memory."""

from __future__ import annotations

import sympy
from sympy import Expr, Integer, Rational

from derivlab.errors import TooLargeError
from derivlab.notation.elaboration.core import fail
from derivlab.notation.syntax import Node, Number

MAX_BITS = 16_384
MAX_EXPONENT = 1_000
MAX_FACTORIAL = 200
MAX_EXP_ARGUMENT = 1_000_000


def number(node: Number) -> Expr:
    """The exact value of a decimal: 0.1 is 1/10."""
    return Integer(node.text) if node.text.isdigit() else Rational(node.text)


def bits(value: Expr) -> int:
    """The size of a rational number."""
    return int(value.p).bit_length() + int(value.q).bit_length() if value.is_Rational else 0


def bounded(value: Expr, node: Node) -> Expr:
    """`value`, unless it is a number past the bound or no number at all (division by zero)."""
    if value.is_Number:
        if bits(value) > MAX_BITS:
            _too_large(node, f"this number has more than {MAX_BITS} bits")
        if not value.is_Rational and not value.is_Float:
            fail(node, "this divides by zero", "check the denominator")
    elif value is sympy.zoo or value is sympy.nan:
        fail(node, "this divides by zero", "check the denominator")
    return value


def power(base: Expr, exponent: Expr, node: Node) -> Expr:
    """base ** exponent; numbers stay within bounds."""
    if exponent.is_Rational:
        if abs(exponent.p) > MAX_EXPONENT or exponent.q > MAX_EXPONENT:
            _too_large(node, f"this exponent is past {MAX_EXPONENT}")
        if base.is_Rational:
            if base.is_zero and exponent.is_negative:
                fail(node, "this divides by zero", "check the denominator")
            if bits(base) * abs(int(exponent.p)) > MAX_BITS:
                _too_large(node, f"this number has more than {MAX_BITS} bits")
    return bounded(sympy.Pow(base, exponent), node)


def exponential(exponent: Expr, node: Node) -> Expr:
    """exp(exponent), with a bound on a number in it."""
    if exponent.is_Rational and abs(exponent) > MAX_EXP_ARGUMENT:
        _too_large(node, f"this exponent is past {MAX_EXP_ARGUMENT}")
    return sympy.exp(exponent)


def factorial(value: Expr, node: Node) -> Expr:
    """n! of a number written out."""
    if not value.is_Integer or value.is_negative:
        fail(node, "only the factorial of a number is read", "write its value, or give it a name")
    if value > MAX_FACTORIAL:
        _too_large(node, f"the factorial of a number past {MAX_FACTORIAL}")
    return sympy.factorial(value)


def _too_large(node: Node, message: str) -> None:
    fail(node, message, "give the number a name of its own, e.g. $c > 0$", TooLargeError)
