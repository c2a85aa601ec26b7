"""What may enter a LaTeX document: trusted fragments, escaped text, names from an allow-list.

Three doors and no fourth. `Tex` marks a fragment that derivlab's own code wrote. `escape` turns any
other text into characters that LaTeX prints and never obeys. `names.symbol_name` admits the LaTeX of a
mathematical name only if every token of it is on a list.
"""

from __future__ import annotations

import re
import unicodedata

GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi "
    "varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"'",
    "`": r"\textasciigrave{}",
}
_MATHEMATICAL = {
    "∂": r"\ensuremath{\partial}",
    "Σ": r"\ensuremath{\Sigma}",
    "∑": r"\ensuremath{\sum}",
    "≥": r"\ensuremath{\geq}",
    "≤": r"\ensuremath{\leq}",
    "≠": r"\ensuremath{\neq}",
    "≈": r"\ensuremath{\approx}",
    "∈": r"\ensuremath{\in}",
    "∞": r"\ensuremath{\infty}",
    "×": r"\ensuremath{\times}",
    "·": r"\ensuremath{\cdot}",
    "−": r"\ensuremath{-}",
    "±": r"\ensuremath{\pm}",
    "→": r"\ensuremath{\to}",
    "←": r"\ensuremath{\leftarrow}",
    "⊤": r"\ensuremath{\top}",
    "ᵀ": r"\ensuremath{{}^{\top}}",
    "²": r"\ensuremath{{}^{2}}",
    "³": r"\ensuremath{{}^{3}}",
    "¹": r"\ensuremath{{}^{1}}",
    "⁻": r"\ensuremath{{}^{-}}",
    "√": r"\ensuremath{\surd}",
    "∇": r"\ensuremath{\nabla}",
    "ℝ": r"\ensuremath{\mathbf{R}}",
    "ŷ": r"\ensuremath{\hat{y}}",
    "…": r"\dots{}",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "’": "'",
    "‘": "`",
    "“": "``",
    "”": "''",
    "\u00a0": "~",
}
_GREEK_LETTERS = {
    unicodedata.lookup(f"GREEK {'SMALL' if name[0].islower() else 'CAPITAL'} LETTER {unicode_name}"): name
    for name in sorted(GREEK)
    if not name.startswith("var")
    for unicode_name in [{"lambda": "LAMDA", "Lambda": "LAMDA"}.get(name, name.upper())]
}
_SUBSCRIPT_DIGITS = {chr(0x2080 + digit): str(digit) for digit in range(10)} | {"ᵢ": "i", "ⱼ": "j", "ₖ": "k"}


class Tex(str):
    """A fragment of LaTeX that derivlab's own code wrote; it enters a document as it is."""

    __slots__ = ()

    def __add__(self, other: str) -> Tex:
        """Two trusted fragments make a trusted one; plain text is escaped on the way in."""
        return Tex(str.__add__(self, as_tex(other)))


def as_tex(value: object) -> Tex:
    """`value` as LaTeX: a `Tex` as it is, everything else escaped.

    >>> as_tex(Tex(r"\\emph{x}")), as_tex("50 %")
    ('\\\\emph{x}', '50 \\\\%')
    """
    return value if isinstance(value, Tex) else escape(str(value))


def escape(text: str) -> Tex:
    r"""Any text as characters that LaTeX prints: no command, no comment, no change of category.

    Control characters vanish, letters outside Latin that the fonts lack become `?`.

    >>> print(escape(r"\input{/etc/passwd} & 5 %"))
    \textbackslash{}input\{/etc/passwd\} \& 5 \%
    """
    escaped = "".join(map(_escape_character, unicodedata.normalize("NFC", text)))
    return Tex(re.sub(r"-(?=-)", "-{}", escaped))  # two hyphens are two, not a dash


def _escape_character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in _MATHEMATICAL:
        return _MATHEMATICAL[character]
    if character in _GREEK_LETTERS:
        return rf"\ensuremath{{\{_GREEK_LETTERS[character]}}}"
    if character in _SUBSCRIPT_DIGITS:
        return rf"\ensuremath{{{{}}_{{{_SUBSCRIPT_DIGITS[character]}}}}}"
    if character in "\n\t\r":
        return " "
    if unicodedata.category(character).startswith("C"):
        return ""
    # T1 with the usual input table covers Latin-1 and Latin Extended-A, and not much beyond
    return character if ord(character) < 0x180 else "?"
