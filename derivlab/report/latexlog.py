"""LaTeX's log in a person's words: what went wrong, in which line, under which heading."""

from __future__ import annotations

import re
from dataclasses import dataclass

_AT_LINE = re.compile(r"^(?:\./)?report\.tex:(\d+): (.+)$", re.MULTILINE)
_BARE = re.compile(r"^! ?(.+)$", re.MULTILINE)
_CONTEXT = re.compile(r"^l\.\d+ (.*)$", re.MULTILINE)
_HEADING = re.compile(r"^\s*% ==+ (.+?) ==+\s*$|\\(?:sub)*section\*?\{(.+?)\}")
_OVERFULL = re.compile(r"^Overfull \\hbox .*?(?:lines? (\d+)(?:--(\d+))?)?$", re.MULTILINE)


@dataclass(frozen=True)
class Translation:
    """A message of LaTeX (a pattern) and what it means for the reader; `{0}` is the first group."""

    pattern: str
    meaning: str


TRANSLATIONS = (
    Translation(
        r"cannot open Type 1 font file",
        "LaTeX lacks a font: the document needs lmodern with the small TeX of the wheel",
    ),
    Translation(
        r"LaTeX Error: File `([^']+)' not found",
        "LaTeX lacks the file {0}: install a fuller TeX Live, or "
        "use `--engine wheel` (pip install 'derivlab[pdf]')",
    ),
    Translation(r"Undefined control sequence", "an unknown command"),
    Translation(r"Missing \$ inserted", "mathematics outside of a formula, or a blank line inside one"),
    Translation(
        r"(?:Extra \}|Too many \}'s|Missing \} inserted|Missing \{ inserted)", "braces that do not match"
    ),
    Translation(r"Extra \\right|Missing \\right|Extra \\left", "a \\left without its \\right"),
    Translation(r"Double (sub|super)script", "two {0}scripts on one symbol"),
    Translation(r"Misplaced alignment tab", "an & outside of a table"),
    Translation(
        r"(?:Runaway argument|Paragraph ended before|File ended while scanning)", "an argument without end"
    ),
    Translation(r"Dimension too large", "a length beyond what TeX can hold"),
    Translation(r"TeX capacity exceeded", "a macro that expands without end"),
    Translation(r"Unicode character (\S+)", "the character {0}, which the fonts lack"),
    Translation(r"Environment (\S+) undefined", "an unknown environment {0}"),
    Translation(r"Emergency stop", "an end that came too early"),
)


def explain(log: str, source: str) -> str:
    """One sentence about the first error of `log`, with the line of `source` that it stands in."""
    found, bare = _AT_LINE.search(log), _BARE.search(log)
    if found is None or (bare is not None and bare.start() < found.start()):
        if bare is None:
            return "LaTeX failed and its log says nothing of why"
        return f"LaTeX stopped: {_meaning(bare[1])}"
    meaning = _meaning(found[2])
    number = int(found[1])
    lines = source.splitlines()
    text = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    place = f"line {number} of report.tex" + (
        f", under “{heading}”" if (heading := _heading(lines, number)) else ""
    )
    culprit = _CONTEXT.search(log, found.end())
    near = f": {_shorten(text or (culprit[1] if culprit else ''))}"
    return f"LaTeX stopped at {place}: {meaning}{near}"


def _meaning(message: str) -> str:
    for entry in TRANSLATIONS:
        match = re.search(entry.pattern, message)
        if match:
            return f"{entry.meaning.format(*match.groups())} ({message.rstrip('.')})"
    return message


def _heading(lines: list[str], number: int) -> str:
    """The nearest heading above line `number`."""
    for line in reversed(lines[:number]):
        match = _HEADING.search(line)
        if match:
            return match[1] or match[2]
    return ""


def _shorten(text: str, longest: int = 120) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def overfull(log: str) -> list[str]:
    """The lines of `log` that tell of something wider than its place."""
    return [match[0] for match in _OVERFULL.finditer(log)]
