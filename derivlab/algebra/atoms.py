"""Interned atoms, monomials and polynomials as plain data.

A polynomial is a dict from monomials to nonzero rationals; a monomial is a tuple of
(atom, exponent) sorted by atom, exponents nonzero integers or fractions. An atom stands for one
irreducible thing: an entry, a size, exp of a monomial, a sum over an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from flint import fmpq

Exponent = int | Fraction
Monomial = tuple[tuple["Atom", Exponent], ...]
Polynomial = dict[Monomial, fmpq]
PolynomialKey = tuple[tuple[Monomial, int, int], ...]
Index = Any  # a name (str), a position (int), ("last", size), or the Atom of a label

# Kinds of atoms. ENTRY name indices; SUM sizes levels body; the rest say their arguments below.
SIZE, ENTRY, DELTA, VALUE = "size", "entry", "delta", "value"
EXP, LOG, BASE, SUM, FUNCTION = "exp", "log", "base", "sum", "function"
STEP, ISZERO, RADICAL, CONSTANT, POWER = "step", "iszero", "radical", "constant", "power"
IDEMPOTENT = frozenset((DELTA, STEP, ISZERO))
_ALWAYS_SPECIAL = frozenset((DELTA, STEP, ISZERO, BASE, RADICAL))
ONE: Monomial = ()


class Atom:
    """An interned atom.

    `free` are the index names in it, `height` bounds its inner levels, `complex` says whether the
    imaginary unit occurs in it (then nothing is known of its sign), `special` whether products with
    it may reduce.
    """

    __slots__ = ("args", "complex", "free", "height", "id", "kind", "skeleton", "special")

    def __init__(self, number: int, kind: str, args: tuple[Any, ...]) -> None:
        self.id = number
        self.kind = kind
        self.args = args
        self.free: frozenset[str] = _free(kind, args)
        self.height: int = _height(kind, args)
        self.complex: bool = (kind == CONSTANT and args[0] == "I") or any(
            atom.complex for part in parts_of(kind, args) for atom, _ in part
        )
        self.special = kind in _ALWAYS_SPECIAL
        self.skeleton = 0

    def __hash__(self) -> int:
        return self.id

    def __lt__(self, other: Atom) -> bool:
        return self.id < other.id

    def __repr__(self) -> str:
        return f"{self.kind}{self.args}"


def free_of(monomial: Monomial) -> frozenset[str]:
    """Index names that occur free in a monomial."""
    found: frozenset[str] = frozenset()
    for atom, _ in monomial:
        if atom.free:
            found |= atom.free
    return found


def index_names(index: Index) -> frozenset[str]:
    """Index names in one index term."""
    if isinstance(index, str):
        return frozenset((index,))
    return index.free if isinstance(index, Atom) else frozenset()


def parts_of(kind: str, args: tuple[Any, ...]) -> Iterator[Monomial]:
    """The monomials inside an atom's arguments."""
    if kind == EXP:
        yield args[0]
    elif kind == SUM:
        yield args[2]
    elif kind in (LOG, BASE, STEP, ISZERO):
        yield from (monomial for monomial, _, _ in args[0])
    elif kind == FUNCTION:
        for key in args[1]:
            yield from (monomial for monomial, _, _ in key)
    elif kind == POWER:
        yield from (monomial for monomial, _, _ in args[0])
        yield args[1]


def _free(kind: str, args: tuple[Any, ...]) -> frozenset[str]:
    if kind == ENTRY:
        return frozenset().union(*map(index_names, args[1]))
    if kind in (DELTA, VALUE):
        return frozenset().union(*map(index_names, args))
    found: frozenset[str] = frozenset().union(*map(free_of, parts_of(kind, args)))
    return found - frozenset(args[1]) if kind == SUM else found


def _height(kind: str, args: tuple[Any, ...]) -> int:
    indices = args[1] if kind == ENTRY else args if kind in (DELTA, VALUE) else ()
    heights = [index.height for index in indices if isinstance(index, Atom)]
    heights += [atom.height for monomial in parts_of(kind, args) for atom, _ in monomial]
    return max(heights, default=0) + (len(args[1]) if kind == SUM else 0)


def skeleton_of(monomial: Monomial) -> tuple[tuple[int, Exponent], ...]:
    """The structure of a monomial, without index names."""
    return tuple(sorted((atom.skeleton, exponent) for atom, exponent in monomial))


def accumulate(into: Polynomial, polynomial: Polynomial, factor: fmpq | None = None) -> None:
    """into += factor * polynomial."""
    for monomial, value in polynomial.items():
        put(into, monomial, value if factor is None else value * factor)


def put(into: Polynomial, monomial: Monomial, value: fmpq) -> None:
    """into[monomial] += value, zeros dropped."""
    present = into.get(monomial)
    if present is None:
        into[monomial] = value
        return
    present = present + value
    if present:
        into[monomial] = present
    else:
        del into[monomial]


def exact(exponent: Exponent) -> Exponent:
    """An exponent as an int where it is one."""
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return exponent.numerator
    return exponent


def merge(first: Monomial, second: Monomial) -> Monomial:
    """The product of two monomials before any reduction: exponents add."""
    if not first or not second:
        return first or second
    exponents: dict[Atom, Exponent] = dict(first)
    for atom, exponent in second:
        total = exact(exponents.get(atom, 0) + exponent)
        if total:
            exponents[atom] = total
        else:
            del exponents[atom]
    return tuple(sorted(exponents.items(), key=_by_atom))


def _by_atom(item: tuple[Atom, Exponent]) -> int:
    return item[0].id


def monomial_of(exponents: dict[Atom, Exponent]) -> Monomial:
    """A sorted monomial from a dict, zero exponents dropped."""
    return tuple(sorted(((a, e) for a, e in exponents.items() if e), key=_by_atom))


def key_of(polynomial: Polynomial) -> PolynomialKey:
    """A hashable, canonical form of a polynomial."""
    items = sorted(polynomial.items(), key=_by_monomial)
    return tuple((monomial, int(value.p), int(value.q)) for monomial, value in items)


def _by_monomial(item: tuple[Monomial, fmpq]) -> tuple[tuple[int, Exponent], ...]:
    return tuple((atom.id, exponent) for atom, exponent in item[0])


def from_key(key: PolynomialKey) -> Polynomial:
    """The polynomial of a key."""
    return {monomial: fmpq(p, q) for monomial, p, q in key}


def leading(polynomial: Polynomial) -> tuple[Monomial, fmpq]:
    """The leading term: by degree, then structure, so that renaming an index rarely changes it."""

    def rank(monomial: Monomial) -> tuple[Any, ...]:
        degree = sum(exponent for _, exponent in monomial)
        return (degree, skeleton_of(monomial), tuple((atom.id, e) for atom, e in monomial))

    monomial = max(polynomial, key=rank)
    return monomial, polynomial[monomial]


def index_rank(index: object) -> tuple[int, int, str]:
    """Order of index terms: positions, the last position, labels, then names."""
    if isinstance(index, int):
        return (0, index, "")
    if isinstance(index, tuple):
        return (1, 0, str(index[1]))
    if isinstance(index, Atom):
        return (2, index.id, "")
    return (3, 0, str(index))
