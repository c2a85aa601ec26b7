"""A context at fixed sizes: 'for K = 2'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import sympy
from sympy import Expr, Indexed, Symbol

from derivlab.errors import ShapeError
from derivlab.symbols.context import Context, Definition, Inverse, Variable
from derivlab.symbols.domains import Domain
from derivlab.symbols.substitution import substitute

Sizes = Mapping[Symbol, sympy.Integer]


def at_sizes(context: Context, exprs: Iterable[Expr], sizes: Sizes) -> tuple[Context, list[Expr]]:
    """A context and expressions in it with symbolic sizes replaced by numbers.

    Raises `ShapeError` where an entry past the end is meant.

    >>> from sympy import Integer
    >>> from derivlab.symbols import dimension, index, total, vector
    >>> K, k = dimension("K"), index("k"); z = vector("z", K)
    >>> context, (there,) = at_sizes(Context.of(z), [total(z[k], k, K)], {K: Integer(2)})
    >>> context.shape("z"), there
    ((2,), Sum(z[k], (k, 1, 2)))
    """

    if not sizes:
        return context, list(exprs)

    def at(expr: Expr) -> Expr:
        return _checked(substitute(expr, sizes))

    names = {symbol.name for symbol in sizes}
    there = replace(
        context,
        variables=tuple(_variable(one, sizes) for one in context.variables),
        definitions=tuple(_definition(one, sizes) for one in context.definitions),
        assumptions=tuple((at(left), at(right)) for left, right in context.assumptions),
        loose=tuple((at(left), at(right)) for left, right in context.loose),
        ranges=tuple((symbol, sizes.get(size, size)) for symbol, size in context.ranges),
        positive=tuple(at(expr) for expr in context.positive),
        least=tuple((name, low) for name, low in context.least if name not in names),
        inverses=tuple(inverse_at_sizes(one, sizes) for one in context.inverses),
    )
    return there, [at(expr) for expr in exprs]


def inverse_at_sizes(inverse: Inverse, sizes: Sizes) -> Inverse:
    """What is known of an inverse at fixed sizes."""
    pairs = tuple((substitute(left, sizes), substitute(right, sizes)) for left, right in inverse.pairs)
    value = None if inverse.value is None else _definition(inverse.value, sizes)
    return replace(inverse, value=value, pairs=pairs)


def _variable(variable: Variable, sizes: Sizes) -> Variable:
    return replace(
        variable,
        shape=tuple(sizes.get(size, size) for size in variable.shape),
        domain=_domain(variable.domain, sizes),
    )


def _domain(domain: Domain, sizes: Sizes) -> Domain:
    return (
        domain
        if domain.index_of is None
        else replace(domain, index_of=sizes.get(domain.index_of, domain.index_of))
    )


def _definition(definition: Definition, sizes: Sizes) -> Definition:
    shape = tuple(sizes.get(size, size) for size in definition.shape)
    return replace(definition, body=substitute(definition.body, sizes), shape=shape)


def _checked(expr: Expr) -> Expr:
    for node in sympy.preorder_traversal(expr):
        if isinstance(node, Indexed) and node.base.shape is not None:
            for place, size in zip(node.indices, node.base.shape, strict=False):
                if place.is_Integer and size.is_Integer and place > size:
                    raise ShapeError(
                        f"index {place} is past the end: this axis of {node.base} has size {size}"
                    )
    return expr
