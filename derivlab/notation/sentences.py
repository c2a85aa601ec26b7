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
ABBREVIATION = re.compile(
    r"(?:\b(?:i\.e|e\.g|cf|etc|resp|eq|eqs|fig|sec|thm|ref|approx|vs|al|w\.r\.t|s\.t|a\.s|i\.i\.d|no|dr|prof)|\b[a-zA-Z])$",
    re.IGNORECASE,
)
GOES_ON = re.compile(r"\s*(?:where|with|and|here|in which)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Unlexed:
    """A formula that could not even be cut into tokens."""

    error: UnreadableError
    start: int
    end: int


Element = Words | Clause | Unlexed


@dataclass
class Sentence:
    """What stands between two ends of sentences."""

    elements: list[Element] = field(default_factory=list)


def sentences(pages: Pages, macros: Mapping[str, Macro]) -> Iterator[Sentence]:
    """The sentences of a document, each as soon as it is complete."""
    current = Sentence()
    for position, piece in enumerate(pages.pieces):
        if piece.kind == "break":
            if not _goes_on(pages, position):
                yield current
                current = Sentence()
            continue
        for part in _parts(pages, piece, macros):
            if part is None:
                yield current
                current = Sentence()
            else:
                current.elements.append(part)
                if isinstance(part, Clause) and part.after == "stop":
                    yield current
                    current = Sentence()
    yield current


def _goes_on(pages: Pages, position: int) -> bool:
    """Whether the paragraph after a break goes on with the sentence before it."""
    following = pages.pieces[position + 1] if position + 1 < len(pages.pieces) else None
    if following is None or following.kind != "prose":
        return False
    blank_line = not pages.text[slice(*pages.pieces[position].outer)].strip()
    return blank_line and bool(GOES_ON.match(pages.text, following.start, following.end))


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
