"""Places in what a person wrote, and what may stand there instead: pure functions on syntax nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from derivlab.notation import syntax
from derivlab.notation.elaboration.differentials import as_fraction
from derivlab.notation.elaboration.heads import BIG
from derivlab.notation.elaboration.names import is_decoration, is_transpose
from derivlab.notation.syntax import Node

MAX_PLACES = 80
BRACKETS = ("(", "[", r"\{", "{")
Step = tuple[str, int]  # the field of a node, and which of its nodes (0 where it holds one)
Path = tuple[Step, ...]


@dataclass(frozen=True)
class Place:
    """A piece of the written side.

    Attributes:
        path: how it is reached from the side.
        node: what stands there.
        letters: index letters that sums around it bind, outermost first.
        role: 'whole', 'term' (of a sum of terms), 'item' (in brackets), 'factor', 'summand' (what a sum
            over an index takes), 'exponent', 'numerator', 'denominator', 'base', 'body' (of a root) or
            'head' (of a sum over an index).
    """

    path: Path
    node: Node
    letters: tuple[str, ...]
    role: str

    @property
    def parent(self) -> Path:
        return self.path[:-1]


def places(side: Node) -> list[Place]:
    """Every piece of a side, outermost first; subscripts and derivatives are left whole."""
    pending = [Place((), side, (), "whole")]
    found: list[Place] = []
    while pending and len(found) < MAX_PLACES:
        here = pending.pop(0)
        found.append(here)
        if here.role != "head":
            pending += _inside(here)
    return found


def _inside(here: Place) -> Iterator[Place]:
    """The places directly below one."""
    node = here.node
    if isinstance(node, syntax.Product):
        yield from _factors(here, node)
        return
    for field, at, child, role in _pieces(node):
        yield Place((*here.path, (field, at)), child, here.letters, role)


def _factors(here: Place, product: syntax.Product) -> Iterator[Place]:
    """Factors; what stands right of a sum over an index is under it."""
    bound = here.letters
    for k, factor in enumerate(product.factors):
        role = "head" if is_big(factor) else "summand" if k and is_big(product.factors[k - 1]) else "factor"
        yield Place((*here.path, ("factors", k)), factor, bound, role)
        bound += bound_letters(factor)


def _pieces(node: Node) -> Iterator[tuple[str, int, Node, str]]:
    """Field, position, node and role of the pieces of anything but a product."""
    match node:
        case syntax.Sum(terms=terms):
            yield from (("terms", k, term, "term") for k, term in enumerate(terms))
        case syntax.Group(items=items):
            inner = ((k, item) for k, item in enumerate(items) if not isinstance(item, syntax.Chain))
            yield from (("items", k, item, "item") for k, item in inner)
        case syntax.Fraction() if as_fraction(node) is None:
            yield "numerator", 0, node.numerator, "numerator"
            yield "denominator", 0, node.denominator, "denominator"
        case syntax.Script() if not is_big(node):
            yield from _scripts(node)
        case syntax.Root(body=body):
            yield "body", 0, body, "body"
        case syntax.Cases(rows=rows):
            yield from (("rows", k, row[0], "item") for k, row in enumerate(rows) if row)


def _scripts(node: syntax.Script) -> Iterator[tuple[str, int, Node, str]]:
    if not isinstance(node.base, syntax.Name | syntax.Accent | syntax.Font):
        yield "base", 0, node.base, "base"
    if node.sup is not None and not is_transpose(node.sup) and not is_decoration(node.sup):
        yield "sup", 0, node.sup, "exponent"


def is_big(node: Node) -> bool:
    r"""Whether a factor is `\sum` or `\prod` with its bounds."""
    base = node.base if isinstance(node, syntax.Script) else node
    return isinstance(base, syntax.Name) and base.text in BIG


def bound_letters(factor: Node) -> tuple[str, ...]:
    r"""The letters that `\sum_{i=1}^N`, `\sum_{i, j}` or `\sum_{k \neq i}` binds."""
    if not is_big(factor) or not isinstance(factor, syntax.Script) or factor.sub is None:
        return ()
    sub = factor.sub
    items = sub.items if isinstance(sub, syntax.Group) else (sub,)
    found: list[str] = []
    for item in items:
        first = item.sides[0] if isinstance(item, syntax.Chain) else item
        parts = first.factors if isinstance(first, syntax.Product) else (first,)
        found += [part.text for part in parts if isinstance(part, syntax.Name)]
    return tuple(found)


def put(side: Node, path: Path, new: Node) -> Node:
    """The side with another node at a path."""
    if not path:
        return new
    (field, at), rest = path[0], path[1:]
    value = getattr(side, field)
    if field == "rows":  # the value of a case, its first cell
        row = (put(value[at][0], rest, new), *value[at][1:])
        nodes: object = (*value[:at], row, *value[at + 1 :])
    elif isinstance(value, tuple):
        nodes = (*value[:at], put(value[at], rest, new), *value[at + 1 :])
    else:
        nodes = put(value, rest, new)
    return replace(side, **{field: nodes, "depth": 0})  # type: ignore[arg-type]


def at_path(side: Node, path: Path) -> Node:
    """The node at a path."""
    for field, at in path:
        value = getattr(side, field)
        side = value[at][0] if field == "rows" else value[at] if isinstance(value, tuple) else value
    return side


# ------------------------------------------------------------------------------- building


def name(text: str) -> syntax.Name:
    return syntax.Name(text)


def number(value: int) -> Node:
    """A whole number, with its sign."""
    made = syntax.Number(str(abs(value)))
    return made if value >= 0 else syntax.Sum(("-",), (made,))


def bracketed(node: Node) -> Node:
    """`( node )` around a sum of terms; anything else as it is."""
    return syntax.Group("(", (node,)) if isinstance(node, syntax.Sum) else node


def times(*factors: Node) -> Node:
    """The product; rows of factors are joined, sums of terms bracketed, ones left out."""
    row: list[Node] = []
    operators: list[str] = []
    for factor in factors:
        if isinstance(factor, syntax.Number) and factor.text == "1":
            continue
        if isinstance(factor, syntax.Product) and not factor.operators[0]:
            operators += factor.operators
            row += factor.factors
        else:
            operators.append("·" if isinstance(factor, syntax.Number) and row else "")
            row.append(bracketed(factor))
    if not row:
        return syntax.Number("1")
    return row[0] if len(row) == 1 else syntax.Product(tuple(operators), tuple(row))


def negative(node: Node) -> Node:
    """The negative: of a sum of terms every sign is turned."""
    if isinstance(node, syntax.Sum):
        turned = tuple("-" if sign == "+" else "+" for sign in node.signs)
        return _normal(*_positive_first(turned, node.terms))
    if isinstance(node, syntax.Product):
        for k, factor in enumerate(node.factors):
            if isinstance(factor, syntax.Group) and factor.kind == "(" and _is_difference(factor):
                inside = replace(factor, items=(negative(factor.items[0]),))
                return replace(node, factors=(*node.factors[:k], inside, *node.factors[k + 1 :]))
    return syntax.Sum(("-",), (node,))


def _is_difference(group: syntax.Group) -> bool:
    inner = group.items[0] if len(group.items) == 1 else None
    return isinstance(inner, syntax.Sum) and len(set(inner.signs)) == 2


def _positive_first(
    signs: tuple[str, ...], terms: tuple[Node, ...]
) -> tuple[tuple[str, ...], tuple[Node, ...]]:
    """u − v for −v + u."""
    if signs[0] == "+":
        return signs, terms
    pairs = sorted(zip(signs, terms, strict=True), key=lambda pair: pair[0] == "-")
    return tuple(sign for sign, _ in pairs), tuple(term for _, term in pairs)


def plus(node: Node, term: Node, sign: str = "+") -> Node:
    """node + term, or node − term."""
    signs, terms = (node.signs, node.terms) if isinstance(node, syntax.Sum) else (("+",), (node,))
    if isinstance(term, syntax.Sum):
        flipped = tuple("-" if (one == "-") != (sign == "-") else "+" for one in term.signs)
        return _normal(signs + flipped, terms + term.terms)
    return _normal((*signs, sign), (*terms, term))


def without_term(node: syntax.Sum, at: int) -> Node:
    """A sum of terms without one of them."""
    signs, terms = node.signs[:at] + node.signs[at + 1 :], node.terms[:at] + node.terms[at + 1 :]
    return _normal(signs, terms) if terms else syntax.Number("0")


def _normal(signs: Sequence[str], terms: Sequence[Node]) -> Node:
    """A sum of terms; one term with a plus is that term."""
    if len(terms) == 1 and signs[0] == "+":
        return terms[0]
    return syntax.Sum(tuple(signs), tuple(terms))


def without_factors(node: syntax.Product, start: int, stop: int) -> Node:
    """A product without the factors from `start` to `stop`."""
    operators = [*node.operators[:start], *node.operators[stop:]]
    factors = [*node.factors[:start], *node.factors[stop:]]
    if not factors:
        return syntax.Number("1")
    if operators[0]:
        if operators[0][:1] == "/":
            operators, factors = ["", *operators], [syntax.Number("1"), *factors]
        else:
            operators[0] = ""
    return factors[0] if len(factors) == 1 else syntax.Product(tuple(operators), tuple(factors))


# ------------------------------------------------------------------------------- nested sums


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with every node directly inside it changed; itself where nothing is."""
    changed: dict[str, object] = {}
    for field in type(node).__dataclass_fields__:
        value = getattr(node, field)
        if isinstance(value, Node):
            new = change(value)
            if new is not value:
                changed[field] = new
        elif isinstance(value, tuple) and any(isinstance(one, Node) for one in value):
            many = tuple(change(one) if isinstance(one, Node) else one for one in value)
            if any(a is not b for a, b in zip(many, value, strict=True)):
                changed[field] = many
    return replace(node, **changed) if changed else node  # type: ignore[arg-type]


