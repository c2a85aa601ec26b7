"""What a compiled function is given by mistake: it says so, or is right all the same."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from derivlab.calculus import gradient
from derivlab.compile import CompiledFunction, Output, compile_function, compile_gradient
from derivlab.errors import UsageError
from derivlab.models import MODELS
from tests.compile.test_fused import CHOSEN, CLASSES, DENSE, MEAN, n, z

BACKENDS = ["numpy", "torch", "fast", "library", "library, new arrays"]
SIZES = [(4, 3), (70, 100), (700, 10), (2000, 9)]


@cache
def compiled(labels: str, backend: str) -> CompiledFunction:
    outputs, context = (CHOSEN, CLASSES) if labels == "classes" else (MEAN, DENSE)
    if backend == "fast":
        pytest.importorskip("numba")
    if backend.startswith("library"):
        in_place = backend == "library"
        return compile_function(outputs, context, "torch", precision="library", in_place=in_place)
    return compile_function(outputs, context, backend)


def arrays(backend: str, **given: Any) -> dict[str, Any]:
    if backend in ("numpy", "fast"):
        return given
    return {name: torch.from_numpy(array) for name, array in given.items()}


def case(size: tuple[int, int]) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(size)
    label = rng.integers(0, size[1], size[0])
    weights = np.zeros(size, "f4")
    weights[np.arange(size[0]), label] = 1
    return rng.normal(size=size).astype("f4"), weights, label


def exactly(logits: Any, weights: Any) -> tuple[float, Any]:
    leaf = torch.from_numpy(logits.astype("f8")).requires_grad_()
    value = torch.nn.functional.cross_entropy(leaf, torch.from_numpy(weights.astype("f8")))
    value.backward()
    return float(value.detach()), leaf.grad.numpy()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("wrong", [-1, "K"])
def test_no_class_outside(backend: str, dtype: str, size: tuple[int, int], wrong: Any) -> None:
    logits, _, label = case(size)
    label[1] = size[1] if wrong == "K" else wrong
    with pytest.raises(UsageError, match=f"class labels run from 0 to {size[1] - 1}"):
        compiled("classes", backend)(**arrays(backend, z=logits.astype(dtype), c=label))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("onto", ["y", "z", "z one number further", "y one row further", "apart"])
def test_results_may_be_written_over_what_is_read(backend: str, size: tuple[int, int], onto: str) -> None:
    logits, weights, _ = case(size)
    value, by = exactly(logits, weights)
    memory = np.zeros(logits.size + weights.size + size[1], "f4")
    here, there = memory[: logits.size].reshape(size), memory[-weights.size :].reshape(size)
    here[...], there[...] = logits, weights
    step = {"z one number further": 1, "y one row further": size[1]}.get(onto, 0)
    given = {"z": here, "y": weights.copy()} if "z" in onto else {"z": logits.copy(), "y": there}
    if onto == "apart":
        buffer = np.empty(size, "f4")
    else:
        start = step if "z" in onto else memory.size - weights.size - step
        buffer = memory[start : start + logits.size].reshape(size)
    called = arrays(backend, **given, out=buffer)
    out = called.pop("out")
    found = compiled("weights", backend)({"gradient": out}, **called)
    assert found["gradient"] is out
    np.testing.assert_allclose(float(found["value"]), value, rtol=2e-6)
    np.testing.assert_allclose(np.asarray(out), by, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("backend", BACKENDS)
def test_arrays_that_cannot_be_written_to(backend: str) -> None:
    logits, weights, _ = case((70, 100))
    function, given = compiled("weights", backend), arrays(backend, z=logits, y=weights)
    row = arrays(backend, row=np.zeros(100, "f4"))["row"]
    spread = np.lib.stride_tricks.as_strided(row, (70, 100), (0, 4)) if hasattr(row, "strides") else None
    wrong: list[tuple[Any, str]] = [
        ({"gradeint": np.empty((70, 100), "f4")}, "'gradeint' is no output"),
        ({"gradient": arrays(backend, a=np.empty((100, 70), "f4"))["a"]}, r"shape \(100, 70\), expected"),
        ({"gradient": arrays(backend, a=np.zeros((70, 100), "i8"))["a"]}, "type .*int64, expected .*float32"),
        ({"gradient": arrays(backend, a=np.zeros((70, 100), "f8"))["a"]}, "type .*float64, expected"),
        ({"gradient": [[0.0]]}, "no array to write to, but list"),
        ({"gradient": row.expand(70, 100) if spread is None else spread}, "cannot be written to"),
    ]
    for out, told in wrong:
        with pytest.raises(UsageError, match=told):
            function(out, **given)
    if backend in ("numpy", "fast"):
        locked = np.empty((70, 100), "f4")
        locked.flags.writeable = False
        with pytest.raises(UsageError, match="cannot be written to"):
            function({"gradient": locked}, **given)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("axes", [(), (2,)])
def test_a_logit_of_minus_infinity_without_weight(backend: str, axes: tuple[int, ...]) -> None:
    if backend == "fast" and axes:
        pytest.skip("no loop is for batches of batches")
    logits = np.array([[0, -np.inf, 1]], "f4")
    given = arrays(
        backend, z=np.tile(logits, (*axes, 1, 1)), y=np.tile(np.eye(1, 3, dtype="f4"), (*axes, 1, 1))
    )
    found = compiled("weights", backend)(**given)["value"]
    np.testing.assert_allclose(np.asarray(found), np.full(axes, 1.3132617), rtol=1e-6)


@pytest.mark.parametrize(("rows", "size"), [(1000000, 2), (100000, 10), (410, 10), (7000, 2)])
@pytest.mark.parametrize("level", [29.3, -29.3, 15.0, 0.0])
def test_the_library_way_is_as_accurate_as_torch(rows: int, size: int, level: float) -> None:
    generator = torch.Generator().manual_seed(0)
    logits = level + 0.01 * torch.randn(rows, size, generator=generator)
    weights = torch.nn.functional.one_hot(torch.arange(rows) % size, size).float()
    found = compiled("weights", "library")(z=logits, y=weights)["value"]
    expected = torch.nn.functional.cross_entropy(logits.double(), weights.double())
    assert abs(float(found) / float(expected) - 1) < 3e-7


NEARLY = {
    "one-hot": lambda y: None,
    "two ones in a row and none in the next": lambda y: y.__setitem__(slice(0, 2), y[[0, 0]] + y[[1, 1]]),
    "none in a row": lambda y: y.__setitem__(3, 0),
    "two of them": lambda y: y.__setitem__((0, slice(0, 2)), 1),
    "a two": lambda y: y.__imul__(2),
    "a small one": lambda y: y.__setitem__((5, y[5].argmin()), 1e-30),
    "minus zero": lambda y: y.__setitem__((6, y[6].argmin()), -0.0),
    "minus one": lambda y: y.__setitem__(7, -y[7]),
    "smoothed": lambda y: y.__iadd__(1e-3),
}


@pytest.mark.parametrize("name", NEARLY)
@pytest.mark.parametrize("size", [(70, 1000), (2, 50_000), (9000, 10)])
@pytest.mark.parametrize("spread", [1, 40])
def test_labels_that_are_nearly_one_hot(name: str, size: tuple[int, int], spread: float) -> None:
    logits, weights, _ = case((max(size[0], 8), size[1]))
    NEARLY[name](weights)
    logits *= spread
    value, _ = exactly(logits, weights)
    # DENSE takes y for labels that sum to 1: its gradient is that of such labels, whatever is given.
    by = (torch.from_numpy(logits).double().softmax(1).numpy() - weights) / len(logits)
    found = compiled("weights", "library")(z=torch.from_numpy(logits), y=torch.from_numpy(weights))
    np.testing.assert_allclose(float(found["value"]), value, rtol=1e-6)
    np.testing.assert_allclose(found["gradient"].numpy(), by, rtol=1e-4, atol=2e-7 / len(logits))


def test_nan_labels_stay() -> None:
    logits, weights, _ = case((70, 1000))
    weights[4, weights[4].argmax()] = np.nan
    found = compiled("weights", "library")(z=torch.from_numpy(logits), y=torch.from_numpy(weights))
    assert np.isnan(float(found["value"]))
    assert np.isnan(found["gradient"].numpy()).sum() == 1


def test_certain_rows_keep_a_loss_near_0() -> None:
    logits, weights = torch.full((410, 10), -14.3), torch.zeros(410, 10)
    logits[:, 0], weights[:, 0] = 14.1, 1
    assert abs(float(compiled("weights", "library")(z=logits, y=weights)["value"])) < 3e-6


def test_forward_derivatives_are_never_lost() -> None:
    function = compiled("weights", "library")
    for size in SIZES:
        logits, weights, _ = case(size)
        with torch.autograd.forward_ad.dual_level():
            dual = torch.autograd.forward_ad.make_dual(torch.from_numpy(logits), torch.ones(size))
            try:
                value = function(z=dual, y=torch.from_numpy(weights))["value"]
            except (NotImplementedError, RuntimeError):
                continue  # said, not lost
            assert torch.autograd.forward_ad.unpack_dual(value).tangent is not None


def test_another_default_device_harms_no_later_call() -> None:
    function = compiled("weights", "library")
    logits, weights, _ = case((2000, 7))
    given = arrays("torch", z=logits, y=weights)
    try:
        torch.set_default_device("meta")
        function(**given)
    except RuntimeError:
        pass
    finally:
        torch.set_default_device("cpu")
    assert np.isfinite(float(function(**given)["value"]))


@pytest.mark.parametrize("place", [0, -1, -2])
def test_places_are_counted_from_1(place: int) -> None:
    with pytest.raises(UsageError, match="entries are counted from 1"):
        compile_function([Output("r", z[n, place], (n,))], DENSE)


@pytest.mark.parametrize("precision", ["Double", "", None, 5])
def test_an_unknown_precision(precision: Any) -> None:
    with pytest.raises(UsageError, match="use one of working, double, library"):
        compile_function(MEAN, DENSE, precision=precision)


def test_outputs_have_names_of_their_own() -> None:
    for outputs in ([], [MEAN[1], MEAN[1]]):
        with pytest.raises(UsageError, match="the outputs need a name each"):
            compile_function(outputs, DENSE)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("value", [None, "words", [[1.0], [1.0, 2.0]], object()])
def test_what_is_no_array(backend: str, value: Any) -> None:
    with pytest.raises(UsageError, match=r"'z' (is no array of numbers|has type)"):
        compiled("weights", backend)(z=value, y=[[1.0]])


def test_a_tensor_that_requires_a_gradient_is_not_read_by_numpy() -> None:
    leaf = torch.zeros(2, 3, requires_grad=True)
    with pytest.raises(UsageError, match=r"'z' requires a gradient: give \.detach\(\)"):
        compiled("weights", "numpy")(z=leaf, y=torch.zeros(2, 3))


def logistic() -> Any:
    pytest.importorskip("numba")
    model = MODELS["logistic"]
    return compile_gradient(gradient(model.objective, "theta", model.context), "fast")


def test_the_logistic_loop_where_float32_overflows() -> None:
    function, one = logistic(), np.ones(1, "f4")
    rest = {"y": 0 * one, "lambda": 0.0}
    value, by = function.value_and_gradient(
        theta=np.array([1e20, -1e20], "f4"), x=np.full((1, 2), 1e19, "f4"), **rest
    )
    np.testing.assert_allclose([value, *by], [np.log(2), 5e18, 5e18], rtol=1e-6)
    far = np.array([1e20], "f4")
    value, by = function.value_and_gradient(theta=far, x=np.array([[-1e20]], "f4"), **rest)
    assert (float(value), float(by[0])) == (0.0, 0.0)
    many = np.full((600, 1), 3e37, "f4")
    _, by = function.value_and_gradient(theta=0 * one, x=many, y=np.zeros(600, "f4"), **{"lambda": 0.0})
    np.testing.assert_allclose(by, [1.5e37], rtol=1e-6)
