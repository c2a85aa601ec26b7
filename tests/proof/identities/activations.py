"""Activation functions and their slopes."""

from __future__ import annotations

from sympy import (
    Abs,
    Eq,
    Max,
    Min,
    Piecewise,
    Rational,
    atan,
    cosh,
    erf,
    exp,
    log,
    pi,
    sign,
    sinh,
    sqrt,
    tanh,
)

from derivlab.symbols import (
    UNIT_INTERVAL,
    Context,
    Partial,
    Variable,
    dimension,
    indices,
    scalar,
    total,
    vector,
)
from tests.proof.identities.identity import Identity, identity, one, sigmoid, softplus

t, u = scalar("t"), scalar("u")
beta, alpha = scalar("beta", positive=True), scalar("alpha", positive=True)
HERE = Context.of(t, u, beta, alpha)
half = Rational(1, 2)
s = sigmoid(t)
K = dimension("K")
i, k = indices("i k")
x, y = vector("x", K), vector("y", K)
VECTORS = Context.of(x, y, beta)
Phi = (1 + erf(t / sqrt(2))) / 2
phi = exp(-(t**2) / 2) / sqrt(2 * pi)
inner = sqrt(2 / pi) * (t + Rational(44715, 10**6) * t**3)
inner_slope = sqrt(2 / pi) * (1 + 3 * Rational(44715, 10**6) * t**2)
gelu = t / 2 * (1 + tanh(inner))
omega = tanh(softplus(t))
q = scalar("q")
ODDS = Context.of(Variable("q", (), UNIT_INTERVAL), t)

