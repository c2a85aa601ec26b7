"""How many digits of a gradient are right: derivlab's formula, the naive one and torch, against exact values.

All of them run in single precision, at logits of growing size; the exact values come from ball
arithmetic. The unit is that of the last place (ULP): at most a few means that every digit is right, at
2^24 none is right, and a value that is not a number counts as infinitely wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivlab.compile.balls import balls, exact, ulps
from derivlab.compile.cases import Case, cases
from derivlab.compile.function import CompiledFunction, Precision, compile_function
from derivlab.compile.problems import PROBLEMS, Problem, problem

Array = NDArray[Any]
SCALES = (1.0, 10.0, 100.0, 800.0)
SHAPE = (4, 10)  # a batch of a power of two: the mean over it loses no digit
SEEDS = (0, 1, 2)
DTYPE = "float32"
LAST_DIGIT = 2.0**24 / 10  # from here on not even the first decimal digit is right


@dataclass(frozen=True)
class Accuracy:
    """The largest distance from the exact gradient at logits of one size, in ULP; inf for NaN.

    `double` is the derived formula with float64 inside, rounded once to the single precision of the others.
    """

    scale: float
    derived: float
    double: float
    torch: float
    naive: float


def accuracy(name: str) -> tuple[Accuracy, ...]:
    """One row a scale for the gradient of that name; none if it is not in the table of problems.

    >>> accuracy("no such gradient")
    ()
    """
    if name not in PROBLEMS:
        return ()
    asked = problem(name)
    functions = (_stable(asked, "working"), _stable(asked, "double"), asked.compiled)
    return tuple(_at(asked, functions, scale) for scale in SCALES)


def _stable(asked: Problem, precision: Precision) -> CompiledFunction:
    """The same formula as `asked.compiled`, written stably."""
    outputs, context = asked.compiled.outputs, asked.compiled.context
    return compile_function(outputs, context, "numpy", name="gradient", stable=True, precision=precision)


def _at(asked: Problem, functions: tuple[CompiledFunction, ...], scale: float) -> Accuracy:
    worst = [0.0, 0.0, 0.0, 0.0]
    for seed in SEEDS:
        for case in cases(asked, SHAPE, DTYPE, (scale,), seed):
            if case.name.startswith("logits of") and "inf" not in case.name:
                truth = exact(asked.compiled, "gradient", _arrays(asked, case, as_balls=True))
                working, double, naive = (_run(function, asked, case) for function in functions)
                found = (working, double, _torch(asked, case), naive)
                distances = [float(ulps(one, truth, DTYPE).max()) for one in found]
                worst = [max(pair) for pair in zip(worst, distances, strict=True)]
    return Accuracy(scale, *worst)


def _arrays(asked: Problem, case: Case, *, as_balls: bool = False) -> dict[str, Any]:
    """The arrays of a case by argument; a number as a number."""
    given = {name: balls(array) if as_balls else array for name, array in case.arrays.items()}
    wanted = (argument.name for argument in asked.compiled.arguments)
    return {name: given[name] if given[name].ndim else given[name].item() for name in wanted}


def _run(function: CompiledFunction, asked: Problem, case: Case) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(function(**_arrays(asked, case))["gradient"], dtype=DTYPE)


def _torch(asked: Problem, case: Case) -> Array:
    """Autograd through torch's own function; the mean is undone, without an error."""
    import torch

    tensors = {name: torch.from_numpy(array.copy()) for name, array in case.arrays.items()}
    logits = tensors[asked.logits].requires_grad_()
    value = asked.reference(tensors)
    if value.ndim == 0:
        found = torch.autograd.grad(value, logits)[0]
        return np.asarray((found * len(logits) if asked.mean else found).numpy())
    rows = [
        torch.autograd.grad(value[:, row].sum(), logits, retain_graph=True)[0]
        for row in range(logits.shape[-1])
    ]
    return np.asarray(torch.stack(rows, dim=1).numpy())
