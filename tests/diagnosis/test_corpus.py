"""Measured: which step is the first wrong one, which kind of mistake is named, and how long it takes.

The ordinary run takes a fixed part of the two corpora; `-m slow` takes them whole and prints the figures.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from statistics import median

import pytest

from derivlab.diagnosis import Diagnosis, diagnose_stated
from derivlab.notation import StatedClaim, read_text
from derivlab.proof import Claim, verify
from derivlab.report.check import check_statements
from tests.diagnosis import corpus, corpus_documents
from tests.diagnosis.corpus import is_right, the_claim, wrong_claims
from tests.diagnosis.corpus_documents import Mistake, changed_claim, mistakes

RIGHT = 0.9  # of the kinds, asked
FOUND = 0.98  # of the first wrong steps, asked
SECONDS = 0.1  # median, asked; processor time
PART = 14  # the ordinary run takes every 14th claim
PART_OF_DOCUMENTS = 79
PART_OF_CHAINS = 101


@dataclass
class Tally:
    """What was measured."""

    right: int = 0
    unproved: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, claim: StatedClaim, label: str, good: object) -> Diagnosis | None:
        """Diagnose a claim; `good` says which kinds are right."""
        began = time.process_time()
        found = diagnose_stated(claim)
        self.seconds.append(time.process_time() - began)
        kind = "none" if found is None else found.kind
        if callable(good) and good(kind):
            self.right += 1
        else:
            self.missed.append(f"{label} → {kind}: {claim.left_text} = {claim.right_text}")
        if found is not None and not repaired_is_proved(claim, found):
            self.unproved.append(f"{found.kind}: {claim.left_text} = {found.repair}")
        return found

    def __str__(self) -> str:
        count = len(self.seconds)
        figures = f"{self.right} of {count} kinds right, median {median(self.seconds) * 1000:.0f} ms"
        return "\n".join([figures, *self.missed])


def repaired_is_proved(claim: StatedClaim, found: Diagnosis) -> bool:
    """Whether the repair, read from its LaTeX in the document, is proved; with what it needs assumed."""
    source = claim.extent.source.text
    start, end = claim.extent.relation_at, claim.extent.end
    if found.assumption:
        before = source[:start].rsplit("$$", 1)[0]
        equation = f"{claim.left_text} = {claim.right_text}"
        return verdict_of(f"{before}\n\nAssume ${found.assumption}$.\n\n$$ {equation} $$") == "proved"
    mark = source[start:end].index("=") + start + 1
    text = f"{source[:mark]} {found.repair}{source[end:]}"
    again = [one for one in read_text(text).claims if one.extent.relation_at == claim.extent.relation_at]
    if not again or again[0].shape_mismatch:
        return False
    one = again[0]
    return verify(Claim(one.left, one.right, one.context)).verdict == "proved"


def verdict_of(text: str) -> str:
    """The verdict on the last claim of a text."""
    one = read_text(text).claims[-1]
    return verify(Claim(one.left, one.right, one.context)).verdict


def measured(step: int) -> Tally:
    """The claims that were written for this test."""
    tally = Tally()
    for wrong in wrong_claims(step):
        tally.add(the_claim(wrong.text), wrong.kind, lambda kind, label=wrong.kind: is_right(kind, label))
    return tally


def measured_documents(found: Iterable[Mistake]) -> Tally:
    """The documents of the repository with mistakes put in."""
    tally = Tally()
    for mistake in found:
        tally.add(changed_claim(mistake), min(mistake.kinds), lambda kind, kinds=mistake.kinds: kind in kinds)
    return tally


def first_wrong_line(mistake: Mistake) -> int | None:
    """The line that is told as the first wrong one of the chain with the mistake."""
    claim = changed_claim(mistake)
    statements = read_text(mistake.text, mistake.path).statements
    chain = [one for one in statements if isinstance(one, StatedClaim) and one.chain == claim.chain]
    for checked in check_statements(chain):
        if checked.chain is not None and checked.chain.role == "first wrong":
            return checked.extent.line
    return None


def test_the_kind_is_right_on_a_part_of_the_corpus() -> None:
    tally = measured(PART)
    assert len(tally.seconds) >= 20
    assert not tally.unproved
    assert tally.right >= RIGHT * len(tally.seconds), str(tally)


def test_the_kind_is_right_on_a_part_of_the_documents() -> None:
    tally = measured_documents(mistakes(PART_OF_DOCUMENTS))
    assert len(tally.seconds) >= 8
    assert not tally.unproved
    assert tally.right >= RIGHT * len(tally.seconds), str(tally)


def test_the_first_wrong_step_is_found_in_a_part_of_the_chains() -> None:
    chains = [one for one in islice(mistakes(PART_OF_CHAINS), 12) if one.chain]
    assert len(chains) >= 2
    assert all(first_wrong_line(one) == changed_claim(one).extent.line for one in chains)


@pytest.mark.slow
def test_the_whole_corpus() -> None:
    tally = measured(1)
    print(tally)  # noqa: T201  the figures
    assert len(tally.seconds) >= 300
    assert not tally.unproved
    assert tally.right >= RIGHT * len(tally.seconds)
    assert median(tally.seconds) <= SECONDS


@pytest.mark.slow
def test_all_documents() -> None:
    tally = measured_documents(mistakes())
    print(tally)  # noqa: T201  the figures
    assert len(tally.seconds) >= 300
    assert not tally.unproved
    assert tally.right >= RIGHT * len(tally.seconds)
    assert median(tally.seconds) <= SECONDS


@pytest.mark.slow
def test_all_chains() -> None:
    chains = [one for one in mistakes(4) if one.chain]
    found = [first_wrong_line(one) == changed_claim(one).extent.line for one in chains]
    print(f"first wrong step found in {sum(found)} of {len(found)} chains")  # noqa: T201
    assert len(found) >= 60
    assert sum(found) >= FOUND * len(found)


def test_the_labels_are_kinds_with_sentences() -> None:
    from derivlab.diagnosis.english import ENGLISH

    named = {kind for one in corpus.candidates() for kind in corpus.NAMES.get(one.kind, {one.kind})}
    for mistake, _ in corpus_documents.candidates():
        named |= mistake.kinds
    assert named <= set(ENGLISH.kinds)
