"""`derivlab certify --check`: Coq's word on models and documents."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from derivlab.cli.main import main

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed"),
]
SHARE = 0.9  # of the proved equations of the documents that must be certified


@pytest.fixture(autouse=True)
def one_library(cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_home))


def test_a_model_and_what_verify_then_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["certify", "softmax", "--check", "--out", str(tmp_path)]) == 0
    assert "all 3 proved claims certified" in capsys.readouterr().out
    assert main(["verify", "softmax", "--json"]) == 0
    (model,) = json.loads(capsys.readouterr().out)["models"]
    assert {claim["certificate"] for claim in model["claims"]} == {"checked"}


def test_most_of_what_is_proved_in_documents_is_certified(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = sorted(map(str, [*(root / "tests" / "claims").glob("*.md"), *(root / "proofs").glob("*.md")]))
    main(["certify", *documents, "--check", "--json", "--out", str(tmp_path)])
    rows = json.loads(capsys.readouterr().out)["claims"]
    certified = [row for row in rows if row["state"] == "certified"]
    assert len(rows) > 40
    assert len(certified) >= SHARE * len(rows)
    assert [row for row in rows if row["state"] != "certified" and not row["reason"]] == []
