"""Calling compiled functions: batches, precision, arguments, names, and the audit of what is run."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import numpy as np
import pytest
import sympy as sp
from sympy import exp, log

from derivlab.compile import Output, compile_function
from derivlab.compile.backends import BACKENDS
from derivlab.compile.loader import audit, load
from derivlab.compile.names import Names
from derivlab.compile.source import Source
from derivlab.errors import InternalError, UsageError
from derivlab.symbols import (
    Context,
    Definition,
    Domain,
    Variable,
    dimensions,
    indices,
    matrix,
    scalar,
    total,
    vector,
)

N, d, K = dimensions("N d K")
n, i, j, k = indices("n i j k")
W, h, b, y = matrix("W", d, K), vector("h", d), vector("b", K), vector("y", K)
Z = Definition("z", total(W[j, k] * h[j], j, d) + b[k], (k,), (K,))
P = Definition("p", exp(Z.node[i]) / total(exp(Z.node[k]), k, K), (i,), (K,))
CONTEXT = Context.of(W, h, b, y, define=[Z, P])
OUTPUTS = [Output("J", -total(y[k] * log(P.node[k]), k, K)), Output("g", P.node[i] - y[i], (i,))]
RNG = np.random.default_rng(0)


def arrays(*batch: int, dtype: str = "float64", shared: str = "Wb") -> dict[str, np.ndarray]:
    shapes = {"W": (2, 3), "h": (2,), "b": (3,), "y": (3,)}
    made = {
        name: RNG.normal(size=shape if name in shared else (*batch, *shape)) for name, shape in shapes.items()
    }
    made["y"] = np.eye(3)[made["y"].argmax(axis=-1)]
    return {name: array.astype(dtype) for name, array in made.items()}


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("shared", ["Wb", "b", "", "hWb", "yWb"])
@pytest.mark.parametrize("batch", [(5,), (2, 3), (1,)])
def test_a_batch_is_its_elements(batch: tuple[int, ...], shared: str, backend: str) -> None:
    function = compile_function(OUTPUTS, CONTEXT, backend)
    given = arrays(*batch, shared=shared)
    found = function(**given)
    assert tuple(found["J"].shape) == batch
    assert tuple(found["g"].shape) == (*batch, 3)
    for at in np.ndindex(*batch):
        single = function(**{a: v if a in shared else v[at] for a, v in given.items()})
        np.testing.assert_allclose(np.asarray(found["g"])[at], np.asarray(single["g"]), rtol=1e-12)
        np.testing.assert_allclose(np.asarray(found["J"])[at], np.asarray(single["J"]), rtol=1e-12)


def test_an_output_without_the_batch_has_none() -> None:
    both = [Output("J", total(y[k] * b[k], k, K)), Output("s", total(b[k], k, K))]
    found = compile_function(both, CONTEXT)(y=np.ones((4, 3)), b=np.ones(3))
    assert found["J"].shape == (4,)
    assert found["s"].shape == ()


def test_a_batch_of_numbers() -> None:
    s = scalar("s")
    function = compile_function([Output("r", s * b[k], (k,))], Context.of(s, b))
    np.testing.assert_array_equal(function(s=np.array([1.0, 2.0]), b=np.ones(3))["r"], [[1] * 3, [2] * 3])


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_double_rounds_once(backend: str) -> None:
    given = arrays(6, dtype="float32")
    if backend == "torch":
        import torch

        given = {name: torch.from_numpy(array) for name, array in given.items()}
    found = compile_function(OUTPUTS, CONTEXT, backend, precision="double")(**given)
    assert "float32" in str(found["g"].dtype)
    wide = compile_function(OUTPUTS, CONTEXT, backend)(
        **{a: np.asarray(v).astype("float64") for a, v in given.items()}
    )
    np.testing.assert_array_equal(np.asarray(found["g"]), np.asarray(wide["g"]).astype("float32"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"h": np.ones(5)}, "'h' has shape (5,), expected (d = 2,)"),
        ({"b": np.ones((2, 3))}, None),
        ({"y": np.ones(())}, "'y' has shape (), expected (K = 3,)"),
        (
            {"h": np.ones((4, 2)), "y": np.ones((5, 3))},
            "the batches differ: 'h' has shape (4, 2) and 'y' has shape (5, 3)",
        ),
        ({"h": np.ones((0, 2))}, "the batch is empty: 'h' has shape (0, 2)"),
        ({"W": np.ones((2, 0)), "b": np.ones(0), "y": np.ones(0)}, "'W' is empty: it has shape (2, 0)"),
        ({"h": np.array(["a", "b"])}, "'h' has type <U1; use float32 or float64"),
        ({"h": np.ones(2, complex)}, "'h' has type complex128; use float32 or float64"),
        (
            {name: array.astype(np.float16) for name, array in arrays().items()},
            "arrays of type float16 are not computed with",
        ),
        ({"q": np.ones(2)}, "the arguments are W, h, b, y; 'q' is not one"),
    ],
)
def test_arguments_that_do_not_fit_are_named(change: dict[str, np.ndarray], told: str | None) -> None:
    function = compile_function(OUTPUTS, CONTEXT)
    given = {**arrays(), **change}
    if told is None:
        assert function(**given)["g"].shape == (2, 3)
        return
    with pytest.raises(UsageError) as caught:
        function(**given)
    assert told in str(caught.value)


def test_a_missing_argument_is_named() -> None:
    with pytest.raises(UsageError, match="'y' is missing"):
        compile_function(OUTPUTS, CONTEXT)(W=0, h=0, b=0)


def test_labels_are_whole_numbers() -> None:
    label = Variable("label", (N,), Domain(index_of=K))
    context = Context((*Context.of(matrix("A", N, K)).variables, label))
    function = compile_function([Output("r", matrix("A", N, K)[n, label.node[n]], (n,))], context)
    assert function(A=np.eye(3), label=[0, 2, 2])["r"].tolist() == [1, 0, 1]
    with pytest.raises(UsageError, match="class labels are whole numbers from 0"):
        function(A=np.eye(3), label=[0.0, 2.0, 2.0])


def test_numbers_and_lists_are_fine() -> None:
    s = scalar("s")
    found = compile_function([Output("r", s * b[k], (k,))], Context.of(s, b))(s=2, b=[1, 2, 3])["r"]
    assert found.tolist() == [2, 4, 6]


def test_a_size_that_no_array_gives_is_an_argument() -> None:
    function = compile_function([Output("r", sp.log(K) + total(1, k, K))], Context.of(b))
    assert [argument.name for argument in function.arguments] == ["K"]
    assert float(function(K=4)["r"]) == pytest.approx(np.log(4) + 4)


def test_results_are_arrays_of_their_own() -> None:
    for expr, out in ((b[k], (k,)), (W[j, k], (k, j)), (b[k], (j, k))):
        function = compile_function([Output("r", expr, out, tuple({j: d, k: K}[o] for o in out))], CONTEXT)
        given = {a.name: np.ones((2, 3)) if a.name == "W" else np.ones(3) for a in function.arguments}
        if any(argument.size for argument in function.arguments):
            given["d"] = 2
        result = function(**given)["r"]
        result += 1
        assert all((np.asarray(array) == 1).all() for name, array in given.items() if name != "d")


def test_an_unknown_backend() -> None:
    with pytest.raises(UsageError, match="there is no backend 'jax'; use one of numpy, torch or fast"):
        compile_function(OUTPUTS, CONTEXT, "jax")


AWKWARD = [
    "lambda",
    "np",
    "x'",
    r"\hat{y}",
    "λ",
    "y^{(1)}",
    "__import__",
    "e",
    "def",
    "a b",
    "é",
    "1x",
    '"""',
    "\n",
    "dtype",
]


