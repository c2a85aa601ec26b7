"""From the array program to readable source, one statement for each shared or named array.

Safety: nothing here prints text that a user wrote. A statement is put together from the node
kinds of `Program` alone; every name passes through `names.identifier`, every number is a Python
number's `repr`, and `audit` reads the finished source again and refuses any syntax beyond
assignments, calls of the array library and arithmetic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Symbol

from derivlab.compile.backends import Backend
from derivlab.compile.names import Names
from derivlab.compile.program import Node, Positions

ATOM, POWER, UNARY, PRODUCT, SUM, COMPARE = 100, 90, 80, 70, 60, 40
# Elementwise functions whose result is a new array of floats.
FLOATS = frozenset(
    "add subtract multiply divide negate square sqrt exp accurate_exp exp_of_difference log log1p".split()
)
INLINE = 48  # characters of an expression that may still be written inside another


@dataclass(frozen=True)
class Code:
    """Source of an expression and how tightly it binds."""

    text: str
    strength: int = ATOM

    def at(self, strength: int) -> str:
        """The text, in parentheses if it binds less tightly than `strength`."""
        return self.text if self.strength >= strength else f"({self.text})"


@dataclass
class Emitter:
    """Writes the statements of a program for one backend.

    Attributes:
        writers: one function for each kind of node (`derivlab.compile.writers`).
        named: nodes that keep a name of their own, e.g. a definition's.
        statements: what has been written so far.
        in_place: whether an array that is used once may be overwritten by the operation that uses it.
        uses_dtype: whether the source needs the locals `dtype` and `device`.
    """

    backend: Backend
    names: Names
    named: Mapping[Node, str]
    writers: Mapping[str, Callable[[Emitter, Node], Code]]
    uses: Counter[Node] = field(default_factory=Counter)
    statements: list[str] = field(default_factory=list)
    sizes: dict[Expr, str] = field(default_factory=dict)
    uses_dtype: bool = False
    in_place: bool = False
    _done: dict[Node, Code] = field(default_factory=dict)

    def count(self, roots: Sequence[Node]) -> None:
        """Count how often each node is used, each shared node's own arguments once."""
        stack, seen = list(roots), set()
        self.uses.update(roots)
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            for arg, _ in node.args:
                self.uses[arg] += 1
                stack.append(arg)

    def code(self, node: Node) -> Code:
        """The expression for `node`; its statement is written first if it has one."""
        if node not in self._done:
            code = self.writers[node.op](self, node)
            self._done[node] = code if self._inline(node, code) else self.assign(node, code)
        return self._done[node]

    def _inline(self, node: Node, code: Code) -> bool:
        if node.op in ("input", "constant", "size"):
            return True
        return node not in self.named and self.uses[node] <= 1 and len(code.text) <= INLINE

    def assign(self, node: Node, code: Code) -> Code:
        """Write `name = code` and return the name."""
        name = self.names.of(self.named[node]) if node in self.named else self.names.fresh(_stem(node))
        self.statements.append(f"{name} = {code.text}")
        return Code(name)

    def size(self, dimension: Expr) -> str:
        """The local that holds the length of an axis."""
        if not isinstance(dimension, Symbol):
            return str(int(dimension))
        return self.sizes.setdefault(dimension, self.names.of(dimension.name))

    def aligned(self, node: Node, at: Positions, rank: int) -> Code:
        """`node` with its axes where the operation needs them: transposed, with new axes between."""
        code = self.code(node)
        order = sorted(range(len(at)), key=at.__getitem__)
        if order != list(range(len(at))):
            code = self.permuted(code, order)
        if not at or len(at) == rank - min(at):
            return code
        places = [":" if axis in at else "None" for axis in range(min(at), rank)]
        return Code(f"{code.at(ATOM)}[{', '.join(places)}]")

    def permuted(self, code: Code, order: Sequence[int]) -> Code:
        """The axes in another order."""
        if list(order) == [1, 0]:
            return Code(f"{code.at(ATOM)}.T")
        return Code(self.template("permute", code.at(ATOM), tuple(order)))

    def template(self, name: str, *args: Any) -> str:
        """One of the backend's own spellings."""
        text = self.backend.templates[name]
        self.uses_dtype |= "dtype" in text or "device" in text
        return text.format(*args)

    def expendable(self, node: Node) -> bool:
        """Whether the node is a fresh array of floats that one operation needs and nothing else."""
        if self.uses[node] != 1 or node.rank == 0 or node in self.named:
            return False
        return node.op in ("contract", "sum", "log_softmax") or (node.op == "map" and node.detail in FLOATS)

    def scalar(self, node: Node) -> bool:
        """Whether the value is a plain Python number, known from the sizes alone."""
        return node.op in ("constant", "size") or (
            node.op == "map" and bool(node.args) and all(self.scalar(arg) for arg, _ in node.args)
        )


def _stem(node: Node) -> str:
    stems = {
        "contract": "product",
        "sum": "total",
        "max": "largest",
        "sum_without_largest": "others",
        "gather": "chosen",
    }
    if node.op == "map" and isinstance(node.detail, str):
        return {
            "exp": "e",
            "accurate_exp": "e",
            "exp_of_difference": "e",
            "where": "masked",
            "equal": "same",
        }.get(node.detail, "t")
    return stems.get(node.op, "t")
