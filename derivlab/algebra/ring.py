"""The ring: interns atoms and does polynomial arithmetic, exactly over Q.

Atoms are interned in a `Ring`, so equality is identity and order is the order of creation: the same
input gives the same polynomial in every process, whatever PYTHONHASHSEED is. What a product of
atoms reduces to (deltas contract, radicals and inverses combine) is said by `Ring.normal`, which
`derivlab.algebra.normal` provides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from derivlab.algebra.atoms import (
    CONSTANT,
    DELTA,
    ENTRY,
    FUNCTION,
    ONE,
    POWER,
    RADICAL,
    SIZE,
    SUM,
    VALUE,
    Atom,
    Exponent,
    Monomial,
    Polynomial,
    accumulate,
    index_rank,
    merge,
    parts_of,
    put,
    skeleton_of,
)
from derivlab.errors import BudgetError

MINUS_ONE = ((ONE, -1, 1),)  # the key of the number -1


@dataclass(frozen=True)
class Pattern:
    """A statement about every value of its `names`: an atom with what replaces it, or a sign."""

    names: frozenset[str]
    subject: Any
    replacement: Any = None


class Ring:
    """Interns atoms, counts steps, and does polynomial arithmetic.

    Args:
        normal: reduces a monomial that contains special atoms (`derivlab.algebra.normal.normal`).
        signs: what is known of a variable's entries: "positive", "nonnegative", "negative",
            "nonzero", "binary" (0 or 1), "sign" (−1 or 1).
        budget: how many monomial products may be formed; then `BudgetError`.

    Attributes:
        rules: atoms that an assumption replaces.
        positive: polynomials known to be positive, or nonnegative.
        nonzero: polynomials known not to be zero.
        kinks: what is 0 together with 1[P = 0], since a derivative is taken there.
        bounds: lower and upper bound of a variable's entries, and whether each is open.
        symmetric: arrays whose entries do not depend on the order of the indices.
        antisymmetric: matrices whose entries change their sign with the order of the indices.
        required: sizes of which a position was used: the size must be at least that.
    """

    def __init__(
        self,
        normal: Callable[[Ring, Monomial], Polynomial],
        signs: Mapping[str, str] | None = None,
        budget: int = 200_000,
    ) -> None:
        self.normal = normal
        self.signs = dict(signs or {})
        self.budget = budget
        self.steps = 0
        self.rules: list[Pattern] = []
        self.positive: list[Pattern] = []
        self.nonzero: list[Pattern] = []
        self.kinks: list[Pattern] = []
        self.memo: dict[Any, Any] = {}
        self.required: dict[str, int] = {}
        self.symmetric: set[str] = set()
        self.antisymmetric: set[str] = set()
        self.bounds: dict[str, tuple[fmpq | None, fmpq | None, bool, bool]] = {}
        self.match: Callable[[Pattern, Atom], Polynomial | None] | None = None
        self._atoms: dict[tuple[Any, ...], Atom] = {}
        self._skeletons: dict[Any, int] = {}
        self._fresh = 0

    # -- atoms ---------------------------------------------------------------------------------
    def atom(self, kind: str, *args: Any) -> Atom:
        """The interned atom of that kind and arguments."""
        if kind == ENTRY and args[0] in self.symmetric:
            places = args[1]
            args = (args[0], (*places[:-2], *sorted(places[-2:], key=index_rank)))
        key = (kind, *args)
        found = self._atoms.get(key)
        if found is None:
            found = self._atoms[key] = Atom(len(self._atoms), kind, args)
            found.skeleton = self._skeleton(found)
            found.special |= self._reduces(found)
        return found

    def reduce_entries(self, name: str) -> None:
        """Entries of an array that were read before something was known of it are reduced as well."""
        for other in self._atoms.values():
            other.special |= other.kind == ENTRY and other.args[0] == name
        self.memo.clear()

    def _reduces(self, atom: Atom) -> bool:
        if atom.kind == ENTRY and self.signs.get(atom.args[0]) in ("binary", "sign"):
            return True
        if atom.kind == CONSTANT:
            return bool(atom.args[0] == "I")
        if atom.kind == POWER:
            return bool(atom.args[0] == MINUS_ONE)
        return bool(self.rules or self.antisymmetric) and self.replacement(atom) is not None

    def _mirrored(self, entry: Atom) -> Polynomial | None:
        """A[j, i] = −A[i, j] and A[i, i] = 0, with the indices in one order."""
        name, places = entry.args
        ordered = tuple(sorted(places, key=index_rank))
        if places[0] == places[1]:
            return {}
        return None if places == ordered else {((self.atom(ENTRY, name, ordered), 1),): fmpq(-1)}

    def replacement(self, atom: Atom) -> Polynomial | None:
        """What an assumption replaces `atom` by, or None."""
        if atom.kind == ENTRY and atom.args[0] in self.antisymmetric:
            return self._mirrored(atom)
        if self.match is None:
            return None
        for rule in self.rules:
            found = self.match(rule, atom)
            if found is not None:
                return found
        return None

    def _skeleton(self, atom: Atom) -> int:
        """A number for the atom's structure without index names."""
        kind, args = atom.kind, atom.args
        shape: Any
        if kind == ENTRY:
            shape = (kind, args[0])
        elif kind in (DELTA, VALUE):
            shape = (kind,)
        elif kind in (SIZE, CONSTANT, RADICAL):
            shape = (kind, args)
        else:
            extra = args[0] if kind in (SUM, FUNCTION) else None
            inner = sorted(skeleton_of(part) for part in parts_of(kind, args))
            shape = (kind, extra, tuple(inner))
        return self._skeletons.setdefault(shape, len(self._skeletons))

    def fresh(self) -> str:
        """An index name that occurs nowhere else."""
        self._fresh += 1
        return f"~{self._fresh}"

    def reserve(self, names: Iterable[str]) -> None:
        """Never make one of these names: they come from another ring."""
        taken = [int(name[1:]) for name in names if name[:1] == "~" and name[1:].isdigit()]
        self._fresh = max([self._fresh, *taken])

    def require(self, size: str | int, position: int) -> None:
        """Something was done that needs a position of an axis to exist."""
        if isinstance(size, str):
            self.required[size] = max(self.required.get(size, 1), position)

    def tick(self, amount: int = 1) -> None:
        """Count steps of work; `BudgetError` when the budget is spent."""
        self.steps += amount
        if self.steps > self.budget:
            raise BudgetError(f"the budget of {self.budget} steps is spent")

    # -- polynomials ---------------------------------------------------------------------------
    def constant(self, value: int | Fraction | fmpq) -> Polynomial:
        """A rational number as a polynomial."""
        number = fmpq(value.numerator, value.denominator) if isinstance(value, Fraction) else fmpq(value)
        return {ONE: number} if number else {}

    def of(self, atom: Atom, exponent: Exponent = 1) -> Polynomial:
        """The atom as a polynomial, normalized."""
        monomial: Monomial = ((atom, exponent),)
        if atom.special:
            return dict(self.normal(self, monomial))
        return {monomial: fmpq(1)}

    def add(self, *polynomials: Polynomial) -> Polynomial:
        """The sum."""
        result: Polynomial = {}
        for polynomial in polynomials:
            accumulate(result, polynomial)
        return result

    def sub(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """left − right."""
        result = dict(left)
        accumulate(result, right, fmpq(-1))
        return result

    def scale(self, polynomial: Polynomial, factor: int | Fraction | fmpq) -> Polynomial:
        """A rational multiple."""
        number = fmpq(factor.numerator, factor.denominator) if isinstance(factor, Fraction) else fmpq(factor)
        return {monomial: value * number for monomial, value in polynomial.items()} if number else {}

    def mul(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """The product, normalized."""
        result: Polynomial = {}
        for first, a in left.items():
            for second, b in right.items():
                self.tick()
                merged = merge(first, second)
                if any(atom.special for atom, _ in merged):
                    accumulate(result, self.normal(self, merged), a * b)
                else:
                    put(result, merged, a * b)
        return result

    def product(self, factors: Iterable[Polynomial]) -> Polynomial:
        """The product of several polynomials."""
        result = self.constant(1)
        for factor in factors:
            result = self.mul(result, factor)
        return result

    def natural_power(self, polynomial: Polynomial, exponent: int) -> Polynomial:
        """polynomial ** exponent for exponent >= 0, by repeated squaring."""
        result, square = self.constant(1), polynomial
        while exponent:
            if exponent & 1:
                result = self.mul(result, square)
            exponent >>= 1
            if exponent:
                square = self.mul(square, square)
        return result
