"""Definitions by cases in prose: '$f(x) = x$ for $x > 0$ and $f(x) = -x$ for $x \\leq 0$'."""

from __future__ import annotations

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.clauses import Clause, Side
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.statements.kinds import EquationItem, Item
from derivlab.notation.statements.properties import condition_node
from derivlab.notation.statements.targets import Target, target_of
from derivlab.notation.syntax import Node


def join_cases(scope: Scope, items: list[Item]) -> None:
    """Hand each later case of a definition to the first one."""
    open_ = [
        item for item in items if isinstance(item, EquationItem) and _is_case(item.clause) and not item.done
    ]
    if len(open_) < 2 and not any(item.conditions for item in open_):
        return
    firsts: dict[str, EquationItem] = {}
    for item in open_:
        key = _text(item.clause.sides[0])
        target = _new(scope, item.clause)
        if target is None:
            continue
        if key not in firsts:
            firsts[key] = item
        elif item.conditions and firsts[key].conditions:
            firsts[key].cases.append(item)
            item.done = True
    for item in firsts.values():
        item.partial = not item.cases and any(_equates(clause) for clause in item.conditions)


def _is_case(clause: Clause) -> bool:
    return [str(relation.value) for relation in clause.relations] == ["="]


def _equates(clause: Clause) -> bool:
    """Whether a condition holds at equal or at different indices only."""
    return all(str(relation.value) in ("=", "≠") for relation in clause.relations)


def _text(side: Side) -> str:
    return "".join(str(token.value) for token in side.tokens)


def _new(scope: Scope, clause: Clause) -> Target | None:
    """The function or the entries that a clause defines, if their name is new."""
    try:
        target = target_of(scope, clause.sides[0].parse())
    except UnreadableError:
        return None
    if target is None or target.known or not (target.letters or target.formals):
        return None
    return target


def value_by_cases(item: EquationItem, right: Node) -> Node:
    """The right side of a definition, all of its cases in one; raises `UnreadableError` for half of one."""
    if item.partial:
        raise UnreadableError(
            "this says what the left side is in one case only",
            hint=r"say what it is otherwise, or write \begin{cases} ... \end{cases}",
        )
    if not item.cases:
        return right
    rows = [(right, *map(condition_node, item.conditions))]
    rows += [(one.clause.sides[1].parse(), *map(condition_node, one.conditions)) for one in item.cases]
    depth = max(cell.depth for row in rows for cell in row)
    return syntax.Cases(tuple(rows), start=right.start, end=right.end, depth=depth + 1)
