"""Seconds for a training step: verified gradients against the same network in eager torch.

Run: `python -m tests.benchmarks.bench_training [--steps 300]` on one thread. Steps of both sides
alternate, so that both see the same machine; what is compared are medians of processor time. A step
is forward, backward, update and reading the loss; the batch lies ready for both.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise

import torch

from derivlab.network.architecture import Network, feed_forward
from derivlab.network.optimizers import OPTIMIZERS, Settings
from derivlab.network.program import FlatArrays, Program

Step = Callable[[], float]
RATE = 1e-4

#: Hidden widths, optimizer, whether eager torch uses its fused optimizer, the ratio that must hold.
CASES: tuple[tuple[tuple[int, ...], str, bool, float], ...] = (
    ((128, 64), "sgd", False, 1.35),
    ((128, 64), "momentum", False, 1.6),
    ((128, 64), "adam", False, 1.6),
    ((800, 800), "sgd", True, 1.0),
    ((800, 800), "momentum", True, 1.0),
    ((800, 800), "adam", True, 1.0),
)

EAGER = {
    "sgd": lambda p, fused: torch.optim.SGD(p, lr=RATE, fused=fused),
    "momentum": lambda p, fused: torch.optim.SGD(p, lr=RATE, momentum=0.9, fused=fused),
    "adam": lambda p, fused: torch.optim.Adam(p, lr=RATE, fused=fused),
}


def verified_step(network: Network, optimizer: str, inputs: torch.Tensor, labels: torch.Tensor) -> Step:
    """One step as the training loop takes it."""
    weights = FlatArrays.zeros(network, inputs.dtype, "cpu")
    weights.flat.normal_(std=0.05)
    gradients = FlatArrays.zeros(network, inputs.dtype, "cpu")
    program = Program(network, weights, gradients, len(inputs))
    update = OPTIMIZERS[optimizer].build(weights.flat, gradients.flat, Settings()).update
    program.inputs.copy_(inputs)
    program.targets.copy_(torch.nn.functional.one_hot(labels, 10))

    def step() -> float:
        program.forward()
        program.backward()
        update(RATE)
        return float(program.loss)

    return step


def eager_step(
    hidden: tuple[int, ...], optimizer: str, fused: bool, inputs: torch.Tensor, labels: torch.Tensor
) -> Step:
    """The usual step: modules, cross-entropy, autograd, torch.optim."""
    widths = (inputs.shape[1], *hidden, 10)
    layers: list[torch.nn.Module] = []
    for before, after in pairwise(widths):
        layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    own = EAGER[optimizer](model.parameters(), fused)

    def step() -> float:
        own.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        own.step()
        return loss.item()

    return step


def medians(steps: list[Step], count: int) -> list[float]:
    """Median processor time of each step in seconds, the steps taken in turn."""
    times: list[list[float]] = [[] for _ in steps]
    for number in range(count + 20):
        for own, step in zip(times, steps, strict=True):
            start = time.process_time()
            step()
            if number >= 20:
                own.append(time.process_time() - start)
    return [statistics.median(own) for own in times]


def measure(
    hidden: tuple[int, ...], optimizer: str, fused: bool, batch: int, count: int
) -> tuple[float, float]:
    """(verified, eager) seconds a step."""
    torch.manual_seed(0)
    inputs, labels = torch.randn(batch, 784), torch.randint(10, (batch,))
    with torch.no_grad():
        verified = verified_step(feed_forward(hidden), optimizer, inputs, labels)
    eager = eager_step(hidden, optimizer, fused, inputs, labels)
    ours, theirs = medians([verified, eager], count)
    return ours, theirs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch", type=int, nargs="*", default=[64, 128])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    sys.stdout.write("network          batch optimizer  eager       verified us  eager us  ratio  wanted\n")
    for hidden, optimizer, fused, wanted in CASES:
        for batch in arguments.batch:
            count = arguments.steps if max(hidden) < 500 else arguments.steps // 4
            ours, theirs = measure(hidden, optimizer, fused, batch, count)
            sizes = "-".join(map(str, (784, *hidden, 10)))
            kind = "fused" if fused else "default"
            sys.stdout.write(
                f"{sizes:16} {batch:5} {optimizer:10} {kind:10} {ours * 1e6:12.0f} {theirs * 1e6:9.0f}"
                f" {theirs / ours:6.2f} {wanted:7.2f}\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
