"""The colours of every figure: Okabe and Ito's palette, safe for colour-blind readers, distinct in grey."""

from __future__ import annotations

import re

INK = "222222"
GREY = "7A7A7A"
FAINT = "D9D9D9"
BLUE = "0072B2"
VERMILLION = "D55E00"
GREEN = "009E73"
ORANGE = "E69F00"
PALE_BLUE = "DCEBF5"
PALE_ORANGE = "FBE9D0"
PALE_GREY = "F0F0F0"


def latex_colours() -> list[tuple[str, str]]:
    """(name in LaTeX, hexadecimal value) of every colour: `dlblue`, `dlpaleblue`, ..."""
    named = [(name, value) for name, value in globals().items() if name.isupper() and isinstance(value, str)]
    return [(f"dl{name.lower().replace('_', '')}", value) for name, value in named]


# On a dark page: the same roles, light on dark, with the contrast of text where they are text.
DARK = {
    INK: "E6E4DF", GREY: "A5A39D", FAINT: "3A3D42", BLUE: "6CB8E8", VERMILLION: "FF9A66", GREEN: "4FD0A5",
    ORANGE: "F0C050", PALE_BLUE: "17364A", PALE_ORANGE: "4A2A12", PALE_GREY: "2A2E33", "FFFFFF": "15171A",
}  # fmt: skip


def darkened(svg: bytes) -> bytes:
    """A drawing in this palette, recoloured for a dark page.

    >>> darkened(b"fill: #0072b2; fill: #ffffff")
    b'fill: #6CB8E8; fill: #15171A'
    """
    return re.sub(rb"#([0-9A-Fa-f]{6})\b", _dark, svg)


def _dark(match: re.Match[bytes]) -> bytes:
    value = match[1].decode("ascii").upper()
    return f"#{DARK.get(value, value)}".encode("ascii")
