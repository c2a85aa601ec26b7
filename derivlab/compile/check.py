"""Holding a gradient function against exact balls and autograd: entry by entry, before any mean.

What counts as right: the value of the exact gradient for *some* input within a few roundings of the
given one. That admits every sound way to compute (p - y may cancel, z - max z rounds) and nothing
else: the permitted error is what balls of that radius around the inputs lead to, so it is relative
where the formula is well-conditioned, entry by entry, however small the entry. `gradcheck` compares
with an absolute tolerance, under which the 1/N of a mean hides whole entries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivlab.compile.balls import balls, evaluated, exact, midpoints, radii, ulps
from derivlab.compile.calling import caller_for
from derivlab.compile.cases import SCALES, Case, cases
from derivlab.compile.findings import SAME, CheckReport, Difference
from derivlab.compile.problems import Problem, problem
from derivlab.errors import InternalError, UsageError

Array = NDArray[Any]
DTYPES = ("float64", "float32")
LARGEST_SCALE = 1e5


def check_gradient(
    function: Callable[..., Any],
    against: str | Problem,
    *,
    shapes: Sequence[tuple[int, int]] | None = None,
    scales: Sequence[float] = SCALES,
    dtypes: Sequence[str] = DTYPES,
    arrays: str = "auto",
    measure: bool = False,
    stop: bool = False,
    seed: int = 0,
) -> CheckReport:
    """Hold a gradient function against the exact gradient and against autograd.

    Args:
        function: called with the problem's arguments in order, e.g. `f(z, y)` with arrays of shape
            (batch, K) for "cross-entropy"; returns the gradient.
        against: the problem, by name. "cross-entropy": f(z, y), the gradient by the logits z of the mean
            over the batch, for labels y of the shape of z; "log-likelihood": f(z), the gradient of
            Σ log softmax(z), the mean over the batch; "softmax": f(z), the Jacobian, (batch, K, K);
            "logistic": f(theta, X, y, lambda), the gradient by theta.
        shapes: (batch, size) pairs that are tried; the problem's own by default.
        scales: sizes of the logits that are tried.
        dtypes: "float64", "float32" or both.
        arrays: "numpy", "torch" or "python" for what the function takes; "auto" finds out.
        measure: whether to measure every entry's distance in ULP, not only of the wrong ones.
        stop: whether to stop at the first input with wrong entries.
        seed: of the random inputs.

    Raises:
        UsageError: the problem is unknown, or the function raises, returns another shape or type
            than it should, changes its input, or is not deterministic.

    Example:
        >>> import numpy as np
        >>> def gradient(z, y):
        ...     e = np.exp(z - z.max(axis=1, keepdims=True))
        ...     return (e / e.sum(axis=1, keepdims=True) - y) / len(z)
        >>> check_gradient(gradient, "cross-entropy", shapes=[(4, 3)]).passed
        True
        >>> forgotten = check_gradient(lambda z, y: 4 * gradient(z, y), "cross-entropy", shapes=[(4, 3)])
        >>> forgotten.passed, round(forgotten.differences[0].relative, 6)
        (False, 3.0)
    """
    asked = problem(against) if isinstance(against, str) else against
    for dtype in dtypes:
        if dtype not in DTYPES:
            raise UsageError(f"gradients are checked in {' and '.join(DTYPES)}, not in {dtype}")
    tally = _Tally(measure)
    caller = None
    tried = _tried(asked, shapes, scales)
    for dtype, shape in product(dtypes, tried):
        for case in cases(asked, shape, dtype, scales, seed):
            caller = caller or caller_for(function, case, arrays)
            told = Case(f"{case.name}, {dtype} {shape}", case.arrays)
            _compare(asked, caller(told, _result_shape(asked, told)), told, dtype, tally)
            if stop and tally.wrong:
                return tally.report(asked.name, caller.name)
    if caller is None:
        raise UsageError("nothing to check: give at least one shape, scale and type")
    return tally.report(asked.name, caller.name)


def _tried(
    asked: Problem, shapes: Sequence[tuple[int, int]] | None, scales: Sequence[float]
) -> Sequence[tuple[int, int]]:
    """The shapes to try, if these and the scales make sense."""
    for scale in scales:
        if not isinstance(scale, int | float) or not 0 < scale <= LARGEST_SCALE:
            raise UsageError(f"scales are numbers above 0, at most {LARGEST_SCALE:g}; {scale!r} is none")
    for shape in shapes or ():
        pair = isinstance(shape, tuple | list) and len(shape) == 2
        if not pair or not all(isinstance(size, int) and size > 0 for size in shape):
            raise UsageError(f"shapes are pairs (batch, size) of whole numbers from 1 on; {shape!r} is none")
    return asked.shapes if shapes is None else shapes


class _Tally:
    """What has been found so far."""

    def __init__(self, measure: bool) -> None:
        self.measure = measure
        self.entries = self.wrong = self.cases = 0
        self.largest: float | None = 0.0 if measure else None
        self.autograd = 0.0
        self.differences: list[Difference] = []

    def report(self, asked: str, name: str) -> CheckReport:
        """The findings."""
        return CheckReport(
            asked,
            name,
            self.entries,
            self.wrong,
            tuple(self.differences),
            self.cases,
            self.largest,
            self.autograd,
        )


def _compare(asked: Problem, got: Array, case: Case, dtype: str, tally: _Tally) -> None:
    """Compare one result with the exact gradient; note the worst entry that is wrong."""
    middle, permitted = _expected(asked, case, dtype)
    if dtype == "float64":
        _hold_autograd(asked, case, middle, permitted, tally)
    with np.errstate(invalid="ignore"):
        wrong = ~(np.abs(got.astype(np.float64) - middle) <= permitted)
    tally.cases += 1
    tally.entries += got.size
    tally.wrong += int(wrong.sum())
    if wrong.any() or tally.measure:
        values = _exact(asked, case)
        distances = ulps(got, values, dtype)
        if tally.largest is not None:
            tally.largest = max(tally.largest, float(distances.max()))
        if wrong.any():
            tally.differences.append(_worst(case, got, midpoints(values), distances, wrong))


def _worst(case: Case, got: Array, values: Array, distances: Array, wrong: Array) -> Difference:
    at = np.unravel_index(int(np.where(wrong, distances, -1).argmax()), got.shape)
    entry = tuple(map(int, at))
    value, expected = float(got[at]), float(values[at])
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = float(np.abs(np.float64(value - expected) / np.abs(np.float64(expected))))
    factor = _common_factor(got, values)
    return Difference(case.name, entry, value, expected, float(distances[at]), relative, factor)


def _common_factor(got: Array, values: Array) -> float | None:
    """The factor by which all entries differ from what they should be; None if there is none, or nearly 1."""
    with np.errstate(all="ignore"):
        factors = got[values != 0].astype(np.float64) / values[values != 0]
    if factors.size < 2 or not np.isfinite(factors).all():
        return None
    middle = float(np.median(factors))
    one = bool((np.abs(factors - middle) <= SAME * abs(middle)).all())
    return middle if one and middle and abs(middle - 1) > 2 * SAME else None


def _expected(asked: Problem, case: Case, dtype: str) -> tuple[Array, Array]:
    """The gradient and the permitted error of each entry.

    The inputs are balls of a few roundings each; a logit's is never less than that of 1, since the
    exponential turns absolute errors into relative ones.
    """
    info = np.finfo(dtype)
    unit = float(info.eps) / 2
    roundings = 8 + max(case.arrays[asked.logits].shape) / 4
    given: dict[str, Array] = {}
    for name, array in case.arrays.items():
        least = 1.0 if name == asked.logits else 0.0
        finite = np.where(np.isfinite(array), np.abs(array.astype(np.float64)), 0)
        given[name] = balls(array, roundings * unit * np.maximum(finite, least))
    values = _scaled(asked, evaluated(asked.compiled, "gradient", _named(asked, given)), case)
    middle = midpoints(values)
    permitted = radii(values) + 4 * unit * np.abs(middle) + float(info.smallest_normal)
    if not np.isfinite(permitted).all():
        raise InternalError(f"the exact gradient of {asked.name} is not bounded at {case.name}")
    return middle, permitted


def _exact(asked: Problem, case: Case) -> Array:
    given = _named(asked, {name: balls(array) for name, array in case.arrays.items()})
    return _scaled(asked, exact(asked.compiled, "gradient", given), case)


def _named(asked: Problem, given: dict[str, Array]) -> dict[str, Array]:
    """The arrays in the order of the compiled function; a number as a ball of its own."""
    wanted = (argument.name for argument in asked.compiled.arguments)
    return {name: given[name] if given[name].ndim else given[name].item() for name in wanted}


def _scaled(asked: Problem, values: Array, case: Case) -> Array:
    rows = len(case.arrays[asked.logits])
    return np.asarray(values / rows, dtype=object) if asked.mean and rows > 1 else values


def _result_shape(asked: Problem, case: Case) -> tuple[int, ...]:
    shape = case.arrays[asked.logits].shape
    return (*shape, shape[-1]) if asked.gradient.objective.has(_head(asked)) and not asked.mean else shape


def _head(asked: Problem) -> Any:
    return getattr(asked.gradient.objective, "base", object)


def _hold_autograd(asked: Problem, case: Case, middle: Array, permitted: Array, tally: _Tally) -> None:
    """Autograd in float64 must agree with the exact gradient, where it can.

    Raises:
        InternalError: it does not: then derivlab's own gradient or objective is wrong.
    """
    found = autograd(asked, case)
    if found is None:
        return
    off = np.abs(np.where(np.isfinite(found), found, middle) - middle)
    if bool((off > permitted).any()):
        raise InternalError(f"autograd and the exact gradient of {asked.name} differ at {case.name}")
    large = np.abs(middle) > 1e-8 * np.abs(middle).max(initial=0)
    tally.autograd = max(tally.autograd, float((off[large] / np.abs(middle[large])).max(initial=0)))


def autograd(asked: Problem, case: Case) -> Array | None:
    """torch's own gradient in float64; None where a Jacobian would be too large to be worth it."""
    import torch

    tensors = {name: torch.from_numpy(array.astype(np.float64)) for name, array in case.arrays.items()}
    logits = tensors[asked.logits].requires_grad_()
    value = asked.reference(tensors)
    if value.ndim == 0:
        return np.asarray(torch.autograd.grad(value, logits)[0].numpy())
    size = logits.shape[-1]
    if size > 16:
        return None
    rows = [torch.autograd.grad(value[:, row].sum(), logits, retain_graph=True)[0] for row in range(size)]
    return np.asarray(torch.stack(rows, dim=1).numpy())
