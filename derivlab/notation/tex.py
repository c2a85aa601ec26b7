"""LaTeX documents: comments and verbatim text left out, the preamble read for macros only."""

from __future__ import annotations

import re

from derivlab.notation.regions import Pages, Piece, blank
from derivlab.notation.scanning import SHARED, Handler, Scanner, compiled, paragraph

COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)(%[^\n]*)")
VERBATIM = "verbatim|Verbatim|lstlisting|minted|comment|tikzpicture|filecontents|thebibliography"
MACRO = r"\\(?:re|provide)?newcommand\*?|\\renewcommand\*?|\\DeclareMathOperator\*?|\\def(?=\\)"


def verbatim(scanner: Scanner, match: re.Match[str]) -> int:
    """An environment that holds no prose."""
    closer = rf"\end{{{match.group('verb')}}}"
    end = scanner.close(closer, match.end())
    return scanner.leave_out(match.start(), len(scanner.text) if end < 0 else end + len(closer))


def verb(scanner: Scanner, match: re.Match[str]) -> int:
    r"""`\verb|...|`."""
    end = scanner.text.find(match.group("mark"), match.end())
    return match.end() if end < 0 else scanner.leave_out(match.start(), end + 1)


def title(scanner: Scanner, match: re.Match[str]) -> int:
    r"""`\title{...}` and its like state nothing."""
    end = scanner.text.find("\n", match.end())
    return scanner.leave_out(match.start(), len(scanner.text) if end < 0 else end)


def macro(scanner: Scanner, match: re.Match[str]) -> int:
    """The definition of a macro is no prose: its line is left out (macros are read separately)."""
    end = scanner.text.find("\n", match.end())
    return scanner.leave_out(match.start(), len(scanner.text) if end < 0 else end)


SECTIONING = "chapter|section|subsection|subsubsection|paragraph|item|caption|footnote|par|newpage"

TABLE: dict[str, tuple[str, Handler]] = {
    "verbatim": (rf"\\begin\{{(?P<verb>(?:{VERBATIM})\*?)\}}", verbatim),
    "inlineverb": (r"\\verb\*?(?P<mark>[^a-zA-Z\s*])", verb),
    "macro": (MACRO, macro),
    "title": (r"\\(?:title|author|date|thanks)\b", title),
    **SHARED,
    "sectioning": (rf"\\(?:{SECTIONING})\b\*?", paragraph),
    "theorem": (r"\\(?:begin|end)\{[a-zA-Z]+\*?\}", paragraph),
}
PATTERN, HANDLERS = compiled(TABLE)


def without_comments(text: str) -> str:
    r"""The text with comments blanked out, `\%` kept.

    >>> without_comments("50\\% of x % all")
    '50\\% of x      '
    """
    return COMMENT.sub(lambda match: match.group(1) + blank(match.group(2)), text)


def read_tex(text: str) -> Pages:
    r"""The pieces of a LaTeX file; without `\begin{document}` the whole text is the body.

    >>> [piece.kind for piece in read_tex(r"Let \(x > 0\).").pieces]
    ['prose', 'inline', 'prose']
    """
    text = without_comments(text)
    body = text.find(r"\begin{document}")
    scanner = Scanner(text)
    pieces: tuple[Piece, ...] = scanner.run(PATTERN, HANDLERS, max(body, 0))
    return Pages(text, pieces)
