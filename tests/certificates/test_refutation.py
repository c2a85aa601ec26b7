"""A refutation says that the two sides differ at the witness: its text means that, and Coq accepts it."""

from __future__ import annotations

import shutil
from fractions import Fraction
from typing import Any

import pytest
from sympy import exp, log, sqrt

from derivlab.certificates import Certificate, Convexity, NotCertifiedError, certificate_of, emit, refute
from derivlab.certificates.coq import Checker
from derivlab.certificates.refutation import rational, written
from derivlab.certificates.words import coq_name
from derivlab.models import MODELS
from derivlab.notation.inputs import read_equation
from derivlab.proof import Claim, Refuted, Witness, verify, verify_convex
from derivlab.proof.verdict import Values
from derivlab.symbols import (
    BINARY,
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
from tests.certificates.gallina import sides

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


def as_function(values: Values) -> Any:
    """An array as nested functions of indices counted from 0."""
    if isinstance(values, tuple):
        return lambda k: as_function(values[k])
    return float(values)


@pytest.mark.parametrize("claim", [*FALSE, *variants()], ids=lambda claim: claim.name)
def test_the_text_means_that_the_sides_differ_there(claim: Claim) -> None:
    """Read from the text alone, both sides have the values that the witness tells."""
    verdict = verify(claim)
    assert isinstance(verdict, Refuted)
    witness = verdict.witness
    env: dict[str, Any] = {coq_name(name): as_function(value) for name, value in witness.values.items()}
    env |= {coq_name(name): size for name, size in witness.sizes.items()}
    env |= {coq_name(name): place - 1 for name, place in witness.indices.items()}
    left, right = sides(refute(claim, witness).statement, env)
    told = sorted((float(witness.left), float(witness.right)))
    assert sorted((left, right)) == pytest.approx(told, rel=1e-5, abs=1e-6)


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


def test_finite_sets_and_linked_assumptions_are_part_of_it() -> None:
    labels = Variable("t", (K,), BINARY)
    t = labels.node
    claim = Claim(t[i], 1 - t[i], Context.of(labels), "labels")
    said = refutation(claim).statement
    assert "(forall a_, (a_ < K)%nat -> t_ a_ = 0 \\/ t_ a_ = 1)" in said
    linked = Claim(z[i], 0 * z[i], Context.of(z, y, assume=[(z[i] + y[i], 1)]), "linked")
    verdict = verify(linked)
    assert isinstance(verdict, Refuted)
    with pytest.raises(NotCertifiedError, match="links what the claim speaks of"):
        refute(linked, verdict.witness)


def test_what_is_not_convex() -> None:
    found = refutation_of_convexity()
    assert found.statement.splitlines()[-2].endswith("<")
    assert "Theorem squared_error_is_convex_in_theta_is_false : exists " in found.statement
    assert r"y a_ = 0 \/ y a_ = 1" in found.statement


def refutation_of_convexity() -> Certificate:
    (claim,) = (claim for claim in MODELS["logistic"].convexity if not claim.holds)
    verdict = verify_convex(claim.objective, claim.by, claim.context)
    return certificate_of(Convexity(claim.objective, claim.by, claim.context, claim.name), verdict)


@needs_coq
@pytest.mark.slow
def test_coq_accepts_the_refutations(checker: Checker) -> None:
    chosen = [refutation(claim) for claim in [*FALSE, *variants()[::5]]]
    chosen.append(refutation_of_convexity())
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


def inverses() -> list[Certificate]:
    """Refutations of what is wrong of inverses."""
    given = (r"S \in \mathbb{R}^{n \times n}", r"X \in \mathbb{R}^{N \times n}", r"\lambda > 0")
    texts = (
        r"S^{-1} = S",
        r"(S^{-1} + I)^{-1} = S (S + 2 I)^{-1}",
        r"(X^\top X + \lambda I)^{-1} = (X^\top X + 2 \lambda I)^{-1}",
    )
    claims = [read_equation(text, given) for text in texts]
    return [
        refutation(Claim(one.left, one.right, one.context, f"inverse {number}"))
        for number, one in enumerate(claims)
    ]


def test_an_inverse_is_one_in_the_theorem_too() -> None:
    for found in inverses():
        assert "(forall i_row, (i_row < n)%nat -> forall j_column, (j_column < n)%nat" in found.statement
        assert "(delta i_row j_column)" in found.statement


@needs_coq
@pytest.mark.slow
def test_coq_accepts_witnesses_with_inverses(checker: Checker) -> None:
    assert {o.certificate.title: o.message for o in checker.check(inverses()) if not o.accepted} == {}
