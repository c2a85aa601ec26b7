"""'Stack the x_i into X': a matrix whose rows (or columns) are a family of the same letter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from derivlab.notation.clauses import Words
from derivlab.notation.elaboration.scope import Entry, Scope
from derivlab.notation.sentences import Sentence
from derivlab.notation.statements.model import Declared, Extent, Statement
from derivlab.symbols import Definition, Domain, index

ROWS = re.compile(
    r"\b(?:stack\w*|rows?|collect\w*|gather\w*|arrang\w*|(?:design|data|feature) matrix)\b", re.I
)
COLUMNS = re.compile(r"\bcolumns?\b", re.IGNORECASE)


def stated_stacked(
    scope: Scope, sentence: Sentence, declared: Mapping[str, int], extent: Callable[[int, int], Extent]
) -> Iterator[Statement]:
    """Give each matrix that the sentence declares (where) and speaks of as stacked its rows, and tell it."""
    words = " ".join(element.text for element in sentence.elements if isinstance(element, Words))
    by_columns = bool(COLUMNS.search(words))
    if not ROWS.search(words) and not by_columns:
        return
    i, j = index("i"), index("j")
    for key, start in declared.items():
        matrix, family = scope.lookup(key), scope.lookup(key.lower())
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


def _fits(matrix: Entry, family: Entry) -> bool:
    """`X` and vectors `x_i` that were declared as such, of the same sizes."""
    letters = len(matrix.key) == 1 and matrix.key.isupper()
    free = matrix.kind == family.kind == "variable" and matrix.domain == Domain()
    shapes = len(matrix.shape) == 2 and matrix.shape in (family.shape, family.shape[::-1])
    return letters and free and shapes and family.family == 1
