"""Every wrong answer of another system that was measured, as a regression test here.

SymPy's derivatives of indexed sums, its substitution and its evaluation of text; graders that sample
a comfortable interval; gradient checkers with absolute tolerances; time-outs that read as 'wrong'.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import sympy
from sympy import Abs, Expr, Piecewise, Rational, Sum, cot, exp, log, sin

from derivlab.calculus import gradient
from derivlab.models import MODELS
from derivlab.proof import Budget, Claim, Refuted, prove_equal, verify
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
    substitute,
    total,
    vector,
)

K, N, d = dimensions("K N d")
i, j, k, n = indices("i j k n")
s, t = scalar("s"), scalar("t")
w, x, y, z = vector("w", d), vector("x", d), vector("y", K), vector("z", K)
lam = scalar("lambda", positive=True)


def verdict(left: Expr, right: object, context: Context) -> str:
    return verify(Claim(left, sympy.sympify(right), context)).verdict


def over(body: object) -> Expr:
    return total(body, k, K)


# -- SymPy ---------------------------------------------------------------------------------------------
def test_the_log_softmax_of_a_linear_layer() -> None:
    """`.diff(W[i, j]).doit()` gives a wrong value that changes with the hash seed."""
    model = MODELS["log-likelihood"]
    found = gradient("J", "W", model.context)
    p, x_ = model.context.definition("p").node, model.context.variable("x").node  # type: ignore[union-attr]
    N_ = model.context.variable("W").shape[0]
    right = (1 - N_ * p[found.indices[0]]) * x_[found.indices[1]]
    assert verdict(found.closed_form, right, model.context) == "proved"
    assert verdict(Partial(found.objective, found.by), right, model.context) == "proved"
    assert all(found.check())


def test_the_derivative_of_logsumexp_is_not_zero() -> None:
    """`MatrixSymbol` derivatives of log(1ᵀ exp z) are silently 0."""
    J = log(over(exp(z[k])))
    here = Context.of(z)
    assert verdict(Partial(J, z[i]), exp(z[i]) / over(exp(z[k])), here) == "proved"
    assert verdict(Partial(J, z[i]), 0, here) == "refuted"


def test_substitution_does_not_capture() -> None:
    """`Sum(z[i]*y[j], ...).subs(j, i)` sums over the bound index twice."""
    before = total(z[i] * y[j], i, K)
    after = substitute(before, {j: i})
    here = Context.of(y, z)
    assert verdict(after, y[i] * total(z[k], k, K), here) == "proved"
    assert verdict(after, total(z[k] * y[k], k, K), here) == "refuted"


def test_no_nested_deltas_are_left() -> None:
    """SymPy leaves nested `Piecewise` of Kronecker deltas."""
    Q = Definition("q", exp(z[i]) / over(exp(z[k])), (i,), (K,))
    found = gradient(-over(y[k] * log(Q.node[k])), z, Context.of(y, z, define=[Q], assume=[(over(y[k]), 1)]))
    assert not found.closed_form.has(Piecewise, sympy.KroneckerDelta, Sum)


def test_a_gradient_by_a_matrix_in_a_double_sum() -> None:
    B = matrix("B", N, d)
    J = total(total(B[n, j] ** 2 * x[j], j, d), n, N)
    assert verdict(Partial(J, B[i, j]), 2 * B[i, j] * x[j], Context.of(B, x)) == "proved"
    assert verdict(Partial(J, B[i, j]), 2 * total(B[n, j] * x[j], n, N), Context.of(B, x)) == "refuted"


@pytest.mark.parametrize("side", ["left", "right"])
def test_text_is_not_run(side: str, tmp_path: Path) -> None:
    """`sympify` and `parse_expr` run code from their text."""
    trace = tmp_path / "written"
    text = f"__import__('pathlib').Path({str(trace)!r}).touch()"
    with suppress(Exception):
        prove_equal(*((text, s) if side == "left" else (s, text)))  # type: ignore[arg-type]
    assert not trace.exists()


# -- a formula-by-formula calculator that lost a factor --------------------------------------------------
def test_the_chain_rule_of_the_cotangent() -> None:
    here = Context.of(s)
    assert verdict(Partial(cot(s**2), s), -2 * s / sin(s**2) ** 2, here) == "proved"
    assert verdict(Partial(cot(s**2), s), -1 / sin(s**2) ** 2, here) == "refuted"


# -- graders that sample [1, 5] --------------------------------------------------------------------------
SAMPLED: dict[str, tuple[Expr, Expr, Context]] = {
    "|w| for w": (w[i], Abs(w[i]), Context.of(w)),
    "a small constant below": (s / t, s / (t + Rational(1, 100_000)), Context.of(s, t)),
    "a dropped small term": (
        total((w[k] - x[k]) ** 2, k, d) + lam * total(w[k], k, d) / 100_000,
        total((w[k] - x[k]) ** 2, k, d),
        Context.of(w, x, lam),
    ),
    "max(w, 0) for w": (w[i], sympy.Max(w[i], 0), Context.of(w)),
    "a root of a square": (sympy.sqrt(w[i] ** 2), w[i], Context.of(w)),
}


@pytest.mark.parametrize("name", SAMPLED)
def test_what_looks_right_on_a_comfortable_interval(name: str) -> None:
    left, right, context = SAMPLED[name]
    assert verdict(left, right, context) == "refuted"


# -- gradient checkers with absolute tolerances ---------------------------------------------------------
Z, Y = matrix("Z", N, K), matrix("Y", N, K)
P = Definition("P", exp(Z[n, k]) / total(exp(Z[n, j]), j, K), (n, k), (N, K))
BATCH = Definition("J", -total(total(Y[n, k] * log(P.node[n, k]), k, K), n, N) / N)
MEAN = Context.of(Z, Y, define=[P, BATCH], assume=[(total(Y[n, k], k, K), 1)])
RIGHT = (P.node[n, k] - Y[n, k]) / N
FAR = Piecewise((RIGHT, Abs(Z[n, k]) <= 40), (2 * RIGHT, True))


def test_the_right_batch_gradient_is_proved() -> None:
    assert verdict(Partial(BATCH.node, Z[n, k]), RIGHT, MEAN) == "proved"


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(RIGHT * Rational(10_005, 10_000), id="off by 5e-4"),
        pytest.param(2 * RIGHT, id="doubled in a batch mean"),
        pytest.param(RIGHT * N, id="without 1/N"),
        pytest.param(RIGHT + Rational(1, 10**9), id="off by 1e-9"),
        pytest.param(FAR, id="beyond 40"),
    ],
)
def test_a_slightly_wrong_gradient_is_refuted(wrong: Expr) -> None:
    assert verdict(Partial(BATCH.node, Z[n, k]), wrong, MEAN) == "refuted"


# -- what other provers cannot say or get wrong --------------------------------------------------------
def test_false_is_said_with_evidence() -> None:
    """Provers by rewriting can only fail; here a false claim has its witness."""
    found = verify(Claim(Partial(over(z[k] ** 2), z[i]), 2 * z[j], Context.of(z)))
    assert isinstance(found, Refuted)
    assert found.witness.left != found.witness.right
    assert set(found.witness.indices) == {"i", "j"}


def test_a_spent_budget_is_not_a_refutation() -> None:
    """A time-out that reads as 'wrong' is what people complain of most."""
    model = MODELS["logistic"]
    for claim in model.claims:
        found = verify(Claim(claim.left, claim.right, model.context), Budget(steps=30))
        assert found.verdict == "undecided", (claim.name, found)


def test_rational_functions_inside_a_sum() -> None:
    """Clearing one denominator is not enough for the logistic Hessian: partial fractions are."""
    X, theta = matrix("X", N, d), vector("theta", d)
    targets = Variable("y", (N,), BINARY)
    G = Definition("g", 1 / (1 + exp(-total(theta[j] * X[n, j], j, d))), (n,), (N,))
    g, y_ = G.node, targets.node
    J = -total(y_[n] * log(g[n]) + (1 - y_[n]) * log(1 - g[n]), n, N) / N
    here = Context.of(X, theta, targets, define=[G])
    hessian = total(g[n] * (1 - g[n]) * X[n, i] * X[n, j], n, N) / N
    assert verdict(Partial(Partial(J, theta[i]), theta[j]), hessian, here) == "proved"
    assert verdict(Partial(Partial(J, theta[i]), theta[j]), hessian + delta(i, j), here) == "refuted"
