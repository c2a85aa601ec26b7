"""What becomes of results: their type, where they are written, and which warnings are meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from derivlab.errors import UsageError


def written_to(out: Mapping[str, Any], results: dict[str, Any]) -> dict[str, Any]:
    """The results, those named in `out` copied to its arrays.

    Raises:
        UsageError: `out` names something that is no output, or an array of another shape.
    """
    for name, buffer in out.items():
        if name not in results:
            raise UsageError(f"{name!r} is no output; the outputs are {', '.join(results)}")
        writable(name, buffer, results[name])
        buffer[...] = results[name]
    return {**results, **out}


def writable(name: str, buffer: Any, like: Any) -> None:
    """Check that an array can be written to, and has the shape and type of `like`.

    Raises:
        UsageError: it cannot, or has another; names both.
    """
    if type(buffer) is not type(like) and not isinstance(buffer, type(like) if like.ndim else object):
        raise UsageError(f"for {name!r} there is no array to write to, but {type(buffer).__name__}")
    if not hasattr(buffer, "shape") or tuple(buffer.shape) != tuple(like.shape):
        shape = tuple(getattr(buffer, "shape", ()))
        raise UsageError(f"the array for {name!r} has shape {shape}, expected {tuple(like.shape)}")
    if buffer.dtype != like.dtype:
        raise UsageError(f"the array for {name!r} has type {buffer.dtype}, expected {like.dtype}")
    flags = getattr(buffer, "flags", None)
    strides = buffer.stride() if hasattr(buffer, "stride") else buffer.strides
    spread = any(not step and length > 1 for step, length in zip(strides, buffer.shape, strict=True))
    if spread or (flags is not None and not flags.writeable):
        raise UsageError(f"the array for {name!r} cannot be written to entry by entry")


def overlaps(buffer: Any, arrays: Iterable[Any], same: Any) -> bool:
    """Whether an array to write to shares memory with one that is read; it may be `same` itself."""
    return any(_shares(buffer, array) and not (array is same and _is_at(buffer, same)) for array in arrays)


def _is_at(buffer: Any, same: Any) -> bool:
    """Whether both are one array: each entry is written after it was read."""
    if hasattr(buffer, "data_ptr"):
        return bool(buffer.data_ptr() == same.data_ptr() and buffer.stride() == same.stride())
    return bool(buffer.ctypes.data == same.ctypes.data and buffer.strides == same.strides)


def _shares(buffer: Any, array: Any) -> bool:
    if not hasattr(array, "shape"):
        return False
    if not hasattr(buffer, "data_ptr"):
        return bool(np.may_share_memory(buffer, array))
    if not buffer.numel() or not array.numel():
        return False
    first, second = _extent(buffer), _extent(array)
    return first[0] < second[1] and second[0] < first[1]


def _extent(tensor: Any) -> tuple[int, int]:
    """Where a tensor's memory begins and ends."""
    if tensor.is_contiguous():
        return tensor.data_ptr(), tensor.data_ptr() + tensor.nbytes
    last = sum((length - 1) * step for length, step in zip(tensor.shape, tensor.stride(), strict=True))
    start = tensor.data_ptr()
    return start, start + (last + 1) * tensor.element_size()


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
    return np.errstate(all="ignore")
