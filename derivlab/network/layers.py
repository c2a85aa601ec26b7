"""The layers, each a symbolic model of its forward pass; nothing here says how to differentiate.

A layer maps a batch x, shape (N, D), to its outputs by definitions in order. Its backward pass is
derived: the gradient of the scalar Σ G·y, where the cotangent G is what the layers above send back
(`derivlab.network.derivation`). To add an activation, add one entry to `ACTIVATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sympy import Expr, Indexed, Max, exp, log, tanh

from derivlab.errors import UsageError
from derivlab.symbols import Context, Definition, dimensions, indices, matrix, scalar, total, vector

N, D, K = dimensions("N D K")
n, j, k, m = indices("n j k m")


@dataclass(frozen=True)
class LayerModel:
    """The forward pass of one kind of layer.

    Attributes:
        name: a short name, e.g. "affine".
        latex: the forward pass as a reader writes it.
        context: the variables x, the parameters, the cotangent G of the last output, and the
            definitions of the outputs, in order.
        output: name of the output that the next layer reads.
        parameters: names of the trained arrays.
        objective: the scalar whose gradient is the backward pass: Σ G·y, or the loss itself.
        stated: by name of the variable, an equal formula that is cheaper or more stable than the
            derived one, e.g. one that reuses an output; it is used only after it was proved equal.
    """

    name: str
    latex: str
    context: Context
    output: str
    objective: Expr
    parameters: tuple[str, ...] = ()
    stated: tuple[tuple[str, Expr], ...] = ()


@dataclass(frozen=True)
class Activation:
    """A function of one entry.

    Attributes:
        forward: the SymPy expression of f(x).
        derivative: optional: f'(x) as an expression in x and y = f(x), to save work; it is proved
            equal to the derived one before it is used.
        gain: standard deviation that keeps the variance of the signal, times sqrt(inputs).
    """

    name: str
    latex: str
    forward: Callable[[Expr], Expr]
    derivative: Callable[[Expr, Expr], Expr] | None = None
    gain: float = 1.0


ACTIVATIONS: dict[str, Activation] = {
    entry.name: entry
    for entry in (
        Activation("relu", r"y = \max(x, 0)", lambda x: Max(x, 0), gain=2**0.5),
        Activation("tanh", r"y = \tanh x", tanh, lambda x, y: 1 - y**2),
        Activation("sigmoid", r"y = \sigma(x)", lambda x: 1 / (1 + exp(-x)), lambda x, y: y * (1 - y)),
    )
}


def activation(name: str) -> Activation:
    """The activation of that name; `UsageError` with the names that exist otherwise."""
    if name not in ACTIVATIONS:
        raise UsageError(f"there is no activation {name!r}; choose from {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]


def _pulled_back(context: Context, output: str) -> Expr:
    """Σ G·y, whose gradient by an input is the cotangent of that input."""
    y, cotangent = context.definition(output), context.variable("G")
    assert y is not None
    row, column = y.indices
    return total(total(cotangent.node[row, column] * y.head, column, y.shape[1]), row, y.shape[0])


def _layer(
    name: str,
    latex: str,
    context: Context,
    *,
    parameters: tuple[str, ...] = (),
    stated: tuple[tuple[str, Expr], ...] = (),
) -> LayerModel:
    """A layer with the one output y."""
    return LayerModel(name, latex, context, "y", _pulled_back(context, "y"), parameters, stated)


@cache
def affine() -> LayerModel:
    """y = x Wᵀ + b, with W of shape (K, D), as torch keeps it, and b of shape (K,)."""
    x, W, b, G = matrix("x", N, D), matrix("W", K, D), vector("b", K), matrix("G", N, K)
    y = Definition("y", total(x[n, j] * W[k, j], j, D) + b[k], (n, k), (N, K))
    context = Context.of(x, W, b, G, define=[y])
    return _layer("affine", r"y_{nk} = \sum_j x_{nj} W_{kj} + b_k", context, parameters=("W", "b"))


@cache
def elementwise(name: str) -> LayerModel:
    """y = f(x), entry by entry, for an entry of `ACTIVATIONS`."""
    rule = activation(name)
    x, G = matrix("x", N, D), matrix("G", N, D)
    y = Definition("y", rule.forward(x[n, j]), (n, j), (N, D))
    context = Context.of(x, G, define=[y])
    stated: tuple[tuple[str, Expr], ...] = ()
    if rule.derivative is not None:
        stated = (("x", G[n, j] * rule.derivative(x[n, j], y.head)),)
    return _layer(name, rule.latex, context, stated=stated)


@cache
def dropout() -> LayerModel:
    """y = x·M, with a mask M of entries 0 (dropped) or 1/(1 - p) (kept), drawn anew each step."""
    x, mask, G = matrix("x", N, D), matrix("M", N, D), matrix("G", N, D)
    y = Definition("y", x[n, j] * mask[n, j], (n, j), (N, D))
    return _layer("dropout", r"y = x \odot M", Context.of(x, mask, G, define=[y]))


@cache
def softmax_cross_entropy() -> LayerModel:
    """J = -(1/N) Σₙ Σₖ tₙₖ log softmax(xₙ)ₖ, for targets t, shape (N, K), whose rows sum to one.

    The outputs are l = log softmax(x), p = softmax(x) and J, in that order.
    """
    x, t = matrix("x", N, K), matrix("t", N, K)
    normalizer: Expr = log(total(exp(x[n, m]), m, K))
    ell = Definition("l", x[n, k] - normalizer, (n, k), (N, K), latex=r"\ell")
    p = Definition("p", exp(ell.head), (n, k), (N, K), latex=r"\hat y")
    loss = Definition("J", -total(total(t[n, k] * ell.head, k, K), n, N) / N)
    context = Context.of(x, t, define=[ell, p, loss], assume=[(total(t[n, k], k, K), 1)])
    stated = (("x", (p.head - t[n, k]) / N),)
    latex = r"J = -\frac1N \sum_n \sum_k t_{nk} \log \frac{e^{x_{nk}}}{\sum_m e^{x_{nm}}}"
    return LayerModel("softmax cross-entropy", latex, context, "J", loss.head, (), stated)


@cache
def squared_norm() -> LayerModel:
    """R = λ/2 Σ W², the penalty that L2 regularization adds to the loss for each weight matrix."""
    W, strength = matrix("W", K, D), scalar("lambda")
    penalty = Definition("R", strength * total(total(W[k, j] ** 2, j, D), k, K) / 2)
    context = Context.of(W, strength, define=[penalty])
    latex = r"R = \frac{\lambda}{2} \sum_{kj} W_{kj}^2"
    return LayerModel("L2", latex, context, "R", penalty.head, ("W",))


def entry_of(model: LayerModel, name: str) -> Indexed:
    """The entry of the variable `name` by which the gradient is taken: x[n, j], W[k, j], b[k]."""
    variable = model.context.variable(name)
    letter = {N: n, D: j, K: k}
    return variable.node[tuple(letter[axis] for axis in variable.shape)]
