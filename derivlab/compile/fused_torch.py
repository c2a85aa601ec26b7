"""The loops of `fused` for torch with `precision="library"`: few calls, no array but the result.

Each takes the tensors by role and the tensor to write the gradient to, and returns the value. They
are as accurate as torch's own softmax, no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from derivlab.errors import UsageError

Tensors = Mapping[str, Any]
LOWEST = -85.0  # the logarithm of a probability that float32 still holds to all its digits
RANGE = 60.0  # between logits: exp(-60) is far from the least number of float32
FEW = 1 << 12  # entries up to which calls cost more than arithmetic
SHORT_ROW = 64  # entries; torch's softmax is slow on rows of fewer
MANY = 1 << 16  # entries from which on arithmetic costs more than calls


def mean_entropy(given: Tensors, out: Any) -> Any:
    """The mean cross-entropy of rows."""
    z = given["z"]
    scale, entries = 1 / z.shape[0], z.numel()
    if z.is_cpu and out.is_contiguous() and entries < FEW:
        loop = _few_of_classes if "class" in given else _few_of_weights
        return _scalar(loop(z, given, scale, out), out)
    if z.is_cpu and out.is_contiguous() and z.shape[1] <= SHORT_ROW:
        shift = _common_shift(z)
        if shift is not None:
            return _scalar(_short(z, given, scale, out, shift), out)
    if "class" in given:
        return _mean_of_classes(z, given["class"].long().unsqueeze(1), scale, out)
    torch.log_softmax(z, 1, out=out)
    y = given["y"]
    weighted = torch.dot(out.reshape(-1), y.reshape(-1))
    if weighted != weighted:
        weighted = _weighted(y, out)
    out.exp_().sub_(y).mul_(scale)
    return weighted.mul_(-scale)


def _weighted(y: Any, logarithms: Any) -> Any:
    """Σ y log p, where 0 times -inf is 0: a logit of -inf without weight takes no part."""
    return torch.where(y == 0, 0, y * logarithms).sum()


def _scalar(value: float, like: Any) -> Any:
    """A tensor without axes; `torch.tensor` takes three times as long."""
    return torch.from_numpy(np.array(value, np.float32 if like.dtype == torch.float32 else np.float64))


def _few_of_classes(z: Any, given: Tensors, scale: float, out: Any) -> float:
    """What counts for few entries is the number of calls, and NumPy's cost less than torch's."""
    places = _places(z, given["class"])
    torch.log_softmax(z, 1, out=out)
    entries = out.numpy().reshape(-1)
    chosen = entries.take(places)
    np.exp(entries, out=entries)
    entries[places] = np.expm1(chosen)
    entries *= scale
    return float(chosen.sum()) * -scale


def _few_of_weights(z: Any, given: Tensors, scale: float, out: Any) -> float:
    torch.log_softmax(z, 1, out=out)
    y = given["y"]
    entries, labels = out.numpy().reshape(-1), y.detach().numpy().reshape(-1)
    weighted = torch.dot(out.reshape(-1), y.reshape(-1)).item()
    if weighted != weighted:
        weighted = _weighted(y, out).item()
    np.exp(entries, out=entries)
    entries -= labels
    entries *= scale
    return weighted * -scale


def _places(z: Any, classes: Any) -> Any:
    """Where the entries of the labels' classes stand in z, end to end."""
    rows, size = z.shape
    labels = classes.numpy().astype(np.int64, copy=False)
    if labels.view(np.uint64).max() >= size:  # a negative one is very large as an unsigned number
        raise UsageError(f"class labels run from 0 to {size - 1}")
    return _starts(rows, size) + labels


@lru_cache(maxsize=8)
def _starts(rows: int, size: int) -> Any:
    return np.arange(0, rows * size, size)


def _common_shift(z: Any) -> Any:
    """The largest logit, if one shift serves all rows: no exponential is too small for float32."""
    logits = z.detach().numpy()
    most = logits.max()
    return most if most - logits.min() < RANGE else None


def _short(z: Any, given: Tensors, scale: float, out: Any, shift: Any) -> float:
    """Many short rows: passes over whole arrays and one shift, instead of rows with their own."""
    result = out.numpy()
    np.subtract(z.detach().numpy(), shift, out=result)
    if "class" in given:
        return _short_of_classes(_places(z, given["class"]), scale, out, result)
    y = given["y"].detach().numpy()
    ones = np.ones(z.shape[1], result.dtype)
    weighted = float(result.reshape(-1).dot(y.reshape(-1)))
    out.exp_()
    sums = result @ ones
    loss = float(np.log(sums).dot(y @ ones)) - weighted
    result *= (scale / sums)[:, None]
    result -= y * result.dtype.type(scale)
    return loss * scale


def _short_of_classes(places: Any, scale: float, out: Any, result: Any) -> float:
    out.exp_()
    sums = result @ np.ones(result.shape[1], result.dtype)
    entries = result.reshape(-1)
    chosen = entries.take(places) / sums
    result *= (scale / sums)[:, None]
    entries[places] = (chosen - 1) * scale
    return float(np.log(chosen).sum()) * -scale


def _mean_of_classes(z: Any, at: Any, scale: float, out: Any) -> Any:
    """For fewer entries the fewest calls; for many one exponential an entry."""
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
        at = given["class"].long().unsqueeze(1)
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
