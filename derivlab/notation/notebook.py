"""Jupyter notebooks: the Markdown cells, with positions kept to the notebook's own file."""

from __future__ import annotations

import json
import re
from typing import Any

from derivlab.errors import UnreadableError
from derivlab.notation.sources import Source

TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"\s*:)|(?P<string>"(?:[^"\\]|\\.)*")|(?P<open>[\[{])|(?P<close>[\]}])',
    re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?|.)")

CELL = ["", "cells", ""]

Span = tuple[int, int]


def notebook_source(path: str, original: str) -> Source:
    """The Markdown cells of a notebook as one text, a blank line between two cells.

    Raises `UnreadableError` if the file is no notebook.
    """
    try:
        cells = json.loads(original)["cells"]
        kinds = [_kind_of(cell) for cell in cells]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        hint = "give a file in the format of Jupyter notebooks (nbformat 4), or Markdown or LaTeX"
        raise UnreadableError("this is not a notebook", hint=hint, start=0) from error
    text = _Joiner(original)
    for kind, spans in zip(kinds, _source_strings(original), strict=True):
        if kind == "markdown":
            text.cell(spans)
    return Source(path, original, "".join(text.parts), tuple(text.jumps) or ((0, 0),))


def _kind_of(cell: Any) -> str:
    """The type of a cell whose source is text, or lines of text."""
    source = cell["source"]
    lines = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines):
        raise TypeError("the source of a cell is text")
    return str(cell["cell_type"])


class _Joiner:
    """Joins decoded strings and notes where the text leaves step with the file."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.parts: list[str] = []
        self.jumps: list[tuple[int, int]] = []
        self.length = 0

    def cell(self, spans: list[Span]) -> None:
        for start, end in spans:
            self._string(start + 1, end - 1)
        self._add("\n\n", spans[-1][1] if spans else 0)

    def _string(self, start: int, end: int) -> None:
        at = start
        for escape in ESCAPE.finditer(self.original, start, end):
            self._add(self.original[at : escape.start()], at)
            self._add(json.loads(f'"{escape.group()}"'), escape.start())
            at = escape.end()
        self._add(self.original[at:end], at)

    def _add(self, text: str, origin: int) -> None:
        if text:
            self.jumps.append((self.length, origin))
            self.parts.append(text)
            self.length += len(text)


def _source_strings(original: str) -> list[list[Span]]:
    """For each cell the stretches of the strings of its "source" (a string or a list of strings).

    Follows the structure of JSON that is known to be valid, without recursion.
    """
    cells: list[list[Span]] = []
    path: list[str] = []
    key = ""
    for token in TOKEN.finditer(original):
        kind, text = token.lastgroup, token.group()
        if kind == "key":
            key = text.rstrip().removesuffix(":").rstrip().strip('"')
        elif kind == "open":
            path.append(key)
            key = ""
            if path == CELL and text == "{":
                cells.append([])
        elif kind == "close":
            path.pop()
            key = ""
        elif kind == "string" and [*path, key] in ([*CELL, "source"], [*CELL, "source", ""]):
            cells[-1].append(token.span())
    return cells
