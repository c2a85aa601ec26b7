"""The names that a document has introduced so far, and the context that they make up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sympy import Expr, Integer, Symbol

from derivlab.notation.elaboration.entries import Dim, Entry, Function
from derivlab.notation.elaboration.identifiers import plain
from derivlab.notation.elaboration.inverted import Inverted, ties
from derivlab.symbols import Context, Definition, Domain, Variable, names_in

MAX_SIZE = 1_000_000


@lru_cache(maxsize=4096, typed=True)
def _same(expr: Expr) -> Expr:
    """One object for equal expressions: what is looked up often is then compared by identity."""
    return expr


@dataclass
class Scope:
    """Grows as a document is read; `context()` is what has been read so far.

    Attributes:
        entries: by key.
        ranges: index letters with a range said in words, e.g. `i = 1, \\dots, N`.
        fixed: index letters declared by 'for a fixed index m'.
        implicit: shapes of arguments of functions, for those that are used without a declaration.
        stated: the assumptions that prose made.
        signatures: for `f: \\mathbb{R}^n \\to \\mathbb{R}` the shape of f's argument.
        sizes: letters that the definition being read uses as bounds of sums.
        broken: names whose definition was not read, with its line.
        compounds: names of two letters that the document introduces, `dP := ...`.
        renewed: names that got another value, with its place.
        direct: for each defined name the names in its value.
        section: behind how many headings the present sentence stands.
        restated: names that were declared again as what they are, with the last section that did so.
        declared: the domains of variables as they were declared.
        sequences: how many members x_1, ..., x_N has, before it is said what they are.
        shadowed: families of which a name stands for another vector by now.
        loose: assumptions that may hold no longer.
        inverses: by the name of a matrix, or by the value that was written out.
        loosened: names of which this sentence leaves open what still holds, with words that tell so.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    ranges: dict[str, Dim] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)
    definitions: dict[str, Definition] = field(default_factory=dict)
    assumptions: list[tuple[Expr, Expr]] = field(default_factory=list)
    positive: list[Expr] = field(default_factory=list)
    stated: set[tuple[Expr, Expr]] = field(default_factory=set)
    least: dict[str, int] = field(default_factory=dict)
    definite: dict[str, None] = field(default_factory=dict)
    unread: dict[tuple[str, str], None] = field(default_factory=dict)
    implicit: dict[str, tuple[Dim, ...]] = field(default_factory=dict)
    signatures: dict[str, tuple[Dim, ...]] = field(default_factory=dict)
    sizes: frozenset[str] = frozenset()
    broken: dict[str, int] = field(default_factory=dict)
    decorated: set[str] = field(default_factory=set)
    compounds: set[str] = field(default_factory=set)
    renewed: dict[str, int] = field(default_factory=dict)
    direct: dict[str, frozenset[str]] = field(default_factory=dict)
    section: int = 0
    restated: dict[str, int] = field(default_factory=dict)
    declared: dict[str, Domain] = field(default_factory=dict)
    sequences: dict[str, Dim] = field(default_factory=dict)
    shadowed: dict[str, Entry] = field(default_factory=dict)
    loose: dict[tuple[Expr, Expr], None] = field(default_factory=dict)
    loosened: set[tuple[str, str]] = field(default_factory=set)
    inverses: dict[str | Expr, Inverted] = field(default_factory=dict)
    _taken: dict[str, str] = field(default_factory=dict)
    _variables: dict[str, Variable] = field(default_factory=dict)
    _former: dict[str, Variable] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)
    _context: Context | None = None

    def copy(self) -> Scope:
        """The names known now, apart from what is read later."""
        own: dict[str, Any] = {
            name: type(value)(value) for name, value in vars(self).items() if isinstance(value, dict | set)
        }
        return replace(self, **own, assumptions=list(self.assumptions), positive=list(self.positive))

    def lookup(self, key: str) -> Entry | None:
        return self.entries.get(key)

    def add(self, entry: Entry) -> Entry:
        """Introduce a name; a later one of the same key takes its place."""
        self._context = None
        node = entry.array if entry.node is None and entry.kind != "function" else entry.node
        entry = replace(entry, node=node, section=self.section if entry.section < 0 else entry.section)
        self.entries[entry.key] = entry
        former = self._variables.pop(entry.key, None)
        if former is not None and former.name != entry.name:
            self._former[former.name] = former  # what was said with it stays said of it
        if entry.kind == "variable":
            self._variables[entry.key] = Variable(entry.name, entry.shape, entry.domain, entry.key)
        bare = re.match(r"(\\?[a-zA-Z]+(?:\{.*?\}+)?)[_^']", entry.key)
        if bare:
            self.decorated.add(bare.group(1))
        return entry

    def identifier(self, key: str, fresh: bool = False) -> str:
        """A plain name for a key, one of its own: `\\hat{y}` is `yhat`; a `fresh` one was never used."""
        if key in self._taken and not fresh:
            return self._taken[key]
        stem, number = plain(key), 1
        name = stem.replace("_bold", "")
        name = stem if name in self._names else name
        while name in self._names:
            number += 1
            name = f"{stem}{number}"
        self._taken[key] = name
        self._names.add(name)
        return name

    def define(self, definition: Definition) -> None:
        """Add a definition; one of the same name that stood before it is replaced."""
        self._context = None
        self.definitions.pop(definition.name, None)
        self.definitions[definition.name] = definition
        self.direct[definition.name] = frozenset(names_in(definition.body))

    def rebind(self, definition: Definition) -> None:
        """A variable that values use already gets its own value: they follow it.

        The value must not depend on the variable.
        """
        self.define(definition)
        pending, done = dict(self.definitions), dict[str, Definition]()
        while pending:
            for name in [n for n in pending if not self.direct[n] & (pending.keys() - {n})]:
                done[name] = pending.pop(name)
        self.definitions = done

    def depends(self, name: str) -> frozenset[str]:
        """All names that the value of a defined name depends on, itself excluded."""
        found: set[str] = set()
        stack = list(self.direct.get(name, ()))
        while stack:
            here = stack.pop()
            if here not in found:
                found.add(here)
                stack.extend(self.direct.get(here, ()))
        return frozenset(found)

    def is_taken(self, name: str) -> bool:
        """Whether some name of the document already has this plain name."""
        return name in self._names

    def assume(self, left: Expr, right: Expr) -> None:
        self._context = None
        self.assumptions.append((_same(left), _same(right)))

    def assume_once(self, left: Expr, right: Expr) -> None:
        """Assume what prose says, however often it says it."""
        if (left, right) not in self.stated:
            self.stated.add((left, right))
            self.assume(left, right)

    def forget(self, conditions: Sequence[tuple[Expr, ...]]) -> None:
        """Assumptions, and what was taken as positive, that held for a while."""
        if conditions:
            self._context = None
            self.stated.difference_update(conditions)
            self.assumptions = [pair for pair in self.assumptions if pair not in conditions]
            self.positive = [expr for expr in self.positive if (expr,) not in conditions]

    def assume_positive(self, expr: Expr) -> None:
        self._context = None
        self.positive.append(_same(expr))

    def add_inverse(self, key: str | Expr, tied: Inverted) -> None:
        """The inverse of a matrix, and the name that stands for a matrix that was written out."""
        self._context = None
        self.inverses[key] = tied
        new = (tied.inverse, tied.matrix) if tied.record.value is not None else (tied.inverse,)
        for one in new if tied.determinant is None else (*new, tied.determinant):
            self._variables[one.latex or one.name] = one

    def assume_definite(self, name: str) -> None:
        """A symmetric matrix is positive definite, or each member of a family."""
        self._context = None
        self.definite[name] = None

    def loosen(self, key: str, words: str = "") -> None:
        """What was said of a variable holds no longer; or, if `words` tell what, maybe not."""
        entry = self.entries[key]
        pairs = [pair for pair in self.assumptions if any(entry.name in names_in(expr) for expr in pair)]
        positive = [(expr,) for expr in self.positive if entry.name in names_in(expr)]
        domain = self.declared.get(key, entry.domain)
        beyond = bool(positive or entry.name in self.definite or domain != entry.domain)
        self.forget([*pairs, *positive])
        self.definite.pop(entry.name, None)
        if domain != entry.domain:
            self.add(replace(entry, domain=domain, node=None))
        if words:
            self.loose.update(dict.fromkeys(pairs))
            self.loosened.add((key, words))
        if beyond and words:
            self.note_unread(entry.name, words)

    def settle_loosened(self) -> None:
        """Of a name of which something is said again, all is said."""
        for key, words in self.loosened:
            entry = self.entries[key]
            names = {name for pair in self.assumptions for side in pair for name in names_in(side)}
            again = entry.name in names or entry.name in self.definite
            if again or entry.domain != self.declared.get(key, entry.domain):
                self.unread.pop((entry.name, words), None)
                kept = [pair for pair in self.loose if not any(entry.name in names_in(one) for one in pair)]
                self.loose, self._context = dict.fromkeys(kept), None
        self.loosened.clear()

    def note_unread(self, name: str, words: str) -> None:
        """Something is said of a name that cannot be used."""
        self._context = None
        self.unread[name, words] = None

    def read_after_all(self, unread: Iterable[tuple[str, str]]) -> None:
        for one in unread:
            self.unread.pop(one, None)
            self._context = None

    def reset(
        self, definite: dict[str, None], unread: dict[tuple[str, str], None], domains: dict[str, Domain]
    ) -> None:
        """What was known before something held for a while."""
        self.definite, self.unread, self._context = definite, unread, None
        for key, domain in domains.items():
            self.add(replace(self.entries[key], domain=domain, node=None))

    def assume_least(self, name: str, least: int) -> None:
        """A size is at least that large from here on."""
        self._context = None
        self.least[name] = max(self.least.get(name, 1), least)

    def dimension(self, key: str, place: int = 0) -> Symbol:
        """The dimension of that key, introduced if it is new; in place of another section's name."""
        entry = self.entries.get(key)
        if entry is None or (entry.kind != "dimension" and self.is_old(entry)):
            name = self.identifier(key, fresh=entry is not None)
            entry = self.add(Entry(key, name, "dimension", place=place))
        return entry.array

    def whole_value(self, entry: Entry) -> Integer | None:
        """The number of a size that a name was given: 'let K = 3'."""
        found = self.definitions.get(entry.name) if entry.kind == "defined" and not entry.shape else None
        body = found.body if found is not None else None
        return body if isinstance(body, Integer) and 0 < body <= MAX_SIZE else None

    def is_old(self, entry: Entry) -> bool:
        """Whether a name was introduced in an earlier section."""
        return entry.section < self.section

    def of_kind(self, *kinds: str) -> Iterator[Entry]:
        return (entry for entry in self.entries.values() if entry.kind in kinds)

    def former(self) -> tuple[Variable, ...]:
        """Variables whose names stand for something else by now."""
        return tuple(self._former.values())

    def context(self) -> Context:
        """Variables, definitions and assumptions so far."""
        if self._context is None:
            inverses, definite = ties(self.inverses.values(), self.assumptions, self.definite)
            self._context = Context(
                (*self._former.values(), *self._variables.values()),
                tuple(self.definitions.values()),
                tuple(self.assumptions),
                (),
                tuple(self.positive),
                tuple(sorted(self.least.items())),
                (*self.definite, *definite),
                tuple(self.unread),
                tuple(self.loose),
                inverses,
            )
        return self._context


__all__ = ["Dim", "Entry", "Function", "Scope"]
