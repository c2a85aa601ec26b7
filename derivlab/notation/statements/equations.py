"""Equations: which are definitions, which assumptions, which claims."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.clauses import Side
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.moods import ASSUME, LET, SIDE, STATIONARY
from derivlab.notation.recursion import room_for_nesting
from derivlab.notation.sources import Source
from derivlab.notation.statements.assume import assume, is_of_bound, is_side_condition
from derivlab.notation.statements.claims import claim_of
from derivlab.notation.statements.define import define
from derivlab.notation.statements.following import (
    next_step,
    note_unread,
    occurs,
    of_another_section,
    redefines,
    renewed,
)
from derivlab.notation.statements.inequalities import declare_in_conditions, known_name, restricted_by
from derivlab.notation.statements.inferred import infer_shapes, take_members
from derivlab.notation.statements.kinds import EquationItem
from derivlab.notation.statements.model import (
    Assumed,
    ChainEnds,
    Declared,
    Defined,
    Equation,
    Extent,
    StatedClaim,
    Statement,
    Unread,
    Updated,
)
from derivlab.notation.statements.pieces import value_by_cases
from derivlab.notation.statements.properties import condition_node, definite
from derivlab.notation.statements.relations import AT_SOME_POINTS, CLAIMED, DEFINITE, NOT_READ, PASSED_OVER
from derivlab.notation.statements.signatures import is_signature, signature
from derivlab.notation.statements.standard import builtin_of, is_standard
from derivlab.notation.statements.targets import Target, target_of
from derivlab.notation.statements.units import Unit, does_not_fit, placed, sets_last_to_zero
from derivlab.notation.syntax import Node


class Equations:
    """Decides what each relation is, in the scope of a document."""

    def __init__(self, scope: Scope, source: Source) -> None:
        self.scope = scope
        self.source = source
        self.declared_here: dict[str, int] = {}
        self.introduced: set[str] = set()  # by 'with', 'where', 'let' in this sentence
        self.passing: list[tuple[Expr, ...]] = []
        self.newly: set[str] = set()  # declared by conditions only
        self.chains = 0
        self.time = ""

    def forget(self) -> None:
        """What an 'if' assumed lasts for its sentence."""
        self.scope.forget(self.passing)
        self.passing = []

    def units(self, item: EquationItem) -> list[Unit]:
        """The relations of a chain, one by one."""
        count = len(item.clause.relations)
        self.newly |= declare_in_conditions(self.scope, item.conditions)
        self.chains += 1 if count > 1 else 0
        return [Unit(item, position, self.chains if count > 1 else 0) for position in range(count)]

    def read(self, unit: Unit) -> list[Statement]:
        """What one relation states; an `Unread` with its place where it is not read."""
        extent = self.extent(unit)
        try:
            with room_for_nesting(extent.start, extent.end):
                found = self.statement(unit, extent)
        except UnreadableError as error:
            found = [Unread(extent, placed(error, extent), *self.texts(unit))]
        if any(does_not_fit(one) for one in found):
            found = self.with_members(unit, extent, found)
        self.scope.read_after_all(unit.noted)
        if any(isinstance(one, Unread) for one in found):
            self.remember(unit, extent)
        return found

    def with_members(self, unit: Unit, extent: Extent, first: list[Statement]) -> list[Statement]:
        """What a relation states if a bare x is one of the data x_n, where nothing fits otherwise."""
        saved = vars(self.scope.copy())
        told = take_members(self.scope, self.sides(unit))
        if told:
            try:
                found = self.statement(unit, extent)
            except UnreadableError:
                found = first
            if not any(does_not_fit(one) for one in found):
                return [replace(one, notes=(*one.notes, *told)) for one in found]
            vars(self.scope).update(saved)
        return first

    def sides(self, unit: Unit) -> list[Node]:
        """The two sides of a relation, as far as they can be parsed."""
        found = []
        for side in unit.clause.sides[unit.position : unit.position + 2]:
            try:
                found.append(side.parse())
            except UnreadableError:
                continue
        return found

    def infer(self, unit: Unit) -> list[Statement]:
        """What is declared by the way in which a formula uses it."""
        told = infer_shapes(self.scope, self.sides(unit))
        return [Declared(self.extent(unit), (), notes=tuple(told))] if told else []

    def remember(self, unit: Unit, extent: Extent) -> None:
        """A name whose definition was not read, or an assumption: later uses of it can say so."""
        if unit.item.mood in (LET, SIDE, ASSUME):
            before = set(self.scope.unread)
            note_unread(self.scope, unit.clause.sides, extent.line)
            unit.noted = tuple(one for one in self.scope.unread if one not in before)
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
            return signature(self.scope, unit.clause, extent)
        if relation in PASSED_OVER or (not first and is_signature(unit.clause)):
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
        right = value_by_cases(unit.item, right) if first else right
        if self.names_a_case(unit, left, right):
            return []
        if relation in DEFINITE:
            return [self.definite(unit, left, right, relation, extent)]
        return [self.equation(unit, left, right, relation, extent)]

    def names_a_case(self, unit: Unit, left: Node, right: Node) -> bool:
        """'take the sum apart at $k = i$': two index letters in the prose name a case and claim nothing."""
        if unit.clause.display or len(unit.clause.relations) > 1:
            return False
        letters = [side.text for side in (left, right) if isinstance(side, syntax.Name)]
        return len(letters) == 2 and all(
            len(letter) == 1 and self.scope.lookup(letter) is None for letter in letters
        )

    # ------------------------------------------------------------------ definitions, assumptions, claims

    def equation(self, unit: Unit, left: Node, right: Node, relation: str, extent: Extent) -> Statement:
        """One `=`, `:=` or inequality."""
        if unit.position == 0 and relation in ("=", "≡", ":="):
            time = next_step(left)
            if time:
                self.time = time
                return Updated(extent, self.source.text[extent.start : extent.end])
            target = self.definable(unit, left, right, relation)
            if target is not None and target.known and relation == ":=" and occurs(target, right):
                return Updated(extent, self.source.text[extent.start : extent.end])
            if target is not None:
                self.keep_conditions(unit.item, target)
                return self.definition(target, left, right, extent)
        if relation == ":=":
            message = "the left side of a definition is a name, entries of a name, or a function"
            raise UnreadableError(
                message, hint="write e.g. $A := B$ or $f(x) := B$", start=left.start, end=left.end
            )
        quantified = is_of_bound(self.scope, unit.item, (left, right))
        unit.item.local = unit.item.local or quantified
        if (
            quantified
            or (unit.item.mood == ASSUME and unit.position == 0)
            or (
                unit.position == 0
                and is_side_condition(self.scope, unit.item, (left, right), set(self.declared_here))
            )
        ):
            before = len(self.scope.assumptions), len(self.scope.positive)
            assume(self.scope, left, CLAIMED[relation], right)
            if unit.item.local:
                self.passing += self.scope.assumptions[before[0] :]
                self.passing += [(expr,) for expr in self.scope.positive[before[1] :]]
            return Assumed(extent, self.source.text[extent.start : extent.end], self.scope.context())
        last = unit.position == len(unit.clause.relations) - 1
        if (last and sets_last_to_zero(unit.item)) or unit.item.mood == STATIONARY:
            return Statement(extent, notes=(AT_SOME_POINTS,))
        return self.claim(unit, left, right, relation, extent)

    def keep_conditions(self, item: EquationItem, target: Target) -> None:
        """'For λ > 0, J = ...' defines J and introduces λ, which is positive from there on."""
        new = self.newly.difference(target.formals or ())
        for clause in item.conditions if not item.cases else ():
            known = known_name(self.scope, clause)
            if known in new or (item.mood == LET and known not in (target.formals or ())):
                restricted_by(self.scope, clause)

    def definition(self, target: Target, left: Node, right: Node, extent: Extent) -> Statement:
        old = self.scope.lookup(target.key)
        notes = define(self.scope, target, right, left)
        if old is not None and old.kind == "defined":
            self.scope.renewed[target.key] = left.start
        if target.known:
            was = "had another value" if old is not None and old.kind == "defined" else "was declared"
            notes += (f"{target.key} {was} before; this equation is taken as its definition",)
        return Defined(extent, target.key, notes=notes)

    def definable(self, unit: Unit, left: Node, right: Node, relation: str) -> Target | None:
        """The target of a definition, or None if the equation is none."""
        if isinstance(right, syntax.Group) and right.kind == r"\{":
            return None
        target = target_of(self.scope, left, right)
        if target is None or (not target.known and occurs(target, right)):
            return None
        if target.square and isinstance(right, syntax.Number):
            return None
        if builtin_of(target, left):
            standard = target.formals is not None and is_standard(self.scope, target, left, right)
            return target if standard or relation == ":=" else None
        if not target.known or relation == ":=":
            return target
        later = self.declared_here.get(target.key, -1) > left.start
        behind = {key for key in self.introduced if self.declared_here.get(key, -1) > left.start}
        if self.may_renew(target) and (new := renewed(self.scope, target, right, behind, unit.item)):
            return new
        return target if redefines(self.scope, unit.item.mood, target, right, later) else None

    def may_renew(self, target: Target) -> bool:
        """Whether a name that has a value may get another one."""
        return True

    def definite(self, unit: Unit, left: Node, right: Node, relation: str, extent: Extent) -> StatedClaim:
        """`A \\succeq 0`, `A \\succeq B`."""
        if not (isinstance(right, syntax.Number) and right.text == "0"):
            left = syntax.Sum(
                ("+", "-"), (left, right), start=left.start, end=right.end, depth=left.depth + 1
            )
        held = tuple(condition_node(one) for one in unit.item.conditions)
        return definite(self.scope, left, relation, extent, held)

    def ends(self, item: EquationItem, chain: int) -> ChainEnds | None:
        """The first side of a chain of equations against its last, if both are read."""
        clause = item.clause
        if (
            sets_last_to_zero(item)
            or item.mood == STATIONARY
            or len(clause.relations) < 2
            or any(relation.value not in ("=", ":=") for relation in clause.relations)
        ):
            return None
        first, last = clause.sides[0], clause.sides[-1]
        extent = Extent(self.source, first.start, last.end, clause.relations[-1].start_pos)
        try:
            conditions = tuple(condition_node(one) for one in item.conditions)
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
            tuple(condition_node(one) for one in unit.item.conditions),
            self.time,
            self.texts(unit),
        )
        notes = () if unit.position else of_another_section(self.scope, left, self.source)
        return replace(claim_of(self.scope, equation), chain=unit.chain).with_notes(*notes)
