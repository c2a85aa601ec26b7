"""Log-densities, scores, Fisher information, entropies and divergences."""

from __future__ import annotations

from sympy import Abs, Expr, Rational, Symbol, exp, log, loggamma, pi, polygamma, sign

from derivlab.symbols import (
    POSITIVE,
    UNIT_INTERVAL,
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
from tests.proof.identities.identity import Identity, identity, sigmoid

K, N, d = dimensions("K N d")
i, j, k, l, n = indices("i j k l n")
x, m, t, y = (scalar(name) for name in "xmty")
s, b, a, r = (scalar(name, positive=True) for name in "sbar")
q, w = scalar("q"), scalar("w")
z, mu, c = vector("z", K), vector("mu", K), vector("c", K)
sd = vector("sd", K)
alpha = vector("alpha", K)


def over(body: Expr, bound: Symbol = k) -> Expr:
    """Σ over 1..K."""
    return total(body, bound, K)


REAL = Context.of(x, m, s, t, b)
UNIT = Context.of(Variable("q", (), UNIT_INTERVAL), Variable("w", (), UNIT_INTERVAL), y, a, r)
ABOVE = Context.of(Variable("y", (), POSITIVE), a, r, m, s)
P = Definition("p", exp(z[i]) / over(exp(z[k])), (i,), (K,))
p = P.node
SOFTMAX = Context.of(z, c, define=[P])
ENTROPY = -over(p[k] * log(p[k]))
GAUSS = Context.of(z, mu, Variable("sd", (K,), POSITIVE))
DIRICHLET = Context.of(Variable("alpha", (K,), POSITIVE), Variable("z", (K,), POSITIVE))
log_normal = -((x - m) ** 2) / (2 * s**2) - log(s) - log(2 * pi) / 2
log_diagonal = over(-((z[k] - mu[k]) ** 2) / (2 * sd[k] ** 2) - log(sd[k])) - K * log(2 * pi) / 2
log_beta = (a - 1) * log(q) + (r - 1) * log(1 - q) + loggamma(a + r) - loggamma(a) - loggamma(r)
log_gamma = a * log(r) - loggamma(a) + (a - 1) * log(y) - r * y
log_dirichlet = loggamma(over(alpha[k])) - over(loggamma(alpha[k])) + over((alpha[k] - 1) * log(z[k]))
bernoulli = y * log(q) + (1 - y) * log(1 - q)
half = Rational(1, 2)
divergence = over(log(1 / sd[k]) + (sd[k] ** 2 + mu[k] ** 2) / 2 - half)
WEIGHTS = Definition("w", exp(c[i]) * exp(-((t - mu[i]) ** 2) / 2), (i,), (K,))
RESP = Definition("g", WEIGHTS.node[i] / over(WEIGHTS.node[k]), (i,), (K,))
MIXTURE = Context.of(c, mu, t, define=[WEIGHTS, RESP])
DATA = matrix("X", N, d)
CENTER = vector("v", d)
SAMPLE = Context.of(DATA, CENTER, s)
log_sample = -total(total((DATA[n, j] - CENTER[j]) ** 2, j, d), n, N) / (2 * s**2) - N * d * log(s)
kl_bits = q * log(q / w) + (1 - q) * log((1 - q) / (1 - w))

DISTRIBUTIONS: tuple[Identity, ...] = (
    identity("normal: score of the mean", Partial(log_normal, m), (x - m) / s**2, (m - x) / s**2, REAL),
    identity("normal: score of the deviation", Partial(log_normal, s), ((x - m) ** 2 - s**2) / s**3,
             ((x - m) ** 2 - s) / s**3, REAL),
    identity("normal: by the point", Partial(log_normal, x), (m - x) / s**2, (m - x) / s, REAL),
    identity("normal: curvature", Partial(Partial(log_normal, m), m), -1 / s**2, 1 / s**2, REAL),
    identity("normal: density", exp(log_normal), exp(-((x - m) ** 2) / (2 * s**2)) / (s * (2 * pi) ** half),
             exp(-((x - m) ** 2) / s**2) / (s * (2 * pi) ** half), REAL),
    identity("normal with log-deviation", Partial(-((x - m) ** 2) * exp(-2 * t) / 2 - t, t),
             (x - m) ** 2 * exp(-2 * t) - 1, (x - m) ** 2 * exp(-t) - 1, REAL),
    identity("diagonal normal: mean", Partial(log_diagonal, mu[i]), (z[i] - mu[i]) / sd[i] ** 2,
             over((z[k] - mu[k]) / sd[k] ** 2), GAUSS),
    identity("diagonal normal: deviation", Partial(log_diagonal, sd[i]),
             ((z[i] - mu[i]) ** 2 / sd[i] ** 2 - 1) / sd[i], (z[i] - mu[i]) ** 2 / sd[i] ** 2 - 1, GAUSS),
    identity("spherical normal: mean of a sample", Partial(log_sample, CENTER[i]),
             total(DATA[n, i] - CENTER[i], n, N) / s**2, total(DATA[n, i], n, N) / s**2, SAMPLE),
    identity("spherical normal: deviation of a sample", Partial(log_sample, s),
             total(total((DATA[n, j] - CENTER[j]) ** 2, j, d), n, N) / s**3 - N * d / s,
             total(total((DATA[n, j] - CENTER[j]) ** 2, j, d), n, N) / s**3 - N / s, SAMPLE),
    identity("divergence to a unit normal: mean", Partial(divergence, mu[i]), mu[i], mu[i] / 2, GAUSS),
    identity("divergence to a unit normal: deviation", Partial(divergence, sd[i]), sd[i] - 1 / sd[i],
             sd[i] + 1 / sd[i], GAUSS),
    identity("Laplace: location", Partial(-Abs(x - m) / b - log(2 * b), m), sign(x - m) / b,
             sign(m - x) / b, REAL),
    identity("Laplace: scale", Partial(-Abs(x - m) / b - log(2 * b), b), (Abs(x - m) - b) / b**2,
             Abs(x - m) / b**2,
             REAL),
    identity("Cauchy", Partial(-log(1 + (x - m) ** 2) - log(pi), m), 2 * (x - m) / (1 + (x - m) ** 2),
             (x - m) / (1 + (x - m) ** 2), REAL),
    identity("logistic", Partial(-(x - m) / s - 2 * log(1 + exp(-(x - m) / s)), m),
             (1 - 2 * sigmoid(-(x - m) / s)) / s,
             (1 - sigmoid(-(x - m) / s)) / s, REAL),
    identity("Gumbel", Partial(-(x - m) / s - exp(-(x - m) / s), m), (1 - exp(-(x - m) / s)) / s,
             (1 + exp(-(x - m) / s)) / s, REAL),
    identity("Student's t", Partial(-(b + 1) / 2 * log(1 + (x - m) ** 2 / (b * s**2)), m),
             (b + 1) * (x - m) / (b * s**2 + (x - m) ** 2), (b + 1) * (x - m) / (b + (x - m) ** 2), REAL),
    identity("exponential: rate", Partial(log(r) - r * y, r), 1 / r - y, 1 / r, ABOVE),
    identity("Poisson: rate", Partial(y * log(r) - r - loggamma(y + 1), r), y / r - 1, y / r, ABOVE),
    identity("gamma: shape", Partial(log_gamma, a), log(r) - polygamma(0, a) + log(y),
             log(r) + polygamma(0, a) + log(y), ABOVE),
    identity("gamma: rate", Partial(log_gamma, r), a / r - y, 1 / r - y, ABOVE),
    identity("Weibull", Partial(log(a) - a * log(r) + (a - 1) * log(y) - (y / r) ** a, r),
             a / r * ((y / r) ** a - 1),
             a / r * (y / r) ** a, ABOVE),
    identity("Pareto", Partial(log(a) + a * log(r) - (a + 1) * log(y), a), 1 / a + log(r) - log(y),
             1 / a - log(y),
             ABOVE),
    identity("log-normal", Partial(-log(y) - (log(y) - m) ** 2 / (2 * s**2), m), (log(y) - m) / s**2,
             (y - m) / s**2, ABOVE),
    identity("inverse normal", Partial(-a * (y - r) ** 2 / (2 * r**2 * y), r), a * (y - r) / r**3,
             a * (y - r) / r**2,
             ABOVE),
    identity("beta: first shape", Partial(log_beta, a), log(q) + polygamma(0, a + r) - polygamma(0, a),
             log(q) - polygamma(0, a), UNIT),
    identity("beta: by the point", Partial(log_beta, q), (a - 1) / q - (r - 1) / (1 - q),
             (a - 1) / q + (r - 1) / (1 - q),
             UNIT),
    identity("Dirichlet: concentration", Partial(log_dirichlet, alpha[i]),
             polygamma(0, over(alpha[k])) - polygamma(0, alpha[i]) + log(z[i]),
             polygamma(0, alpha[i]) - polygamma(0, over(alpha[k])) + log(z[i]), DIRICHLET),
    identity("Dirichlet: second derivative", Partial(Partial(log_dirichlet, alpha[i]), alpha[j]),
             polygamma(1, over(alpha[k])) - delta(i, j) * polygamma(1, alpha[i]), polygamma(1,
             over(alpha[k])),
             DIRICHLET),
    identity("Bernoulli: score", Partial(bernoulli, q), (y - q) / (q * (1 - q)), (y - q) / q, UNIT),
    identity("Bernoulli: information",
             -q * Partial(Partial(log(q), q), q) - (1 - q) * Partial(Partial(log(1 - q), q), q),
             1 / (q * (1 - q)), 1 / q, UNIT),
    identity("divergence of two bits", Partial(kl_bits, w), (w - q) / (w * (1 - w)),
             (q - w) / (w * (1 - w)), UNIT),
    identity("divergence of two bits: first argument", Partial(kl_bits, q),
             log(q) - log(1 - q) - log(w) + log(1 - w),
             log(q) - log(w), UNIT),
    identity("entropy of a bit", Partial(-q * log(q) - (1 - q) * log(1 - q), q), log(1 - q) - log(q),
             log(q) - log(1 - q), UNIT),
    identity("geometric", Partial((y - 1) * log(1 - q) + log(q), q), 1 / q - (y - 1) / (1 - q),
             1 / q - y / (1 - q),
             UNIT),
    identity("negative binomial", Partial(r * log(q) + y * log(1 - q), q), r / q - y / (1 - q),
             r / q - y / q, UNIT),
    identity("categorical: Fisher information",
             over(p[k] * Partial(log(p[k]), z[i]) * Partial(log(p[k]), z[j])),
             p[i] * delta(i, j) - p[i] * p[j], p[i] * delta(i, j), SOFTMAX),
    identity("categorical: information by curvature", -over(p[k] * Partial(Partial(log(p[k]), z[i]), z[j])),
             p[i] * delta(i, j) - p[i] * p[j], p[i] * p[j], SOFTMAX),
    identity("categorical: the score has mean 0", over(p[k] * Partial(log(p[k]), z[i])), 0, p[i], SOFTMAX),
    identity("entropy by the logits", Partial(ENTROPY, z[i]), -p[i] * (log(p[i]) + ENTROPY),
             -p[i] * (log(p[i]) + 1),
             SOFTMAX),
    identity("entropy by the probabilities", Partial(ENTROPY, p[i]), -log(p[i]) - 1, -log(p[i]), SOFTMAX),
    identity("entropy and log-sum-exp", ENTROPY, log(over(exp(z[k]))) - over(p[k] * z[k]),
             log(over(exp(z[k]))) - over(z[k]), SOFTMAX),
    identity("policy gradient", Partial(over(p[k] * c[k]), z[i]), p[i] * (c[i] - over(p[k] * c[k])),
             p[i] * c[i], SOFTMAX),
    identity("exponential family: mean", Partial(log(over(exp(c[k] * t))), t),
             over(c[k] * exp(c[k] * t)) / over(exp(c[k] * t)),
             over(exp(c[k] * t)) / over(c[k] * exp(c[k] * t)),
             Context.of(c, t)),
    identity("mixture: responsibility by the centre", Partial(log(over(WEIGHTS.node[k])), mu[i]),
             RESP.node[i] * (t - mu[i]), t - mu[i], MIXTURE),
    identity("mixture: responsibility by the weight", Partial(log(over(WEIGHTS.node[k])), c[i]), RESP.node[i],
             WEIGHTS.node[i], MIXTURE),
)  # fmt: skip
