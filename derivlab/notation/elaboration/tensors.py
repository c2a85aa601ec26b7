"""What an expression means: a shape, and the entry at given indices as a SymPy expression.

Vectors, matrices and indexed expressions all become `Tensor`. Sizes that a formula leaves open (the
length of `\\mathbf{1}`, the range of a sum without bounds) are `Hole`s, filled when they meet a size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sympy import Expr

from derivlab.errors import TooLargeError

MAX_TREE = 4_000


class Hole:
    """A size that is not known yet; holes that must be equal are linked."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: Size | None = None


# A dimension of `derivlab.symbols` (SymPy has no types of its own here), or a hole.
Size: TypeAlias = Any
Shape: TypeAlias = tuple[Size, ...]
Entry: TypeAlias = Callable[..., Expr]


def settled(size: Size) -> Size:
    """The size at the end of a chain of links: a dimension, or the hole that is still open."""
    while isinstance(size, Hole) and size.value is not None:
        size = size.value
    return size


def unify(left: Size, right: Size) -> bool:
    """Make two sizes equal; False if they are two different dimensions.

    >>> from derivlab.symbols import dimension
    >>> hole = Hole(); unify(hole, dimension("K")), settled(hole)
    (True, K)
    """
    left, right = settled(left), settled(right)
    if left is right or left == right:
        return True
    if isinstance(left, Hole):
        left.value = right
        return True
    if isinstance(right, Hole):
        right.value = left
        return True
    return False


def same(left: Size, right: Size) -> bool:
    """Whether two sizes are equal or could become so, without making them equal."""
    left, right = settled(left), settled(right)
    return isinstance(left, Hole) or isinstance(right, Hole) or left == right


@dataclass(frozen=True, eq=False)
class Tensor:
    """A value of up to two axes.

    Attributes:
        shape: one size an axis; () for a scalar.
        entry: the entry at one index an axis.
        row: a vector that was transposed (1 × n).
    """

    shape: Shape
    entry: Entry
    row: bool = False

    @property
    def rank(self) -> int:
        return len(self.shape)

    def describe(self) -> str:
        """The shape in words, for messages: `K`, `1 × K`, `N × d` or `scalar`."""
        sizes = [str(size) if not isinstance(size := settled(one), Hole) else "?" for one in self.shape]
        if not sizes:
            return "a scalar"
        if len(sizes) == 1:
            return f"a row of size {sizes[0]}" if self.row else f"a vector of size {sizes[0]}"
        return (
            f"a {' × '.join(sizes)} matrix" if len(sizes) == 2 else f"an array of shape {' × '.join(sizes)}"
        )


def scalar(value: Expr) -> Tensor:
    """A scalar whose value is known."""
    return Tensor((), lambda: value)


def bounded_tree(expr: Expr) -> Expr:
    """`expr`, unless written out it has more than `MAX_TREE` nodes (shared parts count each time).

    SymPy shares parts, so f(f(f(x))) is built fast; but its walks do not share, and never end.
    """
    count = 0
    stack = [expr]
    while stack:
        stack.extend(stack.pop().args)
        count += 1
        if count > MAX_TREE:
            raise TooLargeError(
                f"this expression has more than {MAX_TREE} parts", hint="give parts of it names"
            )
    return expr


def once(shape: Shape, entry: Entry, row: bool = False) -> Tensor:
    """A tensor that computes each entry once, however often it is asked for."""
    known: dict[tuple[Expr, ...], Expr] = {}

    def cached(*at: Expr) -> Expr:
        value = known.get(at)
        if value is None:
            value = known[at] = bounded_tree(entry(*at))
        return value

    return Tensor(shape, cached, row)


def mapped(function: Callable[[Expr], Expr], argument: Tensor) -> Tensor:
    """The function at every entry."""
    return once(argument.shape, lambda *at: function(argument.entry(*at)), argument.row)
