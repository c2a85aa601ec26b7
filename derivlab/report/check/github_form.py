"""Workflow commands of GitHub Actions: one annotation for each verdict that is not `proved`."""

from __future__ import annotations

from derivlab.report.check.advice import Telling, facts_of
from derivlab.report.check.judge import Checked, CheckedFile

TELLING = Telling()
LEVELS = {"refuted": "error", "unreadable": "error", "undecided": "warning"}


def file_annotations(file: CheckedFile, telling: Telling = TELLING) -> list[str]:
    """The annotations of a file."""
    found = [annotation(one, telling) for one in file.checked if one.verdict in LEVELS]
    if file.problem:
        found.append(f"::error file={escaped(file.path, True)},line=1::{escaped(file.problem)}")
    return found


def annotation(one: Checked, telling: Telling = TELLING) -> str:
    """One annotation."""
    last = one.extent.last
    place = f"line={one.extent.line},endLine={last.line},col={one.extent.column}"
    if last.line == one.extent.line:
        place += f",endColumn={last.column}"
    title = f"{one.verdict}: {one.left} {one.relation} {one.right}" if one.left else one.verdict
    message = one.reason + (f"\n{one.hint}" if one.hint else "")
    message += "".join(f"\n{label}: {text}" for label, text in facts_of(one, telling))
    if one.reading and one.verdict != "unreadable":
        message += f"\nread as {one.reading}"
    path = escaped(one.extent.source.path, True)
    return (
        f"::{LEVELS[one.verdict]} file={path},{place},title={escaped(title[:200], True)}::{escaped(message)}"
    )


def escaped(text: str, is_property: bool = False) -> str:
    """Text as GitHub reads it back.

    >>> escaped("a, b: 5%", True)
    'a%2C b%3A 5%25'
    """
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if is_property else text
