"""What a person wrote: frozen syntax nodes with their places. Nothing is rearranged here.

Two nodes are equal when they say the same; where they stand does not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

MAX_DEPTH = 100  # of brackets and braces
MAX_HEIGHT = 250  # of the tree


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of syntax over [start, end) of the text.

    `depth` is the height of its tree, `closed` the end of the braces around it (0 without any).
    """

    start: int = field(default=0, compare=False, kw_only=True)
    end: int = field(default=0, compare=False, kw_only=True)
    closed: int = field(default=0, compare=False, kw_only=True, repr=False)
    depth: int = field(default=0, compare=False, kw_only=True, repr=False)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A decimal number as it is written, e.g. `12` or `0.5`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    r"""A letter, a command that is a letter (`\theta`), a word (`softmax`), a font on one (`\mathbf{x}`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Dots(Node):
    r"""`\dots`."""


@dataclass(frozen=True, slots=True)
class Wrong(Node):
    """Something that is not read; elaborating it raises this message."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Accent(Node):
    r"""`\hat{y}`."""

    accent: str
    body: Node


@dataclass(frozen=True, slots=True)
class Font(Node):
    r"""A font over more than one symbol: `\boldsymbol{X\theta}`."""

    font: str
    body: Node


@dataclass(frozen=True, slots=True)
class Script(Node):
    r"""`base_sub^sup` with primes; a slot that is not written is None."""

    base: Node
    sub: Node | None = None
    sup: Node | None = None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Factorial(Node):
    """`body!`."""

    body: Node


@dataclass(frozen=True, slots=True)
class Fraction(Node):
    r"""`\frac{numerator}{denominator}`."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True, slots=True)
class Root(Node):
    r"""`\sqrt[order]{body}`."""

    body: Node
    order: Node | None = None


@dataclass(frozen=True, slots=True)
class Sign(Node):
    """A bare `+`, `-` or `*` where an argument stands, as in `\\mathbb{R}_+`."""

    text: str


@dataclass(frozen=True, slots=True)
class Group(Node):
    r"""Items between delimiters; `kind` is one of `( [ { \{ | ‖ ⟨ ⌊ ⌈`."""

    kind: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Sides with relations between them; a side that is missing at an end is None."""

    sides: tuple[Node | None, ...]
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Terms with signs, e.g. (("+", a), ("-", b)); the sign of the first is "+" unless it is written."""

    signs: tuple[str, ...]
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Factors in a row; operators[k] stands before factor k ("" for juxtaposition).

    Which factors a function, a sum or a derivative takes is decided in `products.py`.
    """

    operators: tuple[str, ...]
    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Cases(Node):
    r"""The rows of a `cases` environment: cells separated by `&`."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    r"""The rows of a `pmatrix` or `bmatrix`, one node a cell; an empty cell is 0."""

    rows: tuple[tuple[Node, ...], ...]


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside `node`."""
    for name in _parts_of(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, Node):
                    yield item
                elif isinstance(item, tuple):
                    yield from item


def _parts_of(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes."""
    known = _PARTS.get(kind)
    if known is None:
        entries = fields(kind)
        known = tuple(one.name for one in entries if one.type not in ("int", "str", "tuple[str, ...]"))
        _PARTS[kind] = known
    return known


_PARTS: dict[type[Node], tuple[str, ...]] = {}


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything inside it, from the outside in, without recursion."""
    stack = [node]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(reversed(list(children(here))))
