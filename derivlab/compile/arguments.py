"""What a compiled function is called with: names, types and shapes, checked before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sympy import Expr, Symbol

from derivlab.errors import UsageError


@dataclass(frozen=True)
class Argument:
    """An argument: its name and shape; `integer` for class labels (from 0), `size` for a bare size."""

    name: str
    shape: tuple[Expr, ...]
    integer: bool = False
    size: bool = False

    @property
    def real(self) -> bool:
        """Whether it is an array (or number) of floats."""
        return not (self.integer or self.size)


@dataclass(frozen=True)
class Kind:
    """The arrays of a library: their type, and the element types that are taken as they are."""

    array: type
    real: frozenset[Any]
    whole: frozenset[Any]


def kind_of(backend: str) -> Kind:
    """The arrays of a backend."""
    if backend == "torch":
        import torch

        return Kind(torch.Tensor, frozenset((torch.float32, torch.float64)), frozenset((torch.int64,)))
    import numpy as np

    real = frozenset((np.dtype(np.float32), np.dtype(np.float64)))
    return Kind(np.ndarray, real, frozenset((np.dtype(np.int64), np.dtype(np.int32))))


def converted(
    arguments: Sequence[Argument], given: Mapping[str, Any], backend: str
) -> tuple[dict[str, Any], Any]:
    """The given values as arrays of one precision, in the order of the arguments; and that precision.

    Plain numbers and lists take the type of the arrays; float32 and float64 together give float64.
    """
    names = [argument.name for argument in arguments]
    missing = [name for name in names if name not in given]
    unknown = [name for name in given if name not in names]
    if missing or unknown:
        told = [f"{name!r} is missing" for name in missing] + [f"{name!r} is not one" for name in unknown]
        raise UsageError(f"the arguments are {', '.join(names)}; {'; '.join(told)}")
    return (_torch_arrays if backend == "torch" else _numpy_arrays)(arguments, given)


@dataclass(frozen=True)
class Layout:
    """What arrays must look like to be computed with as they are: types, ranks, equal lengths.

    The quick way for a loop that calls with arrays of one type, float32 or float64, in the declared
    ranks; anything else goes through `converted` and `bind`, which convert or say what is wrong.

    Attributes:
        kind: the library's arrays.
        parts: of each argument the name, whether it is whole, and the place of each axis's length
            among the lengths.
        fixed: the lengths that are known from the start, 0 for the others.
    """

    kind: Kind
    parts: tuple[tuple[str, bool, tuple[int, ...]], ...]
    fixed: tuple[int, ...]

    @staticmethod
    def of(arguments: Sequence[Argument], kind: Kind) -> Layout | None:
        """The layout of the arguments; None if a bare size is among them."""
        if any(argument.size for argument in arguments):
            return None
        sizes = list(dict.fromkeys(size for argument in arguments for size in argument.shape))
        parts = tuple(
            (argument.name, argument.integer, tuple(sizes.index(size) for size in argument.shape))
            for argument in arguments
        )
        return Layout(kind, parts, tuple(0 if isinstance(size, Symbol) else int(size) for size in sizes))

    def type_of(self, given: Mapping[str, Any]) -> Any:
        """The type of the given arrays of floats, if all is as it must be; else None."""
        if len(given) != len(self.parts):
            return None
        array, common, lengths = self.kind.array, None, list(self.fixed)
        for name, whole, places in self.parts:
            value: Any = given.get(name)
            known: bool = type(value) is array
            if not known:
                return None
            shape, dtype = value.shape, value.dtype
            if len(shape) != len(places):
                return None
            for place, length in zip(places, shape, strict=True):
                if lengths[place] != length and (lengths[place] or not length):
                    return None
                lengths[place] = length
            if whole:
                if dtype not in self.kind.whole:
                    return None
            elif common is None:
                common = dtype
            elif dtype != common:
                return None
        return common if common in self.kind.real and 0 not in lengths else None


def _numpy_arrays(arguments: Sequence[Argument], given: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    import numpy as np

    dtypes = [given[a.name].dtype for a in arguments if a.real and hasattr(given[a.name], "dtype")]
    floats = [np.dtype(dtype) for dtype in dtypes if getattr(dtype, "kind", "") == "f"]
    common = np.result_type(*floats) if floats else np.dtype(np.float64)
    _computable(common.name)
    arrays: dict[str, Any] = {}
    for argument in arguments:
        value = given[argument.name]
        if argument.size:
            arrays[argument.name] = int(value)
            continue
        array = _read(argument, value, np.asarray)
        wanted = "iu" if argument.integer else "fiub"
        if array.dtype.kind not in wanted:
            raise UsageError(_wrong_type(argument, str(array.dtype)))
        arrays[argument.name] = array if argument.integer else array.astype(common, copy=False)
    return arrays, common


def _torch_arrays(arguments: Sequence[Argument], given: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    import torch

    tensors = [given[a.name] for a in arguments if a.real and isinstance(given[a.name], torch.Tensor)]
    floats = [tensor.dtype for tensor in tensors if tensor.is_floating_point()]
    for dtype in floats:
        _computable(str(dtype).removeprefix("torch."))
    common = torch.float32 if floats and all(dtype == torch.float32 for dtype in floats) else torch.float64
    device = tensors[0].device if tensors else None
    arrays: dict[str, Any] = {}
    for argument in arguments:
        value = given[argument.name]
        if argument.size:
            arrays[argument.name] = int(value)
        elif argument.integer:
            arrays[argument.name] = _read(argument, value, partial(torch.as_tensor, device=device))
            if arrays[argument.name].is_floating_point():
                raise UsageError(_wrong_type(argument, str(arrays[argument.name].dtype)))
        else:
            if isinstance(value, torch.Tensor) and value.is_complex():
                raise UsageError(_wrong_type(argument, str(value.dtype)))
            tensor = partial(torch.as_tensor, dtype=common, device=device)
            arrays[argument.name] = _read(argument, value, tensor)
    return arrays, common


def _read(argument: Argument, value: Any, reader: Callable[[Any], Any]) -> Any:
    """The value as an array of the library.

    Raises:
        UsageError: it is none: ragged lists, words, None, a tensor that NumPy cannot read.
    """
    try:
        return reader(value)
    except (TypeError, ValueError, RuntimeError) as error:
        if getattr(value, "requires_grad", False):
            hint = 'requires a gradient: give .detach(), or compile with backend="torch"'
            raise UsageError(f"{argument.name!r} {hint}") from error
        raise UsageError(f"{argument.name!r} is no array of numbers: {error}") from error


def _computable(dtype: str) -> None:
    if dtype not in ("float32", "float64"):
        raise UsageError(f"arrays of type {dtype} are not computed with; use float32 or float64")


def _wrong_type(argument: Argument, dtype: str) -> str:
    if argument.integer:
        return f"{argument.name!r} has type {dtype}; class labels are whole numbers from 0"
    return f"{argument.name!r} has type {dtype}; use float32 or float64"


def batch_of(
    arguments: Sequence[Argument], arrays: Mapping[str, Any]
) -> tuple[tuple[int, ...], frozenset[str]]:
    """The axes in front that no shape declares, and the arguments that have them.

    Raises:
        UsageError: two arguments have different axes in front.
    """
    found: dict[str, tuple[int, ...]] = {}
    for argument in arguments:
        if argument.size:
            continue
        extra = arrays[argument.name].ndim - len(argument.shape)
        if extra > 0:
            found[argument.name] = tuple(arrays[argument.name].shape[:extra])
    if len(set(found.values())) > 1:
        told = " and ".join(f"{name!r} has shape {tuple(arrays[name].shape)}" for name in found)
        raise UsageError(f"the batches differ: {told}")
    batch = next(iter(found.values()), ())
    if 0 in batch:
        name = next(iter(found))
        raise UsageError(f"the batch is empty: {name!r} has shape {tuple(arrays[name].shape)}")
    return batch, frozenset(found)


def flattened(array: Any, axes: int) -> Any:
    """The array with its first `axes` axes made one."""
    return array.reshape((-1, *array.shape[axes:]))


def bind(arguments: Sequence[Argument], arrays: Mapping[str, Any]) -> dict[Expr, int]:
    """The size of each dimension, read from the arrays.

    Raises:
        UsageError: an array whose rank or length does not fit, or that is empty; names it with both
            shapes.
    """
    sizes: dict[Expr, int] = {}
    for argument in arguments:
        if argument.size:
            sizes[Symbol(argument.name, integer=True, positive=True)] = arrays[argument.name]
    for argument in arguments:
        if argument.size:
            continue
        shape = arrays[argument.name].shape
        if len(shape) != len(argument.shape):
            raise UsageError(_misfit(argument, shape, sizes))
        for size, length in zip(argument.shape, shape, strict=True):
            known = sizes.setdefault(size, length) if isinstance(size, Symbol) else int(size)
            if known != length:
                raise UsageError(_misfit(argument, shape, sizes))
            if length < 1:
                raise UsageError(f"{argument.name!r} is empty: it has shape {tuple(shape)}")
    return sizes


def _misfit(argument: Argument, shape: Sequence[int], sizes: Mapping[Expr, int]) -> str:
    return f"{argument.name!r} has shape {tuple(shape)}, expected {told_shape(argument.shape, sizes)}"


def told_shape(shape: Sequence[Expr], sizes: Mapping[Expr, int] | None = None) -> str:
    """A shape for people: (N = 4, K)."""
    known = sizes or {}
    told = [f"{size} = {known[size]}" if size in known else str(size) for size in shape]
    return f"({', '.join(told)}{',' if len(told) == 1 else ''})"
