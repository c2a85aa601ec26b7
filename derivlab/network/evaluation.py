"""Loss, accuracy and confusion of a network on labelled images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from derivlab.network.architecture import Network
from derivlab.network.batches import Batches, standardize
from derivlab.network.config import Misclassified
from derivlab.network.mnist import CLASSES
from derivlab.network.program import FlatArrays, Program

if TYPE_CHECKING:
    from torch import Tensor

CHUNK = 1000


@dataclass(frozen=True)
class Evaluation:
    """Mean cross-entropy, and the prediction and label of every image, shape (n,)."""

    loss: float
    predictions: NDArray[np.int64]
    labels: NDArray[np.int64]

    @property
    def accuracy(self) -> float:
        """Share of the images that are classified rightly."""
        return float((self.predictions == self.labels).mean())

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Counts by label (row) and prediction (column), shape (10, 10)."""
        counts = np.bincount(self.labels * CLASSES + self.predictions, minlength=CLASSES**2)
        return counts.reshape(CLASSES, CLASSES)

    @property
    def misclassified(self) -> Misclassified:
        """The images that are classified wrongly."""
        rows = np.flatnonzero(self.predictions != self.labels)
        return Misclassified(rows, self.labels[rows], self.predictions[rows])


class Evaluator:
    """Runs the forward pass over a fixed set of images, as often as asked."""

    def __init__(self, network: Network, weights: FlatArrays, batches: Batches) -> None:
        self._batches = batches
        self._size = min(CHUNK, len(batches))
        self._program = Program(network, weights, None, self._size)

    def __call__(self) -> Evaluation:
        import torch

        losses, predictions = [], []
        for pixels, rows in self._batches.in_order(self._size):
            count = len(pixels)
            standardize(pixels, self._program.inputs[:count])
            self._program.forward()
            log_probabilities = self._program.log_probabilities[:count]
            losses.append(label_losses(log_probabilities, self._batches.labels[rows]))
            predictions.append(log_probabilities.argmax(1))
        loss = float(torch.cat(losses).double().mean())
        labels = self._batches.labels.cpu().numpy()
        return Evaluation(loss, torch.cat(predictions).cpu().numpy(), labels)


def label_losses(log_probabilities: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of each row against its label, shape (n,)."""
    return -log_probabilities.gather(1, labels.unsqueeze(1)).squeeze(1)
