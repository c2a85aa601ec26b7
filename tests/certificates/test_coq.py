"""What Coq says: every claim of the models is accepted, wrong ones are not, nothing is assumed."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sympy import cosh, exp, log, sinh, sqrt, tanh

from derivlab.certificates import Certificate, emit
from derivlab.certificates.coq import (
    ALLOWED,
    EXTRA,
    FORBIDDEN,
    LIBRARY,
    Checker,
    assumptions,
    batch,
    failing,
    library_folder,
)
from derivlab.errors import UsageError
from derivlab.models import MODELS
from derivlab.proof import Claim
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

needs_coq = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed")

N, K, d = dimensions("N K d")
i, j, k, m = indices("i j k m")
x, s = scalar("x"), scalar("s", positive=True)
z, y, q = vector("z", K), vector("y", K), vector("q", K, positive=True)
X, Y, W = matrix("X", N, d), matrix("Y", N, K), matrix("W", d, K)
S = matrix("S", K, K)
hidden, admit = vector("H1", K), scalar("admit")
p = Definition("p", exp(z[i]) / total(exp(z[k]), k, K), (i,), (K,))
J = Definition("J", -total(y[k] * log(p.node[k]), k, K))
ONE = [(total(y[k], k, K), 1)]
CROSS = Context.of(z, y, define=[p, J], assume=ONE)
logits = Definition("u", total(X[i, j] * W[j, k], j, d), (i, k), (N, K))
P = Definition("P", exp(logits.node[i, k]) / total(exp(logits.node[i, m]), m, K), (i, k), (N, K))
L = Definition("L", -total(total(Y[i, k] * log(P.node[i, k]), k, K), i, N))
BATCH = Context.of(X, Y, W, define=[logits, P, L], assume=[(total(Y[i, k], k, K), 1)])


def three_layers() -> Claim:
    """The first layer's weights of a network with two hidden layers of tanh and logistic units."""
    r, a, b = dimensions("r a b")
    t, u, v, w, c = indices("t u v w c")
    U1, U2, U3, inp = matrix("A", r, a), matrix("B", a, b), matrix("C", b, K), vector("x", r)
    h1 = Definition("h1", tanh(total(inp[t] * U1[t, u], t, r)), (u,), (a,))
    h2 = Definition("h2", 1 / (1 + exp(-total(h1.node[u] * U2[u, v], u, a))), (v,), (b,))
    o = Definition("o", total(h2.node[v] * U3[v, w], v, b), (w,), (K,))
    soft = Definition("p", exp(o.node[w]) / total(exp(o.node[c]), c, K), (w,), (K,))
    loss = Definition("J", -total(y[w] * log(soft.node[w]), w, K))
    context = Context.of(U1, U2, U3, inp, y, define=[h1, h2, o, soft, loss], assume=[(total(y[w], w, K), 1)])
    back = total((soft.node[w] - y[w]) * U3[v, w], w, K) * h2.node[v] * (1 - h2.node[v])
    right = inp[t] * (1 - h1.node[u] ** 2) * total(U2[u, v] * back, v, b)
    return Claim(Partial(loss.node, U1[t, u]), right, context, "three layers")


MORE = [
    Claim(Partial(total(y[k] * log(q[k]), k, K), q[i]), y[i] / q[i], Context.of(q, y), "log of positives"),
    Claim(Partial(sqrt(1 + x**2), x), x / sqrt(1 + x**2), Context.of(x), "square root"),
    Claim(Partial(log(1 + exp(x)), x), 1 / (1 + exp(-x)), Context.of(x), "softplus"),
    Claim(Partial(x**3 + tanh(x), x), 3 * x**2 + 1 - tanh(x) ** 2, Context.of(x), "power and tanh"),
    Claim(Partial(cosh(x), x), sinh(x), Context.of(x), "hyperbolic"),
    Claim(Partial(log(s), s), 1 / s, Context.of(s), "log of a positive scalar"),
    Claim(log(p.node[i]), z[i] - log(total(exp(z[k]), k, K)), Context.of(z, define=[p]), "log of a quotient"),
    Claim(log(s * q[i] ** 2 / q[j]), log(s) + 2 * log(q[i]) - log(q[j]), Context.of(s, q), "log of powers"),
    Claim(
        Partial(L.node, W[j, k]), total(X[i, j] * (P.node[i, k] - Y[i, k]), i, N), BATCH, "a family of sums"
    ),
    Claim(
        Partial(Partial(total(log(q[k]), k, K), q[i]), q[j]),
        -delta(i, j) / q[i] ** 2,
        Context.of(q),
        "second derivative where the logarithm needs positive entries",
    ),
    Claim(
        total(y[i] * total(S[i, k] * z[k], k, K), i, K),
        total(z[k] * total(S[i, k] * y[i], i, K), k, K),
        Context.of(S, y, z),
        "two sums over one size, in either order",
    ),
    Claim(
        Partial(total(z[i] * total(S[i, k] * z[k], k, K), i, K), z[j]),
        total((S[j, k] + S[k, j]) * z[k], k, K),
        Context.of(S, z),
        "quadratic form",
    ),
    three_layers(),
    Claim(
        Partial(total(hidden[k] ** 2 * admit, k, K), hidden[i]),
        2 * admit * hidden[i],
        Context.of(hidden, admit, define=[Definition("list", admit + 1)]),
        'Parameter update, an Axiom (* and "names" of Coq',
    ),
]
WRONG = [
    Claim(Partial(J.node, z[i]), y[i] - p.node[i], CROSS, "wrong sign"),
    Claim(Partial(J.node, z[i]), p.node[i] - y[i], replace(CROSS, assumptions=()), "missing sum"),
    Claim(Partial(log(x), x), 1 / x, Context.of(x), "log of any number"),
    Claim(log(x * s), log(x) + log(s), Context.of(x, s), "log of a product that may be negative"),
    Claim(log(x**2), 2 * log(x), Context.of(x), "log of a square"),
    Claim(Partial(total(W[j, k] * y[k], k, K), y[i]), W[j, j], Context.of(W, y), "swapped index"),
]


