"""A small report made of hand-written data: what the real results look like, without computing any."""

from __future__ import annotations

import itertools

import numpy as np
import sympy

from derivlab.report.content import (
    ClaimRow,
    Counterexample,
    Curves,
    Derivation,
    DerivationStep,
    Digit,
    Formula,
    ModelSection,
    NetworkSection,
    Remark,
    ReportContent,
)
from derivlab.report.graph.build import Adjoint
from derivlab.report.graph.network import LayerFormulas, network_graph
from derivlab.symbols import (
    Context,
    Definition,
    Partial,
    Variable,
    delta,
    dimensions,
    indices,
    matrix,
    scalar,
    total,
    vector,
)

K, N = dimensions("K N")
i, j, k = indices("i j k")
z, y, yhat = vector("z", K), vector("y", K), vector("yhat", K)
J = scalar("J")


def cross_entropy() -> ModelSection:
    context = Context(
        variables=(Variable("z", (K,)), Variable("y", (K,))),
        definitions=(
            Definition("yhat", sympy.exp(z[i]) / total(sympy.exp(z[k]), k, K), (i,), (K,), r"\hat{y}"),
            Definition("J", -total(y[k] * sympy.log(yhat[k]), k, K)),
        ),
        assumptions=((total(y[k], k, K), sympy.Integer(1)),),
    )
    log_sum = sympy.log(total(sympy.exp(z[k]), k, K))
    long = sum((sympy.log(1 + sympy.exp(z[i] * n)) / (n + y[i]) for n in range(1, 6)), start=sympy.Integer(0))
    steps = (
        DerivationStep(
            "sum",
            "The derivative of a sum is the sum of the derivatives.",
            Partial(-total(y[k] * sympy.log(yhat[k]), k, K), z[i]),
            -total(y[k] * Partial(sympy.log(yhat[k]), z[i]), k, K),
        ),
        DerivationStep(
            "logarithm",
            "(log u)' = u' / u, where u > 0.",
            -total(y[k] * Partial(sympy.log(yhat[k]), z[i]), k, K),
            -total(y[k] / yhat[k] * Partial(yhat[k], z[i]), k, K),
        ),
        DerivationStep(
            "definition",
            "The derivative of the softmax, put in.",
            -total(y[k] / yhat[k] * Partial(yhat[k], z[i]), k, K),
            -total(y[k] * (delta(i, k) - yhat[i]), k, K),
        ),
        DerivationStep(
            "a long one", "It must break over lines.", Partial(log_sum + long, z[i]), long + log_sum
        ),
        DerivationStep(
            "assumption", "Σ y_k = 1.", -total(y[k] * (delta(i, k) - yhat[i]), k, K), yhat[i] - y[i]
        ),
    )
    claims = (
        ClaimRow(
            "Gradient by the logits",
            "proved",
            Partial(J, z[i]),
            yhat[i] - y[i],
            error=4.4e-16,
            seconds=0.0021,
            side_conditions=("ŷ_k ≠ 0",),
            context=context,
        ),
        ClaimRow(
            "Hessian",
            "proved",
            Partial(Partial(J, z[i]), z[j]),
            yhat[i] * delta(i, j) - yhat[i] * yhat[j],
            error=8.9e-16,
            seconds=0.0043,
            context=context,
        ),
        ClaimRow(
            "Sign",
            "refuted",
            Partial(J, z[i]),
            y[i] - yhat[i],
            expected="refuted",
            control=True,
            context=context,
            counterexample=Counterexample(
                (("K", "2"), ("i", "1"), ("z", "(0, 1)"), ("y", "(1, 0)")), "-0.73105858", "0.73105858"
            ),
        ),
    )
    remark = Remark(
        "Convexity",
        (
            (
                "The Hessian is ",
                Formula(yhat[i] * delta(i, j) - yhat[i] * yhat[j]),
                "; for every vector v",
                Formula(Partial(Partial(J, z[i]), z[j]), yhat[i], display=True),
                "holds.",
            ),
        ),
        context,
    )
    return ModelSection(
        "cross-entropy",
        "Softmax cross-entropy",
        "The loss of a classifier with K classes.",
        context,
        (Derivation(J, z[i], yhat[i] - y[i], steps, context, (i,)),),
        claims,
        (remark,),
    )


