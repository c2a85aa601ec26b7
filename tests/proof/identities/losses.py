"""Losses and their gradients."""

from __future__ import annotations

from sympy import Abs, Eq, Expr, Integer, Max, Piecewise, Rational, cosh, exp, log, sign, sqrt, tanh

from derivlab.symbols import (
    BINARY,
    POSITIVE,
    SIGNS,
    UNIT_INTERVAL,
    Context,
    Definition,
    Domain,
    Partial,
    Variable,
    delta,
    dimensions,
    indices,
    scalar,
    total,
    vector,
)
from tests.proof.identities.identity import Identity, identity, one, sigmoid, softplus

K, N = dimensions("K N")
i, j, k, n = indices("i j k n")
r, f, t, m, mu = (scalar(name) for name in ("r", "f", "t", "m", "mu"))
beta, gamma, eps, v, T = (scalar(name, positive=True) for name in ("beta", "gamma", "eps", "v", "T"))
p, z, s, a, b, c = (vector(name, K) for name in "pzsabc")
target = vector("y", K)
half = Rational(1, 2)


def over(body: Expr) -> Expr:
    """Σ over 1..K."""
    return total(body, k, K)


Y = scalar("y")
REGRESSION = Context.of(p, target)
RESIDUAL = Context.of(r, beta, f, Y)
SIGNED = Context.of(Variable("y", (), SIGNS), m)
BIT = Context.of(Variable("y", (), BINARY), t, Variable("q", (), UNIT_INTERVAL), gamma)
q = scalar("q")
Q = Definition("h", exp(z[i]) / over(exp(z[k])), (i,), (K,))
h = Q.node
CE = Context.of(z, target, define=[Q], assume=[(over(target[k]), 1)])
SOFT = Definition("h", exp(z[i] / T) / over(exp(z[k] / T)), (i,), (K,))
WARM = Context.of(z, target, T, define=[SOFT], assume=[(over(target[k]), 1)])
SMOOTH = Context.of(z, target, eps, define=[Q], assume=[(over(target[k]), 1)])
smoothed = (1 - eps) * target[k] + eps / K
PROBABILITIES = Context.of(z, Variable("p", (K,), POSITIVE), define=[Q], assume=[(over(p[k]), 1)])
REVERSE = over(h[k] * log(h[k] / p[k]))
LABEL = Variable("c", (Integer(1),), Domain(index_of=K)).node
LABELLED = Context.of(s, T, Variable("c", (Integer(1),), Domain(index_of=K)))
label = LABEL[1]
weight = exp(s[j] / T) / over(exp(s[k] / T))
PAIRS = Context.of(a, b, c, m, Variable("y", (), BINARY))
distance = sqrt(over((a[k] - b[k]) ** 2))
triplet = over((a[k] - b[k]) ** 2) - over((a[k] - c[k]) ** 2) + m
OVERLAP = Context.of(Variable("p", (K,), POSITIVE), Variable("y", (K,), BINARY))
sizes = over(p[k]) + over(target[k])
SCORES = Context.of(s)
excess = 1 + s[k] - s[i]

