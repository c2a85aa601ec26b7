"""A compiled gradient as a `torch.autograd.Function`, to be used in any torch model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derivlab.errors import UsageError

if TYPE_CHECKING:
    from derivlab.compile.gradients import CompiledGradient


def autograd_function(compiled: CompiledGradient) -> type[Any]:
    """The class whose `apply(*arguments)` gives the value and whose backward pass is the gradient.

    The gradients are computed with the value, in one pass, and kept until the backward pass scales
    them by the incoming cotangent. A batch gives one value an element; the gradient of an argument
    without the batch's axes is summed over them, as torch does. It can be differentiated once, and only by
    the variables of the gradient; anything else is an error in the backward pass, never a gradient of 0.

    Raises:
        UsageError: the gradient was compiled for another backend than torch.
    """
    if compiled.function.backend != "torch":
        raise UsageError('a torch function needs a torch gradient: compile it with backend="torch"')
    import torch

    names = compiled.arguments
    once = _differentiable_once()

    class Compiled(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *given: Any) -> Any:
            if len(given) != len(names):
                raise UsageError(f"apply takes {', '.join(names)}: {len(names)} arguments, not {len(given)}")
            named = dict(zip(names, given, strict=True))
            results = compiled.function(**named)
            # Not saved as tensors: their values are not used again, so they may be changed in between.
            ctx.given = {name: named[name] for name in compiled.by if isinstance(named[name], torch.Tensor)}
            ctx.save_for_backward(*(results[f"gradient_{name}"] for name in ctx.given))
            return results["value"]

        @staticmethod
        def backward(ctx: Any, cotangent: Any) -> Any:
            for name, wanted in zip(names, ctx.needs_input_grad, strict=True):
                if wanted and name not in compiled.by:
                    raise UsageError(_no_gradient(name, compiled))
            found: dict[str, Any] = {}
            for (name, given), saved in zip(ctx.given.items(), ctx.saved_tensors, strict=True):
                axes = saved.ndim - cotangent.ndim
                scaled = saved * cotangent.reshape(cotangent.shape + (1,) * axes)
                found[name] = once.apply(_summed_to(scaled, given.shape), given)
            return tuple(found.get(name) for name in names)

    Compiled.__name__ = Compiled.__qualname__ = compiled.function.name
    Compiled.__doc__ = compiled.source
    return Compiled


def _no_gradient(name: str, compiled: CompiledGradient) -> str:
    return (
        f"{name!r} requires a gradient, but only the gradient by {', '.join(map(repr, compiled.by))} was "
        f"compiled: give {name}.detach(), or compile the gradient by {name!r}, too"
    )


def _differentiable_once() -> type[Any]:
    """Passes a gradient on; says so where that is differentiated again, instead of taking it for constant.

    `once_differentiable` of torch says nothing where only the saved gradient depends on the input.
    """
    import torch

    class Once(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, gradient: Any, given: Any) -> Any:
            return gradient.view_as(gradient)

        @staticmethod
        def backward(ctx: Any, cotangent: Any) -> Any:
            raise UsageError(
                "a compiled gradient cannot be differentiated again (create_graph=True): compile the "
                "Hessian, or take autograd of the loss itself"
            )

    return Once


def _summed_to(gradient: Any, shape: Any) -> Any:
    """The gradient summed over the batch axes that the argument does not have."""
    extra = gradient.ndim - len(shape)
    return gradient.sum(dim=tuple(range(extra))) if extra else gradient
