"""Definedness conditions: what must hold for a written expression to have a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sympy import Expr

from derivlab.algebra import signs
from derivlab.algebra.atoms import VALUE, Index, Polynomial
from derivlab.algebra.ring import Ring


@dataclass(frozen=True)
class Condition:
    """`polynomial` is positive, nonnegative or nonzero; or `shown` is defined.

    Attributes:
        kind: "positive", "nonnegative", "nonzero", "kink" (a derivative avoids 0) or "defined".
        polynomial: the quantity, in the ring's names.
        shown: the SymPy expression that a person wrote.
        names: bound index names in the polynomial: the condition holds for each of their values.
        jump: of a kink: where it is 0, the kink does not matter.
        guarded: it stands in one case of several, so it is not known to hold in the others.
    """

    kind: str
    polynomial: Polynomial
    shown: Expr
    names: frozenset[str]
    guarded: bool = False
    jump: Polynomial | None = None

    def __hash__(self) -> int:
        return hash((self.kind, self.shown))

    def implied(self, ring: Ring) -> bool:
        """Whether the declared domains already imply it."""
        known = signs.sign(ring, self.polynomial) if self.polynomial else signs.UNKNOWN
        if self.kind == "positive":
            return known == signs.POSITIVE
        if self.kind == "nonnegative":
            return not self.polynomial or known >= signs.NONNEGATIVE
        if self.kind in ("nonzero", "kink"):
            return bool(self.polynomial) and signs.nonzero(ring, self.polynomial)
        return False

    def impossible(self, ring: Ring) -> bool:
        """Whether a sign fails wherever it is defined: then the expression never has a value."""
        if not self.polynomial:
            return self.kind == "positive"
        below = signs.sign(ring, ring.scale(self.polynomial, -1))
        if self.kind == "positive":
            return below >= signs.NONNEGATIVE
        return self.kind == "nonnegative" and below == signs.POSITIVE

    def renamed(self, ring: Ring, names: Mapping[str, Index]) -> Condition:
        """The condition for other index terms."""
        from derivlab.algebra.transform import rename

        left = frozenset(n for n in self.names if n not in names)
        added = frozenset(str(n) for n in names.values() if isinstance(n, str) and n[:1] in "~#@")
        jump = None if self.jump is None else rename(ring, self.jump, names)
        return replace(self, polynomial=rename(ring, self.polynomial, names), names=left | added, jump=jump)

    def state(self, ring: Ring) -> None:
        """Use the condition as a fact: both sides are only compared where it holds."""
        if self.guarded or not self.polynomial or self._by_position():
            return
        if self.kind == "positive":
            signs.state(ring, self.polynomial, self.names, signs.POSITIVE)
        elif self.kind == "nonnegative":
            signs.state(ring, self.polynomial, self.names, signs.NONNEGATIVE)
        elif self.kind == "nonzero":
            signs.state_nonzero(ring, self.polynomial, self.names)
        elif self.kind == "kink" and self.jump is not None:
            signs.state_kink(ring, self.polynomial, self.jump, self.names)

    def _by_position(self) -> bool:
        """Whether it speaks of an index as a number: then it is no fact for another range."""
        return any(atom.kind == VALUE for monomial in self.polynomial for atom, _ in monomial)

    def text(self) -> str:
        """For people: `x[k] > 0`."""
        signs_of = {"positive": "> 0", "nonnegative": ">= 0", "defined": "is defined"}
        signs_of |= {"nonzero": "!= 0", "kink": "!= 0"}
        return f"{self.shown} {signs_of[self.kind]}"
