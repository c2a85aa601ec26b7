"""The shortest way into a loop of `fused`, for small batches: where calls cost more than arithmetic.

A shortcut looks at two arrays once. Where all is in order (the library's own arrays of the declared
shapes, one element type, no empty axis) it computes at once; anything else, a mistake included, goes
the ordinary way, which converts, batches, or says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Symbol

from derivlab.compile.arguments import Argument, Kind

AtOnce = Callable[[Any, Any, Any], tuple[Any, Any] | None]
Shortcut = Callable[[Mapping[str, Any] | None, Mapping[str, Any]], dict[str, Any] | None]


def of_rows(
    arguments: tuple[Argument, ...], roles: Mapping[str, str], outputs: tuple[str, str], kind: Kind,
    real: tuple[Any, ...], at_once: AtOnce,
) -> Shortcut | None:  # fmt: skip
    """The shortcut for rows and their labels; None where the shapes are not two free sizes.

    Args:
        arguments: what the function takes.
        roles: the user's names of "z" (rows, size) and of "class" (rows,) or "y" (rows, size).
        outputs: the names of the value and of the gradient.
        kind: the library's arrays.
        real: the element types of z that `at_once` takes.
        at_once: value and gradient from z, labels and the array to write the gradient to (or None for
            a new one); None where it does not apply.
    """
    classes, first = "class" in roles, roles["z"]
    second, array = roles["class" if classes else "y"], kind.array
    value, gradient = outputs
    shape = next(argument.shape for argument in arguments if argument.name == first)
    if len(arguments) != 2 or len(shape) != 2 or len(set(shape)) != 2:
        return None
    if not all(isinstance(size, Symbol) for size in shape):
        return None
    whole = tuple(kind.whole)

    def shortcut(out: Mapping[str, Any] | None, given: Mapping[str, Any]) -> dict[str, Any] | None:
        z: Any = given.get(first)
        labels: Any = given.get(second)
        known: bool = type(z) is array and type(labels) is array
        if len(given) != 2 or not known:
            return None
        sizes, dtype = z.shape, z.dtype
        if len(sizes) != 2 or labels.shape != ((sizes[0],) if classes else sizes) or dtype not in real:
            return None
        if labels.dtype not in whole if classes else labels.dtype != dtype:
            return None
        buffer: Any = None
        if out is not None:
            buffer = out.get(gradient)
            known = type(buffer) is array and len(out) == 1
            if not known or buffer.shape != sizes or buffer.dtype != dtype:
                return None
        found = at_once(z, labels, buffer)
        return None if found is None else {value: found[0], gradient: found[1]}

    return shortcut
