"""Inequalities that give a name its domain or an index its range: `\\lambda > 0`, `1 \\leq i \\leq N`."""

from __future__ import annotations

from collections.abc import Container

from derivlab.errors import UnreadableError
from derivlab.notation.clauses import Clause
from derivlab.notation.elaboration.names import find, spelling
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.moods import STATE
from derivlab.notation.statements.declare import domain_of, numeric, read_range, restrict
from derivlab.notation.statements.items import EquationItem
from derivlab.notation.statements.model import Declared, Extent, Statement, Unread
from derivlab.notation.statements.runs import ORDER
from derivlab.notation.syntax import Node
from derivlab.symbols import REAL

FLIPPED = {"<": ">", ">": "<", "≤": "≥", "≥": "≤", "≠": "≠"}


def restricted_by(scope: Scope, clause: Clause) -> list[str] | None:
    """The names whose domain or range a clause gives; None if the clause is something else."""
    relations = [str(relation.value) for relation in clause.relations]
    if not set(relations) <= ORDER or len(relations) > 2:
        return None
    try:
        nodes = [side.parse() for side in clause.sides]
    except UnreadableError:
        return None
    return _between(scope, nodes, relations) if len(nodes) == 3 else _one_sided(scope, nodes, relations[0])


def restriction(
    scope: Scope, item: EquationItem, extent: Extent, declared_here: Container[str]
) -> Statement | None:
    """`\\lambda > 0` as a domain; None if it is a claim, or no inequality between a name and a number.

    Of a name that was declared in an earlier sentence, a display and what 'then' or 'hence' introduces are
    claims; else it holds from there on, which is told.
    """
    known = known_name(scope, item.clause)
    earlier = known is not None and known not in declared_here and item.mood == STATE
    if earlier and (item.clause.display or item.concluding):
        return None
    try:
        keys = restricted_by(scope, item.clause)
    except UnreadableError as error:
        return Unread(extent, error)
    if keys is None:
        return None
    notes = (f"{known} was declared before; from here on this holds of it",) if earlier else ()
    return Declared(extent, tuple(keys), notes=notes)


def known_name(scope: Scope, clause: Clause) -> str | None:
    """The declared variable that a clause compares with numbers, if there is one; no `1 \\leq i \\leq N`."""
    if len(clause.relations) > 1 and "".join(str(token.value) for token in clause.sides[0].tokens) == "1":
        return None
    for side in clause.sides:
        try:
            spelled = spelling(side.parse())
        except UnreadableError:
            return None
        found = find(scope, spelled) if spelled is not None else None
        if found is not None and found.entry.kind in ("variable", "dimension"):
            return found.entry.key
    return None


def _between(scope: Scope, nodes: list[Node], relations: list[str]) -> list[str] | None:
    """`0 < x < 1`, `1 \\leq i \\leq N`."""
    low, high = numeric(nodes[0]), numeric(nodes[2])
    if low is not None and high is not None and set(relations) <= {"<", "≤"}:
        first = restrict(scope, nodes[1], domain_of(FLIPPED[relations[0]], low), True)
        if first is not None:
            restrict(scope, nodes[1], domain_of(relations[1], high), True)
            return [first]
    if low == 1 and relations == ["≤", "≤"] and high is None:
        try:
            return read_range(scope, [nodes[1]], nodes[2])
        except UnreadableError:
            return None
    return None


def _one_sided(scope: Scope, nodes: list[Node], relation: str) -> list[str] | None:
    """`x > 0`, `0 < x`."""
    for name, bound, sign in ((nodes[0], nodes[1], relation), (nodes[1], nodes[0], FLIPPED[relation])):
        value = numeric(bound)
        if value is None or (sign == "≠" and value != 0):
            continue
        key = restrict(scope, name, domain_of(sign, value), True)
        if key is not None:
            return [key]
    return None


def declare_in_conditions(scope: Scope, conditions: list[Clause]) -> None:
    """'For u > 0 we have ...' introduces a new u as a number; the condition itself stays local."""
    for clause in conditions:
        relations = {str(relation.value) for relation in clause.relations}
        if len(clause.sides) != 2 or not relations <= ORDER:
            continue
        try:
            name, bound = (side.parse() for side in clause.sides)
        except UnreadableError:
            continue
        if numeric(bound) is not None:
            restrict(scope, name, REAL, True)
