"""Reads one answer with the names of the problem known, and finds the chains that answer the question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from sympy import Expr, Symbol

from derivlab.errors import UnreadableError
from derivlab.grading.asking import Asked, is_asked
from derivlab.grading.problem import Given, copied
from derivlab.notation import Extent, Source, StatedClaim, Statement, Unread, Updated
from derivlab.notation.elaboration.names import full_key, spelling
from derivlab.notation.elaboration.scope import Entry, Scope
from derivlab.notation.rawtokens import read_macros
from derivlab.notation.regions import Pages
from derivlab.notation.sentences import Sentence, sentences
from derivlab.notation.statements.claims import claim_of
from derivlab.notation.statements.equations import Equations
from derivlab.notation.statements.model import Equation
from derivlab.notation.statements.reader import Reader
from derivlab.notation.statements.sets import Space
from derivlab.notation.statements.targets import Target, letters_in
from derivlab.notation.statements.units import Unit
from derivlab.notation.syntax import Node
from derivlab.symbols import REAL, Partial, free_symbols, index, substitute

MAX_STATEMENTS = 400
# Marks around a relation or a result, which say nothing themselves: `=` with a reason above it, a box.
LAYOUT = read_macros(
    r"\newcommand{\stackrel}[2]{#2} \newcommand{\overset}[2]{#2} \newcommand{\underset}[2]{#2}"
    r" \newcommand{\boxed}[1]{#1} \newcommand{\fbox}[1]{#1} \newcommand{\underbracket}[1]{#1}"
)


@dataclass(frozen=True)
class Final:
    """A chain from what is asked for to its last side.

    Attributes:
        claim: what was asked for = the last side of the chain.
        names: how the indices of the target are called in it.
        sides: the sides between the two, as claims whose right side each is.
    """

    claim: StatedClaim
    names: dict[Symbol, Symbol]
    sides: tuple[StatedClaim, ...]


@dataclass(frozen=True)
class Answered:
    """An answer as it was read.

    Attributes:
        statements: everything it says, in order.
        runs: claims that follow each other in one chain of `=`.
        finals: the chains that start with what was asked for.
        scope: the names after the last line.
        cut: whether it was too long to be read to its end.
        by_cases: whether what was asked for is claimed under a condition.
        formulas: whether there is any formula.
    """

    statements: tuple[Statement, ...]
    runs: tuple[tuple[StatedClaim, ...], ...]
    finals: tuple[Final, ...]
    scope: Scope
    cut: bool = False
    by_cases: bool = False
    formulas: bool = True


def read_answer(
    source: Source, pages: Pages, given: Given, asked: Asked | None, scope: Scope | None = None
) -> Answered:
    """Everything that an answer states, in the names of the problem; `scope` may hold more names."""
    reader = AnswerReader(source, pages, given, asked, scope)
    statements: list[Statement] = []
    cut = False
    for statement in reader.statements():
        if len(statements) == MAX_STATEMENTS:
            cut = True
            break
        statements.append(statement)
    statements += [] if cut else list(_passed_over(source, pages, statements))
    formulas = any(piece.kind in ("inline", "display") for piece in pages.pieces)
    return Answered(
        tuple(statements),
        tuple(reader.runs),
        tuple(reader.finals),
        reader.scope,
        cut,
        reader.by_cases,
        formulas,
    )


def _passed_over(source: Source, pages: Pages, statements: list[Statement]) -> Iterator[Unread]:
    """Displayed formulas with an equals sign of which nothing was read: they may hold the answer."""
    for piece in pages.pieces:
        if piece.kind != "display" or "=" not in source.text[piece.start : piece.end]:
            continue
        if not any(one.extent.start < piece.end and one.extent.end > piece.start for one in statements):
            error = UnreadableError("this formula is not read as an equation", hint="write it as $A = B$")
            text = source.text[piece.start : piece.end].strip()[:200]
            yield Unread(Extent(source, piece.start, piece.end), error, text)


class _Equations(Equations):
    """Keeps the syntax of both sides of each claim, so that the two ends of a chain can be compared."""

    def __init__(self, scope: Scope, source: Source) -> None:
        super().__init__(scope, source)
        self.written: dict[tuple[int, int], tuple[Node, Node, str]] = {}
        self.updated: list[tuple[Unit, str]] = []
        self.conditional: set[tuple[int, int]] = set()
        self.given = frozenset(scope.entries)

    def may_renew(self, target: Target) -> bool:
        """What the problem gives keeps its value: an answer that writes it down again states it."""
        return target.key not in self.given

    def with_members(self, unit: Unit, extent: Extent, first: list[Statement]) -> list[Statement]:
        """An answer means the names of the problem."""
        return first

    def infer(self, unit: Unit) -> list[Statement]:
        """Nothing is added to what is given."""
        return []

    def forget(self) -> None:
        """What an answer assumes, be it in one sentence, is kept: it is held against the problem."""

    def read(self, unit: Unit) -> list[Statement]:
        found = super().read(unit)
        if any(isinstance(one, Updated) for one in found):
            self.updated.append((unit, self.time))
        return found

    def claim(self, unit: Unit, left: Node, right: Node, relation: str, extent: Extent) -> StatedClaim:
        self.written[extent.start, extent.end] = left, right, self.time
        if unit.item.conditions:
            self.conditional.add((extent.start, extent.end))
        return super().claim(unit, left, right, relation, extent)


class AnswerReader(Reader):
    """A reader whose scope starts with the names of the problem."""

    def __init__(
        self, source: Source, pages: Pages, given: Given, asked: Asked | None, scope: Scope | None
    ) -> None:
        super().__init__(source, pages)
        self.given, self.asked = given, asked
        self.scope = copied(scope or given.scope)
        self.by_cases = False
        self.written = _Equations(self.scope, source)
        self.equations = self.written
        self.runs: list[tuple[StatedClaim, ...]] = []
        self.finals: list[Final] = []

    def statements(self) -> Iterator[Statement]:
        """The statements; the student's abbreviations reach the student's text only."""
        macros = {**LAYOUT, **self.given.macros, **read_macros(self.pages.text)}
        for sentence in sentences(self.pages, macros):
            yield from self.sentence(sentence)

    def declare(self, node: Node, space: Space) -> str:
        """A declaration that repeats what is given changes nothing, not even of what was defined."""
        spelled = spelling(node)
        known = None if spelled is None else self.scope.lookup(full_key(replace(spelled, sub=None)))
        if known is not None and known is self.given.scope.lookup(known.key) and _repeats(known, space):
            return known.key
        if known is not None and known.kind == "defined" and known is self.given.scope.lookup(known.key):
            raise UnreadableError(
                f"what is said here of the values of `{known.key}` is not checked",
                hint="leave it out, or write an inequality",
                start=node.start,
                end=node.end,
            )
        return super().declare(node, space)

    def sentence(self, sentence: Sentence) -> list[Statement]:
        self.written.written, self.written.updated = {}, []
        found = super().sentence(sentence)
        if self.asked is not None:
            for unit, time in self.written.updated:
                self.finals += self.updated(unit, time, self.asked)
        for run in runs_of(found):
            self.runs.append(run)
            final = None if self.asked is None else self.final(run, self.asked)
            if final is not None:
                self.finals.append(final)
        return found

    def final(self, run: tuple[StatedClaim, ...], asked: Asked) -> Final | None:
        """The part of a chain that starts with what was asked for, to its end."""
        for at, claim in enumerate(run):
            names = self.names(claim, asked, lambda one: one.left)
            if names is not None:
                return self.named(self.between(claim, run[-1]), names, run[at:-1], asked)
        names = self.names(run[-1], asked, lambda one: one.right)
        if names is None:
            first = run[0].extent
            if (first.start, first.end) in self.written.conditional:
                self.by_cases |= self.names_of_whole(run[0], asked, lambda one: one.left) is not None
            return None
        return self.named(self.between(run[-1], run[0], turned=True), names, run[:-1], asked)

    def named(
        self,
        ends: StatedClaim | None,
        names: dict[Symbol, Symbol],
        sides: tuple[StatedClaim, ...],
        asked: Asked,
    ) -> Final | None:
        """The chain's ends with the target's indices as they are called there."""
        if ends is None:
            return None
        again = None if ends.shape_mismatch else is_asked(ends.left, ends.context, asked)
        return Final(ends, names if again is None else dict(again), sides)

    def names(
        self, claim: StatedClaim, asked: Asked, side: Callable[[StatedClaim], Expr]
    ) -> dict[Symbol, Symbol] | None:
        if claim.shape_mismatch:
            return self.names_of_whole(claim, asked, side)
        found = is_asked(side(claim), claim.context, asked)
        return None if found is None else dict(found)

    def names_of_whole(
        self, claim: StatedClaim, asked: Asked, side: Callable[[StatedClaim], Expr]
    ) -> dict[Symbol, Symbol] | None:
        """A side of a claim whose shapes do not fit, read alone: the claim is about it all the same."""
        written = self.written.written.get((claim.extent.start, claim.extent.end))
        if written is None:
            return None
        left, right, time = written
        node = left if side(replace(claim, left=Symbol("l"), right=Symbol("r"))) == Symbol("l") else right
        try:
            alone = claim_of(self.scope, Equation(node, node, "=", claim.extent, (), time))
        except UnreadableError:
            return None
        found = None if alone.shape_mismatch else is_asked(alone.left, alone.context, asked)
        return None if found is None else dict(found)

    def updated(self, unit: Unit, time: str, asked: Asked) -> list[Final]:
        """`\\theta \\leftarrow B` where what was asked for is what θ becomes: the result is B."""
        clause = unit.clause
        if asked.target.func is Partial or any(one.value not in ("=", ":=", "←") for one in clause.relations):
            return []
        try:
            spelled, node = spelling(clause.sides[0].parse()), clause.sides[-1].parse()
            entry = None if spelled is None else self.scope.lookup(spelled.key)
            if spelled is None or entry is None or entry.name not in _names(asked.target):
                return []
            extent = self.equations.extent(unit)
            texts = self.equations.texts(unit)
            alone = claim_of(self.scope, Equation(node, node, "=", extent, (), time, texts))
        except UnreadableError:
            return []
        letters = [index(letter) for letter in letters_in(self.scope, spelled.sub) or ()]
        letters = letters or [symbol for symbol, _ in alone.indices[len(alone.indices) - alone.axes :]]
        if alone.shape_mismatch or len(letters) != len(asked.indices):
            return []
        names = dict(zip(asked.indices, letters, strict=True))
        return [Final(replace(alone, left=substitute(asked.target, names)), names, ())]

    def between(self, first: StatedClaim, last: StatedClaim, turned: bool = False) -> StatedClaim | None:
        """What was asked for = the other end of the chain, for all values of the free indices."""
        if first is last and not turned:
            return first
        from_, to = (self.written.written.get((one.extent.start, one.extent.end)) for one in (first, last))
        if from_ is None or to is None:
            return None
        (left, right), texts = (from_[0], to[1]), (first.left_text, last.right_text)
        if turned:
            (left, right), texts = (from_[1], to[0]), (first.right_text, last.left_text)
        try:
            return claim_of(self.scope, Equation(left, right, "=", last.extent, (), from_[2], texts))
        except UnreadableError:
            return None


def runs_of(statements: list[Statement]) -> Iterator[tuple[StatedClaim, ...]]:
    """Claims of equations that follow each other: the right side of one is the left side of the next."""
    claims = [one for one in statements if isinstance(one, StatedClaim) and one.relation == "="]
    run: list[StatedClaim] = claims[:1]
    for before, claim in pairwise(claims):
        if not (before.chain and before.chain == claim.chain):
            yield tuple(run)
            run = []
        run.append(claim)
    if run:
        yield tuple(run)


def _repeats(known: Entry, space: Space) -> bool:
    """Whether a declaration says of a given name what is known of it: its shape, and real entries."""
    plain = space.domain == REAL and not space.simplex and not space.natural and space.range_to is None
    return plain and known.kind in ("variable", "defined") and known.shape[known.family :] == space.shape


def _names(expr: Expr) -> frozenset[str]:
    return frozenset(symbol.name for symbol in free_symbols(expr))
