"""Real powers: b^y = exp(y·log b) needs a positive base; b^n of a whole number n does not."""

from __future__ import annotations

import pytest
from sympy import Expr, Integer, Pow, Sum, exp

from derivlab.proof import Proved, prove_equal
from derivlab.symbols import BINARY, Context, Variable, dimension, index, scalar, vector

x, y = scalar("x"), scalar("y")
n, i = dimension("n"), index("i")
u = vector("u", n)
t = Variable("t", (), BINARY)
CONTEXT = Context((*Context.of(x, y, u).variables, t))


def power(base: object, exponent: object) -> Expr:
    return Pow(base, exponent, evaluate=False)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (power(-1, 2 * x**2), Integer(1)),
        (power(-2, 2 * x**2), power(4, x**2)),
        (power(-1, 2 * exp(x)), Integer(1)),
        (power(-1, 4 * x**2), power(-1, 2 * x**2)),
        (power(-1, 2 * x**2) + x, 1 + x),
        (power(-(x**2) - 1, 2 * x**2), power(x**2 + 1, 2 * x**2)),
        (power(-(x**2) - 1, 2 * y**2), power(x**2 + 1, 2 * y**2)),
        (power(-(x**2), 2 * x**2), power(x**2, 2 * x**2)),
        (power(-1, 2 * x), Integer(1)),
        (power(-1, 22 * x), Integer(1)),
        (power(0, x), Integer(0)),
    ],
)
def test_nothing_is_proved_of_what_is_defined_nowhere(left: Expr, right: Expr) -> None:
    assert not isinstance(prove_equal(left, right, CONTEXT), Proved)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (power(-1, 2 * n), Integer(1)),
        (Sum(power(-1, 2 * i) * u[i], (i, 1, n)), Sum(u[i], (i, 1, n))),
        (power(x, t.node), t.node * x + 1 - t.node),
        (power(x, y + 1), x * power(x, y)),
    ],
)
def test_whole_powers_and_positive_bases(left: Expr, right: Expr) -> None:
    assert isinstance(prove_equal(left, right, CONTEXT), Proved)
