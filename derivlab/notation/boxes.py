r"""Boxes and marks around a relation: `\boxed{A = B}`, `\stackrel{(a)}{=}`, `\overset{!}{=}`.

Their braces would hide the relation. They are taken away where a relation stands right inside; around
anything else they group, as braces do.
"""

from __future__ import annotations

from derivlab.notation.commands import RELATIONS
from derivlab.notation.rawtokens import Raw

BOXES = frozenset({r"\boxed", r"\fbox"})
OVER = frozenset({r"\stackrel", r"\overset", r"\underset"})


def unboxed(tokens: list[Raw]) -> list[Raw]:
    """The tokens without boxes around relations and without what stands over them."""
    if not any(token.text in BOXES or token.text in OVER for token in tokens):
        return tokens
    ends = _ends(tokens)
    dropped: set[int] = set()
    for at, token in enumerate(tokens):
        if token.text not in BOXES and token.text not in OVER:
            continue
        first, opening = at, at + 1
        if token.text in OVER:
            opening = ends.get(opening, len(tokens)) + 1
        closing = ends.get(opening)
        if closing is not None and _relates(tokens, opening, closing, ends):
            dropped |= {*range(first, opening + 1), closing}
    return [token for at, token in enumerate(tokens) if at not in dropped]


def _ends(tokens: list[Raw]) -> dict[int, int]:
    """Where each brace that opens is closed."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.text == "{":
            opened.append(at)
        elif token.text == "}" and opened:
            found[opened.pop()] = at
    return found


def _relates(tokens: list[Raw], opening: int, closing: int, ends: dict[int, int]) -> bool:
    """Whether a relation stands between the two braces, and not deeper."""
    at = opening + 1
    while at < closing:
        if tokens[at].text in RELATIONS:
            return True
        at = ends.get(at, at) + 1
    return False
