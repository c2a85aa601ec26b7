"""Positive semidefinite matrices by their roots: a symmetric A is so if and only if A = BᵀB for a square B.

What holds for all B holds for all A: with the definition A[i, j] := Σₖ B[k, i] B[k, j] a quadratic form in A
is a sum of squares. The theorem is that of the spectral decomposition, B = √D Qᵀ.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from sympy import IndexedBase

from derivlab.symbols import Context, Definition, Variable, index, says_symmetric, total


def with_roots(context: Context, moved: Container[str] = ()) -> Context:
    """The context with B in place of each matrix A that is positive semidefinite; itself if there is none.

    Names in `moved` stay: what is derived by A needs its entries.
    """
    for name in context.definite:
        entry = context.lookup(name) if name not in moved else None
        if isinstance(entry, Variable) and len(entry.shape) >= 2:
            context = _with_root(context, entry)
    return context


def _with_root(context: Context, matrix: Variable) -> Context:
    root = Variable(_unused(context, f"{matrix.name}_root"), matrix.shape)
    lead = tuple(index(f"root_{k}") for k in range(len(matrix.shape) - 2))
    i, j, k = index("root_i"), index("root_j"), index("root_k")
    node = root.node
    assert isinstance(node, IndexedBase)
    body = total(node[(*lead, k, i)] * node[(*lead, k, j)], k, matrix.shape[-1])
    return replace(
        context,
        variables=(*(one for one in context.variables if one.name != matrix.name), root),
        definitions=(Definition(matrix.name, body, (*lead, i, j), matrix.shape), *context.definitions),
        assumptions=tuple(pair for pair in context.assumptions if not says_symmetric(pair, matrix.name)),
        definite=tuple(name for name in context.definite if name != matrix.name),
    )


def _unused(context: Context, name: str) -> str:
    while context.lookup(name) is not None:
        name += "_"
    return name
