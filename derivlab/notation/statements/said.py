"""'A is symmetric', 'a unit vector u', 'y is one-hot': what prose says of a name, from there on.

After 'if' it holds for the sentence. After 'then', 'hence', 'show that' it is no assumption; a defined name
has its value, whatever is said of it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from itertools import combinations

from sympy import Expr, Integer

from derivlab.notation.clauses import Clause
from derivlab.notation.elaboration.names import Found
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.sentences import Sentence
from derivlab.notation.statements.adjectives import PROPERTIES, K, Property, Subject
from derivlab.notation.statements.attributes import Said, attributes_in
from derivlab.notation.statements.model import Declared, Extent, Statement
from derivlab.symbols import total


class Prose:
    """What the prose of one sentence says of names; `forget` takes back what an 'if' said.

    Of an earlier name that the sentence quantifies, one of `bound`, it holds there only: 'for every unit
    vector v'.
    """

    def __init__(self, scope: Scope, sentence: Sentence, bound: Container[str] = ()) -> None:
        self.scope = scope
        self.found = [
            replace(
                one, conditional=one.conditional or any(found.entry.key in bound for _, found in one.names)
            )
            for one in attributes_in(scope, sentence)
        ]
        self.definite = {
            clause.start for one in self.found if "definite" in one.property.told for clause, _ in one.names
        }
        conditional = [found.entry for one in self.found if one.conditional for _, found in one.names]
        self._before = (
            scope.assumptions[:],
            dict(scope.definite),
            dict(scope.unread),
            {entry.key: entry.domain for entry in conditional},
        )
        self._given: list[tuple[Expr, Expr]] = []

    def statements(self, extent: Callable[[int, int], Extent]) -> Iterator[Statement]:
        """Take what is said as true, and tell it."""
        for one in self.found:
            before = len(self.scope.assumptions)
            told = list(_taken(self.scope, one))
            if one.conditional:
                self._given += self.scope.assumptions[before:]
            for clause, key, words in told:
                only = " in this sentence" if one.conditional else ""
                yield Declared(extent(clause.start, clause.end), (key,), notes=(words + only,))

    def forget(self) -> None:
        """What was said under an 'if' lasts for its sentence."""
        if not any(one.conditional for one in self.found):
            return
        assumptions, definite, unread, domains = self._before
        self.scope.forget([pair for pair in self._given if pair not in assumptions])
        self.scope.reset(definite, unread, domains)


def _taken(scope: Scope, said: Said) -> Iterator[tuple[Clause, str, str]]:
    """Add to the scope; yields (place, name, what was understood)."""
    if said.property.told == "orthogonal" and all(_rank(found) == 1 for _, found in said.names):
        yield from _perpendicular(scope, said)
        return
    for clause, found in said.names:
        entry, wanted = found.entry, _of_its_lines(said)
        subject = Subject(scope, entry.key, wanted.rank, said.columns)
        if wanted.means is None or not _fits(subject, found, wanted):
            said_so = f"that {entry.key} is {wanted.told}"
            scope.note_unread(entry.name, said_so)
            yield clause, entry.key, f"{said_so} is not read: write it as an equation"
            continue
        if said.bare and found.entry.shape and found.sub is None:
            scope.note_unread(entry.name, f"that {entry.key} is {wanted.told}")
            yield clause, entry.key, f"'{wanted.told}' is not taken as the sign of the entries of {entry.key}"
            continue
        wanted.means(subject)
        which = f"each {'column' if said.columns else 'row'} of " if _rank(found) > wanted.rank == 1 else ""
        yield clause, entry.key, f"{which}{entry.key} is taken as {wanted.told}"


def _of_its_lines(said: Said) -> Property:
    """'the columns of U are orthonormal' is less than an orthogonal U."""
    if said.property.told == "orthogonal" and said.lines:
        return next(one for one in PROPERTIES if one.told == f"with orthonormal {said.lines}")
    return said.property


def _perpendicular(scope: Scope, said: Said) -> Iterator[tuple[Clause, str, str]]:
    """'x and y are orthogonal' of two vectors."""
    plain = all(len(found.entry.shape) == 1 for _, found in said.names)
    sizes = {found.entry.shape[-1] for _, found in said.names}
    for _, found in said.names:
        if not plain or len(sizes) > 1 or len(said.names) < 2:
            scope.note_unread(found.entry.name, f"that {found.entry.key} is {said.property.told}")
    if plain and len(sizes) == 1:
        for (clause, one), (_, other) in combinations(said.names, 2):
            product = one.entry.array[K] * other.entry.array[K]
            scope.assume(total(product, K, one.entry.shape[0]), Integer(0))
            yield clause, one.entry.key, f"{one.entry.key} and {other.entry.key} are taken as orthogonal"


def _rank(found: Found) -> int:
    """How many axes the named thing has: `y_n` of a family of vectors has one."""
    indexed = found.sub is not None or found.raised is not None
    return len(found.entry.shape) - (max(found.entry.family, 1) if indexed else 0)


def _fits(subject: Subject, found: Found, wanted: Property) -> bool:
    rank, entry = _rank(found), found.entry
    if wanted.rank == 0:
        return True
    if wanted.rank == 1:
        return rank == 1 or (rank == 2 and len(entry.shape) == 2)
    square = entry.shape[-2:] if len(entry.shape) > 1 else (0, 1)
    return rank == 2 and not subject.columns and (not wanted.square or square[0] == square[1])
