"""Identities of sums: exceptions, double sums, denominators, roots, trigonometry."""

from __future__ import annotations

from sympy import (
    Eq,
    Expr,
    Ne,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    cos,
    cosh,
    exp,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from derivlab.symbols import (
    POSITIVE,
    Context,
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

K, N = dimensions("K N")
i, j, k, l, m, n = indices("i j k l m n")
x, y, z, c = (vector(name, K) for name in "xyzc")
A, B = matrix("A", N, K), matrix("B", K, K)
t, u = scalar("t"), scalar("u")
a, b = scalar("a", positive=True), scalar("b", positive=True)
HERE = Context.of(x, y, z, A, B, t, u, a, b)
ABOVE = Context.of(Variable("x", (K,), POSITIVE), Variable("y", (K,), POSITIVE), z, a, b, t)


def over(body: Expr, bound: Symbol = k) -> Expr:
    """Σ over 1..K."""
    return total(body, bound, K)


def others(body: Expr) -> Expr:
    """Σ over k != i."""
    return over(Piecewise((0, Eq(i, k)), (body, True)))


half = Rational(1, 2)
e = exp(z[k])

SUMS: tuple[Identity, ...] = (
    identity("all but one", others(x[k]), over(x[k]) - x[i], over(x[k]), HERE),
    identity("all but one, by a case that differs", over(Piecewise((x[k], Ne(i, k)), (0, True))) + x[i],
             over(x[k]),
             over(x[k]) + x[i], HERE),
    identity("all but one: softmax", exp(z[i]) / (exp(z[i]) + others(exp(z[k]))), exp(z[i]) / over(exp(z[k])),
             exp(z[i]) / others(exp(z[k])), HERE),
    identity("off the diagonal", over(over((1 - delta(j, k)) * x[j] * x[k], j)),
             over(x[k]) ** 2 - over(x[k] ** 2),
             over(x[k]) ** 2, HERE),
    identity("pairs of differences", over(over((x[j] - x[k]) ** 2, j)),
             2 * K * over(x[k] ** 2) - 2 * over(x[k]) ** 2,
             2 * K * over(x[k] ** 2), HERE),
    identity("Lagrange", over(x[k] ** 2) * over(y[k] ** 2) - over(x[k] * y[k]) ** 2,
             over(over((x[j] * y[k] - x[k] * y[j]) ** 2, j)) / 2,
             over(over((x[j] * y[k] - x[k] * y[j]) ** 2, j)), HERE),
    identity("either order", total(over(A[n, k] * x[k]), n, N), over(total(A[n, k], n, N) * x[k]),
             over(total(A[n, k], n, N)) * over(x[k]), HERE),
    identity("two sums over one dimension, either order", over(over(B[j, k] * x[j] * y[k], j)),
             over(over(B[k, j] * x[k] * y[j], j)), over(over(B[k, j] * x[j] * y[k], j)), HERE),
    identity("a square of a sum", over(over(x[j] * x[k], j)), over(x[k]) ** 2, over(x[k] ** 2), HERE),
    identity("a cube of a sum", Partial(over(x[k]) ** 3, x[i]), 3 * over(over(x[j] * x[k], j)),
             3 * over(x[k] ** 2), HERE),
    identity("deviations sum to 0", over(x[k] - over(x[j], j) / K), 0, over(x[k]), HERE),
    identity("covariance", over((x[k] - over(x[j], j) / K) * (y[k] - over(y[j], j) / K)),
             over(x[k] * y[k]) - over(x[k]) * over(y[k]) / K, over(x[k] * y[k]) - over(x[k]) * over(y[k]),
             HERE),
    identity("a constant leaves", over(x[i] * y[k]), x[i] * over(y[k]), K * x[i] * over(y[k]), HERE),
    identity("a matrix squared", over(over(B[i, j] * B[j, k], j)), over(B[i, j] * over(B[j, k], k), j),
             over(B[i, j] * over(B[k, j], k), j), HERE),
    identity("three matrices", over(over(B[i, j] * B[j, k] * B[k, l], j)),
             over(B[i, k] * over(B[k, j] * B[j, l], j)),
             over(B[i, k] * over(B[j, k] * B[j, l], j)), HERE),
    identity("trace of a cube, rotated", over(over(over(B[i, j] * B[j, k] * B[k, i], i), j)),
             over(over(over(B[k, i] * B[i, j] * B[j, k], i), j)),
             over(over(over(B[i, j] * B[j, k] * B[i, k], i), j)), HERE),
    identity("partial fractions", over(1 / (x[k] * (1 + x[k]))), over(1 / x[k]) - over(1 / (1 + x[k])),
             over(1 / x[k]) + over(1 / (1 + x[k])), ABOVE),
    identity("proper fraction", over(x[k] / (1 + x[k])), K - over(1 / (1 + x[k])), 1 - over(1 / (1 + x[k])),
             ABOVE),
    identity("two denominators", over(1 / ((x[k] + 1) * (x[k] + 2))),
             over(1 / (x[k] + 1)) - over(1 / (x[k] + 2)),
             over(1 / (x[k] + 2)) - over(1 / (x[k] + 1)), ABOVE),
    identity("three denominators", over(2 / (x[k] * (x[k] + 1) * (x[k] + 2))),
             over(1 / x[k] - 2 / (x[k] + 1) + 1 / (x[k] + 2)),
             over(1 / x[k] - 1 / (x[k] + 1) + 1 / (x[k] + 2)), ABOVE),
    identity("a double pole", over(x[k] / (1 + x[k]) ** 2), over(1 / (1 + x[k])) - over(1 / (1 + x[k]) ** 2),
             over(1 / (1 + x[k])) + over(1 / (1 + x[k]) ** 2), ABOVE),
    identity("a parameter in the denominator", (a - b) * over(1 / ((x[k] + a) * (x[k] + b))),
             over(1 / (x[k] + b)) - over(1 / (x[k] + a)), over(1 / (x[k] + a)) - over(1 / (x[k] + b)), ABOVE),
    identity("two variables in the denominator", over((y[k] - x[k]) / (x[k] * y[k])),
             over(1 / x[k]) - over(1 / y[k]),
             over(1 / y[k]) - over(1 / x[k]), ABOVE),
    identity("a denominator with another sum", over(x[k] / (x[k] + over(y[j], j))),
             K - over(y[j], j) * over(1 / (x[k] + over(y[j], j))), K - over(1 / (x[k] + over(y[j], j))),
             ABOVE),
    identity("exponentials in the denominator", over(e / (1 + e)), K - over(1 / (1 + e)),
             K - over(e / (1 + e)) + over(e), HERE),
    identity("a sigmoid times its rest", over(sigmoid(z[k]) * sigmoid(-z[k])),
             over(sigmoid(z[k])) - over(sigmoid(z[k]) ** 2),
             over(sigmoid(z[k])) - over(sigmoid(z[k])) ** 2, HERE),
    identity("squares of tanh", over(1 - tanh(z[k]) ** 2), over(1 / cosh(z[k]) ** 2), over(1 / cosh(z[k])),
             HERE),
    identity("a log of a product", log(Product(x[k], (k, 1, K))), over(log(x[k])), log(over(x[k])), ABOVE),
    identity("geometric mean", Partial(exp(over(log(x[k])) / K), x[i]), exp(over(log(x[k])) / K) / (K * x[i]),
             exp(over(log(x[k])) / K) / x[i], ABOVE),
    identity("harmonic mean", Partial(K / over(1 / x[k]), x[i]), K / (x[i] ** 2 * over(1 / x[k]) ** 2),
             K / (x[i] * over(1 / x[k])) ** 2 / K, ABOVE),
    identity("a norm of order 3", Partial(over(x[k] ** 3) ** Rational(1, 2), x[i]),
             3 * x[i] ** 2 / (2 * sqrt(over(x[k] ** 3))), 3 * x[i] ** 2 / sqrt(over(x[k] ** 3)), ABOVE),
    identity("roots", over(1 / (sqrt(x[k]) * (1 + sqrt(x[k])))),
             over(1 / sqrt(x[k])) - over(1 / (1 + sqrt(x[k]))),
             over(1 / sqrt(x[k])) + over(1 / (1 + sqrt(x[k]))), ABOVE),
    identity("a root in the denominator", over(1 / (1 + sqrt(x[k]))) * 1, over((1 - sqrt(x[k])) / (1 - x[k])),
             over((1 + sqrt(x[k])) / (1 - x[k])), ABOVE),
    identity("slope of a sum of roots", Partial(over(sqrt(a + x[k] ** 2)), x[i]), x[i] / sqrt(a + x[i] ** 2),
             over(x[k] / sqrt(a + x[k] ** 2)), ABOVE),
    identity("circles", over(sin(z[k]) ** 2 + cos(z[k]) ** 2), K, 1, HERE),
    identity("position encoding", over(cos(z[k] + t)), cos(t) * over(cos(z[k])) - sin(t) * over(sin(z[k])),
             cos(t) * over(cos(z[k])) + sin(t) * over(sin(z[k])), HERE),
    identity("slope of a sum of sines", Partial(over(sin(t * z[k])), t), over(z[k] * cos(t * z[k])),
             over(cos(t * z[k])), HERE),
    identity("tangent", Partial(tan(t), t), 1 + tan(t) ** 2, 1 - tan(t) ** 2, HERE),
    identity("half angle", sin(t / 2) ** 2, (1 - cos(t)) / 2, (1 + cos(t)) / 2, HERE),
    identity("triple angle, hyperbolic", sinh(3 * t), 3 * sinh(t) + 4 * sinh(t) ** 3,
             3 * sinh(t) - 4 * sinh(t) ** 3, HERE),
    identity("rotation keeps the length", (cos(t) * u - sin(t) * a) ** 2 + (sin(t) * u + cos(t) * a) ** 2,
             u**2 + a**2,
             u**2 - a**2, HERE),
    identity("from 2", Sum(x[k], (k, 2, K)), over(x[k]) - x[1], over(x[k]) - x[K], HERE),
    identity("to the last but one", Sum(x[k] * y[k], (k, 1, K - 1)), over(x[k] * y[k]) - x[K] * y[K],
             over(x[k] * y[k]), HERE),
    identity("six terms written out", Sum(t**k, (k, 1, 6)) * (t - 1), t**7 - t, t**6 - t, HERE),
    identity("a size as a factor", over(over(x[j], j)), K * over(x[k]), K**2 * over(x[k]), HERE),
    identity("normalized weights", over(x[k] / over(x[j], j)), 1, 1 / K, ABOVE),
    identity("weighted mean", Partial(over(z[k] * x[k]) / over(x[k]), x[i]),
             (z[i] - over(z[k] * x[k]) / over(x[k])) / over(x[k]), (z[i] - over(z[k] * x[k])) / over(x[k]),
             ABOVE),
    identity("mean of exponentials", Partial(log(over(exp(t * z[k])) / K) / t, t),
             over(z[k] * exp(t * z[k])) / (t * over(exp(t * z[k]))) - log(over(exp(t * z[k])) / K) / t**2,
             over(z[k] * exp(t * z[k])) / (t * over(exp(t * z[k]))), HERE),
    identity("half turn", over(cos(z[k] + pi)), -over(cos(z[k])), over(cos(z[k])), HERE),
    identity("fractional power", over(x[k] ** (3 * half) / sqrt(x[k])), over(x[k]), over(sqrt(x[k])), ABOVE),
)  # fmt: skip
