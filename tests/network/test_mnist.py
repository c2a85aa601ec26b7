"""The data: whole, checked, and a damaged file named."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from derivlab.errors import UsageError
from derivlab.network.mnist import CHECKSUMS, LAYOUTS, Mnist, load_mnist, packaged_folder, parse_idx


def copy_files(folder: Path, *, packed: bool) -> Path:
    """The package's files in another folder."""
    folder.mkdir(parents=True)
    for name in CHECKSUMS:
        content = (packaged_folder() / f"{name}.gz").read_bytes()
        target = folder / (f"{name}.gz" if packed else name)
        target.write_bytes(content if packed else gzip.decompress(content))
    return folder


def test_the_shipped_files(mnist: Mnist) -> None:
    assert mnist.training.pixels.shape == (60000, 28, 28)
    assert mnist.test.pixels.shape == (10000, 28, 28)
    assert np.bincount(mnist.training.labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    assert mnist.training.pixels.mean() / 255 == pytest.approx(0.1307, abs=1e-4)


def test_their_licence_ships_with_them() -> None:
    folder = packaged_folder()
    assert "CC BY-SA 3.0" in (folder / "LICENSE").read_text()
    readme = (folder / "README.md").read_text()
    assert all(checksum in readme for checksum in CHECKSUMS.values())


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("packed", [True, False])
def test_torchvision_layouts(tmp_path: Path, mnist: Mnist, layout: str, packed: bool) -> None:
    copy_files(tmp_path / "data" / layout, packed=packed)
    read = load_mnist(tmp_path / "data")
    assert np.array_equal(read.test.pixels, mnist.test.pixels)
    assert np.array_equal(read.training.labels, mnist.training.labels)


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    folder = copy_files(tmp_path / "data", packed=True)
    damaged = folder / "t10k-images-idx3-ubyte.gz"
    damaged.write_bytes(damaged.read_bytes()[:1000])
    with pytest.raises(UsageError, match=r"t10k-images-idx3-ubyte\.gz is damaged"):
        load_mnist(folder)


@pytest.mark.parametrize("packed", [True, False])
def test_a_changed_byte_is_seen(tmp_path: Path, packed: bool) -> None:
    folder = copy_files(tmp_path / "data", packed=packed)
    damaged = folder / ("train-labels-idx1-ubyte" + (".gz" if packed else ""))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(UsageError, match=r"train-labels-idx1-ubyte.* is damaged"):
        load_mnist(folder)


def test_another_data_set_is_not_taken_for_mnist(tmp_path: Path) -> None:
    folder = copy_files(tmp_path / "data", packed=False)
    (folder / "t10k-labels-idx1-ubyte").write_bytes((folder / "train-labels-idx1-ubyte").read_bytes())
    with pytest.raises(UsageError, match="t10k-labels-idx1-ubyte is damaged or not MNIST"):
        load_mnist(folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = copy_files(tmp_path / "data", packed=True)
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(UsageError, match="t10k-labels-idx1-ubyte is missing"):
        load_mnist(folder)


def test_a_folder_without_mnist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no train-images-idx3-ubyte"):
        load_mnist(tmp_path)
    with pytest.raises(UsageError, match="there is no folder"):
        load_mnist(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0",
        b"\0\0\x0d\x01\0\0\0\x01\0",
        b"\0\0\x08\x01\0\0",
        b"\0\0\x08\x01\0\0\0\x05abc",
        b"\x80pickle",
    ],
)
def test_what_is_no_idx_file(content: bytes) -> None:
    with pytest.raises(UsageError, match="IDX"):
        parse_idx(content)


def test_the_validation_split_is_of_training_images_only(mnist: Mnist) -> None:
    split = mnist.with_validation(10_000)
    assert (len(split.training), len(split.test)) == (50_000, 10_000)
    together = np.sort(np.concatenate([split.training.pixels.sum((1, 2)), split.test.pixels.sum((1, 2))]))
    assert np.array_equal(together, np.sort(mnist.training.pixels.sum((1, 2))))
    with pytest.raises(UsageError, match="cannot hold out 60000 of 60000"):
        mnist.with_validation(60_000)
