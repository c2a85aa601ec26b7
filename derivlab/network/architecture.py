"""A network is a list of layers; this module builds the list and counts its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from derivlab.errors import UsageError
from derivlab.network.layers import (
    LayerModel,
    activation,
    affine,
    dropout,
    elementwise,
    softmax_cross_entropy,
)
from derivlab.network.mnist import CLASSES, SIDE


@dataclass(frozen=True)
class Layer:
    """One layer of a network: its model, and the sizes D (in) and K (out)."""

    name: str
    model: LayerModel
    inputs: int
    outputs: int

    @property
    def title(self) -> str:
        """For messages: "layer 2 (affine 256 → 10)"."""
        sizes = f" {self.inputs} → {self.outputs}" if self.model.parameters else ""
        return f"{self.name} ({self.model.name}{sizes})"

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each trained array by its name in the model."""
        sizes = {"D": self.inputs, "K": self.outputs}
        context = self.model.context
        return {
            name: tuple(sizes[str(axis)] for axis in context.shape(name)) for name in self.model.parameters
        }


@dataclass(frozen=True)
class Network:
    """Layers in order; the last is the loss.

    Attributes:
        layers: the layers, each fed by the one before it.
        activation: name of the activation between the affine layers.
        l2: strength λ of the penalty λ/2 Σ W² of each weight matrix.
        dropout: the share of hidden entries that is dropped in training.
    """

    layers: tuple[Layer, ...]
    activation: str
    l2: float = 0.0
    dropout: float = 0.0

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths from input to logits."""
        affines = [layer for layer in self.layers if layer.model.parameters]
        return (affines[0].inputs, *(layer.outputs for layer in affines))

    def parameters(self) -> Iterator[tuple[Layer, str, tuple[int, ...]]]:
        """(layer, name, shape) of every trained array, in the order of the flat buffer."""
        for layer in self.layers:
            for name, shape in layer.parameter_shapes().items():
                yield layer, name, shape


def feed_forward(
    hidden: Sequence[int],
    *,
    activation_name: str = "relu",
    dropout_share: float = 0.0,
    l2: float = 0.0,
    inputs: int = SIDE * SIDE,
    classes: int = CLASSES,
) -> Network:
    """Affine layers with an activation (and dropout) between them, and softmax cross-entropy at the end.

    Example:
        >>> [layer.title for layer in feed_forward([256]).layers[:3]]
        ['layer 1 (affine 784 → 256)', 'layer 2 (relu)', 'layer 3 (affine 256 → 10)']
    """
    activation(activation_name)
    if any(width < 1 for width in hidden):
        raise UsageError(f"every hidden layer needs at least one unit, not {list(hidden)}")
    if not 0 <= dropout_share < 1:
        raise UsageError(f"the dropped share is at least 0 and below 1, not {dropout_share}")
    widths = (inputs, *hidden, classes)
    models: list[tuple[LayerModel, int, int]] = []
    for place, (before, after) in enumerate(pairwise(widths)):
        models.append((affine(), before, after))
        if place < len(hidden):
            models.append((elementwise(activation_name), after, after))
            if dropout_share:
                models.append((dropout(), after, after))
    layers = [Layer(f"layer {number}", *parts) for number, parts in enumerate(models, start=1)]
    layers.append(Layer("loss", softmax_cross_entropy(), classes, classes))
    return Network(tuple(layers), activation_name, l2, dropout_share)
