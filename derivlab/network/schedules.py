"""How the learning rate moves over a training run: one entry a schedule.

A schedule is a function of the progress t in [0, 1] (0 at the first step, 1 at the last) that gives
the factor of the largest learning rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from derivlab.errors import UsageError


@dataclass(frozen=True)
class Schedule:
    """A named schedule: `factor(t)` for t in [0, 1] multiplies the largest learning rate."""

    name: str
    title: str
    factor: Callable[[float], float]


WARM_UP = 0.3  # share of the steps in which the rate rises
START = 1 / 25  # first factor
END = START / 1e4  # last factor


def _cosine(start: float, end: float, t: float) -> float:
    """From `start` at t = 0 to `end` at t = 1 along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * t)) / 2


def one_cycle(t: float) -> float:
    """Up along half a cosine for 30 % of the steps, then down to almost nothing.

    Source: L. Smith, N. Topin, Super-convergence (2018); the shape and numbers of torch's OneCycleLR.

    >>> round(one_cycle(0.0), 6), one_cycle(0.3), one_cycle(1.0) < 1e-5
    (0.04, 1.0, True)
    """
    if t < WARM_UP:
        return _cosine(START, 1.0, t / WARM_UP)
    return _cosine(1.0, END, (t - WARM_UP) / (1 - WARM_UP))


SCHEDULES: dict[str, Schedule] = {
    entry.name: entry
    for entry in (
        Schedule("one-cycle", "up along a cosine, then down to almost nothing", one_cycle),
        Schedule("constant", "the same learning rate throughout", lambda t: 1.0),
    )
}


def schedule(name: str) -> Schedule:
    """The schedule of that name; `UsageError` with the names that exist otherwise."""
    if name not in SCHEDULES:
        raise UsageError(f"there is no schedule {name!r}; choose from {', '.join(SCHEDULES)}")
    return SCHEDULES[name]


def rate_at(name: str, largest: float, step: int, steps: int) -> float:
    """The learning rate of step 0, 1, ..., steps - 1."""
    return largest * schedule(name).factor(step / max(1, steps - 1))
