"""The inputs at which a student's function is held against the right values: shown, hidden, extreme.

The shown ones follow from the question alone, so that the feedback is the same in every run. The hidden
ones are drawn anew for every answer from the system's own randomness: nothing in the assignment tells them,
and the function cannot know which is which.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivlab.grading.sandbox.target import Target
from derivlab.proof.sampling import draw

Array = NDArray[Any]
Pool = Callable[[Random], tuple[Fraction, ...]]
TRIES = 4
ENOUGH_ENTRIES = 24  # of extreme inputs: a single number often has the sign that overflows nothing
MOST_DRAWS = 12
GRAIN = 1 << 20


@dataclass(frozen=True, eq=False)
class Point:
    """One input.

    Attributes:
        kind: what is special about it, in words for a student.
        extreme: whether only a careful computation is right there.
        arrays: by argument; labels count from 0.
        sizes: by name.
    """

    kind: str
    extreme: bool
    arrays: Mapping[str, Array]
    sizes: Mapping[str, int]


@dataclass(frozen=True)
class Family:
    """A family of inputs: their kind, how many are drawn, the sizes' range, and the values' pool."""

    kind: str
    count: int
    low: int
    high: int
    pool: Pool
    extreme: bool = False
    kinks: bool = True


def spread(low: float, high: float) -> Pool:
    """Numbers between two bounds, each exact in float64."""

    def pool(random: Random) -> tuple[Fraction, ...]:
        first, last = int(low * GRAIN), int(high * GRAIN)
        return tuple(Fraction(random.randint(first, last), GRAIN) for _ in range(100))

    return pool


def ends(scale: int) -> Pool:
    """Numbers of both signs whose size is nearly `scale`."""

    def pool(random: Random) -> tuple[Fraction, ...]:
        return spread(0.9 * scale, scale)(random) + spread(-scale, -0.9 * scale)(random)

    return pool


def ties(random: Random) -> tuple[Fraction, ...]:
    """Few different numbers, so that entries are equal, and zeros."""
    value = Fraction(random.randint(1, 64), 16)
    return (value, value, -value, Fraction(0))


SHOWN = Family("ordinary inputs", 2, 2, 4, spread(-2, 2))
HIDDEN = (
    Family("ordinary inputs", 3, 2, 6, spread(-2, 2)),
    Family("sizes of 1", 1, 1, 1, spread(-2, 2)),
    Family("large sizes", 1, 7, 19, spread(-2, 2)),
    Family("equal entries and zeros", 1, 2, 5, ties, kinks=False),
    Family("entries up to 10", 1, 2, 5, spread(-10, 10)),
    Family("entries of 40", 1, 2, 5, ends(40), extreme=True),
    Family("entries of 800", 1, 2, 5, ends(800), extreme=True),
    Family("entries of 800", 1, 2, 5, spread(720, 800), extreme=True),
    Family("entries of 800", 1, 2, 5, spread(-800, -750), extreme=True),
)


def shown(asked: Target, seed: str) -> list[Point]:
    """The inputs that feedback may show; the same for every answer to a question."""
    digest = hashlib.sha256(f"derivlab shown {seed}".encode()).digest()
    return list(_of(SHOWN, asked, Random(int.from_bytes(digest, "big"))))


def hidden(asked: Target) -> list[Point]:
    """Inputs that no one can know before."""
    random = Random(secrets.randbits(256))
    return [point for family in HIDDEN for point in _of(family, asked, random)]


def _of(family: Family, asked: Target, random: Random) -> Iterator[Point]:
    if not (asked.smooth or family.kinks):
        return
    entries = 0
    for number in range(MOST_DRAWS if family.extreme else family.count):
        if number >= family.count and entries >= ENOUGH_ENTRIES:
            return
        for _ in range(TRIES):
            point = _drawn(family, asked, random)
            if point is not None:
                entries += sum(array.size for array in point.arrays.values())
                yield point
                break


def _drawn(family: Family, asked: Target, random: Random) -> Point | None:
    """One input, or None where the assumptions were not met."""
    sizes = _sizes(family, asked.sizes, random)
    values = _values(family, asked, sizes, random)
    if values is None:
        return None
    arrays = {name: _array(asked, name, values[name], sizes) for name in asked.arguments}
    return Point(family.kind, family.extreme, arrays, sizes)


def _values(
    family: Family, asked: Target, sizes: Mapping[str, int], random: Random
) -> Mapping[str, Mapping[tuple[int, ...], Fraction]] | None:
    """Values of all variables. Only what is differentiated by is extreme, if no assumption binds it.

    Else labels of 800 would drown an error in a probability.
    """
    values = draw(asked.context, sizes, family.pool(random), random)
    if values is None or not family.extreme or not asked.by.isdisjoint(asked.bound):
        return values
    others = draw(asked.context, sizes, SHOWN.pool(random), random)
    if others is None:
        return None
    return {**others, **{name: values[name] for name in asked.by if name in values}} if asked.by else values


def _sizes(family: Family, names: tuple[str, ...], random: Random) -> dict[str, int]:
    """A size for each name, different ones where there are enough, so that axes tell apart."""
    choice = list(range(family.low, family.high + 1))
    if len(choice) < len(names):
        return {name: random.choice(choice) for name in names}
    return dict(zip(names, random.sample(choice, len(names)), strict=True))


def _array(
    asked: Target, name: str, entries: Mapping[tuple[int, ...], Fraction], sizes: Mapping[str, int]
) -> Array:
    variable = asked.context.variable(name)
    shape = tuple(sizes[str(n)] if str(n) in sizes else int(n) for n in variable.shape)
    if variable.domain.index_of is not None:
        return np.array([int(value) - 1 for value in entries.values()], dtype=np.int64).reshape(shape)
    return np.array([float(value) for value in entries.values()]).reshape(shape)
