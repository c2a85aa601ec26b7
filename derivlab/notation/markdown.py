"""Markdown: prose and mathematics, without code, comments and front matter."""

from __future__ import annotations

import re

from derivlab.notation.regions import Pages, blank
from derivlab.notation.scanning import SHARED, Handler, Scanner, compiled, paragraph

FRONT_MATTER = re.compile(r"---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
FENCE_LINE = re.compile(r"^[ \t>]*(?P<fence>`{3,}(?!`)|~{3,}(?!~))(?P<info>[^\n`]*)$", re.MULTILINE)


def fence(scanner: Scanner, match: re.Match[str]) -> int:
    """A fenced block: ```` ```math ```` is mathematics, every other is code."""
    opener = match.group("fence")
    start, end = match.end(), len(scanner.text)
    after = end
    for line in FENCE_LINE.finditer(scanner.text, start):
        if line.group("fence").startswith(opener) and not line.group("info").strip():
            end, after = line.start(), line.end()
            break
    if match.group("info").strip().strip("{}") == "math":
        return scanner.add("display", (start, end), (match.start(), after))
    scanner.add("break", (match.start(), match.start()), (match.start(), after))
    return after


def code(scanner: Scanner, match: re.Match[str]) -> int:
    """Inline code is left out; a run of backticks without its partner is prose.

    GitHub's form of inline mathematics, a dollar right outside the backticks, is mathematics.
    """
    ticks = match.group()
    end = scanner.close(ticks, match.end())
    stop = scanner.text.find("\n\n", match.end(), end if end >= 0 else None)
    if end < 0 or stop >= 0:
        return match.end()
    return scanner.leave_out(match.start(), end + len(ticks))


def github_inline(scanner: Scanner, match: re.Match[str]) -> int:
    """GitHub's `` $`...`$ ``."""
    end = scanner.close("`$", match.end())
    if end < 0:
        return match.end()
    return scanner.add("inline", (match.end(), end), (match.start(), end + 2))


def comment(scanner: Scanner, match: re.Match[str]) -> int:
    """`<!-- ... -->`."""
    end = scanner.close("-->", match.end())
    return scanner.leave_out(match.start(), len(scanner.text) if end < 0 else end + 3)


TABLE: dict[str, tuple[str, Handler]] = {
    "fenced": (r"^[ \t>]*(?P<fence>`{3,}(?!`)|~{3,}(?!~))(?P<info>[^\n`]*)$", fence),
    "heading": (
        r"^[ \t>]*#{1,6}[ \t]|^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+|^[ \t>]*(?:[-*_=]{3,})[ \t]*$",
        paragraph,
    ),
    "comment": (r"<!--", comment),
    "doubled": (r"\\\\[\[(]", SHARED["bracketed"][1]),
    "github": (r"\$`", github_inline),
    **SHARED,
    "code": (r"`+", code),
}
PATTERN, HANDLERS = compiled(TABLE)


def read_markdown(text: str) -> Pages:
    """The pieces of a Markdown text.

    >>> [piece.kind for piece in read_markdown("Let $x > 0$.").pieces]
    ['prose', 'inline', 'prose']
    """
    front = FRONT_MATTER.match(text)
    if ">" in text:
        text = QUOTE.sub(lambda match: blank(match.group()), text)
    scanner = Scanner(text)
    pieces = scanner.run(PATTERN, HANDLERS, front.end() if front else 0)
    return Pages(text, pieces)
