"""Kinds that multiply a piece by something: signs, missing factors, one case taken for all."""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.pools import factors, inner, usual
from derivlab.diagnosis.situation import Situation
from derivlab.diagnosis.slots import Item, Placed, Response, respond
from derivlab.diagnosis.tree import Place, at_path, negative, put, times
from derivlab.notation import syntax
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node
from derivlab.symbols import delta, free_symbols, index

SCALED = ("whole", "term", "summand", "item", "exponent", "body")
ONE = sympy.Integer(1)
SIGN_KINDS = {"exponent": "sign in an exponent", "item": "sign in brackets"}


def scalable(at: Situation) -> Iterator[Response]:
    """The pieces that stand alone as a factor: terms, what is under a sum, arguments, exponents."""
    for place in at.places:
        if place.role in SCALED and not _is_power(place):
            response = response_at(at, place, "·")
            if response is not None:
                yield response


def response_at(at: Situation, place: Place, kind: str) -> Response | None:
    """The response of the written side to a slot there, read once."""
    key = (place.path, kind)
    if key not in at.responses:
        at.responses[key] = respond(at, place, kind)
    found = at.responses[key]
    assert found is None or isinstance(found, Response)
    return found


def _is_power(place: Place) -> bool:
    """Numbers as exponents are another kind's."""
    return place.role == "exponent" and isinstance(place.node, syntax.Number)


def sign_whole(at: Situation) -> Iterator[Edit]:
    """−(all of it)."""
    yield Edit("sign of the whole", negative(at.written), at.written)


def sign_of_piece(at: Situation) -> Iterator[Edit]:
    """One term, one exponent, one argument with the other sign."""
    for response in scalable(at):
        place = response.place
        if place.role == "whole" or not response.fits_number(-1):
            continue
        is_case = bool(place.path) and place.path[-1][0] == "rows"
        kind = "sign of a term" if is_case else SIGN_KINDS.get(place.role, "sign of a term")
        yield Edit(kind, flipped(at.written, place), place.node)


def flipped(side: Node, place: Place) -> Node:
    """The side with the sign of a term turned, or with the negative of anything else there."""
    if place.role == "term":
        parent = at_path(side, place.parent)
        assert isinstance(parent, syntax.Sum)
        k = place.path[-1][1]
        signs = (*parent.signs[:k], "-" if parent.signs[k] == "+" else "+", *parent.signs[k + 1 :])
        return put(side, place.parent, syntax.Sum(signs, parent.terms))
    return put(side, place.path, negative(at_path(side, place.path)))


def one_case(at: Situation) -> Iterator[Edit]:
    """δ_ij times a piece, or δ_ij for a 1 where the case i = j was taken for all."""
    for size in dict.fromkeys(at.free.values()):
        first, second = index("of_delta_1"), index("of_delta_2")
        item = Item(delta(first, second), ((first, size), (second, size)))
        for place in at.places:
            one = isinstance(place.node, syntax.Number) and place.node.text == "1"
            if not one and place.role not in ("whole", "term", "summand"):
                continue
            response = response_at(at, place, "·")
            for placed in () if response is None else response.placements(item):
                if response is not None and response.fits(placed.expr) and not _contracts(place, placed):
                    yield from _multiplied(at, place, placed, "one case for all")


def _contracts(place: Place, placed: Placed) -> bool:
    """A delta right under the sum over one of its indices: there is a sum too much instead."""
    letters = {symbol.name for symbol in free_symbols(placed.expr)}
    return place.role == "summand" and place.letters[-1] in letters


def missing_factor(at: Situation) -> Iterator[Edit]:
    """A factor of the pool before a piece."""
    if any(not point.wanted.contains(0) for point in at.points):  # of 0, everything is a factor
        yield from _multiplied_by(at, usual(at), "missing factor")
        yield from _multiplied_by(at, factors(at), "missing factor")


def chain_factor(at: Situation) -> Iterator[Edit]:
    """The whole derivative of an inner function before a piece."""
    yield from _multiplied_by(at, inner(at), "forgotten chain-rule factor")


def _multiplied_by(at: Situation, pool: list[Item], kind: str) -> Iterator[Edit]:
    for response in scalable(at):
        bare = isinstance(response.place.node, syntax.Number)
        for item in pool:
            if bare and item.expr.has(sympy.Indexed, sympy.Add, sympy.Function):
                continue  # 1 · u is the term u, not a factor
            for placed in response.placements(item):
                if response.fits(placed.expr) and not _repeats(response.place.node, placed.node()):
                    yield from _multiplied(at, response.place, placed, kind)


def _repeats(node: Node, factor: Node | None) -> bool:
    """x · x is an exponent's mistake."""
    if factor is None:
        return True
    row = node.factors if isinstance(node, syntax.Product) else (node,)
    return to_latex(factor) in (to_latex(one) for one in row)


def _multiplied(at: Situation, place: Place, placed: Placed, kind: str) -> Iterator[Edit]:
    factor = placed.node()
    if factor is None:
        return
    repaired = put(at.written, place.path, times(factor, place.node))
    inside = place.role in ("item", "exponent")  # what a function is applied to: no chain rule brings that
    missing = None if inside else placed.expr
    yield Edit(kind, repaired, place.node, factor, missing=missing)
