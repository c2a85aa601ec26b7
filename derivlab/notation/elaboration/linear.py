"""Vectors and matrices entry by entry: every operation of linear algebra as sums over indices."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Expr, KroneckerDelta

from derivlab.errors import ShapeError
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.tensors import Hole, Shape, Size, Tensor, once, settled, unify
from derivlab.notation.syntax import Node
from derivlab.symbols import total


def known(size: Size, node: Node, what: str = "this") -> Expr:
    """The dimension that a size has come to; an error if nothing has fixed it."""
    found = settled(size)
    if isinstance(found, Hole):
        fail(node, f"the size of {what} cannot be told here", r"give it a size, e.g. $\mathbf{1}_K$ or $I_d$")
    return found


def chosen(values: Sequence[Tensor], at: Expr, rest: tuple[Expr, ...] = ()) -> Expr:
    """The entry of the item at a place, of items one after the other: Σ_k item_k · δ(at, k)."""
    if isinstance(at, sympy.Integer) and 1 <= int(at) <= len(values):
        return values[int(at) - 1].entry(*rest)
    return sympy.Add(*(value.entry(*rest) * KroneckerDelta(at, k) for k, value in enumerate(values, 1)))


def contraction(elaborator: Elaborator, size: Size, term: object, node: Node) -> Expr:
    """Σ_k term(k) over the whole of an axis."""
    bound = elaborator.contraction(size)
    return total(term(bound), bound, known(size, node))  # type: ignore[operator]


def mismatch(node: Node, left: Tensor, right: Tensor, what: str, hint: str) -> None:
    """Raise the error for two shapes that do not fit."""
    fail(node, f"{what}: {left.describe()} and {right.describe()}", hint, ShapeError)


def add(
    elaborator: Elaborator, signs: Sequence[int], terms: Sequence[Tensor], nodes: Sequence[Node]
) -> Tensor:
    """Σ ± terms; a scalar beside arrays is added to every entry, and that is told."""
    arrays = [k for k, term in enumerate(terms) if term.rank]
    if not arrays:
        return once(
            (), lambda: sympy.Add(*(_signed(s, t.entry()) for s, t in zip(signs, terms, strict=True)))
        )
    first = terms[arrays[0]]
    for k in arrays[1:]:
        if terms[k].row != first.row or not fit(first.shape, terms[k].shape):
            hint = "both terms need the same shape; check transposes"
            mismatch(nodes[k], first, terms[k], "terms of different shapes", hint)
    if len(arrays) < len(terms):
        kind = "vector" if first.rank == 1 else "matrix"
        elaborator.note(f"scalar + {kind} is taken entry by entry")

    def entry(*at: Expr) -> Expr:
        values = (term.entry(*at) if term.rank else term.entry() for term in terms)
        return sympy.Add(*(_signed(sign, value) for sign, value in zip(signs, values, strict=True)))

    return once(first.shape, entry, first.row)


def _signed(sign: int, value: Expr) -> Expr:
    return value if sign > 0 else -value


def fit(left: Shape, right: Shape) -> bool:
    """Make two shapes equal; False if they cannot be."""
    return len(left) == len(right) and all(unify(a, b) for a, b in zip(left, right, strict=True))


def transpose(value: Tensor) -> Tensor:
    """The transpose; a column becomes a row."""
    if value.rank == 2:
        return once(value.shape[::-1], lambda i, j: value.entry(j, i))
    return Tensor(value.shape, value.entry, not value.row) if value.rank == 1 else value


def can_multiply(left: Tensor, right: Tensor) -> bool:
    """Whether the matrix product of two arrays is defined, sizes aside."""
    inner = _columns(left), _rows(right)
    return inner[0] is not None and inner[1] is not None


def _columns(value: Tensor) -> Size | None:
    """The size that a product contracts on the left; None for a column, whose inner size is 1."""
    return value.shape[-1] if value.rank == 2 or value.row else None


def _rows(value: Tensor) -> Size | None:
    return value.shape[0] if value.rank == 2 or not value.row else None


def fits_product(left: Tensor, right: Tensor) -> bool:
    """Whether left · right is a product of matrices, sizes included (nothing is made equal)."""
    from derivlab.notation.elaboration.tensors import same

    inner, outer = _columns(left), _rows(right)
    if inner is None:
        return outer is None and right.row
    return outer is not None and same(inner, outer)


def product(elaborator: Elaborator, left: Tensor, right: Tensor, node: Node) -> Tensor:
    """The matrix product; vectors are columns, transposed ones rows."""
    inner, outer = _columns(left), _rows(right)
    if inner is None and outer is None:
        return once((left.shape[0], right.shape[0]), lambda i, j: left.entry(i) * right.entry(j))
    if inner is None and left.rank == 1 and right.rank == 1:
        hint = r"write x^\top y for the scalar, x y^\top for the matrix, x \odot y for entry by entry"
        mismatch(node, left, right, "a product of two columns", hint)
    if inner is None or outer is None or not unify(inner, outer):
        mismatch(
            node, left, right, "a product of shapes that do not fit", "check the order and the transposes"
        )
    assert inner is not None
    return _contracted(elaborator, left, right, inner, node)


def _contracted(elaborator: Elaborator, left: Tensor, right: Tensor, inner: Size, node: Node) -> Tensor:
    shape = (left.shape[:-1] if left.rank == 2 else ()) + (right.shape[1:] if right.rank == 2 else ())

    def entry(*at: Expr) -> Expr:
        before = at[:1] if left.rank == 2 else ()
        after = at[len(before) :]
        return contraction(elaborator, inner, lambda k: left.entry(*before, k) * right.entry(k, *after), node)

    return once(shape, entry, row=left.rank == 1 and right.rank == 2)


def dot(elaborator: Elaborator, left: Tensor, right: Tensor, node: Node) -> Tensor:
    """⟨x, y⟩ of two arrays of one shape."""
    if left.rank != right.rank or not fit(left.shape, right.shape):
        mismatch(node, left, right, "an inner product of different shapes", "both need the same shape")
    return once(
        (), lambda: whole_sum(elaborator, left.shape, lambda *k: left.entry(*k) * right.entry(*k), node)
    )


def whole_sum(elaborator: Elaborator, shape: Shape, term: object, node: Node) -> Expr:
    """The sum of term(k, ...) over all axes of a shape."""
    bounds = [elaborator.contraction(size) for size in shape]
    value = term(*bounds)  # type: ignore[operator]
    for bound, size in reversed(list(zip(bounds, shape, strict=True))):
        value = total(value, bound, known(size, node))
    return value


def entrywise(left: Tensor, right: Tensor, node: Node) -> Tensor:
    """The Hadamard product; a scalar multiplies."""
    if left.rank == 0 or right.rank == 0:
        array, factor = (right, left) if left.rank == 0 else (left, right)
        return once(array.shape, lambda *at: factor.entry() * array.entry(*at), array.row)
    if left.row != right.row or not fit(left.shape, right.shape):
        mismatch(
            node, left, right, "an entry-by-entry product of different shapes", "both need the same shape"
        )
    return once(left.shape, lambda *at: left.entry(*at) * right.entry(*at), left.row)


def trace(elaborator: Elaborator, value: Tensor, node: Node) -> Tensor:
    """tr A = Σ_k A_kk."""
    if value.rank != 2 or not unify(*value.shape):
        fail(node, f"a trace needs a square matrix, not {value.describe()}", "check the shapes", ShapeError)
    return once((), lambda: contraction(elaborator, value.shape[0], lambda k: value.entry(k, k), node))


def diagonal(value: Tensor, node: Node) -> Tensor:
    """diag of a vector is a matrix, of a square matrix its diagonal."""
    if value.rank == 1:
        size = value.shape[0]
        return once((size, size), lambda i, j: KroneckerDelta(i, j) * value.entry(i))
    if value.rank != 2 or not unify(*value.shape):
        fail(node, f"diag needs a vector or a square matrix, not {value.describe()}", "", ShapeError)
    return once(value.shape[:1], lambda i: value.entry(i, i))


def norm(elaborator: Elaborator, value: Tensor, order: str, node: Node) -> Tensor:
    """‖x‖₂ (for matrices the Frobenius norm), ‖x‖₁."""
    if order == "1":
        return once(
            (), lambda: whole_sum(elaborator, value.shape, lambda *k: sympy.Abs(value.entry(*k)), node)
        )
    return once(
        (), lambda: sympy.sqrt(whole_sum(elaborator, value.shape, lambda *k: value.entry(*k) ** 2, node))
    )
