"""The part of a context that some expressions are about.

Conditions (assumptions, and what is positive) hang together by the variables that they share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from sympy import Expr

from derivlab.symbols.context import Context, Inverse

Condition: TypeAlias = tuple[Expr, ...]  # both sides of an assumption, or what is positive


def relevant(context: Context, exprs: Iterable[Expr]) -> Context:
    """The names that expressions depend on, and every condition on them.

    >>> from sympy import Integer
    >>> from derivlab.symbols import scalar
    >>> a, b, c = map(scalar, "abc")
    >>> found = relevant(Context.of(a, b, c, assume=[(a, b), (c, Integer(2))]), [a**2])
    >>> [one.name for one in found.variables], found.assumptions
    (['a', 'b'], ((a, b),))
    """
    return _restricted(context, *_closed(context, context.used_in(exprs), _conditions(context)))


def expressible(context: Context, exprs: Iterable[Expr]) -> Context:
    """What is relevant, and every definition that depends on no other variables: a name for a part.

    >>> from derivlab.symbols import Definition, scalar
    >>> a, b, p, q = map(scalar, "abpq")
    >>> context = Context.of(a, b, define=[Definition("p", a**2), Definition("q", a * b)])
    >>> [one.name for one in expressible(context, [1 + a**2]).definitions]
    ['p']
    """
    own = relevant(context, exprs)
    others = {one.name for one in context.variables} - {one.name for one in own.variables}
    definitions = tuple(one for one in context.definitions if context.used_in((one.body,)).isdisjoint(others))
    return replace(own, definitions=definitions)


def beside(context: Context, own: Context) -> tuple[Context, ...]:
    """The groups of conditions that do not belong to `own`, the part of the context that a claim rests on."""
    mine = _conditions(own)
    rest = {one: names for one, names in _conditions(context).items() if one not in mine}
    groups = []
    while rest:
        names, group = _closed(context, next(iter(rest.values())), rest)
        groups.append(_restricted(context, names, group))
        rest = {one: used for one, used in rest.items() if one not in group}
    tied = {one for group in (own, *groups) for one in group.inverses}
    for one in context.inverses:
        if one not in tied:
            groups.append(_restricted(context, *_closed(context, context.made_of(one), {})))
    return tuple(groups)


def _conditions(context: Context) -> dict[Condition, frozenset[str]]:
    """The conditions of a context, with the names that each depends on."""
    found: list[Condition] = [*context.assumptions, *((expr,) for expr in context.positive)]
    return {one: context.used_in(one) for one in found}


def _closed(
    context: Context, names: frozenset[str], conditions: Mapping[Condition, frozenset[str]]
) -> tuple[frozenset[str], set[Condition]]:
    """What is reached by conditions and by inverses: a matrix that has one is invertible wherever it is used.

    The equations of an inverse belong to the claims that use it; no proof about the matrix alone needs them.
    """
    variables = {variable.name for variable in context.variables}
    while True:
        names, reached = _reached(context, names, conditions)
        more = names
        for one in context.inverses:
            made = context.made_of(one)
            if not one.names.isdisjoint(names):
                more = more | made | {one.of}
            elif not made.isdisjoint(names & variables):
                more = more | made
        if more == names:
            return names, reached
        names = more


def _reached(
    context: Context, names: frozenset[str], conditions: Mapping[Condition, frozenset[str]]
) -> tuple[frozenset[str], set[Condition]]:
    """The names and the conditions that are connected with some names by shared variables."""
    variables = {variable.name for variable in context.variables}
    free = {one for one, used in conditions.items() if used.isdisjoint(variables)}  # about sizes alone
    reached, pending = set(free), {one: used for one, used in conditions.items() if one not in free}
    while more := [one for one, used in pending.items() if not used.isdisjoint(names & variables)]:
        names = names.union(*(pending.pop(one) for one in more))
        reached.update(more)
    return names, reached


def _restricted(context: Context, names: frozenset[str], conditions: set[Condition]) -> Context:
    variables = tuple(one for one in context.variables if one.name in names)
    inverses = _met(context, names, {one.name for one in variables})
    pairs = [pair for one in inverses if one.name in names for pair in one.pairs]
    own = [one for one in context.assumptions if one in conditions]
    return replace(
        context,
        variables=variables,
        definitions=tuple(one for one in context.definitions if one.name in names),
        assumptions=tuple(dict.fromkeys((*own, *pairs))),
        positive=tuple(one for one in context.positive if (one,) in conditions),
        definite=tuple(name for name in context.definite if name in names),
        inverses=inverses,
    )


def _met(context: Context, names: frozenset[str], variables: set[str]) -> tuple[Inverse, ...]:
    """The inverses that are used, or whose matrix is made of what is used."""
    return tuple(
        one
        for one in context.inverses
        if not one.names.isdisjoint(names) or not context.made_of(one).isdisjoint(variables)
    )
