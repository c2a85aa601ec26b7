r"""What dots stand for: `x_1, x_2, \dots, x_n` is one expression at every index from 1 to n.

The expression is found by comparing the first with the last one: where they differ, the first has a 1 and
the last the upper bound. What stands between must be the same at 2, 3, ...
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from derivlab.notation import syntax
from derivlab.notation.elaboration.core import Elaborator
from derivlab.notation.syntax import Node, walk

LETTERS = "ijklmrstuvpq"


@dataclass(frozen=True)
class Run:
    """`body` at `letter` = 1, ..., `upper`."""

    body: Node
    letter: str
    upper: Node


def run_of(elaborator: Elaborator, items: Sequence[Node]) -> Run | None:
    """The run that items with dots before the last one say; None if they say none.

    A run of numbers alone (`1, \\dots, n`) is one as well.
    """
    *before, dots, last = items
    if not before or not isinstance(dots, syntax.Dots):
        return None
    used = {node.text for item in items for node in walk(item) if isinstance(node, syntax.Name)}
    free = (letter for letter in LETTERS if letter not in used and _is_free(elaborator, letter))
    letter = next(free, None)
    if letter is None:
        return None
    uppers: list[Node] = []
    body = _between(before[0], last, letter, uppers)
    if body is None or not uppers or any(upper != uppers[0] for upper in uppers):
        return None
    if any(_at(body, letter, place) != _at(item, letter, 0) for place, item in enumerate(before, 1)):
        return None
    return Run(body, letter, uppers[0])


def is_constant(items: Sequence[Node]) -> bool:
    r"""`0, \dots, 0`: the same at every index, of which there are as many as fit."""
    *before, dots, last = items
    return bool(before) and isinstance(dots, syntax.Dots) and all(item == last for item in before)


def _is_free(elaborator: Elaborator, letter: str) -> bool:
    known = elaborator.find_index(letter) or elaborator.scope.lookup(letter) or elaborator.local(letter)
    return known is None


def _between(first: Any, last: Any, letter: str, uppers: list[Node]) -> Any:
    """`last` with the letter where `first` has a 1 and `last` something else; None if they differ in more."""
    if isinstance(first, Node) and isinstance(last, Node):
        first, last = _plain(first), _plain(last)
        if first == last:
            return last
        if isinstance(first, syntax.Number) and first.text == "1":
            uppers.append(last)
            return syntax.Name(letter, start=last.start, end=last.end)
    if type(first) is not type(last):
        return None
    if isinstance(first, tuple):
        if len(first) != len(last):
            return None
        parts = [_between(a, b, letter, uppers) for a, b in zip(first, last, strict=True)]
        return None if any(part is None for part in parts) else tuple(parts)
    if not isinstance(first, Node):
        return last if first == last else None
    changed: dict[str, Any] = {}
    for one in fields(first):
        if not one.compare:
            continue
        old, new = getattr(first, one.name), getattr(last, one.name)
        if old != new:
            changed[one.name] = _between(old, new, letter, uppers)
            if changed[one.name] is None:
                return None
    return replace(last, **changed)


def _at(node: Any, letter: str, place: int) -> Any:
    """A node with a number for the letter."""
    if isinstance(node, tuple):
        return tuple(_at(part, letter, place) for part in node)
    if not isinstance(node, Node):
        return node
    if isinstance(node, syntax.Name) and node.text == letter:
        return syntax.Number(str(place), start=node.start, end=node.end)
    changed = {one.name: _at(getattr(node, one.name), letter, place) for one in fields(node) if one.compare}
    return _plain(replace(node, **changed))


def _plain(node: Any) -> Any:
    """Two digits in a subscript are two indices, as in `x_{11}` beside `x_{1n}`."""
    if isinstance(node, syntax.Script) and isinstance(node.sub, syntax.Number) and len(node.sub.text) == 2:
        digits = tuple(syntax.Number(d, start=node.sub.start, end=node.sub.end) for d in node.sub.text)
        return replace(node, sub=syntax.Product(("", ""), digits, start=node.sub.start, end=node.sub.end))
    return node
