"""'Stack the x_i into X': a matrix whose rows (or columns) are a family of the same letter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from derivlab.notation.clauses import Clause, Words
from derivlab.notation.elaboration.names import RAISED
from derivlab.notation.elaboration.scope import Entry, Scope
from derivlab.notation.sentences import Sentence
from derivlab.notation.statements.model import Declared, Extent, Statement
from derivlab.symbols import Definition, Domain, index

ROWS = re.compile(
    r"\b(?:stack\w*|rows?|collect\w*|gather\w*|arrang\w*|(?:design|data|feature) matrix)\b", re.I
)
ROW_OF = re.compile(r"\b(row|column)s? of\s*$", re.IGNORECASE)
MATRIX = re.compile(r"\b(?:matrix|stacks|collects|contains|holds)\b", re.IGNORECASE)
COLUMNS = re.compile(r"\bcolumns?\b", re.IGNORECASE)


def stated_stacked(
    scope: Scope, sentence: Sentence, declared: Mapping[str, int], extent: Callable[[int, int], Extent]
) -> Iterator[Statement]:
    """Give each matrix that the sentence declares (where) and speaks of as stacked its rows, and tell it."""
    yield from _rows_of(scope, sentence, extent)
    words = " ".join(element.text for element in sentence.elements if isinstance(element, Words))
    by_columns = bool(COLUMNS.search(words))
    if not ROWS.search(words) and not by_columns:
        return
    i, j = index("i"), index("j")
    yield from _introduced(scope, sentence, by_columns, extent)
    for key, start in declared.items():
        matrix, family = scope.lookup(key), _family(scope, key)
        if matrix is None or family is None or not _fits(matrix, family):
            continue
        by_rows = matrix.shape == family.shape and not by_columns
        if not by_rows and matrix.shape != family.shape[::-1]:
            continue
        body = family.array[(i, j) if by_rows else (j, i)]
        scope.rebind(Definition(matrix.name, body, (i, j), matrix.shape, key))
        scope.add(Entry(key, matrix.name, "defined", matrix.shape, place=matrix.place, by_entries=True))
        told = f"the {'rows' if by_rows else 'columns'} of {key} are taken to be the {family.key}_i"
        yield Declared(extent(start, start + len(key)), (key,), notes=(told,))


def _family(scope: Scope, key: str) -> Entry | None:
    """The `x_i` or `x^{(i)}` for an `X`."""
    lower = key.lower()
    return scope.lookup(lower + RAISED) or scope.lookup(lower)


def _fits(matrix: Entry, family: Entry) -> bool:
    """`X` and vectors `x_i` that were declared as such, of the same sizes."""
    letters = len(matrix.key) == 1 and matrix.key.isupper()
    free = matrix.kind == family.kind == "variable" and matrix.domain == Domain()
    shapes = len(matrix.shape) == 2 and matrix.shape in (family.shape, family.shape[::-1])
    return letters and free and shapes and family.family == 1


def _introduced(
    scope: Scope, sentence: Sentence, by_columns: bool, extent: Callable[[int, int], Extent]
) -> Iterator[Statement]:
    """'where X is the matrix with rows x_i^T': a new X, without its sizes."""
    i, j = index("i"), index("j")
    for clause, words in pairwise(sentence.elements):
        if not isinstance(clause, Clause) or not isinstance(words, Words) or clause.relations:
            continue
        key = "".join(str(token.value) for token in clause.sides[0].tokens)
        family = _family(scope, key)
        if not (len(key) == 1 and key.isupper()) or scope.lookup(key) is not None:
            continue
        if family is None or family.family != 1 or len(family.shape) != 2 or not MATRIX.search(words.text):
            continue
        shape = family.shape[::-1] if by_columns else family.shape
        body = family.array[(j, i) if by_columns else (i, j)]
        name = scope.identifier(key)
        scope.define(Definition(name, body, (i, j), shape, key))
        scope.add(Entry(key, name, "defined", shape, place=clause.start, by_entries=True))
        told = f"the {'columns' if by_columns else 'rows'} of {key} are taken to be the {family.key}_i"
        yield Declared(extent(clause.start, clause.end), (key,), notes=(told,))


def _rows_of(scope: Scope, sentence: Sentence, extent: Callable[[int, int], Extent]) -> Iterator[Statement]:
    """'where x_i is the i-th row of X': the x_i are new, and X was declared."""
    elements = sentence.elements
    for place, (words, clause) in enumerate(pairwise(elements)):
        if not isinstance(words, Words) or not isinstance(clause, Clause) or clause.relations:
            continue
        found = ROW_OF.search(words.text)
        matrix = scope.lookup("".join(str(token.value) for token in clause.sides[0].tokens))
        if found is None or matrix is None or len(matrix.shape) != 2:
            continue
        named = (one for one in elements[max(0, place - 3) : place][::-1] if isinstance(one, Clause))
        key, start, end = next(filter(None, map(_indexed, named)), ("", 0, 0))
        if not key or scope.lookup(key) is not None:
            continue
        i, j = index("i"), index("j")
        by_rows = found.group(1).lower().startswith("row")
        shape = matrix.shape if by_rows else matrix.shape[::-1]
        name = scope.identifier(key)
        body = matrix.array[(i, j) if by_rows else (j, i)]
        scope.define(Definition(name, body, (i, j), shape, key))
        scope.add(Entry(key, name, "defined", shape, family=1, place=start, by_entries=True))
        yield Declared(extent(start, end), (key,), notes=(f"{key}_i is {found.group(1)} i of {matrix.key}",))


def _indexed(clause: Clause) -> tuple[str, int, int] | None:
    """The letter of `x_i`."""
    tokens = [str(token.value) for token in clause.sides[0].tokens]
    single = len(tokens) == 3 and tokens[1] == "_" and tokens[0].isalpha() and tokens[2].isalpha()
    return (tokens[0], clause.start, clause.end) if single and not clause.relations else None
