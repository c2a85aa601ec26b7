"""Vectors and data sets written out: `x = (x_1, \\dots, x_d)^\\top`, `\\{(x_i, y_i)\\}_{i=1}^N`.

They state nothing to prove; they say what a name is made of.
"""

from __future__ import annotations

from derivlab.notation import syntax
from derivlab.notation.clauses import Clause
from derivlab.notation.elaboration.names import Spelling, is_transpose, spelling
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.statements.declare import declare, read_range
from derivlab.notation.statements.sets import Space, read_set, size_of
from derivlab.notation.syntax import Node


def written_out(scope: Scope, clause: Clause) -> list[str] | None:
    """The keys that a clause declares by writing them out; None if it does not."""
    if clause.relations[0].value not in ("=", ":=") or not any(
        token.type in ("DOTS", "OPEN", "MATRIX") for token in clause.sides[1].tokens[:6]
    ):
        return None
    if any(token.type == "BAD" for side in clause.sides for token in side.tokens):
        return None
    right = clause.sides[1].parse()
    if (found := dataset_in(scope, right)) is not None:
        return found
    name = clause.sides[0].parse()
    size = _entries(scope, name, right)
    if size is None:
        return None
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


def _entries(scope: Scope, name: Node, node: Node) -> Node | None:
    """The last index of `(x_1, \\dots, x_d)` or of a column, transposed or not; None for anything else."""
    if isinstance(node, syntax.Script) and is_transpose(node.sup) and node.sub is None:
        node = node.base
    items = _line(node)
    if len(items) < 3 or not any(isinstance(item, syntax.Dots) for item in items):
        return None
    first, last = spelling(items[0]), spelling(items[-1])
    if first is None or last is None or first.key != last.key or last.sub is None:
        return None
    if (spelled := spelling(name)) is None or _is_of_another(scope, spelled, first):
        return None
    if isinstance(node, syntax.Matrix) and (spelled.sup is not None or first.sup is not None):
        return None
    return last.sub


def _line(node: Node) -> tuple[Node, ...]:
    """The items of brackets, or of a matrix with one row or one column."""
    if isinstance(node, syntax.Matrix):
        single = len(node.rows) == 1 or all(len(row) == 1 for row in node.rows)
        return tuple(cell for row in node.rows for cell in row) if single else ()
    return node.items if isinstance(node, syntax.Group) and node.kind in ("(", "[") else ()


def _is_of_another(scope: Scope, name: Spelling, entry: Spelling) -> bool:
    """Whether the entries are those of another name that is known: then the name is defined by them."""
    found = scope.lookup(entry.key)
    return found is not None and entry.key != name.key and scope.lookup(name.key) is not found
