r"""Where a formula that is too long for its line breaks.

Widths are estimated from the LaTeX itself, in units of an em at the size of the text. A formula breaks
before a `+`, `-` or `=` of the outermost level where all pieces fit, as typesetters do; inside
parentheses these become `\bigl( ... \bigr)`, since `\left` and `\right` must share a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivlab.report.tex import Tex

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}_^&]|\s+|.", re.DOTALL)
_WIDE = {r"\sum": 1.45, r"\prod": 1.3, r"\log": 1.45, r"\exp": 1.7, r"\max": 1.9, r"\tanh": 2.1, r"\min": 1.7}
_NONE = frozenset(
    [
        r"\left",
        r"\right",
        r"\,",
        r"\!",
        r"\;",
        r"\displaystyle",
        r"\bigl",
        r"\bigr",
        r"\biggl",
        r"\biggr",
        "&",
    ]
)
_OPERATORS = frozenset(["+", "-", "=", r"\odot", r"\leftarrow", r"\succeq"])
_SCRIPT = 0.72
_LETTERS = dict.fromkeys("ijltIfr", 0.47) | dict.fromkeys("mwMWNKHXDGOQRUVZ", 0.85)


def width(latex: str) -> float:
    r"""The estimated width of a formula in display style, in em.

    >>> width("x") < width("x + y") < width(r"\frac{x + y}{z} + 1")
    True
    """
    return _Measure(latex).sequence(None)


class _Measure:
    """A pass over the tokens that adds up widths; fractions and scripts take the wider part."""

    def __init__(self, latex: str) -> None:
        self._tokens = _TOKEN.findall(latex)
        self._at = 0
        self._in_fraction = 0

    def sequence(self, closing: str | None) -> float:
        total, previous = 0.0, ""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token == closing:
                break
            if token in "_^" and token:
                total += self._scripts(token, previous)
            else:
                total += self._token(token)
            previous = token if not token.isspace() else previous
        return total

    def _argument(self) -> float:
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1
        if self._at >= len(self._tokens):
            return 0.0
        token = self._tokens[self._at]
        self._at += 1
        return self.sequence("}") if token == "{" else self._token(token)

    def _scripts(self, token: str, previous: str) -> float:
        """Scripts above each other share their width; limits of Σ stand below and above it, in display."""
        wide = _SCRIPT * self._argument()
        other = "^" if token == "_" else "_"
        if self._at < len(self._tokens) and self._tokens[self._at] == other:
            self._at += 1
            wide = max(wide, _SCRIPT * self._argument())
        limits = previous in (r"\sum", r"\prod") and not self._in_fraction
        return max(0.0, wide - 1.2) if limits else wide

    def _token(self, token: str) -> float:
        if token.isspace() or token in _NONE or token == "}":
            return 0.0
        if token == "{":
            return self.sequence("}")
        if token == r"\frac":
            self._in_fraction += 1
            wide = max(self._argument(), self._argument()) + 0.3
            self._in_fraction -= 1
            return wide
        if token in (
            r"\hat",
            r"\tilde",
            r"\bar",
            r"\mathbf",
            r"\mathrm",
            r"\text",
            r"\operatorname",
            r"\sqrt",
        ):
            return self._argument() + (0.9 if token == r"\sqrt" else 0.0)
        if token in _OPERATORS:
            return 1.35
        if token in _WIDE:
            return _WIDE[token] - (0.4 if self._in_fraction and token == r"\sum" else 0.0)
        return 0.4 if token in "()[].,|" else _LETTERS.get(token, 0.6)


def break_lines(latex: str, room: float, first_room: float | None = None) -> list[Tex]:
    r"""`latex` as lines that fit `room` em each (the first: `first_room`); one line if it fits already.

    A formula that cannot be broken is returned as it is.

    >>> [str(line) for line in break_lines("a + b + c", room=4.0)]
    ['a + b', '+ c']
    """
    first_room = room if first_room is None else first_room
    if width(latex) <= first_room:
        return [Tex(latex)]
    for depth in range(4):
        pieces = _split(latex, depth)
        if (
            len(pieces) > 1
            and all(width(piece) <= room for piece in pieces[1:])
            and width(pieces[0]) <= first_room
        ):
            return _fill([_fixed_size(piece) if depth else piece for piece in pieces], room, first_room)
    deepest = max((_split(latex, depth) for depth in range(4)), key=len)
    return _fill([_fixed_size(piece) for piece in deepest], room, first_room)


def _split(latex: str, depth: int) -> list[str]:
    """Pieces that each begin with an operator standing inside at most `depth` parentheses, in no braces."""
    pieces, current = [], ""
    for token, braces, level in _levels(latex):
        if token in ("+", "-") and not braces and level <= depth and not _is_sign(current):
            pieces.append(current)
            current = ""
        current += token
    return [piece.strip() for piece in [*pieces, current] if piece.strip()]


def _levels(latex: str) -> Iterator[tuple[str, int, int]]:
    """Each token with the number of open braces or environments and of open parentheses."""
    braces = level = 0
    for token in _TOKEN.findall(latex):
        if token in ("{", r"\begin"):
            braces += 1
        if token in ("}", r"\end"):
            braces -= 1
        if token in (")", "]"):
            level -= 1
        yield token, braces, level
        if token in ("(", "["):
            level += 1


def _is_sign(before: str) -> bool:
    """Whether what stands before makes the operator a sign: nothing, an opening, another operator."""
    stripped = before.rstrip()
    return not stripped or stripped.endswith(("(", "[", "=", "+", "-", r"\left"))


def _fill(pieces: list[str], room: float, first_room: float) -> list[Tex]:
    """As many pieces a line as fit."""
    lines, current, available = [], "", first_room
    for piece in pieces:
        if current and width(f"{current} {piece}") > available:
            lines.append(current)
            current, available = "", room
        current = f"{current} {piece}".strip()
    return [Tex(line) for line in [*lines, current]]


def _fixed_size(piece: str) -> str:
    r"""Brackets whose partner is on another line as `\biggl(`, `\biggr)`: a `\left` needs its `\right`."""
    open_ones: list[int] = []
    lone: dict[int, str] = {}
    for match in re.finditer(r"\\left(?![a-zA-Z])|\\right(?![a-zA-Z])", piece):
        if match[0] == r"\left":
            open_ones.append(match.start())
        elif open_ones:
            open_ones.pop()
        else:
            lone[match.start()] = r"\right"
    lone |= dict.fromkeys(open_ones, r"\left")
    for start in sorted(lone, reverse=True):
        size = r"\biggl" if lone[start] == r"\left" else r"\biggr"
        piece = piece[:start] + size + piece[start + len(lone[start]) :].lstrip()
    return piece
