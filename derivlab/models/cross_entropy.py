"""Softmax cross-entropy and back-propagation through the output layer z = Wᵀh + b."""

from __future__ import annotations

from sympy import exp, log

from derivlab.models.model import ConvexityClaim, Model, ModelClaim, Wrong
from derivlab.symbols import (
    Context,
    Definition,
    Partial,
    delta,
    dimensions,
    indices,
    matrix,
    total,
    vector,
)

d, K = dimensions("d K")
i, j, k = indices("i j k")
W, h, b = matrix("W", d, K), vector("h", d), vector("b", K)
y = vector("y", K)

Z = Definition("z", total(W[j, i] * h[j], j, d) + b[i], (i,), (K,))
z = Z.node
YHAT = Definition("yhat", exp(z[i]) / total(exp(z[k]), k, K), (i,), (K,))
yhat = YHAT.node
OBJECTIVE = Definition("J", -total(y[k] * log(yhat[k]), k, K))
J = OBJECTIVE.node
ONE = (total(y[k], k, K), 1)
CONTEXT = Context.of(W, h, b, y, define=[Z, YHAT, OBJECTIVE], assume=[ONE])
LOGITS = vector("z", K)

CROSS_ENTROPY = Model(
    name="cross-entropy",
    title="Softmax cross-entropy and back-propagation",
    summary="The gradient by the logits is prediction minus target; the layers below follow.",
    context=CONTEXT,
    objective="J",
    gradients=("z", "W", "b", "h"),
    claims=(
        ModelClaim(
            "gradient by z",
            Partial(J, z[i]),
            yhat[i] - y[i],
            kind="gradient",
            wrong=(
                Wrong("sign", y[i] - yhat[i]),
                Wrong("missing sum over the classes", -y[i] / yhat[i]),
                Wrong("diagonal case for all entries", y[i] * yhat[i] - y[i]),
            ),
        ),
        ModelClaim(
            "Hessian by z",
            Partial(Partial(J, z[i]), z[j]),
            yhat[i] * delta(i, j) - yhat[i] * yhat[j],
            kind="hessian",
            wrong=(Wrong("missing off-diagonal case", yhat[i] * (1 - yhat[i]) * delta(i, j)),),
        ),
        ModelClaim(
            "back-propagation to W",
            Partial(J, W[i, j]),
            h[i] * (yhat[j] - y[j]),
            kind="gradient",
            wrong=(
                Wrong("sign", h[i] * (y[j] - yhat[j])),
                Wrong("missing factor h", yhat[j] - y[j]),
            ),
        ),
        ModelClaim(
            "back-propagation to b",
            Partial(J, b[i]),
            yhat[i] - y[i],
            kind="gradient",
            wrong=(Wrong("sign", y[i] - yhat[i]),),
        ),
        ModelClaim(
            "back-propagation to h",
            Partial(J, h[i]),
            total(W[i, k] * (yhat[k] - y[k]), k, K),
            kind="gradient",
            wrong=(Wrong("missing target", total(W[i, k] * yhat[k], k, K)),),
        ),
        ModelClaim(
            "chain rule for W",
            Partial(J, W[i, j]),
            total(Partial(J, z[k]) * Partial(z[k], W[i, j]), k, K),
            kind="gradient",
        ),
    ),
    convexity=(
        ConvexityClaim(
            "cross-entropy is convex in z",
            J,
            "z",
            True,
            Context.of(LOGITS, y, define=[YHAT, OBJECTIVE], assume=[ONE]),
        ),
    ),
    references={
        "z": lambda torch, v: v["W"].T @ v["h"] + v["b"],
        "yhat": lambda torch, v: torch.softmax(v["z"], 0),
        "J": lambda torch, v: torch.nn.functional.cross_entropy(v["z"], v["y"]),
    },
)
