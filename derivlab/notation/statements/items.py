"""A sentence taken apart: ranges, declarations, conditions, equations, before any name is looked up."""

from __future__ import annotations

from derivlab.errors import UnreadableError
from derivlab.notation.clauses import Clause, Side, Words
from derivlab.notation.moods import (
    ASSUME,
    CONDITION,
    CONVEX,
    CONVEX_IN,
    IN_SET,
    LET,
    SEMIDEFINITE,
    STATE,
    STATIONARY,
    concludes,
    domain_after,
    domain_before,
    is_index_prose,
    is_size,
    mood_after,
    says_let,
    sets_to_zero,
    tail,
)
from derivlab.notation.sentences import Sentence, Unlexed
from derivlab.notation.statements.kinds import (
    EquationItem,
    InSetItem,
    Item,
    MembershipItem,
    MentionItem,
    PropertyItem,
    RangeItem,
    UnlexedItem,
)
from derivlab.notation.statements.quantifiers import note_quantifiers
from derivlab.notation.statements.runs import (
    ALSO,
    BEHIND,
    ORDER,
    OTHERWISE,
    SO,
    all_short,
    bounded_by_two,
    is_condition,
    is_space,
    negated,
    part,
    range_upper,
    same_names,
)
from derivlab.notation.statements.special import is_special, opens_special_case

MEMBERSHIP = frozenset({"∈"})


def _text(side: Side) -> str:
    return "".join(str(token.value) for token in side.tokens)


