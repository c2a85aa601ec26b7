"""Recognize defined names: e^{z_i} / Σ e^{z_k} becomes ŷ_i again.

A definition d = c·a^e·m + rest is solved for one telling atom a, and a is replaced everywhere. Since
that is an identity, the result equals what it came from; whether it reads better is for the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from flint import fmpq

from derivlab.algebra import powers
from derivlab.algebra.atoms import (
    BASE,
    ENTRY,
    EXP,
    LOG,
    SUM,
    Atom,
    Polynomial,
    exact,
)
from derivlab.algebra.match import unify_atoms
from derivlab.algebra.read import Reader
from derivlab.algebra.ring import Ring
from derivlab.algebra.sums import size_of
from derivlab.algebra.transform import Transformation, rename
from derivlab.errors import OutsideClassError
from derivlab.symbols import Context, Definition

_TELLING = (EXP, BASE, LOG, SUM)  # what a definition is recognized by, in this order


@dataclass(frozen=True)
class Recognizer:
    """`atom`, for all values of the formal indices `names`, is `solved`; `kept` atoms stay."""

    atom: Atom
    names: frozenset[str]
    solved: Polynomial
    kept: tuple[Atom, ...]


def recognizer(ring: Ring, context: Context, definition: Definition) -> Recognizer | None:
    """Solve a definition for its telling atom, or None if there is none."""
    formals = tuple(f"@{k}" for k in range(len(definition.indices)))
    env = {
        symbol: (formal, size_of(size))
        for symbol, formal, size in zip(definition.indices, formals, definition.shape, strict=True)
    }
    try:
        body = Reader(ring, context).read(definition.body, env)
    except OutsideClassError:
        return None
    for kind in _TELLING:
        for monomial, value in body.items():
            for atom, exponent in monomial:
                if atom.kind == kind and set(formals) <= atom.free and _once(body, atom):
                    name = ring.of(ring.atom(ENTRY, definition.name, formals))
                    rest = {m: c for m, c in body.items() if m != monomial}
                    others = tuple((a, -e) for a, e in monomial if a is not atom)
                    solved = ring.mul(ring.sub(name, rest), {others: 1 / value})
                    solved = powers.power(ring, solved, exact(1 / Fraction(exponent)))
                    kept = tuple(a for m in body for a, _ in m if a.kind == SUM and a is not atom)
                    return Recognizer(atom, frozenset(formals), solved, kept)
    return None


def _once(body: Polynomial, atom: Atom) -> bool:
    return sum(1 for monomial in body for other, _ in monomial if other is atom) == 1


@dataclass
class _Folding(Transformation):
    """Replaces instances of the telling atom, leaves the kept sums alone."""

    found: Recognizer = field(kw_only=True)

    def atom(self, atom: Atom) -> Polynomial:
        if any(_instance(kept, atom, self.found.names) is not None for kept in self.found.kept):
            return {((atom, 1),): fmpq(1)}
        binding = _instance(self.found.atom, atom, self.found.names)
        if binding is not None:
            return rename(self.ring, self.found.solved, binding)
        return super().atom(atom)


def _instance(pattern: Atom, atom: Atom, names: frozenset[str]) -> dict[str, object] | None:
    return unify_atoms(pattern, atom, names, {})


def fold(ring: Ring, context: Context, polynomial: Polynomial, skip: str = "") -> Polynomial:
    """The polynomial in defined names, but `skip`, where each makes it shorter, later ones first."""
    for definition in reversed(context.definitions):
        if definition.name == skip:
            continue
        try:
            found = recognizer(ring, context, definition)
            if found is None:
                continue
            folded = _Folding(ring, everything=True, found=found)(polynomial)
        except OutsideClassError:
            continue
        if weight(folded) < weight(polynomial):
            polynomial = folded
    return polynomial


def weight(polynomial: Polynomial) -> int:
    """How much there is to read."""
    return sum(1 + sum(_atom_weight(atom) for atom, _ in monomial) for monomial in polynomial)


def _atom_weight(atom: Atom) -> int:
    if atom.kind == EXP:
        return 2 + sum(_atom_weight(inner) for inner, _ in atom.args[0])
    if atom.kind == SUM:
        return 2 + sum(_atom_weight(inner) for inner, _ in atom.args[2])
    if atom.kind in (BASE, LOG):
        return 2 + sum(1 + sum(_atom_weight(a) for a, _ in m) for m, _, _ in atom.args[0])
    return 1
