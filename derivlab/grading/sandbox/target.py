"""What a code question asks for, compiled: the right values come from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Symbol

from derivlab.calculus.closing import closed_form
from derivlab.compile import CompiledFunction, Output, compile_function
from derivlab.compile.balls import balls, evaluated, midpoints, radii
from derivlab.errors import UsageError
from derivlab.grading.problem import asked_for, read_given
from derivlab.proof.indices import size_names
from derivlab.symbols import Context, Partial, Variable, free_symbols, head_name

Array = NDArray[Any]
BITS = 192
ROUNDINGS = 16
KINKS = (sympy.Abs, sympy.Max, sympy.Min, sympy.Piecewise, sympy.sign, sympy.Heaviside)


@dataclass(frozen=True)
class Allowance:
    """The errors that a class is forgiven in a type: far above what rounding leaves, far below all else.

    Attributes:
        unit: half the distance of 1 to the next number of the type.
        relative, of_largest, of_one: in parts of the entry, of the largest entry, and of 1.
    """

    unit: float
    relative: float
    of_largest: float
    of_one: float


DOUBLE = Allowance(2.0**-53, 1e-9, 1e-11, 1e-15)
SINGLE = Allowance(2.0**-24, 1e-6, 1e-6, 1e-7)


@dataclass(frozen=True, eq=False)
class Target:
    """The quantity that a function must compute.

    Attributes:
        function: the naive formula for NumPy, with one output, "result".
        arguments: what the student's function is called with, in order.
        context: the problem; a defined name that is an argument is a variable in it.
        sizes: the names of the symbolic sizes.
        shape: of the result.
        by: the names that are differentiated by.
        bound: the names that an assumption binds.
        smooth: whether no absolute value, maximum or case distinction is in the formula.
    """

    function: CompiledFunction
    arguments: tuple[str, ...]
    context: Context
    sizes: tuple[str, ...]
    shape: tuple[Expr, ...]
    by: frozenset[str]
    bound: frozenset[str]
    smooth: bool

    def shape_at(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """The shape of the result at given sizes."""
        return tuple(int(n) if isinstance(n, sympy.Integer) else sizes[str(n)] for n in self.shape)


@lru_cache(maxsize=64)
def target(text: str, find: str, arguments: tuple[str, ...]) -> Target:
    """The target of a question: `text` is what its section of `problem.md` gives.

    Raises:
        UsageError: `find` is not read or has no closed form, or needs more than the arguments.
    """
    claim = asked_for(text, find)
    answer = closed_form(claim.left, claim.context)
    if answer is None:
        raise UsageError(f"derivlab finds no closed form of {find}")
    axes = _axes(claim.left, dict(claim.indices))
    arguments = _names(text, arguments)
    context = _freed(claim.context, arguments)
    output = Output("result", answer, tuple(axes), tuple(axes.values()))
    function = compile_function([output], context, "numpy", name="result", stable=False)
    missing = [one.name for one in function.arguments if not one.size and one.name not in arguments]
    if missing:
        raise UsageError(f"`arguments` lacks {', '.join(missing)}, on which {find} depends")
    unknown = [name for name in arguments if name not in {one.name for one in context.variables}]
    if unknown:
        raise UsageError(f"`arguments` names {', '.join(unknown)}, which is no variable of the problem")
    by = frozenset(head_name(node.by) for node in claim.left.atoms(Partial))
    sides = (side for assumption in context.assumptions for side in assumption)
    bound = frozenset(symbol.name for side in sides for symbol in free_symbols(side))
    smooth = not context.expand(answer).has(*KINKS)
    sizes = size_names(context, (answer,))
    return Target(function, arguments, context, sizes, tuple(axes.values()), by, bound, smooth)


def _names(text: str, arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments, written in LaTeX in the assignment, by the names that they have in the context."""
    scope = read_given(text).scope
    entries = [scope.lookup(argument) for argument in arguments]
    return tuple(
        argument if entry is None else entry.name for argument, entry in zip(arguments, entries, strict=True)
    )


def _axes(expr: Expr, ranges: Mapping[Symbol, Expr]) -> dict[Symbol, Expr]:
    """The free indices in the order in which they stand in the question, with their ranges."""
    seen = [node for node in sympy.preorder_traversal(expr) if node in ranges]
    return {index: ranges[index] for index in dict.fromkeys(seen)}


def _freed(context: Context, arguments: tuple[str, ...]) -> Context:
    """The context in which a defined quantity that the function is given is a variable."""
    freed = [entry for entry in context.definitions if entry.name in arguments]
    added = tuple(Variable(entry.name, entry.shape, latex=entry.latex) for entry in freed)
    kept = tuple(entry for entry in context.definitions if entry not in freed)
    return replace(context, variables=context.variables + added, definitions=kept)


def expected(
    asked: Target, arrays: Mapping[str, Array], sizes: Mapping[str, int], allowance: Allowance = DOUBLE
) -> tuple[Array, Array] | None:
    """The right values and the permitted errors at an input; None where there is no finite value.

    The permitted error is what inputs within a few roundings of the given ones lead to, so that every
    sound way to compute passes, and a small allowance on top.
    """
    given = {
        one.name: sizes[one.name] if one.size else _ball(asked, one.name, arrays, allowance.unit)
        for one in asked.function.arguments
    }
    try:
        values = evaluated(asked.function, "result", given, BITS)
    except (ZeroDivisionError, ValueError, OverflowError):
        return None
    shape = asked.shape_at(sizes)
    values = balls_of(np.broadcast_to(np.asarray(values, dtype=object), shape))
    middle, width = midpoints(values), radii(values)
    if not (np.isfinite(middle).all() and np.isfinite(width).all()):
        return None
    largest = float(np.abs(middle).max(initial=0.0))
    given_away = allowance.relative * np.abs(middle) + allowance.of_largest * largest + allowance.of_one
    return middle, width + given_away


def balls_of(values: Array) -> Array:
    """The values as balls: a formula with a case distinction gives plain numbers as well."""
    from flint import arb

    made = np.empty(values.size, dtype=object)
    made[:] = [value if isinstance(value, arb) else arb(value) for value in values.ravel().tolist()]
    return made.reshape(values.shape)


def _ball(asked: Target, name: str, arrays: Mapping[str, Array], unit: float) -> Any:
    """An argument as balls of a few roundings; a formula with kinks is taken at the exact point."""
    array = arrays[name]
    if array.dtype.kind != "f":
        return array
    least = 1.0 if name in asked.by else 0.0
    roundings = ROUNDINGS + max(array.shape, default=1) / 4
    radius = roundings * unit * np.maximum(np.abs(array), least) if asked.smooth else 0.0
    made = balls(array, radius)
    return made if made.ndim else made.item()
