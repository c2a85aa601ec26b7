"""Names of two letters, `dP` and `dW`, for the gradients by P and by W as code calls them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from derivlab.notation import syntax
from derivlab.notation.syntax import Node


def compound(first: Node, second: Node) -> tuple[str, Node] | None:
    """The name `dP` that the factors d and P make up, and the second one with that name; or None."""
    base = second.base if isinstance(second, syntax.Script) else second
    if not isinstance(first, syntax.Name) or not isinstance(base, syntax.Name):
        return None
    key = first.text + base.text
    name = syntax.Name(key, start=first.start, end=base.end)
    if isinstance(second, syntax.Script):
        return key, replace(second, base=name, start=first.start)
    return key, name


def is_compound(key: str) -> bool:
    """`dP`, `dW`: the gradient by P, by W, as code calls it."""
    return len(key) == 2 and key[0] == "d" and key[1].isalpha()


def with_compounds(product: syntax.Product, known: Collection[str]) -> syntax.Product:
    """The product with each `d P` that is a name of the document as one factor."""
    operators, factors = [product.operators[0]], [product.factors[0]]
    for operator, factor in zip(product.operators[1:], product.factors[1:], strict=True):
        found = compound(factors[-1], factor) if not operator else None
        if found is not None and found[0] in known:
            factors[-1] = found[1]
        else:
            operators.append(operator)
            factors.append(factor)
    return replace(product, operators=tuple(operators), factors=tuple(factors))
