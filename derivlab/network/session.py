"""Everything that a training run holds while it runs: weights, program, optimizer, batches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derivlab.errors import UsageError
from derivlab.network.architecture import Network, feed_forward
from derivlab.network.batches import Batches, standardize
from derivlab.network.config import GradientCheck, TrainingConfig
from derivlab.network.evaluation import Evaluator, label_losses
from derivlab.network.gradient_check import check_gradient
from derivlab.network.layers import activation
from derivlab.network.mnist import load_mnist
from derivlab.network.optimizers import Optimizer, optimizer_rule
from derivlab.network.program import FlatArrays, Program
from derivlab.network.run_folder import Checkpoint
from derivlab.network.schedules import rate_at

if TYPE_CHECKING:
    import torch
    from torch import Tensor

CHECK_BATCH = 64


@dataclass(frozen=True)
class Session:
    """The parts of a run; `step` is one update.

    Attributes:
        steps_per_epoch: full batches in an epoch; what is left over waits for the next epoch's order.
    """

    config: TrainingConfig
    network: Network
    weights: FlatArrays
    gradients: FlatArrays
    program: Program
    optimizer: Optimizer
    batches: Batches
    evaluate: Evaluator
    mask_generator: torch.Generator
    steps_per_epoch: int

    @property
    def steps(self) -> int:
        """All iterations of the run."""
        return self.config.epochs * self.steps_per_epoch

    def step(self, iteration: int, pixels: Tensor, rows: Tensor) -> float:
        """One update (iterations count from 1); the batch's mean cross-entropy before it.

        A loss that is not finite is returned before anything is updated, so that the cause can be found.
        """
        import torch

        program = self.program
        standardize(pixels, program.inputs)
        torch.index_select(self.batches.targets, 0, rows, out=program.targets)
        if program.masks:
            program.draw_masks(self.mask_generator.manual_seed(_mixed(self.config.seed, iteration)))
        program.forward()
        loss = self._label_loss(rows)
        if math.isfinite(loss):
            program.backward()
            rate = rate_at(self.config.schedule, self.config.learning_rate, iteration - 1, self.steps)
            self.optimizer.update(rate)
        return loss

    def _label_loss(self, rows: Tensor) -> float:
        """The loss of the last forward pass against the true labels, without smoothing."""
        if not self.config.smoothing:
            return float(self.program.loss)
        return float(label_losses(self.program.log_probabilities, self.batches.labels[rows]).mean())

    def order_generator(self, epoch: int) -> torch.Generator:
        """The source of the epoch's order and moves; on the CPU, so that every device sees the same."""
        import torch

        return torch.Generator().manual_seed(_mixed(self.config.seed, epoch))

    def check(self) -> GradientCheck:
        """The gradient at the present weights against autograd, on the first real images."""
        pixels, rows = next(self.batches.in_order(min(CHECK_BATCH, len(self.batches))))
        inputs = self.program.inputs.new_empty((len(pixels), self.program.inputs.shape[1]))
        standardize(pixels, inputs)
        return check_gradient(self.network, self.weights, inputs, self.batches.targets[rows])

    def checkpoint(self, iteration: int) -> Checkpoint:
        """The weights and the optimizer's state."""
        tensors = {".".join(key): view for key, view in self.weights.views.items()}
        tensors |= {f"optimizer.{name}": tensor for name, tensor in self.optimizer.state.items()}
        return Checkpoint(iteration, tensors)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Continue from a checkpoint; `UsageError` if it is of another network or optimizer."""
        own = self.checkpoint(0).tensors
        if {name: tensor.shape for name, tensor in own.items()} != {
            name: tensor.shape for name, tensor in checkpoint.tensors.items()
        }:
            raise UsageError("the checkpoint is of another network or optimizer than the configuration")
        for name, tensor in own.items():
            tensor.copy_(checkpoint.tensors[name])


def _mixed(seed: int, number: int) -> int:
    """A seed for part `number` of a run; different parts of different runs do not meet."""
    return (seed * 0x9E3779B97F4A7C15 + number * 0xBF58476D1CE4E5B9) % 2**63


def open_session(config: TrainingConfig) -> Session:
    """Read the data, derive, prove and compile the network, and draw the first weights."""
    import torch

    device = _device(config.device)
    dtype = getattr(torch, config.dtype)
    network = feed_forward(
        config.hidden, activation_name=config.activation, dropout_share=config.dropout, l2=config.l2
    )
    data = load_mnist(config.data or None)
    if config.validation:
        data = data.with_validation(config.validation)
    if config.batch_size > len(data.training):
        raise UsageError(
            f"a batch of {config.batch_size} is more than the {len(data.training)} training images"
        )
    weights = FlatArrays.zeros(network, dtype, device)
    gradients = FlatArrays.zeros(network, dtype, device)
    initialize(network, weights, config.seed)
    batches = Batches(data.training, device, dtype, shift=config.shift, smoothing=config.smoothing)
    return Session(
        config=config,
        network=network,
        weights=weights,
        gradients=gradients,
        program=Program(network, weights, gradients, config.batch_size),
        optimizer=optimizer_rule(config.optimizer).build(weights.flat, gradients.flat, config.settings),
        batches=batches,
        evaluate=Evaluator(network, weights, Batches(data.test, device, dtype)),
        mask_generator=torch.Generator(device=device),
        steps_per_epoch=len(batches) // config.batch_size,
    )


def initialize(network: Network, weights: FlatArrays, seed: int) -> None:
    """Normal weights of deviation gain/√inputs, biases zero; the same on every device.

    Source: K. He et al., Delving deep into rectifiers (2015), for ReLU's gain √2.
    """
    import torch

    generator = torch.Generator().manual_seed(_mixed(seed, -1))
    gain = activation(network.activation).gain
    for layer, name, shape in network.parameters():
        view = weights.views[layer.name, name]
        if name == "W":
            drawn = torch.randn(shape, generator=generator, dtype=torch.float64)
            view.copy_(drawn.mul_(gain / math.sqrt(layer.inputs)))
        else:
            view.zero_()


def _device(name: str) -> str:
    import torch

    if name not in ("cpu", "cuda"):
        raise UsageError(f"there is no device {name!r}; use cpu or cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise UsageError("this machine has no CUDA device that torch can use; use --device cpu")
    return name
