"""Kinds about whole arrays: a transpose missing or too much, factors in the wrong order, ⊙ for a product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.situation import Situation
from derivlab.diagnosis.tree import Place, put, times, without_factors
from derivlab.notation import syntax
from derivlab.notation.elaboration.names import find, is_transpose, spelling
from derivlab.notation.syntax import Node

IDENTITY = syntax.Name("I")
TOP = syntax.Name(r"\top")


def _is_array(at: Situation, node: Node) -> bool:
    """Whether a piece is a whole array, or brackets that may hold one."""
    if isinstance(node, syntax.Group):
        return node.kind in ("(", "[")
    spelled = spelling(node)
    found = None if spelled is None else find(at.origin.scope, spelled)
    return found is not None and found.sub is None and bool(found.entry.shape)


def transposed(at: Situation) -> Iterator[Edit]:
    """Aᵀ for A, A for Aᵀ, and the whole side transposed."""
    if not at.base.axes and not any(_is_array(at, place.node) for place in at.places):
        return
    if at.base.axes == 1 and isinstance(at.written, syntax.Sum | syntax.Product):
        whole = syntax.Script(syntax.Group("(", (at.written,)), None, TOP)
        yield Edit("transposed", whole, at.written, whole)
    for place in at.places:
        other = _turned(at, place)
        if other is not None:
            yield Edit("transposed", put(at.written, place.path, other), place.node, other)


def _turned(at: Situation, place: Place) -> Node | None:
    node = place.node
    if isinstance(node, syntax.Script) and node.sup is not None and is_transpose(node.sup):
        return replace(node, sup=None) if node.sub is not None else node.base
    if place.role == "head" or not _is_array(at, node):
        return None
    if isinstance(node, syntax.Script) and node.sup is None:
        return replace(node, sup=TOP)
    return syntax.Script(node, None, TOP)


def order(at: Situation) -> Iterator[Edit]:
    """Two factors next to each other exchanged, with and without their transposes."""
    for place in at.places:
        row = place.node
        if not isinstance(row, syntax.Product):
            continue
        for k, (a, b) in enumerate(pairwise(row.factors)):
            if not (_may_be_array(at, a) and _may_be_array(at, b)):
                continue
            turned_a, turned_b = _flip(a), _flip(b)
            pairs = ((b, a), (turned_b, turned_a), (turned_b, a), (b, turned_a), (turned_a, turned_b))
            for first, second in pairs:
                factors = (*row.factors[:k], first, second, *row.factors[k + 2 :])
                where = replace(row, start=a.start, end=b.end)
                new = replace(row, factors=factors)
                reordered = (first, second) in ((b, a), (turned_b, turned_a))
                kind = "order of a product" if reordered else "wrong shape"
                detail = syntax.Product(("", ""), (first, second))
                yield Edit(kind, put(at.written, place.path, new), where, detail)


def _may_be_array(at: Situation, node: Node) -> bool:
    if isinstance(node, syntax.Script) and node.sup is not None and is_transpose(node.sup):
        return True
    return _is_array(at, node)


def _flip(node: Node) -> Node:
    if isinstance(node, syntax.Script) and node.sup is not None and is_transpose(node.sup):
        return replace(node, sup=None) if node.sub is not None else node.base
    if isinstance(node, syntax.Script) and node.sup is None:
        return replace(node, sup=TOP)
    return syntax.Script(node, None, TOP)


def products(at: Situation) -> Iterator[Edit]:
    """⊙ where a product of matrices belongs, and the other way round."""
    for place in at.places:
        row = place.node
        if not isinstance(row, syntax.Product):
            continue
        for k in range(1, len(row.factors)):
            present = row.operators[k]
            if present not in ("", "⊙", "·") or not (
                _may_be_array(at, row.factors[k - 1]) and _may_be_array(at, row.factors[k])
            ):
                continue
            for other in ("⊙", ""):
                if other != present:
                    operators = (*row.operators[:k], other, *row.operators[k + 1 :])
                    new = replace(row, operators=operators)
                    where = replace(row, start=row.factors[k - 1].start, end=row.factors[k].end)
                    yield Edit("products mixed", put(at.written, place.path, new), where, new)


def identity(at: Situation) -> Iterator[Edit]:
    """`λ` where `λ I` belongs: a number beside matrices is added to every entry."""
    if at.base.axes == 2:
        for place in at.places:
            if place.role in ("term", "whole"):
                repaired = put(at.written, place.path, times(place.node, IDENTITY))
                yield Edit("missing factor", repaired, place.node, IDENTITY)


def superfluous(at: Situation) -> Iterator[Edit]:
    """A factor whose shape does not fit, left out."""
    for place in at.places:
        row = place.node
        if isinstance(row, syntax.Product):
            for k, factor in enumerate(row.factors):
                if _may_be_array(at, factor):
                    new = without_factors(row, k, k + 1)
                    yield Edit("extra factor", put(at.written, place.path, new), factor, factor)
