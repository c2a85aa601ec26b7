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
    without the batch's axes is summed over them, as torch does.

    Raises:
        UsageError: the gradient was compiled for another backend than torch.
    """
    if compiled.function.backend != "torch":
        raise UsageError('a torch function needs a torch gradient: compile it with backend="torch"')
    import torch
    from torch.autograd.function import once_differentiable

    names = compiled.arguments

    class Compiled(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *given: Any) -> Any:
            if len(given) != len(names):
                raise UsageError(f"apply takes {', '.join(names)}: {len(names)} arguments, not {len(given)}")
            results = compiled.function(**dict(zip(names, given, strict=True)))
            kept = {name: results[f"gradient_{name}"] for name in compiled.by}
            ctx.shapes = {
                name: given[names.index(name)].shape for name in kept if _is_tensor(given, names, name)
            }
            ctx.kept = tuple(kept)
            ctx.save_for_backward(*kept.values())
            return results["value"]

        @staticmethod
        @once_differentiable  # type: ignore[untyped-decorator]
        def backward(ctx: Any, cotangent: Any) -> Any:
            found: dict[str, Any] = {}
            for name, saved in zip(ctx.kept, ctx.saved_tensors, strict=True):
                if name in ctx.shapes:
                    axes = saved.ndim - cotangent.ndim
                    scaled = saved * cotangent.reshape(cotangent.shape + (1,) * axes)
                    found[name] = _summed_to(scaled, ctx.shapes[name])
            return tuple(found.get(name) for name in names)

    Compiled.__name__ = Compiled.__qualname__ = compiled.function.name
    Compiled.__doc__ = compiled.source
    return Compiled


def _is_tensor(given: tuple[Any, ...], names: tuple[str, ...], name: str) -> bool:
    import torch

    return isinstance(given[names.index(name)], torch.Tensor)


def _summed_to(gradient: Any, shape: Any) -> Any:
    """The gradient summed over the batch axes that the argument does not have."""
    extra = gradient.ndim - len(shape)
    return gradient.sum(dim=tuple(range(extra))) if extra else gradient
