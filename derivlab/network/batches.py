"""Batches of images: shuffled anew each epoch, moved by at most a pixel, the same for the same seed.

The order and the moves of an epoch depend on the seed and the epoch's number only, so a resumed run
sees the batches that an uninterrupted one would have seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from derivlab.errors import UsageError
from derivlab.network.mnist import CLASSES, SIDE, Images

if TYPE_CHECKING:
    import torch
    from torch import Tensor

#: Mean and standard deviation of the pixels (0 to 1) of the MNIST training images.
PIXEL_MEAN, PIXEL_DEVIATION = 0.1307, 0.3081


class Batches:
    """Images on a device, ready to be copied into a program's buffers.

    Args:
        images: the images.
        device: where they are kept, as bytes.
        shift: the most pixels that an image moves in each direction (edges are filled with zero).
        smoothing: label smoothing s: a target is 1 - s + s/10 for the label and s/10 elsewhere.
        dtype: type of the targets.
    """

    def __init__(
        self, images: Images, device: str, dtype: torch.dtype, *, shift: int = 0, smoothing: float = 0.0
    ) -> None:
        import torch

        if not 0 <= shift < SIDE:
            raise UsageError(f"images can be moved by 0 to {SIDE - 1} pixels, not {shift}")
        if not 0 <= smoothing < 1:
            raise UsageError(f"label smoothing is at least 0 and below 1, not {smoothing}")
        side = SIDE + 2 * shift
        padded = torch.zeros((len(images), side, side), dtype=torch.uint8, device=device)
        inner = slice(shift, shift + SIDE)
        padded[:, inner, inner] = torch.tensor(images.pixels, device=device)
        places = 2 * shift + 1
        # windows[image, down, right] is the image moved by (down, right), a view into `padded`.
        self._windows = padded.as_strided(
            (len(images), places, places, SIDE, SIDE), (side * side, side, 1, side, 1)
        )
        self.labels = torch.tensor(images.labels, device=device).long()
        hot = torch.nn.functional.one_hot(self.labels, CLASSES).to(dtype)
        self.targets = hot * (1 - smoothing) + smoothing / CLASSES
        self._shift, self._device = shift, device

    def __len__(self) -> int:
        return len(self.labels)

    def epoch(self, size: int, generator: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
        """(pixels as bytes, rows of the images) of each full batch, shuffled and moved."""
        import torch

        count, places = len(self), 2 * self._shift + 1
        order = torch.randperm(count, generator=generator).to(self._device)
        moves = torch.randint(places, (2, count), generator=generator).to(self._device)
        for start in range(0, count - size + 1, size):
            rows = order[start : start + size]
            down, right = moves[:, start : start + size]
            yield self._windows[rows, down, right], rows

    def in_order(self, size: int) -> Iterator[tuple[Tensor, slice]]:
        """(pixels as bytes, rows) of consecutive images, where they are; the last may be shorter."""
        for start in range(0, len(self), size):
            rows = slice(start, min(start + size, len(self)))
            yield self._windows[rows, self._shift, self._shift], rows


def standardize(pixels: Tensor, out: Tensor) -> None:
    """Bytes of shape (n, 28, 28) as standardized numbers in `out`, shape (n, 784)."""
    scale = 1 / (255 * PIXEL_DEVIATION)
    out.copy_(pixels.reshape(out.shape)).mul_(scale).sub_(PIXEL_MEAN / PIXEL_DEVIATION)
