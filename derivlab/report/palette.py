"""The colours of every figure: Okabe and Ito's palette, safe for colour-blind readers, distinct in grey."""

from __future__ import annotations

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
    named = [(name, value) for name, value in globals().items() if name.isupper()]
    return [(f"dl{name.lower().replace('_', '')}", value) for name, value in named]
