"""The network's section: tables and sentences from a `NetworkSection`."""

from __future__ import annotations

from typing import Any

import numpy as np

from derivlab.report.content import NetworkSection
from derivlab.report.phrases import duration, prose, scientific, thousands
from derivlab.report.tex import Tex, as_tex


def network_view(network: NetworkSection) -> dict[str, Any]:
    """What the templates of the network ask for; graph, curves and digits are drawn by the document."""
    remark = network.backpropagation
    return {
        "introduction": _introduction(network),
        "layers": _layers(network),
        "parameters": thousands(_parameters(network)),
        "in_short": _in_short(network),
        "graph": network.graph,
        "curves": network.curves,
        "misread": network.misclassified,
        "backpropagation": None if remark is None else {"heading": remark.heading, "text": prose(remark)},
        "training": _training(network),
        "settings": network.settings,
        "loss_caption": _loss_caption(network),
        "accuracy": _accuracy(network),
        "classes": [str(digit) for digit in _classes(network)],
        "confusion": [_confusion_row(network, digit) for digit in _classes(network)],
        "digits_caption": Tex(
            rf"{len(network.misclassified)} of the test images that the network misreads: "
            r"the true digit $\to$ what it reads."
        ),
    }


def _in_short(network: NetworkSection) -> Tex:
    """For the first page."""
    sizes = "--".join(map(str, network.sizes))
    return Tex(
        rf"A network {sizes}, trained on MNIST with these gradients and without automatic "
        rf"differentiation, reads "
        rf"\textbf{{{100 * network.test_accuracy:.2f}\,\%}} of the test images rightly "
        r"(\sectionref{network})."
    )


def _introduction(network: NetworkSection) -> Tex:
    sizes = "--".join(map(str, network.sizes))
    return Tex(
        rf"The network {sizes} is trained with the gradients derived above. No automatic "
        rf"differentiation takes part: "
        r"the backward pass evaluates their closed forms, layer by layer from the loss to the input."
    )


def _layers(network: NetworkSection) -> list[dict[str, Any]]:
    rows = []
    pairs = list(zip(network.sizes, network.sizes[1:], strict=False))
    for number, (inputs, outputs) in enumerate(pairs, start=1):
        below = "x" if number == 1 else f"h_{{{number - 1}}}"
        sum_formula = f"z_{{{number}}} = W_{{{number}}} {below} + b_{{{number}}}"
        name = network.activation
        after = (
            rf"h_{{{number}}} = \mathrm{{{as_tex(name)}}}(z_{{{number}}})"
            if number < len(pairs)
            else rf"\hat{{y}} = \mathrm{{softmax}}(z_{{{number}}})"
        )
        rows.append(
            {
                "number": number,
                "formula": Tex(rf"${sum_formula}$, \enspace ${after}$"),
                "inputs": thousands(inputs),
                "outputs": thousands(outputs),
                "parameters": thousands(inputs * outputs + outputs),
            }
        )
    return rows


def _parameters(network: NetworkSection) -> int:
    pairs = zip(network.sizes, network.sizes[1:], strict=False)
    return sum(inputs * outputs + outputs for inputs, outputs in pairs)


def _training(network: NetworkSection) -> Tex:
    text = r"The settings:"
    if network.gradient_check is not None:
        text = (
            "Before the first step the whole backward pass was compared with torch autograd in double "
            "precision; "
            rf"the largest relative difference of any entry was {scientific(network.gradient_check)}. "
            rf"The settings:"
        )
    return Tex(text)


def _loss_caption(network: NetworkSection) -> Tex:
    curves = network.curves
    best = int(np.argmin(curves.test_loss))
    took = f" Training took {duration(network.seconds)}." if network.seconds is not None else ""
    return Tex(
        r"Training and test loss against iterations (logarithmic). Pale: training loss of single batches; "
        r"solid: its moving mean; dashed: loss on the whole test set, whose lowest value, "
        rf"{curves.test_loss[best]:.4f}, is marked.{took}"
    )


def _accuracy(network: NetworkSection) -> Tex:
    total = int(network.confusion.sum())
    right = int(np.trace(network.confusion))
    return Tex(
        rf"Of {thousands(total)} test images the network reads {thousands(right)} rightly: an accuracy of "
        rf"\textbf{{{100 * network.test_accuracy:.2f}\,\%}}. "
        rf"The {thousands(total - right)} misread ones are counted in \tableref{{confusion}}"
        + (r"; \figureref{digits} shows some." if network.misclassified else ".")
    )


def _classes(network: NetworkSection) -> range:
    return range(network.confusion.shape[0])


def _confusion_row(network: NetworkSection, digit: int) -> dict[str, Any]:
    """What becomes of the images of one digit: its cells, and the share that is read rightly."""
    counts = network.confusion[digit]
    cells = [_cell(int(count), read == digit, network) for read, count in enumerate(counts)]
    share = 100.0 * counts[digit] / max(1, counts.sum())
    return {"digit": str(digit), "cells": cells, "share": f"{share:.1f}"}


def _cell(count: int, right: bool, network: NetworkSection) -> Tex:
    """A right count on blue, a wrong one on an orange as deep as it is frequent, 0 as a dot."""
    if right:
        return Tex(rf"\rightcell{{{count}}}")
    if count == 0:
        return Tex(r"\nocell")
    off_diagonal = network.confusion - np.diag(np.diag(network.confusion))
    depth = 8 + round(52 * count / max(1, int(off_diagonal.max())))
    return Tex(rf"\wrongcell{{{depth}}}{{{count}}}")
