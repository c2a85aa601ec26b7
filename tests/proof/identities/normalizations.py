"""Normalizations, softmax and attention."""

from __future__ import annotations

from sympy import Expr, Symbol, exp, log, sqrt

from derivlab.symbols import (
    Context,
    Definition,
    Partial,
    delta,
    dimensions,
    indices,
    matrix,
    scalar,
    total,
    vector,
)
from tests.proof.identities.identity import Identity, identity, sigmoid

K, N, G, d, e = dimensions("K N G d e")
i, j, k, l, m, n = indices("i j k l m n")
x, z, g, gain, shift, u = (vector(name, K) for name in ("x", "z", "g", "gain", "shift", "u"))
c, scale = scalar("c"), scalar("scale")
eps, T = scalar("eps", positive=True), scalar("T", positive=True)
W = matrix("W", K, d)
h = vector("h", d)


def over(body: Expr, bound: Symbol = k) -> Expr:
    """Σ over 1..K."""
    return total(body, bound, K)


MU = Definition("mu", over(x[k]) / K)
VAR = Definition("var", over((x[k] - MU.node) ** 2) / K)
XHAT = Definition("xhat", (x[i] - MU.node) / sqrt(VAR.node + eps), (i,), (K,))
J = Definition("J", over(g[k] * (gain[k] * XHAT.node[k] + shift[k])))
mu, var, xhat = MU.node, VAR.node, XHAT.node
LAYER = Context.of(x, g, gain, shift, eps, c, define=[MU, VAR, XHAT, J])
spread = sqrt(var + eps)
upstream = g[i] * gain[i]
mean_up = over(g[k] * gain[k]) / K
mean_up_x = over(g[k] * gain[k] * xhat[k]) / K

X, D = matrix("X", N, d), matrix("D", N, d)
BMU = Definition("bmu", total(X[n, j], n, N) / N, (j,), (d,))
BVAR = Definition("bvar", total((X[n, j] - BMU.node[j]) ** 2, n, N) / N, (j,), (d,))
BHAT = Definition("bhat", (X[n, j] - BMU.node[j]) / sqrt(BVAR.node[j] + eps), (n, j), (N, d))
BATCH_LOSS = Definition("J", total(total(D[n, j] * BHAT.node[n, j], j, d), n, N))
bhat, bvar = BHAT.node, BVAR.node
BATCH = Context.of(X, D, eps, define=[BMU, BVAR, BHAT, BATCH_LOSS])

RMS = Definition("r", sqrt(over(x[k] ** 2) / K + eps))
ROOT = Context.of(x, g, eps, define=[RMS])
NORM = Definition("norm", sqrt(over(x[k] ** 2)))
length = NORM.node
UNIT = Context.of(x, g, u, scale, define=[NORM])

P = Definition("p", exp(z[i]) / over(exp(z[k])), (i,), (K,))
p = P.node
SOFTMAX = Context.of(z, g, c, define=[P])
WARM = Definition("p", exp(z[i] / T) / over(exp(z[k] / T)), (i,), (K,))
TEMPERATURE = Context.of(z, T, define=[WARM])
lse = log(over(exp(z[k])))

A, V, O = matrix("A", N, K), matrix("V", N, e), vector("o", e)
q = vector("q", d)
KEYS = matrix("M", N, d)
SCORE = Definition("s", total(q[l] * KEYS[n, l], l, d) / sqrt(d), (n,), (N,))
ATT = Definition("a", exp(SCORE.node[n]) / total(exp(SCORE.node[m]), m, N), (n,), (N,))
OUT = Definition("out", total(ATT.node[n] * V[n, j], n, N), (j,), (e,))
att, out = ATT.node, OUT.node
ONE_QUERY = Context.of(q, KEYS, V, define=[SCORE, ATT, OUT])
QUERIES = matrix("Q", K, d)
SCORES = Definition("s", total(QUERIES[i, l] * KEYS[n, l], l, d) / sqrt(d), (i, n), (K, N))
ATTS = Definition("a", exp(SCORES.node[i, n]) / total(exp(SCORES.node[i, m]), m, N), (i, n), (K, N))
OUTS = Definition("out", total(ATTS.node[i, n] * V[n, j], n, N), (i, j), (K, e))
atts, outs = ATTS.node, OUTS.node
MANY_QUERIES = Context.of(QUERIES, KEYS, V, define=[SCORES, ATTS, OUTS])

