"""Signatures of functions: `f: A \\to B`, `f: x \\mapsto y`."""

from __future__ import annotations

from derivlab.errors import UnreadableError
from derivlab.notation.clauses import Clause
from derivlab.notation.elaboration.names import spelling
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.statements.define import define
from derivlab.notation.statements.model import Defined, Extent, Statement
from derivlab.notation.statements.relations import NOT_READ
from derivlab.notation.statements.sets import read_set
from derivlab.notation.statements.targets import Target


def is_signature(clause: Clause) -> bool:
    """Whether a clause starts with a colon."""
    return str(clause.relations[0].value) == ":"


def signature(scope: Scope, clause: Clause, extent: Extent) -> list[Statement]:
    """What a signature states: a function by its values, or the shape of its argument."""
    relations = [str(one.value) for one in clause.relations]
    if "↦" in relations:
        at = relations.index("↦")
        head, formal = clause.sides[0].parse(), clause.sides[at].parse()
        spelled, inner = spelling(head), spelling(formal)
        if spelled is not None and inner is not None:
            target = Target(spelled.key, (), (inner.key,))
            notes = define(scope, target, clause.sides[at + 1].parse(), head)
            return [Defined(extent, spelled.key, notes=notes)]
    if "→" in relations or len(relations) == 1:
        _remember(scope, clause)
        return []
    at_colon = clause.relations[0]
    message, hint = NOT_READ[":"]
    raise UnreadableError(message, hint=hint, start=at_colon.start_pos, end=at_colon.end_pos)


def _remember(scope: Scope, clause: Clause) -> None:
    """The shape of the argument of `f: A \\to B`, if A is a space that is read."""
    try:
        spelled = spelling(clause.sides[0].parse())
        space = read_set(scope, clause.sides[1].parse())
    except UnreadableError:
        return
    if spelled is not None and not space.natural and space.range_to is None:
        scope.signatures[spelled.key] = space.shape
