"""Brackets, norms, and what is no expression at all."""

from __future__ import annotations

import sympy

from derivlab.notation import syntax
from derivlab.notation.elaboration import linear
from derivlab.notation.elaboration.core import Elaborator, fail, rule
from derivlab.notation.elaboration.determinants import determinant
from derivlab.notation.elaboration.matrices import column
from derivlab.notation.elaboration.tensors import Tensor, mapped, unify
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node


@rule(syntax.Group)
def _group(elaborator: Elaborator, node: syntax.Group) -> Tensor:
    handler = GROUPS.get(node.kind)
    if handler is None or not node.items:
        what = "a rounding bracket" if node.kind in "⌊⌈" else "this bracket"
        fail(node, f"{what} is not read in an expression", "use ( ) for grouping")
    return handler(elaborator, node)


def _parentheses(elaborator: Elaborator, node: syntax.Group) -> Tensor:
    if any(isinstance(item, syntax.Dots) for item in node.items):
        return column(elaborator, node)
    if len(node.items) != 1 or isinstance(node.items[0], syntax.Chain):
        fail(node, "these brackets hold more than one expression", "a name before them must be a function")
    return elaborator.tensor(node.items[0])


def _bars(elaborator: Elaborator, node: syntax.Group) -> Tensor:
    value = _parentheses(elaborator, node)
    if value.rank == 2 and unify(*value.shape):
        return determinant(elaborator, value, node)
    if value.rank:
        fail(
            node, f"|...| of {value.describe()} is not read", r"write \|x\| for the norm, |x_i| for an entry"
        )
    return mapped(sympy.Abs, value)


def _norm(elaborator: Elaborator, node: syntax.Group) -> Tensor:
    return norm_of(elaborator, node, None)


def norm_of(elaborator: Elaborator, node: syntax.Group, order: Node | None) -> Tensor:
    r"""`\|x\|`, `\|x\|_2`, `\|x\|_1`, `\|W\|_F`."""
    value = _parentheses(elaborator, node)
    text = "2" if order is None else to_latex(order).strip()
    if text not in ("1", "2", "F") or (value.rank == 2 and text == "1"):
        fail(node, f"the norm with index {text} is not read", r"write \|x\|_1, \|x\|_2 or \|W\|_F")
    if value.rank == 2 and text == "2":
        fail(node, "the 2-norm of a matrix is its largest singular value and is not read", r"write \|W\|_F")
    return mapped(sympy.Abs, value) if value.rank == 0 else linear.norm(elaborator, value, text, node)


def _inner(elaborator: Elaborator, node: syntax.Group) -> Tensor:
    if len(node.items) != 2:
        fail(node, "an inner product has two arguments", r"write \langle x, y \rangle")
    left, right = (elaborator.tensor(item) for item in node.items)
    return linear.dot(elaborator, left, right, node)


GROUPS = {
    "(": _parentheses, "[": _parentheses, "{": _parentheses, r"\{": _parentheses, "|": _bars, "‖": _norm,
    "⟨": _inner,
}  # fmt: skip


@rule(syntax.Dots)
def _dots(elaborator: Elaborator, node: syntax.Dots) -> Tensor:
    hint = r"write the sum, e.g. $\sum_{i=1}^{n} x_i$ instead of $x_1 + \dots + x_n$"
    fail(node, "dots in the middle of an expression are not read", hint)


@rule(syntax.Wrong)
def _wrong(elaborator: Elaborator, node: syntax.Wrong) -> Tensor:
    fail(node, node.message, node.hint)


@rule(syntax.Sign)
def _sign(elaborator: Elaborator, node: syntax.Sign) -> Tensor:
    fail(node, f"`{node.text}` alone is no expression", "write what it applies to")


@rule(syntax.Chain)
def _chain(elaborator: Elaborator, node: syntax.Chain) -> Tensor:
    fail(node, "a relation inside an expression is not read", r"write \mathbb{1}[...] for an indicator")
