"""Verification against autograd: reports, tolerances, and that a wrong gradient is noticed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from derivlab.errors import UsageError
from derivlab.models import MODELS, Model, ModelClaim
from derivlab.proof import Budget, Proved, Undecided
from derivlab.proof.indices import free_indices
from derivlab.symbols import Partial, free_symbols
from derivlab.verification import verify_model, verify_models
from derivlab.verification.autograd import agreement, derivative, inputs, relative_error
from derivlab.verification.report import TOLERANCE, Control, Row

CROSS = MODELS["cross-entropy"]
SOFTMAX = MODELS["softmax"]


@pytest.fixture(scope="module")
def reports() -> dict[str, object]:
    """Every model, verified once."""
    return {report.model.name: report for report in verify_models(list(MODELS.values()))}


@pytest.mark.parametrize("name", MODELS)
def test_every_model_holds(name: str, reports: dict[str, object]) -> None:
    report = reports[name]
    assert report.holds  # type: ignore[attr-defined]
    assert report.steps == report.steps_proved > 0  # type: ignore[attr-defined]
    for row in report.rows:  # type: ignore[attr-defined]
        assert row.verdict.verdict == row.expected
        assert all(control.holds for control in row.controls)
        assert row.error is None or row.error <= TOLERANCE


@pytest.mark.parametrize("name", MODELS)
def test_each_derivative_is_held_against_autograd(name: str, reports: dict[str, object]) -> None:
    rows = {row.claim: row for row in reports[name].rows}  # type: ignore[attr-defined]
    for claim in MODELS[name].claims:
        row = rows[claim.name]
        assert (row.points > 0) == claim.left.has(Partial)
        assert row.statement == f"{claim.left} = {claim.right}"
        assert row.sizes


def gradient_claim(model: Model, name: str) -> ModelClaim:
    return next(claim for claim in model.claims if claim.name == name)


@pytest.mark.parametrize(
    "factor", [1.0005, 2.0, -1.0, 1 + 1e-8], ids=["5e-4", "doubled", "wrong sign", "one in a hundred million"]
)
def test_a_wrong_compiled_gradient_is_detected(factor: float) -> None:
    """What gradient checkers with absolute tolerances let pass."""
    claim = gradient_claim(CROSS, "gradient by z")
    right = agreement(CROSS, claim)
    wrong = agreement(CROSS, replace(claim, right=claim.right * factor))
    assert right is not None
    assert wrong is not None
    assert right.error <= TOLERANCE < wrong.error


def mentions_every_index(claim: ModelClaim, right: object) -> bool:
    free = free_indices((claim.left,), CROSS.context)
    return set(free) <= set(free_symbols(right))  # type: ignore[arg-type]


@pytest.mark.xfail(strict=True, raises=UsageError, reason="the compiled side does not know the index's size")
def test_a_right_side_may_leave_out_an_index() -> None:
    claim = gradient_claim(CROSS, "back-propagation to W")
    found = agreement(CROSS, replace(claim, right=CROSS.context.variable("h").node[1]))
    assert found is not None
    assert found.error > TOLERANCE


def test_each_control_differs_from_autograd() -> None:
    """A wrong formula is wrong numerically as well, at some of the same inputs."""
    for model in MODELS.values():
        for claim in model.claims:
            if claim.left.has(Partial):
                for wrong in (w for w in claim.wrong if mentions_every_index(claim, w.right)):
                    found = agreement(model, replace(claim, right=wrong.right))
                    assert found is not None
                    assert found.error > TOLERANCE, (model.name, claim.name, wrong.mistake)


def test_a_wrong_claim_makes_the_report_fail() -> None:
    claim = gradient_claim(SOFTMAX, "Jacobian")
    broken = replace(SOFTMAX, claims=(replace(claim, right=-claim.right, wrong=()),))
    report = verify_model(broken)
    assert not report.holds
    assert report.rows[0].verdict.verdict == "refuted"
    assert report.rows[0].error is not None
    assert report.rows[0].error > TOLERANCE


def test_a_control_that_is_right_makes_the_report_fail() -> None:
    claim = gradient_claim(SOFTMAX, "Jacobian")
    wrong = (replace(claim.wrong[0], right=claim.right),)
    report = verify_model(replace(SOFTMAX, claims=(replace(claim, wrong=wrong),)), numeric=False)
    assert not report.holds


def test_a_small_budget_makes_it_undecided_and_not_hold() -> None:
    report = verify_model(SOFTMAX, budget=Budget(steps=2), numeric=False)
    assert not report.holds
    assert {row.verdict.verdict for row in report.rows} <= {"undecided", "proved"}


def test_without_numbers_there_are_no_errors() -> None:
    report = verify_model(SOFTMAX, numeric=False)
    assert all(row.error is None and row.points == 0 for row in report.rows)
    assert report.holds


def test_progress_is_told() -> None:
    told: list[str] = []
    verify_model(SOFTMAX, numeric=False, progress=told.append)
    assert [claim.name for claim in SOFTMAX.claims] == [
        name for name in told if not name.startswith("derive")
    ]
    assert any(name.startswith("derive") for name in told)


def test_inputs_meet_domains_and_assumptions() -> None:
    for values in inputs(CROSS):
        assert np.isclose(values["y"].sum(), 1)
    for values in inputs(MODELS["logistic"]):
        assert set(np.unique(values["y"])) <= {0.0, 1.0}
        assert values["lambda"] > 0
    assert len({values["z"].shape for values in inputs(SOFTMAX)}) > 2


def test_autograd_of_a_defined_quantity() -> None:
    """∂J/∂z with z = Wᵀh + b moves z alone."""
    values = next(inputs(CROSS))
    logits = values["W"].T @ values["h"] + values["b"]
    softmax = np.exp(logits - logits.max())
    softmax /= softmax.sum()
    assert np.allclose(derivative(CROSS, ["J", "z"], values), softmax - values["y"])
    jacobian = derivative(CROSS, ["yhat", "z"], values)
    assert np.allclose(jacobian, np.diag(softmax) - np.outer(softmax, softmax))


@pytest.mark.parametrize(
    ("left", "right", "error"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0, 2.0], [1.0, 2.2], 0.2 / 2.2),
        ([1.0], [np.nan], np.inf),
        ([0.0], [0.0], 0.0),
    ],
)
def test_relative_error(left: list[float], right: list[float], error: float) -> None:
    assert relative_error(np.array(left), np.array(right)) == pytest.approx(error)


def test_rows_hold_only_if_everything_does() -> None:
    row = Row("c", "a = b", "identity", Proved(), "proved", ("K",), 0.0)
    assert row.holds
    assert not replace(row, verdict=Undecided("why")).holds
    assert not replace(row, error=1e-3).holds
    assert not replace(row, controls=(Control("sign", SOFTMAX.claims[0].right, Proved()),)).holds
    assert replace(row, verdict=Proved(("x > 0",))).side_conditions == ("x > 0",)
