"""Functions that cheat, and callers that ask for what is nothing: the check sees both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivlab.compile.check import check_gradient
from derivlab.errors import UsageError
from derivlab.testing import assert_gradient
from tests.compile.test_check import logistic, right


def test_a_buffer_that_is_written_again_hides_no_second_answer() -> None:
    calls, buffers = [0], {}

    def wrong(z: Any, y: Any) -> Any:
        calls[0] += 1
        buffer = buffers.setdefault((z.shape, z.dtype), np.empty_like(z))
        buffer[...] = right(z, y) * (3 if calls[0] % 2 else 1)
        return buffer

    with pytest.raises(UsageError, match="wrong is not deterministic"):
        assert_gradient(wrong, "cross-entropy", arrays="numpy")


def test_a_buffer_of_its_own_is_fine() -> None:
    buffers: dict[Any, Any] = {}

    def buffered(z: Any, y: Any) -> Any:
        buffer = buffers.setdefault((z.shape, z.dtype), np.empty_like(z))
        buffer[...] = right(z, y)
        return buffer

    assert_gradient(buffered, "cross-entropy", arrays="numpy")


def test_an_input_changed_at_the_second_call() -> None:
    calls = [0]

    def wrong(z: Any, y: Any) -> Any:
        found = right(z, y)
        calls[0] += 1
        if calls[0] % 2 == 0:
            z *= 2
        return found

    with pytest.raises(UsageError, match="wrong changes its input 'z'"):
        assert_gradient(wrong, "cross-entropy", arrays="numpy")


def test_something_else_put_into_a_list() -> None:
    def wrong(z: Any, y: Any) -> Any:
        found = right(np.array(z), np.array(y)).tolist()
        z[0][0] = "gone"
        return found

    with pytest.raises(UsageError, match="wrong changes its input 'z'"):
        assert_gradient(wrong, "cross-entropy", arrays="python")


WRONG_FOR_SOME = {
    "two rows": lambda z, y: right(z, y) * (2 if len(z) == 2 else 1),
    "many rows": lambda z, y: right(z, y) * (2 if len(z) > 32 else 1),
    "square": lambda z, y: right(z, y).T.copy() if z.shape[0] == z.shape[1] else right(z, y),
}


@pytest.mark.parametrize("name", WRONG_FOR_SOME)
def test_wrong_for_some_shapes(name: str) -> None:
    assert not check_gradient(WRONG_FOR_SOME[name], "cross-entropy", arrays="numpy").passed


@pytest.mark.parametrize("strength", [lambda s: 0.125 + 0 * s, lambda s: 8 * s**2])
def test_a_strength_that_is_right_at_one_value(strength: Any) -> None:
    def wrong(theta: Any, x: Any, y: Any, s: Any) -> Any:
        return logistic(theta, x, y, theta.dtype.type(strength(s)))

    assert not check_gradient(wrong, "logistic", arrays="numpy").passed


@pytest.mark.parametrize(
    "shapes", [[(0, 3)], [(3, 0)], [(4,)], [4], (4, 3), [(-1, 2)], [(2.5, 2)], ["ab"], [(2, 3, 4)]]
)
def test_shapes_that_are_none(shapes: Any) -> None:
    with pytest.raises(UsageError, match=r"shapes are pairs \(batch, size\) of whole numbers from 1 on"):
        check_gradient(right, "cross-entropy", shapes=shapes)


@pytest.mark.parametrize("scales", [[np.nan], [np.inf], [1e30], ["one"], [0], [-1.0]])
def test_scales_that_are_none(scales: Any) -> None:
    with pytest.raises(UsageError, match="scales are numbers above 0, at most 100000"):
        check_gradient(right, "cross-entropy", scales=scales)


@pytest.mark.parametrize(
    ("factor", "told"),
    [(4, "every entry is 4 times what it should be"), (-1, "every entry has the wrong sign")],
)
def test_one_factor_is_told(factor: float, told: str) -> None:
    report = check_gradient(lambda z, y: right(z, y) * factor, "cross-entropy", shapes=[(4, 3)])
    assert not report.passed
    assert report.differences[0].factor == pytest.approx(factor)
    assert told in str(report)


@pytest.mark.parametrize("factor", [1 + 1e-9, 1 + 1e-5])
def test_a_factor_near_one_is_no_hint(factor: float) -> None:
    report = check_gradient(lambda z, y: right(z, y) * factor, "cross-entropy", dtypes=["float64"])
    assert not report.passed
    assert report.differences[0].factor is None


def test_one_wrong_entry_has_no_factor() -> None:
    def wrong(z: Any, y: Any) -> Any:
        found = right(z, y)
        found[0, 0] *= 1.5
        return found

    report = check_gradient(wrong, "cross-entropy", shapes=[(4, 3)], arrays="numpy")
    assert report.differences[0].factor is None


@pytest.mark.parametrize(
    ("returned", "told"),
    [({"value": 1, "gradient": 2}, "a dict of 'value', 'gradient'"), (None, "returns None")],
)
def test_what_is_returned_is_told(returned: Any, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        check_gradient(lambda z, y: returned, "cross-entropy")
