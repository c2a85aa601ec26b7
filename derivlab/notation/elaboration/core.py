"""The elaborator: syntax to tensors, with the indices, notes and limits of one statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from sympy import Symbol

from derivlab.errors import InternalError, ShapeError, TooLargeError, UnreadableError
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.elaboration.tensors import Hole, Size, Tensor, settled, unify
from derivlab.notation.syntax import Node
from derivlab.symbols import Definition, index

MAX_STEPS = 40_000
MAX_CALLS = 60
MAX_ALL_CALLS = 400


@dataclass(eq=False)
class Index:
    """An index letter in one scope.

    Attributes:
        size: its range; a hole until an axis, a bound or a link fills it.
        axis: where the range came from, for messages: 'axis 1 of z'.
        start, end: where it was first used.
        as_value: used as a number (`\\sum_i i`).
    """

    letter: str
    symbol: Symbol
    size: Size = field(default_factory=Hole)
    axis: str = ""
    start: int = 0
    end: int = 0
    as_value: bool = False


@dataclass(eq=False)
class Elaborator:
    """Elaborates the sides of one statement in a scope.

    Attributes:
        layout: '' for the default; 'row' for gradients as rows; 'transposed' for ∂p/∂z with entry (j, i).
        time: the letter t of an update rule, where θ^{(t)} is θ.
        free, bound: the index letters, free ones and those of the sums around.
        locals: values of formal arguments, innermost last.
        notes: readings to tell, in order, each once.
        extra: definitions that only this statement needs.
        made: every index symbol, by itself.
        letters: letters that stand as subscripts somewhere in the statement.
        links: pairs of indices that a delta or `i \\neq k` compares; one lends its range to the other.
        indices: every index, to be checked at the end.
        layout_matters: a gradient or a Jacobian of whole arrays occurs.
        entrywise: how many products with ⊙ are around.
    """

    scope: Scope
    layout: str = ""
    time: str = ""
    free: dict[str, Index] = field(default_factory=dict)
    bound: list[dict[str, Index]] = field(default_factory=list)
    locals: list[dict[str, Tensor]] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    extra: list[Definition] = field(default_factory=list)
    made: dict[Symbol, Index] = field(default_factory=dict)
    letters: frozenset[str] = frozenset()
    links: list[tuple[Index, Index]] = field(default_factory=list)
    indices: list[Index] = field(default_factory=list)
    layout_matters: bool = False
    entrywise: int = 0
    steps: int = 0
    calls: int = 0

    def tensor(self, node: Node) -> Tensor:
        """What a node means; raises `UnreadableError` at the place of what is not read."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            fail(node, "this formula takes too many steps to read", "break it into several", TooLargeError)
        rule = RULES.get(type(node))
        if rule is None:
            raise InternalError(f"no elaboration rule for {type(node).__name__}")
        return rule(self, node)

    def note(self, text: str) -> None:
        """Tell a reading that was taken."""
        self.notes[text] = None

    def local(self, key: str) -> Tensor | None:
        """The value of a formal argument, if `key` is one."""
        return self.locals[-1].get(key) if self.locals else None

    def find_index(self, letter: str) -> Index | None:
        """The index that a letter stands for here, the innermost sum first."""
        for frame in reversed(self.bound):
            if letter in frame:
                return frame[letter]
        return self.free.get(letter)

    def index(self, letter: str, node: Node) -> Index:
        """The index of that letter; a new free one if no sum binds it."""
        found = self.find_index(letter)
        if found is None:
            found = self.free[letter] = self.make(letter, node)
        return found

    def make(self, letter: str, node: Node) -> Index:
        """A new index whose symbol no index made before it has, unless that one is out of scope."""
        symbol = self.unused(plain_letter(letter))
        made = Index(letter, symbol, start=node.start, end=node.end)
        self.made[symbol] = made
        self.indices.append(made)
        return made

    def unused(self, stem: str) -> Symbol:
        """An index symbol that is not in scope; inside a function's body, one never used before."""
        live = {one.symbol for frame in self.bound for one in frame.values()}
        live |= {one.symbol for one in self.free.values()}
        if self.locals or self.calls:
            live |= set(self.made)
        symbol, number = index(stem), 0
        while symbol in live or self.scope.is_taken(symbol.name):
            number += 1
            symbol = index(f"{stem}_{number}")
        return symbol

    def contraction(self, size: Size) -> Symbol:
        """An index for a sum that the notation leaves unsaid (a matrix product)."""
        found = settled(size)
        stem = str(found).lower()[:1] if isinstance(found, Symbol) and str(found)[:1].isalpha() else "k"
        number = len(self.made) + 1
        symbol = index(f"{stem}_{number}")
        while symbol in self.made:
            number += 1
            symbol = index(f"{stem}_{number}")
        self.made[symbol] = Index(stem, symbol, size)
        return symbol

    def place_index(self, one: Index, size: Size, axis: str, node: Node) -> None:
        """`one` stands on an axis of that size; `ShapeError` if it also stands on one of another."""
        if not unify(one.size, size):
            first, second = settled(one.size), settled(size)
            where = f" ({one.axis})" if one.axis else ""
            fail(
                node,
                f"the index {one.letter} runs over {first}{where} and over {second} ({axis})",
                "use a letter of its own for each range, or check the order of the indices",
                ShapeError,
            )
        if not one.axis:
            one.axis = axis

    def finish(self) -> None:
        """Give every index its range, before entries are computed; raises where there is none."""
        for _ in self.links:
            for left, right in self.links:
                if isinstance(settled(left.size), Hole) or isinstance(settled(right.size), Hole):
                    unify(left.size, right.size)
        for one in self.indices:
            if isinstance(settled(one.size), Hole):
                self._default_range(one)

    def _default_range(self, one: Index) -> None:
        """The range said in words; else an error."""
        size = self.scope.ranges.get(one.letter)
        if size is not None:
            unify(one.size, size)
            one.axis = one.axis or "its declaration"
            return
        raise UnreadableError(
            f"the index {one.letter} has no range: it stands on no axis",
            hint=rf"give it one, e.g. ${one.letter} = 1, \dots, n$, or bounds on its sum",
            start=one.start,
            end=one.end,
        )


Rule = Callable[[Elaborator, Node], Tensor]
RULES: dict[type[Node], Callable[[Elaborator, Node], Tensor]] = {}
AnyNode = TypeVar("AnyNode", bound=Node)


def rule(kind: type[AnyNode]) -> Callable[[Callable[[Elaborator, AnyNode], Tensor]], Callable[..., Tensor]]:
    """Register the elaboration of one kind of node; a second rule for it is an error."""

    def register(function: Callable[[Elaborator, AnyNode], Tensor]) -> Callable[..., Tensor]:
        if kind in RULES:
            raise InternalError(f"two elaboration rules for {kind.__name__}")
        RULES[kind] = function  # type: ignore[assignment]
        return function

    return register


def problem(
    node: Node, message: str, hint: str = "", kind: type[UnreadableError] = UnreadableError
) -> UnreadableError:
    """An error at the place of a node."""
    return kind(message, hint=hint, start=node.start, end=node.end)


def fail(node: Node, message: str, hint: str = "", kind: type[UnreadableError] = UnreadableError) -> NoReturn:
    """Raise an error at the place of a node."""
    raise problem(node, message, hint, kind)


def plain_letter(letter: str) -> str:
    """A LaTeX letter as the name of an index symbol."""
    return letter.replace("\\", "").replace("{", "").replace("}", "")
