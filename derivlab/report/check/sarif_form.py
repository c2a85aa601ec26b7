"""SARIF 2.1.0, for code scanning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from derivlab.report.check.advice import Telling, facts_of
from derivlab.report.check.judge import Checked, CheckedFile

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
TELLING = Telling()
RULES = {
    "refuted": ("error", "The two sides of an equation differ."),
    "unreadable": ("error", "An equation or a declaration is not understood."),
    "undecided": ("warning", "An equation is neither proved nor refuted."),
}


def log(files: Sequence[CheckedFile], version: str, telling: Telling = TELLING) -> dict[str, Any]:
    """A SARIF log with one run."""
    rules = [
        {"id": rule, "shortDescription": {"text": text}, "defaultConfiguration": {"level": level}}
        for rule, (level, text) in RULES.items()
    ]
    results = [result(one, telling) for file in files for one in file.checked if one.verdict in RULES]
    results += [_problem(file) for file in files if file.problem]
    driver = {"name": "derivlab", "version": version, "rules": rules}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def result(one: Checked, telling: Telling = TELLING) -> dict[str, Any]:
    """One verdict."""
    last = one.extent.last
    region = {
        "startLine": one.extent.line,
        "startColumn": one.extent.column,
        "endLine": max(last.line, one.extent.line),
        "endColumn": last.column,
    }
    text = one.reason + (f" ({one.hint})" if one.hint else "")
    text += "".join(f" {label}: {said}" for label, said in facts_of(one, telling))
    return _result(one.verdict, text, one.extent.source.path, region)


def _problem(file: CheckedFile) -> dict[str, Any]:
    return _result("unreadable", file.problem, file.path, {"startLine": 1})


def _result(rule: str, text: str, path: str, region: dict[str, int]) -> dict[str, Any]:
    location = {"artifactLocation": {"uri": quote(PurePath(path).as_posix())}, "region": region}
    return {
        "ruleId": rule,
        "level": RULES[rule][0],
        "message": {"text": text or rule},
        "locations": [{"physicalLocation": location}],
    }
