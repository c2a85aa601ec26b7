"""Runs of clauses: which of them make a range, a condition or a list of names together."""

from __future__ import annotations

import re
from dataclasses import replace

from derivlab.notation.brackets import retyped
from derivlab.notation.clauses import Clause

ORDER = frozenset({"<", ">", "≤", "≥", "≠"})
ALSO = frozenset({"additionally", "also", "moreover", "furthermore", "further", "even", "now"})
OTHERWISE = re.compile(r"\b(?:otherwise|else)\b", re.IGNORECASE)
SO = frozenset({"so", "hence", "thus", "therefore", "then", "consequently", "which", "whence"})
BEHIND = re.compile(
    r"(?:(?:in\s|over\s)?(?:for|if|when|whenever|provided|provided\sthat|as\slong\sas|where|with|assuming|only\sif)"
    r"(?:\s(?:all|every|any|each|some))?)",
    re.IGNORECASE,
)


def all_short(pending: list[Clause]) -> bool:
    """Whether all are names (a few tokens each), as in `a, b > 0`."""
    return all(len(clause.sides[0].tokens) <= 8 for clause in pending)


def is_space(clause: Clause) -> bool:
    tokens = clause.sides[0].tokens
    return bool(tokens) and tokens[0].value in (r"\mathbb{R}", r"\mathbb{N}")


def is_condition(clause: Clause) -> bool:
    """Whether a clause compares single symbols: `i = k`, `i \\neq j`, `x > 0`."""
    small = all(1 <= len(side.tokens) <= 6 for side in clause.sides)
    kinds = {str(relation.value) for relation in clause.relations}
    if kinds <= ORDER:
        return small
    letters = all(
        len(side.tokens) == 1 and side.tokens[0].type in ("NAME", "NUMBER") for side in clause.sides
    )
    return kinds <= ORDER | {"="} and letters


def range_upper(run: list[Clause], at: int) -> tuple[int, Clause | None] | None:
    """For `i = 1, \\dots, N` starting at run[at]: where it ends, and the clause that holds N."""
    clause = run[at]
    if len(clause.relations) != 1 or clause.relations[0].value != "=":
        return None
    tokens = clause.sides[1].tokens
    if len(tokens) == 3 and tokens[0].value == "1" and tokens[1].type == "DOTS":
        return at + 1, None
    if len(tokens) == 3 and tokens[0].value == "1" and tokens[1].value == ":":
        return at + 1, None
    if len(tokens) != 1 or tokens[0].value != "1" or clause.after != "comma":
        return None
    stop = at + 1
    while stop < len(run) and single(run[stop], "NUMBER"):
        stop += 1
    if stop + 1 < len(run) and single(run[stop], "DOTS") and not run[stop + 1].relations:
        return stop + 2, run[stop + 1]
    return None


def bounded_by_two(run: list[Clause], at: int) -> bool:
    """`1 \\leq i, j \\leq n`, which the comma has cut in two."""
    if at + 1 >= len(run) or run[at].after != "comma":
        return False
    first, second = run[at], run[at + 1]
    if any([relation.value for relation in one.relations] != ["≤"] for one in (first, second)):
        return False
    small = all(len(side.tokens) == 1 for side in (*first.sides, *second.sides))
    return small and first.sides[0].tokens[0].value == "1"


def part(clause: Clause, side: int) -> Clause:
    """One side of a clause as a clause of its own."""
    return Clause([clause.sides[side]], [], clause.after, clause.display, clause.row)


def single(clause: Clause, kind: str) -> bool:
    tokens = clause.sides[0].tokens
    return not clause.relations and len(tokens) == 1 and tokens[0].type == kind


NEGATED = {"<": "≥", "≥": "<", ">": "≤", "≤": ">", "=": "≠", "≠": "="}


def negated(clause: Clause) -> Clause:
    """`t < 0` for `t \\geq 0`."""
    token = clause.relations[0]
    return replace(clause, relations=[retyped(token, token.type, NEGATED[str(token.value)])])


def same_names(first: Clause, second: Clause) -> bool:
    """Whether two conditions are about the same names: 'if i = j ..., and if i ≠ j ...'."""
    names = [
        {str(token.value) for side in clause.sides for token in side.tokens if token.type == "NAME"}
        for clause in (first, second)
    ]
    return not names[0].isdisjoint(names[1])
