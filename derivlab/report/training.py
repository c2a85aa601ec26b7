"""The network's section from a training run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from derivlab.report.content import (
    Curves,
    Derivation,
    Digit,
    Formula,
    ModelSection,
    NetworkSection,
    Prose,
    Remark,
)
from derivlab.report.graph.build import Adjoint
from derivlab.report.graph.model import Graph
from derivlab.report.graph.network import LayerFormulas, network_graph
from derivlab.symbols import Partial, head_name

if TYPE_CHECKING:
    from derivlab.network import Layer, Network, TrainingConfig, TrainingResult

SHOWN_DIGITS = 40
OPTIMIZER_NAMES = {"adamw": "AdamW", "adam": "Adam", "sgd": "SGD", "momentum": "SGD with momentum"}
ACTIVATION_NAMES = {"relu": "ReLU"}


def network_section(
    result: TrainingResult, models: Sequence[ModelSection], *, timed: bool = True
) -> NetworkSection:
    """Architecture, graph, curves and mistakes of a run; `models` hold the gradients it began with."""
    network = _network(result.config)
    history = result.history
    return NetworkSection(
        sizes=network.sizes,
        settings=tuple(_settings(result)),
        curves=Curves(history.iterations, history.training_loss, history.test_iterations, history.test_loss),
        test_accuracy=result.test_accuracy,
        confusion=np.asarray(result.confusion),
        misclassified=tuple(_digits(result)),
        activation=ACTIVATION_NAMES.get(result.config.activation, result.config.activation),
        seconds=result.seconds if timed else None,
        gradient_check=result.gradient_check.largest_error,
        backpropagation=_backpropagation(network, models),
        graph=graph_of_network(network),
    )


def _network(config: TrainingConfig) -> Network:
    from derivlab.network import feed_forward

    return feed_forward(
        config.hidden, activation_name=config.activation, dropout_share=config.dropout, l2=config.l2
    )


def _settings(result: TrainingResult) -> Iterator[tuple[str, str]]:
    config = result.config
    optimizer = OPTIMIZER_NAMES.get(config.optimizer, config.optimizer)
    yield "Optimizer", f"{optimizer}, weight decay {config.weight_decay:g}"
    yield "Learning rate", f"at most {config.learning_rate:g}, schedule {config.schedule}"
    iterations = len(result.history.iterations)
    yield "Batches", f"{config.batch_size} images, {config.epochs} epochs, {iterations} iterations"
    yield (
        "Training images",
        f"moved by at most {_count(config.shift, 'pixel')}, labels smoothed by {config.smoothing:g}",
    )
    yield "Precision", f"{config.dtype} on {config.device}, {_count(config.threads, 'thread')}"
    yield "Seed", str(config.seed)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _digits(result: TrainingResult) -> Iterator[Digit]:
    """The first misread test images, in the order of the test set."""
    from derivlab.network import load_mnist

    wrong = result.misclassified
    if not len(wrong.indices):
        return
    data = load_mnist(result.config.data or None)
    images = data.with_validation(result.config.validation).test if result.config.validation else data.test
    rows = zip(wrong.indices, wrong.labels, wrong.predictions, strict=True)
    for index, label, read in islice(rows, SHOWN_DIGITS):
        yield Digit(images.pixels[index] / 255.0, int(label), int(read))


def graph_of_network(network: Network) -> Graph:
    """The graph of a network, from the formulas that run."""
    caption = (
        "The network for a batch of N rows. Solid: values, forward. Dashed: the derivative of the "
        "loss, backward; "
        "the formulas in colour are the derivatives by each array, as they were derived and as they run."
    )
    return network_graph([_formulas(layer) for layer in network.layers], caption)


def _formulas(layer: Layer) -> LayerFormulas:
    from derivlab.network.derivation import backward_formula
    from derivlab.network.layers import entry_of

    model = layer.model
    backward = {}
    for name in ("x", *model.parameters):
        formula = backward_formula(model, name)
        backward[name] = Adjoint(formula.expr, tuple(entry_of(model, name).indices))
    kind = "loss" if layer.name == "loss" else model.name
    return LayerFormulas(
        kind, model.context, model.output, backward, layer.inputs, layer.outputs, model.parameters
    )


def _backpropagation(network: Network, models: Sequence[ModelSection]) -> Remark | None:
    """How ∂J/∂z drives back-propagation, in the formulas that were derived above."""
    found = {
        head_name(derivation.by): derivation
        for section in models
        if section.name == "cross-entropy"
        for derivation in section.derivations
        if not derivation.lemma
    }
    if not {"z", "W", "b", "h"} <= set(found):
        return None
    context = found["z"].context
    return Remark(
        "How the derivative by the logits drives back-propagation", _paragraphs(found, network), context
    )


def _paragraphs(found: dict[str, Derivation], network: Network) -> tuple[Prose, ...]:
    z = found["z"]
    return (
        (
            "Back-propagation is the chain rule, applied from the loss back to the input, one layer at "
            "a time. It "
            "begins at the logits, where",
            Formula(Partial(z.objective, z.by), z.closed_form, display=True),
            "the difference between what the network says and what is true. Everything below reads the "
            "loss only "
            "through the logits, so every other derivative is this vector times a local one: for the weights",
            _chain(found["W"]),
            "and likewise ",
            _result(found["b"]),
            " for the bias. One array remains, the input of the layer:",
            Formula(Partial(found["h"].objective, found["h"].by), found["h"].closed_form, display=True),
            "This is handed down, and it is all that the layer below needs to know about the layers "
            "above it.",
        ),
        _below(network),
    )


def _chain(derivation: Derivation) -> Formula:
    """The first step is the chain rule; its end is the closed form."""
    first = derivation.steps[0] if derivation.steps else None
    target = Partial(derivation.objective, derivation.by)
    if first is not None and first.before == target:
        return Formula(first.after, derivation.closed_form, display=True)
    return Formula(target, derivation.closed_form, display=True)


def _result(derivation: Derivation) -> Formula:
    return Formula(Partial(derivation.objective, derivation.by), derivation.closed_form)


def _below(network: Network) -> Prose:
    """The activation, and why one sweep suffices."""
    affine = sum(1 for layer in network.layers if layer.model.parameters)
    return (
        "There it is multiplied, entry by entry, by the slope of the activation; the result is the "
        "derivative by "
        "that layer's own sums, takes the place that the difference had above, and the same two "
        "formulas give that "
        f"layer's weights, bias and input. After {affine} such rounds every gradient of the network is "
        f"known, from "
        "one sweep forward that keeps each layer's input and one sweep backward. The computational "
        "graph shows "
        "both, with the formulas that were derived and proved for each layer.",
    )
