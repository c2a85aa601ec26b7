"""A sentence taken apart: ranges, declarations, conditions, equations, before any name is looked up."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivlab.errors import UnreadableError
from derivlab.notation.clauses import Clause, Side, Words
from derivlab.notation.moods import (
    ASSUME,
    CONDITION,
    CONVEX,
    CONVEX_IN,
    IN_SET,
    SEMIDEFINITE,
    STATE,
    STATIONARY,
    concludes,
    domain_after,
    domain_before,
    is_index_prose,
    is_size,
    mood_after,
    sets_to_zero,
)
from derivlab.notation.sentences import Sentence, Unlexed
from derivlab.notation.statements.runs import (
    ORDER,
    all_short,
    bounded_by_two,
    is_condition,
    is_space,
    part,
    range_upper,
)
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

    `done` says that it was no claim, `concluding` that words such as 'then' or 'hence' stand before it.
    """

    clause: Clause
    mood: str
    conditions: list[Clause] = field(default_factory=list)
    done: bool = False
    concluding: bool = False


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


@dataclass
class UnlexedItem:
    """A formula that could not be cut into tokens."""

    unlexed: Unlexed


Item = RangeItem | MembershipItem | EquationItem | MentionItem | InSetItem | PropertyItem | UnlexedItem
MEMBERSHIP = frozenset({"∈"})


def _text(side: Side) -> str:
    return "".join(str(token.value) for token in side.tokens)


def items_of(sentence: Sentence) -> list[Item]:
    """The items of a sentence, in the order of reading."""
    return _Collector(sentence).run()


