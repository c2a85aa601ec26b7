"""Random expressions: what is proved holds at special points as well, and every witness is confirmed."""

from __future__ import annotations

import pytest

from tests.proof.fuzzing import run, run_near_misses


@pytest.mark.parametrize("seed", range(4))
def test_rewritings_that_may_fail_at_special_points(seed: int) -> None:
    found = run_near_misses(50, seed)
    assert found.wrong == []
    assert found.counts["agree: proved"] > 10, "true rewritings are mostly proved"
    assert found.counts["agree: refuted"] > 5, "and false ones refuted, though only at special points"


@pytest.mark.parametrize("seed", range(2))
def test_unrelated_expressions(seed: int) -> None:
    found = run(80, seed)
    assert found.wrong == []
    assert found.counts["differ: refuted"] > 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 106))
def test_many_rewritings(seed: int) -> None:
    assert run_near_misses(500, seed).wrong == []
