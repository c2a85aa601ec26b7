"""Declarations in the order of a sentence: ranges, memberships, sizes, index letters."""

from __future__ import annotations

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.moods import LET
from derivlab.notation.statements import declare
from derivlab.notation.statements.equations import Equations
from derivlab.notation.statements.kinds import InSetItem, Item, MembershipItem, MentionItem, RangeItem
from derivlab.notation.statements.runs import ORDER
from derivlab.notation.statements.sets import Space, read_set
from derivlab.notation.statements.written import dataset
from derivlab.notation.syntax import Node


class Declarations:
    """What declares names in the scope of a document."""

    scope: Scope
    equations: Equations

    def declaration(self, item: Item) -> list[str]:
        if isinstance(item, RangeItem):
            return self.range(item)
        if isinstance(item, MembershipItem):
            keys = self.membership(item)
            self.equations.introduced |= set(keys) if item.mood == LET else set()
            return keys
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
            key = declare.declare_numbered(self.scope, names[0], last, space)
            self.equations.declared_here[key] = names[0].start
            return [key]
        return [self.declare(name, space) for name in (*names, last)]

    def ordered_names(self, item: MembershipItem) -> list[str]:
        names = [one.sides[0].parse() for one in item.names]
        clause, last = item.clause, item.clause.sides[0].parse()
        bound = declare.numeric(clause.sides[1].parse()) if len(clause.sides) == 2 else None
        if bound is None:
            raise UnreadableError(
                "a list of names is compared with a number only",
                hint="write one inequality for each name",
                start=clause.start,
                end=clause.end,
            )
        domain = declare.domain_of(str(clause.relations[0].value), bound)
        if any(isinstance(name, syntax.Dots) for name in names):
            keys = [declare.declare_numbered(self.scope, names[0], last, Space(domain=domain))]
        else:
            found = [declare.restrict(self.scope, name, domain, True) for name in (*names, last)]
            keys = [key for key in found if key is not None]
        self.equations.declared_here |= dict.fromkeys(keys, clause.start)
        return keys

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
