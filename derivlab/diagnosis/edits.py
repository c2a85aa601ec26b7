"""One way to repair a written side."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from derivlab.notation.syntax import Node


@dataclass(frozen=True)
class Edit:
    """A repair to try.

    Attributes:
        kind: the name of the error kind.
        repaired: the whole side after the edit.
        where: the piece of the written side that is wrong (all of it, or one term or factor).
        detail: what is missing, too much or expected, for the message.
        parts: the single edits of a combined one.
        missing: the factor that is missing, in the indices of its place.
    """

    kind: str
    repaired: Node
    where: Node
    detail: Node | None = None
    parts: tuple[Edit, ...] = ()
    missing: Expr | None = None