@pytest.mark.parametrize("name", AWKWARD)
def test_any_name_is_safe(name: str) -> None:
    v = vector(name, K)
    definition = Definition(name + "2", v[k] ** 2, (k,), (K,))
    context = Context.of(v, define=[definition])
    function = compile_function([Output(name, total(definition.node[k], k, K) + v[1])], context, name=name)
    assert float(function(**{name: [1.0, 2.0]})[name]) == 6
    ast.parse(function.module)


def test_names_are_never_given_twice() -> None:
    names = Names()
    given = [names.of(name) for name in ("x'", "x_prime", "xprime", "x_", "x")] + [names.fresh("x")]
    assert len(set(given)) == len(given)


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "def f(x):\n    return x.__class__",
        "def f(x):\n    return open(x)",
        "def f(x):\n    for i in x: pass",
        "def f(x):\n    return (lambda: 0)()",
        "def f(x):\n    return [a for a in x]",
        "def f(x):\n    return __import__('os')",
        "def f(x):\n    global y",
        "x = eval('1')",
    ],
)
def test_the_audit_refuses_what_is_no_arithmetic(text: str) -> None:
    with pytest.raises(InternalError):
        load(Source(text, "f", {}, ()), BACKENDS["numpy"])


def test_the_audit_lets_arithmetic_pass() -> None:
    audit("def f(x):\n    return {'r': np.exp(x) @ x.T[:, None] if_ }".replace(" if_", ""), frozenset({"np"}))


def test_equal_programs_give_equal_source() -> None:
    once = compile_function(OUTPUTS, CONTEXT).source
    assert compile_function(OUTPUTS, CONTEXT).source == once


@pytest.mark.slow
def test_the_source_does_not_depend_on_the_hash_seed() -> None:
    program = (
        "from derivlab.calculus import gradient; from derivlab.compile import compile_gradient\n"
        "from derivlab.models import MODELS\n"
        "for m in MODELS.values():\n"
        "    for by in m.gradients:\n"
        "        head = m.context.definition(m.objective).head\n"
        "        print(compile_gradient(gradient(head, by, m.context)).source)"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "12345")
    }
    assert len(printed) == 1
    assert b"def value_and_gradient" in printed.pop()
