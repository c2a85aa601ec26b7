"""What a sentence is made of, before any name is looked up."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivlab.notation.clauses import Clause
from derivlab.notation.sentences import Unlexed
from derivlab.symbols import Domain


@dataclass
class RangeItem:
    """`i = 1, \\dots, N`."""

    letters: list[Clause]
    clause: Clause
    upper: Clause | None


@dataclass
class MembershipItem:
    """`a, b \\in S`, or an inequality that gives names a domain; `names` stand before the clause."""

    names: list[Clause]
    clause: Clause
    mood: str


@dataclass
class EquationItem:
    """A chain of relations in its mood; `conditions` hold for its claims.

    `done` says that it was no claim, `concluding` that words such as 'then' or 'hence' stand before it,
    `let` that 'let' or 'define' do, `asserted` that the words of its sentence say that it holds, and `bound`
    are the names that they quantify. A `special` one is a special case if its name is known; words such as
    'with' have `opened` it; it is `linked` to what stands before with at most a comma between. What a `local`
    one assumes lasts for its sentence. `cases` are the other cases of a definition by cases; a `partial` one
    gives a single case.
    """

    clause: Clause
    mood: str
    conditions: list[Clause] = field(default_factory=list)
    done: bool = False
    concluding: bool = False
    let: bool = False
    special: bool = False
    opened: bool = False
    linked: bool = False
    cases: list[EquationItem] = field(default_factory=list)
    partial: bool = False
    local: bool = False
    asserted: bool = False
    bound: frozenset[str] = frozenset()


@dataclass
class MentionItem:
    """A formula without a relation, with what the words around it say of it."""

    clause: Clause
    domain: Domain | None = None
    number: bool = False
    is_index: bool = False
    is_size: bool = False


@dataclass
class InSetItem:
    """`x, y` ... 'in' ... `\\mathbb{R}^n`: a declaration in words."""

    names: list[Clause]
    space: Clause


@dataclass
class PropertyItem:
    """`J` 'is convex in' `\\theta`, `H` 'is positive semidefinite'."""

    clause: Clause
    relation: str
    by: list[Clause]
    conditions: list[Clause] = field(default_factory=list)


@dataclass
class UnlexedItem:
    """A formula that could not be cut into tokens."""

    unlexed: Unlexed


Item = RangeItem | MembershipItem | EquationItem | MentionItem | InSetItem | PropertyItem | UnlexedItem
