"""Points are kept between claims; nothing that uses one may change it."""

from __future__ import annotations

import copy

import pytest
from sympy import log

from derivlab.models import MODELS
from derivlab.proof import sampling, verify
from derivlab.proof.claim import Claim
from derivlab.symbols import Context, dimension, index, total, vector

K, k, i = dimension("K"), index("k"), index("i")
p = vector("p", K)
CONTEXT = Context.of(p, assume=[(total(p[k], k, K), 1)])


def test_the_same_seed_gives_the_same_point() -> None:
    first = [dict(sample.values) for sample in sampling.samples(CONTEXT, ("K",), {})]
    kept = copy.deepcopy(first)
    verify(Claim(total(p[k], k, K), 1 + 0 * p[i], CONTEXT))
    verify(Claim(p[i], p[i] ** 2, CONTEXT))
    verify(Claim(log(p[i]), 2 * log(p[i]), CONTEXT))
    sampling._drawn.cache_clear()
    again = [dict(sample.values) for sample in sampling.samples(CONTEXT, ("K",), {})]
    assert first == kept == again


@pytest.mark.parametrize("name", sorted(MODELS))
def test_claims_leave_the_points_as_they_are(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    handed = []
    draw = sampling._drawn.__wrapped__

    def remembered(*args: object) -> object:
        point = draw(*args)
        handed.append((point, copy.deepcopy(point)))
        return point

    monkeypatch.setattr(sampling, "_drawn", remembered)
    for one in MODELS[name].claims:
        verify(Claim(one.left, one.right, MODELS[name].context))
    assert handed and all(now == before for now, before in handed)
