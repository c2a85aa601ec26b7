"""Sums over an index: deltas contract, independent factors leave, nested sums are ordered.

A SUM atom is Σ over one or several bound indices of one monomial in which every factor depends on
a bound index and the bound indices are connected through the factors. Bound indices are named by
height (#0, #1, ...), so equal sums are the same atom; among indices of one size the least of the
candidate namings is taken.

Why a form of zero decides for free sizes: if functions f₁, ..., f_m and 1 are linearly independent
over the constants, the power sums Σₖ f_j(xₖ), k = 1..n, and n are algebraically independent once n
is large (their Jacobian in the x's has full rank: the gradients of the f_j are independent).
"""

from __future__ import annotations

from itertools import permutations
from math import prod

import sympy
from flint import fmpq

from derivlab.algebra.atoms import (
    BASE,
    DELTA,
    ENTRY,
    ONE,
    SIZE,
    SUM,
    Atom,
    Exponent,
    Monomial,
    Polynomial,
    accumulate,
    free_of,
    index_names,
    merge,
)
from derivlab.algebra.ring import Ring
from derivlab.errors import OutsideClassError

Size = str | int
Bounds = list[tuple[str, Size]]
MAX_NAMINGS = 720


def size(ring: Ring, name: Size) -> Polynomial:
    """A size as a polynomial: an atom, or a number."""
    if isinstance(name, int):
        return ring.constant(name)
    return {((ring.atom(SIZE, name), 1),): fmpq(1)}


def total(ring: Ring, bound: str, over: Size, polynomial: Polynomial) -> Polynomial:
    """Σ over `bound` = 1..over of the polynomial."""
    result: Polynomial = {}
    for monomial, value in polynomial.items():
        accumulate(result, _sum_monomial(ring, [(bound, over)], monomial), value)
    return result


def _sum_each(ring: Ring, bounds: Bounds, polynomial: Polynomial) -> Polynomial:
    result: Polynomial = {}
    for monomial, value in polynomial.items():
        accumulate(result, _sum_monomial(ring, bounds, monomial), value)
    return result


def _sum_monomial(ring: Ring, bounds: Bounds, monomial: Monomial) -> Polynomial:
    """Σ over all `bounds` of one monomial."""
    ring.tick()
    contracted = _contract(ring, bounds, monomial)
    if contracted is not None:
        return contracted
    names = {name for name, _ in bounds}
    inside = tuple(item for item in monomial if not item[0].free.isdisjoint(names))
    outside = tuple(item for item in monomial if item[0].free.isdisjoint(names))
    used = free_of(inside)
    result = ring.mul({ONE: fmpq(1)}, {outside: fmpq(1)})
    for name, over in bounds:
        if name not in used:
            result = ring.mul(result, size(ring, over))
    live = [(name, over) for name, over in bounds if name in used]
    if not live:
        return result
    opened = _flatten(ring, live, inside)
    if opened is not None:
        return ring.mul(result, opened)
    for part, factors in _components(live, inside):
        result = ring.mul(result, _close(ring, part, factors))
    return result


def _contract(ring: Ring, bounds: Bounds, monomial: Monomial) -> Polynomial | None:
    """Σₖ δ(j, k)·f(k) = f(j), for j in the range of k."""
    from derivlab.algebra.transform import rename

    ranges = dict(bounds)
    for atom, _ in monomial:
        if atom.kind != DELTA:
            continue
        left, right = atom.args
        name, other = (right, left) if right in ranges else (left, right)
        if name not in ranges or not isinstance(name, str) or name in index_names(other):
            continue
        over = ranges[name]
        if isinstance(over, int) and isinstance(other, int) and not 1 <= other <= over:
            return {}
        if isinstance(other, int):
            ring.require(over, other)
        rest = tuple(item for item in monomial if item[0] is not atom)
        image = rename(ring, {rest: fmpq(1)}, {name: other})
        left_over = [bound for bound in bounds if bound[0] != name]
        return _sum_each(ring, left_over, image) if left_over else image
    return None


def _flatten(ring: Ring, bounds: Bounds, monomial: Monomial) -> Polynomial | None:
    """Σₖ a(k)·(Σₗ b(k, l)) as one sum over k and l; a square opens twice."""
    from derivlab.algebra.transform import open_sum

    nested = [(a, e) for a, e in monomial if a.kind == SUM and isinstance(e, int) and e > 0]
    if not nested:
        return None
    rest = tuple(item for item in monomial if item not in nested)
    body, inner = {rest: fmpq(1)}, list(bounds)
    for atom, exponent in nested:
        for _ in range(exponent):
            more, image = open_sum(ring, atom)
            inner += more
            body = ring.mul(body, image)
    return _sum_each(ring, inner, body)


def _components(bounds: Bounds, factors: Monomial) -> list[tuple[Bounds, Monomial]]:
    """Bound indices that share a factor belong together; separate ones make separate sums."""
    groups: list[tuple[set[str], list[tuple[Atom, Exponent]]]] = []
    names = {name for name, _ in bounds}
    for item in factors:
        touched, members = set(item[0].free & names), [item]
        for group in [g for g in groups if not g[0].isdisjoint(touched)]:
            groups.remove(group)
            touched |= group[0]
            members = group[1] + members
        groups.append((touched, members))
    return [
        ([bound for bound in bounds if bound[0] in touched], tuple(sorted(members, key=_first_id)))
        for touched, members in groups
    ]


