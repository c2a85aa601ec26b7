"""Vectors and data sets written out: `x = (x_1, \\dots, x_d)^\\top`, `\\{(x_i, y_i)\\}_{i=1}^N`.

They state nothing to prove; they say what a name is made of.
"""

from __future__ import annotations

from derivlab.notation import syntax
from derivlab.notation.clauses import Clause
from derivlab.notation.elaboration.names import is_transpose, spelling
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.statements.declare import declare, read_range
from derivlab.notation.statements.sets import Space, read_set, size_of
from derivlab.notation.syntax import Node


def written_out(scope: Scope, clause: Clause) -> list[str] | None:
    """The keys that a clause declares by writing them out; None if it does not."""
    if clause.relations[0].value not in ("=", ":=") or not any(
        token.type in ("DOTS", "OPEN") for token in clause.sides[1].tokens[:6]
    ):
        return None
    if any(token.type == "BAD" for side in clause.sides for token in side.tokens):
        return None
    right = clause.sides[1].parse()
    if (found := dataset_in(scope, right)) is not None:
        return found
    size = _entries(right)
    if size is None:
        return None
    name = clause.sides[0].parse()
    if len(clause.sides) == 3 and clause.relations[1].value == "∈":
        return [declare(scope, name, read_set(scope, clause.sides[2].parse()))]
    spelled = spelling(name)
    if spelled is not None and scope.lookup(spelled.key) is not None:
        return []
    return [declare(scope, name, Space((size_of(scope, size),)))]


def dataset(scope: Scope, clause: Clause) -> list[str] | None:
    """`\\{(x_i, y_i)\\}_{i=1}^N` in the prose gives i its range."""
    tokens = clause.sides[0].tokens
    if tokens[0].value != r"\{" or any(token.type == "BAD" for token in tokens):
        return None
    return dataset_in(scope, clause.sides[0].parse())


def dataset_in(scope: Scope, node: Node) -> list[str] | None:
    if not isinstance(node, syntax.Script) or not isinstance(node.base, syntax.Group) or node.sup is None:
        return None
    sub = node.sub
    if node.base.kind not in (r"\{", "(") or not isinstance(sub, syntax.Chain) or sub.relations != ("=",):
        return None
    letter, low = sub.sides
    if letter is None or not isinstance(low, syntax.Number) or low.text != "1":
        return None
    return read_range(scope, [letter], node.sup)


def _entries(node: Node) -> Node | None:
    """The last index of `(x_1, \\dots, x_d)`, transposed or not; None for anything else."""
    if isinstance(node, syntax.Script) and is_transpose(node.sup) and node.sub is None:
        node = node.base
    if not isinstance(node, syntax.Group) or node.kind not in ("(", "[") or len(node.items) < 3:
        return None
    if not any(isinstance(item, syntax.Dots) for item in node.items):
        return None
    first, last = spelling(node.items[0]), spelling(node.items[-1])
    if first is None or last is None or first.key != last.key or last.sub is None:
        return None
    return last.sub