def nested(node: Node) -> Node:
    r"""The side with what follows a `\sum` in a product as one node, so that it has a place of its own."""
    made = rebuilt(node, nested)
    return _after_head(made) if isinstance(made, syntax.Product) else made


def flat(node: Node, kept: frozenset[int] = frozenset()) -> Node:
    """The inverse of `nested`: the factors behind a sum side by side again; `kept` are ids to leave alone."""
    if id(node) in kept:
        return node
    made = rebuilt(node, lambda inner: flat(inner, kept))
    if isinstance(made, syntax.Product) and len(made.factors) > 1:
        last = made.factors[-1]
        if isinstance(last, syntax.Product) and is_big(made.factors[-2]):
            operators = (*made.operators[:-1], *last.operators)
            return replace(made, operators=operators, factors=(*made.factors[:-1], *last.factors))
    return made


def _after_head(row: syntax.Product) -> Node:
    """The factors behind the first `\\sum` joined into one."""
    for k, factor in enumerate(row.factors):
        if is_big(factor) and k + 2 < len(row.factors):
            tail = row.factors[k + 1 :]
            operators = ("", *row.operators[k + 2 :])
            inner = syntax.Product(operators, tail, start=tail[0].start, end=row.end)
            return replace(
                row,
                operators=row.operators[: k + 2],
                factors=(*row.factors[: k + 1], _after_head(inner)),
            )
    return row
