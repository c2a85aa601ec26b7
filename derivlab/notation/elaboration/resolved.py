"""Products with their structure: which factors a function, a sum or a derivative takes.

These nodes exist only during elaboration; `products.py` makes them from `syntax.Product`.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivlab.notation.syntax import Name, Node


@dataclass(frozen=True, slots=True)
class Times(Node):
    """Factors with their operators, each factor complete."""

    operators: tuple[str, ...]
    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Application(Node):
    r"""`head(arguments)`; `head` is a name, maybe with scripts: `\log_2`, `\tan^2`, `f'`, `f_i`.

    `bracketed` tells that the arguments stood in brackets of their own.
    """

    head: Node
    arguments: tuple[Node, ...]
    bracketed: bool = True


@dataclass(frozen=True, slots=True)
class Big(Node):
    r"""`\sum_{sub}^{sup} body`, `\prod`."""

    operator: str
    sub: Node | None
    sup: Node | None
    body: Node


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    r"""`\partial body / \partial by_1 \partial by_2 ...`, the first taken last."""

    body: Node
    by: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Nabla(Node):
    r"""`\nabla_{by} body`, `\nabla^2` for order 2; `by` may be left to the reader."""

    body: Node
    by: Node | None
    order: int


@dataclass(frozen=True, slots=True)
class Indicator(Node):
    r"""`\mathbb{1}[conditions]`."""

    conditions: tuple[Node, ...]


class KeyName(Name):
    """A name of the document given by its key, e.g. one with an accent."""

    __slots__ = ()
