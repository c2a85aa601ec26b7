"""A quadratic form as a sum of squares with nonnegative weights: a certificate of semidefiniteness.

The form Σ v_a H_ab v_b arrives as a canonical polynomial. Three shapes are recognized:

* Σₖ w·v_k² with a nonnegative w;
* Σᵢ w_i·(Σⱼ a_ij v_j)², which the canonical form has flattened to a sum over i, j, k: the factors
  that depend on j and those that depend on k are the same up to the name;
* −m·(Σₖ w_k v_k)², which the Cauchy–Schwarz inequality bounds by −m·(Σ w)(Σ w v²) for w >= 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from derivlab.algebra import signs, sums
from derivlab.algebra.atoms import (
    ENTRY,
    SUM,
    Atom,
    Exponent,
    Monomial,
    Polynomial,
    accumulate,
    free_of,
    key_of,
    merge,
    monomial_of,
)
from derivlab.algebra.ring import Ring
from derivlab.algebra.transform import open_sum, rename


@dataclass(frozen=True)
class Certificate:
    """How many squares with which kind of weight make up the form, in words.

    `strict` tells that one of them is a positive multiple of Σ v_k² over all entries.
    """

    parts: tuple[str, ...]
    strict: bool = False


def certificate(
    ring: Ring, form: Polynomial, name: str, shape: tuple[str | int, ...] | None = None
) -> Certificate | None:
    """A reason why the quadratic form in the entries of `name` is nonnegative, or None.

    With the `shape` of `name` it tells as well whether the form is positive but at 0.
    """
    bounded, used = _cauchy_schwarz(ring, form, name)
    groups: dict[object, Polynomial] = {}
    parts = list(used)
    rest: Polynomial = {}
    for monomial, value in bounded.items():
        found = _square(ring, monomial, name)
        if found is None:
            accumulate(rest, {monomial: value})
            continue
        key, weight = found
        groups[key] = ring.add(groups.get(key, {}), ring.scale(weight, value))
    if rest and signs.sign(ring, rest) == signs.UNKNOWN:
        return None
    for weight in groups.values():
        if weight and signs.sign(ring, weight) == signs.UNKNOWN:
            return None
        parts.append("nonnegative multiples of squares of sums")
    if rest:
        parts.append("nonnegative multiples of squares of entries")
    strict = shape is not None and any(
        _is_definite(ring, monomial, value, (name, shape)) and _nonnegative_without(ring, rest, monomial)
        for monomial, value in rest.items()
    )
    return Certificate(tuple(dict.fromkeys(parts)), strict)


def _nonnegative_without(ring: Ring, rest: Polynomial, monomial: Monomial) -> bool:
    others = {one: value for one, value in rest.items() if one != monomial}
    return not others or signs.sign(ring, others) > signs.UNKNOWN


def _is_definite(
    ring: Ring, monomial: Monomial, value: fmpq, vector: tuple[str, tuple[str | int, ...]]
) -> bool:
    """Whether a term is a positive multiple of v², or of Σ v_k² over all of the entries of v."""
    name, shape = vector
    inner = next((atom for atom, e in monomial if atom.kind == SUM and e == 1 and _degree(atom, name)), None)
    if inner is not None:
        outer = tuple(item for item in monomial if item[0] is not inner)
        bounds, opened = open_sum(ring, inner)
        if len(opened) != 1:
            return False
        ((body, factor),) = opened.items()
        own = dict(bounds)
    else:
        outer, body, factor, own = (), monomial, fmpq(1), {}
    squared = [(atom, e) for atom, e in body if atom.kind == ENTRY and atom.args[0] == name]
    if len(squared) != 1 or squared[0][1] != 2:
        return False
    places = squared[0][0].args[1]
    if len(own) != len(shape) or tuple(own.get(place) for place in places) != shape:
        return False
    weight = tuple(item for item in body if item[0] is not squared[0][0])
    known = (signs.monomial_sign(ring, weight), signs.monomial_sign(ring, outer))
    return value * factor > 0 and min(known) == signs.POSITIVE


def _square(ring: Ring, monomial: Monomial, name: str) -> tuple[object, Polynomial] | None:
    """(what is squared, its weight) for a flattened sum of weighted squares."""
    inner = [(atom, e) for atom, e in monomial if atom.kind == SUM and _degree(atom, name)]
    if len(inner) != 1 or inner[0][1] != 1:
        return None
    atom = inner[0][0]
    outer = tuple(item for item in monomial if item[0] is not atom)
    bounds, opened = open_sum(ring, atom)
    if len(opened) != 1:
        return None
    ((body, value),) = opened.items()
    entries = [(a, e) for a, e in body if a.kind == ENTRY and a.args[0] == name]
    if len(entries) != 2 or any(e != 1 for _, e in entries):
        return None
    first, second = (a.free for a, _ in entries)
    if first & second or len(first) != len(second):
        return None
    left = tuple(item for item in body if item[0].free & first)
    right = tuple(item for item in body if item[0].free & second)
    weight = tuple(item for item in body if item not in left and item not in right)
    return _matched(ring, bounds, (left, right, merge(outer, weight)), entries, value)


def _matched(
    ring: Ring,
    bounds: list[tuple[str, str | int]],
    parts: tuple[Monomial, Monomial, Monomial],
    entries: list[tuple[Atom, Exponent]],
    value: fmpq,
) -> tuple[object, Polynomial] | None:
    """The two halves are the same up to the names of their own bound indices."""
    left, right, weight = parts
    names = dict(zip(entries[1][0].args[1], entries[0][0].args[1], strict=True))
    if rename(ring, {right: fmpq(1)}, names) != {left: fmpq(1)}:
        return None
    own = set(names) | set(names.values())
    shared = [name for name, _ in bounds if name not in own]
    canonical = {name: f"$shared{k}" for k, name in enumerate(sorted(shared))}
    canonical |= {str(name): f"$own{k}" for k, name in enumerate(entries[0][0].args[1])}
    sizes = tuple(sorted(str(size) for name, size in bounds if name in shared))
    key = (sizes, key_of(rename(ring, {left: fmpq(1)}, canonical)))
    return key, ring.scale(rename(ring, {weight: fmpq(1)}, canonical), value)


def _degree(atom: Atom, name: str) -> int:
    """How many entries of `name` stand directly in the body of a sum."""
    return sum(1 for a, _ in atom.args[2] if a.kind == ENTRY and a.args[0] == name)


def _cauchy_schwarz(ring: Ring, form: Polynomial, name: str) -> tuple[Polynomial, list[str]]:
    """−m·(Σ w v)² >= −m·(Σ w)(Σ w v²) for nonnegative m and w."""
    result: Polynomial = {}
    used: list[str] = []
    for monomial, value in form.items():
        bound = _variance_bound(ring, monomial, value, name)
        if bound is None:
            accumulate(result, {monomial: value})
        else:
            accumulate(result, bound)
            used = ["a variance (Cauchy-Schwarz)"]
    return result, used


def _variance_bound(ring: Ring, monomial: Monomial, value: fmpq, name: str) -> Polynomial | None:
    squared = [
        atom
        for atom, e in monomial
        if atom.kind == SUM and e == 2 and len(atom.args[0]) == 1 and _degree(atom, name) == 1
    ]
    if value >= 0 or len(squared) != 1:
        return None
    atom = squared[0]
    outer = tuple(item for item in monomial if item[0] is not atom)
    [(bound, size)], opened = open_sum(ring, atom)
    ((body, inner),) = opened.items()
    entry = next(a for a, _ in body if a.kind == ENTRY and a.args[0] == name)
    weight = tuple(item for item in body if item[0] is not entry)
    known = min(signs.monomial_sign(ring, weight), signs.monomial_sign(ring, outer))
    if known < signs.NONNEGATIVE or bound not in free_of(((entry, 1),)):
        return None
    weights = sums.total(ring, bound, size, {weight: inner})
    moment = monomial_of({**dict(weight), entry: 2})
    moments = sums.total(ring, bound, size, {moment: inner})
    return ring.scale(ring.mul(ring.mul({outer: fmpq(1)}, weights), moments), value)
