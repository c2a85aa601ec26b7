"""The sum of all log-probabilities of a linear softmax model, by z, W and c."""

from __future__ import annotations

from sympy import exp, log

from derivlab.models.model import Model, ModelClaim, Wrong
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

N, d = dimensions("N d")
i, j, k = indices("i j k")
W, x, c = matrix("W", N, d), vector("x", d), vector("c", N)

Z = Definition("z", total(W[i, j] * x[j], j, d) + c[i], (i,), (N,))
z = Z.node
P = Definition("p", exp(z[i]) / total(exp(z[k]), k, N), (i,), (N,))
p = P.node
OBJECTIVE = Definition("J", total(log(p[i]), i, N))
J = OBJECTIVE.node

LOG_LIKELIHOOD = Model(
    name="log-likelihood",
    title="Log-likelihood of a linear softmax model",
    summary="J adds log softmax(Wx + c) over all classes; its gradient compares each class with the mean.",
    context=Context.of(W, x, c, define=[Z, P, OBJECTIVE]),
    objective="J",
    gradients=("z", "W", "c"),
    claims=(
        ModelClaim(
            "gradient by z",
            Partial(J, z[i]),
            1 - N * p[i],
            kind="gradient",
            wrong=(Wrong("sign", N * p[i] - 1), Wrong("missing factor N", 1 - p[i])),
        ),
        ModelClaim(
            "gradient by W",
            Partial(J, W[i, j]),
            (1 - N * p[i]) * x[j],
            kind="gradient",
            wrong=(
                Wrong("sign", (N * p[i] - 1) * x[j]),
                Wrong("missing factor x", 1 - N * p[i]),
                Wrong("missing sum over the classes", (1 - p[i]) * x[j]),
            ),
        ),
        ModelClaim(
            "gradient by c",
            Partial(J, c[i]),
            1 - N * p[i],
            kind="gradient",
            wrong=(Wrong("sign", N * p[i] - 1), Wrong("missing factor N", 1 - p[i])),
        ),
        ModelClaim(
            "Hessian by z",
            Partial(Partial(J, z[i]), z[j]),
            -N * p[i] * (delta(i, j) - p[j]),
            kind="hessian",
            wrong=(Wrong("sign", N * p[i] * (delta(i, j) - p[j])),),
        ),
    ),
    references={
        "z": lambda torch, v: v["W"] @ v["x"] + v["c"],
        "p": lambda torch, v: torch.softmax(v["z"], 0),
        "J": lambda torch, v: torch.log_softmax(v["z"], 0).sum(),
    },
)
