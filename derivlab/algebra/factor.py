"""Factorization of a polynomial in its atoms over Q, by FLINT."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from derivlab.algebra.atoms import (
    Atom,
    Exponent,
    Monomial,
    Polynomial,
    exact,
    monomial_of,
)

MAX_TERMS = 40
MAX_DEGREE = 12


def factor(polynomial: Polynomial) -> list[tuple[Polynomial, int]]:
    """Irreducible factors with multiplicities; their product is the polynomial.

    The polynomial has no monomial content. Exponents that are fractions are scaled to integers
    first: x^(1/2) is a variable. What is too large comes back as one factor.
    """
    if not 1 < len(polynomial) <= MAX_TERMS or _linear(polynomial):
        return [(polynomial, 1)]
    atoms = sorted({atom for monomial in polynomial for atom, _ in monomial})
    scales = [_scale(atom, polynomial) for atom in atoms]
    table = _table(polynomial, atoms, scales)
    if table is None:
        return [(polynomial, 1)]
    ring = fmpq_mpoly_ctx.get([f"x{k}" for k in range(len(atoms))], Ordering.lex)
    constant, factors = ring.from_dict(table).factor()
    if len(factors) == 1 and int(factors[0][1]) == 1:
        return [(polynomial, 1)]
    result = [(_back(part.to_dict(), atoms, scales), int(multiplicity)) for part, multiplicity in factors]
    return [*result, ({(): fmpq(constant)}, 1)] if constant != 1 else result


def content(polynomial: Polynomial) -> Monomial:
    """The greatest monomial that divides every term, negative exponents included."""
    monomials = [dict(monomial) for monomial in polynomial]
    common: dict[Atom, Exponent] = {}
    for atom in sorted({atom for monomial in monomials for atom in monomial}):
        lowest = min(monomial.get(atom, 0) for monomial in monomials)
        if lowest:
            common[atom] = lowest
    return monomial_of(common)


def _linear(polynomial: Polynomial) -> bool:
    """Whether some atom occurs once, alone and to the power 1: then nothing factors."""
    seen: dict[Atom, int] = {}
    alone: list[Atom] = []
    for monomial in polynomial:
        for atom, _ in monomial:
            seen[atom] = seen.get(atom, 0) + 1
        if len(monomial) == 1 and monomial[0][1] == 1:
            alone.append(monomial[0][0])
    return any(seen[atom] == 1 for atom in alone)


def _scale(atom: Atom, polynomial: Polynomial) -> int:
    exponents = [Fraction(dict(monomial).get(atom, 0)) for monomial in polynomial]
    return lcm(*(exponent.denominator for exponent in exponents))


def _table(
    polynomial: Polynomial, atoms: list[Atom], scales: list[int]
) -> dict[tuple[int, ...], fmpq] | None:
    table = {}
    for monomial, value in polynomial.items():
        exponents = dict(monomial)
        row = tuple(int(exponents.get(a, 0) * s) for a, s in zip(atoms, scales, strict=True))
        if min(row) < 0 or sum(row) > MAX_DEGREE:
            return None
        table[row] = value
    return table


def _back(table: dict[tuple[int, ...], fmpq], atoms: list[Atom], scales: list[int]) -> Polynomial:
    result: Polynomial = {}
    for row, value in table.items():
        exponents: dict[Atom, Exponent] = {
            atom: exact(Fraction(int(power), scale))
            for atom, power, scale in zip(atoms, row, scales, strict=True)
        }
        monomial: Monomial = monomial_of(exponents)
        result[monomial] = value
    return result
