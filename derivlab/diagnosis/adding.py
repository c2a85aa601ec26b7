"""Kinds about whole terms and factors: missing terms, terms and factors too much."""

from __future__ import annotations

from collections.abc import Iterator

import sympy
from sympy import KroneckerDelta

from derivlab.calculus.closing import closed_form
from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.pools import entries, terms
from derivlab.diagnosis.scaling import response_at, scalable
from derivlab.diagnosis.situation import Situation
from derivlab.diagnosis.slots import Item, Placed
from derivlab.diagnosis.transcribe import Transcriber, UntranscribableError
from derivlab.diagnosis.tree import Place, is_big, number, plus, put, without_factors, without_term
from derivlab.errors import DerivlabError
from derivlab.notation import syntax
from derivlab.notation.elaboration.differentials import as_fraction
from derivlab.notation.syntax import Node

SHORT = 15  # nodes of a difference that is told as a missing term
OPEN = ("whole", "item", "summand", "numerator", "denominator", "body", "exponent")


def missing_term(at: Situation) -> Iterator[Edit]:
    """An entry of what is declared, or a term of the true side, added to a piece."""
    yield from _with_terms(at, entries(at))
    yield from _with_terms(at, terms(at))


def _with_terms(at: Situation, pool: list[Item]) -> Iterator[Edit]:
    for place in at.places:
        response = response_at(at, place, "+") if _is_open(place) else None
        if response is None:
            continue
        for item in pool:
            for placed in response.placements(item):
                for sign in ("+", "-"):
                    if response.fits(placed.expr if sign == "+" else -placed.expr):
                        yield from _added(at, place, placed, sign)


def _added(at: Situation, place: Place, placed: Placed, sign: str) -> Iterator[Edit]:
    term = placed.node()
    if term is not None:
        repaired = put(at.written, place.path, _open(place, plus(place.node, term, sign)))
        yield Edit(_kind(at, placed), repaired, place.node, term)


def _kind(at: Situation, placed: Placed) -> str:
    """A term with a delta is what one case of the indices adds; λI beside matrices is a term."""
    return "one case for all" if placed.expr.has(KroneckerDelta) and not at.base.axes else "missing term"


def difference(at: Situation) -> Iterator[Edit]:
    """What is left of true − written, where that is one short term."""
    if at.present is None or at.base.axes or at.present.indices != at.base.indices:
        return
    try:
        left = closed_form(at.base.left - at.present.right, at.context)
    except DerivlabError:
        return
    if left is None or isinstance(left, sympy.Add) or sum(1 for _ in sympy.preorder_traversal(left)) > SHORT:
        return
    minus = left.could_extract_minus_sign()
    try:
        letters = {symbol: symbol.name for symbol in at.free}
        term = Transcriber(at.origin.scope, letters).node(-left if minus else left)
    except UntranscribableError:
        return
    yield Edit("missing term", plus(at.written, term, "-" if minus else "+"), at.written, term)


def _is_open(place: Place) -> bool:
    """Whether a term may be added here: a sum of terms, or the only thing at its place."""
    return place.role in OPEN or isinstance(place.node, syntax.Sum)


def _open(place: Place, node: Node) -> Node:
    """Brackets around a sum of terms under a sum over an index."""
    return syntax.Group("(", (node,)) if place.role in ("summand", "factor", "base", "term") else node


def extra_term(at: Situation) -> Iterator[Edit]:
    """A sum of terms without one of them."""
    for place in at.places:
        if isinstance(place.node, syntax.Sum) and len(place.node.terms) > 1:
            for k, term in enumerate(place.node.terms):
                repaired = put(at.written, place.path, without_term(place.node, k))
                yield Edit("extra term", repaired, term, term)


def extra_factor(at: Situation) -> Iterator[Edit]:
    """A product without one of its factors, a quotient without one of its halves."""
    for place in at.places:
        node = place.node
        if isinstance(node, syntax.Product):
            for start, stop in _units(node):
                repaired = put(at.written, place.path, without_factors(node, start, stop))
                unit = node.factors[start]
                where = unit if stop == start + 1 else _joined(node, start, stop)
                yield Edit("extra factor", repaired, where, where)
        elif isinstance(node, syntax.Fraction) and as_fraction(node) is None:
            yield from _halves(at, place, node)
        elif place.role in ("whole", "term") and isinstance(node, syntax.Name | syntax.Script):
            yield Edit("extra factor", put(at.written, place.path, number(1)), node, node)
    yield from _extra_constant(at)


def _units(node: syntax.Product) -> Iterator[tuple[int, int]]:
    """What can be left out: one factor, or a name with the brackets behind it."""
    for k, factor in enumerate(node.factors):
        if not is_big(factor):
            yield k, k + 1
        if k + 1 < len(node.factors) and _is_call(factor, node.factors[k + 1]):
            yield k, k + 2


def _is_call(head: Node, following: Node) -> bool:
    """Whether a name may be applied to the brackets behind it."""
    named = isinstance(head, syntax.Name | syntax.Accent | syntax.Script) and not is_big(head)
    return named and isinstance(following, syntax.Group | syntax.Script)


def _joined(node: syntax.Product, start: int, stop: int) -> Node:
    first, last = node.factors[start], node.factors[stop - 1]
    operators = ("", *node.operators[start + 1 : stop])
    return syntax.Product(operators, node.factors[start:stop], start=first.start, end=last.end)


def _halves(at: Situation, place: Place, node: syntax.Fraction) -> Iterator[Edit]:
    if not (isinstance(node.numerator, syntax.Number) and node.numerator.text == "1"):
        over = syntax.Fraction(number(1), node.denominator)
        yield Edit("extra factor", put(at.written, place.path, over), node.numerator, node.numerator)
    repaired = put(at.written, place.path, node.numerator)
    if isinstance(node.denominator, syntax.Number):
        yield Edit("missing factor", repaired, node, node.denominator)
    else:
        yield Edit("extra factor", repaired, node, syntax.Fraction(number(1), node.denominator))


def _extra_constant(at: Situation) -> Iterator[Edit]:
    """2·(a − b) where the 2 stands inside another number: half of it is right."""
    for response in scalable(at):
        for value in (2, 3):
            if response.fits(sympy.Rational(1, value)):
                node = response.place.node
                half = syntax.Product(("", ""), (syntax.Fraction(number(1), number(value)), _grouped(node)))
                yield Edit("extra factor", put(at.written, response.place.path, half), node, number(value))


def _grouped(node: Node) -> Node:
    return syntax.Group("(", (node,)) if isinstance(node, syntax.Sum) else node