class _Collector:
    """Walks the elements; a run is a row of clauses without words between them."""

    def __init__(self, sentence: Sentence) -> None:
        self.elements = sentence.elements
        self.items: list[Item] = []
        self.mood = STATE
        self.conditions: list[Clause] = []
        self.recent: list[Clause] = []
        self.before = ""
        self.concluding = False

    def run(self) -> list[Item]:
        at = 0
        while at < len(self.elements):
            element = self.elements[at]
            if isinstance(element, Words):
                self.words(element)
                at += 1
            elif isinstance(element, Unlexed):
                self.items.append(UnlexedItem(element))
                at += 1
            else:
                stop = at
                while stop < len(self.elements) and isinstance(self.elements[stop], Clause):
                    stop += 1
                following = self.elements[stop] if stop < len(self.elements) else None
                after = following.text if isinstance(following, Words) else ""
                clauses = [one for one in self.elements[at:stop] if isinstance(one, Clause)]
                self.clauses(clauses, after, at)
                at = stop
        return self.items

    def words(self, words: Words) -> None:
        """Words change the mood; a condition lasts for one run of clauses."""
        text = words.text.strip(" ,;:\n\t")
        if self.mood == CONDITION and text not in ("and", "or", ""):
            self.mood = STATE
        self.mood = mood_after(words.text, self.mood)
        self.concluding = self.mood == STATE and (self.concluding or concludes(words.text))
        self.before = words.text

    def clauses(self, run: list[Clause], after: str, position: int) -> None:
        pending: list[Clause] = []
        at = 0
        while at < len(run):
            clause = run[at]
            if not clause.relations:
                pending.append(clause)
                at += 1
                if clause.after != "comma":
                    self.mentions(pending, after if at == len(run) else "")
                    pending = []
                continue
            if bounded_by_two(run, at):
                letters = [part(clause, 1), *pending, part(run[at + 1], 0)]
                self.items.append(RangeItem(letters, clause, part(run[at + 1], 1)))
                at, pending = at + 2, []
                continue
            upper = range_upper(run, at)
            if upper is not None:
                stop, end = upper
                self.items.append(RangeItem([*pending, clause], clause, end))
                at = stop
            else:
                self.related(pending, clause, after if at + 1 == len(run) else "", position)
                at += 1
            pending = []
            self.before = ""
        self.mentions(pending, after)
        if self.mood == CONDITION:
            self.mood = STATE if not self._goes_on(after) else self.mood

    def _goes_on(self, after: str) -> bool:
        return after.strip(" ,;:\n\t") in ("and", "or")

    def related(self, pending: list[Clause], clause: Clause, after: str, position: int) -> None:
        """A clause with a relation."""
        first = str(clause.relations[0].value)
        if first in MEMBERSHIP or (first in ORDER and pending and all_short(pending)):
            self.items.append(MembershipItem(pending, clause, self.mood))
            return
        self.mentions(pending, "")
        linked = clause.link in (r"\forall",)
        is_range = len(clause.relations) == 2 and first in ("<", "≤")
        if (self.mood == CONDITION or linked) and is_condition(clause) and not is_range:
            self.condition(clause)
            return
        if self.mood == CONDITION and self._is_if() and first == "=":
            self.local_assumption(clause)
            return
        if len(clause.relations) == 1 and sets_to_zero(
            _text(clause.sides[0]), _text(clause.sides[1]), self.mood
        ):
            self.mood = STATIONARY
        self.items.append(EquationItem(clause, self.mood, list(self.conditions), concluding=self.concluding))
        self.recent.append(clause)

    def _is_if(self) -> bool:
        words = self.before.lower().split()
        return bool(words) and words[-1] in ("if", "when", "whenever")

    def condition(self, clause: Clause) -> None:
        """A condition behind an equation of the same row is about that equation, else about what follows."""
        last = self.items[-1] if self.items else None
        same_row = isinstance(last, EquationItem) and last.clause.display and clause.display
        if same_row and isinstance(last, EquationItem):
            last.conditions.append(clause)
        else:
            self.conditions.append(clause)

    def local_assumption(self, clause: Clause) -> None:
        self.items.append(EquationItem(clause, ASSUME))

    def mentions(self, pending: list[Clause], after: str) -> None:
        """Names without a relation: what the words before and behind say of them."""
        if not pending:
            return
        if self._in_set(pending) or self._property(pending, after):
            return
        for clause in pending:
            first = clause.sides[0].tokens[0]
            if clause.display and first.type in ("PLUS", "MUL") and self.items:
                error = UnreadableError(
                    "this goes on with a formula that words have ended",
                    hint="move the words behind the formula",
                    start=first.start_pos,
                    end=first.end_pos,
                )
                self.items.append(UnlexedItem(Unlexed(error, clause.start, clause.end)))
        before, is_number = domain_before(self.before)
        behind, number = domain_after(after)
        for clause in pending:
            item = MentionItem(
                clause, before or behind, is_number or number, is_index_prose(self.before), is_size(after)
            )
            self.items.append(item)

    def _in_set(self, pending: list[Clause]) -> bool:
        """`x` and `y` 'are vectors in' `\\mathbb{R}^n`."""
        if len(pending) != 1 or not IN_SET.search(self.before) or not is_space(pending[0]):
            return False
        names: list[Clause] = []
        while self.items and isinstance(last := self.items[-1], MentionItem):
            names.insert(0, last.clause)
            self.items.pop()
        if names:
            self.items.append(InSetItem(names, pending[0]))
        return bool(names)

    def _property(self, pending: list[Clause], after: str) -> bool:
        """`J` 'is convex in' `\\theta`."""
        if self.items and isinstance(last := self.items[-1], PropertyItem) and CONVEX_IN.search(self.before):
            last.by.extend(pending)
            return True
        convex = CONVEX.search(after[:60])
        if convex is not None and not after[: convex.start()].strip():
            denied = "not " if convex.group("not") or convex.group("never") else ""
            strict = "strictly " if convex.group("strict") else ""
            self.items.append(PropertyItem(pending[-1], denied + strict + convex.group("what"), []))
            return True
        definite = SEMIDEFINITE.search(after[:60])
        if definite is not None and not after[: definite.start()].strip():
            self.items.append(PropertyItem(pending[-1], "⪰" if definite.group("semi") else "≻", []))
            return True
        return False
