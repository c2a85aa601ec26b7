"""Torch kernels that compute one verified formula in one pass, and how the right one is chosen.

A kernel states the formula that it computes, in the same symbols as the layers. It is taken for a
formula only if the two are the same expression or are proved equal: a wrong entry in this table is
never chosen, and a formula without a kernel runs through `derivlab.compile`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from sympy import Expr, Max, Piecewise, Symbol, exp, log, tanh

from derivlab.network.layers import D, K, N, j, k, m, n
from derivlab.symbols import Context, matrix, scalar, total

if TYPE_CHECKING:
    from torch import Tensor

Arrays = Mapping[str, Any]
Run = Callable[[], object]

_x, _y, _G, _M = (matrix(name, N, D)[n, j] for name in "xyGM")
_z, _l, _p, _t = (matrix(name, N, K) for name in "xlpt")
_W, _strength = matrix("W", K, D)[k, j], scalar("lambda")


@dataclass(frozen=True)
class Kernel:
    """One torch call that writes `formula` into `out`.

    Attributes:
        name: the torch function.
        formula: the expression of one entry of the result.
        indices: the indices of the result's axes.
        reads: names of the arrays that occur in the formula.
        bind: from the arrays and the result's buffer to a call without arguments.
    """

    name: str
    formula: Expr
    indices: tuple[Symbol, ...]
    reads: tuple[str, ...]
    bind: Callable[[Arrays, Tensor], Run]


def _aten(name: str) -> Any:
    import torch

    return getattr(torch.ops.aten, name)


# Numbers are kept as tensors of one entry: torch takes 2 to 7 µs longer to wrap a Python number, which
# is as long as the whole operation on a batch's logits.


def _relu(arrays: Arrays, out: Tensor) -> Run:
    import torch

    return partial(torch.maximum, arrays["x"], arrays["x"].new_zeros(1), out=out)


def _relu_backward(arrays: Arrays, out: Tensor) -> Run:
    """G where x > 0, else 0: at the kink autograd takes 0 as well."""
    import torch

    positive = partial(torch.gt, arrays["x"], arrays["x"].new_zeros(1), out=torch.empty_like(out))
    cotangent = arrays["G"]

    def run() -> None:
        torch.mul(cotangent, positive(), out=out)

    return run


def _through_output(name: str) -> Callable[[Arrays, Tensor], Run]:
    """A backward kernel that reads G and the layer's output y."""

    def bind(arrays: Arrays, out: Tensor) -> Run:
        return partial(_aten(name).grad_input, arrays["G"], arrays["y"], grad_input=out)

    return bind


def _unary(name: str, source: str) -> Callable[[Arrays, Tensor], Run]:
    def bind(arrays: Arrays, out: Tensor) -> Run:
        import torch

        return partial(getattr(torch, name), arrays[source], out=out)

    return bind


def _product(left: str, right: str) -> Callable[[Arrays, Tensor], Run]:
    def bind(arrays: Arrays, out: Tensor) -> Run:
        import torch

        return partial(torch.mul, arrays[left], arrays[right], out=out)

    return bind


def _log_softmax(arrays: Arrays, out: Tensor) -> Run:
    import torch

    return partial(torch.log_softmax, arrays["x"], 1, out=out)


def _mean_residual(arrays: Arrays, out: Tensor) -> Run:
    """(p - t)/N: one subtraction, one scaling in place."""
    import torch

    p, t = arrays["p"], arrays["t"]
    share = p.new_tensor([1 / len(p)])

    def run() -> None:
        torch.mul(torch.sub(p, t, out=out), share, out=out)

    return run


def _mean_cross_entropy(arrays: Arrays, out: Tensor) -> Run:
    """-(1/N) Σ t·l as a product of a row and a column, which can scale in the same call."""
    import torch

    row, column, value = arrays["t"].view(1, -1), arrays["l"].view(-1), out.view(1)
    return partial(torch.addmv, value, row, column, beta=0, alpha=-1 / len(arrays["l"]), out=value)


KERNELS: tuple[Kernel, ...] = (
    Kernel("relu", Max(_x, 0), (n, j), ("x",), _relu),
    Kernel("relu_backward", _G * Piecewise((1, _x > 0), (0, True)), (n, j), ("G", "x"), _relu_backward),
    Kernel("tanh", tanh(_x), (n, j), ("x",), _unary("tanh", "x")),
    Kernel("tanh_backward", _G * (1 - _y**2), (n, j), ("G", "y"), _through_output("tanh_backward")),
    Kernel("sigmoid", 1 / (1 + exp(-_x)), (n, j), ("x",), _unary("sigmoid", "x")),
    Kernel("sigmoid_backward", _G * _y * (1 - _y), (n, j), ("G", "y"), _through_output("sigmoid_backward")),
    Kernel("mask", _x * _M, (n, j), ("x", "M"), _product("x", "M")),
    Kernel("mask_backward", _G * _M, (n, j), ("G", "M"), _product("G", "M")),
    Kernel("log_softmax", _z[n, k] - log(total(exp(_z[n, m]), m, K)), (n, k), ("x",), _log_softmax),
    Kernel("exp", exp(_l[n, k]), (n, k), ("l",), _unary("exp", "l")),
    Kernel("mean_residual", (_p[n, k] - _t[n, k]) / N, (n, k), ("p", "t"), _mean_residual),
    Kernel(
        "mean_cross_entropy",
        -total(total(_t[n, k] * _l[n, k], k, K), n, N) / N,
        (),
        ("t", "l"),
        _mean_cross_entropy,
    ),
    Kernel("scale", _strength * _W, (k, j), ("W", "lambda"), _product("W", "lambda")),
)


@cache
def kernel_for(formula: Expr, indices: tuple[Symbol, ...], context: Context) -> Kernel | None:
    """The kernel that computes `formula`, or None.

    Example:
        >>> kernel_for(_x * _M, (n, j), Context.of(matrix("x", N, D), matrix("M", N, D))).name
        'mask'
    """
    candidates = [kernel for kernel in KERNELS if kernel.indices == indices]
    for kernel in candidates:
        if kernel.formula == formula:
            return kernel
    return next((kernel for kernel in candidates if _proved_equal(kernel, formula, context)), None)


def _proved_equal(kernel: Kernel, formula: Expr, context: Context) -> bool:
    """Whether the kernel reads only what the layer has, and computes the formula by proof."""
    from derivlab.proof import Claim, Proved, verify

    if any(context.lookup(name) is None for name in kernel.reads):
        return False
    return isinstance(verify(Claim(formula, kernel.formula, context, kernel.name)), Proved)
