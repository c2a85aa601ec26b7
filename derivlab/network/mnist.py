"""MNIST from its four IDX files: those in the package, or a folder in torchvision's layout.

Nothing is unpickled, and nothing is used before its SHA-256 was compared: a damaged file is named.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from derivlab.errors import UsageError

Bytes = NDArray[np.uint8]

SIDE = 28
CLASSES = 10

#: SHA-256 of each unpacked file.
CHECKSUMS = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

#: Where the files may lie below the folder that a caller names (torchvision uses the last).
LAYOUTS = (".", "raw", "MNIST/raw")


@dataclass(frozen=True)
class Images:
    """Pixels, shape (n, 28, 28), and labels, shape (n,), both uint8; labels are 0 to 9."""

    pixels: Bytes
    labels: Bytes

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: NDArray[np.int64] | slice) -> Images:
        """The images of these rows."""
        return Images(self.pixels[rows], self.labels[rows])


@dataclass(frozen=True)
class Mnist:
    """The training images and the test images."""

    training: Images
    test: Images

    def with_validation(self, size: int, seed: int = 12345) -> Mnist:
        """The same with `size` training images held out, and these in place of the test images.

        Hyperparameters are chosen on such a split, so that the test images stay unseen.
        """
        if not 0 < size < len(self.training):
            raise UsageError(f"cannot hold out {size} of {len(self.training)} training images")
        order = np.random.default_rng(seed).permutation(len(self.training))
        return Mnist(self.training.take(order[size:]), self.training.take(order[:size]))


def load_mnist(folder: Path | str | None = None) -> Mnist:
    """Read MNIST, checksums verified.

    Args:
        folder: a folder in torchvision's MNIST layout (`MNIST/raw` below it, packed or not), or one
            with the files themselves; None for the files in the package.

    Raises:
        UsageError: a file is missing, truncated or not the one it should be; the message names it.

    Example:
        >>> data = load_mnist()
        >>> data.training.pixels.shape, int(data.test.labels[0])
        ((60000, 28, 28), 7)
    """
    raw = _folder_with_files(Path(folder)) if folder is not None else packaged_folder()
    return Mnist(_read_pair(raw, "train"), _read_pair(raw, "t10k"))


def packaged_folder() -> Path:
    """The folder of the package that holds the four files."""
    return Path(__file__).resolve().parent.parent / "data" / "mnist"


def _folder_with_files(folder: Path) -> Path:
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}: name one that holds MNIST/raw")
    first = next(iter(CHECKSUMS))
    for layout in LAYOUTS:
        if _find(folder / layout, first) is not None:
            return folder / layout
    raise UsageError(f"{folder} has no {first} (looked in {', '.join(LAYOUTS)}, packed with gzip or not)")


def _find(folder: Path, name: str) -> Path | None:
    candidates = (folder / name, folder / f"{name}.gz")
    return next((path for path in candidates if path.is_file()), None)


def _read_pair(folder: Path, part: str) -> Images:
    pixels = _read_checked(folder, f"{part}-images-idx3-ubyte")
    labels = _read_checked(folder, f"{part}-labels-idx1-ubyte")
    return Images(parse_idx(pixels), parse_idx(labels))


def _read_checked(folder: Path, name: str) -> bytes:
    path = _find(folder, name)
    if path is None:
        raise UsageError(f"{folder / name} is missing (packed with gzip or not)")
    content = _unpack(path)
    if hashlib.sha256(content).hexdigest() != CHECKSUMS[name]:
        raise UsageError(f"{path} is damaged or not MNIST: its SHA-256 differs; fetch the file again")
    return content


def _unpack(path: Path) -> bytes:
    try:
        packed = path.read_bytes()
        return gzip.decompress(packed) if path.suffix == ".gz" else packed
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UsageError(f"{path} is damaged ({error}); fetch the file again") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from error


def parse_idx(content: bytes) -> Bytes:
    """The array of an IDX file of unsigned bytes.

    The header is two zero bytes, the type 0x08, the number of axes, then each size in four bytes,
    big-endian.

    >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    array([7, 2, 1], dtype=uint8)
    """
    start = 4 + 4 * content[3] if len(content) > 3 else 4
    if len(content) < start or content[:3] != b"\x00\x00\x08":
        raise UsageError("not an IDX file of unsigned bytes")
    shape = tuple(int(size) for size in np.frombuffer(content[4:start], dtype=">u4"))
    if len(content) - start != math.prod(shape):
        raise UsageError(f"an IDX file of shape {shape} with {len(content) - start} bytes of data")
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)
