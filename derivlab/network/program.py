"""A network compiled for one batch size: flat buffers, and a list of calls that never allocate.

The forward pass runs each layer's definitions, the backward pass the verified gradients, from the
loss down. Nothing here knows a derivative: every backward instruction is lowered from a formula of
`backward_formula`, which hands out nothing that was not proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from derivlab.network.architecture import Layer, Network
from derivlab.network.derivation import backward_formula, with_outputs
from derivlab.network.layers import squared_norm
from derivlab.network.lowering import Formula, Instruction, lower
from derivlab.symbols import Definition, Variable

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True)
class FlatArrays:
    """One flat buffer and a view into it for every trained array, by (layer name, array name)."""

    flat: Tensor
    views: dict[tuple[str, str], Tensor]

    @classmethod
    def zeros(cls, network: Network, dtype: torch.dtype, device: str) -> FlatArrays:
        """Buffers of zeros, laid out in the order of `Network.parameters`."""
        import torch

        entries = list(network.parameters())
        flat = torch.zeros(sum(_count(shape) for *_, shape in entries), dtype=dtype, device=device)
        views, start = {}, 0
        for layer, name, shape in entries:
            views[layer.name, name] = flat[start : start + _count(shape)].view(shape)
            start += _count(shape)
        return cls(flat, views)


def _count(shape: Iterable[int]) -> int:
    product = 1
    for size in shape:
        product *= size
    return product


class Program:
    """The forward and backward pass of a network for batches of `batch` rows.

    Attributes:
        inputs: the batch, shape (batch, inputs); write into it before `forward`.
        targets: one row for each image, entries that sum to one, shape (batch, classes).
        loss: the cross-entropy after `forward`, shape ().
        log_probabilities: log-softmax of the logits after `forward`, shape (batch, classes).

    `forward()` and `backward()` fill `loss` and the gradient buffer.
    """

    def __init__(
        self, network: Network, weights: FlatArrays, gradients: FlatArrays | None, batch: int
    ) -> None:
        """`gradients` is None for a program that only evaluates: it has no backward pass, no dropout."""
        self.network = network
        self.batch = batch
        self._weights, self._gradients = weights, gradients
        self._like: dict[str, Any] = {"dtype": weights.flat.dtype, "device": weights.flat.device}
        self.masks: list[Tensor] = []
        self._arrays = [self._layer_arrays(layer) for layer in self._active()]
        self._connect()
        self.inputs: Tensor = self._arrays[0]["x"]
        self.targets: Tensor = self._arrays[-1]["t"]
        self.loss: Tensor = self._arrays[-1]["J"]
        self.log_probabilities: Tensor = self._arrays[-1]["l"]
        self.forward_pass = [step for pair in self._layers() for step in self._forward(*pair)]
        self.backward_pass = list(self._backward()) if gradients is not None else []
        self._forward_calls: list[Callable[[], object]] = [step.run for step in self.forward_pass]
        self._backward_calls: list[Callable[[], object]] = [step.run for step in self.backward_pass]

    def forward(self) -> None:
        """Run the forward pass on `inputs` and `targets`."""
        for call in self._forward_calls:
            call()

    def backward(self) -> None:
        """Fill the gradient buffer from the last forward pass."""
        for call in self._backward_calls:
            call()

    def draw_masks(self, generator: torch.Generator) -> None:
        """Draw the dropout masks anew."""
        kept = 1 - self.network.dropout
        for mask in self.masks:
            mask.bernoulli_(kept, generator=generator).mul_(1 / kept)

    def first_not_finite(self) -> str | None:
        """The first layer, in the order of the forward pass, with a value that is not finite."""
        for layer, arrays in self._layers():
            for name in layer.model.parameters:
                if not bool(arrays[name].isfinite().all()):
                    return f"{layer.title}: its {name}"
            for definition in layer.model.context.definitions:
                if not bool(arrays[definition.name].isfinite().all()):
                    return f"{layer.title}: its output"
        return None

    def _active(self) -> list[Layer]:
        """The layers that run: dropout does nothing when the program only evaluates."""
        training = self._gradients is not None
        return [layer for layer in self.network.layers if training or layer.model.name != "dropout"]

    def _layers(self) -> list[tuple[Layer, dict[str, Tensor]]]:
        return list(zip(self._active(), self._arrays, strict=True))

    def _layer_arrays(self, layer: Layer) -> dict[str, Tensor]:
        """Buffers for the layer's own variables and outputs; x and G are connected later."""
        import torch

        sizes = {"N": self.batch, "D": layer.inputs, "K": layer.outputs}
        context, arrays = layer.model.context, {}
        entries: list[Variable | Definition] = [*context.variables, *context.definitions]
        for entry in entries:
            if entry.name in layer.model.parameters:
                arrays[entry.name] = self._weights.views[layer.name, entry.name]
            else:
                shape = tuple(sizes[str(axis)] for axis in entry.shape)
                arrays[entry.name] = torch.zeros(shape, **self._like)
        if "M" in arrays:
            self.masks.append(arrays["M"])
        return arrays

    def _connect(self) -> None:
        """The output of a layer is the input of the next: one buffer, not two."""
        layers = self._layers()
        for (below, low), (_, high) in pairwise(layers):
            high["x"] = low[below.model.output]

    def _forward(self, layer: Layer, arrays: dict[str, Tensor]) -> Iterable[Instruction]:
        context = layer.model.context
        for definition in context.definitions:
            formula = Formula(definition.body, definition.indices, context)
            yield lower(formula, arrays, arrays[definition.name])

    def _backward(self) -> Iterable[Instruction]:
        """From the loss down; nothing is sent below the first layer that has parameters."""
        layers = self._layers()
        for place in reversed(range(len(layers))):
            layer, arrays = layers[place]
            for name in layer.model.parameters:
                yield from self._parameter_gradient(layer, arrays, name)
            if any(below.model.parameters for below, _ in layers[:place]):
                yield self._gradient(layer, arrays, "x", layers[place - 1][1]["G"])

    def _gradient(self, layer: Layer, arrays: dict[str, Tensor], by: str, out: Tensor) -> Instruction:
        verified = backward_formula(layer.model, by)
        expr = with_outputs(verified.expr, layer.model)
        return lower(Formula(expr, verified.indices, verified.context), arrays, out)

    def _parameter_gradient(
        self, layer: Layer, arrays: dict[str, Tensor], name: str
    ) -> Iterable[Instruction]:
        assert self._gradients is not None
        out = self._gradients.views[layer.name, name]
        yield self._gradient(layer, arrays, name, out)
        if self.network.l2 and name == "W":
            yield from self._penalty_gradient(arrays[name], out)

    def _penalty_gradient(self, weight: Tensor, out: Tensor) -> Iterable[Instruction]:
        """The gradient of λ/2 Σ W², added to what stands in `out`."""
        import torch

        penalty = torch.zeros_like(out)
        verified = backward_formula(squared_norm(), "W")
        arrays = {"W": weight, "lambda": torch.tensor(self.network.l2, **self._like)}
        yield lower(Formula(verified.expr, verified.indices, verified.context), arrays, penalty)
        yield Instruction("add(penalty)", out, partial(torch.add, out, penalty, out=out))
