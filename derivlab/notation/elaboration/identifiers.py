"""Plain names for keys in LaTeX."""

from __future__ import annotations

import re

FONT = re.compile(r"\\math(bf|cal|bb)\{([^{}]*)\}")
ACCENT = re.compile(r"\\(hat|tilde|bar|dot|ddot|check|breve|underline|ring|acute|grave)\{([^{}]*)\}")


def plain(key: str) -> str:
    """A name of letters, digits and underscores for a LaTeX key.

    >>> plain(r"\\hat{y}"), plain(r"W^{(1)}"), plain(r"\\theta"), plain("z'")
    ('yhat', 'W_1', 'theta', 'z_prime')
    """
    text = key
    while (match := ACCENT.search(text)) or (match := FONT.search(text)):
        mark, inner = match.groups()
        text = text[: match.start()] + inner + mark.replace("bf", "_bold") + text[match.end() :]
    text = text.replace("'", "_prime").replace("*", "_star").replace("+", "_plus")
    text = re.sub(r"[^A-Za-z0-9]+", "_", text.replace("\\", "")).strip("_")
    return text or "name"
