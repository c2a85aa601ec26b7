"""Configurations: plain values that survive JSON, and a clear answer to nonsense."""

from __future__ import annotations

import json

import pytest

from derivlab.errors import UsageError
from derivlab.network import TrainingConfig


def test_round_trip() -> None:
    config = TrainingConfig(hidden=(32,), betas=(0.8, 0.99), data="somewhere")
    assert TrainingConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_quick_is_shorter() -> None:
    assert TrainingConfig.quick().epochs < TrainingConfig().epochs


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("epochs", 0, "epochs must be positive"),
        ("learning_rate", float("nan"), "learning_rate must be positive"),
        ("weight_decay", -1.0, "weight_decay must not be negative"),
        ("dtype", "float16", "dtype is float32 or float64"),
        ("optimizer", "rmsprop", "there is no optimizer"),
        ("schedule", "linear", "there is no schedule"),
    ],
)
def test_nonsense(field: str, value: object, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        TrainingConfig.from_json({field: value})


def test_an_unknown_field() -> None:
    with pytest.raises(UsageError, match="unknown fields: colour"):
        TrainingConfig.from_json({"colour": "blue"})
