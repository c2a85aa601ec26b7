"""Inequalities that give a name its domain or an index its range: `\\lambda > 0`, `1 \\leq i \\leq N`."""

from __future__ import annotations

from collections.abc import Container

from derivlab.errors import UnreadableError
from derivlab.notation.clauses import Clause
from derivlab.notation.elaboration.names import find, spelling
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.moods import ASSUME, LET, SIDE, STATE
from derivlab.notation.statements.declare import domain_of, numeric, read_range, restrict
from derivlab.notation.statements.kinds import EquationItem
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
    if item.mood in (LET, SIDE, ASSUME) and (sizes := _compared_sizes(scope, item.clause)):
        return Declared(extent, sizes)
    known = known_name(scope, item.clause)
    earlier = known is not None and known not in declared_here and item.mood == STATE
    if earlier and (item.concluding or item.clause.display):
        return None
    try:
        keys = restricted_by(scope, item.clause)
    except UnreadableError as error:
        return Unread(extent, error)
    if keys is None:
        return None
    notes = (f"{known} was declared before; from here on this holds of it",) if earlier else ()
    return Declared(extent, tuple(keys), notes=notes)


def _compared_sizes(scope: Scope, clause: Clause) -> tuple[str, ...]:
    """'with n ≤ m' of two sizes, which holds from there on; empty if the clause is something else."""
    entries = []
    for side in clause.sides:
        try:
            spelled = spelling(side.parse())
        except UnreadableError:
            return ()
        found = find(scope, spelled) if spelled is not None else None
        if found is None or found.entry.kind != "dimension" or found.sub is not None or found.sup is not None:
            return ()
        entries.append(found.entry)
    relations = [str(relation.value) for relation in clause.relations]
    if len(entries) < 2 or not set(relations) <= {"<", "≤", ">", "≥"}:
        return ()
    for one, relation, other in zip(entries, relations, entries[1:], strict=False):
        larger = other.array - one.array if relation in "<≤" else one.array - other.array
        scope.assume_positive(larger + (1 if relation in "≤≥" else 0))
    return tuple(entry.key for entry in entries)


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


def declare_in_conditions(scope: Scope, conditions: list[Clause]) -> set[str]:
    """'For u > 0 we have ...' introduces a new u as a number; the condition itself stays local."""
    known = set(scope.entries)
    for clause in conditions:
        relations = {str(relation.value) for relation in clause.relations}
        if len(clause.sides) != 2 or not relations <= ORDER:
            continue
        try:
            name, bound = (side.parse() for side in clause.sides)
            if numeric(bound) is not None:
                restrict(scope, name, REAL, True)
        except UnreadableError:
            continue
    return set(scope.entries) - known
