"""Attacks with powers, trigonometry and what lies outside the class; budgets and bad input."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest
import sympy
from sympy import (
    Abs,
    Expr,
    Pow,
    Product,
    Rational,
    Sum,
    acos,
    asin,
    atan,
    cos,
    cosh,
    erf,
    exp,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from derivlab.proof import Budget, Claim, Undecided, verify
from derivlab.symbols import (
    POSITIVE,
    Context,
    Definition,
    Variable,
    dimensions,
    indices,
    scalar,
    total,
    vector,
)
from tests.proof.cases import Case, check_decided, check_sound, decided, false, named, true

K, n = dimensions("K n")
i, j, k = indices("i j k")
s, t, u, c = (scalar(name) for name in "stuc")
x, z = vector("x", K), vector("z", K)
REALS = Context.of(s, t, u, c, x, z, vector("w", n))
NO_AXIS = Context.of(s, t)
ABOVE = Context.of(Variable("s", (), POSITIVE), t)

POWERS = (
    true("powers add", s**n * s**2, s ** (n + 2), REALS),
    false("powers do not multiply", s**n * s**2, s ** (2 * n), REALS),
    true("power of a product", (s * t) ** n, s**n * t**n, REALS),
    false("power of a sum", (s + t) ** n, s**n + t**n, REALS),
    true("minus one, squared", (-1) ** n * (-1) ** n, 1, REALS),
    false("minus one to a size is not 1", (-1) ** n, 1, REALS),
    false("minus one to a size is not -1", (-1) ** n, -1, REALS),
    true("a negative base", (-s) ** n, (-1) ** n * s**n, REALS),
    false("a negative base without its sign", (-s) ** n, s**n, REALS),
    false("a negative base with a fixed sign", (-s) ** n, -(s**n), REALS),
    true("powers of a positive base", s**t * s**2, s ** (t + 2), ABOVE),
    true("a power is an exponential", s**t, exp(t * log(s)), ABOVE),
    false("exponents do not commute", s**t, Pow(t, s), ABOVE),
    true("a product over an axis", Product(2, (k, 1, K)), 2**K, REALS),
    false("a product is not a sum", Product(exp(z[k]), (k, 1, K)), total(exp(z[k]), k, K), REALS),
    true("a product of exponentials", Product(exp(z[k]), (k, 1, K)), exp(total(z[k], k, K)), REALS),
    true("a product of squares", Product(x[k], (k, 1, K)) ** 2, Product(x[k] ** 2, (k, 1, K)), REALS,
         gap="products of factors without a sign"),
    true("a large power", s ** (10**4) * s, s ** (10**4 + 1), REALS),
    false("a large power off by one", s ** (10**4), s ** (10**4 + 1), REALS),
    false("exponential of a product", exp(s * t), exp(s) * exp(t), REALS),
    true("exponential of a sum", exp(s + t), exp(s) * exp(t), REALS),
    false("a size that no axis has", (s + t) ** n, s**n + t**n, NO_AXIS),
    false("0 to a size", Pow(0, K), 1, REALS),
)  # fmt: skip

TRIGONOMETRY = (
    true("Pythagoras", sin(s) ** 2 + cos(s) ** 2, 1, REALS),
    true("double angle", sin(2 * s), 2 * sin(s) * cos(s), REALS),
    true("triple angle", sin(3 * s), 3 * sin(s) - 4 * sin(s) ** 3, REALS),
    true("tangent", tan(s) * cos(s), sin(s), REALS),
    true("addition", cos(s + t), cos(s) * cos(t) - sin(s) * sin(t), REALS),
    false("addition with the wrong sign", cos(s + t), cos(s) * cos(t) + sin(s) * sin(t), REALS),
    false("root of cosine squared", sqrt(1 - sin(s) ** 2), cos(s), REALS),
    true("root of cosine squared with bars", sqrt(1 - sin(s) ** 2), Abs(cos(s)), REALS,
         gap="roots of trigonometry"),
    false("a sine is not positive", Abs(sin(s)), sin(s), REALS),
    false("arccosine undoes cosine on half a turn only", acos(cos(s)), s, REALS),
    true("sine of arcsine", sin(asin(s)), s, REALS),
    false("sine of arccosine", sin(acos(s)), s, REALS),
    false("arctangent of the inverse", atan(s) + atan(1 / s), pi / 2, REALS),
    true("whole turns", cos(2 * pi * n), 1, REALS),
    false("quarter turns", sin(pi * n / 2), 1, REALS),
    true("hyperbolic Pythagoras", cosh(s) ** 2 - sinh(s) ** 2, 1, REALS),
    false("hyperbolic sign", cosh(s) ** 2 + sinh(s) ** 2, 1, REALS),
    true("hyperbolic tangent by sigmoid", tanh(s), 2 / (1 + exp(-2 * s)) - 1, REALS),
    true("erf is odd", erf(s - t), -erf(t - s), REALS),
    false("erf is not tanh", erf(s), tanh(2 * s / sqrt(pi)), REALS),
    true("angles of a heptagon", cos(pi / 7) - cos(2 * pi / 7) + cos(3 * pi / 7), Rational(1, 2), REALS,
         gap="roots of unity"),
)  # fmt: skip

CASES: tuple[Case, ...] = (*POWERS, *TRIGONOMETRY)


@pytest.mark.parametrize("case", named(CASES))
def test_sound(case: Case) -> None:
    check_sound(case)


@pytest.mark.parametrize("case", decided(CASES))
def test_decided(case: Case) -> None:
    check_decided(case)


def deep(depth: int) -> Expr:
    """exp(exp(...exp(s)...))."""
    result: Expr = s
    for _ in range(depth):
        result = exp(result, evaluate=False)
    return result


FIXED = vector("q", sympy.Integer(10**6))
OUTSIDE: dict[str, tuple[Any, Any, Context]] = {
    "infinity": (sympy.oo, s, REALS),
    "not a number": (sympy.nan, s, REALS),
    "imaginary unit": (sympy.I * s, s, REALS),
    "unknown function": (sympy.Function("f")(s), s, REALS),
    "undeclared name": (sympy.Symbol("undeclared"), s, REALS),
    "integral": (sympy.Integral(s, (s, 0, 1)), Rational(1, 2), REALS),
    "SymPy's derivative": (sympy.Derivative(s**2, s), 2 * s, REALS),
    "matrix symbol": (sympy.MatrixSymbol("Q", 2, 2)[0, 0], s, REALS),
    "shifted index": (z[K + 1], z[1], REALS),
    "lower bound that varies": (Sum(1, (k, K, K)), 1, REALS),
    "lower bound half": (Sum(1, (k, Rational(1, 2), K)), K, REALS),
    "log of a negative number": (log(-exp(s)), s, REALS),
    "root of a negative number": (sqrt(-exp(s)), s, REALS),
    "division by zero": (1 / (s - s + sympy.Float(0) + t - t + sympy.Add(0, 0)), s, REALS),
    "deep nesting": (deep(3000), s, REALS),
    "tower of powers": (Pow(9, Pow(9, Pow(9, 9, evaluate=False), evaluate=False), evaluate=False), s, REALS),
    "truth value": (sympy.true, s, REALS),
    "transcendental assumption": (s, s + t - exp(s), Context.of(s, t, assume=[(exp(s), t)])),
    "definition that is its own": (s, t, Context.of(t, define=[Definition("s", s + 1)])),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_lies_outside_is_undecided(name: str) -> None:
    left, right, context = OUTSIDE[name]
    verdict = verify(Claim(left, sympy.sympify(right), context))
    assert isinstance(verdict, Undecided), verdict
    assert verdict.reason


HEAVY: dict[str, tuple[Any, Any, Context]] = {
    "power of a long sum": ((1 + s + t + u + c) ** 60, t, REALS),
    "an exponent of a million": ((1 + s) ** (10**6), t, REALS),
    "many factors": (sympy.Mul(*((s + k * t + u) for k in range(1, 30))), c, REALS),
    "many nested sums": (total(total(total(total(exp(z[i] * z[j] * z[k]), i, K), j, K), k, K), n, K), s,
    REALS),
    "a number of a hundred thousand digits": (s * 10**100_000, t, REALS),
    "many absolute values": (sympy.Add(*(Abs(s - k) for k in range(40))), t, REALS),
    "many maxima": (sympy.Add(*(sympy.Max(s + k, t, k * u) for k in range(12))), c, REALS),
    "exponentials of exponentials": (exp(exp(exp(exp(s)))), t, REALS),
    "fifty scalars": (sympy.Add(*sympy.symbols("a0:50", real=True)) ** 8, s,
                      REALS.with_variables(*sympy.symbols("a0:50", real=True))),
    "a fixed size of a million": (total(FIXED[k], k, 10**6), s, Context.of(FIXED, s)),
    "a definition in a definition, ten deep": (
        sympy.Symbol("d9", real=True), t,
        Context.of(s, t,
        define=[Definition(f"d{m}", (s if m == 0 else sympy.Symbol(f"d{m - 1}", real=True)) ** 2 + 1)
                                 for m in range(10)])),
}  # fmt: skip


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_input_ends_within_the_budget(name: str) -> None:
    left, right, context = HEAVY[name]
    began = perf_counter()
    verdict = verify(Claim(left, right, context))
    assert verdict.verdict != "proved"
    assert perf_counter() - began < 10, "2 s are promised; 10 allow for a busy machine"


@pytest.mark.parametrize("steps", [1, 5, 20, 100])
def test_a_small_budget_never_refutes_what_is_true(steps: int) -> None:
    claim = Claim(((s + t) ** 6).expand(), (s + t) ** 6, REALS)
    verdict = verify(claim, Budget(steps=steps))
    assert verdict.verdict == ("proved" if steps == 100 else "undecided"), verdict
    if isinstance(verdict, Undecided):
        assert "budget" in verdict.reason


def test_a_budget_counts_steps() -> None:
    """The same number in every run: never a clock."""
    claim = Claim((s + t) ** 9, (s + t) ** 9 + 0 * s, REALS)
    used = {getattr(verify(claim), "steps_used", None) for _ in range(3)}
    assert len(used) == 1
