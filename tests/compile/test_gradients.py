"""Value and gradient compiled together, and as a torch.autograd.Function inside a model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sympy import exp

from derivlab.calculus import gradient
from derivlab.compile import compile_gradient
from derivlab.errors import UsageError
from derivlab.models import MODELS
from derivlab.symbols import Context, dimension, index, total, vector

K, k = dimension("K"), index("k")
CROSS_ENTROPY, LOGISTIC = MODELS["cross-entropy"], MODELS["logistic"]
SHAPES = {
    "W": (4, 3),
    "h": (4,),
    "b": (3,),
    "y": (3,),
    "z": (3,),
    "x": (6, 3),
    "theta": (3,),
    "lambda": (),
    "c": (5,),
}


def derived(model: Any, *names: Any) -> Any:
    return [gradient(model.objective, name, model.context) for name in names]


def sample(names: Any, seed: int = 0, batch: tuple[int, ...] = ()) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(seed)
    made = {a: torch.randn((*batch, *SHAPES[a]), generator=generator, dtype=torch.float64) for a in names}
    if "y" in made:
        made["y"] = (
            torch.softmax(made["y"], -1)
            if "z" in made or "h" in made
            else (torch.randn(6, generator=generator) > 0).double()
        )
    if "lambda" in made:
        made["lambda"] = made["lambda"].abs()
    return made


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_value_and_gradient(backend: str) -> None:
    compiled = compile_gradient(derived(CROSS_ENTROPY, "z"), backend)
    assert set(compiled.arguments) == {"y", "z"}
    given = sample(compiled.arguments)
    z = given["z"].clone().requires_grad_()
    expected = torch.nn.functional.cross_entropy(z, given["y"])
    expected.backward()
    value, found = compiled.value_and_gradient(
        **{a: v if backend == "torch" else v.numpy() for a, v in given.items()}
    )
    np.testing.assert_allclose(np.asarray(value), expected.item(), rtol=1e-12)
    np.testing.assert_allclose(np.asarray(found), z.grad.numpy(), rtol=1e-10)


def test_several_variables_at_once() -> None:
    compiled = compile_gradient(derived(CROSS_ENTROPY, "W", "b", "h"), "torch")
    given = sample(compiled.arguments)
    for name in ("W", "b", "h"):
        given[name].requires_grad_()
    torch.nn.functional.cross_entropy(given["W"].T @ given["h"] + given["b"], given["y"]).backward()
    found = compiled(**{name: array.detach() for name, array in given.items()})
    for name, array in zip(("W", "b", "h"), found, strict=True):
        torch.testing.assert_close(array, given[name].grad, rtol=1e-10, atol=1e-14)


def test_logistic_against_autograd() -> None:
    compiled = compile_gradient(derived(LOGISTIC, *LOGISTIC.gradients[:1]), "torch")
    given = sample(compiled.arguments)
    theta = given["theta"].requires_grad_()
    margins = given["x"] @ theta
    loss = torch.nn.functional.binary_cross_entropy_with_logits(margins, given["y"])
    (loss + given["lambda"] / 2 * (theta**2).sum()).backward()
    _, found = compiled.value_and_gradient(**{name: array.detach() for name, array in given.items()})
    torch.testing.assert_close(found, theta.grad, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("batch", [(), (7,), (2, 3)])
def test_as_a_torch_function(batch: tuple[int, ...]) -> None:
    function = compile_gradient(derived(CROSS_ENTROPY, "z"), "torch").as_autograd_function()
    given = sample(("y", "z"), batch=batch)
    ours, theirs = given["z"].clone().requires_grad_(), given["z"].clone().requires_grad_()
    weights = torch.rand(batch, dtype=torch.float64)
    (function.apply(ours, given["y"]) * weights).sum().backward()
    losses = -(given["y"] * torch.log_softmax(theirs, -1)).sum(-1)
    (losses * weights).sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-10, atol=1e-14)


def test_parameters_shared_by_a_batch_get_the_sum() -> None:
    compiled = compile_gradient(derived(CROSS_ENTROPY, "W", "b", "h"), "torch")
    given = {**sample(("W", "b")), **sample(("h", "y"), batch=(5,))}
    leaves = [{a: v.clone().requires_grad_(a != "y") for a, v in given.items()} for _ in range(2)]
    compiled.as_autograd_function().apply(*(leaves[0][a] for a in compiled.arguments)).mean().backward()
    torch.nn.functional.cross_entropy(
        leaves[1]["h"] @ leaves[1]["W"] + leaves[1]["b"], leaves[1]["y"]
    ).backward()
    for name in ("W", "b", "h"):
        torch.testing.assert_close(leaves[0][name].grad, leaves[1][name].grad, rtol=1e-10, atol=1e-14)


def test_gradcheck_of_the_torch_function() -> None:
    function = compile_gradient(derived(CROSS_ENTROPY, "z"), "torch").as_autograd_function()
    given = sample(("y", "z"), batch=(3,))
    assert torch.autograd.gradcheck(lambda z: function.apply(z, given["y"]), (given["z"].requires_grad_(),))


def test_trains_a_model() -> None:
    torch.manual_seed(0)
    loss = compile_gradient(derived(CROSS_ENTROPY, "z"), "torch").as_autograd_function()
    x = torch.randn(64, 4)
    y = torch.nn.functional.one_hot((x[:, 0] > 0).long() + (x[:, 1] > 0).long(), 3).float()
    model = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.Tanh(), torch.nn.Linear(16, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        value = loss.apply(model(x), y).mean()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    assert losses[-1] < losses[0] / 4


def test_a_jacobian_has_the_axes_of_the_objective_first() -> None:
    model = MODELS["softmax"]
    compiled = compile_gradient(gradient(model.context.definition("p").head, "z", model.context))
    z = np.array([0.3, -1.0, 2.0])
    expected = torch.autograd.functional.jacobian(lambda t: torch.softmax(t, 0), torch.from_numpy(z)).numpy()
    np.testing.assert_allclose(compiled(z=z), expected, rtol=1e-12)
    assert compiled(z=np.stack([z, z])).shape == (2, 3, 3)


def test_a_compiled_gradient_is_not_taken_for_constant() -> None:
    function = compile_gradient(derived(CROSS_ENTROPY, "z"), "torch").as_autograd_function()
    logits = torch.randn(5, dtype=torch.float64, requires_grad=True)
    weights = torch.softmax(torch.randn(5, dtype=torch.float64), 0)
    loss = function.apply(logits, weights)
    (slope,) = torch.autograd.grad(loss, logits, create_graph=True)
    with pytest.raises(UsageError, match="cannot be differentiated again"):
        torch.autograd.grad(loss + (slope**2).sum(), logits)


def test_inputs_may_change_before_the_backward_pass() -> None:
    function = compile_gradient(derived(CROSS_ENTROPY, "z"), "torch").as_autograd_function()
    leaf = torch.zeros(3, requires_grad=True)
    logits = leaf * 1
    loss = function.apply(logits, torch.tensor([1.0, 0.0, 0.0]))
    logits.add_(5)
    loss.backward()
    torch.testing.assert_close(leaf.grad, torch.tensor([-2 / 3, 1 / 3, 1 / 3]))


def test_an_argument_without_a_gradient_of_its_own_is_told() -> None:
    function = compile_gradient(derived(CROSS_ENTROPY, "z"), "torch").as_autograd_function()
    logits = torch.randn(5, requires_grad=True)
    weights = torch.softmax(torch.randn(5, requires_grad=True), 0)
    with pytest.raises(UsageError, match="'y' requires a gradient, but only the gradient by 'z'"):
        function.apply(logits, weights).backward()


def test_only_torch_gradients_become_torch_functions() -> None:
    with pytest.raises(UsageError, match='compile it with backend="torch"'):
        compile_gradient(derived(CROSS_ENTROPY, "z")).as_autograd_function()
    with pytest.raises(UsageError, match="apply takes z, y: 2 arguments, not 1"):
        compile_gradient(derived(CROSS_ENTROPY, "z"), "torch").as_autograd_function().apply(torch.ones(3))


def test_one_objective_only() -> None:
    z = vector("z", K)
    one, two = (gradient(total(exp(c * z[k]), k, K), z, Context.of(z)) for c in (1, 2))
    with pytest.raises(UsageError, match="one objective"):
        compile_gradient([one, two])
    with pytest.raises(UsageError, match="one objective"):
        compile_gradient([])


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_every_model_compiles_by_every_variable(name: str, backend: str) -> None:
    model = MODELS[name]
    objective = model.context.definition(model.objective).head
    for by in model.gradients:
        compiled = compile_gradient(gradient(objective, by, model.context), backend)
        assert '"""value' in compiled.source


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_labels_that_are_not_finite_are_told(backend: str) -> None:
    compiled = compile_gradient(derived(CROSS_ENTROPY, "z"), backend)
    for bad in (np.nan, np.inf):
        y = np.array([[0.5, 0.5, 0], [0.5, bad, 0]])
        with pytest.raises(UsageError, match=r"'y' is (nan|inf) at \[1, 1\]; labels and data are finite"):
            compiled(z=np.zeros((2, 3)), y=y)


def test_logits_that_are_not_finite_give_nan() -> None:
    compiled = compile_gradient(derived(CROSS_ENTROPY, "z"))
    assert np.isnan(compiled(z=np.array([np.nan, 0, 0]), y=np.array([1.0, 0, 0]))).all()
