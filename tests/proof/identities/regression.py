"""Regression, matrix forms, factorizations."""

from __future__ import annotations

from sympy import Abs, Expr, Max, Symbol, exp, log, sign

from derivlab.symbols import (
    POSITIVE,
    SIGNS,
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
from tests.proof.identities.identity import Identity, identity, one, sigmoid, softplus

N, d, K, r = dimensions("N d K r")
i, j, k, l, m, n = indices("i j k l m n")
X, Y, W = matrix("X", N, d), matrix("Y", N, K), matrix("W", d, K)
y, omega, bias = vector("y", N), vector("omega", N), scalar("b")
w, v, a = vector("w", d), vector("v", d), vector("a", N)
A, B, C = matrix("A", d, d), matrix("B", d, d), matrix("C", N, K)
U, V, R = matrix("U", N, r), matrix("V", d, r), matrix("R", N, d)
lam, beta = scalar("lambda", positive=True), scalar("beta", positive=True)


def rows(body: Expr, bound: Symbol = n) -> Expr:
    """Σ over 1..N."""
    return total(body, bound, N)


def cols(body: Expr, bound: Symbol = k) -> Expr:
    """Σ over 1..d."""
    return total(body, bound, d)


FIT = Definition("f", cols(w[k] * X[n, k]), (n,), (N,))
f = FIT.node
LINEAR = Context.of(X, y, w, lam, beta, define=[FIT])
SIGNED = Context.of(X, Variable("y", (N,), SIGNS), w, lam, define=[FIT])
WEIGHTED = Context.of(X, y, w, Variable("omega", (N,), POSITIVE), define=[FIT])
SQUARES = rows((f[n] - y[n]) ** 2)
margin = y[n] * f[n]
PREDICTED = Definition("F", cols(X[n, l] * W[l, k], l), (n, k), (N, K))
F = PREDICTED.node
MANY = Context.of(X, Y, W, C, lam, define=[PREDICTED])
FROBENIUS = total(rows((F[n, k] - Y[n, k]) ** 2), k, K)
PROB = Definition("P", exp(F[n, k]) / total(exp(F[n, l]), l, K), (n, k), (N, K))
P = PROB.node
SOFTMAX = Context.of(X, Y, W, lam, define=[PREDICTED, PROB], assume=[(total(Y[n, k], k, K), 1)])
CROSS = -rows(total(Y[n, k] * log(P[n, k]), k, K)) / N
quadratic = cols(cols(w[k] * A[k, l] * w[l], l))
SQUARE = Context.of(A, B, w, v)
norm2 = cols(w[k] ** 2)
symmetric = (A[k, l] + A[l, k]) / 2
rayleigh = cols(cols(w[k] * symmetric * w[l], l)) / norm2
REBUILT = Definition("E", R[n, k] - total(U[n, l] * V[k, l], l, r), (n, k), (N, d))
E = REBUILT.node
FACTORS = Context.of(R, U, V, lam, define=[REBUILT])
MISFIT = rows(cols(E[n, k] ** 2))
GRAM = matrix("G", N, N)
DUAL = Context.of(GRAM, a, y, lam)
KERNEL = rows((rows(GRAM[n, m] * a[m], m) - y[n]) ** 2) / 2
KERNEL += lam / 2 * rows(rows(a[n] * GRAM[n, m] * a[m], m))

REGRESSION: tuple[Identity, ...] = (
    identity("least squares", Partial(SQUARES, w[j]), 2 * rows((f[n] - y[n]) * X[n, j]),
             2 * rows(f[n] - y[n]), LINEAR),
    identity("least squares: normal equations", Partial(SQUARES, w[j]) / 2,
             cols(rows(X[n, j] * X[n, k]) * w[k]) - rows(X[n, j] * y[n]),
             cols(rows(X[n, j] * X[n, k]) * w[j]) - rows(X[n, j] * y[n]), LINEAR),
    identity("least squares: Hessian", Partial(Partial(SQUARES, w[i]), w[j]), 2 * rows(X[n, i] * X[n, j]),
             2 * rows(X[n, i] ** 2), LINEAR),
    identity("ridge", Partial(SQUARES / N + lam * norm2, w[j]),
             2 * rows((f[n] - y[n]) * X[n, j]) / N + 2 * lam * w[j],
             2 * rows((f[n] - y[n]) * X[n, j]) / N + lam * w[j], LINEAR),
    identity("ridge: Hessian", Partial(Partial(SQUARES / N + lam * norm2, w[i]), w[j]),
             2 * rows(X[n, i] * X[n, j]) / N + 2 * lam * delta(i, j),
             2 * rows(X[n, i] * X[n, j]) / N + 2 * lam, LINEAR),
    identity("lasso, off the kink", Partial(SQUARES / 2 + lam * cols(Abs(w[k])), w[j]),
             rows((f[n] - y[n]) * X[n, j]) + lam * sign(w[j]), rows((f[n] - y[n]) * X[n, j]) + lam, LINEAR),
    identity("elastic net", Partial(lam * cols(Abs(w[k])) + beta / 2 * norm2, w[j]),
             lam * sign(w[j]) + beta * w[j],
             lam * sign(w[j]) + beta, LINEAR),
    identity("weighted least squares", Partial(rows(omega[n] * (f[n] - y[n]) ** 2), w[j]),
             2 * rows(omega[n] * (f[n] - y[n]) * X[n, j]),
             2 * rows(omega[n] ** 2 * (f[n] - y[n]) * X[n, j]), WEIGHTED),
    identity("weighted least squares: by a weight", Partial(rows(omega[n] * (f[n] - y[n]) ** 2), omega[m]),
             (f[m] - y[m]) ** 2, SQUARES, WEIGHTED),
    identity("logistic regression with signs", Partial(rows(log(1 + exp(-margin))) / N, w[j]),
             -rows(y[n] * X[n, j] * sigmoid(-margin)) / N, -rows(y[n] * X[n, j] * sigmoid(margin)) / N,
             SIGNED),
    identity("logistic regression with signs: Hessian",
             Partial(Partial(rows(log(1 + exp(-margin))), w[i]), w[j]),
             rows(sigmoid(margin) * sigmoid(-margin) * X[n, i] * X[n, j]),
             rows(y[n] * sigmoid(margin) * sigmoid(-margin) * X[n, i] * X[n, j]), SIGNED),
    identity("support vectors", Partial(rows(Max(0, 1 - margin)) / N + lam / 2 * norm2, w[j]),
             lam * w[j] - rows(y[n] * X[n, j] * one(1 - margin > 0)) / N,
             lam * w[j] - rows(y[n] * X[n, j]) / N, SIGNED),
    identity("Poisson regression", Partial(rows(exp(f[n]) - y[n] * f[n]), w[j]),
             rows((exp(f[n]) - y[n]) * X[n, j]),
             rows((f[n] - y[n]) * X[n, j]), LINEAR),
    identity("Poisson regression: Hessian", Partial(Partial(rows(exp(f[n]) - y[n] * f[n]), w[i]), w[j]),
             rows(exp(f[n]) * X[n, i] * X[n, j]), rows(exp(f[n]) * X[n, i]), LINEAR),
    identity("exponential regression", Partial(rows(log(f[n] ** 2 + 1)), w[j]),
             rows(2 * f[n] * X[n, j] / (f[n] ** 2 + 1)), rows(f[n] * X[n, j] / (f[n] ** 2 + 1)), LINEAR),
    identity("quantile regression", Partial(rows(Max(y[n] - f[n], 0)), w[j]),
             -rows(X[n, j] * one(y[n] > f[n])),
             rows(X[n, j] * one(y[n] > f[n])), LINEAR),
    identity("softplus regression", Partial(rows(softplus(f[n]) - y[n] * f[n]), w[j]),
             rows((sigmoid(f[n]) - y[n]) * X[n, j]), rows((sigmoid(-f[n]) - y[n]) * X[n, j]), LINEAR),
    identity("many outputs", Partial(FROBENIUS, W[i, j]), 2 * rows(X[n, i] * (F[n, j] - Y[n, j])),
             2 * rows(F[n, j] - Y[n, j]), MANY),
    identity("many outputs: by the data", Partial(FROBENIUS, X[m, i]),
             2 * total((F[m, k] - Y[m, k]) * W[i, k], k, K),
             2 * total(F[m, k] * W[i, k], k, K), MANY),
    identity("weight decay", Partial(lam / 2 * total(cols(W[l, k] ** 2, l), k, K), W[i, j]), lam * W[i, j],
             lam * cols(W[l, j], l), MANY),
    identity("trace of a product", Partial(total(rows(C[n, k] * F[n, k]), k, K), W[i, j]),
             rows(X[n, i] * C[n, j]),
             rows(C[n, j]), MANY),
    identity("softmax regression", Partial(CROSS, W[i, j]), rows(X[n, i] * (P[n, j] - Y[n, j])) / N,
             rows(X[n, i] * (P[n, j] - Y[n, j])), SOFTMAX),
    identity("softmax regression: by the data", Partial(CROSS, X[m, i]),
             total(W[i, k] * (P[m, k] - Y[m, k]), k, K) / N,
             total(W[i, k] * P[m, k], k, K) / N, SOFTMAX),
    identity("softmax regression: Hessian", Partial(Partial(CROSS, W[i, j]), W[k, l]),
             rows(X[n, i] * X[n, k] * P[n, j] * (delta(j, l) - P[n, l])) / N,
             rows(X[n, i] * X[n, k] * P[n, j] * delta(j, l)) / N, SOFTMAX),
    identity("quadratic form", Partial(quadratic, w[i]), cols((A[i, k] + A[k, i]) * w[k]),
             2 * cols(A[i, k] * w[k]), SQUARE),
    identity("quadratic form: Hessian", Partial(Partial(quadratic, w[i]), w[j]), A[i, j] + A[j, i],
             2 * A[i, j], SQUARE),
    identity("quadratic form: by the matrix", Partial(quadratic, A[i, j]), w[i] * w[j], w[i] ** 2, SQUARE),
    identity("bilinear form", Partial(cols(cols(w[k] * A[k, l] * v[l], l)), A[i, j]), w[i] * v[j],
             w[j] * v[i], SQUARE),
    identity("trace of a square", Partial(cols(cols(A[k, l] * A[l, k], l)), A[i, j]), 2 * A[j, i],
             2 * A[i, j], SQUARE),
    identity("trace of a Gram matrix", Partial(cols(cols(A[k, l] ** 2, l)), A[i, j]), 2 * A[i, j],
             2 * A[j, i], SQUARE),
    identity("product rule of matrices", Partial(cols(A[i, k] * B[k, j]), A[l, m]), delta(i, l) * B[m, j],
             delta(i, l) * B[j, m], SQUARE),
    identity("transpose of a product", cols(cols(w[l] * A[l, k], l) * v[k]),
             cols(w[k] * cols(A[k, l] * v[l], l)),
             cols(w[k] * cols(A[l, k] * v[l], l)), SQUARE),
    identity("Rayleigh quotient", Partial(rayleigh, w[i]),
             (cols((A[i, k] + A[k, i]) * w[k]) - 2 * rayleigh * w[i]) / norm2,
             (cols((A[i, k] + A[k, i]) * w[k]) - rayleigh * w[i]) / norm2, SQUARE),
    identity("factorization: users", Partial(MISFIT / 2 + lam / 2 * rows(total(U[n, l] ** 2, l, r)), U[i, j]),
             lam * U[i, j] - cols(E[i, k] * V[k, j]), lam * U[i, j] - cols(E[i, k]), FACTORS),
    identity("factorization: items", Partial(MISFIT, V[i, j]), -2 * rows(E[n, i] * U[n, j]),
             2 * rows(E[n, i] * U[n, j]),
             FACTORS),
    identity("kernel ridge", Partial(KERNEL, a[i]),
             rows(GRAM[n, i] * (rows(GRAM[n, m] * a[m], m) - y[n]))
             + lam / 2 * rows((GRAM[i, m] + GRAM[m, i]) * a[m], m),
             rows(GRAM[n, i] * (rows(GRAM[n, m] * a[m], m) - y[n])) + lam * rows(GRAM[i, m] * a[m], m), DUAL),
    identity("autoencoder with tied weights",
             Partial(cols((v[k] - w[k] * cols(w[l] * v[l], l)) ** 2) / 2, w[i]),
             -(v[i] * cols(w[l] * v[l], l) + v[i] * cols(w[l] * v[l], l)) + w[i] * cols(w[l] * v[l], l) ** 2
             + v[i] * norm2 * cols(w[l] * v[l], l),
             -v[i] * cols(w[l] * v[l], l) + w[i] * cols(w[l] * v[l], l) ** 2, SQUARE),
    identity("bias", Partial(rows((f[n] + bias - y[n]) ** 2) / N, bias), 2 * rows(f[n] - y[n]) / N + 2 * bias,
             2 * rows(f[n] - y[n]) / N + bias, LINEAR.with_variables(bias)),
)  # fmt: skip
