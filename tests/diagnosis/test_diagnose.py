"""The likely mistake of a refuted claim: kind, repair, and the rule that a repair is proved."""

from __future__ import annotations

import pytest
import sympy

from derivlab.diagnosis import Diagnosis, catalogue, diagnose
from derivlab.diagnosis.english import ENGLISH
from derivlab.diagnosis.kinds import KINDS
from derivlab.diagnosis.messages import CATALOGUES, sentences
from derivlab.errors import InternalError, UsageError
from derivlab.models import MODELS
from derivlab.proof import Claim, verify
from derivlab.symbols import Context, Definition, Partial, delta, dimension, indices, total, vector

K = dimension("K")
i, j, k = indices("i j k")
z, y = vector("z", K), vector("y", K)
YHAT = Definition("yhat", sympy.exp(z[i]) / total(sympy.exp(z[k]), k, K), (i,), (K,))
yhat = YHAT.node
LOSS = Definition("J", -total(y[k] * sympy.log(yhat[k]), k, K))
J = LOSS.node
STATED = Context.of(z, y, define=[YHAT, LOSS], assume=[(total(y[k], k, K), 1)])
UNSTATED = Context.of(z, y, define=[YHAT, LOSS])

# (left, wrong right, context, kind)
CASES = [
    (Partial(J, z[i]), y[i] - yhat[i], STATED, "sign of the whole"),
    (Partial(J, z[i]), yhat[i] + y[i], STATED, "sign of a term"),
    (Partial(J, z[i]), 2 * (yhat[i] - y[i]), STATED, "extra factor"),
    (Partial(J, z[i]), yhat[i], STATED, "missing term"),
    (Partial(J, z[i]), yhat[i] - y[i] + z[i], STATED, "extra term"),
    (Partial(J, z[i]), yhat[i] - y[i], UNSTATED, "assumption needed"),
    (Partial(yhat[i], z[j]), yhat[i] * (1 - yhat[j]), STATED, "one case for all"),
    (Partial(total(z[k] ** 2, k, K), z[i]), z[i], STATED, "missing factor"),
    (Partial(total(z[k] ** 3, k, K), z[i]), 3 * z[i], STATED, "wrong exponent"),
    (Partial(total(z[k], k, K) ** 2, z[i]), 2 * z[i], STATED, "missing sum"),
    (
        Partial(total(sympy.exp(2 * z[k]), k, K), z[i]),
        sympy.exp(2 * z[i]),
        STATED,
        "forgotten chain-rule factor",
    ),
    (Partial(total(z[k] * y[k], k, K), z[i]), z[i], STATED, "wrong name"),
    (Partial(Partial(J, z[i]), z[j]), yhat[i] * (1 - yhat[i]), STATED, "one case for all"),
    (Partial(total(z[k], k, K), z[i]), K, STATED, "extra factor"),
]


@pytest.mark.parametrize(("left", "right", "context", "kind"), CASES, ids=[case[3] for case in CASES])
def test_the_kind_is_named(left: sympy.Expr, right: sympy.Expr, context: Context, kind: str) -> None:
    found = diagnose(Claim(left, sympy.sympify(right), context))
    assert found is not None
    assert found.kind == kind
    assert found.span is None


@pytest.mark.parametrize("name", MODELS)
def test_a_repair_is_proved(name: str) -> None:
    model = MODELS[name]
    for claim in model.claims:
        for wrong in claim.wrong[:1]:
            found = diagnose(Claim(claim.left, wrong.right, model.context))
            assert found is not None
            assert found.repaired is not None
            assert verify(Claim(claim.left, found.repaired, model.context)).verdict == "proved"


def test_a_claim_that_is_true_at_one_size_only() -> None:
    found = diagnose(Claim(total(z[k], k, K) ** 2, total(z[k] ** 2, k, K), Context.of(z)))
    assert found is not None
    assert (found.kind, found.detail) == ("true only at a size", "K = 1")
    assert verify(Claim(total(z[k], k, K) ** 2, found.repaired, Context.of(z))).verdict == "proved"
    assert found.message() == "This is true only for $K = 1$, and not for every size."


