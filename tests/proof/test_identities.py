"""True identities of machine learning, written from the mathematics: proved; wrong variants: refuted."""

from __future__ import annotations

from typing import Any

import pytest

from derivlab.proof import Claim, Refuted, verify
from tests.proof.identities import ALL
from tests.proof.identities.identity import Identity


def params(field: str) -> list[Any]:
    """All identities; those with a known gap are expected to fail."""

    def marks(item: Identity) -> list[Any]:
        reason = getattr(item, field)
        return [pytest.mark.xfail(strict=True, reason=reason)] if reason else []

    return [pytest.param(item, id=item.name, marks=marks(item)) for item in ALL]


@pytest.mark.parametrize("item", params("gap"))
def test_proved(item: Identity) -> None:
    verdict = verify(Claim(item.left, item.right, item.context))
    assert verdict.verdict == "proved", verdict


@pytest.mark.parametrize("item", params("silent"))
def test_wrong_variant_is_refuted(item: Identity) -> None:
    verdict = verify(Claim(item.left, item.wrong, item.context))
    assert isinstance(verdict, Refuted), verdict
    assert verdict.witness.left != verdict.witness.right


@pytest.mark.parametrize(
    "item", [item for item in ALL if item.gap or item.silent], ids=lambda item: item.name
)
def test_what_is_not_decided_is_not_decided_wrongly(item: Identity) -> None:
    assert verify(Claim(item.left, item.right, item.context)).verdict != "refuted"
    assert verify(Claim(item.left, item.wrong, item.context)).verdict != "proved"


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len(ALL) >= 60
    assert len({item.name for item in ALL}) == len(ALL)
