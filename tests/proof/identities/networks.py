"""Cells and layers: recurrent cells, perceptrons, residual blocks, embeddings, update rules."""

from __future__ import annotations

from sympy import Eq, Max, exp, log, sqrt, tanh

from derivlab.symbols import (
    BINARY,
    POSITIVE,
    Context,
    Definition,
    Domain,
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
from tests.proof.identities.identity import Identity, identity, one, sigmoid

D, H, G, K, N = dimensions("D H G K N")
i, j, k, l, m, n = indices("i j k l m n")
x, h, y, b = vector("x", D), vector("h", H), vector("y", K), vector("b", H)
alpha, beta, eps = (scalar(name, positive=True) for name in ("alpha", "beta", "eps"))

# A recurrent cell.
W, U = matrix("W", H, D), matrix("U", H, H)
PRE = Definition("a", total(W[i, l] * x[l], l, D) + total(U[i, m] * h[m], m, H) + b[i], (i,), (H,))
STATE = Definition("s", tanh(PRE.node[i]), (i,), (H,))
s = STATE.node
CELL = Context.of(W, U, x, h, b, define=[PRE, STATE])

# Gates of a long short-term memory, as functions of their pre-activations.
ai, af, ag, ao, c = (vector(name, H) for name in ("ai", "af", "ag", "ao", "c"))
MEMORY = Definition("cell", sigmoid(af[i]) * c[i] + sigmoid(ai[i]) * tanh(ag[i]), (i,), (H,))
READ = Definition("hidden", sigmoid(ao[i]) * tanh(MEMORY.node[i]), (i,), (H,))
LSTM = Context.of(ai, af, ag, ao, c, define=[MEMORY, READ])
through = sigmoid(ao[i]) * (1 - tanh(MEMORY.node[i]) ** 2)
az, an = vector("az", H), vector("an", H)
GRU = Context.of(az, an, h)
update = (1 - sigmoid(az[i])) * tanh(an[i]) + sigmoid(az[i]) * h[i]

# Perceptrons with two and three layers.
W1, W2, W3 = matrix("W1", H, D), matrix("W2", G, H), matrix("W3", K, G)
H1 = Definition("h1", tanh(total(W1[i, l] * x[l], l, D)), (i,), (H,))
H2 = Definition("h2", tanh(total(W2[i, m] * H1.node[m], m, H)), (i,), (G,))
OUT = Definition("o", total(W3[i, m] * H2.node[m], m, G), (i,), (K,))
J = Definition("J", total((OUT.node[k] - y[k]) ** 2, k, K) / 2)
h1, h2, o = H1.node, H2.node, OUT.node
MLP = Context.of(W1, W2, W3, x, y, define=[H1, H2, OUT, J])
error2 = total((o[k] - y[k]) * W3[k, l], k, K) * (1 - h2[l] ** 2)
V1, V2 = matrix("V1", H, D), matrix("V2", K, H)
RELU = Definition("r", Max(total(V1[i, l] * x[l], l, D), 0), (i,), (H,))
LOGITS = Definition("z", total(V2[i, m] * RELU.node[m], m, H), (i,), (K,))
PROB = Definition("p", exp(LOGITS.node[i]) / total(exp(LOGITS.node[k]), k, K), (i,), (K,))
CROSS = Definition("J", -total(y[k] * log(PROB.node[k]), k, K))
p, r = PROB.node, RELU.node
CLASSIFIER = Context.of(V1, V2, x, y, define=[RELU, LOGITS, PROB, CROSS], assume=[(total(y[k], k, K), 1)])

# Lookups, masks, updates.
E = matrix("E", K, D)
TOKEN = Variable("t", (N,), Domain(index_of=K)).node
EMBEDDED = Context.of(E, matrix("g", N, D), Variable("t", (N,), Domain(index_of=K)))
g = matrix("g", N, D)
MASK = Context.of(x, Variable("mask", (D,), BINARY), vector("u", D), eps)
mask, u = vector("mask", D), vector("u", D)
v, w = vector("v", D), vector("w", D)
NEGATIVE = matrix("Q", N, D)
SKIP = Context.of(v, w, NEGATIVE)
score = total(v[k] * w[k], k, D)
negative = total(v[k] * NEGATIVE[n, k], k, D)
mom, grad, theta = scalar("mom"), scalar("grad"), scalar("theta")
STEP = Context.of(mom, grad, theta, alpha, beta, eps, Variable("v", (), POSITIVE))
sq = scalar("v", positive=True)
A = matrix("A", D, D)
RESIDUAL = Definition("res", x[i] + tanh(total(A[i, k] * x[k], k, D)), (i,), (D,))
SKIPPED = Context.of(x, A, define=[RESIDUAL])
q = vector("q", K)
target, reward = scalar("target"), scalar("reward")


NETWORKS: tuple[Identity, ...] = (
    identity("recurrent cell: by the state", Partial(s[i], h[j]), (1 - s[i] ** 2) * U[i, j],
             (1 - s[i] ** 2) * U[j, i], CELL),
    identity("recurrent cell: by the recurrent weights", Partial(s[i], U[j, k]),
             delta(i, j) * (1 - s[i] ** 2) * h[k],
             (1 - s[i] ** 2) * h[k], CELL),
    identity("recurrent cell: by the input weights", Partial(total(s[m], m, H), W[i, l]),
             (1 - s[i] ** 2) * x[l],
             (1 - s[i]) * x[l], CELL),
    identity("recurrent cell: by the bias", Partial(s[i], b[j]), delta(i, j) * (1 - s[j] ** 2),
             1 - s[j] ** 2, CELL),
    identity("memory: forget gate", Partial(MEMORY.node[i], af[i]), sigmoid(af[i]) * sigmoid(-af[i]) * c[i],
             sigmoid(af[i]) * c[i], LSTM),
    identity("memory: by the old cell", Partial(READ.node[i], c[j]), delta(i, j) * through * sigmoid(af[i]),
             through * sigmoid(af[i]), LSTM),
    identity("memory: input gate", Partial(READ.node[i], ai[i]),
             through * tanh(ag[i]) * sigmoid(ai[i]) * sigmoid(-ai[i]),
             through * tanh(ag[i]) * sigmoid(ai[i]), LSTM),
    identity("memory: candidate", Partial(READ.node[i], ag[i]),
             through * sigmoid(ai[i]) * (1 - tanh(ag[i]) ** 2),
             through * sigmoid(ai[i]) * (1 - tanh(ag[i])), LSTM),
    identity("memory: output gate", Partial(READ.node[i], ao[i]), READ.node[i] * (1 - sigmoid(ao[i])),
             READ.node[i] * (1 + sigmoid(ao[i])), LSTM),
    identity("gated unit: by the gate", Partial(update, az[i]),
             sigmoid(az[i]) * sigmoid(-az[i]) * (h[i] - tanh(an[i])), sigmoid(az[i]) * (h[i] - tanh(an[i])),
             GRU),
    identity("three layers: last weights", Partial(J.node, W3[i, j]), (o[i] - y[i]) * h2[j],
             (o[i] + y[i]) * h2[j], MLP),
    identity("three layers: middle weights", Partial(J.node, W2[l, j]), error2 * h1[j],
             error2 * (1 - h1[j] ** 2), MLP),
    identity("three layers: first weights", Partial(J.node, W1[i, j]),
             total(error2 * W2[l, i], l, G) * (1 - h1[i] ** 2) * x[j], total(error2 * W2[l, i], l,
             G) * x[j], MLP),
    identity("three layers: by the input", Partial(J.node, x[j]),
             total(total(error2 * W2[l, i], l, G) * (1 - h1[i] ** 2) * W1[i, j], i, H),
             total(error2 * total(W2[l, i] * W1[i, j], i, H), l, G), MLP),
    identity("three layers: by the first hidden layer", Partial(J.node, h1[i]),
             total(error2 * W2[l, i], l, G),
             total(W2[l, i] * W3[k, l], l, G) * (o[k] - y[k]), MLP),
    identity("classifier: last weights", Partial(CROSS.node, V2[i, j]), (p[i] - y[i]) * r[j], p[i] * r[j],
             CLASSIFIER),
    identity("classifier: first weights", Partial(CROSS.node, V1[i, j]),
             total((p[k] - y[k]) * V2[k, i], k, K) * one(total(V1[i, l] * x[l], l, D) > 0) * x[j],
             total((p[k] - y[k]) * V2[k, i], k, K) * x[j], CLASSIFIER),
    identity("classifier: by the logits", Partial(CROSS.node, LOGITS.node[i]), p[i] - y[i], y[i] - p[i],
             CLASSIFIER),
    identity("residual block", Partial(RESIDUAL.node[i], x[j]),
             delta(i, j) + (1 - (RESIDUAL.node[i] - x[i]) ** 2) * A[i, j],
             1 + (1 - (RESIDUAL.node[i] - x[i]) ** 2) * A[i, j], SKIPPED),
    identity("embedding", Partial(total(total(g[n, l] * E[TOKEN[n], l], l, D), n, N), E[i, j]),
             total(one(Eq(i, TOKEN[n])) * g[n, j], n, N), total(g[n, j], n, N), EMBEDDED),
    identity("dropout", Partial(total(u[k] * mask[k] * x[k] / eps, k, D), x[i]), u[i] * mask[i] / eps,
             u[i] / eps, MASK),
    identity("a mask is its square", total(mask[k] ** 2 * x[k], k, D), total(mask[k] * x[k], k, D),
             total(x[k], k, D), MASK),
    identity("skip-gram with negative samples",
             Partial(-log(sigmoid(score)) - total(log(sigmoid(-negative)), n, N), v[i]),
             (sigmoid(score) - 1) * w[i] + total(sigmoid(negative) * NEGATIVE[n, i], n, N),
             (sigmoid(score) - 1) * w[i] + total(sigmoid(-negative) * NEGATIVE[n, i], n, N), SKIP),
    identity("momentum unrolled", theta - alpha * (beta * (beta * mom + grad) + grad),
             theta - alpha * beta**2 * mom - alpha * (1 + beta) * grad,
             theta - alpha * beta * mom - alpha * grad, STEP),
    identity("decoupled weight decay", theta - alpha * (grad + beta * theta),
             (1 - alpha * beta) * theta - alpha * grad,
             (1 - beta) * theta - alpha * grad, STEP),
    identity("adaptive step", Partial(theta - alpha * grad / (sqrt(sq) + eps), sq),
             alpha * grad / (2 * sqrt(sq) * (sqrt(sq) + eps) ** 2),
             alpha * grad / (2 * (sqrt(sq) + eps) ** 2), STEP),
    identity("temporal difference", Partial((reward + beta * target - q[i]) ** 2 / 2, q[j]),
             delta(i, j) * (q[i] - reward - beta * target), q[i] - reward - beta * target,
             Context.of(q, reward, target, beta)),
)  # fmt: skip
