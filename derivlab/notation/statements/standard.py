"""Builtin functions that a document writes out: whether it means what the builtin means."""

from __future__ import annotations

from sympy import Expr

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.elaboration.builtins import FUNCTIONS
from derivlab.notation.elaboration.core import Elaborator
from derivlab.notation.elaboration.scope import Dim, Scope
from derivlab.notation.elaboration.tensors import Hole
from derivlab.notation.statements.define import stand_in
from derivlab.notation.statements.targets import Target, index_letters
from derivlab.notation.syntax import Node
from derivlab.symbols import index, with_bounds_by_depth


def is_standard(scope: Scope, target: Target, left: Node, body: Node) -> bool:
    """Whether a builtin's definition, written out, says what the builtin means."""
    assert target.formals is not None
    if len(target.formals) != 1:
        return False
    for rank in (1, 0):
        shape: tuple[Dim, ...] = (Hole(),) * rank
        try:
            elaborator = Elaborator(scope, letters=index_letters(body) | set(target.letters))
            elaborator.locals.append({target.formals[0]: stand_in(target.formals[0], shape)})
            values = [elaborator.tensor(side) for side in (left, body)]
            elaborator.finish()
            axes = [index(f"axis_{k}") for k in range(values[0].rank)]
            if values[0].rank == values[1].rank and _same(*(value.entry(*axes) for value in values)):
                return True
        except UnreadableError:
            continue
    return False


def _same(left: Expr, right: Expr) -> bool:
    return left == right or with_bounds_by_depth(left) == with_bounds_by_depth(right)


def builtin_of(target: Target, left: Node) -> bool:
    """Whether a left side applies a builtin that is written as a word (σ may be defined freely)."""
    head = left.factors[0] if isinstance(left, syntax.Product) else left
    text = head.text if isinstance(head, syntax.Name) else ""
    return target.builtin and text in FUNCTIONS and not FUNCTIONS[text].letter
