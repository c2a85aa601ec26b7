"""What a document says, statement by statement."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sympy import Expr, Symbol

from derivlab.errors import UnreadableError
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.plain import plain_text
from derivlab.notation.sources import Place, Source
from derivlab.notation.syntax import Node
from derivlab.symbols import Context


@dataclass(frozen=True)
class Extent:
    """Where a statement stands: offsets of its text and of its relation."""

    source: Source
    start: int
    end: int
    relation_at: int = -1

    @property
    def line(self) -> int:
        """The line of the relation; without one, of the start."""
        return self._anchor().line

    @property
    def column(self) -> int:
        """The column where the statement starts on that line (of the relation, if it starts before)."""
        first, anchor = self.source.place(self.start), self._anchor()
        return first.column if first.line == anchor.line else anchor.column

    @property
    def last(self) -> Place:
        """Line and column after the last character."""
        place = self.source.place(max(self.end - 1, self.start))
        return Place(place.line, place.column + 1)

    def _anchor(self) -> Place:
        return self.source.place(self.relation_at if self.relation_at >= 0 else self.start)


@dataclass(frozen=True)
class Statement:
    """Anything that a document says."""

    extent: Extent
    notes: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class Declared(Statement):
    """Names with a shape and a domain, or an index with its range."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class Defined(Statement):
    """A name with its value; `key` is in LaTeX."""

    key: str


@dataclass(frozen=True)
class Assumed(Statement):
    """Something taken as true from here on; `context` holds it."""

    text: str
    context: Context


@dataclass(frozen=True)
class Updated(Statement):
    """An update rule such as `\\theta \\leftarrow \\theta - \\alpha \\nabla J`; no claim."""

    text: str


@dataclass(frozen=True)
class Unread(Statement):
    """Something that is not read, with the error that says why and where."""

    error: UnreadableError
    left_text: str = ""
    right_text: str = ""


@dataclass(frozen=True)
class Equation:
    """One relation of a document, ready to be elaborated."""

    left: Node
    right: Node
    relation: str
    extent: Extent
    conditions: tuple[Node, ...] = ()
    time: str = ""
    texts: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Origin:
    """What a claim was read from: its equation, and the names known there."""

    scope: Scope
    equation: Equation
    layout: str = ""


@dataclass(frozen=True)
class StatedClaim(Statement):
    """`left relation right`, for all values of the free indices.

    Attributes:
        left, right: entries, in the indices of `indices`; both 0 where the shapes do not fit.
        context: what is known, with the ranges of the free indices.
        relation: '=', '≠', '≤', '<', '≥', '>', '⪰', '≻', 'convex', 'concave', 'strictly convex',
            'not convex', 'not concave'.
        indices: the free indices with their sizes; the last `axes` of them number the entries.
        axes: how many axes the two sides have as whole arrays.
        shape_mismatch: why the shapes do not fit; such a claim is false.
        shapes: both shapes in words, for a mismatch.
        mismatch_at: where the shapes clash.
        other_layouts: the same claim with gradients in another layout, with the layout's name.
        by: for 'convex': the names that it is convex in.
        chain: which chain of equations the claim belongs to; 0 for none.
        origin: what it was read from, so that an edited side can be read again.
    """

    left: Expr
    right: Expr
    context: Context
    relation: str = "="
    left_text: str = ""
    right_text: str = ""
    indices: tuple[tuple[Symbol, Expr], ...] = ()
    axes: int = 0
    shape_mismatch: str = ""
    shapes: tuple[str, str] = ("", "")
    mismatch_at: tuple[int, int] = (0, 0)
    other_layouts: tuple[tuple[str, StatedClaim], ...] = ()
    by: tuple[str, ...] = ()
    chain: int = 0
    origin: Origin | None = field(default=None, compare=False, repr=False)

    @property
    def reading(self) -> str:
        """What was understood, on one line."""
        if self.shape_mismatch:
            shapes = f"{self.shapes[0]} {self.relation} {self.shapes[1]}" if self.shapes_differ else ""
            return "; ".join(part for part in (shapes, *self.notes) if part)
        if self.by:
            what = f"{plain_text(self.left)} is {self.relation} in {', '.join(self.by)}"
        else:
            what = f"{plain_text(self.left)} {self.relation} {plain_text(self.right)}"
        ranges = ", ".join(f"{letter} = 1..{size}" for letter, size in self.indices)
        return "; ".join((what + (f" for all {ranges}" if ranges else ""), *self.notes))

    @property
    def shapes_differ(self) -> bool:
        """Whether the mismatch is one of the two sides' shapes (and not of an index inside)."""
        return self.shapes[0] != self.shapes[1]

    def with_notes(self, *notes: str) -> StatedClaim:
        """The claim with more readings told."""
        return replace(self, notes=self.notes + tuple(note for note in notes if note not in self.notes))


@dataclass(frozen=True)
class ChainEnds(Statement):
    """The first side of a chain `A = B = C` against its last."""

    claim: StatedClaim


@dataclass(frozen=True)
class Document:
    """All statements of a document, in the order of reading."""

    source: Source
    statements: tuple[Statement, ...]

    @property
    def claims(self) -> tuple[StatedClaim, ...]:
        """The claims that were read."""
        return tuple(one for one in self.statements if isinstance(one, StatedClaim))

    @property
    def errors(self) -> tuple[Unread, ...]:
        """What was not read."""
        return tuple(one for one in self.statements if isinstance(one, Unread))
