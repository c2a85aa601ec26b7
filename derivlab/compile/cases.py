"""The inputs at which a gradient function is tried: sizes, scales, ties, infinities, kinds of labels.

Sampling moderate logits proves little: a gradient may be wrong only where |z| > 40, or where a
probability is below 1e-5. So the scale of the logits runs from 1 to 800.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivlab.compile.problems import Problem

SCALES = (1.0, 10.0, 40.0, 80.0, 800.0)
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Case:
    """One input: a name that says what is special about it, and the arrays by argument."""

    name: str
    arrays: Arrays


def cases(
    problem: Problem, shape: tuple[int, int], dtype: Any, scales: Sequence[float] = SCALES, seed: int = 0
) -> Iterator[Case]:
    """The inputs for a batch of `shape`: every scale with each kind of labels, ties, infinities."""
    rng = np.random.default_rng([seed, *shape])
    for scale in scales:
        for kind in _label_kinds(problem):
            z = _logits(problem, rng, shape, scale)
            told = f"logits of {scale:g}" + (f", {kind} labels" if kind else "")
            yield _case(told, problem, rng, z, shape, kind, dtype)
    for kind in _label_kinds(problem)[-1:]:
        for scale in (1.0, 800.0):
            z = np.trunc(_logits(problem, rng, shape, 1.0)) * scale
            yield _case(f"ties at {scale:g}", problem, rng, z, shape, kind, dtype)
        if problem.batch and shape[-1] > 1:
            z = _with_infinities(_logits(problem, rng, shape, 10.0), rng)
            yield _case("logits of -inf", problem, rng, z, shape, kind, dtype)


def _label_kinds(problem: Problem) -> tuple[str, ...]:
    if not problem.labels:
        return ("",)
    return ("soft", "one-hot") if problem.batch else ("0/1",)


def _logits(problem: Problem, rng: np.random.Generator, shape: tuple[int, int], scale: float) -> NDArray[Any]:
    size = shape if problem.batch else shape[1:]
    return rng.normal(size=size) * scale


def _with_infinities(z: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """A third of the entries -inf, but never a whole row."""
    gone = rng.random(z.shape) < 1 / 3
    gone[np.arange(len(z)), z.argmax(axis=1)] = False
    return np.where(gone, -np.inf, z)


def _case(
    name: str,
    problem: Problem,
    rng: np.random.Generator,
    z: NDArray[Any],
    shape: tuple[int, int],
    kind: str,
    dtype: Any,
) -> Case:
    arrays: Arrays = {problem.logits: z}
    if kind:
        arrays[problem.labels] = _labels(rng, z, shape, kind)
    if "X" in problem.arguments:
        arrays["X"] = rng.normal(size=shape) / np.sqrt(shape[1])
    if "lambda" in problem.arguments:
        arrays["lambda"] = np.asarray(rng.choice([0.125, 0.5, 2.0]))
    return Case(name, {argument: arrays[argument].astype(dtype) for argument in problem.arguments})


def _labels(rng: np.random.Generator, z: NDArray[Any], shape: tuple[int, int], kind: str) -> NDArray[Any]:
    if kind == "0/1":
        return rng.integers(0, 2, size=shape[0]).astype(float)
    if kind == "soft":
        weights = rng.random(z.shape) + 0.05
        # Halves, quarters, ... sum to 1 exactly in every type, so the assumption Σ y = 1 holds exactly.
        grid = np.floor(weights / weights.sum(axis=1, keepdims=True) * 2**16) / 2**16
        grid[:, 0] += 1 - grid.sum(axis=1)
        return grid
    classes = rng.integers(0, shape[1], size=shape[0])
    classes[::2] = z.argmax(axis=1)[::2]  # often the likeliest, where p - y cancels
    rows, one_hot = np.arange(shape[0]), np.zeros(shape)
    one_hot[rows, np.where(np.isfinite(z[rows, classes]), classes, z.argmax(axis=1))] = 1
    return one_hot
