"""The JSON form: version 1, documented in the docstring of `report`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derivlab.report.check.advice import Telling
from derivlab.report.check.judge import Checked, CheckedFile, Summary

VERSION = 1
TELLING = Telling()


def report(
    files: Sequence[CheckedFile],
    summary: Summary,
    only_refuted: bool = False,
    telling: Telling = TELLING,
) -> dict[str, Any]:
    """All files as one value::

        {"version": 1,
         "files": [{"path",
                    "claims": [{"line", "column", "end_line", "end_column", "left", "right", "relation",
                                "verdict", "reading", "reason", "side_conditions", "steps_used",
                                "diagnosis": {"kind", "message", "span", "repair", "where", "detail",
                                              "assumption", "rule", "instructor", "parts"} | null,
                                "chain": {"number", "step", "role", "wrong_line"} | null,
                                "difference", "solution",
                                "witness": {"sizes", "indices", "values", "left", "right"} | null}],
                    "errors": [{"line", "column", "end_line", "end_column", "message", "hint"}],
                    "chains": [{"line", "left", "right", "verdict", "reason"}],
                    "notes": [{"line", "column", "message"}]}],
         "summary": {"proved", "refuted", "undecided", "unreadable"}}

    Lines and columns count from 1. `line` is the line of the relation. Every claim that is unreadable has
    its place and hint in `errors`. A `diagnosis` is the likely mistake of a refuted claim: its `repair` is
    proved, and its `span` is the place of the wrong piece ({"line", "column", "end_line", "end_column"}, or
    null).
    `role` is '' or 'first wrong', 'follows', 'wrong again', 'right again'. `chains` says whether the first
    side of a chain equals the last, and `notes` which reading of a definition was taken where there are two.
    """
    return {
        "version": VERSION,
        "files": [file_value(one, only_refuted, telling) for one in files],
        "summary": dict(summary.counts),
    }


def file_value(file: CheckedFile, only_refuted: bool, telling: Telling = TELLING) -> dict[str, Any]:
    shown = [one for one in file.claims if not only_refuted or one.verdict == "refuted"]
    claims = [claim_value(one, telling) for one in shown]
    errors = [] if only_refuted else [error_value(one) for one in file.claims if one.verdict == "unreadable"]
    if file.problem:
        errors.append(
            {"line": 1, "column": 1, "end_line": 1, "end_column": 1, "message": file.problem, "hint": ""}
        )
    return {
        "path": file.path,
        "claims": claims,
        "errors": _once(errors),
        "chains": [chain_value(one) for one in file.chains],
        "notes": [note_value(one) for one in file.notes],
    }


def claim_value(one: Checked, telling: Telling = TELLING) -> dict[str, Any]:
    last = one.extent.last
    witness = one.evidence
    return {
        "line": one.extent.line,
        "column": one.extent.column,
        "end_line": last.line,
        "end_column": last.column,
        "left": one.left,
        "right": one.right,
        "relation": one.relation,
        "verdict": one.verdict,
        "reading": one.reading,
        "reason": one.reason,
        "side_conditions": list(one.side_conditions),
        "witness": None
        if witness is None
        else {
            "sizes": dict(witness.sizes),
            "indices": dict(witness.indices),
            "values": dict(witness.values),
            "left": witness.left,
            "right": witness.right,
        },
        "steps_used": one.steps_used,
        "diagnosis": diagnosis_value(one, telling),
        "chain": chain_step_value(one),
        "difference": one.difference,
        "solution": one.solution,
    }


def diagnosis_value(one: Checked, telling: Telling) -> dict[str, Any] | None:
    """The likely mistake, in the language that is asked for."""
    found = one.diagnosis
    if found is None:
        return None
    language = telling.language
    return {
        "kind": found.kind,
        "message": found.message("student", telling.level, language),
        "span": span_value(one, found.span),
        "repair": found.repair,
        "where": found.where,
        "detail": found.detail,
        "assumption": found.assumption,
        "rule": found.rule(language),
        "instructor": found.message("instructor", 2, language),
        "parts": [part.kind for part in found.parts],
    }


def span_value(one: Checked, span: tuple[int, int] | None) -> dict[str, int] | None:
    """A place in the file."""
    if span is None:
        return None
    start, end = (one.extent.source.place(offset) for offset in span)
    return {"line": start.line, "column": start.column, "end_line": end.line, "end_column": end.column}


def chain_step_value(one: Checked) -> dict[str, Any] | None:
    step = one.chain
    if step is None:
        return None
    return {
        "number": step.number,
        "step": step.position,
        "role": step.role,
        "wrong_line": step.wrong_line,
    }


def error_value(one: Checked) -> dict[str, Any]:
    source = one.extent.source
    start, end = source.place(one.at[0]), source.place(max(one.at[1] - 1, one.at[0]))
    return {
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column + 1,
        "message": one.reason,
        "hint": one.hint,
    }


def chain_value(one: Checked) -> dict[str, Any]:
    return {
        "line": one.extent.line,
        "left": one.left,
        "right": one.right,
        "verdict": one.verdict,
        "reason": one.reason,
    }


def note_value(one: Checked) -> dict[str, Any]:
    return {"line": one.extent.line, "column": one.extent.column, "message": one.reason}


def _once(errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each error once: a side between two relations is part of two claims."""
    seen: dict[tuple[Any, ...], dict[str, Any]] = {}
    for error in errors:
        seen.setdefault(tuple(error.values()), error)
    return list(seen.values())