def test_a_linear_relation_is_the_last_resort() -> None:
    log = sympy.log(total(sympy.exp(z[k]), k, K))
    found = diagnose(Claim(log, 5 * log - 7, Context.of(z)))
    assert found is not None
    assert found.kind == "linear relation"
    assert verify(Claim(log, found.repaired, Context.of(z))).verdict == "proved"


def test_nothing_is_said_of_what_no_small_edit_repairs() -> None:
    far = total(sympy.exp(z[k]) * delta(i, k), k, K) ** 3 + sympy.sin(z[i])
    assert diagnose(Claim(Partial(J, z[i]), far, STATED)) is None


def test_a_true_claim_has_no_mistake_to_name() -> None:
    """Whoever asks for the mistake of a true claim is told of none that changes it."""
    found = diagnose(Claim(Partial(J, z[i]), yhat[i] - y[i], STATED))
    assert found is None or verify(Claim(Partial(J, z[i]), found.repaired, STATED)).verdict == "proved"


# ------------------------------------------------------------------------------- what is said


FOUND = Diagnosis("missing factor", "2 z_i", "z_i", "2", span=(3, 6))


def test_hints_come_in_levels() -> None:
    one, two, three = FOUND.hints("en")
    assert one == "Look at $z_i$ again."
    assert two == "A factor is missing at $z_i$: $2$."
    assert (
        three
        == f"{two} Constant factors stay: $(c u)' = c u'$. Compare the factors before and after the step."
    )
    assert FOUND.message("instructor", 2, "en") == "missing factor $2$ at $z_i$"


def test_the_mildest_hint_gives_nothing_away_where_no_piece_can_be_pointed_at() -> None:
    assert Diagnosis("sign of the whole", "-x", "x").message("student", 1, "en") == "Look at this line again."


def test_there_are_three_levels() -> None:
    with pytest.raises(UsageError, match="levels 1, 2 and 3, not 4"):
        FOUND.message("student", 4)


@pytest.mark.parametrize("kind", sorted({name for kind in KINDS for name in kind.names}))
def test_every_kind_of_the_table_has_sentences(kind: str) -> None:
    found = sentences(kind, "en")
    assert found.student.format(where="$u$", detail="$v$", assumption="$w$").endswith((".", "?"))
    assert found.rule.format().endswith(".")
    assert not found.instructor.endswith(".")


def test_a_kind_without_sentences_is_our_own_fault() -> None:
    with pytest.raises(InternalError, match="no sentence"):
        sentences("a kind that does not exist")


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_language_has_every_sentence_with_the_same_fields(language: str) -> None:
    words = CATALOGUES[language]
    assert set(words.kinds) == set(ENGLISH.kinds)
    assert set(words.steps) == set(ENGLISH.steps)
    assert set(words.labels) == set(ENGLISH.labels)
    for kind, english in ENGLISH.kinds.items():
        for field in ("{where}", "{detail}", "{assumption}"):
            assert (field in words.kinds[kind].student) == (field in english.student), (kind, field)


@pytest.mark.parametrize("stated", ["en_GB.UTF-8", "de_DE.UTF-8", "C", ""])
def test_a_language_that_is_not_there_falls_back_to_english(stated: str) -> None:
    assert catalogue(None, {"LANG": stated}) is ENGLISH
    assert catalogue("xx", {}) is ENGLISH


def test_a_catalogue_of_another_language_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setitem(CATALOGUES, "qq", replace(ENGLISH, look_at="??? {where}"))
    assert FOUND.message("student", 1, "qq") == "??? $z_i$"
    assert catalogue(None, {"LANG": "qq_QQ.UTF-8"}).look_at == "??? {where}"
