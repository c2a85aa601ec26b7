"""'A is symmetric', 'a symmetric matrix A': what prose says of a square matrix, as A = Aᵀ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sympy import Expr

from derivlab.errors import UnreadableError
from derivlab.notation.clauses import Clause, Words
from derivlab.notation.elaboration.names import find, spelling
from derivlab.notation.elaboration.scope import Entry, Scope
from derivlab.notation.sentences import Element, Sentence
from derivlab.notation.statements.model import Declared, Extent, Statement
from derivlab.symbols import index

WORD = re.compile(r"(?<![\w-])symmetric(?![\w-])", re.IGNORECASE)
DENIED = re.compile(r"\b(?:not|non|nor|un|anti|skew)[\s-]*(?:necessarily\s+|always\s+)?$", re.IGNORECASE)
# What may stand between a name and the word, and between the word and a name.
BEFORE = re.compile(
    r"^[\s,]*(?:(?:is|are|be|being|both|all|also|and|a|an|square|real|where|with|assumed|to|which|that)\b[\s,]*)*$",
    re.IGNORECASE,
)
AFTER = re.compile(
    r"^[\s,]*(?:(?:and|positive|semi|semi-?definite|definite|real|square|invertible|matrix|matrices|weight|kernel"
    r"|covariance|hessian|n|by|the|a)\b[\s,-]*)*$",
    re.IGNORECASE,
)
VERB = re.compile(r"\b(?:is|are|be|being)\b", re.IGNORECASE)
IF = re.compile(r"\b(?:if|when|whenever|unless|in case)\b", re.IGNORECASE)


def symmetric_in(scope: Scope, sentence: Sentence) -> Iterator[tuple[Entry, Clause, bool]]:
    """The square matrices that a sentence calls symmetric, where, and whether only under an 'if'."""
    elements, conditional = sentence.elements, False
    for place, element in enumerate(elements):
        if not isinstance(element, Words):
            continue
        conditional = conditional or bool(IF.search(element.text))
        for word in WORD.finditer(element.text):
            before, after = element.text[: word.start()], element.text[word.end() :]
            if DENIED.search(before):
                continue
            said_of = VERB.search(before) and BEFORE.match(before)
            run = _before(elements, place) if said_of else []
            if not run and AFTER.match(after):
                run = _after(elements, place)
            for clause in run:
                entry = _matrix(scope, clause)
                if entry is not None:
                    yield entry, clause, conditional


def stated_symmetric(
    scope: Scope, sentence: Sentence, extent: Callable[[int, int], Extent]
) -> Iterator[Statement]:
    """Assume what a sentence calls symmetric, A[i, j] = A[j, i] for all i and j, and tell it."""
    i, j = index("i"), index("j")
    for matrix, clause, conditional in symmetric_in(scope, sentence):
        stated = (matrix.array[i, j], matrix.array[j, i])
        if stated not in scope.assumptions:
            scope.assume(*stated)
        told = f"{matrix.key} is taken as symmetric" + (" in this sentence" if conditional else "")
        yield Declared(extent(clause.start, clause.end), (matrix.key,), notes=(told,))


def forget_conditional(scope: Scope, sentence: Sentence, known: list[tuple[Expr, Expr]]) -> None:
    """'If A is symmetric' lasts for its sentence: what was not known before it is forgotten."""
    i, j = index("i"), index("j")
    for matrix, _, conditional in symmetric_in(scope, sentence):
        stated = (matrix.array[i, j], matrix.array[j, i])
        if conditional and stated not in known:
            scope.forget([stated])


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


def _matrix(scope: Scope, clause: Clause) -> Entry | None:
    try:
        spelled = spelling(clause.sides[0].parse())
    except UnreadableError:
        return None
    found = find(scope, spelled) if spelled is not None else None
    if found is None or found.entry.kind != "variable" or len(found.entry.shape) != 2:
        return None
    rows, columns = found.entry.shape
    return found.entry if rows == columns else None
