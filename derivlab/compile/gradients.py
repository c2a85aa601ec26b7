"""Gradients compiled: the value and its gradients by one or more variables, in one function."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sympy import Expr, Symbol

from derivlab.compile.function import CompiledFunction, Precision, compile_function
from derivlab.compile.outputs import Output
from derivlab.compile.ranges import free_ranges
from derivlab.errors import UsageError
from derivlab.symbols import Context, Variable, head_name

if TYPE_CHECKING:
    from derivlab.calculus import Gradient

VALUE = "value"


@dataclass(frozen=True)
class CompiledGradient:
    """A scalar and its gradients, compiled together.

    It is called by name, `f(z=..., y=...)`, with arrays of the declared shapes, or with more axes in front:
    a batch, for which it gives one gradient an element. `float32` and `float64` are computed with.

    Attributes:
        function: computes all at once: `value`, and one output for each variable.
        by: the variables of the gradients, in order.

    Example:
        >>> from sympy import exp, log
        >>> from derivlab.calculus import gradient
        >>> from derivlab.symbols import Context, dimension, index, total, vector
        >>> K, k = dimension("K"), index("k"); z = vector("z", K)
        >>> derived = gradient(log(total(exp(z[k]), k, K)), z, Context.of(z))
        >>> compiled = compile_gradient(derived)
        >>> compiled(z=[1000.0, 1000.0])
        array([0.5, 0.5])
        >>> compiled.value_and_gradient(z=[[0.0, 0.0], [1000.0, 0.0]])[0].tolist()
        [0.6931471805599453, 1000.0]
    """

    function: CompiledFunction
    by: tuple[str, ...]

    @property
    def source(self) -> str:
        """The Python source, with the formulas in its docstring; `function.module` has the imports, too."""
        return self.function.source

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arguments, in order: those of the gradients first."""
        return tuple(argument.name for argument in self.function.arguments)

    def __call__(self, **given: Any) -> Any:
        """The gradient; a tuple of them if there are several variables."""
        return self.value_and_gradient(**given)[1]

    def value_and_gradient(self, out: Mapping[str, Any] | None = None, /, **given: Any) -> tuple[Any, Any]:
        """The value, and the gradient (a tuple of them if there are several variables).

        `out` may give arrays to write to, by the names of the outputs: "value", "gradient_z".
        """
        results = self.function(out, **given)
        if _unbounded(results[VALUE]):
            self._blame_labels(given)
        gradients = tuple(results[gradient_name(name)] for name in self.by)
        return results[VALUE], gradients[0] if len(gradients) == 1 else gradients

    def _blame_labels(self, given: Mapping[str, Any]) -> None:
        """Say so where the value is NaN or infinite because an argument other than the variables is."""
        import numpy as np

        for name in given.keys() - set(self.by):
            array = np.asarray(given[name])
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                place = [int(at) for at in np.argwhere(~np.isfinite(array))[0]]
                raise UsageError(f"{name!r} is {array[tuple(place)]} at {place}; labels and data are finite")

    def as_autograd_function(self) -> type[Any]:
        """A `torch.autograd.Function`; its `apply` takes the arguments in order.

        It can be differentiated once, and by the variables of the gradient only; anything else is an error
        in the backward pass.

        Raises:
            UsageError: the gradient was compiled for another backend than torch.
        """
        from derivlab.compile.autograd import autograd_function

        return autograd_function(self)


def _unbounded(value: Any) -> bool:
    """Whether a value (or one of a batch) is NaN or infinite; not asked of a device that would wait."""
    if getattr(getattr(value, "device", None), "type", "cpu") != "cpu":
        return False
    return not math.isfinite(value.detach().sum() if hasattr(value, "detach") else value.sum())


def gradient_name(variable: str) -> str:
    """The name of the output that holds the gradient by `variable`."""
    return f"gradient_{variable}"


def compile_gradient(
    gradients: Gradient | Sequence[Gradient],
    backend: str = "numpy",
    *,
    name: str = "value_and_gradient",
    stable: bool = True,
    precision: Precision = "working",
) -> CompiledGradient:
    """Compile derived gradients of one objective, with the objective's value.

    Args:
        gradients: from `derivlab.gradient`; all of the same objective. One with free indices of its
            own gives Jacobians.
        backend: "numpy", "torch" or "fast", as for `compile_function`.
        name: the function's name in its source.
        stable, precision: as for `compile_function`.

    Raises:
        UsageError: the objectives differ, or something cannot be compiled.
    """
    found = [gradients] if not isinstance(gradients, Sequence) else list(gradients)
    if not found or any(gradient.objective != found[0].objective for gradient in found):
        raise UsageError("value and gradients are compiled for one objective; compile the others apart")
    names = tuple(head_name(gradient.by) for gradient in found)
    context = _first(_freed(found[0].context, names), names)
    own, sizes = _axes_of(found[0].objective, context)
    outputs = [Output(VALUE, found[0].objective, own, sizes)]
    outputs += [
        Output(gradient_name(label), gradient.computed_form, own + gradient.indices, sizes + gradient.shape)
        for label, gradient in zip(names, found, strict=True)
    ]
    function = compile_function(
        outputs, context, backend, name=name, stable=stable, precision=precision, in_place=True
    )
    return CompiledGradient(function, names)


def _axes_of(objective: Expr, context: Context) -> tuple[tuple[Symbol, ...], tuple[Expr, ...]]:
    """The free indices of a vector-valued objective and their sizes: the first axes of its Jacobian."""
    ranges = free_ranges(objective, context)
    order = [place for place in getattr(objective, "indices", ()) if place in ranges]
    order += sorted((place for place in ranges if place not in order), key=str)
    return tuple(order), tuple(ranges[place] for place in order)


def _first(context: Context, names: Sequence[str]) -> Context:
    """The context with the variables of the gradients in front: these are a function's first arguments."""
    order = sorted(context.variables, key=lambda variable: variable.name not in names)
    return replace(context, variables=tuple(order))


def _freed(context: Context, names: Sequence[str]) -> Context:
    """The context in which a defined quantity that is differentiated by is an argument."""
    freed = [entry for entry in context.definitions if entry.name in names]
    if not freed:
        return context
    variables = context.variables + tuple(
        Variable(entry.name, entry.shape, latex=entry.latex) for entry in freed
    )
    definitions = tuple(entry for entry in context.definitions if entry not in freed)
    return replace(context, variables=variables, definitions=definitions)
