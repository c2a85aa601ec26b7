"""The same verdicts and witnesses in every process: hash seeds, threads, order of questions."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SEEDS = range(5)

# Run in a process of its own: prints one line a claim.
PROGRAM = """
from sympy import Abs, Max, exp, log, tanh
from derivlab.calculus import gradient
from derivlab.models import MODELS
from derivlab.proof import Claim, verify, verify_convex
from derivlab.symbols import *
K, N = dimensions("K N"); i, j, k = indices("i j k")
x, z, A = vector("x", K), vector("z", K), matrix("A", N, K)
here = Context.of(x, z, A)
def show(verdict):
    kept = {name: getattr(verdict, name) for name in ("side_conditions", "witness", "reason", "residue",
            "tried", "steps_used", "certificate") if hasattr(verdict, name)}
    print(verdict.verdict, kept)
for model in MODELS.values():
    for claim in model.claims:
        show(verify(Claim(claim.left, claim.right, model.context)))
        for wrong in claim.wrong:
            show(verify(Claim(claim.left, wrong.right, model.context)))
    for claim in model.convexity:
        show(verify_convex(claim.objective, claim.by, claim.context))
    for name in model.gradients:
        found = gradient(model.objective if not model.context.shape(model.objective)
                         else model.context.definition(model.objective).head, name, model.context)
        print(found.closed_form, [(s.rule, str(s.after)) for s in found.steps])
for left, right in [
    (total(total(A[j, k] * A[j, i] * x[k] * z[i], k, K), i, K),
     total(total(A[j, k] * x[k], k, K) ** 2, i, K)),
    (total(Abs(x[k]) + Max(z[k], x[k]), k, K), total(Max(x[k], -x[k]) + Max(x[k], z[k]), k, K)),
    (total(1 / ((1 + exp(x[k])) * (2 + exp(x[k]))), k, K),
     total(1 / (1 + exp(x[k])) - 1 / (2 + exp(x[k])), k, K)),
    (log(x[i]) + tanh(z[j]), log(x[j]) + tanh(z[i])), (log(total(x[k], k, K)), total(log(x[k]), k, K)),
]:
    show(verify(Claim(left, right, here)))
"""


def output(seed: int) -> str:
    """What a process with that hash seed prints."""
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def printed() -> dict[int, str]:
    """The outputs of all seeds, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(SEEDS, pool.map(output, SEEDS), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed])
def test_a_hash_seed_changes_nothing(seed: int, printed: dict[int, str]) -> None:
    assert len(printed[0].splitlines()) > 40
    assert printed[seed] == printed[0]


def test_threads_and_order_change_nothing() -> None:
    from derivlab.models import MODELS
    from derivlab.proof import Claim, verify

    claims = [
        Claim(claim.left, right, model.context)
        for model in MODELS.values()
        for claim in model.claims
        for right in (claim.right, *(wrong.right for wrong in claim.wrong))
    ]
    alone = [verify(claim) for claim in claims]
    assert [verify(claim) for claim in reversed(claims)][::-1] == alone
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(verify, claims)) == alone
