"""A refutation says that the two sides differ at the witness: its text means that, and Coq accepts it."""

from __future__ import annotations

import shutil
from fractions import Fraction

import pytest
from sympy import exp, log, sqrt

from derivlab.certificates import Certificate, NotCertifiedError, certificate_of, emit, refute
from derivlab.certificates.coq import Checker
from derivlab.certificates.refutation import rational, written
from derivlab.models import MODELS
from derivlab.proof import Claim, Refuted, Witness, verify
from derivlab.symbols import Context, Partial, delta, dimensions, indices, matrix, scalar, total, vector

needs_coq = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed")

K, d = dimensions("K d")
i, j, k = indices("i j k")
x, s = scalar("x"), scalar("s", positive=True)
z, y, q = vector("z", K), vector("y", K), vector("q", K, positive=True)
W = matrix("W", d, K)

FALSE = [
    Claim((x + 1) ** 2, x**2 + 1, Context.of(x), "binomial"),
    Claim(Partial(log(s), s), 1 / s**2, Context.of(s), "logarithm"),
    Claim(Partial(sqrt(1 + x**2), x), x, Context.of(x), "root"),
    Claim(Partial(total(y[k] * log(q[k]), k, K), q[i]), y[i], Context.of(q, y), "log of positives"),
    Claim(Partial(Partial(total(exp(z[k]), k, K), z[i]), z[j]), exp(z[i]), Context.of(z), "missing delta"),
    Claim(
        total(Partial(exp(z[k]) * z[k], z[k]), k, K), total(exp(z[k]), k, K), Context.of(z), "inside a sum"
    ),
    Claim(
        Partial(total(W[j, k] * y[k], k, K), y[i]),
        W[j, i] * delta(j, j) + 1,
        Context.of(W, y, assume=[(total(y[k], k, K), 1)]),
        "with an assumption",
    ),
]


def refutation(claim: Claim) -> Certificate:
    verdict = verify(claim)
    assert isinstance(verdict, Refuted)
    return refute(claim, verdict.witness)


def variants() -> list[Claim]:
    """The wrong variants that the models list."""
    return [
        Claim(c.left, w.right, model.context, f"{model.name}, {c.name}, {w.mistake}")
        for model in MODELS.values()
        for c in model.claims
        for w in c.wrong
    ]


@pytest.mark.parametrize("claim", [*FALSE, *variants()], ids=lambda claim: claim.name)
def test_there_is_a_refutation_of_every_false_claim(claim: Claim) -> None:
    found = refutation(claim)
    assert found.library == "Refutation"
    assert "<>" in found.statement
    said, meant = found.statement.splitlines(), emit(claim).statement.splitlines()
    definitions = [line for line in meant if line.startswith("Definition")]
    assert [line for line in said if line.startswith("Definition")] == definitions
    assert any(line.startswith(f"Theorem {found.theorem} : exists ") for line in said)


def test_numbers_and_arrays_as_coq_writes_them() -> None:
    assert rational(Fraction(-3, 4)) == "- (3) * / 4"
    assert rational(Fraction(7)) == "7"
    rows = ((Fraction(1), Fraction(2)), (Fraction(3), Fraction(0)))
    assert written(rows) == (
        "(fun a_ => match a_ with 0%nat => (fun b_ => match b_ with 0%nat => 1 | 1%nat => 2 | _ => 0 end)"
        " | 1%nat => (fun b_ => match b_ with 0%nat => 3 | 1%nat => 0 | _ => 0 end)"
        " | _ => (fun _ => 0) end)"
    )


def test_what_has_no_refutation_says_why() -> None:
    claim = Claim(abs(x), x, Context.of(x), "absolute value")
    with pytest.raises(NotCertifiedError, match="the library has no Abs"):
        refutation(claim)
    with pytest.raises(NotCertifiedError, match="no value of x"):
        refute(FALSE[0], Witness({}, {}, {}, "", ""))
    with pytest.raises(NotCertifiedError, match="too large"):
        refute(
            Claim(z[i], y[i], Context.of(z, y)),
            Witness({"K": 99}, {"i": 1}, dict.fromkeys("zy", (Fraction(0),) * 99), "", ""),
        )


def test_the_verdict_decides_what_is_certified() -> None:
    true = Claim(x + x, 2 * x, Context.of(x), "double")
    assert certificate_of(true, verify(true)) == emit(true)
    assert certificate_of(FALSE[0], verify(FALSE[0])) == refutation(FALSE[0])


@needs_coq
@pytest.mark.slow
def test_coq_accepts_the_refutations(checker: Checker) -> None:
    chosen = [refutation(claim) for claim in [*FALSE, *variants()[::5]]]
    outcomes = checker.check(chosen)
    assert {o.certificate.title: o.message for o in outcomes if not o.accepted} == {}


@needs_coq
@pytest.mark.slow
def test_coq_refuses_what_is_no_refutation(checker: Checker) -> None:
    """A point at which both sides are equal, one outside of the domain, one where a side has no value."""
    at = {"i": 1}
    wrong = [
        refute(FALSE[0], Witness({}, {}, {"x": Fraction(0)}, "", "")),
        refute(FALSE[1], Witness({}, {}, {"s": Fraction(-1)}, "", "")),
        refute(Claim(1 / x, 2 / x, Context.of(x), "no value"), Witness({}, {}, {"x": Fraction(0)}, "", "")),
        refute(
            Claim(y[i], z[i], Context.of(y, z, assume=[(total(y[k], k, K), 1)]), "assumption"),
            Witness({"K": 1}, at, {"y": (Fraction(2),), "z": (Fraction(1),)}, "", ""),
        ),
        refute(
            Claim((x + 1) ** 2, x**2 + 2 * x + 1, Context.of(x), "true"),
            Witness({}, {}, {"x": Fraction(3)}, "", ""),
        ),
    ]
    outcomes = checker.check(wrong)
    assert [o.certificate.title for o in outcomes if o.accepted] == []
