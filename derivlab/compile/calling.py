"""Calling somebody's gradient function: with the arrays that it takes, and trusting it in nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivlab.compile.cases import Case
from derivlab.errors import UsageError

Function = Callable[..., Any]
KINDS = ("numpy", "torch", "python")


@dataclass(frozen=True)
class Caller:
    """Calls `function` with NumPy arrays, torch tensors or nested lists."""

    function: Function
    kind: str
    name: str

    def __call__(self, case: Case, shape: tuple[int, ...]) -> NDArray[Any]:
        """The function's result for a case, as an array of `shape`.

        Raises:
            UsageError: the function raises, returns something that is no array of floats or has
                another shape, changes its input, or answers differently the second time.
        """
        given = [self._given(array) for array in case.arrays.values()]
        result = self._unchanging(given, case)
        if result.shape != shape:
            raise UsageError(
                f"{self.name} returns an array of shape {result.shape}, expected {shape}, for {_shapes(case)}"
            )
        again = self._unchanging([self._given(array) for array in case.arrays.values()], case)
        if not _same(result, again):
            raise UsageError(f"{self.name} is not deterministic: two calls with the same input differ")
        return result

    def _unchanging(self, given: list[Any], case: Case) -> NDArray[Any]:
        """A copy of the result (the function may write its next one to the same array)."""
        result = self._result(given, case).copy()
        for (argument, array), passed in zip(case.arrays.items(), given, strict=True):
            if not _equal(passed, array):
                raise UsageError(f"{self.name} changes its input {argument!r}; work on a copy")
        return result

    def _given(self, array: NDArray[Any]) -> Any:
        if self.kind == "torch":
            import torch

            return torch.from_numpy(array.copy())
        return array.copy() if self.kind == "numpy" else array.tolist()

    def _result(self, given: list[Any], case: Case) -> NDArray[Any]:
        try:
            with np.errstate(all="ignore"):
                returned = self.function(*given)
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            raise UsageError(f"{self.name} raises {told} (for {_shapes(case)}, as {self.kind})") from error
        try:
            result = np.asarray(_plain(returned))
        except (ValueError, TypeError, RuntimeError) as error:
            raise UsageError(f"{self.name} returns {type(returned).__name__}, no array: {error}") from error
        if result.dtype == object:
            raise UsageError(f"{self.name} returns {_told(returned)}, expected floats in an array")
        if result.dtype.kind not in "fiu":
            raise UsageError(f"{self.name} returns an array of type {result.dtype}, expected floats")
        return result


def caller_for(function: Function, case: Case, kind: str = "auto") -> Caller:
    """A caller with the kind of arrays that the function takes: tried on one case, unless it is told.

    Raises:
        UsageError: `kind` is unknown, or the function raises with every kind of arrays.
    """
    name = getattr(function, "__name__", type(function).__name__)
    if not callable(function):
        raise UsageError(f"a gradient function is called with arrays; {function!r} cannot be called")
    if kind not in (*KINDS, "auto"):
        raise UsageError(f"there are no {kind!r} arrays; use one of {', '.join(KINDS)}")
    if kind != "auto":
        return Caller(function, kind, name)
    first: UsageError | None = None
    for kind in _likeliest(function):
        caller = Caller(function, kind, name)
        try:
            caller._result([caller._given(array) for array in case.arrays.values()], case)
        except UsageError as error:
            first = first or error
            continue
        return caller
    raise first or UsageError(f"{name} takes no kind of arrays")


def _likeliest(function: Function) -> tuple[str, ...]:
    """torch first for a function from a module that has imported it by that name."""
    names = getattr(getattr(function, "__code__", None), "co_names", ())
    return ("torch", "numpy", "python") if "torch" in names else KINDS


def _equal(passed: Any, array: NDArray[Any]) -> bool:
    try:
        return _same(np.asarray(_plain(passed)), array)
    except (TypeError, ValueError):
        return False  # something else was put into it


def _same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether two arrays hold the same numbers, NaN included; the same bytes mostly, which is seen sooner."""
    if one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes():
        return True
    return bool(np.array_equal(one, other, equal_nan=True))


def _told(returned: Any) -> str:
    """What was returned, for people: a dict with its keys, or its type."""
    if isinstance(returned, dict):
        return f"a dict of {', '.join(map(repr, list(returned)[:5]))}"
    return "None" if returned is None else f"{type(returned).__name__} of objects"


def _plain(value: Any) -> Any:
    return value.detach().cpu().numpy() if hasattr(value, "detach") else value


def _shapes(case: Case) -> str:
    return ", ".join(f"{name} of shape {array.shape}" for name, array in case.arrays.items())