def _first_id(item: tuple[Atom, Exponent]) -> int:
    return item[0].id


def _close(ring: Ring, bounds: Bounds, factors: Monomial) -> Polynomial:
    """The sum of one connected monomial."""
    if len(bounds) > 1:
        reduced = _reduce_inner(ring, bounds, factors)
        if reduced is not None:
            return reduced
    if any(atom.kind == SUM and atom.special for atom, _ in factors):
        raise OutsideClassError("an assumption applies under a sum in a way that is not read")
    base = max((atom.height for atom, _ in factors), default=0)
    best: tuple[tuple[tuple[int, object], ...], Atom] | None = None
    for naming in _namings(ring, bounds, factors):
        image = _renamed(ring, factors, {name: f"#{base + k}" for k, (name, _) in enumerate(naming)})
        if len(image) != 1 or next(iter(image.values())) != 1:
            return _again(ring, naming, base, image)
        (body,) = image
        levels = tuple(f"#{base + k}" for k in range(len(naming)))
        atom = ring.atom(SUM, tuple(over for _, over in naming), levels, body)
        rank = tuple((a.id, e) for a, e in body)
        if best is None or rank < best[0]:
            best = (rank, atom)
    assert best is not None
    return ring.of(best[1])


def _renamed(ring: Ring, factors: Monomial, names: dict[str, str]) -> Polynomial:
    from derivlab.algebra.transform import rename

    return rename(ring, {factors: fmpq(1)}, names)


def _again(ring: Ring, naming: Bounds, base: int, image: Polynomial) -> Polynomial:
    """Renaming changed the form (a leading term depends on names): sum what came out."""
    ring.tick(100)
    bounds = [(f"#{base + k}", over) for k, (_, over) in enumerate(naming)]
    return _sum_each(ring, bounds, image)


def _reduce_inner(ring: Ring, bounds: Bounds, factors: Monomial) -> Polynomial | None:
    """An inner sum that an assumption fixes, or that cancels against a denominator, goes first."""
    watch = bool(ring.rules) or any(a.kind == BASE or (a.kind == SUM and e < 0) for a, e in factors)
    if not watch:
        return None
    for bound in bounds:
        inside = tuple(item for item in factors if bound[0] in item[0].free)
        rest = tuple(item for item in factors if bound[0] not in item[0].free)
        if not rest:
            continue
        inner = _sum_monomial(ring, [bound], inside)
        outer = [other for other in bounds if other is not bound]
        if len(inner) == 1:
            ((monomial, value),) = inner.items()
            product = ring.mul({rest: fmpq(1)}, inner)
            if product == {merge(rest, monomial): value} and _still_nested(rest, monomial):
                continue
        else:
            product = ring.mul({rest: fmpq(1)}, inner)
        return _sum_each(ring, outer, product)
    return None


def _still_nested(rest: Monomial, inner: Monomial) -> bool:
    """Whether the inner sum is one new atom beside the rest, so nothing was gained."""
    present = {atom for atom, _ in rest}
    return len(inner) == 1 and inner[0][0].kind == SUM and inner[0][0] not in present


def _namings(ring: Ring, bounds: Bounds, factors: Monomial) -> list[Bounds]:
    """The orders of the bound indices that structure alone does not tell apart."""
    signatures = {bound: _signature(ring, bound, factors) for bound in bounds}
    ranked = sorted(bounds, key=signatures.__getitem__)
    classes: list[list[tuple[str, Size]]] = []
    for bound in ranked:
        if classes and signatures[classes[-1][0]] == signatures[bound]:
            classes[-1].append(bound)
        else:
            classes.append([bound])
    if prod(_factorial(len(group)) for group in classes) > MAX_NAMINGS:
        return [ranked]  # not canonical, still sound
    orders: list[Bounds] = [[]]
    for group in classes:
        orders = [order + list(more) for order in orders for more in permutations(group)]
    return orders


def _factorial(number: int) -> int:
    return prod(range(1, number + 1))


def _signature(ring: Ring, bound: tuple[str, Size], factors: Monomial) -> tuple[object, ...]:
    name, over = bound
    seen = [(a.skeleton, exponent, _places(ring, a, name)) for a, exponent in factors if name in a.free]
    return (str(over), tuple(sorted(seen)))


def _places(ring: Ring, atom: Atom, name: str) -> tuple[int, ...]:
    """Where an index stands in an entry; the row and the column of a symmetric matrix are one place."""
    if atom.kind != ENTRY:
        return ()
    last = len(atom.args[1]) - (2 if atom.args[0] in ring.symmetric else 1)
    return tuple(min(k, last) for k, index in enumerate(atom.args[1]) if index == name)


def size_of(size: sympy.Expr) -> Size:
    """A size as a name or a number."""
    if isinstance(size, sympy.Integer):
        return int(size)
    if isinstance(size, sympy.Symbol):
        return size.name
    raise OutsideClassError(f"the size {size} is outside the class that is decided")
