"""Trying a function: first at inputs that may be shown, then, in a random order, at those that may not."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivlab.errors import UsageError
from derivlab.grading.model import Question, Status
from derivlab.grading.sandbox.compare import Mistake, mistake
from derivlab.grading.sandbox.outcome import CallError, Loaded
from derivlab.grading.sandbox.points import Point, hidden, shown
from derivlab.grading.sandbox.runner import Student
from derivlab.grading.sandbox.target import Target, expected

Array = NDArray[Any]
DIGITS = 6
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
    """An input with the right values and the permitted errors."""

    point: Point
    middle: Array
    permitted: Array

    @property
    def arrays(self) -> list[Array]:
        """What the function is called with."""
        return list(self.point.arrays.values())


def exercises(asked: Target, points: Iterable[Point]) -> list[Exercise]:
    """The inputs at which there is a right value."""
    made = []
    for point in points:
        values = expected(asked, point.arrays, point.sizes)
        if values is not None:
            made.append(Exercise(point, *values))
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
    return result, mistake(result, exercise.middle, exercise.permitted)


def _room(exercise: Exercise) -> int:
    """How many entries a result may have: some more than it should, so that its shape can be told."""
    return 1_000 + 4 * exercise.middle.size


def _unseen(
    student: Student, name: str, unseen: Sequence[Exercise], before: Sequence[tuple[Exercise, Array]]
) -> Found:
    """Try the hidden inputs, with the shown ones once more in between; tell the kinds that are wrong.

    Nothing of a hidden input is told but its kind.
    """
    order: list[tuple[Exercise, Array | None]] = [*before, *((exercise, None) for exercise in unseen)]
    random.SystemRandom().shuffle(order)
    wrong: dict[str, Mistake] = {}
    for exercise, first in order:
        result, found = _once(student, exercise)
        if first is not None and not np.array_equal(first, result, equal_nan=True):
            return Found("wrong", f"{name} gives two results for the same input", "not deterministic")
        if found is not None and found.kind == "limit":
            return Found("needs review", f"{name} meets the limit of memory", "limit")
        if found is not None:
            wrong.setdefault(exercise.point.kind, found)
    kinds = dict.fromkeys(
        exercise.point.kind for exercise in unseen
    )  # in their own order, not the random one
    failed = [kind for kind in kinds if kind in wrong]
    if not failed:
        return Found("right", f"{name} is right at all inputs, ordinary and extreme")
    extreme = {exercise.point.kind for exercise in unseen if exercise.point.extreme}
    where = " and ".join(failed)
    if extreme.issuperset(failed):
        told = f"{name} is right at ordinary inputs and wrong at extreme ones ({where})"
        return Found("partly", told, "extreme inputs", _hidden_hints(wrong[failed[0]]))
    return Found(
        "wrong", f"{name} is right at the inputs that are shown and wrong at others ({where})", "values"
    )


def _hints(wrong: Mistake) -> tuple[str, ...]:
    return (wrong.hint,) if wrong.hint else ()


def _hidden_hints(wrong: Mistake) -> tuple[str, ...]:
    """What may be told of a hidden input: the name of an error, and not its text."""
    name = re.match(r"raises (\w+)", wrong.told)
    return (f"it raises {name[1]}",) if name else _hints(wrong)


def _inputs(point: Point) -> str:
    """The inputs in words: z = [0.5, -1]."""
    told = (
        f"{name} = {np.array2string(array, precision=DIGITS, separator=', ')}"
        for name, array in point.arrays.items()
    )
    return " ".join("; ".join(told).split())