def items_of(sentence: Sentence) -> list[Item]:
    """The items of a sentence, in the order of reading."""
    items = _Collector(sentence).run()
    note_quantifiers(sentence.elements, [item for item in items if isinstance(item, EquationItem)])
    return items


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
        self.said: list[EquationItem | PropertyItem] = []  # what a condition behind it is about
        self.gaps = 0  # how many words stand behind the last of these
        self.at = 0
        self.last: Clause | None = None  # the last condition, which 'otherwise' turns around
        self.was_if = self.behind_it = self.let = self.linked = self.special = self.opened = False
        self.behind: list[Clause] = []  # conditions that stood behind a claim of this sentence

    def run(self) -> list[Item]:
        at = 0
        while at < len(self.elements):
            element, self.at = self.elements[at], at
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
        if OTHERWISE.search(words.text) and self.last is not None:
            self.otherwise(self.last)
        self.let = says_let(words.text, self.let)
        self.before = words.text
        self.linked = self.linked and text in ("and", "")
        self.gaps += text != "and"

    def otherwise(self, last: Clause) -> None:
        """The opposite of the last condition, for the claim before the word or the one behind it."""
        opposite, self.last = negated(last), None
        following = self.elements[self.at + 1] if self.at + 1 < len(self.elements) else None
        if isinstance(following, Clause) and following.relations:
            self.conditions = [one for one in self.conditions if one is not last] + [opposite]
        elif self.said:
            kept = [one for one in self.said[-1].conditions if one is not last]
            self.said[-1].conditions[:] = [*kept, opposite]

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
        behind = (
            self.mood == LET and first in ORDER and self.said and BEHIND.fullmatch(self.before.strip(" ,\n"))
        )
        if (self.mood == CONDITION or linked or behind) and is_condition(clause) and not is_range:
            self.condition(clause)
            return
        if self.mood == CONDITION and self._is_if() and first == "=":
            self.local_assumption(clause)
            return
        if len(clause.relations) == 1 and sets_to_zero(
            _text(clause.sides[0]), _text(clause.sides[1]), self.mood
        ):
            self.mood = STATIONARY
        item = EquationItem(clause, self.mood, self._holding(), concluding=self.concluding, let=self.let)
        item.linked = not self.before.strip(" ,\n")
        self.opened = item.opened = opens_special_case(self.before, self.opened)
        self.special = item.special = is_special(clause, self.before, self.special)
        self.items.append(item)
        self.claimed(item)
        if len(clause.sides) > 2 and sets_to_zero(_text(clause.sides[0]), _text(clause.sides[-1]), self.mood):
            self.mood = STATIONARY
        self.recent.append(clause)

    def _holding(self) -> list[Clause]:
        """The conditions of a claim: 'a = b for x > 0, so f is convex' keeps the x > 0."""
        follows = not SO.isdisjoint(self.before.lower().replace(",", " ").split())
        return [*self.conditions, *(self.behind if follows else ())]

    def claimed(self, item: EquationItem | PropertyItem) -> None:
        """Claims in a row share a condition behind them: `a = b` and `c = d` for `x > 0`."""
        self.said = [item] if self.gaps else [*self.said, item]
        self.gaps, self.behind_it = 0, False

    def _is_if(self) -> bool:
        words = [word for word in self.before.lower().replace(",", " ").split() if word not in ALSO]
        return bool(words) and (words[-1] in ("if", "when", "whenever") or (words == ["and"] and self.was_if))

    def condition(self, clause: Clause) -> None:
        """A condition behind an equation of the same row is about that equation, else about what follows."""
        self.last = clause if len(clause.relations) == 1 else None
        self.behind_it = self._is_behind()
        last = self.items[-1] if self.items else None
        same_row = isinstance(last, EquationItem) and last.clause.display and clause.display
        if same_row and isinstance(last, EquationItem):
            last.conditions.append(clause)
        elif self.behind_it:
            for one in self.said:
                one.conditions.append(clause)
            self.behind.append(clause)
        else:
            if not self.linked:  # 'if i = j ..., and if i ≠ j', but not 'if a = b and b > 0'
                self.conditions = [one for one in self.conditions if not same_names(one, clause)]
            self.conditions.append(clause)
        self.linked = True

    def _is_behind(self) -> bool:
        """Whether a condition is about what stands before it: 'a = b for x > 0', with nothing in between.

        Behind a comma it is, unless another claim follows: 'a = b, and for x > 0, c = d'.
        """
        words = self.before.strip()
        if words == "and" and self.behind_it:
            return True
        if self.said and isinstance(self.said[-1], PropertyItem) and self.gaps == 0:
            last = words.split()[-1:]  # 'is convex for'
            return bool(last) and BEHIND.fullmatch(last[0]) is not None
        if words[:1].isupper():
            return False  # a new sentence behind a display without a full stop
        if not self.said or self.gaps != 1 or not BEHIND.fullmatch(words.lstrip(", ")):
            return False
        following = (one for one in self.elements[self.at + 1 :] if isinstance(one, Clause))
        return words[:1] != "," or not any(one.relations and not is_condition(one) for one in following)

    def local_assumption(self, clause: Clause) -> None:
        item, self.was_if = EquationItem(clause, ASSUME, local=True), True
        self.behind_it = self._is_behind()
        place = self.items.index(self.said[0]) if self.behind_it else len(self.items)
        self.items.insert(place, item)

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
        if len(pending) != 1 or not IN_SET.search(tail(self.before)) or not is_space(pending[0]):
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
        if (
            self.items
            and isinstance(last := self.items[-1], PropertyItem)
            and CONVEX_IN.search(tail(self.before))
        ):
            last.by.extend(pending)
            return True
        convex = CONVEX.search(after[:60])
        if convex is not None and not after[: convex.start()].strip():
            denied = "not " if convex.group("not") or convex.group("never") else ""
            strict = "strictly " if convex.group("strict") else ""
            self._stated(PropertyItem(pending[-1], denied + strict + convex.group("what"), []))
            return True
        definite = SEMIDEFINITE.search(after[:60])
        if definite is not None and not after[: definite.start()].strip():
            self._stated(PropertyItem(pending[-1], "⪰" if definite.group("semi") else "≻", []))
            return True
        return False

    def _stated(self, item: PropertyItem) -> None:
        item.conditions.extend(self._holding())
        self.items.append(item)
        self.claimed(item)
        self.gaps = -1  # its own words, 'is convex', follow
