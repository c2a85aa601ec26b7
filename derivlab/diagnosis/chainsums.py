"""The chain rule through one entry only, where it goes through all: a sum and its Jacobian are missing."""

from __future__ import annotations

from collections.abc import Iterator

import sympy
from sympy import Expr

from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.indexing import LETTERS, head_over, renamed
from derivlab.diagnosis.situation import Situation
from derivlab.diagnosis.transcribe import Transcriber, UntranscribableError
from derivlab.diagnosis.tree import name, negative, times
from derivlab.notation import syntax
from derivlab.notation.syntax import Node
from derivlab.symbols import Definition, Partial, head_name, index


def through_one_entry(at: Situation) -> Iterator[Edit]:
    """`-y_i / p_i` where `-Σ_k y_k / p_k ∂p_k/∂z_i` belongs."""
    side, minus = at.written, False
    if isinstance(side, syntax.Sum) and side.signs == ("-",):
        side, minus = side.terms[0], True
    for symbol, size in at.free.items():
        other = next(letter for letter in LETTERS if letter not in {one.name for one in at.free})
        body = renamed(side, {symbol.name: other})
        for by in _derived_by(at):
            for definition in _on_the_way(at, by):
                if definition.shape != (size,):
                    continue
                factor = _jacobian(at, definition, other, by)
                if factor is not None:
                    summed = times(head_over(at, other, symbol.name), body, factor)
                    yield Edit("missing sum", negative(summed) if minus else summed, at.written, name(other))


def _derived_by(at: Situation) -> list[Expr]:
    """What the true side is derived by."""
    nodes = sympy.preorder_traversal(at.base.left)
    return list(dict.fromkeys(node.by for node in nodes if isinstance(node, Partial)))


def _on_the_way(at: Situation, by: Expr) -> Iterator[Definition]:
    """The defined vectors that depend on it."""
    for one in at.context.definitions:
        if len(one.shape) == 1 and head_name(by) in at.context.defined_from(one.name):
            yield one


def _jacobian(at: Situation, definition: Definition, letter: str, by: Expr) -> Node | None:
    entry = definition.node[index(letter)]
    letters = {symbol: symbol.name for symbol in at.free}
    try:
        return Transcriber(at.origin.scope, letters).node(Partial(entry, by))
    except UntranscribableError:
        return None
