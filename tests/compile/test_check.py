"""The check: every wrong gradient is rejected, no right one is, and misbehaviour is told plainly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivlab.calculus import gradient
from derivlab.compile import compile_gradient
from derivlab.compile.check import check_gradient
from derivlab.compile.problems import PROBLEMS, problem
from derivlab.errors import UsageError
from derivlab.testing import assert_gradient

BATCHES = [(4, 10), (32, 100)]


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def right(z: Any, y: Any) -> Any:
    return (softmax(z) - y) / len(z)


def one_entry(z: Any, y: Any) -> Any:
    g = right(z, y)
    g[-1, -1] *= 1.5
    return g


def where_large(z: Any, y: Any) -> Any:
    return right(z, y) * np.where(np.abs(z) > 40, 1.1, 1).astype(z.dtype)


def slightly_where_large(z: Any, y: Any) -> Any:
    return right(z, y) * np.where(np.abs(z) > 40, 1 + 1e-3, 1).astype(z.dtype)


def clipped(z: Any, y: Any) -> Any:
    return right(np.clip(z, -40, 40), y)


WRONG = {
    "off by 1 + 1e-4": lambda z, y: right(z, y) * z.dtype.type(1 + 1e-4),
    "off by 1.1": lambda z, y: right(z, y) * z.dtype.type(1.1),
    "doubled": lambda z, y: 2 * right(z, y),
    "one entry times 1.5": one_entry,
    "wrong for |z| > 40": where_large,
    "slightly wrong for |z| > 40": slightly_where_large,
    "logits clipped to 40": clipped,
    "sign flipped where p < 1e-5": lambda z, y: np.where(softmax(z) < 1e-5, -right(z, y), right(z, y)),
    "zero where p < 1e-4": lambda z, y: np.where(softmax(z) < 1e-4, -y / len(z), right(z, y)).astype(z.dtype),
    "gradient zero where p < 1e-4": lambda z, y: np.where(softmax(z) < 1e-4, 0, right(z, y)).astype(z.dtype),
    "missing 1/N": lambda z, y: softmax(z) - y,
    "1/N by the wrong axis": lambda z, y: (softmax(z) - y) / z.shape[1],
    "transposed": lambda z, y: np.ascontiguousarray(right(z, y).T).reshape(z.shape),
    "softmax along the batch": lambda z, y: (softmax(z.T).T - y) / len(z),
    "sign": lambda z, y: -right(z, y),
    "labels forgotten": lambda z, y: softmax(z) / len(z),
    "nan for one entry": lambda z, y: np.where(np.arange(z.size).reshape(z.shape) == 3, np.nan, right(z, y)),
    "no shift": lambda z, y: (np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) - y) / len(z),
}


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ((4, 10), "float32"),
        ((4, 10), "float64"),
        ((32, 100), "float64"),
        pytest.param((32, 100), "float32", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_gradient_is_rejected(name: str, dtype: str, shape: tuple[int, int]) -> None:
    report = check_gradient(WRONG[name], "cross-entropy", shapes=[shape], dtypes=[dtype], stop=True)
    assert not report.passed
    assert report.differences[0].relative > 1e-6 or report.differences[0].ulp == np.inf


@pytest.mark.parametrize("shape", BATCHES)
def test_one_part_in_a_billion_is_rejected_in_float64(shape: tuple[int, int]) -> None:
    wrong = {
        "factor": lambda z, y: right(z, y) * (1 + 1e-9),
        "epsilon": lambda z, y: right(z, y) * (1 - softmax(z) * 1e-9),
    }
    for told, function in wrong.items():
        report = check_gradient(function, "cross-entropy", shapes=[shape], dtypes=["float64"], stop=True)
        assert not report.passed, told


def torch_softmax(z: Any, y: Any) -> Any:
    import torch

    return (torch.softmax(z, 1) - y) / len(z)


def torch_log_softmax(z: Any, y: Any) -> Any:
    import torch

    return (torch.log_softmax(z, 1).exp() - y) / len(z)


def torch_autograd(z: Any, y: Any) -> Any:
    import torch

    z = z.clone().requires_grad_()
    torch.nn.functional.cross_entropy(z, y).backward()
    return z.grad


def plain_python(z: Any, y: Any) -> Any:
    import math

    rows = []
    for logits, labels in zip(z, y, strict=True):
        e = [math.exp(value - max(logits)) for value in logits]
        rows.append([(value / sum(e) - label) / len(z) for value, label in zip(e, labels, strict=True)])
    return rows


def float64_inside(z: Any, y: Any) -> Any:
    return right(z.astype(np.float64), y).astype(z.dtype)


def compiled(backend: str, **options: Any) -> Any:
    made = compile_gradient(gradient("J", "z", _model()), backend, **options)
    return lambda z, y: made(z=z, y=y) / len(z)


def _model() -> Any:
    from sympy import log

    from derivlab.compile.problems import K, k
    from derivlab.symbols import Definition, total, vector

    context = problem("cross-entropy").gradient.context
    yhat, y = vector("yhat", K), vector("y", K)
    return context.with_definitions(Definition("J", -total(y[k] * log(yhat[k]), k, K)))


RIGHT = {
    "numpy": right,
    "torch softmax": torch_softmax,
    "torch log_softmax": torch_log_softmax,
    "torch autograd": torch_autograd,
    "plain Python": plain_python,
    "float64 inside": float64_inside,
    "reversed sum": lambda z, y: right(z[:, ::-1], y[:, ::-1])[:, ::-1],
    "compiled for numpy": compiled("numpy"),
    "compiled for torch": compiled("torch"),
    "compiled in double": compiled("torch", precision="double"),
}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_gradient_is_not_rejected(name: str, seed: int) -> None:
    kind = "torch" if name in ("compiled for torch", "compiled in double") else "auto"
    small = name == "plain Python"
    shapes = [(4, 10), (7, 3)] if small else [*BATCHES, (7, 3), (1, 2), (1, 1000), (3, 1)]
    dtypes = ["float64"] if small else ["float64", "float32"]
    report = check_gradient(
        RIGHT[name], "cross-entropy", shapes=shapes, dtypes=dtypes, arrays=kind, seed=seed
    )
    assert report.passed, str(report)


def jacobian(z: Any) -> Any:
    p = softmax(z)
    return p[:, :, None] * (np.eye(z.shape[1], dtype=z.dtype) - p[:, None, :])


def logistic(theta: Any, x: Any, y: Any, strength: Any) -> Any:
    return x.T @ (1 / (1 + np.exp(-(x @ theta))) - y) / len(x) + strength * theta


OTHERS = {
    "softmax": (
        jacobian,
        {
            "sign": lambda z: -jacobian(z),
            "no diagonal": lambda z: -softmax(z)[:, :, None] * softmax(z)[:, None, :],
        },
    ),
    "log-likelihood": (
        lambda z: (1 - z.shape[1] * softmax(z)) / len(z),
        {"no K": lambda z: (1 - softmax(z)) / len(z), "no mean": lambda z: 1 - z.shape[1] * softmax(z)},
    ),
    "logistic": (
        logistic,
        {
            "no penalty": lambda t, x, y, s: logistic(t, x, y, 0 * s),
            "penalty doubled": lambda t, x, y, s: logistic(t, x, y, 2 * s),
            "no 1/N": lambda t, x, y, s: logistic(t, x, y, s) * len(x),
            "off by 1 + 1e-4": lambda t, x, y, s: logistic(t, x, y, s) * t.dtype.type(1 + 1e-4),
        },
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_other_problems(name: str) -> None:
    function, wrong = OTHERS[name]
    assert check_gradient(function, name).passed
    for told, bad in wrong.items():
        assert not check_gradient(bad, name, shapes=[(4, 10)]).passed, told


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_compiled_gradient_of_each_problem_passes(name: str) -> None:
    asked = problem(name)
    made = compile_gradient(asked.gradient)

    def function(*given: Any) -> Any:
        g = made(**dict(zip(asked.arguments, given, strict=True)))
        return g / len(given[0]) if asked.mean else g

    report = check_gradient(function, name, arrays="numpy")
    assert report.passed, str(report)


def test_autograd_agrees_with_the_exact_values() -> None:
    assert check_gradient(right, "cross-entropy", shapes=[(4, 10)]).autograd < 1e-6


def test_the_report_says_which_entry_where_and_by_how_much() -> None:
    report = check_gradient(one_entry, "cross-entropy", shapes=[(4, 10)], dtypes=["float64"], scales=[1])
    assert report.differences[0].entry == (3, 9)
    assert report.differences[0].relative == pytest.approx(0.5)
    assert str(report).startswith("one_entry against cross-entropy: ")
    assert "entry [3, 9] at logits of 1, soft labels, float64 (4, 10)" in str(report)
    assert "ULP" in str(report)


def changes_input(z: Any, y: Any) -> Any:
    z -= z.max(axis=1, keepdims=True)
    return right(z, y)


def raises(z: Any, y: Any) -> Any:
    raise ValueError("no")


def random(z: Any, y: Any) -> Any:
    return right(z, y) * (1 + np.random.default_rng().normal() * 1e-12)


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (changes_input, "changes its input 'z'"),
        (raises, "raises ValueError: no (for z of shape (4, 10), y of shape (4, 10), as numpy)"),
        (lambda z, y: right(z, y).T, "returns an array of shape (10, 4), expected (4, 10)"),
        (lambda z, y: right(z, y).sum(), "returns an array of shape (), expected (4, 10)"),
        (lambda z, y: None, "expected floats"),
        (lambda z, y: "text", "expected floats"),
        (random, "not deterministic"),
        (lambda z: z, "raises TypeError"),
        ("not a function", "cannot be called"),
    ],
)
def test_misbehaviour_is_a_clear_error(function: Any, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_gradient(function, "cross-entropy", shapes=[(4, 10)])
    assert told in str(caught.value)


def test_an_unknown_problem_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'cross-entropy'"):
        check_gradient(right, "crossentropy")


def test_nothing_to_check_is_an_error() -> None:
    with pytest.raises(UsageError, match="nothing to check"):
        check_gradient(right, "cross-entropy", shapes=[])
    with pytest.raises(UsageError, match="not in float16"):
        check_gradient(right, "cross-entropy", dtypes=["float16"])
    with pytest.raises(UsageError, match="there are no 'jax' arrays"):
        check_gradient(right, "cross-entropy", arrays="jax")


def test_assert_gradient_in_pytest() -> None:
    assert_gradient(right, "cross-entropy", shapes=[(4, 10)])
    with pytest.raises(AssertionError, match=r"<lambda> against cross-entropy: .* wrong"):
        assert_gradient(WRONG["doubled"], "cross-entropy", shapes=[(4, 10)])
