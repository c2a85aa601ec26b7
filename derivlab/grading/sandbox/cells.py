"""The code that a student handed in: one file, or the code cells of a notebook, one by one."""

from __future__ import annotations

import json
import re

MARKED = re.compile(r"^(?=# %%)", re.MULTILINE)
MOST_CELLS = 500
MOST = 1_000_000  # characters; a derivation's function has a few hundred


def cells_of(source: str) -> list[str]:
    """The pieces of code, in order: cells are loaded one by one, so that one with an error stops no other.

    A line `# %%` begins a cell, as editors write it. Lines that only a notebook understands
    (`%matplotlib inline`, `!pip ...`) become empty lines.

    >>> cells_of('{"cells": [{"cell_type": "code", "source": ["%time\\\\n", "a = 1"]}]}')
    ['\\na = 1']
    >>> cells_of("a = 1\\n# %%\\nb = 2")
    ['a = 1\\n', '# %%\\nb = 2']
    """
    source = source[:MOST].removeprefix("\ufeff")
    found = _notebook(source)
    return MARKED.split(source)[:MOST_CELLS] if found is None else found[:MOST_CELLS]


def _notebook(source: str) -> list[str] | None:
    if not source.lstrip().startswith("{"):
        return None
    try:
        cells = json.loads(source)["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return [_without_magic(text) for text in texts]


def _without_magic(text: str) -> str:
    if text.startswith("%%"):
        return ""
    return "\n".join("" if _is_magic(line.strip()) else line for line in text.split("\n"))


def _is_magic(line: str) -> bool:
    return line.startswith(("%", "!", "?")) or line.endswith("?")
