"""What a panel of the HTML form says about one statement: reading, evidence, diagnosis, derivation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sympy import Expr, Indexed, Symbol

from derivlab.errors import DerivlabError
from derivlab.notation import StatedClaim
from derivlab.report.check import advice
from derivlab.report.check.judge import Checked
from derivlab.report.check.witness import Evidence
from derivlab.report.names import symbol_name
from derivlab.report.phrases import equation
from derivlab.report.printer import latex
from derivlab.report.web.formulas import formula, with_formulas
from derivlab.symbols import Context, Partial

PANEL_WIDTH = 34.0  # em, the room for a formula in a panel
MOST_STEPS = 40
PROVED = "true for all sizes and for all values at which both sides are defined"
MEANING = {
    "proved": PROVED,
    "refuted": "false: the two sides differ at the values below",
    "undecided": "neither proved nor refuted",
    "unreadable": "not understood, so neither right nor wrong",
    "note": "how this was read",
}


@dataclass(frozen=True)
class Fact:
    """A line of a panel: what it is about, and HTML that says it."""

    key: str
    value: Markup


def told(one: Checked) -> str:
    """The one line that hovering over a mark shows."""
    if one.verdict == "proved":
        conditions = f" (where {', '.join(one.side_conditions)})" if one.side_conditions else ""
        return f"proved: {PROVED}{conditions}"
    if one.verdict == "note":
        return f"read as: {one.reason}"
    return f"{one.verdict}: {one.reason or MEANING[one.verdict]}"


def facts_of(one: Checked, claim: StatedClaim | None) -> tuple[Fact, ...]:
    """All lines of the panel, in the order of interest."""
    context = claim.context if claim is not None else Context()
    return tuple(_facts(one, claim, context))


def _facts(one: Checked, claim: StatedClaim | None, context: Context) -> Iterator[Fact]:
    what = MEANING[one.verdict]
    if one.evidence is None and one.verdict == "refuted":
        what = f"false: {one.reason}"
    if one.kind == "chain":
        what += "; the first side of the chain against its last"
    yield Fact("verdict", Markup('<span class="word">{}</span>: {}').format(one.verdict, what))
    if one.evidence is not None:
        yield from _evidence(one, one.evidence, context)
    if one.verdict in ("undecided", "unreadable", "note") and one.reason:
        yield Fact("because" if one.verdict != "note" else "reading", Markup("{}").format(one.reason))
    if one.hint:
        yield Fact("write instead", Markup("{}").format(one.hint))
    yield from _diagnosis(one)
    if one.side_conditions:
        yield Fact("where", Markup("{}").format(", ".join(one.side_conditions)))
    if one.reading:
        yield Fact("read as", _reading(one, claim))
    if claim is not None and one.kind == "claim" and one.verdict in ("proved", "refuted"):
        yield from _derivation(claim)


def _evidence(one: Checked, found: Evidence, context: Context) -> Iterator[Fact]:
    if one.verdict == "refuted" and not found.values and found.text and found.text != one.reason:
        yield Fact("because", Markup("{}").format(found.text))
    elif one.verdict == "refuted" and not found.values:
        yield Fact("because", Markup("{}").format(one.reason))
    values = {**found.sizes, **found.indices, **{name: _plain(value) for name, value in found.values.items()}}
    if values:
        shown = [formula(_assignment(name, str(value), context)) for name, value in values.items()]
        yield Fact("at", Markup(", ").join(shown))
    for key, value in (("left side", found.left), ("right side", found.right)):
        if value:
            yield Fact(key, Markup("{}").format(value))


def _reading(one: Checked, claim: StatedClaim | None) -> Markup:
    """An equation as it was understood, in derivlab's own hand; anything else in plain text."""
    if claim is None or claim.relation != "=" or claim.shape_mismatch or one.reading != claim.reading:
        return Markup("<code>{}</code>").format(one.reading)
    ranges = [rf"{latex(letter)} = 1, \dots, {latex(size, claim.context)}" for letter, size in claim.indices]
    shown = _equation(claim.left, claim.right, claim.context)
    if ranges:
        shown += Markup("for all ") + Markup(", ").join(map(formula, ranges))
    return shown + (Markup("; {}").format("; ".join(claim.notes)) if claim.notes else Markup())


def _plain(value: Any) -> str:
    """Nested lists of numbers as a textbook writes them.

    >>> _plain([["1/2", "0"], ["3", "1"]])
    '((1/2, 0), (3, 1))'
    """
    return f"({', '.join(map(_plain, value))})" if isinstance(value, list) else str(value)


def _assignment(name: str, value: str, context: Context) -> str:
    entry = context.lookup(name)
    shown = symbol_name(name, entry.latex if entry is not None else "")
    return f"{shown} = {value}".replace(", ", r",\, ")


# ---------------------------------------------------------------------------- diagnosis and derivation


def _diagnosis(one: Checked) -> Iterator[Fact]:
    """What is likely wrong, where a chain went wrong first, and a right side that is proved."""
    for label, text in advice.facts_of(one, advice.Telling()):
        yield Fact(label, with_formulas(text))
    if one.diagnosis is not None and not one.solution and not one.diagnosis.assumption:
        yield Fact("provable is", formula(one.diagnosis.repair))


def _derivation(claim: StatedClaim) -> Iterator[Fact]:
    """The derivative that stands on a side, derived step by step."""
    from derivlab.calculus import gradient

    target = next((side for side in (claim.left, claim.right) if _is_derivative(side)), None)
    if target is None:
        return
    try:
        found = gradient(target.body, target.by, claim.context)
        rows = [
            Markup('<span class="step">{}<span class="why"><b>{}</b>: {}</span></span>').format(
                _equation(step.before, step.after, claim.context), step.rule, step.reason
            )
            for step in found.steps[:MOST_STEPS]
        ]
    except (DerivlabError, RecursionError):
        return
    if rows:
        yield Fact("derivation", Markup("").join(rows))


def _is_derivative(side: Expr) -> bool:
    return isinstance(side, Partial) and isinstance(side.body, Symbol | Indexed)


def _equation(left: Expr, right: Expr | None, context: Context) -> Markup:
    return formula(str(equation(left, right, context, PANEL_WIDTH)), display=True)
