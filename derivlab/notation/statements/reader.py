"""Reads a document sentence by sentence: first what it declares, then what it defines and claims.

A name may be used earlier in the sentence that declares or defines it; one statement that is not read
never hides another.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivlab.errors import UnreadableError
from derivlab.notation.clauses import Clause, Words
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.rawtokens import read_macros
from derivlab.notation.recursion import room_for_nesting
from derivlab.notation.regions import Pages
from derivlab.notation.sentences import Sentence, sentences
from derivlab.notation.sources import Source
from derivlab.notation.statements import declare
from derivlab.notation.statements.declarations import Declarations
from derivlab.notation.statements.equations import Equations
from derivlab.notation.statements.inequalities import restricted_by, restriction
from derivlab.notation.statements.inwords import take_shapes
from derivlab.notation.statements.items import items_of
from derivlab.notation.statements.kinds import (
    EquationItem,
    InSetItem,
    Item,
    MembershipItem,
    MentionItem,
    PropertyItem,
    RangeItem,
    UnlexedItem,
)
from derivlab.notation.statements.model import ChainEnds, Declared, Extent, Statement, Unread
from derivlab.notation.statements.passing import Passing
from derivlab.notation.statements.pieces import join_cases
from derivlab.notation.statements.properties import stated_property
from derivlab.notation.statements.said import Prose
from derivlab.notation.statements.special import sizes_given, take_special_cases
from derivlab.notation.statements.stacked import stated_stacked
from derivlab.notation.statements.units import Unit
from derivlab.notation.statements.written import written_out
from derivlab.symbols import REAL


class Reader(Declarations):
    """Keeps the scope of one document while its sentences are read."""

    def __init__(self, source: Source, pages: Pages) -> None:
        self.source = source
        self.pages = pages
        self.scope = Scope()
        self.equations = Equations(self.scope, source)

    def statements(self) -> Iterator[Statement]:
        """The statements, each as soon as its sentence is complete."""
        macros = read_macros(self.pages.text)
        for sentence in sentences(self.pages, macros):
            if any(not isinstance(element, Words) for element in sentence.elements):
                yield from self.guarded_sentence(sentence)

    def guarded_sentence(self, sentence: Sentence) -> list[Statement]:
        """What one sentence states; one that cannot be read as a whole hides no other."""
        try:
            return self.sentence(sentence)
        except UnreadableError as error:
            first, last = sentence.elements[0], sentence.elements[-1]
            return [Unread(self.extent(first.start, last.end), error)]

    def sentence(self, sentence: Sentence) -> list[Statement]:
        """What one sentence states, in the order of its text."""
        self.scope.section = sentence.section
        passing = Passing(self.scope, sentence)
        sentence, shaped = take_shapes(self.scope, sentence)
        items = items_of(sentence)
        found: list[Statement] = [Declared(self.extent(at, at + 1), (key,)) for key, at in shaped]
        self.equations.declared_here, self.equations.introduced = dict(shaped), set()
        found += [one for item in sizes_given(self.scope, items) for one in self.settled_now(item)]
        for item in items:
            if isinstance(item, RangeItem | MentionItem):
                found += self.guarded(item)
            elif isinstance(item, EquationItem):
                found += self.range_between(item)
                found += self.tuple_or_set(item)
        found += self.memberships(
            [one for one in items if isinstance(one, MembershipItem | InSetItem | UnlexedItem)]
        )
        found += stated_stacked(self.scope, sentence, dict(self.equations.declared_here), self.extent)
        prose = Prose(self.scope, sentence, passing.bound)
        found += prose.statements(self.extent)
        rest: list[Unit | PropertyItem] = []
        join_cases(self.scope, items)
        cases = take_special_cases(self.scope, items, self.equations.declared_here)
        found += [Statement(self.extent(case.clause.start, case.clause.end)) for case in cases]
        for item in items:
            if isinstance(item, EquationItem) and not item.done:
                extent = self.extent(item.clause.start, item.clause.end)
                given = restriction(self.scope, item, extent, self.equations.declared_here)
                if given is None:
                    rest += self.equations.units(item)
                else:
                    found.append(given)
            elif isinstance(item, PropertyItem) and item.clause.start not in prose.definite:
                rest.append(item)
            elif isinstance(item, MentionItem):
                found += self.guarded_mention(item)
        found += self.settle(rest)
        for unit in rest:
            if isinstance(unit, Unit) and unit.chain and unit.position == 0:
                ends = self.equations.ends(unit.item, unit.chain)
                found += [ends] if ends is not None else []
        prose.forget()
        self.equations.forget()
        passing.end()
        return sorted(found, key=_order)

    # ------------------------------------------------------------------ equations, until no more can be read

    def settled_now(self, item: EquationItem) -> list[Statement]:
        """A definition that the declarations of its sentence need: 'let K = 3 and z in R^K'."""
        item.done = True
        return self.settle([*self.equations.units(item)])

    def settle(self, todo: list[Unit | PropertyItem]) -> list[Statement]:
        """Read equations; those that use a name which another one of them defines are read again."""
        found: list[Statement] = []
        while todo:
            failed: list[tuple[Unit | PropertyItem, list[Statement]]] = []
            before = len(self.scope.definitions), len(self.scope.entries)
            for unit in todo:
                out = self.one(unit)
                if any(isinstance(one, Unread) and "is not declared" in one.error.message for one in out):
                    failed.append((unit, out))
                else:
                    found += out
            if not failed:
                return found
            if before == (len(self.scope.definitions), len(self.scope.entries)):
                told = [
                    one for unit, _ in failed if isinstance(unit, Unit) for one in self.equations.infer(unit)
                ]
                if not told:
                    return found + [one for _, out in failed for one in out]
                found += told
            todo = [unit for unit, _ in failed]
        return found

    def one(self, unit: Unit | PropertyItem) -> list[Statement]:
        if isinstance(unit, PropertyItem):
            return self.property(unit)
        return self.equations.read(unit)

    # ------------------------------------------------------------------ declarations

    def memberships(self, items: list[Item]) -> list[Statement]:
        """Declarations; those that lack a range are read again after the others."""
        first = [(item, self.guarded(item)) for item in items]
        waits = [
            any(isinstance(one, Unread) and "has no range" in one.error.message for one in out)
            for _, out in first
        ]
        return [
            one
            for (item, out), wait in zip(first, waits, strict=True)
            for one in (self.guarded(item) if wait else out)
        ]

    def tuple_or_set(self, item: EquationItem) -> list[Statement]:
        """`x = (x_1, \\dots, x_d)^\\top \\in S` declares x; `\\{(x_i, y_i)\\}_{i=1}^N` gives i a range."""
        clause = item.clause
        try:
            keys = written_out(self.scope, clause)
        except UnreadableError as error:
            return [Unread(self.extent(clause.start, clause.end), error)]
        if keys is None:
            return []
        item.done = True
        return [Declared(self.extent(clause.start, clause.end), tuple(keys))] if keys else []

    def range_between(self, item: EquationItem) -> list[Statement]:
        """`1 \\leq i \\leq N` is known before the families that use it."""
        relations = [str(relation.value) for relation in item.clause.relations]
        tokens = item.clause.sides[0].tokens
        if relations != ["≤", "≤"] or len(tokens) != 1 or tokens[0].value != "1":
            return []
        restricted_by(self.scope, item.clause)
        return []

    def guarded(self, item: Item) -> list[Statement]:
        """A declaration; one that is not read becomes an `Unread`."""
        clause = item.unlexed if isinstance(item, UnlexedItem) else _clause_of(item)
        extent = self.extent(clause.start, clause.end)
        try:
            if isinstance(item, UnlexedItem):
                raise item.unlexed.error
            keys = self.declaration(item)
        except UnreadableError as error:
            return [Unread(extent, error, *self.texts(item))]
        return [Declared(extent, tuple(keys))] if keys else []

    def guarded_mention(self, item: MentionItem) -> list[Statement]:
        """'a positive constant c', 'a, b are positive'."""
        if item.domain is None and not item.number:
            return []
        try:
            node = item.clause.sides[0].parse()
        except UnreadableError:
            return []
        domain = item.domain if item.domain is not None else REAL
        key = declare.restrict(self.scope, node, domain, item.number or domain != REAL)
        return [Declared(self.extent(node.start, node.end), (key,))] if key else []

    def property(self, item: PropertyItem) -> list[Statement]:
        extent = self.extent(item.clause.start, item.clause.end)
        try:
            with room_for_nesting(extent.start, extent.end):
                return [stated_property(self.scope, item, extent)]
        except UnreadableError as error:
            text = self.source.text[item.clause.start : item.clause.end].strip()
            return [Unread(extent, error, text, item.relation)]

    def extent(self, start: int, end: int, relation_at: int = -1) -> Extent:
        return Extent(self.source, start, end, relation_at)

    def texts(self, item: Item) -> tuple[str, str]:
        """The source text of both sides of a declaration."""
        if isinstance(item, UnlexedItem):
            return self.source.text[item.unlexed.start : item.unlexed.end].strip()[:200], ""
        sides = _clause_of(item).sides
        texts = [self.source.text[side.start : side.end].strip() for side in sides]
        return texts[0], texts[1] if len(texts) > 1 else ""


def _order(one: Statement) -> tuple[int, bool]:
    """By the place of the relation; the ends of a chain after its last claim."""
    return max(one.extent.relation_at, one.extent.start), isinstance(one, ChainEnds)


def _clause_of(item: Item) -> Clause:
    if isinstance(item, InSetItem):
        return item.space
    assert not isinstance(item, UnlexedItem)
    return item.clause
