"""Whether a sentence asserts its equations: 'for every v, J = ...', 'it is true that J = ...'."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivlab.notation.clauses import Clause, Words
from derivlab.notation.moods import ASSUME, LET, SIDE, STATE, tail
from derivlab.notation.sentences import Element
from derivlab.notation.statements.kinds import EquationItem

QUANTIFIED = re.compile(r"\b(?:all|any|every|each|arbitrary|some|no matter)\b[a-z\s-]{0,40}$", re.IGNORECASE)
OPENS = re.compile(
    r"\W*(?:then |so |hence |now |thus |moreover,? )?(?:for|given) (?:all|any|every|each)\b", re.I
)
ASKED = frozenset({ASSUME, SIDE, LET})
ASSERTING = re.compile(
    r"\b(?:equals?|equality|knows?|known|holds?|identity|identical(?:ly)?|true|false|falsely|wrong(?:ly)?"
    r"|correct(?:ly)?|same|again|still|states?|says|regardless|whatever|always|never|check"
    r"|i\.e|that is|in other words|coincides?|agrees?|reduces?|simplif(?:y|ies)|turns? (?:out|into))\b",
    re.IGNORECASE,
)


def bound_in(elements: list[Element]) -> frozenset[str]:
    """What the words of a sentence quantify, as written: 'for all i' and 'every v in the plane'.

    The names of a formula right behind 'all', 'any', 'every', 'each', 'some', 'arbitrary'.
    """
    return frozenset(_bound(elements))


def _bound(elements: list[Element]) -> Iterator[str]:
    quantified = False
    for element in elements:
        if isinstance(element, Words):
            text = tail(element.text)
            quantified = bool(QUANTIFIED.search(text)) or (quantified and text in (",", "and", ", and"))
        elif isinstance(element, Clause) and (quantified or element.link == r"\forall"):
            yield "".join(str(token.value) for token in element.sides[0].tokens)


def quantifies(elements: list[Element]) -> bool:
    """Whether a sentence begins with 'for all', 'for every': the claim comes last.

    >>> quantifies([Words("For any unit vector", 0, 19)]), quantifies([Words("Take all points", 0, 15)])
    (True, False)
    """
    first = elements[0] if elements else None
    return isinstance(first, Words) and bool(OPENS.match(first.text))


def note_quantifiers(elements: list[Element], equations: list[EquationItem]) -> None:
    """Tell equations what their sentence asserts and quantifies; 'for every x such that A, B' claims B."""
    asserted, bound = asserts(elements), bound_in(elements)
    for item in equations:
        item.asserted, item.bound = asserted, bound
    asked = len(equations) > 1 and all(one.mood in ASKED for one in equations)
    if asked and quantifies(elements) and equations[-1].linked and not equations[-1].opened:
        equations[-1].mood = STATE


def asserts(elements: list[Element]) -> bool:
    """Whether the words of a sentence say of an equation that it holds.

    >>> asserts([Words("It is true that", 0, 15)]), asserts([Words("The loss is", 0, 11)])
    (True, False)
    """
    return any(isinstance(one, Words) and ASSERTING.search(one.text) for one in elements)
