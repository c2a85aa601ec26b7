"""How wide and high a formula is when set, in points: by matplotlib's mathtext, else by estimate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from derivlab.report.breaking import width

NORMAL, SMALL, SHAPE = 10.0, 7.5, 6.5


@dataclass(frozen=True)
class Size:
    """Width of a set formula, its height above and its depth below the baseline, in points."""

    width: float
    height: float
    depth: float


@cache
def measure(latex: str, size: float = NORMAL) -> Size:
    r"""The size of a formula at a font size in points; nothing has no size.

    >>> measure("x").width < measure("x + y").width
    True
    """
    if not latex:
        return Size(0.0, 0.0, 0.0)
    try:
        return _by_mathtext(for_mathtext(latex), size)
    except ValueError:
        tall = r"\frac" in latex or r"\sum" in latex or r"\begin" in latex
        return Size(width(latex) * size, (1.4 if tall else 0.75) * size, (0.9 if tall else 0.25) * size)


def _by_mathtext(latex: str, size: float) -> Size:
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser

    parser = MathTextParser("path")
    parsed = parser.parse(f"${latex}$", dpi=72, prop=FontProperties(size=size, math_fontfamily="cm"))
    return Size(float(parsed.width), float(parsed.height) - float(parsed.depth), float(parsed.depth))


_REPLACEMENTS = (
    (r"\\text\{", r"\\mathrm{"),
    (r"\\boldsymbol\{", r"\\mathbf{"),
    (r"\\(?:bigl|bigr)(?=[(\[)\]|])", ""),
    (r"\^\{\\top\}", r"^{\\!\\top\\!}"),  # mathtext sets it as a relation, with room on both sides
)


def for_mathtext(latex: str) -> str:
    """The few commands that mathtext lacks, by ones that look alike."""
    for pattern, replacement in _REPLACEMENTS:
        latex = re.sub(pattern, replacement, latex)
    return latex
