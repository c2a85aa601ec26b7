"""The readable statement says what the claim says: its value, read from the text alone, is the claim's."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from derivlab.certificates import emit
from derivlab.models import MODELS
from derivlab.proof.claim import Claim
from derivlab.proof.evaluate import Evaluator
from derivlab.symbols import Context, Partial, dimension, indices, matrix, total, vector
from tests.certificates.gallina import sides

CLAIMS = [
    pytest.param(Claim(c.left, right, m.context, c.name), id=f"{m.name}: {c.name}{n or ''}")
    for m in MODELS.values()
    for c in m.claims
    for n, right in enumerate((c.right, *(w.right for w in c.wrong)))
]


def both_readings(claim: Claim, seed: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """(left, right) by the certificate's text and by the evaluator, at one random point."""
    draw = random.Random(seed)
    sizes = {
        name: draw.randint(2, 3)
        for name in sorted({str(n) for v in claim.context.variables for n in v.shape})
    }
    values: dict[str, dict[tuple[int, ...], Fraction]] = {}
    env: dict[str, Any] = dict(sizes)
    for variable in claim.context.variables:
        shape = [range(1, sizes[str(n)] + 1) for n in variable.shape]
        values[variable.name] = {place: Fraction(draw.randint(1, 9), 8) for place in product(*shape)}
        env[variable.name] = as_function(values[variable.name], len(shape))
    written = emit(claim)
    free = {s: 1 + draw.randrange(2) for s in indices("i j k")}
    env |= {symbol.name: place - 1 for symbol, place in free.items()}
    evaluator = Evaluator(claim.context, sizes, values)
    exact = [float(evaluator.value(side, free)) for side in (claim.left, claim.right)]
    return sides(written.statement, env), (exact[0], exact[1])


def as_function(entries: dict[tuple[int, ...], Fraction], rank: int) -> Any:
    """An array as nested functions of indices counted from 0; 0 outside."""
    if rank == 0:
        return float(entries[()])
    if rank == 1:
        return lambda a: float(entries.get((a + 1,), 0))
    return lambda a: lambda b: float(entries.get((a + 1, b + 1), 0))


@pytest.mark.parametrize("claim", CLAIMS)
def test_statement_has_the_value_of_the_claim(claim: Claim) -> None:
    for seed in range(3):
        written, exact = both_readings(claim, seed)
        assert written == pytest.approx(exact, rel=1e-5, abs=1e-6)


def test_a_swapped_index_is_seen() -> None:
    K, d = dimension("K"), dimension("d")
    i, j, k = indices("i j k")
    A, B = matrix("A", K, K), vector("x", K)
    context = Context.of(A, B)
    right = Claim(Partial(total(A[i, k] * B[k], k, K), B[j]), A[i, j], context, "row")
    swapped = Claim(right.left, A[j, i], context, "row")
    assert d.is_positive
    said = emit(right).statement.replace("A i j", "A j i")
    assert said == emit(swapped).statement
    seen = [both_readings(swapped, seed)[0] for seed in range(5)]
    assert any(left != pytest.approx(other) for left, other in seen)


def test_a_bound_index_that_is_also_free_is_not_captured() -> None:
    K = dimension("K")
    k = indices("k i")[0]
    z = vector("z", K)
    claim = Claim(Partial(total(z[k] ** 2, k, K), z[k]), 2 * z[k], Context.of(z), "capture")
    written, exact = both_readings(claim, 1)
    assert written == pytest.approx(exact, rel=1e-5)