ACTIVATIONS: tuple[Identity, ...] = (
    identity("tanh", Partial(tanh(t), t), 1 - tanh(t) ** 2, 1 - tanh(t), HERE),
    identity("tanh: second derivative", Partial(Partial(tanh(t), t), t), -2 * tanh(t) * (1 - tanh(t) ** 2),
             2 * tanh(t) * (1 - tanh(t) ** 2), HERE),
    identity("tanh by sigmoid", tanh(t), 2 * sigmoid(2 * t) - 1, 2 * sigmoid(t) - 1, HERE),
    identity("tanh by cosh", 1 - tanh(t) ** 2, 1 / cosh(t) ** 2, 1 / cosh(t), HERE),
    identity("sigmoid", Partial(s, t), s * (1 - s), s * (1 + s), HERE),
    identity("sigmoid: second derivative", Partial(Partial(s, t), t), s * (1 - s) * (1 - 2 * s),
             s * (1 - s) * (1 - s),
             HERE),
    identity("sigmoid: reflection", sigmoid(-t), 1 - s, -s, HERE),
    identity("sigmoid undoes the logit", sigmoid(log(q) - log(1 - q)), q, 1 - q, ODDS),
    identity("logit", Partial(log(q) - log(1 - q), q), 1 / (q * (1 - q)), 1 / q, ODDS),
    identity("log-sigmoid", Partial(log(s), t), sigmoid(-t), s, HERE),
    identity("softplus", Partial(softplus(t), t), s, 1 - s, HERE),
    identity("softplus: reflection", softplus(t) - softplus(-t), t, -t, HERE),
    identity("softplus with sharpness", Partial(softplus(beta * t) / beta, t), sigmoid(beta * t),
             beta * sigmoid(beta * t),
             HERE),
    identity("softplus without overflow", softplus(t), Max(t, 0) + log(1 + exp(-Abs(t))),
             Max(t, 0) + log(1 + exp(Abs(t))), HERE),
    identity("swish", Partial(t * s, t), s + t * s * (1 - s), s + t * s, HERE),
    identity("swish with sharpness", Partial(t * sigmoid(beta * t), t),
             sigmoid(beta * t) + beta * t * sigmoid(beta * t) * (1 - sigmoid(beta * t)),
             sigmoid(beta * t) + t * sigmoid(beta * t) * (1 - sigmoid(beta * t)), HERE),
    identity("swish: second derivative", Partial(Partial(t * s, t), t), s * (1 - s) * (2 + t * (1 - 2 * s)),
             s * (1 - s) * (2 + t), HERE),
    identity("GELU", Partial(t * Phi, t), Phi + t * phi, Phi + phi, HERE),
    identity("GELU: second derivative", Partial(Partial(t * Phi, t), t), phi * (2 - t**2), phi * (2 + t**2),
             HERE),
    identity("GELU by tanh", Partial(gelu, t),
             (1 + tanh(inner)) / 2 + t / 2 * (1 - tanh(inner) ** 2) * inner_slope,
             (1 + tanh(inner)) / 2 + t / 2 * (1 - tanh(inner) ** 2), HERE),
    identity("ELU", Partial(Piecewise((t, t > 0), (alpha * (exp(t) - 1), True)), t),
             Piecewise((1, t > 0), (alpha * exp(t), True)), Piecewise((1, t > 0), (exp(t), True)), HERE),
    identity("leaky ReLU", Partial(Max(t, 0) + alpha * Min(t, 0), t), one(t > 0) + alpha * one(t <= 0),
             one(t > 0) - alpha * one(t < 0), HERE),
    identity("leaky ReLU by cases", Max(t, 0) + alpha * Min(t, 0), Piecewise((t, t > 0), (alpha * t, True)),
             Piecewise((t, t > 0), (-alpha * t, True)), HERE),
    identity("ReLU squared", Partial(Max(t, 0) ** 2, t), 2 * Max(t, 0), 2 * t, HERE),
    identity("ReLU of an affine map", Partial(total(Max(y[k] * x[k], 0), k, K), x[i]),
             y[i] * one(y[i] * x[i] > 0),
             y[i] * one(x[i] > 0), VECTORS),
    identity("mish", Partial(t * omega, t), omega + t * (1 - omega**2) * s, omega + t * (1 - omega**2), HERE),
    identity("mish: closed form of its gate", omega, ((1 + exp(t)) ** 2 - 1) / ((1 + exp(t)) ** 2 + 1),
             (1 + exp(t)) / (2 + exp(t)), HERE),
    identity("softsign", Partial(t / (1 + Abs(t)), t), 1 / (1 + Abs(t)) ** 2, 1 / (1 + Abs(t)), HERE),
    identity("hard tanh", Partial(Max(-1, Min(1, t)), t), one(t > -1) * one(t < 1), one(t < 1), HERE),
    identity("hard sigmoid", Partial(Max(0, Min(1, t / 6 + half)), t), one(t > -3) * one(t < 3) / 6,
             one(t > -3) * one(t < 3), HERE),
    identity("sinh", Partial(sinh(t), t), cosh(t), -cosh(t), HERE),
    identity("cosh", Partial(cosh(t), t), sinh(t), -sinh(t), HERE),
    identity("addition of tanh", tanh(t + u), (tanh(t) + tanh(u)) / (1 + tanh(t) * tanh(u)),
             (tanh(t) + tanh(u)) / (1 - tanh(t) * tanh(u)), HERE),
    identity("arctangent", Partial(atan(beta * t), t), beta / (1 + beta**2 * t**2),
             1 / (1 + beta**2 * t**2), HERE),
    identity("bell", Partial(exp(-(t**2) / (2 * beta**2)), t), -t / beta**2 * exp(-(t**2) / (2 * beta**2)),
             -t / beta * exp(-(t**2) / (2 * beta**2)), HERE),
    identity("error function", Partial(erf(t), t), 2 / sqrt(pi) * exp(-(t**2)), exp(-(t**2)), HERE),
    identity("gated linear unit", Partial(t * sigmoid(u), u), t * sigmoid(u) * sigmoid(-u), t * sigmoid(u),
             HERE),
    identity("maxout", Partial(Max(t, 2 * u - 1), u), 2 * one(2 * u - 1 > t), 2 * one(2 * u + 1 > t), HERE),
    identity("sign and value", sign(t) * Abs(t) + 0 * u, t, Abs(t), HERE),
    identity("smooth absolute value", Partial(sqrt(t**2 + beta**2), t), t / sqrt(t**2 + beta**2),
             t / (t**2 + beta**2), HERE),
    identity("bent identity", Partial((sqrt(t**2 + 1) - 1) / 2 + t, t), t / (2 * sqrt(t**2 + 1)) + 1,
             t / sqrt(t**2 + 1) + 1, HERE),
    identity("removable point", Piecewise((0, Eq(t, 0)), (t, True)), t, Piecewise((1, Eq(t, 0)), (t, True)),
             HERE),
)  # fmt: skip
