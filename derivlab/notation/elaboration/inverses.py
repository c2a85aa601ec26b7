"""`A^{-1}`, `(X^\\top X + \\lambda I)^{-1}`: the inverse of a matrix, as a name that is tied to it."""

from __future__ import annotations

from sympy import Expr, Indexed, KroneckerDelta

from derivlab.errors import ShapeError
from derivlab.notation import syntax
from derivlab.notation.elaboration import linear
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.inverted import Inverted
from derivlab.notation.elaboration.names import is_transpose
from derivlab.notation.elaboration.resolved import KeyName
from derivlab.notation.elaboration.tensors import Tensor, once, unify
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node
from derivlab.symbols import (
    COLUMN,
    ROW,
    Definition,
    Inverse,
    Variable,
    free_symbols,
    head_name,
    substitute,
    with_bounds_by_depth,
)

WHOLE = ("2", "3", "4")  # powers of a matrix
LONGEST = 60  # of a matrix that is told in a reading


def power_of(sup: Node) -> tuple[int, bool] | None:
    """(n, transposed) of a whole power of a matrix: `2`, `-1`, `-2`, `-\\top`; else None."""
    if isinstance(sup, syntax.Number) and sup.text in WHOLE:
        return int(sup.text), False
    if isinstance(sup, syntax.Group) and len(sup.items) == 1:
        return power_of(sup.items[0])
    if isinstance(sup, syntax.Sum) and sup.signs == ("-",):
        inner = sup.terms[0]
        if is_transpose(inner):
            return -1, True
        if isinstance(inner, syntax.Number) and inner.text in ("1", *WHOLE):
            return -int(inner.text), False
    return None


def inverse(elaborator: Elaborator, base: Tensor, node: Node) -> Tensor:
    """The inverse of a square matrix; the matrix is taken as invertible, which is told."""
    if not unify(*base.shape):
        fail(node, f"only a square matrix has an inverse, not {base.describe()}", "check shapes", ShapeError)
    size = linear.known(base.shape[0], node, "the matrix")
    value = resolved(elaborator, base.entry(ROW, COLUMN))
    if value == KroneckerDelta(ROW, COLUMN):
        return base
    back = inverted(elaborator, value)
    if back is not None:
        matrix, places = back.matrix.node, tuple(value.indices)
        return once((size, size), lambda i, j: substitute(matrix[places], {ROW: i, COLUMN: j}))
    tied, lead, turned = named(elaborator, value, node) or of_value(elaborator, value, size, node)
    of_what = to_latex(tied.written.base)
    told = f" of {of_what}" if len(of_what) <= LONGEST else ""
    elaborator.note(f"{tied.inverse.name} is the inverse{told}, which is taken as invertible")
    array = tied.inverse.node
    return once((size, size), lambda i, j: array[(*lead, j, i)] if turned else array[(*lead, i, j)])


def resolved(elaborator: Elaborator, value: Expr) -> Expr:
    """An entry of a name that stands for a matrix with a name, or for its inverse: that one's entry."""
    meant = elaborator.scope.context().expand(value) if isinstance(value, Indexed) else value
    return meant if isinstance(meant, Indexed) else value


def inverted(elaborator: Elaborator, value: Expr) -> Inverted | None:
    """What is known of an inverse, by an entry of it, where its matrix is declared."""
    name = head_name(value) if isinstance(value, Indexed) else ""
    known = elaborator.scope.inverses.values()
    return next((one for one in known if one.inverse.name == name and one.record.value is None), None)


def named(elaborator: Elaborator, value: Expr, node: Node) -> tuple[Inverted, tuple[Expr, ...], bool] | None:
    """The inverse of a declared matrix, or of one of a family, or of its transpose."""
    if not isinstance(value, Indexed):
        return None
    *lead, row, column = value.indices
    entry = elaborator.scope.context().lookup(head_name(value))
    whole = isinstance(entry, Variable) and {row, column} == {ROW, COLUMN}
    if not whole or not isinstance(entry, Variable) or {ROW, COLUMN} & set(lead):
        return None
    scope = elaborator.scope
    tied = scope.inverses.get(entry.name)
    key = entry.latex or entry.name
    if tied is None or tied.matrix.shape != entry.shape:
        name = scope.identifier(f"{entry.name}_inv", fresh=True)
        new = Variable(name, entry.shape, latex=f"{key}^{{-1}}")
        tied = Inverted(Inverse(name, entry.name), entry, new, _written(KeyName(key)))
        scope.add_inverse(entry.name, tied)
    return tied, tuple(lead), (row, column) == (COLUMN, ROW)


def of_value(
    elaborator: Elaborator, value: Expr, size: Expr, node: Node
) -> tuple[Inverted, tuple[Expr, ...], bool]:
    """The inverse of a matrix that a formula writes out; its value may depend on declared names only."""
    scope = elaborator.scope
    context = scope.context()
    sizes = {entry.name for entry in scope.of_kind("dimension")}
    free = {one.name for one in free_symbols(value) - {ROW, COLUMN}} - sizes
    others = {name for name in free if context.lookup(name) is None}
    if others:
        fail(
            node,
            f"the inverse of a matrix that depends on {', '.join(sorted(others))} is not read",
            "give the matrix a name",
        )
    value = with_bounds_by_depth(value)
    tied = scope.inverses.get(value)
    if tied is None:
        of, name = (scope.identifier(stem, fresh=True) for stem in ("M_matrix", "M_inv"))
        written = _written(node.base if isinstance(node, syntax.Script) else node)
        matrix, new = Variable(of, (size, size)), Variable(name, (size, size), latex=to_latex(written))
        turned = with_bounds_by_depth(substitute(value, {ROW: COLUMN, COLUMN: ROW}))
        body = Definition(of, value, (ROW, COLUMN), (size, size))
        tied = Inverted(Inverse(name, of, body), matrix, new, written, mirrored=turned == value)
        scope.add_inverse(value, tied)
    return tied, (), False


def _written(base: Node) -> syntax.Script:
    """`base^{-1}`."""
    one = syntax.Sum(("-",), (syntax.Number("1"),))
    return syntax.Script(base, None, one)
