"""Reading an expression and writing it back changes nothing; what is known of signs is true.

Held against an independent oracle at generic and at special points, on random expressions.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest
from sympy import Expr, Symbol

from derivlab.algebra import signs
from derivlab.algebra.canonical import new_ring
from derivlab.algebra.factor import factor
from derivlab.algebra.read import Reader
from derivlab.algebra.write import to_sympy
from derivlab.errors import OutsideClassError, ShapeError
from tests.proof.oracle import UndefinedError, World, differ, value
from tests.proof.points import environments, world_at
from tests.proof.random_expressions import CONTEXT, draw, i, j, special_world, x, y

BOTH = x[i] * y[j]
SEEDS = (0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6)))
EACH = 40


def points() -> Iterator[tuple[World, dict[Symbol, int]]]:
    """Some generic and some special points."""
    for number in range(2):
        world = world_at(CONTEXT, (), 200 + number)
        assert world is not None
        for env in islice(environments((BOTH,), world), 2):
            yield world, env
    for number in range(4):
        world = special_world(number)
        for env in islice(environments((BOTH,), world), 2):
            yield world, env


def read(expr: Expr) -> tuple[Reader, dict] | None:  # type: ignore[type-arg]
    """The polynomial of an expression, if it is in the class."""
    ring = new_ring(CONTEXT, 60_000)
    reader = Reader(ring, CONTEXT)
    try:
        return reader, reader.read(expr)
    except (OutsideClassError, ShapeError):
        return None


@pytest.mark.parametrize("seed", SEEDS)
def test_written_back_it_has_the_same_value(seed: int) -> None:
    random, seen = Random(seed), 0
    for _ in range(EACH):
        expr = draw(random)
        found = read(expr)
        if found is None or any(condition.guarded for condition in found[0].conditions):
            continue
        written = to_sympy(found[0].ring, found[1], CONTEXT)
        for world, env in points():
            try:
                a, b = value(expr, world, env), value(written, world, env)
            except UndefinedError:
                continue
            seen += 1
            assert not differ(a, b), f"{expr}\nis written {written}"
    assert seen > EACH


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_said_of_a_sign_is_true(seed: int) -> None:
    random, known = Random(1000 + seed), 0
    for _ in range(EACH):
        expr = draw(random)
        found = read(expr)
        if found is None:
            continue
        reader, polynomial = found
        sign = signs.sign(reader.ring, polynomial) if polynomial else signs.UNKNOWN
        never_zero = bool(polynomial) and signs.nonzero(reader.ring, polynomial)
        known += sign > signs.UNKNOWN
        for world, env in points():
            try:
                number = value(expr, world, env)
            except UndefinedError:
                continue
            assert sign != signs.POSITIVE or number > 0, expr
            assert sign != signs.NONNEGATIVE or number >= 0, expr
            assert not never_zero or number != 0, expr
    assert known


@pytest.mark.parametrize("seed", SEEDS)
def test_factors_multiply_to_the_polynomial(seed: int) -> None:
    random = Random(2000 + seed)
    for _ in range(EACH):
        found = read(draw(random) * draw(random, 2) + draw(random, 1))
        if found is None or not found[1]:
            continue
        ring, polynomial = found[0].ring, found[1]
        if any(exponent < 0 for monomial in polynomial for _, exponent in monomial):
            continue
        product = ring.product(ring.natural_power(part, power) for part, power in factor(polynomial))
        assert product == polynomial


@pytest.mark.parametrize("seed", SEEDS)
def test_reading_twice_gives_the_same_form(seed: int) -> None:
    random = Random(3000 + seed)
    for _ in range(EACH):
        expr = draw(random)
        found = read(expr)
        if found is not None:
            assert found[0].read(expr) == found[1]
            again = read(to_sympy(found[0].ring, found[1], CONTEXT))
            assert again is None or len(again[1]) <= 4 * len(found[1]) + 4
