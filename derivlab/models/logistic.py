"""Logistic regression with L2: gradient, Hessian, convexity, and the gradient-descent update."""

from __future__ import annotations

from sympy import exp, log

from derivlab.models.model import ConvexityClaim, Model, ModelClaim, Wrong
from derivlab.symbols import (
    BINARY,
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

N, d = dimensions("N d")
i, j, k = indices("i j k")
x, theta = matrix("x", N, d), vector("theta", d)
Y = Variable("y", (N,), BINARY)
y = Y.node
lam, alpha = scalar("lambda", positive=True), scalar("alpha", positive=True)

G = Definition("g", 1 / (1 + exp(-total(theta[j] * x[i, j], j, d))), (i,), (N,))
g = G.node
OBJECTIVE = Definition(
    "J",
    -total(y[i] * log(g[i]) + (1 - y[i]) * log(1 - g[i]), i, N) / N + lam / 2 * total(theta[j] ** 2, j, d),
)
J = OBJECTIVE.node
CONTEXT = Context.of(x, theta, Y, lam, alpha, define=[G, OBJECTIVE])
# The statement about the squared error is for every lambda >= 0: at a large lambda it can look convex.
any_lam = scalar("lambda", nonnegative=True)
SQUARED_ERROR = Definition(
    "Q", total((g[i] - y[i]) ** 2, i, N) / N + any_lam / 2 * total(theta[j] ** 2, j, d)
)

residuals = total((g[i] - y[i]) * x[i, j], i, N)
curvature = total(g[i] * (1 - g[i]) * x[i, j] * x[i, k], i, N) / N

LOGISTIC = Model(
    name="logistic",
    title="Logistic regression with L2 regularization",
    summary="The cross-entropy of a sigmoid model is convex in its parameters; its squared error is not.",
    context=CONTEXT,
    objective="J",
    gradients=("theta",),
    claims=(
        ModelClaim(
            "gradient by theta",
            Partial(J, theta[j]),
            residuals / N + lam * theta[j],
            kind="gradient",
            wrong=(
                Wrong("sign of the data term", total((y[i] - g[i]) * x[i, j], i, N) / N + lam * theta[j]),
                Wrong("missing 1/N", residuals + lam * theta[j]),
                Wrong("missing factor x", total(g[i] - y[i], i, N) / N + lam * theta[j]),
                Wrong("missing regularizer", residuals / N),
            ),
        ),
        ModelClaim(
            "Hessian by theta",
            Partial(Partial(J, theta[j]), theta[k]),
            curvature + lam * delta(j, k),
            kind="hessian",
            wrong=(
                Wrong("sigmoid's slope", total(g[i] * x[i, j] * x[i, k], i, N) / N + lam * delta(j, k)),
                Wrong("regularizer on all entries", curvature + lam),
            ),
        ),
        ModelClaim(
            "gradient-descent update",
            theta[j] - alpha * Partial(J, theta[j]),
            (1 - alpha * lam) * theta[j] - alpha / N * residuals,
            kind="update",
            wrong=(
                Wrong(
                    "missing learning rate",
                    (1 - lam) * theta[j] - residuals / N,
                ),
                Wrong("ascent", (1 + alpha * lam) * theta[j] + alpha / N * residuals),
            ),
        ),
    ),
    convexity=(
        ConvexityClaim("cross-entropy is convex in theta", J, "theta", True, CONTEXT),
        ConvexityClaim(
            "squared error is convex in theta",
            SQUARED_ERROR.node,
            "theta",
            False,
            Context.of(x, theta, Y, any_lam, define=[G, SQUARED_ERROR]),
        ),
    ),
    references={
        "g": lambda torch, v: torch.sigmoid(v["x"] @ v["theta"]),
        "J": lambda torch, v: (
            torch.nn.functional.binary_cross_entropy_with_logits(v["x"] @ v["theta"], v["y"])
            + v["lambda"] / 2 * v["theta"].square().sum()
        ),
    },
)
