"""Shapes in words: 'let A be a symmetric $n \\times n$ matrix', 'an $n$-dimensional vector x'.

The sentence that is read on has 'a symmetric matrix' in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.clauses import Clause, Words
from derivlab.notation.elaboration.names import spelling
from derivlab.notation.elaboration.scope import Dim, Scope
from derivlab.notation.moods import tail
from derivlab.notation.sentences import Element, Sentence
from derivlab.notation.statements.declare import declare, declare_family
from derivlab.notation.statements.runs import single
from derivlab.notation.statements.sets import Space, size_of, sizes
from derivlab.notation.syntax import Node
from derivlab.symbols import REAL

MATRIX = re.compile(r"\s*(?:[A-Za-z-]+\s+){0,3}?matri(?:x|ces)\b", re.IGNORECASE)
VECTOR = re.compile(r"(?:-|\s*-?\s*dimensional\s+)(?:[A-Za-z-]+\s+){0,3}?vectors?\b", re.IGNORECASE)
DIMENSIONAL = re.compile(r"^[\s-]*(?:dimensional\s+)?")
VECTOR_OF = re.compile(r"\bvectors? (?:of|with) (?:length|size|dimension)$", re.IGNORECASE)
IS = re.compile(r"\s*(?:,\s*)?(?:to\s+)?(?:both\s+)?(?:be|is|are|denotes?|being)\b[\w\s,-]*", re.IGNORECASE)
APART = re.compile(r"\s*,?\s*an?\s[\w\s-]*", re.IGNORECASE)
NUMBERS = r"(?:real |positive |scalar |given )*(?:numbers|scalars|values|reals)"
NUMBERS_BEFORE = re.compile(NUMBERS + r"$", re.IGNORECASE)
NUMBERS_BEHIND = re.compile(rf"\s*(?:be |are |of )?{NUMBERS}\b", re.IGNORECASE)
Found = tuple[str, int]  # a key, and where it stands


def take_shapes(scope: Scope, sentence: Sentence) -> tuple[Sentence, list[Found]]:
    """The sentence without its shapes in words, and the names that they declare."""
    found: list[Found] = []
    elements = list(sentence.elements)
    for place in range(len(elements) - 1, -1, -1):
        space = _space(scope, elements, place)
        if space is not None and (names := _names(elements, place)):
            found += [(declare(scope, name, space), name.start) for name in names if _is_new(scope, name)]
            _cut(elements, place)
    found += _sequences(scope, elements)
    return replace(sentence, elements=elements), found


def _space(scope: Scope, elements: list[Element], place: int) -> Space | None:
    """The shape that the formula at a place is, with the words around it."""
    clause, before, after = elements[place], _words(elements, place - 1), _words(elements, place + 1)
    if not isinstance(clause, Clause) or clause.relations or clause.display or not before:
        return None
    tokens = clause.sides[0].tokens
    matrix = len(tokens) == 3 and str(tokens[1].value) in ("×", r"\times") and MATRIX.match(after)
    vector = len(tokens) == 1 and (VECTOR.match(after) or VECTOR_OF.search(tail(before)))
    if not matrix and not vector:
        return None
    try:
        return Space(sizes(scope, clause.sides[0].parse()))
    except UnreadableError:
        return None


def _names(elements: list[Element], place: int) -> list[Node]:
    """The names that have the shape: those before 'be' or 'is', or those right behind 'matrix'."""
    before, after = _words(elements, place - 1), _words(elements, place + 1)
    ahead = list(_run(reversed(elements[: place - 1])))
    found = MATRIX.match(after) or VECTOR.match(after)
    behind = list(_run(iter(elements[place + 2 :]))) if found and not after[found.end() :].strip() else []
    run = ahead if IS.fullmatch(before) else behind or (ahead if APART.fullmatch(before) else [])
    return [clause.sides[0].parse() for clause in run]


def _run(elements: Iterator[Element]) -> Iterator[Clause]:
    """Names that stand together: `A`, `A, B`, `A and B`."""
    for element in elements:
        if isinstance(element, Words) and element.text.strip(" ,\n") == "and":
            continue
        if not isinstance(element, Clause) or not (single(element, "NAME") or _is_scripted(element)):
            return
        yield element


def _is_scripted(clause: Clause) -> bool:
    """Whether a clause is a name with an index or an accent."""
    if clause.relations or len(clause.sides[0].tokens) > 8:
        return False
    try:
        return spelling(clause.sides[0].parse()) is not None
    except UnreadableError:
        return False


def _is_new(scope: Scope, name: Node) -> bool:
    spelled = spelling(name)
    known = scope.lookup(spelled.key) if spelled is not None else None
    return spelled is not None and (known is None or scope.is_old(known))


def _cut(elements: list[Element], place: int) -> None:
    """Take the formula out; the words around it become one."""
    before, after = elements[place - 1], elements[place + 1] if place + 1 < len(elements) else None
    if isinstance(before, Words) and isinstance(after, Words):
        text = f"{before.text.rstrip()} {DIMENSIONAL.sub('', after.text)}"
        elements[place - 1 : place + 2] = [Words(text, before.start, after.end)]
    else:
        del elements[place]


def _words(elements: list[Element], place: int) -> str:
    element = elements[place] if 0 <= place < len(elements) else None
    return element.text if isinstance(element, Words) else ""


# ---------------------------------------------------------------------------- sequences


def _sequences(scope: Scope, elements: list[Element]) -> list[Found]:
    """`x_1, \\dots, x_N` and `(x_1, y_1), \\dots, (x_N, y_N)` without a set: how many there are."""
    found: list[Found] = []
    for place in range(1, len(elements) - 1):
        first, middle, last = elements[place - 1 : place + 2]
        if not (isinstance(first, Clause) and isinstance(middle, Clause) and isinstance(last, Clause)):
            continue
        if single(middle, "DOTS") and not first.relations and not last.relations:
            numbers = NUMBERS_BEFORE.search(tail(_words(elements, place - 2)))
            behind = NUMBERS_BEHIND.match(_words(elements, place + 2))
            for key, size, start in _ends(scope, first, last):
                scope.sequences[key] = size
                if (numbers or behind) and scope.lookup(key) is None:
                    declare_family(scope, key, (size,), REAL, first.sides[0].parse())
                    found.append((key, start))
    return found


def _ends(scope: Scope, first: Clause, last: Clause) -> Iterator[tuple[str, Dim, int]]:
    """The names whose members both ends are, with how many there are of each."""
    try:
        pair = [clause.sides[0].parse() for clause in (first, last)]
        items = [one.items if isinstance(one, syntax.Group) and one.kind == "(" else (one,) for one in pair]
        for low, high in zip(*items, strict=True):
            one, many = spelling(low), spelling(high)
            if one is None or many is None or one.key != many.key or many.sub is None:
                return
            if isinstance(one.sub, syntax.Number) and one.sub.text == "1":
                yield one.key, size_of(scope, many.sub), low.start
    except (UnreadableError, ValueError):
        return
