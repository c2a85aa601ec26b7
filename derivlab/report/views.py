"""What the templates of both documents, LaTeX and HTML, are given: every sentence and formula once.

Text that derivlab wrote is `Tex`, of the small vocabulary that `web.fromtex` can read; all other text
is plain and escaped where it enters a document.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Expr, Indexed

from derivlab.report import wording
from derivlab.report.accuracy import LAST_DIGIT, Accuracy
from derivlab.report.breaking import width
from derivlab.report.content import ClaimRow, Derivation, ModelSection, ReportContent
from derivlab.report.matrixform import matrix_form
from derivlab.report.names import symbol_name
from derivlab.report.networkview import network_view
from derivlab.report.phrases import (
    continued,
    decimal,
    declarations,
    duration,
    equation,
    inline,
    listing,
    named_value,
    prose,
    scientific,
)
from derivlab.report.printer import latex
from derivlab.report.sentences import sentence
from derivlab.report.tex import Tex, escape
from derivlab.symbols import Context, Definition, Partial, Variable, head_name

# Room for formulas in em of their own size: beside a rule, in a table, on a line of their own.
STEP_WIDTH, CLAIM_WIDTH, CLOSED_WIDTH, DISPLAY_WIDTH = 24.5, 25.0, 34.0, 38.0
_VERDICTS = {"proved": Tex(r"\proved"), "refuted": Tex(r"\refuted"), "undecided": Tex(r"\undecided")}


def book(content: ReportContent) -> dict[str, Any]:
    """Everything that a template is given, but for the drawings; see `model_view` and `network_view`."""
    return {
        "title": content.title,
        "subtitle": content.subtitle,
        "models": [model_view(section) for section in content.models],
        "network": None if content.network is None else network_view(content.network),
        "environment": list(content.environment),
        "checksums": list(content.checksums),
        "command": content.command,
    }


def summary_view(models: Sequence[Mapping[str, Any]], network: Mapping[str, Any] | None) -> dict[str, Any]:
    """The first page, from the views of the chapters."""
    tally = Counter[str]()
    for model in models:
        tally.update(model["tally"])
    return {
        "rows": [model["row"] for model in models],
        "sentence": wording.summary(tally),
        "network": None if network is None else network["in_short"],
    }


def _row(section: ModelSection) -> dict[str, Any]:
    """The model's line in the table of the first page."""
    return {
        "label": Tex(_label(section.name)),
        "title": section.title,
        "proved": _count(section.statements),
        "refuted": _count(section.controls),
        "certified": _certified(section),
        "error": scientific(section.worst_error),
    }


def _certified(section: ModelSection) -> Tex:
    """How many statements carry a theorem that Coq can check."""
    count = sum(bool(row.theorem) for row in section.statements)
    return Tex(f"{count} of {len(section.statements)}" if section.statements else "--")


def _tally(section: ModelSection) -> dict[str, int]:
    """The numbers in the first sentence of the report."""
    return {
        "statements": len(section.statements),
        "proved": sum(row.verdict == "proved" for row in section.statements),
        "false": sum(row.expected == "refuted" for row in section.statements),
        "controls": len(section.controls),
        "refuted": sum(row.holds for row in section.controls),
    }


def _label(name: str) -> str:
    return "".join(letter for letter in name if letter.isascii() and letter.isalnum())


def _count(rows: tuple[ClaimRow, ...]) -> Tex:
    """How many rows got the verdict that they should; a shortfall stands out."""
    if not rows:
        return Tex("--")
    good = sum(row.holds for row in rows)
    text = f"{good} of {len(rows)}"
    return Tex(text) if good == len(rows) else Tex(rf"\alarm{{{text}}}")


def model_view(section: ModelSection) -> dict[str, Any]:
    """One model; `graph` is drawn by the document."""
    return {
        "name": section.name,
        "row": _row(section),
        "tally": _tally(section),
        "label": Tex(_label(section.name)),
        "title": section.title,
        "summary": sentence(section.summary, section.context),
        "variables": declarations(section.context),
        "definitions": definitions_view(section.context),
        "assumptions": _assumptions(section),
        "derivations": [_derivation(derivation) for derivation in section.derivations],
        "remarks": [{"heading": remark.heading, "text": prose(remark)} for remark in section.remarks],
        "graph": section.graph,
        "checked": _checked(section),
        "claims": [_claim(row) for row in section.statements],
        "controls": [_claim(row) for row in section.controls],
        "accuracy": [_accuracy(row) for row in section.accuracy],
    }


def _checked(section: ModelSection) -> Tex:
    """That the steps themselves were proved."""
    if not section.steps:
        return Tex("")
    return Tex(
        "Each step of a derivation is an equation of its own, and was proved by itself "
        f"({section.steps_proved} of {section.steps})."
    )


def definitions_view(context: Context) -> Tex:
    """Definitions and objective, aligned at their equals signs, and σ where it is used."""
    lines = [_definition_line(entry.head, entry.body, context) for entry in context.definitions]
    if any(r"\sigma(" in line or r"\sigma\left(" in line for line in lines):
        lines.append(r"\sigma(t) &= \frac{1}{1 + e^{-t}}")
    return Tex(" \\\\\n".join(lines))


def _definition_line(head: Expr, body: Expr, context: Context) -> str:
    left, right = latex(head, context), latex(body, context)
    if width(f"{left} = {right}") > DISPLAY_WIDTH:
        return rf"& {equation(head, body, context, DISPLAY_WIDTH)}"
    return f"{left} &= {right}"


