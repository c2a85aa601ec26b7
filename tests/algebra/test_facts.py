"""Facts that one pass found and the next one uses keep their own index names."""

from __future__ import annotations

import pytest
from sympy import Abs, Expr, Max, log, sqrt

from derivlab.algebra.canonical import new_ring
from derivlab.algebra.conditions import Condition
from derivlab.proof import Claim, verify
from derivlab.symbols import Context, Partial, dimensions, indices, matrix, total, vector

K, N = dimensions("K N")
i, j, k, l, n = indices("i j k l n")
w, y = vector("w", K), vector("y", N)
X, A = matrix("X", N, K), matrix("A", K, K)
HERE = Context.of(w, y, X, A)
DIAGONAL = total(w[l] * A[l, l], l, K)  # what a captured index would make of Σ_l w_l A_kl


@pytest.mark.parametrize("each", [log, sqrt])
def test_a_fact_about_rows_is_none_about_the_diagonal(each: type[Expr]) -> None:
    rows = total(each(total(w[l] * A[k, l], l, K)), k, K)
    for left, right in ((rows, rows + Abs(DIAGONAL) - DIAGONAL), (rows * Abs(DIAGONAL), rows * DIAGONAL)):
        assert verify(Claim(left, right, HERE)).verdict == "refuted"


def test_a_fact_keeps_its_name_in_another_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum over l is opened to a new name, never to the name over which the fact holds."""
    seen: list[Condition] = []
    state = Condition.state

    def watched(self: Condition, ring: object) -> None:
        seen.append(self)
        state(self, ring)  # type: ignore[arg-type]

    monkeypatch.setattr(Condition, "state", watched)
    argument = y[n] - total(X[n, l] * w[l], l, K)
    derivative = total(Partial(Max(argument, 0), w[j]), n, N)
    assert verify(Claim(derivative, derivative + total(X[n, j], n, N), HERE)).verdict == "refuted"
    assert seen
    for fact in seen:
        entries = [a for m in fact.polynomial for a, _ in m if a.kind == "sum"]
        assert all("~" in str(atom) for atom in entries), "the row's index was captured"


def test_reserved_names_are_not_made() -> None:
    ring = new_ring(HERE, 1000)
    ring.reserve(["~7", "#3", "i"])
    assert ring.fresh() == "~8"
