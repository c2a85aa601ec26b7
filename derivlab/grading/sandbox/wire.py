"""Messages between the grader and the process that runs a student's code: lengths first, never pickle.

A message is a header (a word that differs for every process, the kind, the length) and a body: JSON, text, or
an array as its shape and its raw bytes. Nothing that is read is ever run, and a reader says
how long a body may be before it reads one. The program inside loads this file by its path, so it imports
nothing of derivlab.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

HEADER = struct.Struct("<16scI")
WORD = 16
# From the grader.
JOB, CALL, END = b"J", b"C", b"E"
# From the student's process.
READY, LOADED, RESULT, PROBLEM, PRINTED = b"R", b"L", b"A", b"P", b"O"

TYPES = {b"d": "<f8", b"f": "<f4", b"q": "<i8"}
MAX_AXES = 8


class WireError(Exception):
    """A message that is not of this form, or longer than its reader allows."""


def message(word: bytes, kind: bytes, body: bytes = b"") -> bytes:
    """A whole message.

    >>> HEADER.unpack(message(bytes(16), END)) == (bytes(16), END, 0)
    True
    """
    return HEADER.pack(word, kind, len(body)) + body


def packed(array: np.ndarray[Any, Any]) -> bytes:
    """An array of numbers as bytes: its type, its shape, its entries in C order.

    >>> import numpy
    >>> unpacked(packed(numpy.array([[1.0, 2.0]])))[0].tolist()
    [[1.0, 2.0]]
    """
    real = b"d" if array.dtype.itemsize > 4 else b"f"
    code = real if array.dtype.kind == "f" else b"q"
    entries = array.astype(TYPES[code], order="C", copy=False)
    return struct.pack(f"<cB{entries.ndim}q", code, entries.ndim, *entries.shape) + entries.tobytes()


def unpacked(body: bytes) -> list[np.ndarray[Any, Any]]:
    """The arrays that stand one after the other in `body`.

    Raises:
        WireError: it is anything else.
    """
    found, at = [], 0
    while at < len(body):
        array, at = _unpacked_one(body, at)
        found.append(array)
    return found


def _unpacked_one(body: bytes, at: int) -> tuple[np.ndarray[Any, Any], int]:
    import numpy as np

    code, axes, start = body[at : at + 1], int.from_bytes(body[at + 1 : at + 2], "little"), at + 2
    entries = start + 8 * axes
    if code not in TYPES or axes > MAX_AXES or entries > len(body):
        raise WireError("no array")
    shape = struct.unpack_from(f"<{axes}q", body, start)
    count = 1
    for size in shape:
        count *= size
    end = entries + int(TYPES[code][-1]) * count
    if min(shape, default=0) < 0 or end > len(body):
        raise WireError("an array with other entries than its shape says")
    return np.frombuffer(body[entries:end], dtype=TYPES[code]).reshape(shape), end
