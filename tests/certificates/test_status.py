"""Which claims carry a certificate, without Coq."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sympy import exp

from derivlab.certificates import certificate_status, emit
from derivlab.certificates.coq import library_key, mark, one_at_a_time, remembered
from derivlab.proof import Claim, Proved, Undecided, verify
from derivlab.symbols import Context, Partial, scalar

x = scalar("x")
TRUE = Claim(Partial(exp(x), x), exp(x), Context.of(x), "exponential")
FALSE = replace(TRUE, right=x)


@pytest.fixture(autouse=True)
def no_coq(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def remember(claim: Claim, cache: Path) -> None:
    folder = cache / f"{library_key()}-anyversion"
    folder.mkdir(parents=True)
    (folder / mark(emit(claim))).touch()


def test_written_until_coq_has_accepted_it(tmp_path: Path) -> None:
    verdict = verify(TRUE)
    assert certificate_status(TRUE, verdict, tmp_path).state == "written"
    remember(TRUE, tmp_path)
    found = certificate_status(TRUE, verdict, tmp_path)
    assert (found.state, found.theorem, bool(found)) == ("checked", "exponential", True)


def test_another_name_is_the_same_theorem_and_another_claim_is_not(tmp_path: Path) -> None:
    remember(TRUE, tmp_path)
    assert remembered(emit(replace(TRUE, name="something else")), tmp_path)
    other = Claim(Partial(2 * exp(x), x), 2 * exp(x), Context.of(x), "exponential")
    assert remembered(emit(other), tmp_path) is None


def test_another_library_forgets(tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef-anyversion").mkdir()
    (tmp_path / "0123456789abcdef-anyversion" / mark(emit(TRUE))).touch()
    assert remembered(emit(TRUE), tmp_path) is None


def test_a_refuted_claim_has_its_own(tmp_path: Path) -> None:
    remember(TRUE, tmp_path)
    found = certificate_status(FALSE, verify(FALSE), tmp_path)
    assert (found.state, found.theorem) == ("written", "exponential_is_false")


def test_without_one_it_says_why(tmp_path: Path) -> None:
    claim = Claim(abs(x), abs(x), Context.of(x))
    found = certificate_status(claim, Proved(), tmp_path)
    assert (found.state, bool(found), found.reason) == ("none", False, "the library has no Abs")
    assert certificate_status(TRUE, Undecided("no"), tmp_path).reason == "undecided"


def test_what_coq_refused_is_not_certified_until_it_is_accepted(tmp_path: Path) -> None:
    remember(FALSE, tmp_path)
    folder = tmp_path / f"{library_key()}-anyversion"
    (folder / mark(emit(TRUE), "refused")).write_text("Error: no", encoding="utf-8")
    found = certificate_status(TRUE, verify(TRUE), tmp_path)
    assert (found.state, found.reason) == ("none", "Coq: Error: no")
    (folder / mark(emit(TRUE))).touch()
    assert certificate_status(TRUE, verify(TRUE), tmp_path).state == "checked"


def test_a_lock_is_held_by_one_and_outlives_no_one(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with one_at_a_time(path):
        assert path.is_file()
    assert not path.exists()
    path.touch()
    os.utime(path, (1, 1))
    with one_at_a_time(path):
        assert path.stat().st_mtime > 1
