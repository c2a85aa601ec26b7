"""Speed and accuracy of compiled gradients beside torch's own, as ratios.

Run with `OMP_NUM_THREADS=1 python tests/benchmarks/bench_compile.py`; it prints Markdown tables. All
contenders of a row run in turn, in batches of calls; a figure is the median of the turns, on one
thread. `--quick` takes fewer turns.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from sympy import exp, log

from derivlab.calculus import gradient
from derivlab.compile import CompiledFunction, Output, compile_function, compile_gradient
from derivlab.compile.balls import balls, exact, ulps
from derivlab.compile.check import check_gradient
from derivlab.models import MODELS
from derivlab.symbols import (
    BINARY,
    Context,
    Definition,
    Domain,
    Variable,
    delta,
    dimensions,
    indices,
    matrix,
    total,
    vector,
)

N, K = dimensions("N K")
n, i, k, m = indices("n i k m")
SIZES = ((128, 10), (4096, 10), (4096, 1000), (64, 50000))
TARGETS = {(128, 10): "2.4 (fast 10)", (4096, 10): "1.9 (fast 2)", (4096, 1000): "1.8", (64, 50000): "1.8"}
Call = Callable[[], Any]


def medians(calls: Sequence[Call], turns: int, seconds: float = 0.004) -> list[float]:
    """Seconds a call of each contender, which take turns; short calls are repeated within a turn.

    The first call of a turn is not counted: it finds the caches as the contender before has left them.
    """
    repeats = []
    for call in calls:
        call()
        start = time.perf_counter()
        call()
        repeats.append(max(1, int(seconds / max(time.perf_counter() - start, 1e-9))))
    found: list[list[float]] = [[] for _ in calls]
    for _ in range(turns):
        for call, repeat, times in zip(calls, repeats, found, strict=True):
            call()
            start = time.perf_counter()
            for _ in range(repeat):
                call()
            times.append((time.perf_counter() - start) / repeat)
    return [statistics.median(times) for times in found]


def row(*cells: object) -> None:
    """A line of a Markdown table."""
    sys.stdout.write("| " + " | ".join(str(cell) for cell in cells) + " |\n")
    sys.stdout.flush()


def table(title: str, *heads: str) -> None:
    """A title and the head of a Markdown table."""
    sys.stdout.write(f"\n### {title}\n\n")
    row(*heads)
    row(*["---"] * len(heads))


def entropy(classes: bool, backend: str, **options: Any) -> CompiledFunction:
    """The mean cross-entropy and its gradient, for labels of the shape of z or for class labels."""
    z, y, label = matrix("z", N, K), matrix("y", N, K), Variable("c", (N,), Domain(index_of=K))
    p = Definition("p", exp(z[n, k]) / total(exp(z[n, m]), m, K), (n, k), (N, K))
    entry = p.node
    if classes:
        context = Context((*Context.of(z).variables, label), (p,))
        value = -total(log(entry[n, label.node[n]]), n, N) / N
        by = (entry[n, k] - delta(k, label.node[n])) / N
    else:
        context = Context.of(z, y, define=[p])
        value = -total(total(y[n, k] * log(entry[n, k]), k, K), n, N) / N
        by = (entry[n, k] - y[n, k]) / N
    return compile_function(
        [Output("value", value), Output("gradient", by, (n, k))], context, backend, **options
    )


def bench_cross_entropy(turns: int) -> None:
    """Forward and backward, float32, against eager autograd with the same kind of labels."""
    for classes in (True, False):
        kind = "class labels" if classes else "labels of the shape of z"
        title = f"Cross-entropy, value and gradient, {kind}: times faster than eager autograd"
        table(
            title,
            "N, K",
            "eager, ms",
            "fast",
            "fast, buffer",
            "torch",
            "torch, buffer",
            "numpy",
            "copy of z",
            "target",
        )
        made = [entropy(classes, "fast"), entropy(classes, "torch", precision="library", in_place=True)]
        made.append(entropy(classes, "numpy"))
        for size in SIZES:
            calls = _entropy_calls(size, classes, made)
            eager, *others = medians(calls, turns)
            row(size, f"{eager * 1e3:.3f}", *(f"{eager / other:.2f}" for other in others), TARGETS[size])


def _entropy_calls(size: tuple[int, int], classes: bool, made: Sequence[CompiledFunction]) -> list[Call]:
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(size, generator=generator)
    c = torch.randint(0, size[1], size[:1], generator=generator)
    y = torch.nn.functional.one_hot(c, size[1]).float()
    leaf = z.clone().requires_grad_()

    def eager() -> None:
        leaf.grad = None
        torch.nn.functional.cross_entropy(leaf, c if classes else y).backward()

    fast, library, plain = made
    tensors = {"z": z, "c": c} if classes else {"z": z, "y": y}
    arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
    buffer, tensor_buffer = {"gradient": np.empty_like(arrays["z"])}, {"gradient": torch.empty_like(z)}
    return [
        eager,
        lambda: fast(**arrays),
        lambda: fast(buffer, **arrays),
        lambda: library(**tensors),
        lambda: library(tensor_buffer, **tensors),
        lambda: plain(**arrays),
        lambda: np.copyto(buffer["gradient"], arrays["z"]),
    ]


def bench_logistic(turns: int, quick: bool) -> None:
    """Logistic regression with L2, d = 100, float32, against eager autograd and scikit-learn's own."""
    model = MODELS["logistic"]
    derived = gradient(model.objective, "theta", model.context)
    fast = compile_gradient(derived, "fast")
    library = compile_gradient(derived, "torch", precision="library")
    heads = ("N", "eager, ms", "fast", "torch", "scikit-learn", "reading x once", "target")
    table(
        "Logistic regression with L2, d = 100, value and gradient: times faster than eager autograd", *heads
    )
    for rows, target in ((100_000, "2.2"), (1_000_000, "3.8")):
        if quick and rows > 100_000:
            continue
        x, theta = torch.randn(rows, 100), torch.randn(100) / 10
        y = (torch.rand(rows) < 0.5).float()
        leaf = theta.clone().requires_grad_()

        def eager(x: Any = x, y: Any = y, leaf: Any = leaf) -> None:
            leaf.grad = None
            loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ leaf, y)
            (loss + 0.05 * (leaf**2).sum()).backward()

        tensors = {"x": x, "theta": theta, "y": y, "lambda": 0.1}
        arrays = {
            name: value.numpy() if isinstance(value, torch.Tensor) else value
            for name, value in tensors.items()
        }
        calls: list[Call | None] = [
            eager,
            lambda given=arrays: fast.value_and_gradient(**given),
            lambda given=tensors: library.value_and_gradient(**given),
            _sklearn(arrays),
            x.sum,
        ]
        times = iter(medians([call for call in calls if call is not None], turns))
        first, *others = (None if call is None else next(times) for call in calls)
        ratios = ("not installed" if other is None else f"{first / other:.2f}" for other in others)
        row(rows, f"{first * 1e3:.1f}", *ratios, target)


