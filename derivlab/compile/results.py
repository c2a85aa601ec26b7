"""What becomes of results: their type, where they are written, and which warnings are meant."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from derivlab.errors import UsageError


def written_to(out: Mapping[str, Any], results: dict[str, Any]) -> dict[str, Any]:
    """The results, those named in `out` copied to its arrays.

    Raises:
        UsageError: `out` names something that is no output, or an array of another shape.
    """
    for name, buffer in out.items():
        if name not in results:
            raise UsageError(f"{name!r} is no output; the outputs are {', '.join(results)}")
        if tuple(buffer.shape) != tuple(results[name].shape):
            raise UsageError(
                f"the array for {name!r} has shape {tuple(buffer.shape)}, "
                f"expected {tuple(results[name].shape)}"
            )
        buffer[...] = results[name]
    return {**results, **out}


def to_double(array: Any, backend: str) -> Any:
    """A real array in float64; labels and sizes as they are."""
    if isinstance(array, int):
        return array
    if backend == "torch":
        return array.double() if array.is_floating_point() else array
    return array.astype("float64", copy=False) if array.dtype.kind == "f" else array


def rounded(array: Any, dtype: Any, backend: str) -> Any:
    """A result in the type of the arguments."""
    return array.to(dtype) if backend == "torch" else array.astype(dtype, copy=False)


def quiet(backend: str, stable: bool) -> AbstractContextManager[Any]:
    """A stable function evaluates branches that it does not choose; NumPy need not warn of those."""
    if backend != "numpy" or not stable:
        return nullcontext()
    import numpy as np

    return np.errstate(all="ignore")
