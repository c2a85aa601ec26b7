"""Convexity: the quadratic form of the Hessian is written as a sum of squares, and Coq accepts it."""

from __future__ import annotations

import shutil

import pytest
from sympy import exp, log

from derivlab.certificates import Convexity, NotCertifiedError, certify_convex
from derivlab.certificates.coq import Checker
from derivlab.models import MODELS
from derivlab.symbols import Context, dimensions, indices, matrix, scalar, total, vector

n, N = dimensions("n N")
i, j, k, a = indices("i j k a")
w, u, s = vector("w", n), vector("u", n), scalar("s", positive=True)
X, t = matrix("X", N, n), vector("t", N)
residual = total(X[i, j] * w[j], j, n) - t[i]
MODEL_CLAIMS = [
    Convexity(c.objective, c.by, c.context, c.name) for m in MODELS.values() for c in m.convexity if c.holds
]
CONVEX = [
    *MODEL_CLAIMS,
    Convexity(log(total(exp(w[k]), k, n)), "w", Context.of(w), "log-sum-exp"),
    Convexity(
        total(residual**2, i, N) / 2 + s * total(w[j] ** 2, j, n), "w", Context.of(w, X, t, s), "ridge"
    ),
    Convexity(total(exp(w[k]) + 3 * w[k], k, n), "w", Context.of(w), "exponentials"),
]
NOT_CONVEX = [
    Convexity(-total(w[k] ** 2, k, n), "w", Context.of(w), "concave"),
    Convexity(total(u[k] * w[k] ** 2, k, n), "w", Context.of(w, u), "a weight of any sign"),
    Convexity(total(w[k], k, n) ** 2 - total(w[k] ** 2, k, n), "w", Context.of(w), "a difference"),
]


@pytest.mark.parametrize("claim", CONVEX, ids=lambda claim: claim.name)
def test_the_statement_is_about_every_direction(claim: Convexity) -> None:
    found = certify_convex(claim)
    last = found.statement.splitlines()[-1]
    assert last.startswith("  0 <= bsum ")
    assert "(v a) * (v b) * (Derive (fun t => Derive (fun t1 => " in last or claim.name == "ridge"
    assert "ex_derive" in found.statement
    assert "prove_nonnegative" in found.proof


def test_what_is_not_a_sum_of_squares_says_so() -> None:
    with pytest.raises(NotCertifiedError, match="sum of squares"):
        certify_convex(
            Convexity(total(w[k], k, n) * total(u[k] * w[k], k, n), "w", Context.of(w, u), "a product")
        )
    with pytest.raises(NotCertifiedError, match="is no vector"):
        certify_convex(Convexity(s**2, "s", Context.of(s), "a number"))


@pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed")
@pytest.mark.slow
def test_coq_accepts_them_and_refuses_weights_that_may_be_negative(checker: Checker) -> None:
    accepted = checker.check([certify_convex(claim) for claim in CONVEX])
    assert {o.certificate.title: o.message for o in accepted if not o.accepted} == {}
    refused = []
    for claim in NOT_CONVEX:
        try:
            refused += checker.check([certify_convex(claim)])
        except NotCertifiedError:
            continue
    assert [outcome.certificate.title for outcome in refused if outcome.accepted] == []
