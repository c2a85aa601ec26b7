"""`derivlab verify`: what it prints, and that its exit code is the truth."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len

import derivlab.models
from derivlab.cli.main import main
from derivlab.models import MODELS

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def without_times(text: str) -> Any:
    """The JSON output, but for how long things took."""
    found = json.loads(text)
    for model in found["models"]:
        for claim in model["claims"]:
            assert claim.pop("seconds") >= 0
    return found


def test_all_models_hold(derivlab: Run) -> None:
    done = derivlab("verify")
    assert (done.returncode, done.stderr) == (0, "")
    for model in MODELS.values():
        assert f"{model.name}: {model.title}" in done.stdout
    assert f"claims of {len(MODELS)} models hold" in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    assert "\x1b[" not in done.stdout


def test_json_has_every_claim_with_its_controls(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "softmax", "--json"]) == 0
    (model,) = without_times(capsys.readouterr().out)["models"]
    claims = {claim["claim"]: claim for claim in model["claims"]}
    assert set(claims) == {claim.name for claim in MODELS["softmax"].claims}
    jacobian = claims["Jacobian"]
    assert jacobian["verdict"] == "proved"
    assert jacobian["sizes"] == ["K"]
    assert 0 < jacobian["error"] < 1e-12
    assert {control["verdict"] for control in jacobian["controls"]} == {"refuted"}
    assert model["steps"] == model["steps_proved"] > 0


def with_claim(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Change the softmax model's Jacobian."""
    model = MODELS["softmax"]
    claims = [replace(claim, **changes) if claim.name == "Jacobian" else claim for claim in model.claims]
    changed = replace(model, claims=tuple(claims))
    monkeypatch.setattr(derivlab.models, "MODELS", {"softmax": changed})


def test_a_false_claim_is_told_with_its_witness(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    jacobian = next(claim for claim in MODELS["softmax"].claims if claim.name == "Jacobian")
    with_claim(monkeypatch, right=jacobian.wrong[0].right, wrong=())
    assert main(["verify", "softmax"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "REFUTED (!)" in told
    assert "(!) Jacobian: refuted, expected proved: K =" in told
    assert "(!) Jacobian: differs from autograd by" in told
    assert "1 of 3 claims not as they must be" in told


def test_a_control_that_is_not_refuted_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    jacobian = next(claim for claim in MODELS["softmax"].claims if claim.name == "Jacobian")
    with_claim(monkeypatch, wrong=(replace(jacobian.wrong[0], right=jacobian.right),))
    assert main(["verify", "softmax"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "wrong variant 'diagonal case for all entries' is proved" in told


def test_an_unknown_model_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "crossentropy"]) == 2
    assert (
        capsys.readouterr().err
        == "derivlab: there is no model `crossentropy`; did you mean `cross-entropy`?\n"
    )
    assert main(["verify", "qqq"]) == 2
    assert "the models are softmax, log-likelihood" in capsys.readouterr().err


@pytest.mark.slow
def test_the_output_does_not_hang_on_the_hash_seed(derivlab: Run) -> None:
    seen = [without_times(derivlab("verify", "--json", PYTHONHASHSEED=str(seed)).stdout) for seed in range(5)]
    assert all(found == seen[0] for found in seen)
