"""One relation of a chain, and what can be seen of it alone."""

from __future__ import annotations

from dataclasses import dataclass

from derivlab.errors import ShapeError, UnreadableError
from derivlab.notation.clauses import Clause
from derivlab.notation.moods import LET, SETTING, STATIONARY
from derivlab.notation.statements.kinds import EquationItem
from derivlab.notation.statements.model import Extent, StatedClaim, Statement, Unread


@dataclass(eq=False)
class Unit:
    """One relation of a chain; `noted` is what its first, failed reading left as unread."""

    item: EquationItem
    position: int
    chain: int
    noted: tuple[tuple[str, str], ...] = ()

    @property
    def clause(self) -> Clause:
        return self.item.clause

    @property
    def relation(self) -> str:
        return str(self.clause.relations[self.position].value)


def does_not_fit(one: Statement) -> bool:
    """Whether shapes stand in the way."""
    if isinstance(one, StatedClaim):
        return bool(one.shape_mismatch)
    return isinstance(one, Unread) and isinstance(one.error, ShapeError)


def placed(error: UnreadableError, extent: Extent) -> UnreadableError:
    """The error at the whole statement, if it knows no place of its own."""
    return error.at(extent.start, extent.end) if error.end <= extent.start else error


def sets_last_to_zero(item: EquationItem) -> bool:
    """'Setting dJ/dw = ... = 0': the first equations are claims, the last one is no more than a wish."""
    sides = item.clause.sides
    if len(sides) < 3 or "".join(str(token.value) for token in sides[-1].tokens) != "0":
        return False
    return item.mood in (SETTING, STATIONARY, LET)
