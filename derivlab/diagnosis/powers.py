"""Kinds about single functions and powers: the derivative of log, exp, a quotient, a power taken wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.situation import Situation
from derivlab.diagnosis.tree import Place, at_path, bracketed, name, number, put, times
from derivlab.notation import syntax
from derivlab.notation.elaboration.differentials import as_fraction
from derivlab.notation.elaboration.heads import BIG
from derivlab.notation.syntax import Node

FUNCTIONS = (r"\sin", r"\cos", r"\sinh", r"\cosh", r"\tanh", r"\exp", r"\log", r"\ln")


def wrong_exponent(at: Situation) -> Iterator[Edit]:
    """x² for x, x for x², and the like; under a fraction bar the quotient rule's square."""
    for place in at.places:
        kind = "derivative of a quotient" if _is_below(at, place) else "wrong exponent"
        if isinstance(place.node, syntax.Product):
            yield from _powers_of_calls(at, place, place.node, kind)
        for other in () if _is_argument(at, place) else _other_powers(place):
            yield Edit(kind, put(at.written, place.path, other), place.node, other)


def _is_argument(at: Situation, place: Place) -> bool:
    """Whether brackets hold the argument of the function before them."""
    if not place.path or place.path[-1][0] != "factors" or place.path[-1][1] == 0:
        return False
    before = at_path(at.written, (*place.parent, ("factors", place.path[-1][1] - 1)))
    return isinstance(place.node, syntax.Group) and _is_function(at, before)


def _is_function(at: Situation, node: Node) -> bool:
    head = node.base if isinstance(node, syntax.Script) else node
    if not isinstance(head, syntax.Name):
        return False
    entry = at.origin.scope.lookup(head.text)
    return head.text in FUNCTIONS or (entry is not None and entry.function is not None)


def _powers_of_calls(at: Situation, place: Place, row: syntax.Product, kind: str) -> Iterator[Edit]:
    r"""`\tanh^2(x)` for `\tanh(x)`, `\sigma(x)^2` for `\sigma(x)`."""
    for k, (head, argument) in enumerate(pairwise(row.factors)):
        if not isinstance(head, syntax.Name) or not _is_function(at, head):
            continue
        squared: tuple[Node, ...] = (syntax.Script(head, None, number(2)), argument)
        if head.text not in FUNCTIONS:
            squared = (head, syntax.Script(argument, None, number(2)))
        new = replace(row, factors=(*row.factors[:k], *squared, *row.factors[k + 2 :]))
        where = syntax.Product(("", ""), (head, argument), start=head.start, end=argument.end)
        detail = syntax.Product(("", ""), squared)
        yield Edit(kind, put(at.written, place.path, new), where, detail)


def _is_below(at: Situation, place: Place) -> bool:
    return any(field == "denominator" for field, _ in place.path)


def _other_powers(place: Place) -> Iterator[Node]:
    node = place.node
    if isinstance(node, syntax.Number) or place.role == "head":
        return
    if isinstance(node, syntax.Script) and isinstance(node.sup, syntax.Number):
        value = int(node.sup.text) if node.sup.text.isdigit() else 0
        for other in (value - 1, value + 1):
            if other == 1:
                yield replace(node, sup=None) if node.sub is not None else node.base
            elif other > 1:
                yield replace(node, sup=number(other))
    elif isinstance(node, syntax.Script) and node.sup is not None:
        yield from _shifted(node, node.sup)
    elif isinstance(node, syntax.Script) and _is_symbol(node.base):
        yield replace(node, sup=number(2))
    elif (_is_symbol(node) and place.role != "base") or _is_bracket(node):
        yield syntax.Script(node, None, number(2))
    elif place.role == "denominator":
        yield syntax.Script(syntax.Group("(", (node,)), None, number(2))


def _shifted(node: syntax.Script, sup: Node) -> Iterator[Node]:
    """x^n for x^{n−1}, x^{n−1} for x^n."""
    if isinstance(sup, syntax.Sum) and len(sup.terms) == 2 and isinstance(sup.terms[1], syntax.Number):
        yield replace(node, sup=sup.terms[0])
    elif isinstance(sup, syntax.Sum) and sup.signs == ("-",) and isinstance(sup.terms[0], syntax.Number):
        value = int(sup.terms[0].text) if sup.terms[0].text.isdigit() else 0
        for other in (value + 1, value - 1, value + 2):
            if other > 0:
                yield replace(node, sup=number(-other))
    elif isinstance(sup, syntax.Name) and not _is_e(node.base):
        yield replace(node, sup=syntax.Sum(("+", "-"), (sup, number(1))))