def _assumptions(section: ModelSection) -> Tex:
    return Tex(", ".join(inline(equation(*pair, section.context)) for pair in section.context.assumptions))


def _derivation(derivation: Derivation) -> dict[str, Any]:
    context = derivation.context
    target = Partial(derivation.objective, derivation.by)
    over, by = latex(derivation.objective, context), latex(derivation.by, context)
    symbol = inline(Tex(rf"\partial {over} / \partial {by}"))
    plain = f"{head_name(derivation.objective)} by {head_name(derivation.by)}"
    kind = "Lemma: the derivative" if derivation.lemma else "The derivative"
    if not derivation.lemma and not isinstance(derivation.objective, Indexed):
        kind = "The gradient"
    return {
        "heading": Tex(rf"\texorpdfstring{{{kind} {symbol}}}{{{kind} of {escape(plain)}}}"),
        "lemma": derivation.lemma,
        "steps": _steps(derivation),
        "closed_form": equation(target, derivation.closed_form, context, CLOSED_WIDTH),
        "matrix_form": _matrix_form(derivation),
    }


def _matrix_form(derivation: Derivation) -> Tex | None:
    """The same without indices, where matrices can say it."""
    if not derivation.indices or derivation.lemma:
        return None
    context = derivation.context
    array = matrix_form(derivation.closed_form, derivation.indices, context)
    if array is None:
        return None
    names = [symbol_name(name, entry.latex) for name, entry in _heads(derivation)]
    return Tex(rf"\frac{{\partial {names[0]}}}{{\partial {names[1]}}} = {array}")


def _heads(derivation: Derivation) -> list[tuple[str, Variable | Definition]]:
    names = [head_name(derivation.objective), head_name(derivation.by)]
    return [(name, entry) for name in names if (entry := derivation.context.lookup(name)) is not None]


def _steps(derivation: Derivation) -> list[dict[str, Any]]:
    """The numbered steps; a step that begins where the last one ended goes on with `=`."""
    steps, last, context = [], None, derivation.context
    for number, step in enumerate(derivation.steps, start=1):
        formula = (
            continued(step.after, context, STEP_WIDTH)
            if step.before == last
            else equation(step.before, step.after, context, STEP_WIDTH)
        )
        reason = sentence(step.reason, context)
        statement = rf" ${step.statement}$" if step.statement else ""
        steps.append(
            {
                "number": number,
                "formula": formula,
                "rule": step.rule,
                "reason": Tex(f"{reason}{statement}"),
            }
        )
        last = step.after
    return steps


def _claim(row: ClaimRow) -> dict[str, Any]:
    formula = ""
    if row.left is not None:
        shown = equation(row.left, row.right, row.context, CLAIM_WIDTH)
        formula = Tex(rf"\fittedline{{{shown}}}")
    verdict = _VERDICTS[row.verdict]
    return {
        "name": sentence(row.name[:1].upper() + row.name[1:], row.context),
        "formula": formula,
        "verdict": verdict if row.holds else Tex(rf"{verdict} \unexpected"),
        "evidence": listing(_evidence(row)),
    }


def _accuracy(row: Accuracy) -> dict[str, Any]:
    """One line of the table of accuracies."""
    return {
        "scale": f"{row.scale:g}",
        "cells": [_ulp(value) for value in (row.derived, row.double, row.torch, row.naive)],
    }


def _ulp(value: float) -> Tex:
    """A distance in ULP; what has no correct digit, or is no number, stands out.

    >>> print(_ulp(3.14159), _ulp(float("inf")), _ulp(2.0**24))
    3.1 \\alarm{no number} \\alarm{no digit}
    """
    if not math.isfinite(value):
        return Tex(r"\alarm{no number}")
    return Tex(r"\alarm{no digit}") if value >= LAST_DIGIT else Tex(f"{value:.1f}")


def _evidence(row: ClaimRow) -> list[Tex]:
    """What a verdict rests on: sizes, conditions, certificate, counterexample, agreement, time."""
    parts: list[Tex] = []
    if row.verdict == "proved" and row.sizes:
        parts.append(Tex(f"for all {inline(Tex(', '.join(symbol_name(name) for name in row.sizes)))}"))
    parts += [sentence(part, row.context) for part in row.certificate]
    if row.side_conditions:
        parts.append(Tex(f"where {listing(sentence(part, row.context) for part in row.side_conditions)}"))
    if row.reason:
        parts.append(sentence(row.reason, row.context))
    if row.error is not None:
        parts.append(Tex(f"autograd {scientific(row.error)}"))
    if row.theorem:
        accepted = ", accepted" if row.accepted else ""
        name = escape(row.theorem).replace(r"\_", r"\_\allowbreak{}")  # long names break at underscores
        parts.append(Tex(rf"Coq theorem \texttt{{{name}}}{accepted}"))
    if row.seconds is not None:
        parts.append(duration(row.seconds))
    if row.counterexample is not None:
        parts.append(_counterexample(row))
    return parts


def _counterexample(row: ClaimRow) -> Tex:
    """Both sides, and small below them where."""
    found = row.counterexample
    assert found is not None
    where = ", ".join(named_value(name, value, row.context) for name, value in found.values)
    # of a claim that is no equation but convexity, the left side is the curvature along v
    shown = rf"v^{{\top}} H v = {decimal(found.left)} < 0"
    if row.left is not None:
        shown = rf"{decimal(found.left)} \neq {decimal(found.right)}"
    return Tex(rf"\witness{{${shown}$}}{{{where}}}")
