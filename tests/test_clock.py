"""Whether the judges of running times tell quadratic from linear work."""

from __future__ import annotations

from collections.abc import Callable

from tests.clock import growth, slowness, within


def linear(size: int) -> Callable[[], object]:
    return lambda: sum(range(size * 1000))


def quadratic(size: int) -> Callable[[], object]:
    return lambda: [sum(range(size)) for _ in range(size)]


def test_growth() -> None:
    assert growth(linear(200), linear(800)) < 8 < growth(quadratic(300), quadratic(1200))
    assert growth(linear(400), linear(800)) < 3 < growth(quadratic(600), quadratic(1200))


def test_limits() -> None:
    assert slowness() >= 1
    assert within(1, linear(1))
    assert not within(1e-6, linear(200))
