"""Special cases: 'with $K = 2$ the softmax is ...', 'at $p = 1/2$ it equals ...'.

A name that stands for any value gets one for the rest of the sentence, as a condition of its claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.clauses import Clause
from derivlab.notation.elaboration.names import find, spelling
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.moods import ASSUME, LET, tail
from derivlab.notation.statements.declare import numeric
from derivlab.notation.statements.kinds import (
    EquationItem,
    InSetItem,
    Item,
    MembershipItem,
    PropertyItem,
    RangeItem,
)
from derivlab.notation.statements.targets import target_of

MAX_CASES = 8  # at once
OPENING = re.compile(
    r"(?:\b(?:with|taking|choosing|letting|putting|setting|plugging in|substituting|inserting|at"
    r"|for the choice"
    r"|speciali[sz](?:ing|es) to|when|cases? (?:of|where|that|when)|(?:special|limiting|simple|trivial) case)"
    r"(?: (?:again|now|simply|the value|the point))?)$",
    re.IGNORECASE,
)


def is_special(clause: Clause, before: str, goes_on: bool) -> bool:
    """Whether an equation is a special case by the words before it, or goes on with one."""
    goes_on = goes_on and before.strip(" ,") in ("and", "")
    short = not clause.display and len(clause.relations) == 1
    return short and (goes_on or opens_special_case(before))


def opens_special_case(before: str, goes_on: bool = False) -> bool:
    """Whether the words before an equation make it a special case, or 'and' goes on with one.

    >>> opens_special_case("In the special case"), opens_special_case("we have")
    (True, False)
    """
    return bool(OPENING.search(tail(before))) or (goes_on and before.strip() == "and")


def take_special_cases(scope: Scope, items: list[Item], declared_here: Iterable[str]) -> list[EquationItem]:
    """Hand special cases to the claims of their sentence as conditions; returns those that were taken."""
    special = [item for item in items if isinstance(item, EquationItem) and item.special]
    if not special:
        return []
    _first(items, [item for item in special if _is_new(scope, item.clause)])  # 'J = λ w² with λ = 2'
    declared = set(declared_here)
    cases = [item for item in special if _gives_a_value(scope, item.clause, declared)]
    taken = {id(item) for item in cases}
    others = [one for one in items if isinstance(one, EquationItem | PropertyItem) and id(one) not in taken]
    if others and all(_defines(scope, item) for item in others):
        for case in cases:
            case.mood = LET  # 'let J = ... with λ = 2' says it of λ for good
        _first(items, cases)
        return []
    for item in special:
        if id(item) not in taken and _is_of_known(scope, item.clause, declared):
            item.mood, item.local = ASSUME, True
    _hand_out([one for one in items if isinstance(one, EquationItem | PropertyItem)], taken)
    for case in cases:
        case.done = True
    return cases


def _first(items: list[Item], chosen: list[EquationItem]) -> None:
    """Move items to the front, in their order."""
    ids = {id(item) for item in chosen}
    items[:] = [*chosen, *(item for item in items if id(item) not in ids)]


def _hand_out(items: list[EquationItem | PropertyItem], taken: set[int]) -> None:
    """A group of cases is about the claims up to the next group; one at the end about those before it."""
    group: list[Clause] = []
    claims: list[EquationItem | PropertyItem] = []
    for item in items:
        if id(item) in taken:
            group = group if not claims else []
            claims = []
            group.append(item.clause)
        else:
            claims.append(item)
            item.conditions.extend(group[:MAX_CASES])
    if group and not claims:
        before = [item for item in items if id(item) not in taken]
        for claim in before[-1:]:
            claim.conditions.extend(group[:MAX_CASES])


def sizes_given(scope: Scope, items: list[Item]) -> list[EquationItem]:
    """Equations such as `K = 3` whose new name is a size in a set of the same sentence."""
    spaces = [item.clause.sides[-1] for item in items if isinstance(item, MembershipItem)]
    spaces += [item.space.sides[0] for item in items if isinstance(item, InSetItem)]
    ranges = [item.upper or item.clause for item in items if isinstance(item, RangeItem)]
    spaces += [side for clause in ranges for side in clause.sides]
    named = {str(token.value) for side in spaces for token in side.tokens if token.type == "NAME"}
    found = []
    for item in items:
        if isinstance(item, EquationItem) and [str(r.value) for r in item.clause.relations] == ["="]:
            left, right = item.clause.sides
            number = len(right.tokens) == 1 and right.tokens[0].type == "NUMBER"
            key = str(left.tokens[0].value) if len(left.tokens) == 1 else ""
            if number and key in named and scope.lookup(key) is None:
                found.append(item)
    return found


def _gives_a_value(scope: Scope, clause: Clause, declared_here: set[str]) -> bool:
    """Whether a clause is `K = 2` of a scalar or a size that an earlier sentence declares."""
    if [str(relation.value) for relation in clause.relations] != ["="]:
        return False
    try:
        spelled, value = spelling(clause.sides[0].parse()), numeric(clause.sides[1].parse())
    except UnreadableError:
        return False
    found = find(scope, spelled) if spelled is not None and value is not None else None
    if found is None or found.sup is not None or found.entry.key in declared_here:
        return False
    scalar = not found.entry.shape if found.sub is None else isinstance(found.sub, syntax.Number)
    return scalar and found.entry.kind in ("variable", "dimension")


def _is_of_known(scope: Scope, clause: Clause, declared_here: set[str]) -> bool:
    """Whether a clause says of an earlier variable what it is: `w = 0` of a vector, `a = b`."""
    try:
        spelled = spelling(clause.sides[0].parse())
    except UnreadableError:
        return False
    found = find(scope, spelled) if spelled is not None else None
    if found is None or found.sub is not None or found.sup is not None or found.entry.key in declared_here:
        return False
    return found.entry.kind == "variable"


def _is_new(scope: Scope, clause: Clause) -> bool:
    """Whether a clause gives a new name a number."""
    try:
        spelled, value = spelling(clause.sides[0].parse()), numeric(clause.sides[1].parse())
    except UnreadableError:
        return False
    return spelled is not None and value is not None and find(scope, spelled) is None


def _defines(scope: Scope, item: EquationItem | PropertyItem) -> bool:
    """Whether an equation gives a new name its value."""
    if isinstance(item, PropertyItem) or str(item.clause.relations[0].value) not in ("=", ":="):
        return False
    try:
        target = target_of(scope, item.clause.sides[0].parse())
    except UnreadableError:
        return False
    return target is not None and not target.known
