"""A document as sentences: words and clauses of mathematics in the order of reading.

A sentence ends at a full stop (in the prose or at the end of a formula), a heading, an item or a
blank line, unless the next paragraph goes on with `where` or `with`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from derivlab.errors import UnreadableError
from derivlab.notation.clauses import Clause, Words, split_clauses
from derivlab.notation.lexer import lex
from derivlab.notation.rawtokens import Macro
from derivlab.notation.regions import Pages, Piece

STOP = re.compile(r"(?<![.\s])[.!?](?=[\s)\]*_\"']|$)")
IF = re.compile(r"\b(?:if|for|when|whenever|case)\s*\Z", re.IGNORECASE)
ABBREVIATION = re.compile(
    r"(?:\b(?:i\.e|e\.g|cf|etc|resp|eq|eqs|fig|sec|thm|ref|approx|vs|al|w\.r\.t|s\.t|a\.s|i\.i\.d|no|dr|prof)|\b[a-zA-Z])$",
    re.IGNORECASE,
)
HEADING = re.compile(r"[ \t>]*#{1,6}[ \t]|\\(?:chapter|(?:sub)*section|paragraph)\b")
GOES_ON = re.compile(
    r"\s*(?:(?i:where|with|and|here|in which)|for|if|when|whenever|provided|subject to|such that|because"
    r"|so that)\b"
)


@dataclass(frozen=True)
class Unlexed:
    """A formula that could not even be cut into tokens."""

    error: UnreadableError
    start: int
    end: int


Element = Words | Clause | Unlexed
LONGEST = 500  # elements; a longer sentence is read in parts, so that the first answer comes soon


@dataclass
class Sentence:
    """What stands between two ends of sentences, behind how many headings."""

    section: int = 0
    elements: list[Element] = field(default_factory=list)


def sentences(pages: Pages, macros: Mapping[str, Macro]) -> Iterator[Sentence]:
    """The sentences of a document, each as soon as it is complete."""
    current = Sentence()
    for position, piece in enumerate(pages.pieces):
        if piece.kind == "break":
            if not _goes_on(pages, position):
                yield current
                current = Sentence(current.section + bool(HEADING.match(pages.text, *piece.outer)))
            continue
        for part in _parts(pages, piece, macros):
            if part is not None:
                current.elements.append(part)
            if part is None or _ends(part) or len(current.elements) >= LONGEST:
                yield current
                current = Sentence(current.section)
    yield current


def _ends(part: Element) -> bool:
    return isinstance(part, Clause) and part.after == "stop"


def _goes_on(pages: Pages, position: int) -> bool:
    """Whether the paragraph after a break goes on with the sentence before it."""
    following = pages.pieces[position + 1] if position + 1 < len(pages.pieces) else None
    start, end = pages.pieces[position].outer
    if following is None or pages.text[start:end].strip():
        return False  # more than a blank line: a heading, an item
    if following.kind == "display":
        return _waits(pages, position)
    return following.kind == "prose" and bool(GOES_ON.match(pages.text, following.start, following.end))


def _waits(pages: Pages, position: int) -> bool:
    """Whether prose waits for the display after a blank line: 'we assume', 'and if $i \\neq j$:'."""
    before = pages.pieces[max(0, position - 3) : position]
    if not before or before[-1].kind != "prose":
        return False
    last = pages.text[before[-1].start : before[-1].end].rstrip()
    if last[-1:] in (".", "!", "?"):
        return False
    if any(character.isalpha() for character in last) or last[-1:] == ",":
        return True
    earlier = before[-3] if len(before) == 3 else None
    if last.strip() != ":" or earlier is None or earlier.kind != "prose":
        return False
    return IF.search(pages.text, max(earlier.start, earlier.end - 20), earlier.end) is not None


def _parts(pages: Pages, piece: Piece, macros: Mapping[str, Macro]) -> Iterator[Element | None]:
    """The elements of a piece; None where a sentence ends."""
    if piece.kind == "prose":
        yield from _prose(pages.text, piece.start, piece.end)
        return
    try:
        tokens = lex(pages.text, piece.start, piece.end, macros)
        found = split_clauses(tokens, piece.kind == "display")
    except UnreadableError as error:
        yield Unlexed(error, piece.start, piece.end)
        return
    yield from found


def _prose(text: str, start: int, end: int) -> Iterator[Words | None]:
    at = start
    for stop in STOP.finditer(text, start, end):
        before = text[max(at, stop.start() - 12) : stop.start()]
        if stop.group() == "." and ABBREVIATION.search(before):
            continue
        if text[at : stop.start()].strip():
            yield Words(text[at : stop.start()], at, stop.start())
        yield None
        at = stop.end()
    if text[at:end].strip():
        yield Words(text[at:end], at, end)
