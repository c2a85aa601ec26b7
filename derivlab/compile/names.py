"""Python names for mathematical names: from an allow-list of characters, never a keyword, never twice."""

from __future__ import annotations

import keyword
import re
import unicodedata

RESERVED = frozenset(
    "np torch math dtype device erf exp_of_difference rounded_exp sum_without_largest True False None".split()
)
_WORD = re.compile(r"[A-Za-z0-9]+")


class Names:
    """Hands out identifiers; the same mathematical name gets the same one.

    Example:
        >>> names = Names()
        >>> names.of("yhat"), names.of(r"\\\\hat{y}"), names.of("lambda"), names.of("x'"), names.of("W^{(1)}")
        ('yhat', 'hat_y', 'lambda_', 'x_prime', 'W_1')
    """

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._taken: set[str] = set(RESERVED)

    def of(self, name: str) -> str:
        """The identifier of a mathematical name."""
        if name not in self._given:
            self._given[name] = self.fresh(identifier(name))
        return self._given[name]

    def fresh(self, stem: str) -> str:
        """An identifier that nothing else has: stem, stem_2, stem_3, ..."""
        name, number = stem, 1
        while name in self._taken:
            number += 1
            name = f"{stem}_{number}"
        self._taken.add(name)
        return name


def identifier(name: str) -> str:
    """An ASCII identifier that resembles `name`."""
    words = [_ascii(char) for char in name.replace("'", "_prime")]
    text = "_".join(_WORD.findall("".join(words))) or "v"
    if text[0].isdigit():
        text = f"v{text}"
    return f"{text}_" if keyword.iskeyword(text) or keyword.issoftkeyword(text) else text


def _ascii(char: str) -> str:
    """A character as ASCII letters: λ becomes lambda."""
    if char.isascii():
        return char
    words = unicodedata.name(char, "").split()
    return words[-1].lower() if len(words) >= 4 and words[0] == "GREEK" else "_"
