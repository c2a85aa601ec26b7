"""Exact polynomials over Q in interned atoms, and their arithmetic.

A polynomial is a dict from monomials to nonzero rationals; a monomial is a tuple of
(atom, exponent) sorted by atom, exponents nonzero integers or fractions. An atom stands for one
irreducible thing: an entry, a size, exp of a monomial, a sum over an index. Atoms are interned in
a `Ring`, so equality is identity and order is the order of creation: the same input gives the same
polynomial in every process, whatever PYTHONHASHSEED is.

What a product of atoms reduces to (deltas contract, radicals and inverses combine) is said by
`Ring.normal`, which `derivlab.algebra.normal` provides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from derivlab.errors import BudgetError

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
            atom.complex for part in _parts(kind, args) for atom, _ in part
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


def _parts(kind: str, args: tuple[Any, ...]) -> Iterator[Monomial]:
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
    found: frozenset[str] = frozenset().union(*map(free_of, _parts(kind, args)))
    return found - frozenset(args[1]) if kind == SUM else found


def _height(kind: str, args: tuple[Any, ...]) -> int:
    indices = args[1] if kind == ENTRY else args if kind in (DELTA, VALUE) else ()
    heights = [index.height for index in indices if isinstance(index, Atom)]
    heights += [atom.height for monomial in _parts(kind, args) for atom, _ in monomial]
    return max(heights, default=0) + (len(args[1]) if kind == SUM else 0)


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
        self.memo: dict[Any, Any] = {}
        self.match: Callable[[Pattern, Atom], Polynomial | None] | None = None
        self._atoms: dict[tuple[Any, ...], Atom] = {}
        self._skeletons: dict[Any, int] = {}
        self._fresh = 0

    # -- atoms ---------------------------------------------------------------------------------
    def atom(self, kind: str, *args: Any) -> Atom:
        """The interned atom of that kind and arguments."""
        key = (kind, *args)
        found = self._atoms.get(key)
        if found is None:
            found = self._atoms[key] = Atom(len(self._atoms), kind, args)
            found.skeleton = self._skeleton(found)
            found.special |= self._reduces(found)
        return found

    def _reduces(self, atom: Atom) -> bool:
        if atom.kind == ENTRY and self.signs.get(atom.args[0]) in ("binary", "sign"):
            return True
        if atom.kind == CONSTANT:
            return bool(atom.args[0] == "I")
        return bool(self.rules) and self.replacement(atom) is not None

    def replacement(self, atom: Atom) -> Polynomial | None:
        """What an assumption replaces `atom` by, or None."""
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
            inner = sorted(_skeleton_of(part) for part in _parts(kind, args))
            shape = (kind, extra, tuple(inner))
        return self._skeletons.setdefault(shape, len(self._skeletons))

    def fresh(self) -> str:
        """An index name that occurs nowhere else."""
        self._fresh += 1
        return f"~{self._fresh}"

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
                    _put(result, merged, a * b)
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


def _skeleton_of(monomial: Monomial) -> tuple[tuple[int, Exponent], ...]:
    return tuple(sorted((atom.skeleton, exponent) for atom, exponent in monomial))


def accumulate(into: Polynomial, polynomial: Polynomial, factor: fmpq | None = None) -> None:
    """into += factor * polynomial."""
    for monomial, value in polynomial.items():
        _put(into, monomial, value if factor is None else value * factor)


def _put(into: Polynomial, monomial: Monomial, value: fmpq) -> None:
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
        return (degree, _skeleton_of(monomial), tuple((atom.id, e) for atom, e in monomial))

    monomial = max(polynomial, key=rank)
    return monomial, polynomial[monomial]
