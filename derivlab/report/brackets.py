"""Brackets that are as tall as what they hold."""

from __future__ import annotations

import re

_TALL = re.compile(r"\\(?:frac|sum|prod|begin|left)")


def parenthesized(text: str, pair: str = "()") -> str:
    """LaTeX in a pair of brackets that grow only where something tall stands inside."""
    if _TALL.search(text):
        return rf"\left{pair[0]} {text} \right{pair[1]}"
    return f"{pair[0]}{text}{pair[1]}"


def bracketed(text: str) -> str:
    """LaTeX in parentheses, or in square brackets around parentheses."""
    return parenthesized(text, "[]" if "(" in text and "[" not in text else "()")
