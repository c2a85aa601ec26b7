"""Claims that cannot be meant so: shapes that do not fit, a derivative by a namesake."""

from __future__ import annotations

import sympy
from sympy import Expr

from derivlab.errors import ShapeError, UnreadableError
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.plain import plain_text
from derivlab.notation.statements.model import Equation, StatedClaim
from derivlab.symbols import Context, Partial, head_name


def refuse_namesakes(scope: Scope, context: Context, equation: Equation, values: list[Expr]) -> None:
    """A derivative by x of what depends on the x of an earlier part is not meant to be 0."""
    former = scope.former()
    nodes = (node for one in values for node in sympy.preorder_traversal(one)) if former else ()
    for node in nodes:
        if isinstance(node, Partial) and (by := context.lookup(head_name(node.by))) is not None:
            below = context.used_in((node.body,))
            if any(one.latex == by.latex and one.name in below for one in former):
                fail(
                    equation.left,
                    f"{plain_text(node.body)} depends on the {by.latex} of an earlier part, not on this one",
                    f"write out again what it is, or give one {by.latex} another letter",
                )


def mismatch(scope: Scope, elaborator: Elaborator, equation: Equation, error: ShapeError) -> StatedClaim:
    """A claim that no values can make true: its shapes do not fit."""
    shapes = []
    for node in (equation.left, equation.right):
        try:
            fresh = Elaborator(
                scope, layout=elaborator.layout, letters=elaborator.letters, time=equation.time
            )
            value = fresh.tensor(node)
            shapes.append(value.describe())
        except UnreadableError as problem:
            shapes.append("shapes that do not fit" if isinstance(problem, ShapeError) else "not read")
    zero = sympy.Integer(0)
    return StatedClaim(
        equation.extent,
        zero,
        zero,
        scope.context(),
        equation.relation,
        *equation.texts,
        shape_mismatch=error.message,
        shapes=(shapes[0], shapes[1]),
        mismatch_at=(error.start, error.end),
        notes=tuple(elaborator.notes),
    )
