"""The names that a document has introduced so far, and the context that they make up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sympy import Expr, IndexedBase, Symbol

from derivlab.notation.syntax import Node
from derivlab.symbols import REAL, Context, Definition, Domain, Variable, dimension, names_in

Dim: TypeAlias = Any  # a symbol or an integer of SymPy


@dataclass(frozen=True)
class Function:
    """A function that the document defines: `f(x) = ...`, or `f(x)_i = ...` with result indices.

    Attributes:
        formals: the keys of the formal arguments.
        body: the right-hand side.
        letters: the index letters on the left, e.g. ("i",).
        definition: the name also stands for its value at the declared names of its arguments.
    """

    formals: tuple[str, ...]
    body: Node
    letters: tuple[str, ...] = ()
    stands: bool = False


@dataclass(frozen=True)
class Entry:
    """What a name stands for.

    Attributes:
        key: the name in LaTeX, e.g. `\\hat{y}`.
        name: the name in SymPy, e.g. `yhat`.
        kind: dimension, variable, defined, function or index.
        shape: one size an axis.
        domain: for variables.
        family: how many leading axes number the members of a family.
        raised: the first index is written as a superscript, `x^{(i)}`.
        row: a defined row vector.
        by_entries: introduced by its entries (`p_i = ...`), so that a bold p may be the whole.
        place: where it was introduced.
    """

    key: str
    name: str
    kind: str
    shape: tuple[Dim, ...] = ()
    domain: Domain = REAL
    family: int = 0
    raised: bool = False
    row: bool = False
    by_entries: bool = False
    function: Function | None = None
    place: int = 0
    node: Symbol | IndexedBase | None = None

    @property
    def array(self) -> Symbol | IndexedBase:
        """The SymPy node: a symbol, or the array of the entries."""
        if self.node is not None:
            return self.node
        if self.kind == "dimension":
            return dimension(self.name)
        return Variable(self.name, self.shape, self.domain).node


@dataclass
class Scope:
    """Grows as a document is read; `context()` is what has been read so far.

    Attributes:
        entries: by key.
        ranges: index letters with a range said in words, e.g. `i = 1, \\dots, N`.
        fixed: index letters declared by 'for a fixed index m'.
        implicit: shapes of arguments of functions, for those that are used without a declaration.
        signatures: for `f: \\mathbb{R}^n \\to \\mathbb{R}` the shape of f's argument.
        sizes: letters that the definition being read uses as bounds of sums.
        broken: names whose definition was not read, with its line.
        direct: for each defined name the names in its value.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    ranges: dict[str, Dim] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)
    definitions: dict[str, Definition] = field(default_factory=dict)
    assumptions: list[tuple[Expr, Expr]] = field(default_factory=list)
    positive: list[Expr] = field(default_factory=list)
    least: dict[str, int] = field(default_factory=dict)
    implicit: dict[str, tuple[Dim, ...]] = field(default_factory=dict)
    signatures: dict[str, tuple[Dim, ...]] = field(default_factory=dict)
    sizes: frozenset[str] = frozenset()
    broken: dict[str, int] = field(default_factory=dict)
    decorated: set[str] = field(default_factory=set)
    direct: dict[str, frozenset[str]] = field(default_factory=dict)
    _taken: dict[str, str] = field(default_factory=dict)
    _variables: dict[str, Variable] = field(default_factory=dict)
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
        if entry.node is None and entry.kind != "function":
            entry = replace(entry, node=entry.array)
        self.entries[entry.key] = entry
        self._variables.pop(entry.key, None)
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
        self.assumptions.append((left, right))

    def forget(self, assumptions: list[tuple[Expr, Expr]]) -> None:
        """Assumptions that held for a while."""
        if assumptions:
            self._context = None
            self.assumptions = [pair for pair in self.assumptions if pair not in assumptions]

    def assume_positive(self, expr: Expr) -> None:
        self._context = None
        self.positive.append(expr)

    def assume_least(self, name: str, least: int) -> None:
        """A size is at least that large from here on."""
        self._context = None
        self.least[name] = max(self.least.get(name, 1), least)

    def dimension(self, key: str, place: int = 0) -> Symbol:
        """The dimension of that key, introduced if it is new."""
        entry = self.entries.get(key)
        if entry is None:
            entry = self.add(Entry(key, self.identifier(key), "dimension", place=place))
        return entry.array

    def of_kind(self, *kinds: str) -> Iterator[Entry]:
        return (entry for entry in self.entries.values() if entry.kind in kinds)

    def context(self) -> Context:
        """Variables, definitions and assumptions so far."""
        if self._context is None:
            self._context = Context(
                tuple(self._variables.values()),
                tuple(self.definitions.values()),
                tuple(self.assumptions),
                (),
                tuple(self.positive),
                tuple(sorted(self.least.items())),
            )
        return self._context


FONT = re.compile(r"\\math(bf|cal|bb)\{([^{}]*)\}")
ACCENT = re.compile(r"\\(hat|tilde|bar|dot|ddot|check|breve|underline|ring|acute|grave)\{([^{}]*)\}")


def plain(key: str) -> str:
    """A name of letters, digits and underscores for a LaTeX key.

    >>> plain(r"\\hat{y}"), plain(r"W^{(1)}"), plain(r"\\theta"), plain("z'")
    ('yhat', 'W_1', 'theta', 'z_prime')
    """
    text = key
    while (match := ACCENT.search(text)) or (match := FONT.search(text)):
        mark, inner = match.groups()
        text = text[: match.start()] + inner + mark.replace("bf", "_bold") + text[match.end() :]
    text = text.replace("'", "_prime").replace("*", "_star").replace("+", "_plus")
    text = re.sub(r"[^A-Za-z0-9]+", "_", text.replace("\\", "")).strip("_")
    return text or "name"
