"""Where a sentence says a property, 'symmetric', 'one-hot', 'a unit vector', and of which names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from derivlab.errors import UnreadableError
from derivlab.notation.clauses import Clause, Words
from derivlab.notation.elaboration.names import Found, find, spelling
from derivlab.notation.elaboration.scope import Entry, Scope
from derivlab.notation.sentences import Element, Sentence
from derivlab.notation.statements.adjectives import WORDS, Property, property_of
from derivlab.notation.statements.vocabulary import (
    AFTER,
    ARTICLES,
    BEFORE,
    CONCLUDING,
    DENIALS,
    IF,
    OPENERS,
    OPENING,
    VERBS,
)

NEAR = 80  # how many characters of prose may stand between a name and the word
ENDS = re.compile(r"\s{0,3}(?:$|[.,;:)]|and\b|with\b|vectors?\b|matri(?:x|ces)\b)")
TOKEN = re.compile(r"[^\W\d_]+|[^\s,\w-]|[\d_]")


@dataclass(frozen=True)
class Said:
    """A property, the names it is said of, and whether only in this sentence.

    A `bare` one stands alone before a name, as 'a positive $p$' does: a vector p is then an example.
    """

    property: Property
    names: tuple[tuple[Clause, Found], ...]
    conditional: bool
    columns: bool
    lines: str = ""
    bare: bool = False


def attributes_in(scope: Scope, sentence: Sentence) -> Iterator[Said]:
    """The properties that a sentence says of variables, in the order of reading."""
    elements, conditional, concluding = sentence.elements, False, False
    for place, element in enumerate(elements):
        if not isinstance(element, Words):
            continue
        text = _with_number(element.text, elements, place)
        at = 0
        for words in WORDS.finditer(text):
            for token in _words(text[at : words.start()]):
                conditional = conditional or token in IF
                concluding = token in CONCLUDING or (concluding and token not in OPENING)
            at = words.end()
            wanted = property_of(words)
            names = [] if concluding else _names(scope, elements, place, text, words, wanted)
            if names:
                earlier = next((one.text for one in elements[:place][::-1] if isinstance(one, Words)), "")
                near = earlier[-20:] + text[max(0, words.start() - NEAR) : words.end() + 12]
                lines = "columns" if "column" in near else "rows" if "rows" in near else ""
                columns = wanted.rank == 1 and lines == "columns"
                bare = wanted.rank == 0 and _is_bare(text, words)
                yield Said(wanted, tuple(names), conditional, columns, lines, bare)
        for token in _words(text[at:]):
            conditional = conditional or token in IF
            concluding = token in CONCLUDING or (concluding and token not in OPENING)


def _names(
    scope: Scope, elements: list[Element], place: int, text: str, words: re.Match[str], wanted: Property
) -> list[tuple[Clause, Found]]:
    """The variables that the words are said of: those before them, or else those behind them."""
    start, end = words.span()
    before = _skew_as_one_word(_tokens(text[max(0, start - NEAR - 1) : start]))
    after = _tokens(text[end : end + NEAR + 1])
    if _denied(before):
        return []
    ahead = bool(_after(elements, place)) and _is_bare(text, words)
    apposed = not before and bool(ENDS.match(text, end))
    said_before = apposed or (not ahead and _is_said_before(before, wanted))
    run = _before(elements, place) if said_before else []
    if wanted.rank == 1 and wanted.means is not None:
        _introduce(scope, run)
    named = _variables(scope, run)
    if (
        not named
        and AFTER.issuperset(after)
        and after[-1:] != ["and"]
        and (wanted.means is not None or wanted.rank == 2)
    ):
        named = _variables(scope, _after(elements, place))
    return named


def _is_bare(text: str, words: re.Match[str]) -> bool:
    """Whether the property stands between an article and what follows the words: 'a positive $p$'."""
    near = text[max(0, words.start() - NEAR) : words.start()]
    return not text[words.end() :].strip() and not ARTICLES.isdisjoint(_words(near)[-1:])


def _introduce(scope: Scope, clauses: list[Clause]) -> None:
    """'where y is one-hot' declares a new y, if the document speaks of one size only."""
    sizes = [entry.array for entry in scope.of_kind("dimension")]
    for clause in clauses:
        tokens = clause.sides[0].tokens
        key = str(tokens[0].value)
        plain = len(tokens) == 1 and tokens[0].type == "NAME" and not clause.relations
        if plain and len(sizes) == 1 and scope.lookup(key) is None and key not in scope.ranges:
            scope.add(Entry(key, scope.identifier(key), "variable", (sizes[0],), place=clause.start))


def _variables(scope: Scope, clauses: list[Clause]) -> list[tuple[Clause, Found]]:
    named = ((clause, _variable(scope, clause)) for clause in clauses)
    return [(clause, found) for clause, found in named if found is not None]


def _is_said_before(before: list[str], wanted: Property) -> bool:
    """Whether the words between a name and the property say the one of the other."""
    if not BEFORE.issuperset(before):
        return False
    for number, token in enumerate(before):
        if token == "and" and number and before[number + 1 : number + 2] and before[number + 1] in ARTICLES:
            return False  # 'x is a vector and the one-hot y'
    if not before:
        return wanted.verb or wanted.told == "commuting"
    return wanted.verb or not VERBS.isdisjoint(before) or before[0] in OPENERS


def _with_number(text: str, elements: list[Element], place: int) -> str:
    """'sum to' with the number that stands behind it as a formula."""
    following = elements[place + 1] if place + 1 < len(elements) else None
    if isinstance(following, Clause) and not following.relations and text.rstrip().endswith(" to"):
        tokens = following.sides[0].tokens
        if len(tokens) == 1 and str(tokens[0].value) in ("0", "1"):
            return f"{text.rstrip()} {tokens[0].value}"
    return text


def _after(elements: list[Element], place: int) -> list[Clause]:
    """The names right behind the words: `A`, `A \\in S`, `A, B \\in S`."""
    found = []
    for element in elements[place + 1 :]:
        if not isinstance(element, Clause):
            break
        found.append(element)
        if element.after != "comma" or element.relations:
            break
    return found


def _before(elements: list[Element], place: int) -> list[Clause]:
    """The names right before the words: `A`, `A, B`, `A and B`."""
    found: list[Clause] = []
    linked = True
    for element in reversed(elements[:place]):
        if isinstance(element, Words):
            linked = element.text.strip(" ,\n") == "and"
            if not linked or not found:
                break
        elif (
            not isinstance(element, Clause)
            or not (linked or element.after == "comma")
            or (found and element.relations)
        ):
            break
        else:
            found.append(element)
            linked = False
    return found


def _variable(scope: Scope, clause: Clause) -> Found | None:
    """The variable that a clause names or declares; nothing for what has a value."""
    try:
        spelled = spelling(clause.sides[0].parse())
    except UnreadableError:
        return None
    if spelled is None or (clause.relations and clause.relations[0].value not in ("∈", "⊂", "⊆")):
        return None
    found = find(scope, spelled)
    return found if found is not None and found.entry.kind == "variable" else None


def _words(text: str) -> list[str]:
    return TOKEN.findall(text.lower())


def _tokens(between: str) -> list[str]:
    """The words and signs between a name and the word; a sign that no list has, if they are far apart."""
    words = _words(between)
    return words if len(between) <= NEAR else ["…", *words]


def _skew_as_one_word(tokens: list[str]) -> list[str]:
    """'skew-symmetric and' denies nothing of what follows."""
    pairs = zip(tokens, [*tokens, ""][1:], strict=True)
    return [token for token, behind in pairs if not (token == "skew" and behind == "symmetric")]


def _denied(before: list[str]) -> bool:
    """'not', 'not necessarily', 'skew-' right before the word, or 'not a'."""
    kept = before
    while kept and kept[-1] in {"necessarily", "always", "a", "an", "strictly", "required", "to", "be"}:
        kept = kept[:-1]
    return not DENIALS.isdisjoint(kept[-1:])
