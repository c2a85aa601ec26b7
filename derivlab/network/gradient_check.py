"""The whole network's gradient against autograd, on a real batch, before anything is trained.

The reference is written with torch's own functions and differentiated by autograd in float64. It
shares no formula and no buffer with the program that is checked. Errors are relative, entry by
entry, so that a wrong entry cannot hide behind large ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from derivlab.errors import InternalError
from derivlab.network.architecture import Layer, Network
from derivlab.network.config import GradientCheck
from derivlab.network.derivation import VerifiedFormula, backward_formula
from derivlab.network.layers import ACTIVATIONS, squared_norm
from derivlab.network.program import FlatArrays, Program

if TYPE_CHECKING:
    from torch import Tensor

#: Largest relative error of an entry in float64, and of an array in the dtype that trains.
TOLERANCE = 1e-8
TRAINING_TOLERANCE = 1e-3
#: Entries below this share of the largest of their array are compared with that share of it: there
#: the sums over the batch cancel, and both sides carry rounding errors of the terms.
FLOOR = 1e-5


def check_gradient(network: Network, weights: FlatArrays, inputs: Tensor, targets: Tensor) -> GradientCheck:
    """Compare the compiled gradient with autograd's at these weights, for this batch.

    Args:
        inputs: shape (n, inputs); targets: shape (n, classes).

    Raises:
        InternalError: they differ; nothing may be trained with such a gradient.
    """
    import torch

    targets = targets.double() / targets.double().sum(1, keepdim=True)  # float32 rows sum to 1 ± 6e-8
    generator = torch.Generator(device=inputs.device).manual_seed(0)
    exact, masks = _program_gradient(network, weights, inputs, targets, torch.float64, generator)
    reference = autograd_gradient(network, weights, inputs, targets, masks)
    generator.manual_seed(0)
    trained, _ = _program_gradient(network, weights, inputs, targets, weights.flat.dtype, generator)
    by_parameter, in_training = {}, 0.0
    for key, expected in reference.items():
        by_parameter[".".join(key)] = relative_error(exact.views[key], expected)
        in_training = max(in_training, relative_error(trained.views[key].double(), expected, floor=1.0))
    entries = sum(expected.numel() for expected in reference.values())
    largest = max(by_parameter.values())
    formulas = proved_formulas(network)
    result = GradientCheck(
        largest_error=largest,
        tolerance=TOLERANCE,
        entries=entries,
        by_parameter=by_parameter,
        proved={name: str(formula.expr) for name, formula in formulas.items()},
        side_conditions={n: f.side_conditions for n, f in formulas.items() if f.side_conditions},
        training_dtype_error=in_training,
    )
    _refuse_mismatch(result)
    return result


def relative_error(value: Tensor, expected: Tensor, floor: float = FLOOR) -> float:
    """The largest |value - expected| / max(|expected|, floor × the largest |expected|)."""
    import torch

    smallest = max(float(expected.abs().max()) * floor, torch.finfo(expected.dtype).tiny)
    scale = expected.abs().clamp_min(smallest)
    error = float(((value - expected).abs() / scale).max())
    return error if error == error else float("inf")


def _refuse_mismatch(check: GradientCheck) -> None:
    if not check.passed:
        worst = max(check.by_parameter, key=lambda name: check.by_parameter[name])
        raise InternalError(
            f"the compiled gradient of {worst} differs from autograd by {check.largest_error:.1e} "
            f"(relative; at most {check.tolerance:.0e} is allowed): nothing was trained"
        )
    if not check.training_dtype_error <= TRAINING_TOLERANCE:
        raise InternalError(
            f"the program that trains differs from the exact gradient by {check.training_dtype_error:.1e} "
            f"(at most {TRAINING_TOLERANCE:.0e} is allowed): nothing was trained"
        )


def _program_gradient(
    network: Network, weights: FlatArrays, inputs: Tensor, targets: Tensor, dtype: Any, generator: Any
) -> tuple[FlatArrays, list[Tensor]]:
    """The compiled gradient in `dtype`, and the masks that were drawn."""
    device = str(weights.flat.device)
    own = FlatArrays.zeros(network, dtype, device)
    own.flat.copy_(weights.flat)
    gradients = FlatArrays.zeros(network, dtype, device)
    program = Program(network, own, gradients, len(inputs))
    program.draw_masks(generator)
    program.inputs.copy_(inputs)
    program.targets.copy_(targets)
    program.forward()
    program.backward()
    return gradients, program.masks


def autograd_gradient(
    network: Network, weights: FlatArrays, inputs: Tensor, targets: Tensor, masks: list[Tensor]
) -> dict[tuple[str, str], Tensor]:
    """Autograd's gradient of the same loss in float64, by (layer name, array name)."""
    import torch

    leaves = {key: view.detach().double().requires_grad_() for key, view in weights.views.items()}
    value, drawn = inputs.double(), iter(masks)
    for layer in network.layers[:-1]:
        value = _reference_layer(layer, leaves, value, drawn)
    loss = torch.nn.functional.cross_entropy(value, targets.double())
    if network.l2:
        squares = [(leaf**2).sum() for (_, name), leaf in leaves.items() if name == "W"]
        loss = loss + network.l2 / 2 * torch.stack(squares).sum()
    gradients = torch.autograd.grad(loss, list(leaves.values()))
    return dict(zip(leaves, gradients, strict=True))


def _reference_layer(layer: Layer, leaves: dict[tuple[str, str], Tensor], x: Tensor, masks: Any) -> Tensor:
    import torch

    if layer.model.name == "affine":
        return torch.nn.functional.linear(x, leaves[layer.name, "W"], leaves[layer.name, "b"])
    if layer.model.name == "dropout":
        return x * next(masks).double()
    return _reference_activation(layer.model.name)(x)


def _reference_activation(name: str) -> Callable[[Tensor], Tensor]:
    """Torch's function of that name; where torch has none, the forward pass printed for torch."""
    import sympy
    import torch

    if hasattr(torch, name):
        function: Callable[[Tensor], Tensor] = getattr(torch, name)
        return function
    x = sympy.Symbol("x", real=True)
    maximum = {"Max": lambda *values: torch.maximum(*map(torch.as_tensor, values))}
    printed: Callable[[Tensor], Tensor] = sympy.lambdify(
        x, ACTIVATIONS[name].forward(x), modules=[maximum, torch]
    )
    return printed


def proved_formulas(network: Network) -> dict[str, VerifiedFormula]:
    """Every formula of the network's backward pass, by layer and variable: "affine, by W".

    Example:
        >>> from derivlab.network.architecture import feed_forward
        >>> print(*proved_formulas(feed_forward([8])))
        affine, by x affine, by W affine, by b relu, by x softmax cross-entropy, by x
    """
    models = list(dict.fromkeys(layer.model for layer in network.layers))
    models += [squared_norm()] if network.l2 else []
    return {
        f"{model.name}, by {name}": backward_formula(model, name)
        for model in models
        for name in ("x", *model.parameters)
        if model.context.lookup(name) is not None
    }
