"""Attacks on domains: roots, logarithms, kinks, cases, division, two-valued variables."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Abs, Eq, Max, Min, Ne, Piecewise, cosh, exp, log, sign, sqrt

from derivlab.symbols import (
    BINARY,
    NONNEGATIVE,
    POSITIVE,
    SIGNS,
    UNIT_INTERVAL,
    Context,
    Domain,
    Partial,
    Variable,
    dimensions,
    indices,
    scalar,
    total,
    vector,
)
from tests.proof.cases import Case, check_decided, check_sound, decided, false, named, one, true

(K,) = dimensions("K")
i, j, k = indices("i j k")
s, t, u = (scalar(name) for name in "stu")
x, y = vector("x", K), vector("y", K)
REALS = Context.of(s, t, u, x, y)


def over(domain: Domain, *others: object) -> Context:
    """s in the domain, with other variables."""
    return Context.of(Variable("s", (), domain), *others)  # type: ignore[arg-type]


def interval(low: int | None, high: int | None, **how: bool) -> Domain:
    """An interval with rational ends."""
    return Domain(None if low is None else Fraction(low), None if high is None else Fraction(high), **how)


THREE = Domain(values=(Fraction(0), Fraction(1), Fraction(2)))
GUARDED = "a denominator that is 0 in another case"

ROOTS = (
    true("root of a square", sqrt((s - t) ** 2), Abs(s - t), REALS),
    false("root of a square without bars", sqrt((s - t) ** 2), s - t, REALS),
    false("root of a product of squares", sqrt(s**2 * t**2), s * t, REALS),
    true("roots that are both defined", sqrt(s) * sqrt(t), sqrt(s * t), REALS),
    false("the root of a product may exist where the factors' do not", sqrt(s * t) + 0 * s,
          -sqrt(-s) * sqrt(-t), REALS),
    true("two negative factors", sqrt(s * t) * sqrt(s * u), Abs(s) * sqrt(t * u), REALS,
         gap="a common root factor"),
    false("two negative factors without bars", sqrt(s * t) * sqrt(s * u), s * sqrt(t * u), REALS),
    true("root of a fourth power", sqrt(s**4), s**2, REALS),
    false("root of a sixth power", sqrt(s**6), s**3, REALS),
    true("a root squared, where it is defined", sqrt(s - t) ** 2, s - t, REALS),
    true("a norm is not negative", Abs(sqrt(total(x[k] ** 2, k, K))), sqrt(total(x[k] ** 2, k, K)), REALS),
    false("the norm of one entry", sqrt(total(x[k] ** 2, k, K)), total(Abs(x[k]), k, K), REALS),
)  # fmt: skip

LOGARITHMS = (
    true("log of a product, where both logs exist", log(s * t), log(s) + log(t), REALS),
    false("facts from a log of a product", log(s * t) + Abs(s), log(s * t) + s, REALS),
    false("log of a square says no sign", log(s**2) + Abs(s), log(s**2) + s, REALS),
    true("log of a square, where log exists", log(s**2), 2 * log(s), REALS),
    true("log of a square with bars", log(s**2), 2 * log(Abs(s)), REALS),
    true("log of a product with bars", log(s * t), log(Abs(s)) + log(Abs(t)), REALS),
    false("log of a sum", log(s + t), log(s) + log(t), REALS),
    false("log of the number one and something", log(1 + s), s, REALS),
    true("log in a case", Piecewise((log(s), s > 0), (0, True)), log(s), REALS),
    false("log in a case says no sign outside", Piecewise((log(s), s > 0), (0, True)) + Abs(s),
          Piecewise((log(s), s > 0), (0, True)) + s, REALS),
    true("log in both cases", Piecewise((log(s), s > 0), (log(-s), True)), log(Abs(s)), REALS),
    false("log of the exponential of a square root", exp(log(s) / 2), -sqrt(s), REALS),
)  # fmt: skip

KINKS = (
    false("a step open or closed", one(s > 0), one(s >= 0), REALS),
    false("a step of the negative", one(s > 0), 1 - one(-s > 0), REALS),
    true("a step and its two complements", one(s > 0) + one(s < 0) + one(Eq(s, 0)), 1, REALS),
    false("a sign squared", sign(s) ** 2, 1, REALS),
    true("sign times value", sign(s) * s, Abs(s), REALS),
    false("absolute value of entries", Abs(x[i]), x[i], REALS),
    true("slope of |s|, away from 0", Partial(Abs(s), s), 2 * one(s > 0) - 1, REALS),
    true("slope of |s| with a closed step", Partial(Abs(s), s), 2 * one(s >= 0) - 1, REALS),
    false("slope of |s| with the wrong sign", Partial(Abs(s), s), 1 - 2 * one(s > 0), REALS),
    true("slope of ReLU", Partial(Max(s, 0), s), one(s > 0), REALS),
    false("a kink of another entry is no kink", Partial(total(Abs(x[k]), k, K), x[i]) + one(x[j] > 0),
          Partial(total(Abs(x[k]), k, K), x[i]) + one(x[j] >= 0), REALS),
    true("maximum by absolute value", Max(s, t), (s + t + Abs(s - t)) / 2, REALS),
    false("minimum for maximum", Max(s, t), (s + t - Abs(s - t)) / 2, REALS),
    true("maximum and minimum", Max(s, t) + Min(s, t), s + t, REALS),
    true("maximum of three", Max(s, t, u), Max(Max(u, s), t), REALS),
    false("maximum of sums", Max(s, t) + Max(s, u), Max(s, t + u), REALS),
    true("parts of a number", Max(s, 0) ** 2 + Max(-s, 0) ** 2, s**2, REALS),
    false("wrong only far out", s, Piecewise((s, Abs(s) <= 40), (2 * s, True)), REALS),
    false("wrong at one point only", s**2, Piecewise((5, Eq(s, 0)), (s**2, True)), REALS),
)  # fmt: skip

CASES_OF = (
    false("a guarded inverse at its hole", s * Piecewise((0, Eq(s, -1)), (1 / (s + 1), True)),
          1 - Piecewise((0, Eq(s, -1)), (1 / (s + 1), True)), REALS),
    false("a guarded quotient is not 1", s * Piecewise((0, Eq(s, 0)), (1 / s, True)), 1, REALS),
    true("a guarded quotient by cases", s * Piecewise((0, Eq(s, 0)), (1 / s, True)), one(Ne(s, 0)), REALS,
         gap=GUARDED),
    false("guarded by another", t * Piecewise((0, Eq(t - s, 0)), (1 / (t - s), True)),
          1 + s * Piecewise((0, Eq(t - s, 0)), (1 / (t - s), True)), REALS),
    true("a guarded root", Piecewise((sqrt(s), s >= 0), (0, True)) ** 2, Max(s, 0), REALS),
    false("a guarded root is not the number", Piecewise((sqrt(s), s >= 0), (0, True)) ** 2, s, REALS),
    true("entropy with 0 log 0 = 0", Piecewise((0, Eq(s, 0)), (s * log(s), True)), s * log(s),
         over(NONNEGATIVE)),
    true("sum without the diagonal", total(Piecewise((0, Eq(i, k)), (1 / (x[i] - x[k]), True)), k, K),
         -total(Piecewise((0, Eq(i, k)), (1 / (x[k] - x[i]), True)), k, K), REALS, gap=GUARDED),
)  # fmt: skip

DIVISION = (
    true("a cancelled denominator", (s**2 - 1) / (s - 1), s + 1, REALS),
    true("where the denominator is not 0", (s**2 - 1) / (s - 1) + one(Eq(s, 1)), s + 1, REALS),
    false("a denominator on neither side", s + 1 + one(Eq(s, 1)), s + 1, REALS),
    true("sizes in a denominator", (K**2 - 1) / (K - 1), K + 1, REALS),
    false("dividing by a sum", total(x[k], k, K) / total(y[k], k, K), total(x[k] / y[k], k, K), REALS),
    true("a constant denominator in a sum", total(x[k] / y[i], k, K), total(x[k], k, K) / y[i], REALS),
    false("mean of quotients", total(1 / x[k], k, K) * total(x[k], k, K), K, REALS),
    false("1e-5 in the denominator", s / t, s / (t + Fraction(1, 100000)), REALS),
)

DECLARED = (
    true("positive", Abs(s), s, over(POSITIVE)),
    false("not negative, and yet 0", one(s > 0), 1, over(NONNEGATIVE)),
    true("not negative and not 0", one(s > 0), 1, over(Domain(low=Fraction(0), nonzero=True))),
    true("not 0 inside an interval", one(Ne(s, 0)), 1, over(interval(-1, 1, nonzero=True))),
    true("in the unit interval", Abs(s - 2), 2 - s, over(UNIT_INTERVAL)),
    true("logit of the unit interval", log(s / (1 - s)), log(s) - log(1 - s), over(UNIT_INTERVAL)),
    false("one bound is no other", Abs(s - t), s - t, over(UNIT_INTERVAL, Variable("t", (), UNIT_INTERVAL))),
    true("bounds other than 0", Abs(s - 1), s - 1, over(interval(2, None))),
    false("bounds that do not suffice", Abs(s - 3), s - 3, over(interval(2, None))),
    true("a sign squared is 1", s**3, s, over(SIGNS)),
    true("even function of a sign", exp(s) + exp(-s), 2 * cosh(1), over(SIGNS)),
    true("logistic loss with signs", log(1 + exp(-s * t)),
         log(1 + exp(-t)) * (1 + s) / 2 + log(1 + exp(t)) * (1 - s) / 2,
         over(SIGNS, t)),
    true("a bit squared", s**5 + (1 - s) ** 3, 1, over(BINARY)),
    false("a bit is not 1", s**2, 1, over(BINARY)),
    true("function of a bit", exp(s * t), 1 - s + s * exp(t), over(BINARY, t)),
    false("the same of a real number", exp(s * t), 1 - s + s * exp(t), REALS),
    true("a bit below", 1 / (1 + s), 1 - s / 2, over(BINARY)),
    true("dividing by a bit", t / s, t, over(BINARY, t)),
    true("three values", s * (s - 1) * (s - 2), 0, over(THREE), gap="finite domains other than two values"),
    false("three values are not two", s * (s - 1), 0, over(THREE)),
)  # fmt: skip

ALL: tuple[Case, ...] = (*ROOTS, *LOGARITHMS, *KINKS, *CASES_OF, *DIVISION, *DECLARED)


@pytest.mark.parametrize("case", named(ALL))
def test_sound(case: Case) -> None:
    check_sound(case)


@pytest.mark.parametrize("case", decided(ALL))
def test_decided(case: Case) -> None:
    check_decided(case)
