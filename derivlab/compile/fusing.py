"""Putting a loop of `fused` in the place of a compiled function's own kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from derivlab.compile.function import CompiledFunction
from derivlab.compile.fused import FUSED, Fused, fused_for
from derivlab.compile.results import overlaps, quiet, writable, written_to
from derivlab.compile.shortcut import of_rows
from derivlab.errors import UsageError

Loop = Callable[[Mapping[str, Any], Any], Any]


def with_numba(function: CompiledFunction) -> CompiledFunction:
    """The NumPy function with a numba loop for float32 arrays; float64 goes the ordinary way.

    Raises:
        UsageError: numba is not installed, or no loop computes these formulas.
    """
    try:
        from derivlab.compile import fused_numba
    except ImportError as error:
        raise UsageError("the backend 'fast' needs numba: pip install 'derivlab[fast]'") from error
    found = fused_for(function.outputs, function.context)
    if found is None:
        told = ", ".join(entry.name for entry in FUSED)
        raise UsageError(f'no fused loop computes these formulas; there are {told}. Use backend="numpy"')
    entry, roles = found
    fast = _with_loop(
        replace(function, backend="fast"), fused_numba.LOOPS[entry.loop], roles, narrow_only=True
    )
    return _with_shortcut(fast, entry, roles, fused_numba, (np.dtype(np.float32),))


def with_torch(function: CompiledFunction) -> CompiledFunction:
    """The torch function, with a loop that changes its result in place where there is one."""
    from derivlab.compile import fused_torch

    found = fused_for(function.outputs, function.context)
    if found is None or found[0].loop not in fused_torch.LOOPS:
        return function
    entry, roles = found
    made = _with_loop(function, fused_torch.LOOPS[entry.loop], roles, narrow_only=False)
    return _with_shortcut(made, entry, roles, fused_torch, tuple(function.kind.real))


def _with_shortcut(
    function: CompiledFunction, entry: Fused, roles: Mapping[str, str], loops: Any, real: tuple[Any, ...]
) -> CompiledFunction:
    """The function with a short way to the mean cross-entropy of small batches, if it computes one."""
    if entry.loop != "mean_entropy":
        return function
    value, gradient = (output.name for output in function.outputs)
    at_once = loops.classes_at_once if "class" in roles else loops.weights_at_once
    made = of_rows(function.arguments, roles, (value, gradient), function.kind, real, at_once)
    return replace(function, shortcut=made)


def _with_loop(
    function: CompiledFunction, loop: Loop, roles: Mapping[str, str], narrow_only: bool
) -> CompiledFunction:
    ordinary = function.kernel
    value, gradient = (output.name for output in function.outputs)
    places = [(role, function.parameters[name]) for role, name in roles.items()]
    by = function.parameters[roles["theta" if "theta" in roles else "z"]]
    empty_like = _empty_like(function.backend)

    def kernel(out: Mapping[str, Any] | None = None, **arrays: Any) -> dict[str, Any]:
        if narrow_only and arrays[by].itemsize == 8:
            with quiet("numpy", function.stable):
                results = ordinary(**arrays)
            return results if out is None else written_to(out, results)
        given = {role: arrays[name] for role, name in places}
        buffer = None if out is None else out.get(gradient)
        if buffer is not None:
            writable(gradient, buffer, arrays[by])
        if buffer is None or overlaps(buffer, given.values(), given.get("z")):
            buffer = empty_like(arrays[by])
        results = {value: loop(given, buffer), gradient: buffer}
        if out is None or (len(out) == 1 and out.get(gradient) is buffer):
            return results
        rest = {name: array for name, array in out.items() if array is not buffer}
        return written_to(rest, results)

    return replace(function, kernel=kernel, fills=True)


def _empty_like(backend: str) -> Callable[[Any], Any]:
    if backend == "torch":
        import torch

        return torch.empty_like
    return lambda array: np.empty(array.shape, array.dtype)
