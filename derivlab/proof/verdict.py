"""Verdicts carry their evidence: match on the type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from typing import ClassVar

Values = Fraction | tuple["Values", ...]


@dataclass(frozen=True)
class Witness:
    """Concrete sizes and exact values at which the two sides provably differ.

    Attributes:
        sizes: each size.
        indices: each free index, counted from 1.
        values: each variable: a rational, or nested tuples in its shape.
        left, right: both sides there, as decimal numbers with their error bounds.
    """

    sizes: Mapping[str, int]
    indices: Mapping[str, int]
    values: Mapping[str, Values]
    left: str
    right: str

    def text(self) -> str:
        """One line for people."""
        parts = [f"{name} = {value}" for name, value in {**self.sizes, **self.indices}.items()]
        parts += [f"{name} = {show(value)}" for name, value in self.values.items()]
        return (
            f"{', '.join(parts)}: left {self.left}, right {self.right}"
            if parts
            else (f"left {self.left}, right {self.right}")
        )


def show(value: Values) -> str:
    """A value for people: `(1, -1/2)`."""
    if isinstance(value, tuple):
        return f"({', '.join(show(inner) for inner in value)})"
    return str(value)


def _html(verdict: str, *told: str) -> str:
    """A verdict as a notebook shows it: the word, then what it rests on."""
    lines = "".join(f"<br>{escape(line)}" for line in told if line)
    return f"<div><b>{verdict}</b>{lines}</div>"


@dataclass(frozen=True)
class Proved:
    """True for every size >= 1 and every value in the domain at which both sides are defined.

    Attributes:
        side_conditions: definedness conditions that the declared domains do not imply.
        steps_used: how much work it was.
        certificate: for an inequality, what the certificate consists of.
    """

    verdict: ClassVar[str] = "proved"
    side_conditions: tuple[str, ...] = ()
    steps_used: int = 0
    certificate: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        where = f"where {', '.join(self.side_conditions)}" if self.side_conditions else ""
        return _html(self.verdict, "for every size and every value in the domain", where)


@dataclass(frozen=True)
class Refuted:
    """False, with the witness."""

    verdict: ClassVar[str] = "refuted"
    witness: Witness
    steps_used: int = 0

    def _repr_html_(self) -> str:
        return _html(self.verdict, self.witness.text())


@dataclass(frozen=True)
class Undecided:
    """Neither proved nor refuted.

    Attributes:
        reason: why, in a sentence.
        residue: what is left of left − right in canonical form.
        tried: what was tried.
    """

    verdict: ClassVar[str] = "undecided"
    reason: str
    residue: str = ""
    tried: tuple[str, ...] = field(default=())
    steps_used: int = 0

    def _repr_html_(self) -> str:
        left = f"left over: {self.residue}" if self.residue else ""
        tried = f"tried: {', '.join(self.tried)}" if self.tried else ""
        return _html(self.verdict, self.reason, left, tried)


Verdict = Proved | Refuted | Undecided
