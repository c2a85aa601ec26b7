"""Batches: every image once an epoch, moved by at most what was asked, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from derivlab.errors import UsageError
from derivlab.network.batches import PIXEL_DEVIATION, PIXEL_MEAN, Batches, standardize
from derivlab.network.mnist import Images, Mnist


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_every_image_once_and_the_same_for_the_same_seed(few: Mnist) -> None:
    batches = Batches(few.training, "cpu", torch.float32, shift=1)
    first = list(batches.epoch(128, generator(5)))
    again = list(batches.epoch(128, generator(5)))
    other = list(batches.epoch(128, generator(6)))
    assert torch.cat([rows for _, rows in first]).sort().values.tolist() == list(range(640))
    assert all(torch.equal(a[0], b[0]) and torch.equal(a[1], b[1]) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0][1], other[0][1])


def test_a_last_batch_that_is_not_full_is_left_out(few: Mnist) -> None:
    batches = Batches(few.training, "cpu", torch.float32)
    assert [len(rows) for _, rows in batches.epoch(200, generator(0))] == [200, 200, 200]


def test_images_are_moved_by_at_most_the_shift(few: Mnist) -> None:
    batches = Batches(few.training, "cpu", torch.float32, shift=1)
    moves = set()
    for pixels, rows in batches.epoch(128, generator(1)):
        for image, row in zip(pixels.numpy(), rows.tolist(), strict=True):
            padded = np.pad(few.training.pixels[row], 2)
            fits = [
                (down, right)
                for down in range(5)
                for right in range(5)
                if np.array_equal(padded[down : down + 28, right : right + 28], image)
            ]
            assert fits
            moves.update(fits if len(fits) == 1 else [])
    assert moves == {(down, right) for down in (1, 2, 3) for right in (1, 2, 3)}


def test_test_images_stand_still_and_in_order(few: Mnist) -> None:
    batches = Batches(few.test, "cpu", torch.float32, shift=1)
    pixels = torch.cat([pixels for pixels, _ in batches.in_order(64)])
    assert np.array_equal(pixels.numpy(), few.test.pixels)


def test_targets_sum_to_one(few: Mnist) -> None:
    batches = Batches(few.training, "cpu", torch.float64, smoothing=0.1)
    torch.testing.assert_close(batches.targets.sum(1), torch.ones(640, dtype=torch.float64))
    assert torch.equal(batches.targets.argmax(1), batches.labels)
    assert batches.targets.max().item() == pytest.approx(0.91)


def test_standardize() -> None:
    pixels = torch.tensor([0, 255], dtype=torch.uint8).repeat(784).view(2, 28, 28)
    out = torch.empty(2, 784)
    standardize(pixels, out)
    low, high = -PIXEL_MEAN / PIXEL_DEVIATION, (1 - PIXEL_MEAN) / PIXEL_DEVIATION
    torch.testing.assert_close(out[0, :2], torch.tensor([low, high]))


@pytest.mark.parametrize(("shift", "smoothing"), [(-1, 0.0), (28, 0.0), (0, 1.0), (0, -0.1)])
def test_what_makes_no_sense(shift: int, smoothing: float) -> None:
    images = Images(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8))
    with pytest.raises(UsageError):
        Batches(images, "cpu", torch.float32, shift=shift, smoothing=smoothing)
