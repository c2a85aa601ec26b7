"""Inequalities: true ones proved or undecided, false ones refuted; random ones held against an oracle."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
import sympy
from sympy import Abs, Expr, Max, Rational, exp, log, sqrt, tanh

from derivlab.errors import UsageError
from derivlab.proof import Proved, Refuted, verify_order
from derivlab.symbols import (
    POSITIVE,
    Context,
    Definition,
    Variable,
    dimension,
    indices,
    scalar,
    total,
    vector,
)
from tests.algebra.test_reading_and_writing import points
from tests.proof.oracle import UndefinedError, value
from tests.proof.random_expressions import CONTEXT, draw

K = dimension("K")
i, j, k = indices("i j k")
z, y = vector("z", K), vector("y", K)
x, t = scalar("x"), scalar("t")
softmax = Definition("p", exp(z[i]) / total(exp(z[k]), k, K), (i,), (K,))
sigma = 1 / (1 + exp(-x))
HERE = Context.of(z, y, x, t, Variable("q", (K,), POSITIVE), define=[softmax])
p, q = softmax.node, vector("q", K)
ONE, ZERO = sympy.Integer(1), sympy.Integer(0)

TRUE = {
    "probabilities are positive": (p[i], ">", ZERO),
    "and at most 1": (p[i], "≤", ONE),
    "their logarithms are at most 0": (log(p[i]), "≤", ZERO),
    "sigmoid from below": (sigma, ">", ZERO),
    "sigmoid from above": (sigma, "<", ONE),
    "the slope of the sigmoid": (sigma * (1 - sigma), "≤", Rational(1, 4)),
    "a square": (x**2, "≥", ZERO),
    "a norm": (total((z[k] - y[k]) ** 2, k, K), "≥", ZERO),
    "a variance": (total(z[k] ** 2, k, K) / K, "≥", total(z[k], k, K) ** 2 / K**2),
    "Cauchy-Schwarz": (total(z[k] * y[k], k, K) ** 2, "≤", total(z[k] ** 2, k, K) * total(y[k] ** 2, k, K)),
    "arithmetic and geometric mean": (x**2 + t**2, "≥", 2 * x * t),
    "the tangent of exp": (exp(x), "≥", 1 + x),
    "softplus is positive": (log(1 + exp(x)), ">", ZERO),
    "softplus is above ReLU's line": (log(1 + exp(x)), "≥", x),
    "log-sum-exp is at least the largest": (log(total(exp(z[k]), k, K)), "≥", z[i]),
    "tanh": (tanh(x), "<", ONE),
    "an absolute value": (Abs(x), "≥", x),
    "ReLU": (Max(0, x), "≥", ZERO),
    "ReLU is at least its argument": (Max(0, x), "≥", x),
    "different numbers": (x, "≠", x + 1),
    "an exponential is not 0": (exp(x), "≠", ZERO),
    "positive weights": (total(q[k] * z[k] ** 2, k, K), "≥", ZERO),
}
FALSE = {
    "two entries of softmax": (1 - p[i], "≥", p[j]),
    "a square is not positive": (x**2, ">", ZERO),
    "a sum exceeds two of its terms": (total(exp(z[k]), k, K), "≥", exp(z[i]) + exp(z[j])),
    "a sum of any sign exceeds its term": (total(z[k], k, K), "≥", z[i]),
    "exp above a steeper line": (exp(x), "≥", 1 + 2 * x),
    "Cauchy-Schwarz turned": (
        total(z[k] * y[k], k, K) ** 2, "≥", total(z[k] ** 2, k, K) * total(y[k] ** 2, k, K),
    ),
    "the slope of the sigmoid is less": (sigma * (1 - sigma), "≤", Rational(1, 5)),
    "weights of any sign": (total(y[k] * z[k] ** 2, k, K), "≥", ZERO),
    "ReLU is positive": (Max(0, x), ">", ZERO),
    "not different": (x, "≠", x),
    "a root": (sqrt(x**2), "≤", x),
}  # fmt: skip


# False at K = 1 alone, by an equality that balls cannot see: undecided is the honest answer.
EQUAL_AT_ONE = {
    "one class alone has probability 1": (p[i], "<", ONE),
    "log-sum-exp of one": (log(total(exp(z[k]), k, K)), ">", z[i]),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_proved(name: str) -> None:
    left, relation, right = TRUE[name]
    assert isinstance(verify_order(left, relation, right, HERE), Proved)


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_refuted(name: str) -> None:
    left, relation, right = FALSE[name]
    assert isinstance(verify_order(left, relation, right, HERE), Refuted)


@pytest.mark.parametrize("name", EQUAL_AT_ONE)
def test_what_fails_for_one_size_alone_is_not_proved(name: str) -> None:
    left, relation, right = EQUAL_AT_ONE[name]
    assert not isinstance(verify_order(left, relation, right, HERE), Proved)


def test_the_sides_of_a_witness_stand_as_written() -> None:
    verdict = verify_order(x**2 + 1, "<", x**2 + 0 * x, Context.of(x))
    assert isinstance(verdict, Refuted)
    assert float(verdict.witness.left) > float(verdict.witness.right)


def test_another_relation() -> None:
    with pytest.raises(UsageError, match="no relation"):
        verify_order(x, "~", x, Context.of(x))


SHAPES: tuple[Callable[[Expr, Expr], tuple[Expr, Expr]], ...] = (
    lambda a, b: (a, b),
    lambda a, b: (a**2 + b**2, 2 * a * b),
    lambda a, b: (Abs(a) + Abs(b), a + b),
    lambda a, b: (exp(a), 1 + a + 0 * b),
    lambda a, b: (Max(a, b), b),
    lambda a, b: (log(1 + exp(a)), Max(a, 0) + 0 * b),
    lambda a, b: (total((a * b) ** 2, k, K), ZERO),
    lambda a, b: (a * b, b * Abs(a)),
)


@pytest.mark.parametrize("seed", range(6))
def test_random_inequalities_hold_where_they_are_proved(seed: int) -> None:
    random, proved = Random(seed), 0
    for number in range(40):
        left, right = SHAPES[number % len(SHAPES)](draw(random, 1), draw(random, 1))
        relation = random.choice(("≥", ">"))
        verdict = verify_order(left, relation, right, CONTEXT)
        if not isinstance(verdict, Proved):
            continue
        proved += 1
        for world, env in points():
            try:
                a, b = value(left, world, env), value(right, world, env)
            except UndefinedError:
                continue
            slack = 1e-20 * (1 + abs(a) + abs(b))
            assert a - b > -slack, f"{left} {relation} {right} in {world} at {env}"
            assert relation == "≥" or a != b, f"{left} > {right} in {world} at {env}"
    assert proved
