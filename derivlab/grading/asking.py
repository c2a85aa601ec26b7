"""What a question asks for, and whether a side of a student's chain is that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations

import sympy
from sympy import Expr, Symbol

from derivlab.errors import DerivlabError, UsageError
from derivlab.grading.deciding import equal
from derivlab.grading.problem import asked_for, claims_in, read_given
from derivlab.notation import StatedClaim
from derivlab.symbols import (
    Context,
    Partial,
    Variable,
    free_symbols,
    head_name,
    index,
    names_in,
    substitute,
    with_bounds_by_depth,
)

MAX_INDICES = 4


@dataclass(frozen=True)
class Asked:
    """The quantity that a derivation finds.

    Attributes:
        target: its entries, in the names of the problem.
        indices: the free indices of the target.
        context: what is given.
        kept: names by which the target is differentiated; their definitions stay closed.
        heads: defined names that are the target itself; they may not stand in the result.
    """

    target: Expr
    indices: tuple[Symbol, ...]
    context: Context
    kept: frozenset[str]
    heads: frozenset[str]


@dataclass(frozen=True)
class Shown:
    """The statement that a claim shows.

    Attributes:
        claim: as it is written.
        hessian: for 'convex' and 'concave', the second derivative that carries the proof.
    """

    claim: StatedClaim
    hessian: Asked | None = None


@lru_cache(maxsize=128)
def asked(text: str, find: str) -> Asked:
    """The quantity of a question of kind 'derivation'."""
    claim = asked_for(text, find)
    target = claim.left
    inside = frozenset(head_name(node.by) for node in target.atoms(Partial))
    direct = target.func in (Symbol, sympy.Indexed)
    heads = frozenset((head_name(target),)) if direct else frozenset()
    indices = tuple(symbol for symbol, _ in claim.indices if symbol in free_symbols(target))
    return Asked(target, indices, claim.context, inside, heads)


@lru_cache(maxsize=128)
def shown(text: str, show: str) -> Shown:
    """The statement of a question of kind 'claim': an equation, an inequality or a sentence."""
    line = show if "$" in show else f"$$ {show} $$"
    claims = claims_in(read_given(text), line, f"show = {show!r}")
    if len(claims) != 1:
        raise UsageError(f"show = {show!r} is read as {len(claims)} statements; write one")
    return Shown(claims[0], _hessian(claims[0]))


def _hessian(claim: StatedClaim) -> Asked | None:
    """∂²J/∂θ_a∂θ_b of 'J is convex in θ'; None for other statements."""
    if claim.relation not in ("convex", "concave") or len(claim.by) != 1:
        return None
    variable = claim.context.variable(claim.by[0])
    rows, columns = (tuple(index(f"{stem}{n}") for n in range(len(variable.shape))) for stem in "ab")
    entries = [variable.node[axes] if axes else variable.node for axes in (rows, columns)]
    target = Partial(Partial(claim.left, entries[0]), entries[1])
    return Asked(target, (*rows, *columns), claim.context, frozenset(claim.by), frozenset())


def is_asked(expr: Expr, context: Context, asked: Asked) -> Mapping[Symbol, Symbol] | None:
    """How the target's indices are called in `expr`, if that is what was asked for; else None.

    The student may write the definitions out, and may use names of their own that were defined; but
    the expression must be the quantity itself, not merely something of the same value: else a list
    of guesses `X = X` would hold the answer.
    """
    if not _may_match(expr, asked, context):
        return None
    return _matched(expr, asked.target, asked.indices, asked.kept, replace(context, ranges=()))


def same(expr: Expr, other: Expr, context: Context, kept: frozenset[str] = frozenset()) -> bool:
    """Whether two sides are the same once their definitions are written out."""
    context = replace(context, ranges=())
    return expr == other or _normal(expr, context, kept) == _normal(other, context, kept)


def _may_match(expr: Expr, asked: Asked, context: Context) -> bool:
    """A cheap first look: a derivative is not named by what has none, through its definitions either."""
    return not asked.target.has(Partial) or reached(expr, context)[1]


def reached(expr: Expr, context: Context) -> tuple[frozenset[str], bool]:
    """All names that an expression depends on, through its definitions too; and whether by a derivative."""
    names: set[str] = set()
    derivative = False
    pending = [expr]
    while pending:
        one = pending.pop()
        derivative = derivative or bool(one.has(Partial, sympy.Derivative, sympy.Subs))
        for name in set(names_in(one)) - names:
            names.add(name)
            definition = context.definition(name)
            if definition is not None:
                pending.append(definition.body)
    return frozenset(names), derivative


def _matched(
    expr: Expr, wanted: Expr, indices: tuple[Symbol, ...], kept: frozenset[str], context: Context
) -> Mapping[Symbol, Symbol] | None:
    for mapping in _renamings(expr, indices):
        renamed = substitute(wanted, mapping)
        if expr == renamed or _normal(expr, context, kept) == _normal(renamed, context, kept):
            return mapping
        if _same_derivative(expr, renamed, context, kept):
            return mapping
    return None


def _renamings(expr: Expr, indices: tuple[Symbol, ...]) -> Iterator[dict[Symbol, Symbol]]:
    """Each way to name the target's indices after those of `expr`; different ones stay different."""
    free = sorted(
        (one for one in free_symbols(expr) if one.is_integer and not one.is_positive), key=lambda s: s.name
    )
    if len(free) == len(indices) <= MAX_INDICES:
        for order in permutations(free):
            yield dict(zip(indices, order, strict=True))


@lru_cache(maxsize=4096)
def _normal(expr: Expr, context: Context, kept: frozenset[str]) -> Expr:
    """The expression with its definitions written out and its bound indices numbered."""
    try:
        return with_bounds_by_depth(context.expand(expr, keep=kept))
    except (DerivlabError, TypeError):  # a derivative by a defined name that would be written out
        return with_bounds_by_depth(expr)


def _same_derivative(expr: Expr, wanted: Expr, context: Context, kept: frozenset[str]) -> bool:
    """∂F/∂z and ∂J/∂z by the same z, where F = J is proved and F has no derivative in it.

    Without a derivative in F, F = J says nothing about the answer.
    """
    if not (isinstance(expr, Partial) and isinstance(wanted, Partial) and expr.by == wanted.by):
        return False
    bodies = [_normal(side.body, context, kept) for side in (expr, wanted)]
    if any(body.has(Partial) for body in bodies):
        return False
    return equal(bodies[0], bodies[1], _with_free(context, kept, head_name(expr.by))).verdict == "proved"


def _with_free(context: Context, kept: frozenset[str], by: str) -> Context:
    """The context in which the names in `kept` are free; no assumption speaks of what is varied."""
    opened = tuple(one for one in context.definitions if one.name in kept)
    varied = kept | {by}
    return replace(
        context,
        variables=(*context.variables, *(Variable(one.name, one.shape) for one in opened)),
        definitions=tuple(one for one in context.definitions if one.name not in kept),
        assumptions=tuple(pair for pair in context.assumptions if not varied & _names(*pair)),
        positive=(),
        definite=tuple(name for name in context.definite if name not in varied),
    )


def _names(*exprs: Expr) -> frozenset[str]:
    return frozenset(symbol.name for expr in exprs for symbol in free_symbols(expr))
