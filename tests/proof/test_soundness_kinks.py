"""Slopes at kinks: where the slope jumps the derivative has no value; where the join is smooth it has one.

Each claim says that something vanishes at a point. It holds where the derivative beside it does not
exist there. Where the join is smooth it fails there, and may only be proved with the point left out
by a side condition that is told.
"""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Abs, Eq, Expr, Max, Piecewise, Rational, exp, sign, sqrt

from derivlab.proof import Claim, Proved, verify
from derivlab.symbols import (
    NONNEGATIVE,
    POSITIVE,
    Context,
    Partial,
    Variable,
    dimension,
    indices,
    scalar,
    total,
    vector,
)
from tests.proof.cases import Case, check_decided, check_sound, decided, false, named, one, true

K = dimension("K")
i, j, k = indices("i j k")
s, t, x = scalar("s"), scalar("t"), vector("x", K)
y = vector("y", K)
p, q = vector("p", K), vector("q", K)
HERE = Context.of(s, t, x, y, Variable("p", (K,), POSITIVE), Variable("q", (K,), NONNEGATIVE))
ORIGIN = Eq(s, 0)


def over(body: Expr) -> Expr:
    """Σ over 1..K."""
    return total(body, k, K)


UNKNOWN = "a kink that is not known to matter"


def kink(name: str, body: Any, by: Any = s, where: Any = ORIGIN, gap: str = "") -> Case:
    """The slope jumps there: nothing can be claimed at the point."""
    return true(name, Partial(body, by) + one(where), Partial(body, by), HERE, gap)


def smooth(name: str, body: Any, by: Any = s, where: Any = ORIGIN) -> Case:
    """The slope exists there: the claim fails at the point."""
    return false(name, Partial(body, by) + one(where), Partial(body, by), HERE)


KINKS: tuple[Case, ...] = (
    kink("absolute value", Abs(s)),
    kink("ReLU", Max(s, 0)),
    kink("a step", one(s > 0)),
    kink("a maximum of two variables", Max(s, t), s, Eq(s, t)),
    kink("a maximum of two lines", Max(s, 2 * s)),
    kink("sign times value", sign(s) * s),
    kink("the slope of a squared ReLU", Partial(Max(s, 0) ** 2, s)),
    kink("in a sum", over(Abs(x[k])), x[i], Eq(x[i], 0)),
    kink("a positive factor", exp(t) * Abs(s)),
    kink("two that add up", Abs(s) + Max(s, 0)),
    kink("in a sum with positive weights", over(p[k] * Abs(x[k])), x[i], Eq(x[i], 0)),
    kink("in a sum and beside it", over(Abs(x[k])) + Max(x[i], 0), x[i], Eq(x[i], 0)),
    kink("a concave one in a sum", -over(Abs(x[k] - y[k])), x[i], Eq(x[i], y[i])),
    kink("a point taken out", one(ORIGIN), gap=UNKNOWN),
    kink("a norm", sqrt(over(x[k] ** 2)), x[i], Eq(over(x[k] ** 2), 0), gap="the root of a sum at 0"),
)
# What is not a kink at all: the point must not be left out.
ELSEWHERE: tuple[Case, ...] = (
    smooth("a fourth root of an eighth power", sqrt(s**4)),
    smooth("another entry's kink", over(Abs(x[k])), x[i], Eq(x[j], 0)),
    smooth("a distance that may be 0", Max(s, s + t**2), s, Eq(t, 0)),
    smooth("a factor beside the kink", t * Abs(s), s, Eq(t, 0)),
)
SMOOTH: tuple[Case, ...] = (
    smooth("squared ReLU", Max(s, 0) ** 2),
    smooth("s |s|", s * Abs(s)),
    smooth("the cube of |s|", Abs(s) ** 3),
    smooth("a factor that may be 0", t * Abs(s)),
    smooth("a weight that may be 0", over(y[k] * Abs(x[k])), x[i], Eq(x[i], 0)),
    smooth("a nonnegative weight that may be 0", over(q[k] * Abs(x[k])), x[i], Eq(x[i], 0)),
    smooth("kinks that cancel", over(Abs(x[k])) - Abs(x[i]), x[i], Eq(x[i], 0)),
    smooth("kinks that cancel at one index", over(Abs(x[k])) - Abs(x[1]), x[i], Eq(x[i], 0)),
    smooth("a root that cancels a kink", Abs(s) - sqrt(s**2 + t**2), s, Eq(s**2 + t**2, 0)),
    smooth("a slope that may be 0", over(Abs(s * x[k] - y[k])), s, Eq(s * x[1], y[1])),
    smooth("distances to oneself", over(Abs(x[k] - x[i])), x[i], Eq(x[i], x[j])),
    smooth("an exponential of a kink", exp(over(Abs(x[k]))) * exp(-Abs(x[i])), x[i], Eq(x[i], 0)),
    smooth("a product of entries", Abs(x[i] * x[j]), x[i], Eq(x[i], 0)),
    smooth("a difference that is 0 on the diagonal", Abs(x[i] - x[j]), x[i], Eq(x[i], x[j])),
    smooth("a maximum that is no choice on the diagonal", Max(x[i], x[j]), x[i], Eq(x[i], x[j])),
    smooth("Huber's join", Piecewise((s**2 / 2, Abs(s) <= 1), (Abs(s) - Rational(1, 2), True)), s, Eq(s, 1)),
    smooth("a join that is smooth for one parameter", Piecewise((s, s > 0), (t * (exp(s) - 1), True))),
    smooth("powers that touch", Max(s**2, s**3)),
    smooth("the slope of a cubed ReLU", Partial(Max(s, 0) ** 3, s)),
    smooth("a composition", s * exp(Abs(s))),
    smooth("a filled point", Piecewise((0, ORIGIN), (s, True))),
)


@pytest.mark.parametrize("case", named([*KINKS, *ELSEWHERE]))
def test_sound(case: Case) -> None:
    check_sound(case)


@pytest.mark.parametrize("case", decided([*KINKS, *ELSEWHERE]))
def test_decided(case: Case) -> None:
    check_decided(case)


def test_a_kink_of_one_position_is_none_of_another() -> None:
    """∂|x_1|/∂x_i is 0 for i != 1, also where x_1 = 0."""
    check_sound(smooth("first entry", Abs(x[1]), x[i], Eq(x[1], 0)))


@pytest.mark.parametrize("case", named(SMOOTH))
def test_a_smooth_join_is_left_out_aloud(case: Case) -> None:
    verdict = verify(Claim(case.left, case.right, case.context))
    if isinstance(verdict, Proved):
        assert any(condition.endswith("!= 0") for condition in verdict.side_conditions), verdict


@pytest.mark.parametrize("case", named(KINKS[:7]))
def test_a_kink_is_told(case: Case) -> None:
    verdict = verify(Claim(case.left, case.right, case.context))
    assert isinstance(verdict, Proved)
    assert verdict.side_conditions, "a kink that is avoided is a side condition"
