"""Linear relations between summands: partial fractions under a sum, with any number of denominators.

Σₖ f₁(k), ..., Σₖ f_m(k) over one size: over the common denominator the f_j are polynomials in what
depends on k, with coefficients that do not. Elimination over those coefficients finds every relation
Σ λ_j f_j = 0; it makes λ_m Σ f_m a combination of the other sums. Multiplying a residue by a power of
λ_m and replacing is sound: if the product vanishes, the residue vanishes where λ_m is not 0, which is
a dense set, and so everywhere by continuity (hence no relation is used whose λ_m contains an
indicator, nor in a residue that contains 1[P = 0]).
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from derivlab.algebra import sums
from derivlab.algebra.atoms import (
    IDEMPOTENT,
    ISZERO,
    ONE,
    SUM,
    Atom,
    Exponent,
    Monomial,
    Polynomial,
    accumulate,
    exact,
    merge,
    monomial_of,
)
from derivlab.algebra.powers import clear
from derivlab.algebra.ring import Ring
from derivlab.algebra.transform import rename

BOUND = "~dependence"
MAX_SUMS = 24

Vector = dict[Monomial, Polynomial]


@dataclass(frozen=True)
class _Row:
    """Σ combination[S]·(summand of S) = vector, in what depends on the bound index."""

    vector: Vector
    combination: dict[Atom | None, Polynomial]


def reduce_sums(ring: Ring, polynomial: Polynomial) -> Polynomial:
    """A multiple of the polynomial in which dependent sums are eliminated; {} proves it zero."""
    if any(atom.kind == ISZERO for monomial in polynomial for atom, _ in monomial):
        return polynomial
    for size, atoms in _groups(polynomial).items():
        if not 1 <= len(atoms) <= MAX_SUMS or not _denominators(atoms):
            continue
        for relation, dependent in _relations(ring, atoms):
            polynomial = _eliminate(ring, polynomial, relation, dependent, size)
            if not polynomial:
                return {}
    return polynomial


def _groups(polynomial: Polynomial) -> dict[sums.Size, list[Atom]]:
    """Sums over one index that occur, by size."""
    found: dict[sums.Size, dict[Atom, None]] = {}
    for monomial in polynomial:
        for atom, exponent in monomial:
            if atom.kind == SUM and len(atom.args[0]) == 1 and isinstance(exponent, int) and exponent > 0:
                found.setdefault(atom.args[0][0], {})[atom] = None
    return {size: sorted(atoms) for size, atoms in found.items()}


def _denominators(atoms: list[Atom]) -> bool:
    return any(exponent < 0 for atom in atoms for _, exponent in atom.args[2])


def _relations(ring: Ring, atoms: list[Atom]) -> list[tuple[dict[Atom | None, Polynomial], Atom]]:
    """Relations among the summands, each with the last sum that occurs in it."""
    bodies = {atom: rename(ring, {atom.args[2]: fmpq(1)}, {atom.args[1][0]: BOUND}) for atom in atoms}
    common = _common_denominator(bodies)
    rows: list[tuple[Monomial, _Row]] = []
    found = []
    _reduce(ring, rows, _row(ring, None, ring.constant(1), common))
    for atom in atoms:
        row = _reduce(ring, rows, _row(ring, atom, bodies[atom], common))
        if row is not None and _usable(row.combination.get(atom, {})):
            found.append((row.combination, atom))
    return found


def _usable(factor: Polynomial) -> bool:
    return bool(factor) and not any(a.kind in IDEMPOTENT for monomial in factor for a, _ in monomial)


def _common_denominator(bodies: dict[Atom, Polynomial]) -> Monomial:
    """The least monomial that makes every exponent of what depends on the index nonnegative."""
    lowest: dict[Atom, Exponent] = {}
    for body in bodies.values():
        for monomial in body:
            for atom, exponent in monomial:
                if BOUND in atom.free and exponent < 0:
                    lowest[atom] = max(lowest.get(atom, 0), -exponent)
    return monomial_of(lowest)


def _row(ring: Ring, atom: Atom | None, body: Polynomial, common: Monomial) -> _Row:
    """The summand over the common denominator, split into local monomials and their coefficients."""
    numerator: Polynomial = {}
    for monomial, value in body.items():
        accumulate(numerator, ring.mul({ONE: fmpq(1)}, {merge(monomial, common): value}))
    vector: Vector = {}
    for monomial, value in numerator.items():
        local = tuple(item for item in monomial if BOUND in item[0].free)
        outer = tuple(item for item in monomial if BOUND not in item[0].free)
        accumulate(vector.setdefault(local, {}), {outer: value})
    return _Row({local: outer for local, outer in vector.items() if outer}, {atom: ring.constant(1)})


def _reduce(ring: Ring, rows: list[tuple[Monomial, _Row]], row: _Row) -> _Row | None:
    """Eliminate the known pivots; keep the row, or return it if it has become a relation."""
    for pivot, known in rows:
        factor = row.vector.get(pivot)
        if factor:
            row = _combine(ring, row, known, known.vector[pivot], factor)
    if not row.vector:
        return row
    rows.append((next(iter(row.vector)), row))
    return None


def _combine(ring: Ring, row: _Row, known: _Row, keep: Polynomial, take: Polynomial) -> _Row:
    """keep·row − take·known."""
    vector = {m: ring.mul(keep, c) for m, c in row.vector.items()}
    for monomial, coefficient in known.vector.items():
        left = ring.sub(vector.get(monomial, {}), ring.mul(take, coefficient))
        if left:
            vector[monomial] = left
        else:
            vector.pop(monomial, None)
    combination = {a: ring.mul(keep, c) for a, c in row.combination.items()}
    for atom, coefficient in known.combination.items():
        combination[atom] = ring.sub(combination.get(atom, {}), ring.mul(take, coefficient))
    return _Row(vector, combination)


def _eliminate(
    ring: Ring,
    polynomial: Polynomial,
    relation: dict[Atom | None, Polynomial],
    dependent: Atom,
    size: sums.Size,
) -> Polynomial:
    """λ^E·P with λ·S replaced by minus the other terms of the relation."""
    factor = relation[dependent]
    others: Polynomial = {}
    for atom, coefficient in relation.items():
        if atom is dependent:
            continue
        value = sums.size(ring, size) if atom is None else ring.of(atom)
        accumulate(others, ring.mul(coefficient, value), fmpq(-1))
    highest = max(_exponent(monomial, dependent) for monomial in polynomial)
    result: Polynomial = {}
    for monomial, value in polynomial.items():
        exponent = _exponent(monomial, dependent)
        if exponent < 0:
            return polynomial
        rest = {tuple(item for item in monomial if item[0] is not dependent): value}
        raised = ring.natural_power(others, exponent)
        lowered = ring.natural_power(factor, highest - exponent)
        accumulate(result, ring.mul(ring.mul(ring.constant(1), rest), ring.mul(raised, lowered)))
    return clear(ring, result)[0]


def _exponent(monomial: Monomial, atom: Atom) -> int:
    exponent = exact(dict(monomial).get(atom, 0))
    return exponent if isinstance(exponent, int) else -1