NORMALIZATIONS: tuple[Identity, ...] = (
    identity("layer norm: Jacobian", Partial(xhat[i], x[j]),
             (delta(i, j) - (1 + xhat[i] * xhat[j]) / K) / spread,
             (delta(i, j) - xhat[i] * xhat[j] / K) / spread, LAYER),
    identity("layer norm: backward pass", Partial(J.node, x[i]),
             (upstream - mean_up - xhat[i] * mean_up_x) / spread,
             (upstream - mean_up) / spread, LAYER),
    identity("layer norm: gain", Partial(J.node, gain[i]), g[i] * xhat[i], g[i] * x[i], LAYER),
    identity("layer norm: shift", Partial(J.node, shift[i]), g[i], g[i] * xhat[i], LAYER),
    identity("layer norm: mean 0", over(xhat[k]), 0, 1, LAYER),
    identity("layer norm: second moment", over(xhat[k] ** 2), K * var / (var + eps), K, LAYER),
    identity("variance: gradient", Partial(var, x[i]), 2 * (x[i] - mu) / K, 2 * x[i] / K, LAYER),
    identity("variance: shift", over((x[k] - c) ** 2) / K, var + (mu - c) ** 2, var - (mu - c) ** 2, LAYER),
    identity("variance: moments", var, over(x[k] ** 2) / K - mu**2, over(x[k] ** 2) / K - mu, LAYER),
    identity("standard deviation", Partial(spread, x[i]), xhat[i] / K, xhat[i], LAYER),
    identity("batch norm: backward pass", Partial(BATCH_LOSS.node, X[i, j]),
             (D[i, j] - total(D[n, j], n, N) / N - bhat[i, j] * total(D[n, j] * bhat[n, j], n, N) / N)
             / sqrt(bvar[j] + eps),
             (D[i, j] - total(D[n, j], n, N) / N) / sqrt(bvar[j] + eps), BATCH),
    identity("batch norm: other features", Partial(bhat[n, j], X[m, k]),
             delta(j, k) * (delta(n, m) - (1 + bhat[n, j] * bhat[m, j]) / N) / sqrt(bvar[j] + eps),
             (delta(n, m) - (1 + bhat[n, j] * bhat[m, j]) / N) / sqrt(bvar[j] + eps), BATCH),
    identity("RMS norm: Jacobian", Partial(x[i] / RMS.node, x[j]),
             (delta(i, j) - x[i] * x[j] / (K * RMS.node**2)) / RMS.node,
             (delta(i, j) - x[i] * x[j] / RMS.node**2) / RMS.node, ROOT),
    identity("RMS norm: backward pass", Partial(over(g[k] * x[k]) / RMS.node, x[i]),
             g[i] / RMS.node - x[i] * over(g[k] * x[k]) / (K * RMS.node**3),
             g[i] / RMS.node - x[i] * over(g[k] * x[k]) / (K * RMS.node**2), ROOT),
    identity("L2 norm: gradient", Partial(length, x[i]), x[i] / length, x[i], UNIT),
    identity("L2 norm: Hessian", Partial(Partial(length, x[i]), x[j]),
             (delta(i, j) - x[i] * x[j] / length**2) / length,
             delta(i, j) / length, UNIT),
    identity("L2 normalization: Jacobian", Partial(x[i] / length, x[j]),
             (delta(i, j) - x[i] * x[j] / length**2) / length, (delta(i, j) - x[i] * x[j]) / length, UNIT),
    identity("L2 normalization: the direction itself does not count",
             over(x[j] * Partial(x[i] / length, x[j]), j), 0,
             x[i] / length, UNIT),
    identity("weight norm: direction", Partial(scale * over(g[k] * x[k]) / length, x[i]),
             scale / length * (g[i] - over(g[k] * x[k]) * x[i] / length**2), scale / length * g[i], UNIT),
    identity("weight norm: scale", Partial(scale * over(g[k] * x[k]) / length, scale),
             over(g[k] * x[k]) / length,
             over(g[k] * x[k]), UNIT),
    identity("softmax: Jacobian with temperature", Partial(WARM.node[i], z[j]),
             WARM.node[i] * (delta(i, j) - WARM.node[j]) / T, WARM.node[i] * (delta(i, j) - WARM.node[j]),
             TEMPERATURE),
    identity("softmax: by the temperature", Partial(WARM.node[i], T),
             WARM.node[i] * (over(WARM.node[k] * z[k]) - z[i]) / T**2, WARM.node[i] * z[i] / T**2,
             TEMPERATURE),
    identity("softmax: rows of the Jacobian sum to 0", over(Partial(p[i], z[k])), 0, p[i], SOFTMAX),
    identity("softmax: Jacobian-vector product", over(Partial(p[i], z[k]) * g[k]),
             p[i] * (g[i] - over(p[k] * g[k])),
             p[i] * g[i] - over(p[k] * g[k]), SOFTMAX),
    identity("softmax: ratios", p[i] / p[j], exp(z[i] - z[j]), exp(z[j] - z[i]), SOFTMAX),
    identity("softmax: second derivative", Partial(Partial(p[i], z[j]), z[l]),
             p[i] * ((delta(i, j) - p[j]) * (delta(i, l) - p[l]) - p[j] * (delta(j, l) - p[l])),
             p[i] * (delta(i, j) - p[j]) * (delta(i, l) - p[l]), SOFTMAX),
    identity("log-softmax: Jacobian", Partial(log(p[i]), z[j]), delta(i, j) - p[j], delta(i, j) - p[i],
             SOFTMAX),
    identity("log-softmax: closed form", log(p[i]), z[i] - lse, z[i] - over(z[k]), SOFTMAX),
    identity("log-sum-exp: gradient", Partial(lse, z[i]), p[i], exp(z[i]), SOFTMAX),
    identity("log-sum-exp: Hessian", Partial(Partial(lse, z[i]), z[j]), p[i] * delta(i, j) - p[i] * p[j],
             p[i] * delta(i, j) + p[i] * p[j], SOFTMAX),
    identity("log-sum-exp: shift", log(over(exp(z[k] + c))), lse + c, lse + K * c, SOFTMAX),
    identity("attention: by the values", Partial(out[j], V[n, k]), att[n] * delta(j, k), att[n], ONE_QUERY),
    identity("attention: by the scores", Partial(out[j], SCORE.node[n]), att[n] * (V[n, j] - out[j]),
             att[n] * V[n, j], ONE_QUERY),
    identity("attention: by the query", Partial(out[j], q[i]),
             total(att[n] * (V[n, j] - out[j]) * KEYS[n, i], n, N) / sqrt(d),
             total(att[n] * (V[n, j] - out[j]) * KEYS[n, i], n, N) / d, ONE_QUERY),
    identity("attention: by the keys", Partial(out[j], KEYS[m, i]),
             att[m] * (V[m, j] - out[j]) * q[i] / sqrt(d),
             att[m] * (V[m, j] - out[j]) * q[i], ONE_QUERY),
    identity("attention, many queries: by the values", Partial(outs[i, j], V[n, k]), atts[i, n] * delta(j, k),
             atts[i, n], MANY_QUERIES),
    identity("attention, many queries: by the queries", Partial(outs[i, j], QUERIES[k, l]),
             delta(i, k) * total(atts[i, n] * (V[n, j] - outs[i, j]) * KEYS[n, l], n, N) / sqrt(d),
             total(atts[i, n] * (V[n, j] - outs[i, j]) * KEYS[n, l], n, N) / sqrt(d), MANY_QUERIES),
    identity("softmax of two is a sigmoid", exp(c) / (exp(c) + exp(scale)), sigmoid(c - scale),
             sigmoid(scale - c),
             Context.of(c, scale)),
)  # fmt: skip
