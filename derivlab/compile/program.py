"""The array program between SymPy and source code: nodes without index names, shared when equal.

A `Node` is one array operation. It knows the sizes of its axes and, for each argument, on which of
its own axes the argument's axes lie; it does not know what the indices were called. So
`exp(z[k])` inside a sum and `exp(z[i])` outside are the same node, and a common subexpression is
computed once whatever its indices were named. A `View` gives the axes of a node their names.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from sympy import Expr, Symbol

Positions = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Node:
    """One array operation; compared by identity, equal ones are the same object (see `Program`).

    Attributes:
        op: what is computed ("input", "constant", "size", "map", "sum", "max", "contract", ...).
        detail: what distinguishes operations of one kind (a function's name, a constant, ...).
        args: the arguments, each with the axis of this node's index space for each of its axes.
        sizes: the dimension of each axis of the result.
    """

    op: str
    detail: Hashable
    args: tuple[tuple[Node, Positions], ...]
    sizes: tuple[Expr, ...]

    @property
    def rank(self) -> int:
        return len(self.sizes)


@dataclass(frozen=True)
class View:
    """A node whose axes are named by index symbols, all different."""

    node: Node
    labels: tuple[Symbol, ...] = ()

    def renamed(self, labels: Iterable[Symbol]) -> View:
        """The same array with other axis names, in the same order."""
        return View(self.node, tuple(labels))

    def size(self, label: Symbol) -> Expr:
        """The dimension of the axis named `label`."""
        return self.node.sizes[self.labels.index(label)]


@dataclass
class Program:
    """Creates nodes, each distinct one once."""

    _nodes: dict[Hashable, Node] = field(default_factory=dict)
    _rank: dict[Symbol, int] = field(default_factory=dict)

    def node(
        self,
        op: str,
        detail: Hashable = None,
        args: tuple[tuple[Node, Positions], ...] = (),
        sizes: tuple[Expr, ...] = (),
    ) -> Node:
        """The one node with these parts."""
        key = (op, type(detail), detail, tuple((id(arg), at) for arg, at in args), sizes)
        if key not in self._nodes:
            self._nodes[key] = Node(op, detail, args, sizes)
        return self._nodes[key]

    def prefer(self, labels: Iterable[Symbol]) -> None:
        """State the order in which axes are laid out when no operand decides it."""
        self._rank = {}
        for label in labels:
            self._rank.setdefault(label, len(self._rank))

    def constant(self, value: int | float) -> View:
        """A number; it takes the type of the arrays it meets."""
        return View(self.node("constant", value))

    def size(self, dimension: Expr) -> View:
        """The length of an axis, as a number."""
        return View(self.node("size", dimension))

    def position(self, label: Symbol, size: Expr) -> View:
        """The index itself, 1..size along its axis."""
        return View(self.node("position", None, (), (size,)), (label,))

    def joint(self, views: Iterable[View]) -> tuple[Symbol, ...]:
        """All labels of the views; laid out as in a view that has them all, if there is one."""
        views = list(views)
        every = {label: None for view in sorted(views, key=lambda v: -len(v.labels)) for label in view.labels}
        for view in views:
            if len(view.labels) == len(every):
                return view.labels
        for label in every:
            self._rank.setdefault(label, len(self._rank))
        return tuple(sorted(every, key=self._rank.__getitem__))

    def map(self, function: str, *views: View) -> View:
        """An elementwise function of broadcast arguments."""
        labels = self.joint(views)
        return View(self._apply("map", function, views, labels, labels), labels)

    def reduce(self, op: str, view: View, over: Iterable[Symbol]) -> View:
        """A reduction ("sum", "max") of a view over some of its axes."""
        gone = frozenset(over)
        kept = tuple(label for label in view.labels if label not in gone)
        space = view.labels
        axes = tuple(i for i, label in enumerate(view.labels) if label in gone)
        sizes = tuple(view.size(label) for label in kept)
        args = ((view.node, tuple(range(len(space)))),)
        return View(self.node(op, axes, args, sizes), kept)

    def contract(self, left: View, right: View, over: Iterable[Symbol]) -> View:
        """Sum over shared axes of a product of two views: a product of matrices where it is one."""
        gone = tuple(label for label in left.labels if label in frozenset(over))
        shared = tuple(label for label in left.labels if label in right.labels and label not in gone)
        first = tuple(label for label in left.labels if label not in gone and label not in shared)
        second = tuple(label for label in right.labels if label not in gone and label not in shared)
        if self._before(second, first):
            left, right, first, second = right, left, second, first
        labels = shared + first + second
        detail = (len(shared), len(first), len(second), len(gone))
        return View(self._apply("contract", detail, (left, right), labels + gone, labels), labels)

    def gather(self, source: View, places: tuple[View | int | Symbol, ...]) -> View:
        """`source` at `places`, one for each axis: a kept axis (a label), a number, or an array of places."""
        views = [place for place in places if isinstance(place, View)]
        kept = tuple(place for place in places if isinstance(place, Symbol))
        labels = tuple(dict.fromkeys((*kept, *(label for view in views for label in view.labels))))
        if kept and views:
            labels = tuple(dict.fromkeys((*self._batch_first(kept, views), *labels)))
        sizes = {label: source.size(label) for label in kept if label in source.labels}
        for view in views:
            sizes.update(zip(view.labels, view.node.sizes, strict=True))
        for label, place in zip(source.labels, places, strict=True):
            if isinstance(place, Symbol):
                sizes[place] = source.size(label)
        detail = tuple(
            ("array", None)
            if isinstance(place, View)
            else ("axis", labels.index(place))
            if isinstance(place, Symbol)
            else ("at", int(place))
            for place in places
        )
        args: list[tuple[Node, Positions]] = [(source.node, ())]
        args += [(view.node, tuple(map(labels.index, view.labels))) for view in views]
        return View(self.node("gather", detail, tuple(args), tuple(sizes[label] for label in labels)), labels)

    @staticmethod
    def _batch_first(kept: tuple[Symbol, ...], views: list[View]) -> tuple[Symbol, ...]:
        indexed = {label for view in views for label in view.labels}
        return tuple(label for label in kept if label in indexed)

    def _before(self, one: tuple[Symbol, ...], other: tuple[Symbol, ...]) -> bool:
        if not one or not other:
            return False
        for label in (*other, *one):
            self._rank.setdefault(label, len(self._rank))
        return self._rank[one[0]] < self._rank[other[0]]

    def _apply(
        self,
        op: str,
        detail: Hashable,
        views: Iterable[View],
        space: tuple[Symbol, ...],
        labels: tuple[Symbol, ...],
    ) -> Node:
        views = list(views)
        sizes = {label: view.size(label) for view in views for label in view.labels}
        args = tuple((view.node, tuple(map(space.index, view.labels))) for view in views)
        return self.node(op, detail, args, tuple(sizes[label] for label in labels))
