"""Equations: which are definitions, which assumptions, which claims."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.clauses import Clause, Side
from derivlab.notation.elaboration.names import is_shifted, spelling
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.moods import ASSUME, LET, SIDE, STATIONARY
from derivlab.notation.recursion import room_for_nesting
from derivlab.notation.sources import Source
from derivlab.notation.statements.assume import assume
from derivlab.notation.statements.claims import claim_of
from derivlab.notation.statements.define import builtin_of, define, is_standard
from derivlab.notation.statements.following import names_of, redefines
from derivlab.notation.statements.inequalities import declare_in_conditions
from derivlab.notation.statements.items import EquationItem
from derivlab.notation.statements.model import (
    Assumed,
    ChainEnds,
    Defined,
    Equation,
    Extent,
    StatedClaim,
    Statement,
    Unread,
    Updated,
)
from derivlab.notation.statements.properties import definite
from derivlab.notation.statements.relations import AT_SOME_POINTS, CLAIMED, DEFINITE, NOT_READ, PASSED_OVER
from derivlab.notation.statements.sets import read_set
from derivlab.notation.statements.targets import Target, target_of
from derivlab.notation.syntax import Node


@dataclass(eq=False)
class Unit:
    """One relation of a chain."""

    item: EquationItem
    position: int
    chain: int

    @property
    def clause(self) -> Clause:
        return self.item.clause

    @property
    def relation(self) -> str:
        return str(self.clause.relations[self.position].value)


class Equations:
    """Decides what each relation is, in the scope of a document."""

    def __init__(self, scope: Scope, source: Source) -> None:
        self.scope = scope
        self.source = source
        self.declared_here: dict[str, int] = {}
        self.chains = 0
        self.time = ""

    def units(self, item: EquationItem) -> list[Unit]:
        """The relations of a chain, one by one."""
        count = len(item.clause.relations)
        declare_in_conditions(self.scope, item.conditions)
        self.chains += 1 if count > 1 else 0
        return [Unit(item, position, self.chains if count > 1 else 0) for position in range(count)]

    def read(self, unit: Unit) -> list[Statement]:
        """What one relation states; an `Unread` with its place where it is not read."""
        extent = self.extent(unit)
        try:
            with room_for_nesting(extent.start, extent.end):
                return self.statement(unit, extent)
        except UnreadableError as error:
            self.remember(unit, extent)
            return [Unread(extent, placed(error, extent), *self.texts(unit))]

    def remember(self, unit: Unit, extent: Extent) -> None:
        """A name whose definition was not read: later uses of it can say so."""
        if unit.position == 0 and unit.relation in ("=", ":="):
            try:
                target = target_of(self.scope, unit.clause.sides[0].parse())
            except UnreadableError:
                return
            if target is not None and not target.known and not target.builtin:
                self.scope.broken.setdefault(target.key, extent.line)

    def extent(self, unit: Unit) -> Extent:
        left, right = unit.clause.sides[unit.position : unit.position + 2]
        return Extent(self.source, left.start, right.end, unit.clause.relations[unit.position].start_pos)

    def texts(self, unit: Unit) -> tuple[str, str]:
        left, right = unit.clause.sides[unit.position : unit.position + 2]
        return self.text_of(left), self.text_of(right)

    def text_of(self, side: Side) -> str:
        return self.source.text[side.start : side.end].strip()

    def statement(self, unit: Unit, extent: Extent) -> list[Statement]:
        relation = unit.relation
        first = unit.position == 0
        if first and relation == ":":
            return self.signature(unit, extent)
        if relation in PASSED_OVER or (not first and self.is_signature(unit)):
            return []
        if relation == "∈" and not first:
            return []
        if relation == "←" and first:
            return [Updated(extent, self.source.text[extent.start : extent.end])]
        if relation in NOT_READ or relation not in (*CLAIMED, ":=", "=:", *DEFINITE):
            message, hint = NOT_READ.get(
                relation, (f"the relation `{relation}` is not read", "write an equation")
            )
            at = unit.clause.relations[unit.position]
            raise UnreadableError(message, hint=hint, start=at.start_pos, end=at.end_pos)
        left, right = (side.parse() for side in unit.clause.sides[unit.position : unit.position + 2])
        if relation == "=:":
            left, right, relation = right, left, ":="
        if self.names_a_case(unit, left, right):
            return []
        if relation in DEFINITE:
            return [self.definite(left, right, relation, extent)]
        return [self.equation(unit, left, right, relation, extent)]

    def names_a_case(self, unit: Unit, left: Node, right: Node) -> bool:
        """'take the sum apart at $k = i$': two index letters in the prose name a case and claim nothing."""
        if unit.clause.display or len(unit.clause.relations) > 1:
            return False
        letters = [side.text for side in (left, right) if isinstance(side, syntax.Name)]
        return len(letters) == 2 and all(
            len(letter) == 1 and self.scope.lookup(letter) is None for letter in letters
        )

    # ------------------------------------------------------------------ signatures f: A \to B, f: x \mapsto y

    def signature(self, unit: Unit, extent: Extent) -> list[Statement]:
        relations = [str(one.value) for one in unit.clause.relations]
        if "↦" in relations:
            at = relations.index("↦")
            head, formal = unit.clause.sides[0].parse(), unit.clause.sides[at].parse()
            spelled, inner = spelling(head), spelling(formal)
            if spelled is not None and inner is not None:
                body = unit.clause.sides[at + 1].parse()
                target = Target(spelled.key, (), (inner.key,))
                return [Defined(extent, spelled.key, notes=define(self.scope, target, body, head))]
        if "→" in relations or len(relations) == 1:
            self.remember_signature(unit)
            return []
        at_colon = unit.clause.relations[0]
        message, hint = NOT_READ[":"]
        raise UnreadableError(message, hint=hint, start=at_colon.start_pos, end=at_colon.end_pos)

    def remember_signature(self, unit: Unit) -> None:
        """The shape of the argument of `f: A \\to B`, if A is a space that is read."""
        try:
            spelled = spelling(unit.clause.sides[0].parse())
            space = read_set(self.scope, unit.clause.sides[1].parse())
        except UnreadableError:
            return
        if spelled is not None and not space.natural and space.range_to is None:
            self.scope.signatures[spelled.key] = space.shape

    def is_signature(self, unit: Unit) -> bool:
        return str(unit.clause.relations[0].value) == ":"

    # ------------------------------------------------------------------ definitions, assumptions, claims

    def equation(self, unit: Unit, left: Node, right: Node, relation: str, extent: Extent) -> Statement:
        """One `=`, `:=` or inequality."""
        if unit.position == 0 and relation in ("=", "≡", ":="):
            time = _next_step(left)
            if time:
                self.time = time
                return Updated(extent, self.source.text[extent.start : extent.end])
            target = self.definable(unit, left, right, relation)
            if target is not None and target.known and relation == ":=" and self.occurs(target, right):
                return Updated(extent, self.source.text[extent.start : extent.end])
            if target is not None:
                return self.definition(target, left, right, extent)
        if relation == ":=":
            message = "the left side of a definition is a name, entries of a name, or a function"
            raise UnreadableError(
                message, hint="write e.g. $A := B$ or $f(x) := B$", start=left.start, end=left.end
            )
        if (unit.item.mood == ASSUME and unit.position == 0) or self.is_side_condition(
            unit, left, right, relation
        ):
            assume(self.scope, left, CLAIMED[relation], right)
            return Assumed(extent, self.source.text[extent.start : extent.end], self.scope.context())
        if unit.item.mood == STATIONARY:
            return Statement(extent, notes=(AT_SOME_POINTS,))
        return self.claim(unit, left, right, relation, extent)

    def definition(self, target: Target, left: Node, right: Node, extent: Extent) -> Statement:
        notes = define(self.scope, target, right, left)
        if target.known:
            notes += (f"{target.key} was declared before; this equation is taken as its definition",)
        return Defined(extent, target.key, notes=notes)

    def definable(self, unit: Unit, left: Node, right: Node, relation: str) -> Target | None:
        """The target of a definition, or None if the equation is none."""
        if isinstance(right, syntax.Group) and right.kind == r"\{":
            return None
        target = target_of(self.scope, left, right)
        if target is None or (not target.known and self.occurs(target, right)):
            return None
        if target.square and isinstance(right, syntax.Number):
            return None
        if builtin_of(target, left):
            standard = target.formals is not None and is_standard(self.scope, target, left, right)
            return target if standard or relation == ":=" else None
        if not target.known or relation == ":=":
            return target
        later = self.declared_here.get(target.key, -1) > left.start
        return target if redefines(self.scope, unit.item.mood, target, right, later) else None

    def occurs(self, target: Target, right: Node) -> bool:
        """Whether a name stands in its own new value: `\\theta := \\theta - \\alpha g` is an update rule."""
        spellings = (spelling(node) for node in syntax.walk(right))
        return any(spelled is not None and spelled.key == target.key for spelled in spellings)

    def is_side_condition(self, unit: Unit, left: Node, right: Node, relation: str) -> bool:
        """'y satisfies Σ y = 1', 'let y be in R^K with Σ y = 1': about free names only."""
        if (
            unit.item.mood not in (LET, SIDE)
            or unit.position
            or len(unit.clause.relations) > 1
            or relation != "="
        ):
            return False
        entries = [found.entry for side in (left, right) for found in names_of(self.scope, side)]
        entries = [entry for entry in entries if entry.kind != "dimension"]
        if any(entry.kind != "variable" for entry in entries):
            return False
        names = {entry.key for entry in entries}
        return bool(names) and (unit.item.mood == SIDE or bool(names & set(self.declared_here)))

    def definite(self, left: Node, right: Node, relation: str, extent: Extent) -> StatedClaim:
        """`A \\succeq 0`, `A \\succeq B`."""
        if not (isinstance(right, syntax.Number) and right.text == "0"):
            left = syntax.Sum(
                ("+", "-"), (left, right), start=left.start, end=right.end, depth=left.depth + 1
            )
        return definite(self.scope, left, relation, extent)

    def ends(self, item: EquationItem, chain: int) -> ChainEnds | None:
        """The first side of a chain of equations against its last, if both are read."""
        clause = item.clause
        if len(clause.relations) < 2 or any(
            relation.value not in ("=", ":=") for relation in clause.relations
        ):
            return None
        first, last = clause.sides[0], clause.sides[-1]
        extent = Extent(self.source, first.start, last.end, clause.relations[-1].start_pos)
        try:
            conditions = tuple(_condition_node(one) for one in item.conditions)
            texts = self.text_of(first), self.text_of(last)
            equation = Equation(first.parse(), last.parse(), "=", extent, conditions, self.time, texts)
            with room_for_nesting(extent.start, extent.end):
                return ChainEnds(extent, replace(claim_of(self.scope, equation), chain=chain))
        except UnreadableError:
            return None

    def claim(self, unit: Unit, left: Node, right: Node, relation: str, extent: Extent) -> StatedClaim:
        equation = Equation(
            left,
            right,
            CLAIMED[relation],
            extent,
            tuple(_condition_node(one) for one in unit.item.conditions),
            self.time,
            self.texts(unit),
        )
        return replace(claim_of(self.scope, equation), chain=unit.chain)


def placed(error: UnreadableError, extent: Extent) -> UnreadableError:
    """The error at the whole statement, if it knows no place of its own."""
    return error.at(extent.start, extent.end) if error.end <= extent.start else error


def _condition_node(clause: Clause) -> Node:
    """A condition as syntax."""
    sides = tuple(side.parse() for side in clause.sides)
    relations = tuple(str(relation.value) for relation in clause.relations)
    return syntax.Chain(sides, relations, start=clause.start, end=clause.end)


def _next_step(left: Node) -> str:
    """The letter t of `\\theta^{(t+1)}` or `\\theta_{t+1}` on the left of an update rule."""
    spelled = spelling(left)
    if spelled is None:
        return ""
    sup = spelled.sup
    inner = sup.items[0] if isinstance(sup, syntax.Group) and len(sup.items) == 1 else spelled.sub
    if is_shifted(inner) and isinstance(inner, syntax.Sum) and inner.signs == ("+", "+"):
        letter = inner.terms[0]
        return letter.text if isinstance(letter, syntax.Name) and letter.text in ("t", "k", "n", "s") else ""
    return ""
