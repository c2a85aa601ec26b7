"""Rebuild a polynomial atom by atom: rename indices, replace entries, move to another ring.

Every atom is made again by its constructor, so the result is normalized in the target ring. Bound
levels of a sum are opened to fresh names first: nothing can be captured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from flint import fmpq

from derivlab.algebra import elementary, indicators, powers, sums
from derivlab.algebra.atoms import (
    BASE,
    CONSTANT,
    DELTA,
    ENTRY,
    EXP,
    FUNCTION,
    ISZERO,
    LOG,
    POWER,
    RADICAL,
    SIZE,
    STEP,
    SUM,
    VALUE,
    Atom,
    Exponent,
    Index,
    Monomial,
    Polynomial,
    PolynomialKey,
    accumulate,
    free_of,
    merge,
)
from derivlab.algebra.normal import delta
from derivlab.algebra.ring import Ring

EntryRule = Callable[[str, tuple[Index, ...]], Polynomial | None]


@dataclass
class Transformation:
    """How to rebuild: `names` renames free indices, `entries` may replace an entry.

    With `everything`, atoms that the two do not touch are rebuilt as well (for another ring).
    """

    ring: Ring
    names: Mapping[str, Index] = field(default_factory=dict)
    entries: EntryRule | None = None
    everything: bool = False
    memo: dict[Atom, Polynomial] = field(default_factory=dict)

    def nested(self, fresh: Mapping[str, str]) -> Transformation:
        """The same transformation inside a sum whose levels were opened to `fresh` names."""
        return replace(self, names={**self.names, **fresh}, memo={})

    def __call__(self, polynomial: Polynomial) -> Polynomial:
        result: Polynomial = {}
        for monomial, value in polynomial.items():
            accumulate(result, self.monomial(monomial), value)
        return result

    def monomial(self, monomial: Monomial) -> Polynomial:
        """The image of a monomial."""
        if not self._touches(free_of(monomial)):
            return {monomial: fmpq(1)}
        result = self.ring.constant(1)
        plain: Monomial = ()
        for atom, exponent in monomial:
            image = self.atom(atom)
            single = _single_atom(image)
            if single is not None and not single.special:
                plain = merge(plain, ((single, exponent),))
            else:
                result = self.ring.mul(result, powers.power(self.ring, image, exponent))
        return self.ring.mul(result, {plain: fmpq(1)})

    def _touches(self, free: frozenset[str]) -> bool:
        return self.everything or self.entries is not None or not free.isdisjoint(self.names)

    def atom(self, atom: Atom) -> Polynomial:
        """The image of an atom."""
        if not self._touches(atom.free):
            return {((atom, 1),): fmpq(1)}
        found = self.memo.get(atom)
        if found is None:
            self.ring.tick()
            found = self.memo[atom] = _REBUILD[atom.kind](self, atom)
        return found

    def index(self, index: Index) -> Index:
        """The image of an index term."""
        if isinstance(index, str):
            return self.names.get(index, index)
        if isinstance(index, Atom):
            return label(self.ring, index.args[0], tuple(self.index(inner) for inner in index.args[1]))
        return index

    def key(self, key: PolynomialKey) -> Polynomial:
        """The image of a polynomial given by its key."""
        result: Polynomial = {}
        for monomial, p, q in key:
            accumulate(result, self.monomial(monomial), fmpq(p, q))
        return result


def _single_atom(polynomial: Polynomial) -> Atom | None:
    if len(polynomial) != 1:
        return None
    ((monomial, value),) = polynomial.items()
    if len(monomial) == 1 and monomial[0][1] == 1 and value == 1:
        return monomial[0][0]
    return None


def label(ring: Ring, name: str, indices: tuple[Index, ...]) -> Atom:
    """The entry of an integer-valued variable, used as an index term."""
    return ring.atom(ENTRY, name, indices)


def _entry(to: Transformation, atom: Atom) -> Polynomial:
    name, indices = atom.args[0], tuple(to.index(index) for index in atom.args[1])
    replaced = to.entries(name, indices) if to.entries is not None else None
    return to.ring.of(to.ring.atom(ENTRY, name, indices)) if replaced is None else replaced


def _sum(to: Transformation, atom: Atom) -> Polynomial:
    sizes, levels, body = atom.args
    fresh = {level: to.ring.fresh() for level in levels}
    image = to.nested(fresh).monomial(body)
    for level, size in zip(levels, sizes, strict=True):
        image = sums.total(to.ring, fresh[level], size, image)
    return image


_REBUILD: dict[str, Callable[[Transformation, Atom], Polynomial]] = {
    SIZE: lambda to, atom: sums.size(to.ring, atom.args[0]),
    CONSTANT: lambda to, atom: to.ring.of(to.ring.atom(CONSTANT, *atom.args)),
    RADICAL: lambda to, atom: to.ring.of(to.ring.atom(RADICAL, *atom.args)),
    ENTRY: _entry,
    DELTA: lambda to, atom: delta(to.ring, to.index(atom.args[0]), to.index(atom.args[1])),
    VALUE: lambda to, atom: indicators.index_value(to.ring, to.index(atom.args[0])),
    EXP: lambda to, atom: elementary.exponential(to.ring, to.monomial(atom.args[0])),
    LOG: lambda to, atom: elementary.logarithm(to.ring, to.key(atom.args[0])),
    BASE: lambda to, atom: to.key(atom.args[0]),
    SUM: _sum,
    FUNCTION: lambda to, atom: elementary.function(
        to.ring, atom.args[0], [to.key(key) for key in atom.args[1]]
    ),
    STEP: lambda to, atom: indicators.step(to.ring, to.key(atom.args[0])),
    ISZERO: lambda to, atom: indicators.is_zero(to.ring, to.key(atom.args[0])),
    POWER: lambda to, atom: powers.symbolic_power(to.ring, to.key(atom.args[0]), to.monomial(atom.args[1])),
}


def rename(ring: Ring, polynomial: Polynomial, names: Mapping[str, Index]) -> Polynomial:
    """The polynomial with free index names replaced by index terms, simultaneously."""
    return Transformation(ring, names)(polynomial)


def open_sum(ring: Ring, atom: Atom) -> tuple[list[tuple[str, str | int]], Polynomial]:
    """Fresh bound names with their sizes, and the body in them."""
    sizes, levels, body = atom.args
    fresh = {level: ring.fresh() for level in levels}
    image = Transformation(ring, fresh).monomial(body)
    return [(fresh[level], size) for level, size in zip(levels, sizes, strict=True)], image


def exponents_of(polynomial: Polynomial) -> list[Exponent]:
    """All exponents that occur, for bounds."""
    return [exponent for monomial in polynomial for _, exponent in monomial]
