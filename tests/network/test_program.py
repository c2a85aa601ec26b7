"""The compiled network: its gradient is autograd's, it allocates nothing, and it finds what is not finite."""

from __future__ import annotations

import pytest
import torch

from derivlab.network.architecture import Network, feed_forward
from derivlab.network.gradient_check import autograd_gradient, relative_error
from derivlab.network.program import FlatArrays, Program
from derivlab.network.session import initialize


def build(network: Network, batch: int = 32) -> tuple[FlatArrays, FlatArrays, Program]:
    """A program in float64 with random weights on random input."""
    weights = FlatArrays.zeros(network, torch.float64, "cpu")
    gradients = FlatArrays.zeros(network, torch.float64, "cpu")
    initialize(network, weights, seed=1)
    program = Program(network, weights, gradients, batch)
    generator = torch.Generator().manual_seed(4)
    program.inputs.normal_(generator=generator)
    program.targets.copy_(torch.randn(program.targets.shape, generator=generator).softmax(1))
    program.targets.div_(program.targets.sum(1, keepdim=True))
    program.draw_masks(generator)
    return weights, gradients, program


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize(
    ("hidden", "dropout", "l2"),
    [((), 0.0, 0.0), ((13,), 0.0, 0.01), ((13, 7), 0.25, 0.0), ((9, 8, 7), 0.5, 0.1)],
)
def test_the_gradient_is_autograds(
    activation: str, hidden: tuple[int, ...], dropout: float, l2: float
) -> None:
    network = feed_forward(
        hidden, activation_name=activation, dropout_share=dropout, l2=l2, inputs=20, classes=5
    )
    weights, gradients, program = build(network)
    program.forward()
    program.backward()
    reference = autograd_gradient(network, weights, program.inputs, program.targets, program.masks)
    assert set(reference) == set(gradients.views)
    for key, expected in reference.items():
        assert relative_error(gradients.views[key], expected) < 1e-9, key


def test_no_cotangent_is_sent_below_the_first_parameters() -> None:
    *_, program = build(feed_forward([13], inputs=20, classes=5))
    products = [step.text for step in program.backward_pass if step.text.startswith("mm(")]
    assert products == ["mm(G.T, x)", "mm(G, W)", "mm(G.T, x)"]


def test_a_program_that_evaluates_has_no_backward_pass_and_no_dropout() -> None:
    network = feed_forward([13], dropout_share=0.5, inputs=20, classes=5)
    weights, _, training = build(network)
    program = Program(network, weights, None, 32)
    program.inputs.copy_(training.inputs)
    program.targets.copy_(training.targets)
    program.forward()
    assert program.backward_pass == []
    assert program.masks == []
    W1, b1, W2, b2 = weights.views.values()
    logits = torch.relu(program.inputs @ W1.t() + b1) @ W2.t() + b2
    torch.testing.assert_close(program.log_probabilities, logits.log_softmax(1))


def test_steps_write_into_the_same_buffers() -> None:
    *_, gradients, program = build(feed_forward([13, 7], inputs=20, classes=5))
    instructions = [*program.forward_pass, *program.backward_pass]
    before = [step.out.data_ptr() for step in instructions]
    program.forward()
    program.backward()
    assert [step.out.data_ptr() for step in instructions] == before
    assert not gradients.flat.requires_grad
    assert all(step.out.grad_fn is None for step in instructions)


def test_masks_keep_the_mean() -> None:
    *_, program = build(feed_forward([50], dropout_share=0.2, inputs=20, classes=5), batch=400)
    (mask,) = program.masks
    assert sorted(mask.unique().tolist()) == [0.0, pytest.approx(1.25)]
    assert mask.mean().item() == pytest.approx(1.0, abs=0.02)


def test_the_layer_that_is_not_finite_is_named() -> None:
    weights, _, program = build(feed_forward([13, 7], inputs=20, classes=5))
    program.forward()
    assert program.first_not_finite() is None
    weights.views["layer 3", "W"].mul_(1e308)
    program.forward()
    assert program.first_not_finite() == "layer 3 (affine 13 → 7): its output"
    weights.views["layer 1", "b"][0] = float("nan")
    assert program.first_not_finite() == "layer 1 (affine 20 → 13): its b"
