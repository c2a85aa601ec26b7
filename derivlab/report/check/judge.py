"""Each statement of a document to a verdict: the proof floor decides, here it is only asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from derivlab.diagnosis import Diagnosis
from derivlab.errors import DerivlabError, OutsideClassError, ShapeError, UnreadableError, UsageError
from derivlab.notation import Assumed, ChainEnds, Extent, Source, StatedClaim, Statement, Unread, load, read
from derivlab.proof import (
    Claim,
    Proved,
    Refuted,
    Undecided,
    Verdict,
    satisfiable,
    semidefinite,
    verify,
    verify_order,
)
from derivlab.report.check.advice import advised, solved
from derivlab.report.check.chains import Chains, ChainStep
from derivlab.report.check.convexity import NOT, convexity, quantified
from derivlab.report.check.witness import Evidence, evidence_of, shape_evidence

CURVED = tuple(
    f"{no}{how}{what}" for no in ("", "not ") for how in ("", "strictly ") for what in ("convex", "concave")
)
VERDICTS = ("proved", "refuted", "undecided", "unreadable")


@dataclass(frozen=True)
class Checked:
    """A statement with its verdict.

    Attributes:
        extent: where it stands.
        left, right: both sides as they are written.
        verdict: proved, refuted, undecided or unreadable.
        reading: what was understood.
        reason: why it is not proved.
        hint: for unreadable ones, what to write instead.
        at: offsets of the term that the message is about.
        kind: claim, chain (its first side against its last) or note (a reading that was taken).
        diagnosis: the likely mistake of a refuted claim, where one was found.
        chain: for a step of a chain, which one it is and how it stands to the first wrong step.
        difference: left − right in simplest form, where no likely mistake was found.
        solution: a right side that is proved, where it was asked for.
    """

    extent: Extent
    left: str
    right: str
    verdict: str
    relation: str = "="
    reading: str = ""
    reason: str = ""
    hint: str = ""
    side_conditions: tuple[str, ...] = ()
    evidence: Evidence | None = None
    steps_used: int = 0
    at: tuple[int, int] = (0, 0)
    kind: str = "claim"
    diagnosis: Diagnosis | None = None
    chain: ChainStep | None = None
    difference: str = ""
    solution: str = ""


@dataclass
class Summary:
    """How many claims have each verdict."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VERDICTS, 0))

    def add(self, verdict: str) -> None:
        self.counts[verdict] += 1


@dataclass(frozen=True)
class CheckedFile:
    """A file with everything that was checked in it; `problem` if it could not be opened as text."""

    path: str
    checked: tuple[Checked, ...]
    source: Source | None = None
    problem: str = ""

    @property
    def claims(self) -> tuple[Checked, ...]:
        return tuple(one for one in self.checked if one.kind == "claim")

    @property
    def chains(self) -> tuple[Checked, ...]:
        return tuple(one for one in self.checked if one.kind == "chain")

    @property
    def notes(self) -> tuple[Checked, ...]:
        return tuple(one for one in self.checked if one.kind == "note")


def check_file(path: str, solutions: bool = False) -> tuple[Source | None, Iterator[Checked], str]:
    """The source of a file, its verdicts as they are made, and why it cannot be read, if so."""
    try:
        source = load(path)
    except (UsageError, UnreadableError) as error:
        return None, iter(()), str(error)
    return source, check_statements(read(source), solutions), ""


def check_statements(statements: Iterable[Statement], solutions: bool = False) -> Iterator[Checked]:
    """The verdicts on all claims, assumptions without a solution and what was not read.

    Refuted claims come with their likely mistake; with `solutions`, with a right side that is proved.
    """
    chains = Chains()
    for statement in statements:
        if isinstance(statement, Unread):
            yield unreadable(statement)
        elif isinstance(statement, StatedClaim):
            found = judge(statement)
            step = chains.step(statement, found.verdict)
            found = advised(statement, replace(found, chain=step))
            yield solved(statement, found) if solutions else found
        elif isinstance(statement, ChainEnds):
            yield replace(judge(statement.claim), kind="chain")
        elif isinstance(statement, Assumed):
            yield from unsatisfied(statement)
        elif statement.notes:
            yield told(statement)


def unreadable(statement: Unread) -> Checked:
    """What was not read, with the place and the reason."""
    error = statement.error
    return Checked(
        statement.extent,
        statement.left_text,
        statement.right_text,
        "unreadable",
        reason=error.message,
        hint=error.hint,
        at=(error.start, error.end),
    )


def told(statement: Statement) -> Checked:
    """The readings that were taken in a definition or a declaration."""
    text = statement.extent.source.text[statement.extent.start : statement.extent.end]
    reason = "; ".join(statement.notes)
    return Checked(statement.extent, " ".join(text.split()), "", "note", reason=reason, kind="note")


