"""Trying a function: first at inputs that may be shown, then, in a random order, at those that may not."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivlab.errors import UsageError
from derivlab.grading.model import Question, Status
from derivlab.grading.sandbox.compare import Mistake, mistake
from derivlab.grading.sandbox.outcome import CallError, Loaded
from derivlab.grading.sandbox.points import Point, hidden, shown
from derivlab.grading.sandbox.runner import Student
from derivlab.grading.sandbox.target import SINGLE, Target, expected

Array = NDArray[Any]
DIGITS = 6
PRECISION = "it is right to six digits only: compute in float64, and add no small number to anything"
EXTREME = "look for what overflows or is divided by zero there, such as exp(800); shift the exponents"
FORBIDDEN = "a code answer may not open files, start processes or threads, or use the network"


@dataclass(frozen=True)
class Found:
    """What came of trying a function: the status, why, the kind of mistake, and what to look at."""

    status: Status
    reason: str
    kind: str = ""
    hints: tuple[str, ...] = ()
    output: str = ""


@dataclass(frozen=True, eq=False)
class Exercise:
    """An input with the right values and the permitted errors, in float64."""

    asked: Target
    point: Point
    middle: Array
    permitted: Array

    @property
    def arrays(self) -> list[Array]:
        """What the function is called with."""
        return list(self.point.arrays.values())

    def mistake(self, result: Array) -> Mistake | None:
        """What is wrong with a result; one in float32 is held to what float32 can tell."""
        double = result.astype(np.float64)
        found = mistake(double, self.middle, self.permitted)
        if found is None or result.shape != self.middle.shape:
            return found
        single = expected(self.asked, self.point.arrays, self.point.sizes, SINGLE)
        if single is None or mistake(double, self.middle, single[1]) is not None:
            return found
        return None if result.dtype == np.float32 else replace(found, kind="precision", hint=PRECISION)


def exercises(asked: Target, points: Iterable[Point]) -> list[Exercise]:
    """The inputs at which there is a right value."""
    made = []
    for point in points:
        values = expected(asked, point.arrays, point.sizes)
        if values is not None:
            made.append(Exercise(asked, point, *values))
    return made


def tried(student: Student, asked: Target, question: Question) -> Found:
    """Load the code and try its function.

    Raises:
        EndedError: the process ended.
        UsageError: there is no input at which the question has a value.
    """
    visible = exercises(asked, shown(asked, f"{question.seed} {question.id} {question.find}"))
    unseen = exercises(asked, hidden(asked))
    if not visible or not unseen:
        raise UsageError(f"derivlab finds no input at which {question.find} has a value")
    loaded = student.load()
    if not loaded.found:
        return _not_there(loaded, question.function)
    name = f"{question.function}({', '.join(asked.arguments)})"
    results = []
    for exercise in visible:
        result, wrong = _once(student, exercise)
        if wrong is not None:
            told = f"{name} {wrong.told}, at {_inputs(exercise.point)}"
            status: Status = "needs review" if wrong.kind == "limit" else "wrong"
            return Found(status, told, wrong.kind, _hints(wrong), student.printed())
        results.append(result)
    output = student.printed()
    found = _unseen(student, name, unseen, list(zip(visible, results, strict=True)))
    return Found(found.status, found.reason, found.kind, found.hints, output)


def _not_there(loaded: Loaded, function: str) -> Found:
    match loaded.kind:
        case "syntax":
            return Found("needs review", f"the code is not read by Python: {loaded.error}", "unreadable")
        case "import":
            return Found("needs review", f"the code is not loaded: {loaded.error}", "import")
        case "":
            return Found("missing", f"the code defines no function `{function}`")
        case kind:
            told = f"the code stops before `{function}` is defined: {loaded.error}"
            hints = (FORBIDDEN,) if kind == "forbidden" else ()
            return Found("needs review" if kind == "limit" else "wrong", told, kind, hints)


def _once(student: Student, exercise: Exercise) -> tuple[Array, Mistake | None]:
    """The function's result at one input, and what is wrong with it."""
    try:
        result = student.call(exercise.arrays, _room(exercise))
    except CallError as error:
        return np.empty(0), Mistake(str(error), error.kind, FORBIDDEN if error.kind == "forbidden" else "")
    return result, exercise.mistake(result)


def _room(exercise: Exercise) -> int:
    """How many entries a result may have: some more than it should, so that its shape can be told."""
    return 1_000 + 4 * exercise.middle.size


def _unseen(
    student: Student, name: str, unseen: Sequence[Exercise], before: Sequence[tuple[Exercise, Array]]
) -> Found:
    """Try the hidden inputs, with the shown ones once more in between.

    What is told depends on whether the function is wrong there, and not on the inputs that were drawn:
    nothing of them is told, and another run tells the same.
    """
    order: list[tuple[Exercise, Array | None]] = [*before, *((exercise, None) for exercise in unseen)]
    random.SystemRandom().shuffle(order)
    wrong: set[bool] = set()
    for exercise, first in order:
        result, found = _once(student, exercise)
        if first is not None and not np.array_equal(first, result, equal_nan=True):
            return Found("wrong", f"{name} gives two results for the same input", "not deterministic")
        if found is not None and found.kind == "limit":
            return Found("needs review", f"{name} meets the limit of memory", "limit")
        if found is not None:
            wrong.add(exercise.point.extreme)
    if not wrong:
        return Found("right", f"{name} is right at all inputs, ordinary and extreme")
    if wrong == {True}:
        told = f"{name} is right at ordinary inputs and wrong at extreme ones, with entries of 40 to 800"
        return Found("partly", told, "extreme inputs", (EXTREME,))
    told = f"{name} is right at the inputs that are shown and wrong at others, of other sizes and values"
    return Found("wrong", told, "values")


def _hints(wrong: Mistake) -> tuple[str, ...]:
    return (wrong.hint,) if wrong.hint else ()


def _inputs(point: Point) -> str:
    """The inputs in words: z = [0.5, -1]."""
    told = (
        f"{name} = {np.array2string(array, precision=DIGITS, separator=', ')}"
        for name, array in point.arrays.items()
    )
    labels = any(array.dtype.kind == "i" for array in point.arrays.values())
    return " ".join("; ".join(told).split()) + (" (labels count from 0)" if labels else "")
