"""Assumptions: equations and inequalities that are taken as true from here on."""

from __future__ import annotations

import sympy
from sympy import Expr

from derivlab.notation.elaboration import linear
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.elaboration.tensors import Tensor
from derivlab.notation.moods import ASSUME, LET, SIDE
from derivlab.notation.statements.define import fresh_names
from derivlab.notation.statements.following import names_of
from derivlab.notation.statements.kinds import EquationItem
from derivlab.notation.statements.targets import index_letters
from derivlab.notation.syntax import Node
from derivlab.symbols import index


def assume(scope: Scope, left: Node, relation: str, right: Node) -> None:
    """Add `left relation right` to what is known; its free indices mean 'for all'.

    Raises `UnreadableError` where a side is not read or the shapes do not fit.
    """
    first, second = _sides(scope, left, right)
    difference = first - second
    if relation == "=":
        scope.assume(*_without_root(first, second))
    elif relation == ">":
        scope.assume_positive(difference)
    elif relation == "<":
        scope.assume_positive(-difference)
    elif relation == "≠":
        scope.assume_positive(difference**2)
    else:
        fail(
            left,
            f"an assumption with `{relation}` between expressions is not read",
            "assume <, > or = instead",
        )


def _without_root(first: Expr, second: Expr) -> tuple[Expr, Expr]:
    """`\\|w\\| = 1` says the same as `\\|w\\|^2 = 1`, which is a polynomial."""
    for root, value in ((first, second), (second, first)):
        if root.is_Pow and root.exp == sympy.Rational(1, 2) and value.is_Rational and value.is_nonnegative:
            return root.base, value**2
    return first, second


def _sides(scope: Scope, left: Node, right: Node) -> tuple[Expr, Expr]:
    """Both sides at the same indices."""
    elaborator = Elaborator(scope, letters=index_letters(left) | index_letters(right))
    values = [elaborator.tensor(node) for node in (left, right)]
    for position, value in enumerate(values):
        other = values[1 - position]
        if other.rank and not value.rank:
            values[position] = _spread(value, other)
    first, second = values
    if first.row != second.row or not linear.fit(first.shape, second.shape):
        linear.mismatch(right, first, second, "the two sides have different shapes", "check the shapes")
    elaborator.finish()
    axes = [index(name) for name in fresh_names(elaborator, first.rank)]
    return first.entry(*axes), second.entry(*axes)


def _spread(value: Tensor, like: Tensor) -> Tensor:
    """A scalar at every entry: `x = 0` for a vector x."""
    return Tensor(like.shape, lambda *at: value.entry(), like.row)


def is_of_bound(scope: Scope, item: EquationItem, sides: tuple[Node, Node]) -> bool:
    """'for all x with \\|x\\| = 1': what is quantified satisfies an equation, in this sentence."""
    stated = item.mood in (ASSUME, SIDE) or (item.mood == LET and item.opened)
    if not stated or item.let or len(item.clause.relations) > 1:
        return False
    names = {found.entry.key for side in sides for found in names_of(scope, side)}
    bound = [scope.lookup(key) for key in item.bound & names]
    return any(entry is not None and entry.kind == "variable" for entry in bound)


def is_side_condition(scope: Scope, item: EquationItem, sides: tuple[Node, Node], here: set[str]) -> bool:
    """'y satisfies Σ y = 1', 'let y be in R^K with Σ y = 1': about free names only; `here` are new ones."""
    if item.mood not in (LET, SIDE) or len(item.clause.relations) > 1:
        return False
    entries = [found.entry for side in sides for found in names_of(scope, side)]
    entries = [entry for entry in entries if entry.kind != "dimension"]
    if any(entry.kind != "variable" for entry in entries):
        return False
    names = {entry.key for entry in entries}
    if item.mood == SIDE:
        return bool(names)
    return bool(names & here) and (item.opened or item.let or not names & item.bound)