def unsatisfied(statement: Assumed) -> Iterator[Checked]:
    """An assumption that no values were found to satisfy: from it nothing would follow."""
    if satisfiable(statement.context):
        return
    left, _, right = statement.text.partition("=")
    yield Checked(
        statement.extent,
        left.strip(),
        right.strip(),
        "undecided",
        reading=f"assumption: {statement.text}",
        reason="no values were found that satisfy this assumption together with what is known before it;"
        " nothing follows from it",
        at=(statement.extent.start, statement.extent.end),
    )


def judge(claim: StatedClaim) -> Checked:
    """The verdict on one claim; another layout of gradients counts where the equation is right in it."""
    first = _judged(claim)
    if first.verdict == "proved":
        return first
    for name, other in claim.other_layouts:
        second = _judged(other)
        if second.verdict == "proved":
            return replace(
                second, reading=f"{other.reading} ({name})" if name not in other.reading else other.reading
            )
    return first


def _judged(claim: StatedClaim) -> Checked:
    base = Checked(
        claim.extent, claim.left_text, claim.right_text, "undecided", claim.relation, reading=claim.reading,
        at=_side_at(claim),
    )  # fmt: skip
    if claim.shape_mismatch:
        return replace(
            base,
            verdict="refuted",
            reason=claim.shape_mismatch,
            at=claim.mismatch_at,
            evidence=shape_evidence(claim),
        )
    try:
        verdict = decide(claim)
    except ShapeError as error:
        return replace(
            base, verdict="refuted", reason=error.message, evidence=shape_evidence(claim, error.message)
        )
    except UnreadableError as error:
        return replace(base, verdict="unreadable", reason=error.message, hint=error.hint)
    except (OutsideClassError, RecursionError) as error:
        return replace(base, reason=str(error) or "the expression is nested too deeply")
    return _curved(claim, base, verdict) if claim.relation in CURVED else _with(base, verdict)


def _curved(claim: StatedClaim, base: Checked, verdict: Verdict) -> Checked:
    """A claim about convexity, with its quantifiers; what denies it is proved by what refutes it."""
    reading, reason = quantified(claim, verdict)
    found = _with(base, verdict)
    turned = {"proved": "refuted", "refuted": "proved"} if claim.relation.startswith(NOT) else {}
    told = "; ".join(part for part in (reason, found.reason) if part)
    return replace(
        found,
        verdict=turned.get(found.verdict, found.verdict),
        reading=f"{found.reading}, {reading}" if reading else found.reading,
        reason="" if turned.get(found.verdict) == "proved" else told,
    )


def _side_at(claim: StatedClaim) -> tuple[int, int]:
    """The right side, for the caret."""
    extent = claim.extent
    return (extent.relation_at + 1, extent.end) if extent.relation_at >= 0 else (extent.start, extent.end)


def _with(base: Checked, verdict: Verdict) -> Checked:
    """The verdict of the proof floor in this floor's words."""
    match verdict:
        case Proved(side_conditions=conditions, steps_used=steps):
            return replace(base, verdict="proved", side_conditions=conditions, steps_used=steps)
        case Refuted(witness=witness, steps_used=steps):
            failing = "the two sides differ" if base.relation == "=" else "it fails"
            reason = f"{failing}: {witness.text()}"
            return replace(
                base, verdict="refuted", reason=reason, evidence=evidence_of(witness), steps_used=steps
            )
        case Undecided(reason=reason, residue=residue, tried=tried, steps_used=steps):
            left = f"; left over: {residue}" if residue else ""
            after = f"; tried: {', '.join(tried)}" if tried else ""
            return replace(base, reason=f"{reason}{left}{after}", steps_used=steps)


def decide(claim: StatedClaim) -> Verdict:
    """Ask the proof floor, by the relation of the claim."""
    decider = DECIDERS.get(claim.relation)
    if decider is None:
        return Undecided(f"claims with `{claim.relation}` are read but not decided")
    return decider(claim)


def _equal(claim: StatedClaim) -> Verdict:
    return verify(Claim(claim.left, claim.right, claim.context))


def _ordered(claim: StatedClaim) -> Verdict:
    return verify_order(claim.left, claim.relation, claim.right, claim.context)


def _semidefinite(claim: StatedClaim) -> Verdict:
    (row, size), (column, _) = claim.indices[-2:]
    return semidefinite(claim.left, (row,), (column,), (size,), claim.context, strict=claim.relation == "≻")


DECIDERS = {
    **dict.fromkeys("≥>≤<≠", _ordered),
    "=": _equal,
    **dict.fromkeys("⪰≻", _semidefinite),
    **dict.fromkeys(CURVED, convexity),
}
WORDS = re.compile(r"\s+")

__all__ = ["Checked", "CheckedFile", "DerivlabError", "Summary", "check_file", "check_statements", "judge"]
