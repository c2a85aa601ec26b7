"""Every optimizer of the table follows torch.optim."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from derivlab.errors import UsageError
from derivlab.network.optimizers import OPTIMIZERS, Settings, optimizer_rule

REFERENCES: dict[str, Callable[[torch.nn.Parameter, float], torch.optim.Optimizer]] = {
    "sgd": lambda p, rate: torch.optim.SGD([p], lr=rate),
    "momentum": lambda p, rate: torch.optim.SGD([p], lr=rate, momentum=0.9),
    "adam": lambda p, rate: torch.optim.Adam([p], lr=rate),
    "adamw": lambda p, rate: torch.optim.AdamW([p], lr=rate, weight_decay=0.1),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_follows_torch(name: str) -> None:
    generator = torch.Generator().manual_seed(3)
    start = torch.randn(50, generator=generator, dtype=torch.float64)
    parameter = torch.nn.Parameter(start.clone())
    reference = REFERENCES[name](parameter, 0.01)
    own, gradients = start.clone(), torch.zeros_like(start)
    optimizer = OPTIMIZERS[name].build(own, gradients, Settings(weight_decay=0.1))
    for step in range(1, 30):
        rate = 0.01 / step
        gradients.copy_(torch.randn(50, generator=generator, dtype=torch.float64))
        parameter.grad = gradients.clone()
        reference.param_groups[0]["lr"] = rate
        reference.step()
        optimizer.update(rate)
        torch.testing.assert_close(own, parameter.detach(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_state_is_all_that_a_checkpoint_needs(name: str) -> None:
    def run(count: int, own: torch.Tensor, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        gradients = torch.ones_like(own)
        optimizer = OPTIMIZERS[name].build(own, gradients, Settings())
        for key, value in state.items():
            optimizer.state[key].copy_(value)
        for _ in range(count):
            gradients.copy_(own * 2)
            optimizer.update(0.1)
        return optimizer.state

    whole = torch.linspace(-1, 1, 7)
    run(6, whole, {})
    halves = torch.linspace(-1, 1, 7)
    run(3, halves, run(3, halves, {}))
    assert torch.equal(whole, halves)


def test_an_unknown_optimizer() -> None:
    with pytest.raises(UsageError, match="there is no optimizer 'rmsprop'; choose from sgd, momentum, adam"):
        optimizer_rule("rmsprop")
