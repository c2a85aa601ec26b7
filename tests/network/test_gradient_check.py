"""The check before training: it passes what is right, and refuses a gradient wrong in one entry."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from derivlab.errors import InternalError
from derivlab.network import TrainingConfig, feed_forward, train
from derivlab.network.gradient_check import TOLERANCE, check_gradient, relative_error
from derivlab.network.mnist import Mnist
from derivlab.network.program import FlatArrays, Program
from derivlab.network.session import initialize


def small() -> tuple[FlatArrays, Callable[[], float]]:
    """float32 weights of a small network, and a call that checks its gradient."""
    network = feed_forward([13], dropout_share=0.3, l2=0.01, inputs=20, classes=5)
    weights = FlatArrays.zeros(network, torch.float32, "cpu")
    initialize(network, weights, seed=2)
    generator = torch.Generator().manual_seed(4)
    inputs = torch.randn(16, 20, generator=generator)
    targets = torch.randn(16, 5, generator=generator).softmax(1)
    return weights, lambda: check_gradient(network, weights, inputs, targets).largest_error


def test_a_right_gradient_passes() -> None:
    _, check = small()
    assert check() < TOLERANCE / 100


def test_what_was_proved_is_kept(on_few: Mnist) -> None:
    check = train(TrainingConfig(hidden=(8,), epochs=1, batch_size=64, l2=0.01, dropout=0.1)).gradient_check
    assert set(check.proved) == {
        "affine, by x",
        "affine, by W",
        "affine, by b",
        "relu, by x",
        "dropout, by x",
        "softmax cross-entropy, by x",
        "L2, by W",
    }
    assert check.proved["softmax cross-entropy, by x"] == "(p[n, k] - t[n, k])/N"
    assert set(check.side_conditions) == {"relu, by x"}
    assert set(check.by_parameter) == {"layer 1.W", "layer 1.b", "layer 4.W", "layer 4.b"}


@pytest.mark.parametrize("wrong", [1 + 1e-6, -1.0, 0.0, float("nan")])
def test_one_wrong_entry_is_refused(wrong: float, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Program.backward

    def backward(program: Program) -> None:
        right(program)
        assert program._gradients is not None
        program._gradients.views["layer 4", "W"][3, 2] *= wrong

    monkeypatch.setattr(Program, "backward", backward)
    _, check = small()
    with pytest.raises(InternalError, match=r"layer 4\.W differs from autograd by .*: nothing was trained"):
        check()


def test_a_run_refuses_to_start(on_few: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    right, steps = Program.backward, []

    def backward(program: Program) -> None:
        right(program)
        assert program._gradients is not None
        program._gradients.flat.mul_(1.01)

    monkeypatch.setattr(Program, "backward", backward)
    monkeypatch.setattr("derivlab.network.session.Session.step", lambda *_: steps.append(1))
    with pytest.raises(InternalError, match="nothing was trained"):
        train(TrainingConfig(hidden=(8,), epochs=1))
    assert steps == []


def test_relative_error_is_entry_by_entry() -> None:
    expected = torch.tensor([1e3, 1.0], dtype=torch.float64)
    value = torch.tensor([1e3, 1.1], dtype=torch.float64)
    assert relative_error(value, expected) == pytest.approx(0.1)
    assert relative_error(torch.zeros(2), torch.zeros(2)) == 0
    assert relative_error(torch.full((2,), float("nan")), expected) == float("inf")
