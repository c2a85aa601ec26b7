"""The relations: which are claims, which are passed over, and what is said of those that are not read."""

from __future__ import annotations

CLAIMED = {"=": "=", "≡": "=", "≠": "≠", "≤": "≤", "<": "<", "≥": "≥", ">": ">"}
DEFINITE = frozenset({"⪰", "≻"})
NOT_READ = {
    "≈": ("an approximation `≈` is not read", "state an exact equation"),
    "≃": ("`≃` is not read", "state an exact equation"),
    "≅": ("`≅` is not read", "state an exact equation"),
    "≍": ("`≍` is not read", "state an exact equation"),
    "∝": ("a proportionality `∝` is not read", "write the equation with its constant"),
    "∼": ("a distribution `∼` is not read", "declare the variable and its domain, e.g. $x \\in \\mathbb{R}$"),
    "→": ("an arrow is not read as a relation", "write an equation, or f: A \\to B for a function"),
    "↦": ("`↦` is not read here", "define the function, e.g. $f(x) = x^2$"),
    "≪": ("`≪` is not read", "write an exact inequality"),
    "≫": ("`≫` is not read", "write an exact inequality"),
    "≲": ("`≲` is not read", "write an exact inequality"),
    "≳": ("`≳` is not read", "write an exact inequality"),
    "⪯": ("`⪯` is not read", r"write B - A \succeq 0"),
    "≺": ("`≺` is not read", r"write B - A \succ 0"),
    "|": ("a conditional bar is not read", "give the value a name of its own"),
    ":": ("a colon is not read here", "write an equation"),
}
# These state no equation: nothing is lost by passing them over.
AT_SOME_POINTS = "this holds where a derivative is 0, not everywhere: it is not judged"
PASSED_OVER = frozenset({"⊂", "∉"})
