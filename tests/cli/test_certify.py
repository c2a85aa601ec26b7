"""`derivlab certify`: what it writes, what it says, and its exit code."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from derivlab.cli import certify
from derivlab.errors import UsageError

DOCUMENT = r"""Let $x \in \mathbb{R}$.

$$ (x + 1)^2 = x^2 + 2 x + 1 $$

$$ (x + 1)^2 = x^2 + 1 $$

$$ \frac{d}{dx} |x|^3 = 3 x |x| $$
"""


def call(*words: str) -> int:
    """The exit code of `derivlab certify WORDS`."""
    parser = argparse.ArgumentParser()
    certify.add_arguments(parser)
    return certify.run(parser.parse_args(words))


def test_a_file_for_each_proved_claim(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("softmax", "--out", str(tmp_path)) == 0
    found = {path.name for path in (tmp_path / "softmax").iterdir()}
    assert found == {"shift_invariance.v", "entries_sum_to_one.v", "jacobian.v"}
    text = (tmp_path / "softmax" / "jacobian.v").read_text(encoding="utf-8")
    assert text.startswith("From Derivlab Require Import Certificate.")
    assert "is_derive (fun t => p K (upd z j t) i) (z j)" in text
    assert "all 3 proved claims written" in capsys.readouterr().out


def test_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "square.md"
    document.write_text(DOCUMENT, encoding="utf-8")
    code = call(str(document), "--out", str(tmp_path / "out"), "--json")
    rows = {row["claim"]: row for row in json.loads(capsys.readouterr().out)["claims"]}
    assert rows["line 3"]["state"] == "written"
    assert Path(rows["line 3"]["file"]).is_file()
    assert "line 5" not in rows  # a claim that is not proved has no certificate
    if "line 7" in rows:  # proved, and outside what the library holds
        assert code == 1
        assert rows["line 7"]["state"] == "not certified"
        assert "the library has no" in rows["line 7"]["reason"]


def test_an_unknown_target_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`softmix` is neither a model"):
        call("softmix", "--out", str(tmp_path))


def test_checking_without_coq_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="`coqc` is not on the PATH"):
        call("softmax", "--check", "--out", str(tmp_path))


def test_the_committed_certificates_are_what_is_written(root: Path, tmp_path: Path) -> None:
    """`derivlab certify && derivlab certify proofs/three_layers.md` writes them anew."""
    assert call("--out", str(tmp_path)) == 0
    assert call(str(root / "proofs" / "three_layers.md"), "--out", str(tmp_path)) == 0
    written = {path.relative_to(tmp_path): path.read_text() for path in tmp_path.rglob("*.v")}
    folder = root / "proofs" / "certificates"
    assert {path.relative_to(folder): path.read_text() for path in folder.rglob("*.v")} == written


def test_refuted_claims_have_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "square.md"
    document.write_text(DOCUMENT, encoding="utf-8")
    call(str(document), "--refuted", "--out", str(tmp_path / "out"), "--json")
    rows = {row["claim"]: row for row in json.loads(capsys.readouterr().out)["claims"]}
    assert (rows["line 5"]["verdict"], rows["line 5"]["state"]) == ("refuted", "written")
    text = Path(rows["line 5"]["file"]).read_text(encoding="utf-8")
    assert text.startswith("From Derivlab Require Import Refutation.")
    assert "Theorem line_5_is_false : exists (x : R)," in text
    assert rows["line 3"]["verdict"] == "proved"


def test_a_models_wrong_variants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("softmax", "--refuted", "--out", str(tmp_path)) == 0
    told = capsys.readouterr().out
    assert "softmax: Jacobian, missing delta (refuted): written" in told
    assert "all 9 proved and refuted claims written" in told
