"""The table of layers: forward passes are what torch computes, gradients are proved, wrong ones refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from sympy import Expr, exp

from derivlab.errors import UsageError
from derivlab.network.architecture import feed_forward
from derivlab.network.derivation import backward_formula, with_outputs
from derivlab.network.layers import (
    ACTIVATIONS,
    Activation,
    D,
    K,
    LayerModel,
    N,
    activation,
    affine,
    dropout,
    elementwise,
    entry_of,
    j,
    k,
    n,
    softmax_cross_entropy,
    squared_norm,
)
from derivlab.network.lowering import Formula, lower
from derivlab.symbols import matrix, total

MODELS = [
    affine(),
    dropout(),
    softmax_cross_entropy(),
    squared_norm(),
    *(elementwise(name) for name in ACTIVATIONS),
]
GRADIENTS = [
    (model, name)
    for model in MODELS
    for name in ("x", *model.parameters)
    if model.context.lookup(name) is not None
]


@pytest.mark.parametrize(("model", "by"), GRADIENTS, ids=lambda part: getattr(part, "name", part))
def test_every_gradient_is_proved(model: LayerModel, by: str) -> None:
    formula = backward_formula(model, by)
    assert formula.indices == tuple(entry_of(model, by).indices)


def sizes_of(model: LayerModel) -> dict[str, int]:
    return {"N": 5, "D": 4, "K": 3}


def arrays_of(model: LayerModel) -> dict[str, torch.Tensor]:
    """Random float64 arrays for the layer's variables; targets sum to one."""
    generator = torch.Generator().manual_seed(1)
    arrays = {}
    for variable in model.context.variables:
        shape = [sizes_of(model)[str(axis)] for axis in variable.shape]
        arrays[variable.name] = torch.randn(shape, generator=generator, dtype=torch.float64)
    if "t" in arrays:
        arrays["t"] = arrays["t"].softmax(1)
    return arrays


def run_forward(model: LayerModel, arrays: dict[str, torch.Tensor]) -> None:
    """Fill in the outputs as a program does."""
    for definition in model.context.definitions:
        shape = [sizes_of(model)[str(axis)] for axis in definition.shape]
        out = arrays[definition.name] = torch.full(shape, float("nan"), dtype=torch.float64)
        lower(Formula(definition.body, definition.indices, model.context), arrays, out).run()


def reference(model: LayerModel, arrays: dict[str, torch.Tensor]) -> torch.Tensor:
    """The layer's last output by torch's own functions."""
    match model.name:
        case "affine":
            return arrays["x"] @ arrays["W"].t() + arrays["b"]
        case "dropout":
            return arrays["x"] * arrays["M"]
        case "softmax cross-entropy":
            return torch.nn.functional.cross_entropy(arrays["x"], arrays["t"])
        case "L2":
            return arrays["lambda"] / 2 * (arrays["W"] ** 2).sum()
        case name:
            function: torch.Tensor = getattr(torch, name)(arrays["x"])
            return function


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_forward(model: LayerModel) -> None:
    arrays = arrays_of(model)
    expected = reference(model, arrays)
    run_forward(model, arrays)
    torch.testing.assert_close(arrays[model.output], expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize(("model", "by"), GRADIENTS, ids=lambda part: getattr(part, "name", part))
def test_backward_against_autograd(model: LayerModel, by: str) -> None:
    arrays = arrays_of(model)
    leaf = arrays[by].clone().requires_grad_()
    output = reference(model, {**arrays, by: leaf})
    cotangent = arrays.get("G", torch.ones_like(output))
    (expected,) = torch.autograd.grad(output, leaf, grad_outputs=cotangent)
    run_forward(model, arrays)
    formula = backward_formula(model, by)
    out = torch.full_like(arrays[by], float("nan"))
    expr = with_outputs(formula.expr, model)
    lower(Formula(expr, formula.indices, formula.context), arrays, out).run()
    torch.testing.assert_close(out, expected, rtol=1e-12, atol=1e-13)


WRONG: list[tuple[LayerModel, str, Expr]] = [
    (affine(), "x", total(matrix("W", K, D)[k, j] * matrix("G", N, K)[n, k], k, K) * 2),
    (affine(), "b", -total(matrix("G", N, K)[n, k], n, N)),
    (elementwise("tanh"), "x", matrix("G", N, D)[n, j] * (1 + matrix("y", N, D)[n, j] ** 2)),
    (elementwise("sigmoid"), "x", matrix("G", N, D)[n, j] * matrix("y", N, D)[n, j]),
    (softmax_cross_entropy(), "x", matrix("p", N, K)[n, k] - matrix("t", N, K)[n, k]),
    (softmax_cross_entropy(), "x", (matrix("t", N, K)[n, k] - matrix("p", N, K)[n, k]) / N),
]


@pytest.mark.parametrize(("model", "by", "wrong"), WRONG)
def test_a_wrong_stated_formula_is_refused(model: LayerModel, by: str, wrong: Expr) -> None:
    with pytest.raises(UsageError, match=rf"{model.name}.* by {by} is (refuted|undecided), not proved"):
        backward_formula(replace(model, stated=((by, wrong),)), by)


def test_an_activation_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """x·σ(x), without a kernel of its own: it is derived, proved and compiled all the same."""
    swish = Activation("swish", r"y = x \sigma(x)", lambda x: x / (1 + exp(-x)))
    monkeypatch.setitem(ACTIVATIONS, "swish", swish)
    model = elementwise("swish")
    arrays = arrays_of(model)
    leaf = arrays["x"].clone().requires_grad_()
    output = torch.nn.functional.silu(leaf)
    (expected,) = torch.autograd.grad(output, leaf, grad_outputs=arrays["G"])
    run_forward(model, arrays)
    torch.testing.assert_close(arrays["y"], output.detach())
    formula = backward_formula(model, "x")
    out = torch.empty_like(expected)
    instruction = lower(Formula(formula.expr, formula.indices, formula.context), arrays, out)
    instruction.run()
    assert instruction.text.startswith("compiled(")
    torch.testing.assert_close(out, expected)


def test_unknown_names_and_sizes() -> None:
    with pytest.raises(
        UsageError, match="there is no activation 'softsign'; choose from relu, tanh, sigmoid"
    ):
        activation("softsign")
    with pytest.raises(UsageError, match=r"every hidden layer needs at least one unit, not \[32, 0\]"):
        feed_forward([32, 0])
    with pytest.raises(UsageError, match="the dropped share is at least 0 and below 1, not 1"):
        feed_forward([32], dropout_share=1.0)
