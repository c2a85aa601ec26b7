"""What is tried beside edits: an assumption that was not stated, a size at which it is true, a linear fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import sympy
from flint import arb
from sympy import Expr, Symbol

from derivlab.diagnosis.situation import UNDEFINED, Situation, precision
from derivlab.errors import DerivlabError
from derivlab.notation import StatedClaim
from derivlab.proof.claim import Claim
from derivlab.proof.indices import size_names
from derivlab.proof.witness import search
from derivlab.symbols import (
    Context,
    Definition,
    Variable,
    delta,
    dimension,
    fresh_index,
    index,
    inverse_at_sizes,
    names_in,
    relevant,
    substitute,
    total,
)

FEW_POINTS = 3
Values = Mapping[tuple[int, ...], Fraction]
Change = Callable[[Values], Values]
Candidates = Callable[[Variable], Iterator[tuple["Needed", Change]]]
LARGEST = 64  # of a denominator in a linear fit


@dataclass(frozen=True)
class Needed:
    """An equation under which the claim is true."""

    left: Expr
    right: Expr


def assumption(at: Situation, claim: StatedClaim, candidates: Candidates) -> Needed | None:
    """The first of the candidate assumptions with which the claim is proved."""
    if at.context.inverses:
        return None  # what it is tied to would have to move with a name
    used = set(_names(at, claim))
    for variable in at.context.variables:
        if variable.name not in used or variable.domain.values is not None:
            continue
        for needed, change in candidates(variable):
            known = (needed.left, needed.right) in at.context.assumptions
            if not known and _holds_at_points(at, claim, variable.name, change):
                stated = (*claim.context.assumptions, (needed.left, needed.right))
                if at.proves(claim, replace(claim.context, assumptions=stated)):
                    return needed
    return None


def _names(at: Situation, claim: StatedClaim) -> Iterator[str]:
    """What both sides depend on."""
    for side in (claim.left, claim.right):
        for name in names_in(side):
            yield name
            yield from at.context.defined_from(name)


def sums_to_one(variable: Variable) -> Iterator[tuple[Needed, Change]]:
    """Σ y = 1 for a vector y, or for each row of a family."""
    if variable.shape and len(variable.shape) <= 2:
        entry, bound = _entry(variable)
        yield Needed(total(entry, bound, variable.shape[-1]), sympy.Integer(1)), _summing_to_one


def zero_or_one(variable: Variable) -> Iterator[tuple[Needed, Change]]:
    """y² = y for labels."""
    if len(variable.shape) == 1:
        entry, _ = _entry(variable)
        yield Needed(entry**2, entry), _zero_or_one


def _entry(variable: Variable) -> tuple[Expr, Symbol]:
    """An entry of an array and the index on its last axis."""
    bound = index("k")
    rows = [fresh_index(index("n"), [bound]) for _ in variable.shape[:-1]]
    return variable.node[(*rows, bound)], bound


def _summing_to_one(values: Values) -> Values:
    """The last entry of each row is what is left of 1."""
    changed = dict(values)
    last = max(place[-1] for place in values)
    for place in values:
        if place[-1] == last:
            others = (value for key, value in values.items() if key[:-1] == place[:-1] and key != place)
            changed[place] = 1 - sum(others, Fraction(0))
    return changed


def _zero_or_one(values: Values) -> Values:
    """The first entry of all is 1, the next 0, and so on."""
    return {place: Fraction(1 - number % 2) for number, place in enumerate(values)}


def _holds_at_points(at: Situation, claim: StatedClaim, name: str, change: Change) -> bool:
    """Whether both sides agree at the known points once the values satisfy the assumption."""
    with precision():
        for point in at.points:
            values = {**point.evaluator.values, name: change(point.evaluator.values[name])}
            there = replace(point.evaluator, values=values, context=claim.context)
            try:
                left, right = (there.value(side, point.env) for side in (claim.left, claim.right))
            except UNDEFINED:
                continue
            if not left.overlaps(right):
                return False
    return True


def _survives(claim: StatedClaim, context: Context) -> bool:
    """Whether no witness against it is found at a few points."""
    try:
        seen = search(Claim(claim.left, claim.right, context), FEW_POINTS)
    except DerivlabError:
        return False
    return seen.witness is None and seen.defined > 0


def one_case(at: Situation, claim: StatedClaim) -> tuple[str, str] | None:
    """Two free indices i, j such that the claim is true where they are equal, or where they are not."""
    for first, second in combinations(at.free, 2):
        if at.free[first] != at.free[second] or claim.indices != at.base.indices:
            continue
        for equal, factor in ((True, delta(first, second)), (False, 1 - delta(first, second))):
            points = [p for p in at.points if (p.env[first] == p.env[second]) == equal]
            if not points or not all(at.holds_at(claim, point) for point in points):
                continue
            part = replace(claim, left=factor * claim.left, right=factor * claim.right)
            if at.proves(part):
                return min(first.name, second.name), max(first.name, second.name)
    return None


def only_at_size(at: Situation, claim: StatedClaim) -> tuple[str, int] | None:
    """(K, 1) where the claim is true for K = 1 only."""
    sides = (claim.left, claim.right)
    own = replace(claim, context=relevant(claim.context, sides))
    for name in size_names(own.context, sides):
        for value in (1, 2):
            fixed = _at_size(own, dimension(name), value)
            if _survives(fixed, fixed.context) and at.proves(fixed):
                return name, value
    return None


def _at_size(claim: StatedClaim, size: Symbol, value: int) -> StatedClaim:
    """The claim with a number for a size."""
    chosen = {size: sympy.Integer(value)}

    def fix(expr: Expr) -> Expr:
        return substitute(expr, chosen)

    def shape(sizes: tuple[Expr, ...]) -> tuple[Expr, ...]:
        return tuple(sympy.Integer(value) if one == size else one for one in sizes)

    context = claim.context
    fixed = replace(
        context,
        variables=tuple(_variable_at_size(one, size, value) for one in context.variables),
        definitions=tuple(
            Definition(one.name, fix(one.body), one.indices, shape(one.shape), one.latex)
            for one in context.definitions
        ),
        assumptions=tuple((fix(left), fix(right)) for left, right in context.assumptions),
        ranges=tuple((letter, shape((its,))[0]) for letter, its in context.ranges),
        positive=tuple(map(fix, context.positive)),
        inverses=tuple(inverse_at_sizes(one, {size: sympy.Integer(value)}) for one in context.inverses),
    )
    return replace(claim, left=fix(claim.left), right=fix(claim.right), context=fixed)


def _variable_at_size(variable: Variable, size: Symbol, value: int) -> Variable:
    """A variable with a number for a size, also where its values are labels up to that size."""
    number = sympy.Integer(value)
    domain = variable.domain
    if domain.index_of == size:
        domain = replace(domain, index_of=number)
    shape = tuple(number if one == size else one for one in variable.shape)
    return replace(variable, shape=shape, domain=domain)


def linear_fit(at: Situation) -> tuple[Fraction, Fraction] | None:
    """Small rationals a, b with true = a · written + b at every point."""
    with precision():
        pairs = [(at.value_as_written(k), point.wanted) for k, point in enumerate(at.points)]
        known = [(written, wanted) for written, wanted in pairs if written is not None]
        if len(known) < len(pairs):
            return None
        for written, wanted in known[1:]:
            first, first_wanted = known[0]
            if not written.overlaps(first):
                slope = _rational((wanted - first_wanted) / (written - first))
                if slope is None:
                    return None
                offset = _rational(first_wanted - _ball(slope) * first)
                if offset is not None and all(
                    (_ball(slope) * w + _ball(offset)).overlaps(value) for w, value in known
                ):
                    return slope, offset
                return None
    return None


def _ball(value: Fraction) -> arb:
    return arb(value.numerator) / arb(value.denominator)


def _rational(value: arb) -> Fraction | None:
    """The small rational that a ball holds."""
    if not value.is_finite():
        return None
    guess = Fraction(float(value.mid())).limit_denominator(LARGEST)
    return guess if value.overlaps(_ball(guess)) and abs(guess) <= LARGEST else None
