"""Products with their structure: which factors a function, a sum or a derivative takes.

These nodes exist only during elaboration; `products.py` makes them from `syntax.Product`.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivlab.notation.printer import RULES, to_latex
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


# Messages quote what they are about, so these nodes print too.
def _times(node: Times) -> str:
    pairs = zip(node.operators, node.factors, strict=True)
    return " ".join(f"{operator} {to_latex(factor)}" for operator, factor in pairs)


def _application(node: Application) -> str:
    arguments = ", ".join(to_latex(argument).strip() for argument in node.arguments)
    return f"{to_latex(node.head).strip()}({arguments})"


RULES[Times] = _times
RULES[Application] = _application
RULES[Big] = lambda node: f"{node.operator} {to_latex(node.body)}"
RULES[Derivative] = lambda node: rf"\partial {to_latex(node.body)} / \partial {to_latex(node.by[0])}"
RULES[Nabla] = lambda node: rf"\nabla {to_latex(node.body)}"
RULES[Indicator] = lambda node: rf"\mathbb{{1}}[{', '.join(map(to_latex, node.conditions))}]"
RULES[KeyName] = lambda node: node.text
