"""Distances, similarities, kernels."""

from __future__ import annotations

from sympy import Abs, Expr, Symbol, exp, log, sqrt

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
from tests.proof.identities.identity import Identity, identity, one

d, N, r = dimensions("d N r")
i, j, k, l, m, n = indices("i j k l m n")
x, y = vector("x", d), vector("y", d)
M, L, X = matrix("M", d, d), matrix("L", r, d), matrix("X", N, d)
s, T, c = scalar("s", positive=True), scalar("T", positive=True), scalar("c")


def over(body: Expr, bound: Symbol = k) -> Expr:
    """Σ over 1..d."""
    return total(body, bound, d)


DOT = Definition("dot", over(x[k] * y[k]))
NX, NY = Definition("nx", sqrt(over(x[k] ** 2))), Definition("ny", sqrt(over(y[k] ** 2)))
dot, nx, ny = DOT.node, NX.node, NY.node
HERE = Context.of(x, y, M, s, T, c, define=[DOT, NX, NY])
cosine = dot / (nx * ny)
square = over((x[k] - y[k]) ** 2)
distance = sqrt(square)
mahalanobis = over(over((x[k] - y[k]) * M[k, l] * (x[l] - y[l]), l))
rbf = exp(-square / (2 * s**2))
MAP = Definition("g", over(L[m, k] * (x[k] - y[k])), (m,), (r,))
g = MAP.node
LEARNED = Context.of(x, y, L, define=[MAP])
FAMILY = Context.of(X, T)
gap = over((X[m, k] - X[n, k]) ** 2)
PULL = Definition("w", exp(-over((x[k] - X[n, k]) ** 2)), (n,), (N,))
SHARE = Definition("p", PULL.node[n] / total(PULL.node[m], m, N), (n,), (N,))
p = SHARE.node
SOFT = Context.of(x, X, define=[PULL, SHARE])

METRICS: tuple[Identity, ...] = (
    identity("cosine similarity", Partial(cosine, x[i]), (y[i] / ny - cosine * x[i] / nx) / nx,
             (y[i] / ny - cosine * x[i]) / nx, HERE),
    identity("cosine similarity: length does not count", over(x[i] * Partial(cosine, x[i]), i), 0, cosine,
             HERE),
    identity("cosine distance of unit vectors", over((x[k] / nx - y[k] / ny) ** 2), 2 - 2 * cosine,
             1 - cosine, HERE),
    identity("squared distance", Partial(square, x[i]), 2 * (x[i] - y[i]), 2 * (y[i] - x[i]), HERE),
    identity("squared distance by products", square, nx**2 - 2 * dot + ny**2, nx**2 - dot + ny**2, HERE),
    identity("distance", Partial(distance, x[i]), (x[i] - y[i]) / distance, (x[i] - y[i]) / square, HERE),
    identity("distance: second point", Partial(distance, y[i]), (y[i] - x[i]) / distance,
             (x[i] - y[i]) / distance, HERE),
    identity("distance: Hessian", Partial(Partial(distance, x[i]), x[j]),
             delta(i, j) / distance - (x[i] - y[i]) * (x[j] - y[j]) / distance**3, delta(i, j) / distance,
             HERE),
    identity("Manhattan, off the kinks", Partial(over(Abs(x[k] - y[k])), x[i]), 2 * one(x[i] > y[i]) - 1,
             one(x[i] > y[i]), HERE),
    identity("Minkowski of order 3", Partial(over(Abs(x[k] - y[k]) ** 3), x[i]),
             3 * (x[i] - y[i]) * Abs(x[i] - y[i]),
             3 * (x[i] - y[i]) ** 2, HERE),
    identity("Mahalanobis", Partial(mahalanobis, x[i]), over((M[i, k] + M[k, i]) * (x[k] - y[k])),
             2 * over(M[i, k] * (x[k] - y[k])), HERE),
    identity("Mahalanobis: by the metric", Partial(mahalanobis, M[i, j]), (x[i] - y[i]) * (x[j] - y[j]),
             (x[i] - y[i]) ** 2, HERE),
    identity("learned metric: by the map", Partial(total(g[m] ** 2, m, r), L[i, j]), 2 * g[i] * (x[j] - y[j]),
             2 * g[i] * x[j], LEARNED),
    identity("learned metric: by the point", Partial(total(g[m] ** 2, m, r), x[i]),
             2 * total(L[m, i] * g[m], m, r),
             total(L[m, i] * g[m], m, r), LEARNED),
    identity("radial kernel", Partial(rbf, x[i]), -(x[i] - y[i]) / s**2 * rbf, -(x[i] - y[i]) / s * rbf,
             HERE),
    identity("radial kernel: width", Partial(rbf, s), square / s**3 * rbf, square / s**2 * rbf, HERE),
    identity("radial kernel: mixed", Partial(Partial(rbf, x[i]), y[j]),
             rbf * (delta(i, j) / s**2 - (x[i] - y[i]) * (x[j] - y[j]) / s**4),
             rbf * (delta(i, j) / s**2 + (x[i] - y[i]) * (x[j] - y[j]) / s**4), HERE),
    identity("radial kernel is a product", rbf,
             exp(-(nx**2) / (2 * s**2)) * exp(dot / s**2) * exp(-(ny**2) / (2 * s**2)),
             exp(-(nx**2) / (2 * s**2)) * exp(dot / (2 * s**2)) * exp(-(ny**2) / (2 * s**2)), HERE),
    identity("polynomial kernel", Partial((dot + c) ** 3, x[i]), 3 * (dot + c) ** 2 * y[i],
             3 * (dot + c) ** 2 * x[i], HERE),
    identity("rational quadratic kernel", Partial(1 / (1 + square / s), x[i]),
             -2 * (x[i] - y[i]) / s / (1 + square / s) ** 2, -2 * (x[i] - y[i]) / (1 + square / s) ** 2,
             HERE),
    identity("parallelogram", over((x[k] + y[k]) ** 2) + square, 2 * nx**2 + 2 * ny**2, nx**2 + ny**2, HERE),
    identity("polarization", over((x[k] + y[k]) ** 2) - square, 4 * dot, 2 * dot, HERE),
    identity("projection is orthogonal", over((x[k] - dot / ny**2 * y[k]) * y[k]), 0, dot, HERE),
    identity("all pairs", total(total(gap, n, N), m, N),
             2 * N * total(over(X[n, k] ** 2), n, N) - 2 * over(total(X[n, k], n, N) ** 2),
             2 * N * total(over(X[n, k] ** 2), n, N), FAMILY),
    identity("all pairs: gradient", Partial(total(total(gap, n, N), m, N), X[i, j]),
             4 * N * X[i, j] - 4 * total(X[n, j], n, N), 4 * N * X[i, j], FAMILY),
    identity("soft neighbours", Partial(p[n], x[i]), 2 * p[n] * (X[n, i] - total(p[m] * X[m, i], m, N)),
             2 * p[n] * (X[n, i] - x[i]), SOFT),
    identity("free energy of the neighbours", Partial(-log(total(PULL.node[m], m, N)), x[i]),
             2 * (x[i] - total(p[m] * X[m, i], m, N)), 2 * x[i], SOFT),
)  # fmt: skip
