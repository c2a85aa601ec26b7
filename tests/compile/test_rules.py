"""The stabilizing rules: each proved by derivlab itself, each applied where it fits, none changes a value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from sympy import exp, log

from derivlab.compile import Output, compile_function
from derivlab.compile.holes import Family, Writer
from derivlab.compile.nodes import ungrouped
from derivlab.compile.rules import BY_NAME, RULES
from derivlab.compile.stabilize import stabilized
from derivlab.errors import InternalError
from derivlab.proof import Proved, Refuted, prove_equal
from derivlab.symbols import Context, Definition, delta, dimensions, indices, matrix, total, vector

N, K = dimensions("N K")
n, i, j, k, m = indices("n i j k m")
z, y, x = vector("z", K), vector("y", K), vector("x", N)
Z = matrix("Z", N, K)
t, b = vector("t", N), vector("b", N)


@pytest.mark.parametrize(
    ("name", "case"), [(rule.name, case[0]) for rule in BY_NAME.values() for case in rule.cases()]
)
def test_the_rule_is_proved(name: str, case: str) -> None:
    _, left, right = next(entry for entry in BY_NAME[name].cases() if entry[0] == case)
    assert isinstance(prove_equal(left, right), Proved)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_rule_with_a_mistake_is_refuted(name: str) -> None:
    _, left, right = BY_NAME[name].cases()[-1]
    assert isinstance(prove_equal(left, right + 1), Refuted)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_rule_says_why(name: str) -> None:
    assert BY_NAME[name].reason.endswith(".")
    assert BY_NAME[name].before != ungrouped(BY_NAME[name].after)


S = total(exp(z[k]), k, K)
P = Definition("p", exp(z[i]) / total(exp(z[j]), j, K), (i,), (K,))
Q = Definition("q", 1 / (1 + exp(-t[n])), (n,), (N,))
p, q = P.node, Q.node
CONTEXT = Context.of(z, y, Z, t, b, define=[P, Q])

# A formula, its indices, the rules that it needs.
FORMULAS = {
    "log-sum-exp": (log(S), (), ["log-sum-exp"]),
    "of rows": (log(total(exp(Z[n, k]), k, K)), (n,), ["log-sum-exp"]),
    "softmax": (p[i], (i,), ["softmax"]),
    "softmax, written out": (exp(z[i]) / S, (i,), ["softmax"]),
    "softmax of a product": (exp(2 * z[i] + 1) / S, (i,), ["softmax"]),
    "two entries": (exp(z[i] + z[j]) / S**2, (i, j), ["product of two softmax entries"]),
    "log-softmax": (log(p[i]), (i,), ["log-softmax"]),
    "residual": (p[i] - y[i], (i,), ["softmax residual"]),
    "scaled residual": (3 * p[i] - 3 * y[i], (i,), ["softmax residual"]),
    "residual over K": ((p[i] - y[i]) / K, (i,), ["softmax residual"]),
    "one common factor": (y[i] * p[j] - y[i] * delta(i, j), (i, j), ["softmax residual"]),
    "Jacobian": (p[i] * delta(i, j) - p[i] * p[j], (i, j), ["softmax residual"]),
    "diagonal of the Jacobian": (p[i] - p[i] ** 2, (i,), ["softmax residual"]),
    "log-likelihood": ((S - K * exp(z[i])) / S, (i,), ["softmax residual"]),
    "softplus": (log(1 + exp(t[n])), (n,), ["softplus"]),
    "logistic": (q[n], (n,), ["logistic"]),
    "logistic, other form": (exp(t[n]) / (1 + exp(t[n])), (n,), ["logistic, other form"]),
    "logistic squared": (q[n] ** 2, (n,), ["logistic"]),
    "one minus logistic": (1 - q[n], (n,), ["logistic residual"]),
    "logistic residual": (q[n] - b[n], (n,), ["logistic residual"]),
    "derivative of the logistic": (q[n] * (1 - q[n]), (n,), ["logistic residual"]),
    "the same, multiplied out": (q[n] - q[n] ** 2, (n,), ["logistic residual"]),
    "log-logistic": (log(q[n]), (n,), ["log-logistic"]),
    "log of the complement": (log(1 - q[n]), (n,), ["log-logistic"]),
    "cross-entropy": (-total(y[k] * log(p[k]), k, K), (), ["log-softmax", "a weight of zero"]),
    "binary loss": (-total(b[n] * log(q[n]) + (1 - b[n]) * log(1 - q[n]), n, N), (), ["log-logistic"]),
    "entropy of p": (-total(p[k] * log(p[k]), k, K), (), ["log-softmax"]),
    "a softmax in a softmax": (exp(p[i]) / total(exp(p[k]), k, K), (i,), ["softmax"]),
}  # fmt: skip
RNG = np.random.default_rng(3)
MODERATE = {"z": RNG.normal(size=5), "y": RNG.dirichlet(np.ones(5)), "Z": RNG.normal(size=(4, 5)),
            "t": RNG.normal(size=4), "b": np.array([0.0, 1.0, 1.0, 0.0])}  # fmt: skip


def outcome(
    name: str, arrays: dict[str, np.ndarray], *, stable: bool, backend: str = "numpy", **options: Any
) -> np.ndarray:
    expr, out, _ = FORMULAS[name]
    function = compile_function([Output("r", expr, out)], CONTEXT, backend, stable=stable, **options)
    return np.asarray(function(**{a.name: arrays[a.name] for a in function.arguments})["r"])


@pytest.mark.parametrize("name", FORMULAS)
def test_the_rule_is_applied(name: str) -> None:
    expr, _, rules = FORMULAS[name]
    context, stabilizer = stabilized(CONTEXT)
    stabilizer.stable(expr)
    assert set(rules) <= set(stabilizer.used)
    assert context.variables == CONTEXT.variables


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("name", FORMULAS)
def test_the_value_stays(name: str, backend: str) -> None:
    naive = outcome(name, MODERATE, stable=False)
    np.testing.assert_allclose(
        outcome(name, MODERATE, stable=True, backend=backend), naive, rtol=1e-12, atol=1e-15
    )
    double = outcome(name, MODERATE, stable=True, backend=backend, precision="double")
    np.testing.assert_allclose(double, naive, rtol=1e-12, atol=1e-15)


EXTREMES = [
    {"z": np.array([800.0, 3, -800, 800, 12]), "y": np.array([0, 1.0, 0, 0, 0])},
    {"z": np.array([1e4, -1e4, 0, 5, 6]), "y": np.array([1.0, 0, 0, 0, 0])},
    {"z": np.array([0.0, -np.inf, 700, 2, -np.inf]), "y": np.array([0, 0, 0.5, 0.5, 0])},
]


# Infinite as a formula, or 0·log 0 of a weight that is computed.
UNBOUNDED = {"softmax of a product", "entropy of p"}


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", sorted(FORMULAS.keys() - UNBOUNDED))
def test_extreme_logits_stay_finite(name: str, dtype: str, backend: str) -> None:
    for extreme in EXTREMES:
        arrays = {
            **MODERATE,
            **extreme,
            "Z": np.stack([extreme["z"]] * 4),
            "t": np.array([900.0, -900, 40, -40]),
        }
        found = outcome(name, {a: v.astype(dtype) for a, v in arrays.items()}, stable=True, backend=backend)
        infinite = name in ("log-softmax", "log-likelihood") and not np.isfinite(arrays["z"]).all()
        assert np.isfinite(found[~np.isinf(arrays["z"])] if infinite else found).all(), found


def test_naive_stays_naive() -> None:
    with np.errstate(all="ignore"):
        assert np.isnan(
            outcome("softmax", {**MODERATE, "z": np.array([1e4, 0, 0, 0, 0])}, stable=False)
        ).any()


def test_a_wrong_match_fails_loudly() -> None:
    rule = next(rule for rule in RULES if rule.name == "log-sum-exp")
    with pytest.raises(InternalError, match="log-sum-exp"):
        Writer().apply(rule, log(total(exp(z[k]) + 1, k, K)), Family(z[k], k, K), {})


def test_unrelated_formulas_are_untouched() -> None:
    for expr in (
        sp.tanh(z[i]),
        total(z[k] ** 2, k, K),
        exp(z[i]),
        1 / (1 + z[i] ** 2),
        log(z[i]),
        p[i] + y[i],
    ):
        _, stabilizer = stabilized(Context.of(z, y, define=[P]))
        stabilizer.used.clear()
        assert stabilizer.stable(expr) == expr
        assert stabilizer.used == []
