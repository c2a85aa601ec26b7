"""`\\det A`, `|A|`: the determinant of a matrix, as a positive number that is tied to it."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, KroneckerDelta, Mul, Sum

from derivlab.errors import ShapeError
from derivlab.notation import syntax
from derivlab.notation.elaboration import linear
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.inverses import LONGEST, inverted, named, of_value, resolved
from derivlab.notation.elaboration.inverted import Inverted
from derivlab.notation.elaboration.resolved import Application
from derivlab.notation.elaboration.tensors import Tensor, once, unify
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node
from derivlab.symbols import COLUMN, POSITIVE, ROW, Variable, free_symbols, substitute


def determinant(elaborator: Elaborator, base: Tensor, node: Node) -> Tensor:
    """The determinant of a square matrix; it is taken as positive, which is told."""
    if base.rank != 2 or not unify(*base.shape):
        fail(
            node, f"only a square matrix has a determinant, not {base.describe()}", "check shapes", ShapeError
        )
    size = linear.known(base.shape[0], node, "the matrix")
    value = _of(elaborator, base.entry(ROW, COLUMN), size, node)
    return once((), lambda: value)


def _of(elaborator: Elaborator, value: Expr, size: Expr, node: Node) -> Expr:
    """|c A| = cⁿ |A|, |A B| = |A| |B|, |A⁻¹| = 1/|A| and |Aᵀ| = |A|; else a name for the whole."""
    factor, matrix = value.as_independent(ROW, COLUMN, as_Add=False)
    if matrix == KroneckerDelta(ROW, COLUMN):
        return factor**size
    matrix = resolved(elaborator, matrix)
    back = inverted(elaborator, matrix)
    if back is not None:
        return factor**size / _entry(elaborator, back, matrix.indices[:-2])
    parts = _factors(matrix, size)
    if parts is not None:
        return factor**size * _of(elaborator, parts[0], size, node) * _of(elaborator, parts[1], size, node)
    found = named(elaborator, matrix, node)
    if found is not None:
        return factor**size * _entry(elaborator, found[0], found[1])
    tied, lead, _ = of_value(elaborator, value, size, _inside(node))
    return _entry(elaborator, tied, lead)


def _factors(matrix: Expr, size: Expr) -> tuple[Expr, Expr] | None:
    """Two square matrices whose product this is: Σₖ A[row, k] B[k, column]."""
    if not isinstance(matrix, Sum) or len(matrix.limits) != 1 or matrix.limits[0][1:] != (1, size):
        return None
    bound = matrix.limits[0][0]
    sides: tuple[list[Expr], list[Expr]] = ([], [])
    for part in Mul.make_args(matrix.function):
        free = free_symbols(part)
        if bound not in free or (ROW in free) == (COLUMN in free):
            return None
        sides[COLUMN in free].append(part)
    left, right = (Mul(*parts) for parts in sides)
    return substitute(left, {bound: COLUMN}), substitute(right, {bound: ROW})


def _inside(node: Node) -> Node:
    """What stands in `|...|` or in `\\det(...)`."""
    items = node.arguments if isinstance(node, Application) else getattr(node, "items", ())
    return syntax.Group("(", items, start=node.start, end=node.end) if len(items) == 1 else node


def _entry(elaborator: Elaborator, tied: Inverted, lead: tuple[Expr, ...]) -> Expr:
    """The determinant of a matrix, or of a member of a family; it gets a name when it is first spoken of."""
    scope, variable = elaborator.scope, tied.determinant
    base = to_latex(tied.written.base).strip()
    if variable is None:
        name = scope.identifier(f"{tied.record.of}_det", fresh=True)
        variable = Variable(name, tied.matrix.shape[:-2], POSITIVE, latex=rf"\det {base}")
        key = next(key for key, one in scope.inverses.items() if one is tied)
        scope.add_inverse(key, replace(tied, record=replace(tied.record, det=name), determinant=variable))
    told = f" of {base}" if len(base) <= LONGEST else ""
    elaborator.note(f"{variable.name} is the determinant{told}, which is taken as positive")
    return variable.node[lead] if lead else variable.node
