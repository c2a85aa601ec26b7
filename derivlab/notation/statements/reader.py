"""Reads a document sentence by sentence: first what it declares, then what it defines and claims.

A name may be used earlier in the sentence that declares or defines it; one statement that is not read
never hides another.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.clauses import Clause, Words
from derivlab.notation.elaboration.names import RAISED, spelling
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.rawtokens import read_macros
from derivlab.notation.recursion import room_for_nesting
from derivlab.notation.regions import Pages
from derivlab.notation.sentences import Sentence, sentences
from derivlab.notation.sources import Source
from derivlab.notation.statements import declare
from derivlab.notation.statements.equations import Equations, Unit
from derivlab.notation.statements.inequalities import restricted_by, restriction
from derivlab.notation.statements.items import (
    EquationItem,
    InSetItem,
    Item,
    MembershipItem,
    MentionItem,
    PropertyItem,
    RangeItem,
    UnlexedItem,
    items_of,
)
from derivlab.notation.statements.model import ChainEnds, Declared, Extent, Statement, Unread
from derivlab.notation.statements.properties import stated_property
from derivlab.notation.statements.runs import ORDER
from derivlab.notation.statements.sets import Space, read_set, sizes
from derivlab.notation.statements.stacked import stated_stacked
from derivlab.notation.statements.symmetry import forget_conditional, stated_symmetric
from derivlab.notation.statements.written import dataset, written_out
from derivlab.notation.syntax import Node
from derivlab.symbols import REAL


class Reader:
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
                yield from self.sentence(sentence)

    def sentence(self, sentence: Sentence) -> list[Statement]:
        """What one sentence states, in the order of its text."""
        items = items_of(sentence)
        found: list[Statement] = []
        self.equations.declared_here = {}
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
        known = self.scope.assumptions[:]
        found += stated_symmetric(self.scope, sentence, self.extent)
        rest: list[Unit | PropertyItem] = []
        for item in items:
            if isinstance(item, EquationItem) and not item.done:
                extent = self.extent(item.clause.start, item.clause.end)
                given = restriction(self.scope, item, extent, self.equations.declared_here)
                if given is None:
                    rest += self.equations.units(item)
                else:
                    found.append(given)
            elif isinstance(item, PropertyItem):
                rest.append(item)
            elif isinstance(item, MentionItem):
                found += self.guarded_mention(item)
        found += self.settle(rest)
        for unit in rest:
            if isinstance(unit, Unit) and unit.chain and unit.position == 0:
                ends = self.equations.ends(unit.item, unit.chain)
                found += [ends] if ends is not None else []
        forget_conditional(self.scope, sentence, known)
        return sorted(found, key=_order)

    # ------------------------------------------------------------------ equations, until no more can be read

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
            if not failed or before == (len(self.scope.definitions), len(self.scope.entries)):
                return found + [one for _, out in failed for one in out]
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

    def declaration(self, item: Item) -> list[str]:
        if isinstance(item, RangeItem):
            return self.range(item)
        if isinstance(item, MembershipItem):
            return self.membership(item)
        if isinstance(item, InSetItem):
            space = read_set(self.scope, item.space.sides[0].parse())
            return [self.declare(name.sides[0].parse(), space) for name in item.names]
        if isinstance(item, MentionItem):
            return self.index_mention(item)
        return []

    def declare(self, node: Node, space: Space) -> str:
        key = declare.declare(self.scope, node, space)
        self.equations.declared_here[key] = node.start
        return key

    def range(self, item: RangeItem) -> list[str]:
        """`i, j = 1, \\dots, N`, `i = 1:N`."""
        letters = [clause.sides[0].parse() for clause in item.letters]
        if item.upper is not None:
            upper = item.upper.sides[0].parse()
        else:
            side = item.clause.sides[1]
            upper = type(side)(side.tokens[2:], side.start, side.end).parse()
        return declare.read_range(self.scope, letters, upper)

    def membership(self, item: MembershipItem) -> list[str]:
        """`a, b \\in S`, `x_1, \\dots, x_N \\in S`, `(x, y) \\in S \\times T`, `a, b > 0`."""
        clause = item.clause
        if clause.relations[0].value in ORDER:
            return self.ordered_names(item)
        space_node = clause.sides[1].parse()
        last = clause.sides[0].parse()
        pairs = declare.declare_tuple(self.scope, last, space_node)
        if pairs is not None:
            return pairs
        space = read_set(self.scope, space_node)
        names = [one.sides[0].parse() for one in item.names]
        if any(isinstance(name, syntax.Dots) for name in names):
            return [self.numbered_family(names[0], last, space)]
        return [self.declare(name, space) for name in (*names, last)]

    def numbered_family(self, first: Node, last: Node, space: Space) -> str:
        """`x_1, \\dots, x_N \\in \\mathbb{R}^d` declares the family x."""
        one, many = spelling(first), spelling(last)
        size, key = None, ""
        if one is not None and many is not None and one.key == many.key:
            if one.sub is not None and many.sub is not None:
                size, key = many.sub, one.key
            elif isinstance(one.sup, syntax.Group) and isinstance(many.sup, syntax.Group):
                size, key = many.sup.items[0], one.key + RAISED
        if size is None:
            raise UnreadableError(
                "dots between names are read in x_1, ..., x_N only",
                hint=r"declare each name, or a family with x_i and i = 1, \dots, N",
                start=first.start,
                end=last.end,
            )
        declare.declare_family(self.scope, key, sizes(self.scope, size) + space.shape, space.domain, first)
        self.equations.declared_here[key] = first.start
        return key

    def ordered_names(self, item: MembershipItem) -> list[str]:
        names = [one.sides[0].parse() for one in item.names]
        clause = item.clause
        bound = declare.numeric(clause.sides[1].parse()) if len(clause.sides) == 2 else None
        if bound is None:
            raise UnreadableError(
                "a list of names is compared with a number only",
                hint="write one inequality for each name",
                start=clause.start,
                end=clause.end,
            )
        domain = declare.domain_of(str(clause.relations[0].value), bound)
        found = [
            declare.restrict(self.scope, name, domain, True) for name in (*names, clause.sides[0].parse())
        ]
        return [key for key in found if key is not None]

    def index_mention(self, item: MentionItem) -> list[str]:
        """'for a fixed index m': m is an index letter; 'where n is the number of samples': n is a size."""
        if item.is_size and len(item.clause.sides[0].tokens) <= 4:
            node = item.clause.sides[0].parse()
            return [declare.declare(self.scope, node, Space(natural=True))]
        found = dataset(self.scope, item.clause) if len(item.clause.sides[0].tokens) > 6 else None
        if found or not item.is_index:
            return found or []
        tokens = item.clause.sides[0].tokens
        if len(tokens) == 1 and tokens[0].type == "NAME" and len(tokens[0].value) == 1:
            letter = str(tokens[0].value)
            if self.scope.lookup(letter) is None:
                self.scope.fixed.add(letter)
        return []

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

    # ------------------------------------------------------------------ properties in words

    def property(self, item: PropertyItem) -> list[Statement]:
        extent = self.extent(item.clause.start, item.clause.end)
        try:
            with room_for_nesting(extent.start, extent.end):
                return [stated_property(self.scope, item, extent)]
        except UnreadableError as error:
            text = self.source.text[item.clause.start : item.clause.end].strip()
            return [Unread(extent, error, text, item.relation)]

    # ------------------------------------------------------------------ places

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