def _sklearn(arrays: dict[str, Any]) -> Call | None:
    """scikit-learn's own loss and gradient; None where it is not installed."""
    try:
        from sklearn._loss.loss import HalfBinomialLoss
        from sklearn.linear_model._linear_loss import LinearModelLoss
    except ImportError:
        return None
    loss = LinearModelLoss(base_loss=HalfBinomialLoss(), fit_intercept=False)
    x, theta, y = arrays["x"], arrays["theta"], arrays["y"]
    return lambda: loss.loss_gradient(theta, x, y, l2_reg_strength=0.1)


def bench_accuracy(entries: int) -> None:
    """Largest distance from exact values, float32, in units in the last place."""
    z, y = matrix("z", N, K), matrix("y", N, K)
    p = Definition("p", exp(z[n, i]) / total(exp(z[n, k]), k, K), (n, i), (N, K))
    outputs = [
        Output("softmax", p.node[n, i], (n, i)),
        Output("gradient", p.node[n, i] - y[n, i], (n, i)),
        Output("loss", -total(y[n, k] * log(p.node[n, k]), k, K), (n,)),
    ]
    context = Context.of(z, y, define=[p])
    heads = ("K, logits of", "what", "working, numpy", "working, torch", "double", "torch's own", "target")
    table("Cross-entropy in float32: largest error in ULP against exact values", *heads)
    for size in (10, 1000):
        for scale in (1, 10, 100, 1000):
            _accuracy_rows(
                outputs,
                context,
                _entropy_inputs(size, scale, entries),
                f"{size}, {scale}",
                _torch_entropy,
                "4; 0.51",
            )
    _logistic_accuracy(entries)


