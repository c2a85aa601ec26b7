"""KaTeX as the package carries it: one style sheet with its fonts inside, and one script."""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent / "assets"
FOLDER = ASSETS / "katex"
_SOURCES = re.compile(r"src:url\(fonts/([\w-]+\.woff2)\)[^;}]*")


@cache
def version() -> str:
    """The version of KaTeX, e.g. "0.16.0"."""
    return (FOLDER / "VERSION").read_text(encoding="utf-8").strip()


@cache
def licence() -> str:
    """The text of its licence, which goes wherever its code goes."""
    return (FOLDER / "LICENSE").read_text(encoding="utf-8").strip()


@cache
def script() -> str:
    """KaTeX itself, with its licence in front."""
    code = (FOLDER / "katex.min.js").read_text(encoding="utf-8")
    return f"/* KaTeX {version()}\n{licence()}\n*/\n{code}"


@cache
def styles() -> str:
    """KaTeX's style sheet with each font as data in the place of its address."""
    sheet = (FOLDER / "katex.min.css").read_text(encoding="utf-8")
    return _SOURCES.sub(_embedded, sheet)


def _embedded(match: re.Match[str]) -> str:
    data = base64.b64encode((FOLDER / "fonts" / match[1]).read_bytes()).decode("ascii")
    return f'src:url(data:font/woff2;base64,{data}) format("woff2")'
