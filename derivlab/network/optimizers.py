"""Optimizers on one flat parameter buffer: one entry an optimizer, updates in place.

Momentum, Adam and AdamW run torch's fused kernels, one pass over the buffers; plain gradient descent
is one multiply-add, which is faster than its fused kernel. Each follows torch.optim to the rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from derivlab.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Settings:
    """The numbers that an optimizer reads, besides the learning rate of each step.

    Attributes:
        momentum: share of the last velocity that is kept (momentum).
        betas: decay of the first and second moment (Adam, AdamW).
        epsilon: added to the root of the second moment.
        weight_decay: AdamW: rate × this × p is subtracted from p at each step.
    """

    momentum: float = 0.9
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = 1e-8
    weight_decay: float = 0.01


@dataclass(frozen=True)
class Optimizer:
    """Parameters with the state of their optimizer.

    Attributes:
        update: one step with the given learning rate; reads the gradient buffer, writes parameters
            and state.
        state: the state's tensors by name, for checkpoints.
    """

    update: Callable[[float], object]
    state: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class OptimizerRule:
    """An entry of the table.

    Attributes:
        latex: the update as a reader writes it.
        build: (parameters, gradients, settings) → `Optimizer`.
    """

    name: str
    latex: str
    build: Callable[[Tensor, Tensor, Settings], Optimizer]


def _sgd(parameters: Tensor, gradients: Tensor, settings: Settings) -> Optimizer:
    def update(rate: float) -> None:
        parameters.add_(gradients, alpha=-rate)

    return Optimizer(update)


def _momentum(parameters: Tensor, gradients: Tensor, settings: Settings) -> Optimizer:
    import torch

    velocity = torch.zeros_like(parameters)
    fused = partial(
        torch._fused_sgd_,
        [parameters],
        [gradients],
        [velocity],
        weight_decay=0.0,
        momentum=settings.momentum,
        dampening=0.0,
        nesterov=False,
        maximize=False,
        is_first_step=False,  # a velocity of zeros makes the first step like the others
    )
    return Optimizer(lambda rate: fused(lr=rate), {"velocity": velocity})


def _adam(kernel: str, decays: bool, parameters: Tensor, gradients: Tensor, settings: Settings) -> Optimizer:
    import torch

    first, second = torch.zeros_like(parameters), torch.zeros_like(parameters)
    step = torch.zeros((), dtype=torch.float32, device=parameters.device)
    fused: Any = partial(
        getattr(torch, kernel),
        [parameters],
        [gradients],
        [first],
        [second],
        [],
        [step],
        beta1=settings.betas[0],
        beta2=settings.betas[1],
        weight_decay=settings.weight_decay if decays else 0.0,
        eps=settings.epsilon,
        amsgrad=False,
        maximize=False,
    )

    def update(rate: float) -> None:
        step.add_(1)
        fused(lr=rate)

    return Optimizer(update, {"first": first, "second": second, "step": step})


OPTIMIZERS: dict[str, OptimizerRule] = {
    entry.name: entry
    for entry in (
        OptimizerRule("sgd", r"p \leftarrow p - \eta g", _sgd),
        OptimizerRule("momentum", r"v \leftarrow \mu v + g,\; p \leftarrow p - \eta v", _momentum),
        OptimizerRule(
            "adam",
            r"p \leftarrow p - \eta \hat m / (\sqrt{\hat v} + \epsilon)",
            partial(_adam, "_fused_adam_", False),
        ),
        OptimizerRule(
            "adamw",
            r"p \leftarrow (1 - \eta \lambda) p - \eta \hat m / (\sqrt{\hat v} + \epsilon)",
            partial(_adam, "_fused_adamw_", True),
        ),
    )
}


def optimizer_rule(name: str) -> OptimizerRule:
    """The optimizer of that name; `UsageError` with the names that exist otherwise."""
    if name not in OPTIMIZERS:
        raise UsageError(f"there is no optimizer {name!r}; choose from {', '.join(OPTIMIZERS)}")
    return OPTIMIZERS[name]
