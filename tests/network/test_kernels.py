"""Every kernel computes the formula that it states, and is chosen for no other."""

from __future__ import annotations

import pytest
import torch

from derivlab.compile import Output, compile_function
from derivlab.network.kernels import KERNELS, Kernel, kernel_for
from derivlab.network.layers import D, K, N, elementwise, j, n
from derivlab.symbols import Context, Variable, matrix

SIZES = {"N": 6, "D": 5, "K": 4}
SHAPES = {
    "x": "ND",
    "y": "ND",
    "G": "ND",
    "M": "ND",
    "l": "NK",
    "p": "NK",
    "t": "NK",
    "W": "KD",
    "lambda": "",
}


def shape_of(kernel: Kernel, name: str) -> str:
    return "NK" if name == "x" and kernel.name == "log_softmax" else SHAPES[name]


def arrays_for(kernel: Kernel) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(2)
    return {
        name: torch.randn(
            [SIZES[axis] for axis in shape_of(kernel, name)], generator=generator, dtype=torch.float64
        )
        for name in kernel.reads
    }


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
def test_computes_its_formula(kernel: Kernel) -> None:
    arrays = arrays_for(kernel)
    out = torch.full([SIZES[str(axis)] for axis in axes(kernel)], float("nan"), dtype=torch.float64)
    kernel.bind(arrays, out)()
    dimensions = {"N": N, "D": D, "K": K}
    variables = [
        Variable(name, tuple(dimensions[axis] for axis in shape_of(kernel, name))) for name in kernel.reads
    ]
    output = Output("out", kernel.formula, kernel.indices)
    function = compile_function([output], Context(tuple(variables)), backend="torch")
    expected = torch.as_tensor(function(**arrays)["out"])
    torch.testing.assert_close(out, expected.reshape(out.shape), rtol=1e-13, atol=1e-14)


def axes(kernel: Kernel) -> list[str]:
    letters = {"n": "N", "j": "D", "k": "K"}
    return [letters[str(index)] for index in kernel.indices]


def test_a_formula_that_no_kernel_computes() -> None:
    context = elementwise("tanh").context
    x, y, G = (matrix(name, N, D)[n, j] for name in "xyG")
    assert kernel_for(G * (1 + y**2), (n, j), context) is None
    assert kernel_for(-x, (n, j), context) is None


def test_a_formula_written_otherwise_finds_its_kernel_by_proof() -> None:
    context = elementwise("tanh").context
    y, G = (matrix(name, N, D)[n, j] for name in "yG")
    kernel = kernel_for(G - G * y**2, (n, j), context)
    assert kernel is not None
    assert kernel.name == "tanh_backward"


def test_relu_has_derivative_zero_at_its_kink() -> None:
    """There the formula says 0, as autograd does; a proof says nothing about a kink."""
    kernel = next(kernel for kernel in KERNELS if kernel.name == "relu_backward")
    arrays = {"x": torch.tensor([[-1.0, 0.0, -0.0, 1e-30]]), "G": torch.full((1, 4), 7.0)}
    out = torch.empty(1, 4)
    kernel.bind(arrays, out)()
    assert out.tolist() == [[0, 0, 0, 7]]
