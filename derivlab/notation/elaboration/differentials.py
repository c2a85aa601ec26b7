r"""How derivatives are written: `\frac{\partial^2 J}{\partial x \partial y}`, `\frac{d}{dx}`, ..."""

from __future__ import annotations

from derivlab.notation import syntax
from derivlab.notation.syntax import Node

MARKS = frozenset({r"\partial", "d"})


def mark_of(node: Node) -> tuple[str, int]:
    r"""The mark that a node is, with its order: `\partial^2` is ("\partial", 2); ("", 0) for none."""
    order = 1
    if isinstance(node, syntax.Script) and node.sub is None and not node.primes:
        if not (isinstance(node.sup, syntax.Number) and node.sup.text.isdigit()):
            return "", 0
        order, node = int(node.sup.text), node.base
    if isinstance(node, syntax.Name) and node.text in MARKS and 1 <= order <= 9:
        return node.text, order
    return "", 0


def differential(node: Node) -> int:
    r"""The order of a mark `\partial`, `d`, `\partial^2`; 0 if the node is none."""
    return mark_of(node)[1]


def starts_derivative(node: Node, like: Node) -> bool:
    r"""Whether a factor is the same mark as `like` (both `\partial`, or both `d`)."""
    return bool(mark_of(node)[0]) and mark_of(node)[0] == mark_of(like)[0]


def factors_of(node: Node) -> tuple[Node, ...]:
    """The factors of a product without operators, or the node itself."""
    if isinstance(node, syntax.Product) and not any(node.operators):
        return node.factors
    return (node,)


def as_fraction(node: Node) -> tuple[Node | None, tuple[Node, ...]] | None:
    r"""A fraction read as a derivative: what it is taken of (None for an operator) and by what.

    None if the fraction is a quotient.
    """
    if not isinstance(node, syntax.Fraction):
        return None
    numerator, denominator = _leading(node.numerator), _leading(node.denominator)
    above, below = mark_of(numerator[0])[0], mark_of(denominator[0])[0]
    if not above or above != below or len(denominator) < 2:
        return None
    bys = _bys(denominator, below)
    if bys is None:
        return None
    order = mark_of(numerator[0])[1]
    if len(bys) != order == len(denominator) // 2:
        bys = denominator[1::2]  # one mark above, `\\partial \\sigma^2` below: by what is called σ²
    rest = numerator[1:]
    return (_product(node.numerator, rest) if rest else None), bys


def _leading(node: Node) -> tuple[Node, ...]:
    """The factors of a product, operators or not."""
    return node.factors if isinstance(node, syntax.Product) else (node,)


def _product(node: Node, factors: tuple[Node, ...]) -> Node:
    """The product `node` without its first factor, the mark."""
    if len(factors) == 1:
        return factors[0]
    operators = ("", *node.operators[2:]) if isinstance(node, syntax.Product) else ("",) * len(factors)
    return syntax.Product(operators, factors, start=factors[0].start, end=node.end, depth=node.depth)


def _bys(factors: tuple[Node, ...], mark: str) -> tuple[Node, ...] | None:
    r"""The variables of `\partial x \partial y^2`, each as often as it is taken."""
    found: list[Node] = []
    at = 0
    while at < len(factors):
        if mark_of(factors[at])[0] != mark or at + 1 >= len(factors):
            return None
        by, times = without_mark(factors[at + 1])
        at += 2
        if isinstance(by, syntax.Name | syntax.Accent | syntax.Script) and at < len(factors):
            following = factors[at]
            if isinstance(following, syntax.Group) and following.kind == "(":
                return None
        found += [by] * times
    return tuple(found)


def without_mark(node: Node) -> tuple[Node, int]:
    """`x^2` in a denominator is x taken twice."""
    if isinstance(node, syntax.Script) and isinstance(node.sup, syntax.Number) and node.sup.text.isdigit():
        times = int(node.sup.text)
        if 1 <= times <= 9:
            base = node.base
            if node.sub is not None or node.primes:
                base = syntax.Script(node.base, node.sub, None, node.primes, start=node.start, end=node.end)
            return base, times
    return node, 1


def is_operator(node: Node) -> bool:
    r"""`\frac{\partial}{\partial x}` or `\partial_x`: a derivative that waits for its operand."""
    if isinstance(node, syntax.Script) and node.sub is not None and node.sup is None:
        return isinstance(node.base, syntax.Name) and node.base.text == r"\partial"
    found = as_fraction(node)
    return found is not None and found[0] is None


def bys_of(node: Node) -> tuple[Node, ...]:
    """What an operator takes the derivative by."""
    if isinstance(node, syntax.Script) and node.sub is not None:
        sub = node.sub
        return sub.items if isinstance(sub, syntax.Group) else (sub,)
    found = as_fraction(node)
    return found[1] if found else ()
