"""The text form: file:line:column, the line with a caret under the term, and what is to be known."""

from __future__ import annotations

from textwrap import fill

from derivlab.report.check.advice import Telling, facts_of
from derivlab.report.check.judge import Checked, CheckedFile, Summary

COLOURS = {"proved": "32", "refuted": "31", "undecided": "33", "unreadable": "35", "place": "1", "dim": "2"}
WIDTH = 160
TELLING = Telling()


class Painter:
    """Puts colour around words, and folds lines to the width of a terminal (0: there is none)."""

    def __init__(self, colour: bool, width: int = 0) -> None:
        self.colour = colour
        self.width = width

    def folded(self, line: str) -> str:
        """A line over several, its rest indented."""
        if not self.width or len(line) <= self.width:
            return line
        return fill(
            line, self.width, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False
        )

    def __call__(self, text: str, style: str) -> str:
        return f"\033[{COLOURS[style]}m{text}\033[0m" if self.colour else text


def entry(one: Checked, painter: Painter, telling: Telling = TELLING) -> str:
    """One verdict as text."""
    extent = one.extent
    place = painter(f"{extent.source.path}:{extent.line}:{extent.column}:", "place")
    if one.kind == "note":
        return f"{place} {painter('note', 'dim')}: {one.reason}"
    what = one.verdict if one.kind == "claim" else f"{one.verdict} (first side against last)"
    lines = [f"{place} {painter(what, one.verdict)}: {headline(one)}"]
    if one.verdict != "proved":
        lines += quoted(one, painter)
    lines += [painter.folded(f"  = {label}: {text}") for label, text in facts(one, telling)]
    return "\n".join(lines)


def headline(one: Checked) -> str:
    """What the verdict is about, or the message."""
    if one.verdict == "unreadable":
        return one.reason
    return shortened(" ".join(f"{one.left} {one.relation} {one.right}".split()))


def facts(one: Checked, telling: Telling = TELLING) -> list[tuple[str, str]]:
    """What else there is to say, in order."""
    found: list[tuple[str, str]] = []
    if one.verdict == "unreadable":
        return [("write", one.hint)] if one.hint else []
    if one.verdict != "proved":
        found.append(("reason", one.reason))
    found += facts_of(one, telling)
    if one.reading:
        found.append(("read as", one.reading))
    if one.side_conditions:
        found.append(("where", ", ".join(one.side_conditions)))
    if one.evidence is not None and one.evidence.sizes and not one.evidence.values:
        sizes = ", ".join(f"{name} = {value}" for name, value in one.evidence.sizes.items())
        sides = f": left is {one.evidence.left}, right is {one.evidence.right}" if one.evidence.left else ""
        found.append(("for example", sizes + sides))
    return found


def shortened(text: str, width: int = WIDTH) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def quoted(one: Checked, painter: Painter) -> list[str]:
    """The line of the text and a caret line under the term."""
    text = one.extent.source.text
    start = min(max(one.at[0], 0), max(len(text) - 1, 0))
    while start < one.at[1] - 1 and text[start].isspace():
        start += 1
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    line = text[line_start:line_end].replace("\t", " ")
    end = max(min(one.at[1], line_end), start + 1)
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    number = str(one.extent.source.place(start).line)
    margin = " " * len(number)
    room = max(painter.width - len(margin) - 4, 20) if painter.width else WIDTH
    first, last = _window(len(line), start - line_start, end - line_start, room)
    caret = " " * (start - line_start - first) + "^" * (min(end - line_start, last) - (start - line_start))
    return [
        f"{painter(f' {number} |', 'dim')} {line[first:last]}",
        f"{painter(f' {margin} |', 'dim')} {painter(caret, one.verdict)}",
    ]


def _window(length: int, start: int, end: int, room: int) -> tuple[int, int]:
    """The part of a long line to show: around the term."""
    if length <= room:
        return 0, length
    first = max(0, min(start - room // 4, length - room))
    return first, min(length, first + room)


def closing(files: list[CheckedFile], summary: Summary, painter: Painter) -> str:
    """The last line: how many of each verdict."""
    parts = [painter(f"{count} {verdict}", verdict) for verdict, count in summary.counts.items() if count]
    told = ", ".join(parts) if parts else "no equation was found"
    return f"{told} in {len(files)} file{'' if len(files) == 1 else 's'}"


def problem(file: CheckedFile, painter: Painter) -> str:
    """A file that could not be opened as text."""
    return f"{painter(f'{file.path}:1:1:', 'place')} {painter('unreadable', 'unreadable')}: {file.problem}"
