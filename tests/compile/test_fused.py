"""Loops written by hand: taken only for what they are proved to compute, right, and accurate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from sympy import exp, log

from derivlab.calculus import gradient
from derivlab.compile import Output, compile_function, compile_gradient
from derivlab.compile.balls import balls, exact, ulps
from derivlab.compile.check import check_gradient
from derivlab.compile.fused import FUSED, fused_for
from derivlab.errors import UsageError
from derivlab.models import MODELS
from derivlab.symbols import Context, Definition, Domain, Variable, delta, dimensions, indices, matrix, total

N, K = dimensions("N K")
n, k, m = indices("n k m")
z, y = matrix("z", N, K), matrix("y", N, K)
LABEL = Variable("c", (N,), Domain(index_of=K))
P = Definition("p", exp(z[n, k]) / total(exp(z[n, m]), m, K), (n, k), (N, K))
p, c = P.node, LABEL.node
DENSE = Context.of(z, y, define=[P])
CLASSES = Context((*Context.of(z).variables, LABEL), (P,))
MEAN = [
    Output("value", -total(total(y[n, k] * log(p[n, k]), k, K), n, N) / N),
    Output("gradient", (p[n, k] - y[n, k]) / N, (n, k)),
]
CHOSEN = [
    Output("value", -total(log(p[n, c[n]]), n, N) / N),
    Output("gradient", (p[n, k] - delta(k, c[n])) / N, (n, k)),
]
BACKENDS = ["fast", "library"]


def compiled(outputs: Any, context: Context, backend: str) -> Any:
    if backend == "fast":
        pytest.importorskip("numba")
        return compile_function(outputs, context, "fast")
    return compile_function(outputs, context, "torch", precision="library", in_place=True)


def called(function: Any, backend: str, *out: Any, **arrays: Any) -> dict[str, Any]:
    if backend == "library":
        arrays = {name: torch.from_numpy(array) for name, array in arrays.items()}
    return {name: np.asarray(array) for name, array in function(*out, **arrays).items()}


def model_gradient(name: str, by: str, backend: str) -> Any:
    model = MODELS[name]
    derived = gradient(model.objective, by, model.context)
    if backend == "fast":
        pytest.importorskip("numba")
        return compile_gradient(derived, "fast")
    return compile_gradient(derived, "torch", precision="library")


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_models_have_loops_and_pass_the_check(backend: str) -> None:
    kind = "numpy" if backend == "fast" else "torch"
    entropy = model_gradient("cross-entropy", "z", backend)
    assert entropy.function.fills
    report = check_gradient(lambda z, y: entropy(z=z, y=y) / len(z), "cross-entropy", arrays=kind)
    assert report.passed, str(report)
    logistic = model_gradient("logistic", "theta", backend)
    assert logistic.function.fills == (backend == "fast")
    given = lambda t, x, y, s: {"theta": t, "x": x, "y": y, "lambda": s}  # noqa: E731
    report = check_gradient(lambda *arrays: logistic(**given(*arrays)), "logistic", arrays=kind)
    assert report.passed, str(report)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("size", [(3, 2), (40, 10), (5, 64), (3, 65), (2, 3000), (1, 1)])
@pytest.mark.parametrize("kind", ["dense", "classes"])
def test_against_the_ordinary_function(kind: str, size: tuple[int, int], backend: str) -> None:
    rng = np.random.default_rng(1)
    for scale in (1, 30, 500):
        logits = (rng.normal(size=size) * scale).astype("f4")
        label = rng.integers(0, size[1], size[0])
        given = (
            {"z": logits, "c": label}
            if kind == "classes"
            else {"z": logits, "y": np.eye(size[1], dtype="f4")[label]}
        )
        outputs, context = (CHOSEN, CLASSES) if kind == "classes" else (MEAN, DENSE)
        found = called(compiled(outputs, context, backend), backend, **given)
        wide = {a: v.astype("f8") if v.dtype == np.float32 else v for a, v in given.items()}
        expected = compile_function(outputs, context)(**wide)
        tolerance = 1e-6 if backend == "fast" else 1e-4
        np.testing.assert_allclose(found["value"], expected["value"], rtol=tolerance, atol=1e-6)
        np.testing.assert_allclose(found["gradient"], expected["gradient"], rtol=tolerance * scale, atol=1e-7)
        assert found["value"].dtype == found["gradient"].dtype == np.float32


@pytest.mark.parametrize("scale", [1, 10, 40, 100, 1000])
@pytest.mark.parametrize("kind", ["dense", "classes"])
def test_fast_is_rounded_once(kind: str, scale: float) -> None:
    rng = np.random.default_rng(int(scale))
    logits = (rng.normal(size=(60, 10)) * scale).astype("f4")
    label = np.where(rng.random(60) < 0.5, logits.argmax(1), rng.integers(0, 10, 60))
    onehot = np.eye(10, dtype="f4")[label]
    outputs, context, given = (
        (CHOSEN, CLASSES, {"c": label}) if kind == "classes" else (MEAN, DENSE, {"y": onehot})
    )
    found = called(compiled(outputs, context, "fast"), "fast", z=logits, **given)
    truth = exact(
        compile_function(MEAN, DENSE, stable=False), "gradient", {"z": balls(logits), "y": balls(onehot)}
    )
    assert ulps(found["gradient"], truth, np.float32).max() <= 0.51


def test_float64_goes_the_ordinary_way() -> None:
    logits, onehot = np.random.default_rng(0).normal(size=(4, 3)), np.eye(4, 3)
    found = compiled(MEAN, DENSE, "fast")(z=logits, y=onehot)
    expected = compile_function(MEAN, DENSE)(z=logits, y=onehot)
    np.testing.assert_array_equal(found["gradient"], expected["gradient"])


def test_fast_is_quiet_about_infinite_logits(recwarn: pytest.WarningsRecorder) -> None:
    logits = np.array([[0.0, -np.inf, 1.0], [np.inf, 0.0, 0.0]])
    for kind in ("f8", "f4"):
        given = {"z": logits.astype(kind), "y": np.eye(3, dtype=kind)[1:]}
        assert not np.isfinite(called(compiled(MEAN, DENSE, "fast"), "fast", **given)["value"])
    assert not recwarn.list


@pytest.mark.parametrize("backend", BACKENDS)
def test_nan_is_not_hidden(backend: str) -> None:
    for columns in (5, 100):
        logits = np.ones((2, columns), "f4")
        logits[1, 2] = np.nan
        found = called(compiled(CHOSEN, CLASSES, backend), backend, z=logits, c=np.array([0, 1]))
        assert np.isnan(found["gradient"][1]).all()
        assert np.isfinite(found["gradient"][0]).all()
        dense = called(compiled(MEAN, DENSE, backend), backend, z=logits, y=np.eye(2, columns, dtype="f4"))
        assert np.isnan(dense["value"])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_logit_of_minus_infinity_without_weight_takes_no_part(backend: str) -> None:
    logits = np.array([[0, -np.inf, 1], [2, 0, -np.inf]], "f4")
    found = called(
        compiled(MEAN, DENSE, backend), backend, z=logits, y=np.array([[1, 0, 0], [0, 1, 0]], "f4")
    )
    assert np.isfinite(found["value"])
    assert np.isfinite(found["gradient"]).all()
    assert found["gradient"][0, 1] == 0


@pytest.mark.parametrize("backend", BACKENDS)
def test_results_go_where_they_are_told(backend: str) -> None:
    logits, label = np.random.default_rng(0).normal(size=(4, 3)).astype("f4"), np.array([0, 1, 2, 0])
    make = np.empty if backend == "fast" else torch.empty
    buffer = make((4, 3), dtype=np.float32 if backend == "fast" else torch.float32)
    function = compiled(CHOSEN, CLASSES, backend)
    found = called(function, backend, {"gradient": buffer}, z=logits, c=label)
    fresh = called(function, backend, z=logits, c=label)
    np.testing.assert_array_equal(np.asarray(buffer), fresh["gradient"])
    np.testing.assert_array_equal(found["value"], fresh["value"])
    with pytest.raises(UsageError, match="the array for 'gradient'"):
        called(function, backend, {"gradient": make((3, 4))}, z=logits, c=label)


def test_ordinary_functions_write_to_arrays_too() -> None:
    function, buffer = compile_function(MEAN, DENSE), np.empty((4, 3))
    given = {"z": np.random.default_rng(0).normal(size=(4, 3)), "y": np.eye(4, 3)}
    assert function({"gradient": buffer}, **given)["gradient"] is buffer
    np.testing.assert_array_equal(buffer, function(**given)["gradient"])
    with pytest.raises(UsageError, match="'q' is no output; the outputs are value, gradient"):
        function({"q": buffer}, **given)
    with pytest.raises(UsageError, match=r"has shape \(2, 2\), expected \(4, 3\)"):
        function({"gradient": np.empty((2, 2))}, **given)


def test_a_class_that_is_none_is_an_error() -> None:
    for columns in (3, 100):
        for label in (-1, columns):
            with pytest.raises(UsageError, match=f"class labels run from 0 to {columns - 1}"):
                compiled(CHOSEN, CLASSES, "fast")(z=np.ones((1, columns), "f4"), c=np.array([label]))


WRONG = {
    "sign": [MEAN[0], replace(MEAN[1], expr=-MEAN[1].expr)],
    "no 1/N": [MEAN[0], replace(MEAN[1], expr=N * MEAN[1].expr)],
    "another value": [replace(MEAN[0], expr=2 * MEAN[0].expr), MEAN[1]],
    "no label": [MEAN[0], replace(MEAN[1], expr=p[n, k] / N)],
    "squared": [MEAN[0], replace(MEAN[1], expr=(p[n, k] - y[n, k] ** 2) / N)],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_formula_that_a_loop_does_not_compute_gets_no_loop(name: str) -> None:
    assert fused_for(MEAN, DENSE) is not None
    assert fused_for(WRONG[name], DENSE) is None


def test_no_loop_is_told() -> None:
    pytest.importorskip("numba")
    with pytest.raises(
        UsageError, match="no fused loop computes these formulas; there are softmax cross-entropy"
    ):
        compile_function([Output("r", y[n, k], (n, k))], DENSE, "fast")


def test_every_loop_is_implemented() -> None:
    from derivlab.compile import fused_torch

    # One pass over x by blocks is slower in torch than its two products of matrices.
    assert {entry.loop for entry in FUSED} - {"logistic"} == set(fused_torch.LOOPS)
    pytest.importorskip("numba")
    from derivlab.compile import fused_numba

    assert {entry.loop for entry in FUSED} == set(fused_numba.LOOPS)


def test_library_precision_is_for_torch() -> None:
    with pytest.raises(UsageError, match="stable functions of torch"):
        compile_function(MEAN, DENSE, "numpy", precision="library")


def test_in_place_changes_no_argument() -> None:
    for precision in ("working", "double", "library"):
        function = compile_function(MEAN, DENSE, "torch", precision=precision, in_place=True)
        given = {"z": torch.randn(4, 3, dtype=torch.float64), "y": torch.eye(4, 3, dtype=torch.float64)}
        before = {name: tensor.clone() for name, tensor in given.items()}
        plain = compile_function(MEAN, DENSE, "torch")(**given)
        found = function(**given)
        assert all(torch.equal(given[name], before[name]) for name in given)
        torch.testing.assert_close(found["gradient"], plain["gradient"])


@pytest.mark.parametrize("backend", BACKENDS)
def test_arrays_with_gaps(backend: str) -> None:
    rng = np.random.default_rng(4)
    label = rng.integers(0, 10, 300)
    wide = rng.normal(size=(300, 20)).astype("f4")
    function = compiled(CHOSEN, CLASSES, backend)
    expected = called(function, backend, z=np.ascontiguousarray(wide[:, ::2]), c=label)["gradient"]
    turned = np.asfortranarray(wide[:, ::2])
    for logits in (wide[:, ::2], turned):
        found = called(function, backend, z=logits, c=label)["gradient"]
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-9)
    buffer = np.empty((10, 300), "f4").T
    out = {"gradient": buffer if backend == "fast" else torch.from_numpy(buffer)}
    given = {"z": turned, "c": label}
    function(out, **(given if backend == "fast" else {k: torch.from_numpy(v) for k, v in given.items()}))
    np.testing.assert_allclose(buffer, expected, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("kind", ["dense", "classes"])
@pytest.mark.parametrize("rows", [3, 60, 600])
@pytest.mark.parametrize("spread", [1, 29, 31, 90])
def test_library_paths_agree(kind: str, rows: int, spread: float) -> None:
    rng = np.random.default_rng(rows)
    logits = (rng.uniform(-1, 1, size=(rows, 10)) * spread).astype("f4")
    label = rng.integers(0, 10, rows)
    outputs, context = (CHOSEN, CLASSES) if kind == "classes" else (MEAN, DENSE)
    given = {"c": label} if kind == "classes" else {"y": np.eye(10, dtype="f4")[label]}
    found = called(compiled(outputs, context, "library"), "library", z=logits, **given)
    wide = {a: v.astype("f8") if v.dtype == np.float32 else v for a, v in given.items()}
    exact = compile_function(outputs, context)(z=logits.astype("f8"), **wide)
    np.testing.assert_allclose(found["value"], exact["value"], rtol=1e-5)
    np.testing.assert_allclose(found["gradient"], exact["gradient"], rtol=1e-5, atol=1e-6 / rows)


def test_library_refuses_a_class_outside() -> None:
    function = compiled(CHOSEN, CLASSES, "library")
    for rows in (4, 2000):
        for wrong in (-1, 10):
            label = torch.full((rows,), wrong)
            with pytest.raises((UsageError, RuntimeError)):
                function(z=torch.zeros(rows, 10), c=label)


@pytest.mark.parametrize("kind", ["uint8", "int16", "int32"])
@pytest.mark.parametrize("rows", [6, 3000, 9000])
@pytest.mark.parametrize("backend", BACKENDS)
def test_class_labels_of_every_width(backend: str, rows: int, kind: str) -> None:
    function = compiled(CHOSEN, CLASSES, backend)
    rng = np.random.default_rng(0)
    z, labels = rng.normal(size=(rows, 10)).astype("f"), rng.integers(0, 10, rows)
    wanted = {name: array.copy() for name, array in called(function, backend, z=z, c=labels).items()}
    for name, array in called(function, backend, z=z, c=labels.astype(kind)).items():
        np.testing.assert_array_equal(array, wanted[name])


def shortened(function: Any, backend: str, *out: Any, **arrays: Any) -> Any:
    """What the shortcut answers by itself; None where it leaves the call to the ordinary way."""
    if backend == "library":
        arrays = {name: torch.from_numpy(array) for name, array in arrays.items()}
        out = tuple({name: torch.from_numpy(array) for name, array in given.items()} for given in out)
    return function.shortcut(out[0] if out else None, arrays)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("rows", [1, 2, 7, 128, 700])
@pytest.mark.parametrize("kind", ["classes", "weights"])
def test_the_shortcut_answers_like_the_ordinary_way(kind: str, rows: int, backend: str) -> None:
    rng = np.random.default_rng(rows)
    logits = (5 * rng.normal(size=(rows, 10))).astype("f4")
    label = rng.integers(0, 10, rows)
    outputs, context = (CHOSEN, CLASSES) if kind == "classes" else (MEAN, DENSE)
    given = (
        {"z": logits, "c": label} if kind == "classes" else {"z": logits, "y": np.eye(10, dtype="f4")[label]}
    )
    function = compiled(outputs, context, backend)
    plain = called(replace(function, shortcut=None), backend, **given)
    buffer = np.empty_like(logits)
    for found in (
        shortened(function, backend, **given),
        shortened(function, backend, {"gradient": buffer}, **given),
    ):
        np.testing.assert_allclose(np.asarray(found["value"]), plain["value"], rtol=1e-6)
        np.testing.assert_allclose(np.asarray(found["gradient"]), plain["gradient"], rtol=1e-5, atol=1e-12)
        assert np.asarray(found["value"]).dtype == np.float32
    np.testing.assert_array_equal(buffer, np.asarray(found["gradient"]))


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_shortcut_leaves_what_is_out_of_order(backend: str) -> None:
    function = compiled(CHOSEN, CLASSES, backend)
    logits, label = np.zeros((4, 3), "f4"), np.array([0, 1, 2, 0])
    assert shortened(function, backend, z=logits, c=label) is not None
    for given in (
        {"z": logits},
        {"z": logits, "c": label, "d": label},
        {"z": logits, "c": label[:3]},
        {"z": logits, "c": label.astype("f4")},
        {"z": logits[0], "c": label},
        {"z": logits[None], "c": label},
        {"z": logits[:0], "c": label[:0]},
        {"z": logits[:, :0], "c": label},
        {"z": logits.astype("f2"), "c": label},
    ):
        assert shortened(function, backend, **given) is None
    for out in (
        {"gradient": np.empty((4, 3))},
        {"gradient": np.empty((3, 4), "f4")},
        {"gradient": np.empty((4, 3), "f4"), "value": np.empty((), "f4")},
        {"other": np.empty((4, 3), "f4")},
    ):
        assert shortened(function, backend, out, z=logits, c=label) is None
    assert function.shortcut(None, {"z": logits.tolist(), "c": label.tolist()}) is None


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("wrong", [-1, 3, 1 << 40, -(1 << 62), -(1 << 63), -100])
def test_no_class_outside_is_passed_over(wrong: int, backend: str) -> None:
    function = compiled(CHOSEN, CLASSES, backend)
    for rows in (4, 2000):
        label = np.zeros(rows, np.int64)
        label[rows // 2] = wrong
        with pytest.raises(UsageError, match="class labels run from 0 to 2"):
            called(function, backend, z=np.zeros((rows, 3), "f4"), c=label)


@pytest.mark.parametrize("backend", BACKENDS)
def test_square_shapes_take_no_shortcut(backend: str) -> None:
    square = matrix("z", N, N)
    q = Definition("p", exp(square[n, k]) / total(exp(square[n, m]), m, N), (n, k), (N, N))
    labels = matrix("y", N, N)
    outputs = [
        Output("value", -total(total(labels[n, k] * log(q.node[n, k]), k, N), n, N) / N),
        Output("gradient", (q.node[n, k] - labels[n, k]) / N, (n, k)),
    ]
    function = compiled(outputs, Context.of(square, labels, define=[q]), backend)
    assert function.shortcut is None
    with pytest.raises(UsageError, match="expected"):
        called(function, backend, z=np.zeros((2, 3), "f4"), y=np.zeros((2, 3), "f4"))


def test_a_shortcut_is_taken_by_autograd_functions_too() -> None:
    function = compiled(CHOSEN, CLASSES, "library")
    z, c = torch.randn(4, 3, requires_grad=True), torch.tensor([0, 1, 2, 0])
    assert function.shortcut(None, {"z": z, "c": c}) is None
    with torch.no_grad():
        found = function.shortcut(None, {"z": z, "c": c})
    torch.nn.functional.cross_entropy(z, c).backward()
    torch.testing.assert_close(found["gradient"], z.grad)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("size", [(1, 1), (4, 3), (700, 10), (3, 100), (9000, 10), (70, 1000)])
@pytest.mark.parametrize("kind", ["classes", "weights"])
@pytest.mark.parametrize("spread", [1, 200])
def test_the_gradient_may_be_written_over_the_logits(
    kind: str, size: tuple[int, int], spread: float, backend: str
) -> None:
    rng = np.random.default_rng(size[0])
    logits = (spread * rng.normal(size=size)).astype("f4")
    label = rng.integers(0, size[1], size[0])
    outputs, context = (CHOSEN, CLASSES) if kind == "classes" else (MEAN, DENSE)
    weights = np.eye(size[1], dtype="f4")[label]
    labels: dict[str, Any] = {"c": label} if kind == "classes" else {"y": weights}
    function = compiled(outputs, context, backend)
    expected = called(function, backend, z=logits.copy(), **labels)
    if backend == "library":
        place = torch.from_numpy(logits)
        tensors = {name: torch.from_numpy(array) for name, array in labels.items()}
        found = function({"gradient": place}, z=place, **tensors)
    else:
        found = function({"gradient": logits}, z=logits, **labels)
    np.testing.assert_allclose(np.asarray(found["value"]), expected["value"], rtol=1e-6)
    np.testing.assert_array_equal(logits, expected["gradient"])


@pytest.mark.parametrize("size", [(4, 3), (700, 10), (70, 1000)])
@pytest.mark.parametrize("kind", ["classes", "weights"])
def test_autograd_is_never_silently_cut_off(kind: str, size: tuple[int, int]) -> None:
    outputs, context = (CHOSEN, CLASSES) if kind == "classes" else (MEAN, DENSE)
    function = compiled(outputs, context, "library")
    label = torch.zeros(size[0], dtype=torch.int64)
    labels = {"c": label} if kind == "classes" else {"y": torch.nn.functional.one_hot(label, size[1]).float()}
    with pytest.raises(RuntimeError):
        function(z=torch.randn(size, requires_grad=True), **labels)["value"].backward()