def _is_bracket(node: Node) -> bool:
    return isinstance(node, syntax.Group) and node.kind in ("(", "[")


def _is_e(node: Node) -> bool:
    return isinstance(node, syntax.Name) and node.text == "e"


def _is_symbol(node: Node) -> bool:
    if isinstance(node, syntax.Name):
        return node.text not in BIG and node.text not in FUNCTIONS and node.text not in (r"\partial", "d")
    return isinstance(node, syntax.Accent | syntax.Font)


def upside_down(at: Situation) -> Iterator[Edit]:
    """1/u for u and u for 1/u: the derivative of a logarithm, or a quotient turned over."""
    for place in at.places:
        node = place.node
        if isinstance(node, syntax.Fraction) and as_fraction(node) is None:
            turned = _over(node.denominator, node.numerator)
            yield Edit("derivative of a logarithm", put(at.written, place.path, turned), node, turned)
        elif place.role in ("factor", "term", "whole", "summand", "item") and _can_turn(node):
            turned = syntax.Fraction(number(1), node)
            yield Edit("derivative of a logarithm", put(at.written, place.path, turned), node, turned)


def _can_turn(node: Node) -> bool:
    return _is_symbol(node) or isinstance(node, syntax.Group | syntax.Script | syntax.Product)


def _over(above: Node, below: Node) -> Node:
    one = isinstance(below, syntax.Number) and below.text == "1"
    return bracketed(above) if one else syntax.Fraction(above, below)


def function_left(at: Situation) -> Iterator[Edit]:
    """log u where 1/u belongs; x e^{x−1} where e^x belongs; sin for cos."""
    for place in at.places:
        node = place.node
        if isinstance(node, syntax.Fraction) and node.numerator == syntax.Number("1"):
            log = syntax.Product(("", ""), (name(r"\log"), syntax.Group("(", (node.denominator,))))
            yield Edit("derivative of a logarithm", put(at.written, place.path, log), node, log)
        if not isinstance(node, syntax.Product):
            continue
        for k, factor in enumerate(node.factors[:-1]):
            head = factor.base if isinstance(factor, syntax.Script) else factor
            if isinstance(head, syntax.Name) and head.text in FUNCTIONS:
                yield from _instead(at, place, node, k, head.text)


PARTNERS = {r"\sin": r"\cos", r"\cos": r"\sin", r"\sinh": r"\cosh", r"\cosh": r"\sinh"}


def _instead(at: Situation, place: Place, row: syntax.Product, k: int, text: str) -> Iterator[Edit]:
    where = syntax.Product(
        ("", ""), row.factors[k : k + 2], start=row.factors[k].start, end=row.factors[k + 1].end
    )
    if text in (r"\log", r"\ln"):
        turned: Node = syntax.Fraction(number(1), row.factors[k + 1])
        new = times(*row.factors[:k], turned, *row.factors[k + 2 :])
        yield Edit("derivative of a logarithm", put(at.written, place.path, new), where, turned)
    partner = PARTNERS.get(text)
    if partner is not None:
        turned = syntax.Product(("", ""), (name(partner), row.factors[k + 1]))
        factors = (*row.factors[:k], name(partner), *row.factors[k + 1 :])
        new = replace(row, factors=factors)
        yield Edit("derivative of a function", put(at.written, place.path, new), where, turned)


def exponential(at: Situation) -> Iterator[Edit]:
    """u e^{u−1}, or e^{u'}: the derivative of e^u taken as that of a power."""
    for place in at.places:
        node = place.node
        if isinstance(node, syntax.Product):
            for k in range(len(node.factors) - 1):
                restored = _restored(node.factors[k], node.factors[k + 1])
                if restored is not None:
                    new = times(*node.factors[:k], restored, *node.factors[k + 2 :])
                    where = syntax.Product(
                        ("", ""),
                        node.factors[k : k + 2],
                        start=node.factors[k].start,
                        end=node.factors[k + 1].end,
                    )
                    yield Edit(
                        "derivative of an exponential", put(at.written, place.path, new), where, restored
                    )


def _restored(factor: Node, power: Node) -> Node | None:
    """e^u of `u e^{u - 1}`."""
    if not (isinstance(power, syntax.Script) and _is_e(power.base)):
        return None
    sup = power.sup
    if isinstance(sup, syntax.Sum) and sup.signs == ("+", "-") and sup.terms[1] == syntax.Number("1"):
        inner = factor.items[0] if isinstance(factor, syntax.Group) else factor
        if sup.terms[0] == inner:
            return replace(power, sup=sup.terms[0])
    return None
