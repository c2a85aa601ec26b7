"""Kinds that multiply a piece by something: signs, missing factors, one case taken for all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import sympy

from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.pools import factors
from derivlab.diagnosis.situation import Situation
from derivlab.diagnosis.slots import Item, Placed, Response, respond
from derivlab.diagnosis.tree import Place, at_path, negative, put, times
from derivlab.notation import syntax
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node
from derivlab.symbols import delta

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
        if place.role == "whole" or not response.fits(-ONE):
            continue
        kind = SIGN_KINDS.get(place.role, "sign of a term")
        yield Edit(kind, _flipped(at, place), place.node)


def _flipped(at: Situation, place: Place) -> Node:
    """The side with the sign of a term turned, or with the negative of anything else there."""
    if place.role == "term":
        parent = at_path(at.written, place.parent)
        assert isinstance(parent, syntax.Sum)
        k = place.path[-1][1]
        signs = (*parent.signs[:k], "-" if parent.signs[k] == "+" else "+", *parent.signs[k + 1 :])
        return put(at.written, place.parent, syntax.Sum(signs, parent.terms))
    return put(at.written, place.path, negative(place.node))


def one_case(at: Situation) -> Iterator[Edit]:
    """δ_ij times a piece, or δ_ij for a 1 where the case i = j was taken for all."""
    pairs = [(a, b) for a, b in combinations(at.free, 2) if at.free[a] == at.free[b]]
    for a, b in pairs:
        item = Item(delta(a, b))
        for place in at.places:
            if isinstance(place.node, syntax.Number) and place.node.text == "1":
                for placed in _delta_at(at, item):
                    repaired = put(at.written, place.path, placed.node)
                    yield Edit("one case for all", repaired, place.node, placed.node)
        for response in scalable(at):
            for placed in response.placements(item):
                if response.place.role in ("whole", "term", "summand") and response.fits(placed.expr):
                    yield _multiplied(at, response.place, placed, "one case for all")


def _delta_at(at: Situation, item: Item) -> Iterator[Placed]:
    response = response_at(at, at.places[0], "·")
    if response is not None:
        yield from response.placements(item)


def missing_factor(at: Situation) -> Iterator[Edit]:
    """A factor of the pool before a piece."""
    pool = factors(at)
    responses = [one for one in scalable(at) if one.place.role != "exponent" or not one.slot.letters]
    for response in responses:
        for item in pool:
            for placed in response.placements(item):
                if response.fits(placed.expr) and not _repeats(response.place.node, placed.node):
                    yield _multiplied(at, response.place, placed, _factor_kind(response.place))


def _factor_kind(place: Place) -> str:
    return "missing factor inside" if place.role in ("exponent", "item") else "missing factor"


def _repeats(node: Node, factor: Node) -> bool:
    """x · x is an exponent's mistake."""
    row = node.factors if isinstance(node, syntax.Product) else (node,)
    return to_latex(factor) in (to_latex(one) for one in row)


def _multiplied(at: Situation, place: Place, placed: Placed, kind: str) -> Edit:
    repaired = put(at.written, place.path, times(placed.node, place.node))
    return Edit(kind, repaired, place.node, placed.node, missing=placed.expr)