LOSSES: tuple[Identity, ...] = (
    identity("mean squared error", Partial(over((p[k] - target[k]) ** 2) / K, p[i]),
             2 * (p[i] - target[i]) / K,
             (p[i] - target[i]) / K, REGRESSION),
    identity("mean absolute error", Partial(over(Abs(p[k] - target[k])) / K, p[i]),
             sign(p[i] - target[i]) / K,
             sign(target[i] - p[i]) / K, REGRESSION),
    identity("hinge", Partial(Max(0, 1 - Y * m), m), -Y * one(1 - Y * m > 0), -Y * one(Y * m > 0), SIGNED),
    identity("squared hinge", Partial(Max(0, 1 - Y * m) ** 2, m), -2 * Y * Max(0, 1 - Y * m),
             -2 * Y * (1 - Y * m), SIGNED),
    identity("Huber", Partial(Piecewise((r**2 / 2, Abs(r) <= beta), (beta * (Abs(r) - beta / 2), True)), r),
             Piecewise((r, Abs(r) <= beta), (beta * sign(r), True)),
             Piecewise((r, Abs(r) <= beta), (beta, True)), RESIDUAL),
    identity("smooth L1",
             Partial(Piecewise((r**2 / (2 * beta), Abs(r) < beta), (Abs(r) - beta / 2, True)), r),
             Piecewise((r / beta, Abs(r) < beta), (sign(r), True)),
             Piecewise((r, Abs(r) < beta), (sign(r), True)), RESIDUAL),
    identity("log-cosh", Partial(log(cosh(r)), r), tanh(r), r, RESIDUAL),
    identity("quantile", Partial(Max(eps * (Y - f), (eps - 1) * (Y - f)), f),
             -eps * one(f < Y) + (1 - eps) * one(f > Y),
             eps * one(f < Y) + (1 - eps) * one(f > Y), Context.of(Y, f, Variable("eps", (), UNIT_INTERVAL))),
    identity("exponential", Partial(exp(-Y * m), m), -Y * exp(-Y * m), Y * exp(-Y * m), SIGNED),
    identity("logistic with signs", Partial(log(1 + exp(-Y * m)), m), -Y * sigmoid(-Y * m),
             -Y * sigmoid(Y * m),
             SIGNED),
    identity("binary cross-entropy", Partial(-Y * log(q) - (1 - Y) * log(1 - q), q), (q - Y) / (q * (1 - q)),
             (q - Y) / q, BIT),
    identity("binary cross-entropy with logits",
             Partial(-Y * log(sigmoid(t)) - (1 - Y) * log(1 - sigmoid(t)), t),
             sigmoid(t) - Y, sigmoid(t) * (1 - sigmoid(t)) - Y, BIT),
    identity("its stable form", Max(t, 0) - t * Y + log(1 + exp(-Abs(t))), softplus(t) - t * Y,
             softplus(-t) - t * Y, BIT),
    identity("focal", Partial(-((1 - q) ** gamma) * log(q), q),
             gamma * (1 - q) ** (gamma - 1) * log(q) - (1 - q) ** gamma / q,
             gamma * (1 - q) ** gamma * log(q) - (1 - q) ** gamma / q, BIT),
    identity("focal by the logit", Partial(-((1 - sigmoid(t)) ** 2) * log(sigmoid(t)), t),
             (1 - sigmoid(t)) ** 2 * (2 * sigmoid(t) * log(sigmoid(t)) - (1 - sigmoid(t))),
             (1 - sigmoid(t)) ** 2 * (2 * log(sigmoid(t)) - (1 - sigmoid(t))), BIT),
    identity("cross-entropy with temperature", Partial(-over(target[k] * log(SOFT.node[k])), z[i]),
             (SOFT.node[i] - target[i]) / T, SOFT.node[i] - target[i], WARM),
    identity("label smoothing", Partial(-over(smoothed * log(h[k])), z[i]),
             h[i] - (1 - eps) * target[i] - eps / K,
             h[i] - (1 - eps) * target[i] - eps, SMOOTH),
    identity("distillation, scaled by the square", T**2 * Partial(-over(target[k] * log(SOFT.node[k])), z[i]),
             T * (SOFT.node[i] - target[i]), SOFT.node[i] - target[i], WARM),
    identity("Kullback-Leibler by the model", Partial(over(p[k] * log(p[k] / h[k])), z[i]), h[i] - p[i],
             p[i] - h[i], PROBABILITIES),
    identity("Kullback-Leibler by the probabilities", Partial(over(p[k] * log(p[k] / h[k])), h[i]),
             -p[i] / h[i],
             -p[i] / h[i] ** 2, PROBABILITIES),
    identity("reverse Kullback-Leibler", Partial(REVERSE, z[i]), h[i] * (log(h[i] / p[i]) - REVERSE),
             h[i] * log(h[i] / p[i]), PROBABILITIES),
    identity("Poisson", Partial(exp(t) - Y * t, t), exp(t) - Y, exp(t) - 1, Context.of(t, Y)),
    identity("Gaussian by the variance", Partial(log(v) / 2 + (Y - f) ** 2 / (2 * v), v),
             (v - (Y - f) ** 2) / (2 * v**2), (v - (Y - f) ** 2) / v**2, Context.of(v, Y, f)),
    identity("Gaussian by the mean", Partial(log(v) / 2 + (Y - f) ** 2 / (2 * v), f), (f - Y) / v,
             (f - Y) / v**2,
             Context.of(v, Y, f)),
    identity("Tweedie", Partial(-Y * mu ** (1 - q) / (1 - q) + mu ** (2 - q) / (2 - q), mu),
             mu ** (-q) * (mu - Y), mu ** (1 - q) * (mu - Y),
             Context.of(Y, Variable("mu", (), POSITIVE), Variable("q", (), UNIT_INTERVAL))),
    identity("contrastive, by the distance", Partial(Y * r**2 + (1 - Y) * Max(0, m - r) ** 2, r),
             2 * Y * r - 2 * (1 - Y) * Max(0, m - r), 2 * Y * r - 2 * (1 - Y) * (m - r),
             Context.of(r, m, Variable("y", (), BINARY))),
    identity("contrastive, by the embedding", Partial((1 - Y) * Max(0, m - distance) ** 2, a[i]),
             -2 * (1 - Y) * Max(0, m - distance) * (a[i] - b[i]) / distance,
             -2 * (1 - Y) * Max(0, m - distance) * (a[i] - b[i]), PAIRS),
    identity("triplet", Partial(Max(0, triplet), a[i]), 2 * (c[i] - b[i]) * one(triplet > 0),
             2 * (a[i] - b[i]) * one(triplet > 0), PAIRS),
    identity("InfoNCE", Partial(-s[label] / T + log(over(exp(s[k] / T))), s[j]),
             (weight - one(Eq(j, label))) / T,
             weight - one(Eq(j, label)), LABELLED),
    identity("soft Dice", Partial(1 - 2 * over(p[k] * target[k]) / sizes, p[i]),
             2 * over(p[k] * target[k]) / sizes**2 - 2 * target[i] / sizes,
             2 * over(p[k] * target[k]) / sizes - 2 * target[i] / sizes, OVERLAP),
    identity("margin over the other classes, by their scores",
             Partial(over((1 - delta(i, k)) * Max(0, excess)), s[j]),
             (1 - delta(i, j)) * one(1 + s[j] - s[i] > 0) - delta(i,
             j) * over((1 - delta(i, k)) * one(excess > 0)),
             (1 - delta(i, j)) * one(1 + s[j] - s[i] > 0), SCORES),
    identity("preference", Partial(-log(sigmoid(beta * (r - t))), r), -beta * sigmoid(beta * (t - r)),
             -sigmoid(beta * (t - r)), Context.of(r, t, beta)),
    identity("evidence lower bound of a unit Gaussian", Partial((exp(t) + r**2 - 1 - t) / 2, t),
             half * (exp(t) - 1),
             half * exp(t), Context.of(r, t)),
    identity("Bradley-Terry is antisymmetric", log(sigmoid(r - t)) - log(sigmoid(t - r)), r - t, t - r,
             Context.of(r, t)),
)  # fmt: skip