@needs_coq
def test_coq_accepts_a_gradient_and_refuses_the_wrong_sign(checker: Checker) -> None:
    right = Claim(Partial(J.node, z[i]), p.node[i] - y[i], CROSS, "gradient")
    accepted, refused = checker.check([emit(right), emit(WRONG[0])])
    assert (accepted.accepted, refused.accepted) == (True, False), accepted.message


@needs_coq
@pytest.mark.slow
def test_every_claim_of_the_models_is_certified(checker: Checker) -> None:
    claims = [
        Claim(c.left, c.right, model.context, c.name) for model in MODELS.values() for c in model.claims
    ]
    outcomes = checker.check([emit(claim) for claim in claims])
    assert [o.certificate.title for o in outcomes if not o.accepted] == []
    assert len(outcomes) == len(claims)
    again = checker.check([outcomes[0].certificate])
    assert again[0].cached


@needs_coq
@pytest.mark.slow
def test_more_claims_are_certified(checker: Checker) -> None:
    outcomes = checker.check([emit(claim) for claim in MORE])
    assert {o.certificate.title: o.message for o in outcomes if not o.accepted} == {}


@needs_coq
@pytest.mark.slow
def test_negative_controls_are_not_certified(checker: Checker) -> None:
    outcomes = checker.check([emit(claim) for claim in WRONG])
    assert [o.certificate.title for o in outcomes if o.accepted] == []
    assert all("coqc took" not in o.message for o in outcomes)


@needs_coq
@pytest.mark.slow
def test_a_certificate_that_assumes_something_is_not_accepted(checker: Checker) -> None:
    claim = Certificate("by decree", "by_decree", "Axiom by_decree : 0 = 1.", "")
    assert not checker.check([claim])[0].accepted
    (hidden,) = checker.check([Certificate("h", "h", "Theorem h : 1 = 1.", "Proof. admit. Admitted.\n")])
    assert not hidden.accepted


def test_the_library_assumes_nothing() -> None:
    for name in (*LIBRARY, *EXTRA):
        text = (library_folder() / f"{name}.v").read_text(encoding="utf-8")
        assert not FORBIDDEN.search(re.sub(r"\(\*.*?\*\)", "", text, flags=re.DOTALL)), name


def test_assumptions_are_read_from_what_coq_prints() -> None:
    told = (
        "Axioms:\nClassicalDedekindReals.sig_not_dec : forall P : Prop, {~ ~ P} + {~ P}\n"
        "mine\n  : False\nFunctionalExtensionality.functional_extensionality_dep\n  : forall (A : Type), A\n"
    )
    assert assumptions(told) - ALLOWED == {"mine"}
    assert assumptions("Closed under the global context\n") == set()


def test_an_error_is_traced_to_its_certificate() -> None:
    certificates = [emit(claim) for claim in WRONG]
    text, starts = batch(certificates)
    line = next(n for n, line in enumerate(text.splitlines(), 1) if "Theorem missing_sum" in line)
    assert failing(f'File "Batch.v", line {line}, characters 0-4:\nError: no', starts) == 1


def test_without_coq_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="apt-get install coq libcoq-coquelicot"):
        Checker(cache=tmp_path)
