"""Finding mathematics in text: the delimiters that Markdown and LaTeX share.

A format is a table of patterns, each with what to do where it matches. One pass from left to right,
each character looked at a bounded number of times, so 100 KB of `$` cost no more than 100 KB of prose.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from derivlab.notation.regions import Kind, Piece

MATH_ENVIRONMENTS = (
    "equation", "align", "alignat", "flalign", "gather", "multline", "eqnarray",
    "displaymath", "math", "split", "aligned", "alignedat", "gathered", "dmath",
)  # fmt: skip
_NAMES = "|".join(MATH_ENVIRONMENTS)

INLINE_END = re.compile(r"\\.|(?P<end>\$)|(?P<stop>`|\n[ \t>]*(?=\n))", re.DOTALL)
DISPLAY_END = re.compile(r"\\.|(?P<end>\$\$)", re.DOTALL)
BREAK = r"\n(?:[ \t>]*\n)+"

Handler = Callable[["Scanner", "re.Match[str]"], int]


class Scanner:
    """Collects the pieces of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: list[Piece] = []
        self._prose_from = 0
        self._missing: set[str] = set()

    def run(
        self, pattern: re.Pattern[str], handlers: dict[str, Handler], start: int = 0
    ) -> tuple[Piece, ...]:
        """Walk the text; each match is given to the handler of its group, which says where to go on."""
        at = self._prose_from = start
        while match := pattern.search(self.text, at):
            name = match.lastgroup or ""
            at = max(handlers[name](self, match), match.start() + 1)
        self._prose(len(self.text))
        return tuple(self.pieces)

    def _prose(self, until: int) -> None:
        if until > self._prose_from:
            self.pieces.append(Piece("prose", self._prose_from, until))

    def add(self, kind: Kind, inner: tuple[int, int], outer: tuple[int, int], environment: str = "") -> int:
        """Add a stretch of mathematics; the prose before it ends there. Returns where it ends."""
        self._prose(outer[0])
        self.pieces.append(Piece(kind, *inner, outer, environment))
        self._prose_from = outer[1]
        return outer[1]

    def leave_out(self, start: int, end: int) -> int:
        """Skip a stretch that is neither prose nor mathematics (code, comments)."""
        self._prose(start)
        self._prose_from = end
        return end

    def close(self, closer: str, start: int) -> int:
        """Where `closer` next stands from `start` on, or -1; a closer not found is looked for once."""
        if closer in self._missing:
            return -1
        at = self.text.find(closer, start)
        if at < 0:
            self._missing.add(closer)
        return at


def skip(scanner: Scanner, match: re.Match[str]) -> int:
    """An escaped character: prose."""
    return match.end()


def paragraph(scanner: Scanner, match: re.Match[str]) -> int:
    """A blank line, a heading, an item: a sentence ends here."""
    return scanner.add("break", (match.start(), match.start()), (match.start(), match.end()))


def bracketed(scanner: Scanner, match: re.Match[str]) -> int:
    r"""`\( ... \)` and `\[ ... \]`."""
    opener = match.group()
    closer = opener[:-1] + {"(": ")", "[": "]"}[opener[-1]]
    end = scanner.close(closer, match.end())
    if end < 0:
        return match.end()
    kind: Kind = "inline" if opener[-1] == "(" else "display"
    return scanner.add(kind, (match.end(), end), (match.start(), end + len(closer)))


def environment(scanner: Scanner, match: re.Match[str]) -> int:
    r"""`\begin{align} ... \end{align}`, with the environments that hold mathematics."""
    name = match.group("name")
    closer = rf"\end{{{name}}}"
    end = scanner.close(closer, match.end())
    if end < 0:
        return match.end()
    return scanner.add("display", (match.end(), end), (match.start(), end + len(closer)), name.rstrip("*"))


def dollars(scanner: Scanner, match: re.Match[str]) -> int:
    """`$$ ... $$`; a blank line inside is allowed."""
    if "$$" in scanner._missing:
        return match.end()
    for found in DISPLAY_END.finditer(scanner.text, match.end()):
        if found.lastgroup == "end":
            inner, outer = (match.end(), found.start()), (match.start(), found.end())
            return scanner.add("display", inner, outer)
    scanner._missing.add("$$")
    return match.end()


def dollar(scanner: Scanner, match: re.Match[str]) -> int:
    """`$ ... $` within a paragraph; `$5 and $10` is money (a digit follows the second dollar)."""
    start = match.end()
    for found in INLINE_END.finditer(scanner.text, start):
        if found.lastgroup == "stop":
            return start
        if found.lastgroup == "end":
            return _inline(scanner, match.start(), start, found.start())
    return start


def _inline(scanner: Scanner, outer: int, start: int, end: int) -> int:
    text = scanner.text
    padded = text[start : start + 1].isspace(), text[end - 1 : end].isspace()
    if end == start or padded[0] != padded[1] or text[end + 1 : end + 2].isdigit():
        return start
    return scanner.add("inline", (start, end), (outer, end + 1))


SHARED: dict[str, tuple[str, Handler]] = {
    "environment": (rf"\\begin\{{(?P<name>(?:{_NAMES})\*?)\}}(?:\{{\d+\}})?", environment),
    "dollars": (r"\$\$", dollars),
    "dollar": (r"\$", dollar),
    "bracketed": (r"\\[\[(]", bracketed),
    "escaped": (r"\\[^a-zA-Z]", skip),
    "paragraph": (BREAK, paragraph),
}


def compiled(table: dict[str, tuple[str, Handler]]) -> tuple[re.Pattern[str], dict[str, Handler]]:
    """One pattern with a named group an entry, tried in the order of the table, and the handlers."""
    # `name` is a group inside an entry; an entry's own group closes last, so `lastgroup` names it.
    joined = "|".join(f"(?P<{name}>{pattern})" for name, (pattern, _) in table.items())
    return re.compile(joined, re.MULTILINE), {name: handler for name, (_, handler) in table.items()}
