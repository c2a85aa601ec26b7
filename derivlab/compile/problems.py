"""What a gradient function can be held against: the objective, the inputs, and torch's own function.

A problem is one entry of `PROBLEMS`. Its gradient is derived by `derivlab.calculus` from the
objective, so nothing here says what the right answer is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, exp, log

from derivlab.calculus import Gradient, gradient
from derivlab.compile.function import CompiledFunction, compile_function
from derivlab.compile.outputs import Output
from derivlab.errors import UsageError
from derivlab.symbols import (
    BINARY,
    Context,
    Definition,
    Variable,
    dimension,
    indices,
    matrix,
    scalar,
    total,
    vector,
)

N, d, K = dimension("N"), dimension("d"), dimension("K")
n, i, j, k = indices("n i j k")
Tensors = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """A gradient (or Jacobian) that a function may claim to compute.

    Attributes:
        name: as the caller asks for it.
        summary: what the function is given and what it returns, in one line.
        gradient: derived; by its variable, with its context.
        arguments: what the function is called with, in order.
        logits: the argument whose scale is varied.
        labels: the argument that holds labels, if any, and what they are.
        batch: the arguments that get a batch axis in front; the gradient is then of the mean.
        mean: whether the batch's objective is the mean over it (a Jacobian has one for each element).
        shapes: the (batch, size) pairs that are tried unless others are asked for.
        reference: the objective with torch's own functions, one value for each element.
    """

    name: str
    summary: str
    gradient: Gradient
    arguments: tuple[str, ...]
    logits: str
    reference: Callable[[Tensors], Any]
    labels: str = ""
    batch: frozenset[str] = frozenset()
    mean: bool = False
    shapes: tuple[tuple[int, int], ...] = ((4, 10), (32, 100), (7, 3), (1, 2), (5, 5), (2, 4), (65, 3))

    @property
    def compiled(self) -> CompiledFunction:
        """The naive formula for NumPy, in a batch if the problem has one."""
        return _compiled(self)


@cache
def _compiled_for(gradient_: Gradient, batch: frozenset[str]) -> CompiledFunction:
    output = Output("gradient", gradient_.closed_form, _axes(gradient_), _sizes(gradient_))
    function = compile_function([output], gradient_.context, "numpy", name="gradient", stable=False)
    return function.in_batch(batch)[0] if batch else function


def _compiled(problem: Problem) -> CompiledFunction:
    return _compiled_for(problem.gradient, problem.batch)


def _axes(found: Gradient) -> tuple[Any, ...]:
    """The indices of the result: those of a vector-valued objective, then those of the variable."""
    own = tuple(getattr(found.objective, "indices", ()))
    return own + found.indices


def _sizes(found: Gradient) -> tuple[Expr, ...]:
    own = found.context.shape(str(found.objective.base.label)) if hasattr(found.objective, "base") else ()
    return tuple(own) + tuple(found.shape)


def _softmax_definition() -> Definition:
    z = vector("z", K)
    return Definition("yhat", exp(z[i]) / total(exp(z[k]), k, K), (i,), (K,))


def _softmax() -> Problem:
    context = Context.of(vector("z", K), define=[_softmax_definition()])
    yhat = vector("yhat", K)
    return Problem(
        "softmax",
        "f(z) is the Jacobian of softmax: z (batch, K) gives (batch, K, K)",
        gradient(yhat[i], "z", context),
        ("z",),
        "z",
        _torch_softmax,
        batch=frozenset({"z"}),
        shapes=((4, 10), (2, 32), (7, 3), (1, 2), (5, 5)),
    )


def _cross_entropy() -> Problem:
    y, yhat = vector("y", K), vector("yhat", K)
    context = Context.of(vector("z", K), y, define=[_softmax_definition()], assume=[(total(y[k], k, K), 1)])
    return Problem(
        "cross-entropy",
        "f(z, y) is the gradient of the mean cross-entropy by the logits: z, y (batch, K) give (batch, K)",
        gradient(-total(y[k] * log(yhat[k]), k, K), "z", context),
        ("z", "y"),
        "z",
        _torch_cross_entropy,
        labels="y",
        batch=frozenset({"z", "y"}),
        mean=True,
    )


def _log_likelihood() -> Problem:
    context = Context.of(vector("z", K), define=[_softmax_definition()])
    yhat = vector("yhat", K)
    return Problem(
        "log-likelihood",
        "f(z) is the gradient of Σ log softmax(z), the mean over the batch: z (batch, K) gives (batch, K)",
        gradient(total(log(yhat[k]), k, K), "z", context),
        ("z",),
        "z",
        _torch_log_likelihood,
        batch=frozenset({"z"}),
        mean=True,
    )


def _logistic() -> Problem:
    x, theta, y = matrix("X", N, d), vector("theta", d), vector("y", N)
    strength = scalar("lambda", positive=True)
    sigma = Definition("sigma", 1 / (1 + exp(-total(x[n, j] * theta[j], j, d))), (n,), (N,))
    s = sigma.node
    context = Context.of(x, theta, Variable("y", (N,), BINARY), strength, define=[sigma])
    loss = -total(y[n] * log(s[n]) + (1 - y[n]) * log(1 - s[n]), n, N) / N
    objective = loss + strength / 2 * total(theta[j] ** 2, j, d)
    return Problem(
        "logistic",
        "f(theta, X, y, lambda) is the gradient of the regularized logistic loss by theta: (d,)",
        gradient(objective, "theta", context),
        ("theta", "X", "y", "lambda"),
        "theta",
        _torch_logistic,
        labels="y",
    )


def _torch_softmax(given: Tensors) -> Any:
    return given["z"].softmax(-1)


def _torch_cross_entropy(given: Tensors) -> Any:
    import torch

    return torch.nn.functional.cross_entropy(given["z"], given["y"])


def _torch_log_likelihood(given: Tensors) -> Any:
    return given["z"].log_softmax(-1).sum(-1).mean()


def _torch_logistic(given: Tensors) -> Any:
    import torch

    margins = given["X"] @ given["theta"]
    loss = torch.nn.functional.binary_cross_entropy_with_logits(margins, given["y"])
    return loss + given["lambda"] / 2 * (given["theta"] ** 2).sum()


PROBLEMS: dict[str, Callable[[], Problem]] = {
    "softmax": _softmax,
    "cross-entropy": _cross_entropy,
    "log-likelihood": _log_likelihood,
    "logistic": _logistic,
}


@cache
def problem(name: str) -> Problem:
    """The problem of that name; `UsageError` names the nearest one if there is none.

    >>> problem("cross-entropy").gradient.closed_form
    -y[i] + yhat[i]
    """
    if name not in PROBLEMS:
        from difflib import get_close_matches

        near = get_close_matches(name, list(PROBLEMS), n=1, cutoff=0.4)
        told = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(PROBLEMS)}"
        raise UsageError(f"there is no gradient called {name!r} to check against; {told}")
    return PROBLEMS[name]()
