"""The loops of `fused` for torch with `precision="library"`: few calls, no array but the result.

Each takes the tensors by role and the tensor to write the gradient to, and returns the value. They
are as accurate as torch's own softmax, no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

Tensors = Mapping[str, Any]
LOWEST = -85.0  # the logarithm of a probability that float32 still holds to all its digits
MANY = 1 << 16  # entries from which on arithmetic costs more than calls


def mean_entropy(given: Tensors, out: Any) -> Any:
    """The mean cross-entropy of rows."""
    z = given["z"]
    scale = 1 / z.shape[0]
    if "class" in given:
        return _mean_of_classes(z, given["class"].unsqueeze(1), scale, out)
    torch.log_softmax(z, 1, out=out)
    y = given["y"]
    weighted = torch.dot(out.reshape(-1), y.reshape(-1))
    if weighted != weighted:  # 0 times -inf: a logit of -inf without weight takes no part
        weighted = torch.where(y == 0, 0, y * out).sum()
    out.exp_().sub_(y).mul_(scale)
    return weighted.mul_(-scale)


def _mean_of_classes(z: Any, at: Any, scale: float, out: Any) -> Any:
    """For few entries the fewest calls; for many one exponential an entry."""
    if z.numel() < MANY:
        chosen = torch.log_softmax(z, 1, out=out).gather(1, at)
        out.exp_().scatter_(1, at, chosen.expm1()).mul_(scale)
        return chosen.sum().mul_(-scale)
    chosen = torch.softmax(z, 1, out=out).gather(1, at)
    logarithm = chosen.log()
    if logarithm.amin() < LOWEST:  # too few digits are left of a label's probability
        logarithm = torch.log_softmax(z, 1).gather(1, at)
    out.scatter_(1, at, chosen.sub_(1)).mul_(scale)
    return logarithm.sum().mul_(-scale)


def entropies(given: Tensors, out: Any) -> Any:
    """The cross-entropy of each row."""
    torch.log_softmax(given["z"], 1, out=out)
    if "class" in given:
        at = given["class"].unsqueeze(1)
        chosen = out.gather(1, at)
        out.exp_().scatter_(1, at, chosen.expm1())
        return chosen.squeeze(1).neg_()
    y = given["y"]
    weighted = torch.where(y == 0, 0, y * out).sum(1)
    out.exp_().sub_(y)
    return weighted.neg_()


def entropy(given: Tensors, out: Any) -> Any:
    """The cross-entropy of one vector."""
    return entropies({role: tensor.unsqueeze(0) for role, tensor in given.items()}, out.unsqueeze(0))[0]


LOOPS: dict[str, Callable[[Tensors, Any], Any]] = {
    "mean_entropy": mean_entropy,
    "entropies": entropies,
    "entropy": entropy,
}
