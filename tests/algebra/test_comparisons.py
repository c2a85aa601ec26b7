"""Functions of one quantity by pieces: steps whose thresholds are in line have a normal form."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
import sympy
from sympy import Abs, Expr, Max, Min, Piecewise, Rational

from derivlab.proof import Claim, Proved, Refuted, prove_equal, verify
from derivlab.symbols import Context, Partial, scalar

t, u = scalar("t"), scalar("u")
beta, gamma = scalar("beta", positive=True), scalar("gamma", nonnegative=True)
CONTEXT = Context.of(t, u, beta, gamma)


def pieces(random: Random, depth: int) -> Expr:
    """A continuous function of t, linear by pieces, with rational breaks."""
    if not depth:
        slope, shift = random.choice((-2, -1, 1, 3)), random.randint(-4, 4)
        return random.choice((slope * t + shift, sympy.Integer(shift), Abs(t - shift)))
    left, right = pieces(random, depth - 1), pieces(random, depth - 1)
    return random.choice((Max(left, right), Min(left, right), left + right, Abs(left - right)))


def value(expr: Expr, at: Fraction) -> Fraction:
    """The value at a rational point, by the definitions."""
    if expr == t:
        return at
    if isinstance(expr, sympy.Rational):
        return Fraction(int(expr.p), int(expr.q))
    parts = [value(arg, at) for arg in expr.args]
    if isinstance(expr, Max):
        return max(parts)
    if isinstance(expr, Min):
        return min(parts)
    if isinstance(expr, Abs):
        return abs(parts[0])
    if isinstance(expr, sympy.Add):
        return sum(parts, Fraction(0))
    assert isinstance(expr, sympy.Mul)
    product = Fraction(1)
    for part in parts:
        product *= part
    return product


GRID = [Fraction(k, 12) for k in range(-12 * 12, 12 * 12 + 1)]


def by_cases(expr: Expr) -> Expr:
    """The same function as cases over intervals, found from its values on a grid that holds the breaks."""
    values = [value(expr, at) for at in GRID]
    slopes = [(b - a) * 12 for a, b in pairwise(values)]
    cases, start = [], 0
    for k in range(1, len(slopes) + 1):
        if k == len(slopes) or slopes[k] != slopes[start]:
            line = rational(slopes[start]) * (t - rational(GRID[start])) + rational(values[start])
            cases.append((line, True if k == len(slopes) else t <= rational(GRID[k])))
            start = k
    return Piecewise(*cases)


def rational(number: Fraction) -> Expr:
    return Rational(number.numerator, number.denominator)


def has_breaks_on_the_grid(expr: Expr) -> bool:
    cases = by_cases(expr)
    if not isinstance(cases, Piecewise):
        return True
    middle = [at + Fraction(1, 24) for at in GRID[:-1]]

    def chosen(at: Fraction) -> Fraction:
        for body, condition in cases.args:
            if condition == True or bool(condition.subs(t, rational(at))):  # noqa: E712
                return value(sympy.expand(body), at)
        raise AssertionError

    return all(value(expr, at) == chosen(at) for at in middle)


@pytest.mark.parametrize("seed", range(40))
def test_a_function_by_pieces_equals_its_cases(seed: int) -> None:
    expr = pieces(Random(seed), 2)
    if not has_breaks_on_the_grid(expr):
        pytest.skip("a break between the grid's points")
    cases = by_cases(expr)
    assert isinstance(prove_equal(expr, cases, CONTEXT), Proved), (expr, cases)
    wrong = expr + Max(0, t - 11)
    assert not isinstance(prove_equal(wrong, cases, CONTEXT), Proved), (wrong, cases)


def one(condition: Expr) -> Expr:
    return Piecewise((1, condition), (0, True))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (one(t > 1) * one(t > -1), one(t > 1)),
        (one(t > 1) * one(t < -1), sympy.Integer(0)),
        (one(t > -1) * one(t < 1), one(t > -1) + one(t < 1) - 1),
        (one(t > beta) * one(t > 0), one(t > beta)),
        (one(t > beta) * one(t > -gamma), one(t > beta)),
        (one(t < -gamma) * one(t > beta), sympy.Integer(0)),
        (one(sympy.Eq(t, beta)) * one(t > 0), one(sympy.Eq(t, beta))),
        (one(sympy.Eq(t, beta)) * one(sympy.Eq(t, -beta)), sympy.Integer(0)),
        (one(t > u) * one(t + beta > u), one(t > u)),
        (one(2 * t > 2 * u + beta) * one(t > u), one(2 * t > 2 * u + beta)),
    ],
)
def test_thresholds_in_line(left: Expr, right: Expr) -> None:
    assert isinstance(prove_equal(left, right, CONTEXT), Proved)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (one(t > 0) * one(t > -gamma), one(t > -gamma)),
        (one(t > u) * one(t > -u), one(t > u)),
        (one(t > -gamma) * one(t < gamma), one(t > -gamma) + one(t < gamma) - 1),  # gamma = 0 = t
        (one(t > 1) * one(t < 2), sympy.Integer(0)),
        (one(sympy.Eq(t, gamma)) * one(t > 0), one(sympy.Eq(t, gamma))),
        (one(t > u + beta) * one(t > u), one(t > u)),
    ],
)
def test_thresholds_that_are_not(left: Expr, right: Expr) -> None:
    assert isinstance(prove_equal(left, right, CONTEXT), Refuted)


@pytest.mark.parametrize(
    ("function", "slope", "wrong"),
    [
        (Max(-1, Min(1, t)), one(t > -1) * one(t < 1), one(t < 1)),
        (Max(-beta, Min(beta, t)), one(Abs(t) < beta), one(t < beta)),
        (Max(0, Abs(t) - beta), sympy.sign(t) * one(Abs(t) > beta), one(Abs(t) > beta)),
        (Min(Max(t, 0), 6), one(t > 0) * one(t < 6), one(t < 6)),
    ],
)
def test_derivatives_by_pieces(function: Expr, slope: Expr, wrong: Expr) -> None:
    assert isinstance(verify(Claim(Partial(function, t), slope, CONTEXT)), Proved)
    assert isinstance(verify(Claim(Partial(function, t), wrong, CONTEXT)), Refuted)