def network() -> NetworkSection:
    rng = np.random.default_rng(0)
    iterations = np.arange(1, 2001)
    train = 2.2 * np.exp(-iterations / 120) + 0.05 + 0.25 * np.exp(-iterations / 900)
    train = train * np.exp(0.35 * rng.standard_normal(iterations.size))
    test_at = np.arange(0, 2001, 100)
    test = 2.2 * np.exp(-test_at / 120) + 0.075 + 0.2 * np.exp(-test_at / 900)
    confusion = rng.poisson(2.5, size=(10, 10)) * (rng.random((10, 10)) < 0.6)
    np.fill_diagonal(confusion, 960 + rng.integers(0, 60, 10))
    digits = tuple(
        Digit(np.clip(rng.random((28, 28)) - 0.3, 0, 1), int(rng.integers(10)), int(rng.integers(10)), 0.8)
        for _ in range(20)
    )
    accuracy = float(np.trace(confusion) / confusion.sum())
    curves = Curves(iterations.tolist(), train.tolist(), test_at.tolist(), test.tolist())
    return NetworkSection(
        (784, 256, 256, 10),
        (("Optimizer", "AdamW"), ("Batch", "128"), ("Seed", "0")),
        curves,
        accuracy,
        confusion,
        digits,
        "ReLU",
        14.2,
        3.1e-15,
        None,
        network_graph(layers(), "The network."),
    )


def report(title: str = "Gradients, proved and put to work") -> ReportContent:
    return ReportContent(
        title,
        (cross_entropy(),),
        network(),
        (("Python", "3.11.7"), ("torch", "2.13.0")),
        (("train-images", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),),
        "derivlab report --pdf",
        "Derived step by step, proved for all sizes, checked against autograd",
    )


def layers(sizes: tuple[int, ...] = (784, 256, 256, 10)) -> list[LayerFormulas]:
    """The layers of a network in hand-written formulas, as the derivation gives them."""
    D = dimensions("D")[0]
    n, m = indices("n m")
    x, W, b, G = matrix("x", N, D), matrix("W", D, K), vector("b", K), matrix("G", N, K)
    Y = Definition("y", total(x[n, j] * W[j, k], j, D) + b[k], (n, k), (N, K))
    affine = {
        "x": Adjoint(total(G[n, k] * W[j, k], k, K), (n, j)),
        "W": Adjoint(total(G[n, k] * x[n, j], n, N), (j, k)),
        "b": Adjoint(total(G[n, k], n, N), (k,)),
    }
    a, H = matrix("x", N, D), matrix("G", N, D)
    relu = Definition("y", sympy.Max(a[n, j], 0), (n, j), (N, D))
    step = sympy.Piecewise((1, a[n, j] > 0), (0, True))
    logits, t, p = matrix("x", N, K), matrix("t", N, K), matrix("p", N, K)
    share = Definition("p", sympy.exp(logits[n, k]) / total(sympy.exp(logits[n, m]), m, K), (n, k), (N, K))
    loss = Definition("J", -total(total(t[n, k] * sympy.log(p[n, k]), k, K), n, N) / N)
    result = []
    for number, (inputs, outputs) in enumerate(itertools.pairwise(sizes), start=1):
        result.append(
            LayerFormulas(
                "affine", Context.of(x, W, b, G, define=[Y]), "y", affine, inputs, outputs, ("W", "b")
            )
        )
        if number < len(sizes) - 1:
            back = {"x": Adjoint(H[n, j] * step, (n, j))}
            context = Context.of(a, H, define=[relu])
            result.append(LayerFormulas("relu", context, "y", back, outputs, outputs))
    back = {"x": Adjoint((p[n, k] - t[n, k]) / N, (n, k))}
    context = Context.of(logits, t, define=[share, loss])
    return [*result, LayerFormulas("loss", context, "J", back, sizes[-1], sizes[-1])]
