"""The likely mistake of a refuted claim: kind, repair, and the rule that a repair is proved."""

from __future__ import annotations

import pytest
import sympy

from derivlab.diagnosis import Diagnosis, diagnose
from derivlab.diagnosis.kinds import KINDS
from derivlab.diagnosis.messages import ENGLISH
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
    (Partial(total(z[k] ** 3, k, K), z[i]), 3 * z[i], STATED, "missing factor"),
    (Partial(total(z[k], k, K) ** 2, z[i]), 2 * z[i], STATED, "missing sum"),
]


@pytest.mark.parametrize(("left", "right", "context", "kind"), CASES, ids=[case[3] for case in CASES])
def test_the_kind_is_named(left: sympy.Expr, right: sympy.Expr, context: Context, kind: str) -> None:
    found = diagnose(Claim(left, sympy.sympify(right), context))
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("name", MODELS)
def test_a_repair_is_proved(name: str) -> None:
    model = MODELS[name]
    for claim in model.claims:
        for wrong in claim.wrong:
            found = diagnose(Claim(claim.left, wrong.right, model.context))
            if found is not None:
                assert verify(Claim(claim.left, found.repair, model.context)).verdict == "proved"


def test_every_kind_has_sentences() -> None:
    named = {"sign of the whole", "assumption needed", *ENGLISH}
    assert {kind.name for kind in KINDS} - {"permuted indices"} <= named


def test_hints_come_in_levels() -> None:
    found = Diagnosis("missing factor", 2 * z[i], z[i], sympy.Integer(2))
    assert found.message(level=1) == "Look at z[i] again."
    assert found.message(level=2) == "A factor is missing at z[i]: 2."
    assert found.message(level=3).startswith("A factor is missing at z[i]: 2. Constant factors stay")
    assert found.message("instructor") == "missing factor 2 at z[i]"


def test_nothing_is_said_of_what_no_small_edit_repairs() -> None:
    far = total(sympy.exp(z[k]) * delta(i, k), k, K) ** 3 + sympy.sin(z[i])
    assert diagnose(Claim(Partial(J, z[i]), far, STATED)) is None
