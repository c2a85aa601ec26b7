"""Schedules against torch's own, and their table."""

from __future__ import annotations

import pytest
import torch

from derivlab.errors import UsageError
from derivlab.network.schedules import SCHEDULES, rate_at, schedule


def test_one_cycle_is_torchs() -> None:
    steps, largest = 1000, 3e-3
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    reference = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, largest, total_steps=steps, cycle_momentum=False
    )
    for step in range(steps):
        expected = reference.get_last_lr()[0]
        # torch ends its warm-up a step earlier: at 0.3 × steps - 1 of steps - 1.
        assert rate_at("one-cycle", largest, step, steps) == pytest.approx(expected, rel=6e-3, abs=2e-6)
        optimizer.step()
        if step < steps - 1:
            reference.step()


def test_constant() -> None:
    assert {rate_at("constant", 0.1, step, 10) for step in range(10)} == {0.1}


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_stays_within_its_largest_rate(name: str) -> None:
    rates = [rate_at(name, 1.0, step, 500) for step in range(500)]
    assert all(0 < rate <= 1 for rate in rates)
    assert max(rates) == pytest.approx(1.0, abs=1e-4)
    assert rate_at(name, 1.0, 0, 1) > 0


def test_an_unknown_schedule() -> None:
    with pytest.raises(UsageError, match="there is no schedule 'linear'; choose from one-cycle, constant"):
        schedule("linear")
