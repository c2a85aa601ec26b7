"""What needs no declaration: e, π, the Kronecker delta, vectors of ones, identities, unit vectors.

A name that the document declares wins over the entry here.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy
from sympy import Expr, KroneckerDelta

from derivlab.notation import syntax
from derivlab.notation.elaboration.arithmetic import exponential_of, raised
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.names import Spelling
from derivlab.notation.elaboration.subscripts import entry_at, terms
from derivlab.notation.elaboration.tensors import Hole, Size, Tensor, once, scalar
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node

IDENTITIES = frozenset({"I", r"\mathbf{I}", r"\mathbb{I}"})
ONES = frozenset({r"\mathbf{1}", r"\mathbb{1}"})


def _e(elaborator: Elaborator, node: Node, spelled: Spelling) -> Tensor | None:
    """e is the constant; `e_k` the k-th unit vector."""
    if spelled.sub is not None:
        return _unit_vector(elaborator, spelled, node)
    if spelled.sup is None and "e" in elaborator.scope.broken:
        return None
    if spelled.sup is None:
        return scalar(sympy.E)
    return exponential_of(elaborator, spelled.sup, node)


def _unit_vector(elaborator: Elaborator, spelled: Spelling, node: Node) -> Tensor:
    assert spelled.sub is not None
    found = terms(elaborator, spelled.sub, ())
    size = found[0].index.size if found[0].index is not None else Hole()
    first = found[0].expr
    value = Tensor((size,), lambda at: KroneckerDelta(first, at))
    elaborator.note(f"{to_latex(node).strip()} is a unit vector (a column of the identity)")
    return value if spelled.sup is None else raised(elaborator, value, spelled.sup, node)


def _pi(elaborator: Elaborator, node: Node, spelled: Spelling) -> Tensor | None:
    if spelled.sub is not None:
        return None
    value = scalar(sympy.pi)
    return value if spelled.sup is None else raised(elaborator, value, spelled.sup, node)


Constant = Callable[[Elaborator, Node, Spelling], "Tensor | None"]


def _constant_vector(entry: Expr) -> Constant:
    def build(elaborator: Elaborator, node: Node, spelled: Spelling) -> Tensor | None:
        size = _given_size(elaborator, spelled)
        value = once((size,), lambda at: entry)
        return value if spelled.sup is None else raised(elaborator, value, spelled.sup, node)

    return build


def _given_size(elaborator: Elaborator, spelled: Spelling) -> Size:
    """The size in `\\mathbf{1}_K`, `I_d`; open without one."""
    if isinstance(spelled.sub, syntax.Name):
        entry = elaborator.scope.lookup(spelled.sub.text)
        if entry is not None and entry.kind == "dimension":
            return entry.array
    if isinstance(spelled.sub, syntax.Number) and spelled.sub.text.isdigit():
        return sympy.Integer(spelled.sub.text)
    return Hole()


def _identity(elaborator: Elaborator, node: Node, spelled: Spelling) -> Tensor | None:
    size = _given_size(elaborator, spelled)
    value = Tensor((size, size), KroneckerDelta)
    if isinstance(size, Hole) and spelled.sub is not None:
        value = entry_at(elaborator, value, spelled.sub, node, "I")
    return value if spelled.sup is None else raised(elaborator, value, spelled.sup, node)


def _delta(elaborator: Elaborator, node: Node, spelled: Spelling) -> Tensor | None:
    r"""`\delta_{ij}`, unless δ was declared."""
    if spelled.sub is None or spelled.sup is not None:
        return None
    found = terms(elaborator, spelled.sub, ())
    if len(found) != 2:
        fail(node, "a Kronecker delta has two indices", r"write \delta_{ij}")
    first, second = found
    if first.index is not None and second.index is not None:
        elaborator.links.append((first.index, second.index))
    return scalar(KroneckerDelta(first.expr, second.expr))


CONSTANTS: dict[str, Constant] = {
    "e": _e,
    r"\pi": _pi,
    r"\delta": _delta,
    r"\mathbf{0}": _constant_vector(sympy.Integer(0)),
    **dict.fromkeys(ONES, _constant_vector(sympy.Integer(1))),
    **dict.fromkeys(IDENTITIES, _identity),
}
