"""The loops of `fused` for torch with `precision="library"`: few calls, no array but the result.

Each takes the tensors by role and the tensor to write the gradient to, and returns the value. They
are as accurate as torch's own softmax, no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import isnan
from typing import Any

import numpy as np
import torch
from torch.autograd import forward_ad
from torch.nn.functional import nll_loss

from derivlab.errors import UsageError

Tensors = Mapping[str, Any]
LOWEST = -85.0  # the logarithm of a probability that float32 still holds to all its digits
RANGE = 60.0  # between logits: exp(-60) is far from the least number of float32
NARROW = 48.0  # between logits: the difference of a sum of them and another keeps the digits that torch keeps
BLOCK = 1 << 7  # products that are summed in float32 before the sum goes on in float64
FEW = 1 << 12  # entries up to which calls cost more than arithmetic
SHORT_ROW = 64  # entries; torch's softmax is slow on rows of fewer
NO_CLASS = -(1 << 62)  # what torch would pass over; no place of an array
PART = 1 << 15  # entries that the cache next to the processor holds
MANY = 1 << 16  # entries from which on arithmetic costs more than calls


def mean_entropy(given: Tensors, out: Any) -> Any:
    """The mean cross-entropy of rows."""
    z = given["z"]
    classes, labels = "class" in given, given["class"].long() if "class" in given else given["y"]
    found = (classes_at_once if classes else weights_at_once)(z, labels, out)
    if found is not None:
        return found[0]
    scale, ones = 1 / z.shape[0], labels if classes else _ones_of(z, labels)
    if ones is not None:
        return _mean_of_classes(z, ones.unsqueeze(1), scale, out)
    torch.log_softmax(z, 1, out=out)
    weighted = torch.dot(out.reshape(-1), labels.reshape(-1))
    if isnan(weighted.item()):
        weighted = _weighted(labels, out)
    out.exp_().sub_(labels).mul_(scale)
    return weighted.mul_(-scale)


def classes_at_once(z: Any, classes: Any, out: Any) -> tuple[Any, Any] | None:
    """The mean cross-entropy and its gradient, of few entries or short rows; else None.

    NumPy's calls cost less than torch's, and read the tensors' own memory. `out` may be None.
    """
    return _at_once(z, classes, out, _few_of_classes, _short_of_classes)


def weights_at_once(z: Any, y: Any, out: Any) -> tuple[Any, Any] | None:
    """Like `classes_at_once`, for labels of the shape of z."""
    return _at_once(z, y, out, _few_of_weights, _short_of_weights)


def _at_once(
    z: Any, labels: Any, out: Any, few: Callable[..., tuple[Any, Any]], short: Callable[..., tuple[Any, Any]]
) -> tuple[Any, Any] | None:
    entries = z.numel()
    if not entries or not _readable(z, labels, out):
        return None
    if entries < FEW:
        return few(z, labels, out)
    reach = RANGE if short is _short_of_classes else NARROW
    shift = _common_shift(z, reach) if z.shape[1] <= SHORT_ROW else None
    return None if shift is None else short(z, labels, out, shift)


def _readable(z: Any, labels: Any, out: Any) -> bool:
    """Whether NumPy can read all (and write `out`, if it is given) where it lies.

    What autograd follows, backward or forward, goes the ordinary way.
    """
    if not (z.is_cpu and labels.is_cpu) or forward_ad._current_level >= 0:
        return False
    if (z.requires_grad or labels.requires_grad) and torch.is_grad_enabled():
        return False
    if out is None:
        return True
    return out.is_cpu and out.is_contiguous() and not out.requires_grad and _apart(out, z, labels)


def _apart(out: Any, z: Any, labels: Any) -> bool:
    """Whether `out` shares no memory with what is read; it may be z itself.

    `results.overlaps` for arrays without gaps, in a third of its time; others go the ordinary way.
    """
    start, stop = out.data_ptr(), out.data_ptr() + out.nbytes
    for given in (z, labels):
        at = given.data_ptr()
        if given.is_contiguous() and (
            stop <= at or at + given.nbytes <= start or (given is z and at == start)
        ):
            continue
        return False
    return True


def _log_softmax(z: Any, out: Any) -> Any:
    """log softmax of rows without gaps, written to `out` if it is given."""
    return torch.log_softmax(z, 1, out=out) if out is not None else torch.log_softmax(z, 1).contiguous()


def _ones_of(z: Any, y: Any) -> Any:
    """The places of the ones where each row of y is one 1 and zeros; None where NumPy cannot see it.

    It takes a quick pass over y, in parts that stay in the cache, and saves an exponential an entry.
    """
    if y.numel() < MANY or not _readable(z, y, None) or not y.is_contiguous():
        return None
    labels = y.detach().numpy()
    places, step = np.empty(len(labels), np.int64), max(1, PART // labels.shape[1])
    for start in range(0, len(labels), step):
        part = labels[start : start + step]
        if np.count_nonzero(part.view(f"i{part.itemsize}")) != len(part):  # quicker than of floats
            return None
        part.argmax(1, out=places[start : start + step])
    return torch.from_numpy(places) if (labels[np.arange(len(labels)), places] == 1).all() else None


def _weighted(y: Any, logarithms: Any) -> Any:
    """Σ y log p, where 0 times -inf is 0: a logit of -inf without weight takes no part."""
    return torch.where(y == 0, 0, y * logarithms).sum()


def _few_of_classes(z: Any, classes: Any, out: Any) -> tuple[Any, Any]:
    """What counts for few entries is the number of calls."""
    rows, size = z.shape
    out = _log_softmax(z, out)
    try:
        value = nll_loss(out, classes, ignore_index=NO_CLASS)
        entries, places = out.numpy().reshape(-1), _starts(rows, size) + classes.numpy()
        chosen = entries.take(places)
    except IndexError as error:
        raise UsageError(f"class labels run from 0 to {size - 1}") from error
    np.exp(entries, out=entries)
    entries[places] = np.expm1(chosen)
    entries *= 1 / rows
    return value, out


def _few_of_weights(z: Any, y: Any, out: Any) -> tuple[Any, Any]:
    scale = 1 / z.shape[0]
    out = _log_softmax(z, out)
    labels = y.detach().reshape(-1)
    value = torch.dot(out.view(-1), labels)
    if isnan(value.item()):
        value = _weighted(y, out)
    entries = out.numpy().reshape(-1)
    np.exp(entries, out=entries)
    entries -= labels.numpy()
    entries *= scale
    return value.mul_(-scale), out


def _common_shift(z: Any, reach: float) -> Any:
    """A shift that serves all rows: 0 for small logits, else the largest; None if these lie far apart."""
    least, most = (each.item() for each in torch.aminmax(z))
    if least > -reach / 2 and most < reach / 2:
        return 0.0
    return most if most - least < reach else None


def _short_of_classes(z: Any, classes: Any, out: Any, shift: float) -> tuple[Any, Any]:
    """Many short rows: passes over whole arrays and one shift, instead of rows with their own."""
    rows, size = z.shape
    labels = classes.numpy()
    if labels.view(np.uint64).max() >= size:  # a negative one is very large as an unsigned number
        raise UsageError(f"class labels run from 0 to {size - 1}")
    places, scale = _starts(rows, size) + labels, 1 / rows
    out = _exponentials(_shifted(z, shift, out), z, out)
    entries, sums = out.numpy().reshape(-1), torch.mv(out, _ones(size, z.dtype)).numpy()
    chosen = entries.take(places)
    chosen /= sums
    entries *= (scale / sums).repeat(size)
    loss = float(np.log(chosen).sum()) * -scale
    chosen -= 1
    chosen *= scale
    entries[places] = chosen
    return torch.scalar_tensor(loss, dtype=z.dtype), out


def _short_of_weights(z: Any, y: Any, out: Any, shift: float) -> tuple[Any, Any]:
    rows, size = z.shape
    scale, ones = 1 / rows, _ones(size, z.dtype)
    shifted = _shifted(z, shift, out)
    weighted = _sum_of_products(shifted, y)
    out = _exponentials(shifted, z, out)
    entries, totals = out.numpy().reshape(-1), torch.mv(out, ones)
    loss = torch.dot(totals.double().log_(), torch.mv(y, ones).double()).item() - weighted
    sums = totals.numpy()
    entries *= (scale / sums).repeat(size)
    out.sub_(y, alpha=scale)
    return torch.scalar_tensor(loss * scale, dtype=z.dtype), out


def _sum_of_products(z: Any, y: Any) -> float:
    """Σ y·z; in float64, but for blocks that are short enough for float32."""
    left, right = z.contiguous().numpy().reshape(-1), y.contiguous().numpy().reshape(-1)
    whole = left.size // BLOCK * BLOCK
    blocks = (array[:whole].reshape(-1, BLOCK) for array in (left, right))
    return float(np.einsum("ij,ij->i", *blocks).sum(dtype=np.float64) + left[whole:].dot(right[whole:]))


def _shifted(z: Any, shift: float, out: Any) -> Any:
    """z - shift; written to `out` if it is given, and z itself for no shift."""
    return torch.sub(z, shift, out=out) if shift else z


def _exponentials(shifted: Any, z: Any, out: Any) -> Any:
    """exp of what `_shifted` made, without gaps, in its place or in `out`; never in z."""
    if shifted is not z:
        return shifted.exp_().contiguous()
    return torch.exp(z, out=out) if out is not None else torch.exp(z).contiguous()


@lru_cache(maxsize=8)
def _starts(rows: int, size: int) -> Any:
    """Where rows begin that lie end to end."""
    return np.arange(0, rows * size, size)


@lru_cache(maxsize=8)
def _ones(size: int, dtype: Any) -> Any:
    return torch.ones(size, dtype=dtype, device="cpu")


def _mean_of_classes(z: Any, at: Any, scale: float, out: Any) -> Any:
    """For fewer entries the fewest calls; for many one exponential an entry."""
    if z.numel() < MANY:
        chosen = torch.log_softmax(z, 1, out=out).gather(1, at)
        out.exp_().scatter_(1, at, chosen.expm1()).mul_(scale)
        return chosen.sum().mul_(-scale)
    if out.data_ptr() == z.data_ptr():
        z = z.clone()  # it is read again after the result is written
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
