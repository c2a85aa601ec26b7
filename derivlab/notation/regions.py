"""A document is a sequence of pieces: prose, mathematics, and breaks between paragraphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["prose", "inline", "display", "break"]


@dataclass(frozen=True)
class Piece:
    """A stretch [start, end) of the text; for mathematics the delimiters are left out.

    Attributes:
        kind: prose, inline or display mathematics, or the end of a paragraph.
        start, end: offsets into the text of the source.
        outer: the stretch with its delimiters, for mathematics.
        environment: the environment that the mathematics stands in, e.g. `align`; may be empty.
    """

    kind: Kind
    start: int
    end: int
    outer: tuple[int, int] = (0, 0)
    environment: str = ""


@dataclass(frozen=True)
class Pages:
    """What a document reader returns: the text with what is not read blanked out, and its pieces.

    Blanks keep every offset in place. `macros` holds the stretches in which macros may be defined.
    """

    text: str
    pieces: tuple[Piece, ...]


def blank(text: str) -> str:
    """As many spaces as `text` has characters; line ends stay.

    >>> blank("ab\\nc")
    '  \\n '
    """
    return "".join(letter if letter == "\n" else " " for letter in text)