def _entropy_inputs(size: int, scale: float, entries: int) -> dict[str, Any]:
    rng = np.random.default_rng([size, int(scale)])
    z = (rng.normal(size=(max(2, entries // size), size)) * scale).astype(np.float32)
    c = rng.integers(0, size, len(z))
    c[::2] = z.argmax(axis=1)[::2]
    return {"z": z, "y": np.eye(size, dtype=np.float32)[c]}


def _torch_entropy(tensors: dict[str, Any]) -> dict[str, Any]:
    leaf = tensors["z"].clone().requires_grad_()
    losses = torch.nn.functional.cross_entropy(leaf, tensors["y"], reduction="none")
    losses.sum().backward()
    return {"softmax": torch.softmax(tensors["z"], 1), "gradient": leaf.grad, "loss": losses.detach()}


def _logistic_accuracy(entries: int) -> None:
    t, b = vector("t", N), Variable("b", (N,), BINARY)
    q = Definition("q", 1 / (1 + exp(-t[n])), (n,), (N,))
    label = b.node[n]
    outputs = [
        Output("gradient", q.node[n] - label, (n,)),
        Output("loss", -label * log(q.node[n]) - (1 - label) * log(1 - q.node[n]), (n,)),
    ]
    heads = ("margins of", "what", "working, numpy", "working, torch", "double", "torch's own", "target")
    table("Logistic loss in float32: largest error in ULP against exact values", *heads)
    for scale in (1, 10, 100, 1000):
        rng = np.random.default_rng(int(scale))
        given = {
            "t": (rng.normal(size=entries) * scale).astype(np.float32),
            "b": rng.integers(0, 2, entries).astype(np.float32),
        }
        _accuracy_rows(outputs, Context.of(t, b, define=[q]), given, str(scale), _torch_logistic, "2.5; 0.51")


def _torch_logistic(tensors: dict[str, Any]) -> dict[str, Any]:
    leaf = tensors["t"].clone().requires_grad_()
    losses = torch.nn.functional.binary_cross_entropy_with_logits(leaf, tensors["b"], reduction="none")
    losses.sum().backward()
    return {"gradient": leaf.grad, "loss": losses.detach()}


def _accuracy_rows(
    outputs: Sequence[Output],
    context: Context,
    given: dict[str, Any],
    told: str,
    reference: Callable[[dict[str, Any]], dict[str, Any]],
    target: str,
) -> None:
    tensors = {name: torch.from_numpy(array) for name, array in given.items()}
    naive = compile_function(outputs, context, stable=False)
    results = [
        compile_function(outputs, context)(**given),
        compile_function(outputs, context, "torch")(**tensors),
        compile_function(outputs, context, precision="double")(**given),
        reference(tensors),
    ]
    for output in outputs:
        truth = exact(naive, output.name, {name: balls(array) for name, array in given.items()})
        errors = [ulps(np.asarray(result[output.name]), truth, np.float32).max() for result in results]
        row(told, output.name, *(f"{error:.3g}" for error in errors), target)


def bench_check(turns: int) -> None:
    """The cost of the check at one input of 1000 logits, and of all its inputs, against gradcheck."""
    model = MODELS["cross-entropy"]
    compiled = compile_gradient(gradient(model.objective, "z", model.context), "torch")
    function = compiled.as_autograd_function()
    y = torch.softmax(torch.randn(1, 1000, dtype=torch.float64), 1)
    z = torch.randn(1, 1000, dtype=torch.float64, requires_grad=True)
    options = {"shapes": [(1, 1000)], "dtypes": ["float64"], "arrays": "torch"}

    def ours(z: Any, y: Any) -> Any:
        return compiled(z=z, y=y) / len(z)

    calls: list[Call] = [
        lambda: torch.autograd.gradcheck(lambda t: function.apply(t, y).mean(), (z,)),
        lambda: torch.autograd.gradcheck(lambda t: torch.nn.functional.cross_entropy(t, y), (z,)),
        lambda: check_gradient(ours, "cross-entropy", **options),
    ]
    inputs = check_gradient(ours, "cross-entropy", **options).cases
    ours_checked, torchs_checked, whole = medians(calls, max(3, turns // 5))
    heads = (
        "gradcheck of ours, ms",
        "of torch's own, ms",
        f"all {inputs} inputs, ms",
        "an input, ms",
        "a gradcheck costs so many inputs",
        "target",
    )
    table("The check at K = 1000", *heads)
    row(
        *(f"{s * 1e3:.1f}" for s in (ours_checked, torchs_checked, whole, whole / inputs)),
        f"{ours_checked * inputs / whole:.1f}",
        "10",
    )


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer turns and smaller samples")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    turns = 9 if quick else 41
    bench_cross_entropy(turns)
    bench_logistic(turns, quick)
    bench_accuracy(2000 if quick else 20000)
    bench_check(turns)


if __name__ == "__main__":
    main()
