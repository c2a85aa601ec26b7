"""Derivatives by a symmetric matrix: its entries move one by one, or in pairs, as some textbooks have it."""

from __future__ import annotations

from dataclasses import replace

from sympy import Indexed, KroneckerDelta, Symbol

from derivlab.notation.statements.model import StatedClaim
from derivlab.symbols import Partial, free_symbols, head_name, says_symmetric

ONE_BY_ONE = "{0} is symmetric, and its entries move one by one"
IN_PAIRS = "{0} is symmetric, and its entries move in pairs"


def told(claim: StatedClaim) -> StatedClaim:
    """A claim about a derivative by a symmetric matrix, with what is meant."""
    by = _by_symmetric(claim)
    return claim if by is None else claim.with_notes(ONE_BY_ONE.format(head_name(by)))


def in_pairs(claim: StatedClaim) -> tuple[str, StatedClaim] | None:
    """The claim where A[i, j] and A[j, i] are one variable: G + Gᵀ − diag(G) of the gradient G."""
    by = _by_symmetric(claim)
    if by is None or not isinstance(claim.left, Partial):
        return None
    *lead, i, j = by.indices
    body, array = claim.left.body, by.base
    turned, own = array[(*lead, j, i)], array[(*lead, i, i)]
    pairs = Partial(body, by) + Partial(body, turned) - KroneckerDelta(i, j) * Partial(body, own)
    note = IN_PAIRS.format(head_name(by))
    return note, replace(claim, left=pairs).with_notes(note)


def _by_symmetric(claim: StatedClaim) -> Indexed | None:
    """The entry A[i, j] of a symmetric matrix by which the left side is derived."""
    left = claim.left
    if not isinstance(left, Partial) or not isinstance(left.by, Indexed) or len(left.by.indices) < 2:
        return None
    i, j = left.by.indices[-2:]
    plain = isinstance(i, Symbol) and isinstance(j, Symbol) and i != j
    twice = any(head_name(node.by) == head_name(left.by) for node in left.body.atoms(Partial))
    inside = twice or (plain and {i, j} & free_symbols(left.body))
    symmetric = plain and any(says_symmetric(pair, head_name(left.by)) for pair in claim.context.assumptions)
    return left.by if symmetric and not inside else None
