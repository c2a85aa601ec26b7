"""Messages: arrays come back as they were sent, and bytes from a stranger are an array or an error."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from derivlab.grading.sandbox import wire

ANY = st.sampled_from([np.float64, np.float32, np.int64]).flatmap(
    lambda kind: arrays.arrays(kind, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)


@settings(max_examples=100, deadline=None)
@given(st.lists(ANY, max_size=3))
def test_arrays_come_back(sent: list[np.ndarray]) -> None:
    got = wire.unpacked(b"".join(map(wire.packed, sent)))
    assert [array.dtype for array in got] == [array.dtype for array in sent]
    for one, other in zip(got, sent, strict=True):
        np.testing.assert_array_equal(one, other)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80))
@example(b"d\x02" + struct.pack("<2q", 0, 1 << 62))
@example(b"d\x02" + struct.pack("<2q", -1, -1) + bytes(8))
@example(b"d\x01" + struct.pack("<q", 1 << 62))
@example(b"O\x00" + bytes(8))
@example(b"d\xff")
def test_any_bytes_are_arrays_or_an_error(body: bytes) -> None:
    try:
        found = wire.unpacked(body)
    except (wire.WireError, ValueError):
        return
    assert sum(array.nbytes for array in found) <= len(body)


def test_a_long_message_is_seen_in_its_header() -> None:
    word = bytes(range(16))
    sent = wire.message(word, wire.RESULT, b"abc")
    assert wire.HEADER.unpack(sent[: wire.HEADER.size]) == (word, wire.RESULT, 3)
    with pytest.raises(struct.error):
        wire.HEADER.unpack(b"short")
