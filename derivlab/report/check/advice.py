"""What is said beside a verdict: the likely mistake, the difference of both sides, a chain's first error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derivlab.diagnosis import catalogue, diagnose_stated, difference, solution
from derivlab.notation import StatedClaim

if TYPE_CHECKING:
    from derivlab.report.check.judge import Checked


@dataclass(frozen=True)
class Telling:
    """How much is said of a mistake, and in which language.

    Attributes:
        level: 1 where it is, 2 what kind of mistake, 3 the rule as well.
        language: two letters; None for the one of the environment.
    """

    level: int = 2
    language: str | None = None


def advised(claim: StatedClaim, checked: Checked) -> Checked:
    """A refuted claim with its likely mistake and the place of it; anything else as it is."""
    right_again = checked.chain is not None and checked.chain.role == "right again"
    if checked.verdict != "refuted" or claim.relation != "=" or right_again:
        return checked
    found = diagnose_stated(claim)
    if found is None:
        return replace(checked, difference=difference(claim))
    return replace(checked, diagnosis=found, at=found.span or checked.at)


def solved(claim: StatedClaim, checked: Checked) -> Checked:
    """A claim that is not proved, with a right side that is."""
    right_again = checked.chain is not None and checked.chain.role == "right again"
    if checked.verdict == "proved" or claim.relation != "=" or right_again:
        return checked
    found = checked.diagnosis
    text = found.repair if found is not None and not found.assumption else solution(claim)
    return replace(checked, solution=text)


def facts_of(one: Checked, telling: Telling) -> list[tuple[str, str]]:
    """What is said of a mistake, each with its label, in order."""
    words = catalogue(telling.language)
    texts = (
        (words.labels["chain"], told_of_chain(one, telling)),
        (words.labels["hint"], told(one, telling)),
        (words.labels["solution"], f"${one.solution}$" if one.solution else ""),
    )
    return [(label, text) for label, text in texts if text]


def told(one: Checked, telling: Telling) -> str:
    """The likely mistake in a sentence; the difference of both sides where none was found."""
    if one.diagnosis is not None:
        return one.diagnosis.message("student", telling.level, telling.language)
    if one.difference and telling.level > 1:
        return catalogue(telling.language).difference.format(difference=f"${one.difference}$")
    return ""


def told_of_chain(one: Checked, telling: Telling) -> str:
    """How a step stands in its chain, once something in it is wrong."""
    if one.chain is None or not one.chain.role:
        return ""
    return catalogue(telling.language).steps[one.chain.role].format(line=one.chain.wrong_line)
