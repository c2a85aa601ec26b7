"""Floor 2: documents and LaTeX to statements with places, and statements to SymPy in a context."""

from derivlab.notation.documents import load, read, read_text
from derivlab.notation.plain import plain_text
from derivlab.notation.printer import to_latex
from derivlab.notation.reading import parse_expression
from derivlab.notation.sources import Place, Source
from derivlab.notation.statements.model import (
    Assumed,
    ChainEnds,
    Declared,
    Defined,
    Document,
    Extent,
    StatedClaim,
    Statement,
    Unread,
    Updated,
)

__all__ = [
    "Assumed",
    "ChainEnds",
    "Declared",
    "Defined",
    "Document",
    "Extent",
    "Place",
    "Source",
    "StatedClaim",
    "Statement",
    "Unread",
    "Updated",
    "load",
    "parse_expression",
    "plain_text",
    "read",
    "read_text",
    "to_latex",
]
