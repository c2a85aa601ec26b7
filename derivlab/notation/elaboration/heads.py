"""What a factor starts: a function, a sum, a derivative, or nothing special."""

from __future__ import annotations

import enum

from derivlab.notation import syntax
from derivlab.notation.elaboration.builtins import FUNCTIONS
from derivlab.notation.elaboration.core import Elaborator
from derivlab.notation.elaboration.differentials import as_fraction, is_operator
from derivlab.notation.elaboration.names import find, spelling
from derivlab.notation.syntax import Node


class Head(enum.Enum):
    """The kinds of factors that matter for the structure of a product."""

    PLAIN = "plain"
    DERIVATIVE = "complete derivative"
    BIG = "big"
    FUNCTION = "function"
    NAMED = "name of a function"
    INDICATOR = "indicator"
    NABLA = "nabla"
    OPERATOR = "operator"
    PARTIAL = "partial"


BIG = frozenset({r"\sum", r"\prod"})
INDICATORS = frozenset({r"\mathbb{1}", r"\mathbf{1}", r"\mathbb{I}"})


def head_of(elaborator: Elaborator, node: Node) -> Head:
    """The kind of one factor."""
    if isinstance(node, syntax.Fraction):
        found = as_fraction(node)
        return Head.PLAIN if found is None else Head.DERIVATIVE if found[0] is not None else Head.OPERATOR
    if isinstance(node, syntax.Number):
        return Head.INDICATOR if node.text == "1" else Head.PLAIN
    base = node.base if isinstance(node, syntax.Script) else node
    if isinstance(base, syntax.Name):
        special = _special(base.text, node)
        if special is not None:
            return special
    elif not isinstance(base, syntax.Accent | syntax.Font | syntax.Script):
        return Head.PLAIN
    return _named(elaborator, node)


def _special(text: str, node: Node) -> Head | None:
    if text in BIG:
        return Head.BIG
    if text == r"\nabla":
        return Head.NABLA
    if text == r"\partial":
        return Head.OPERATOR if is_operator(node) else Head.PARTIAL
    return None


def _named(elaborator: Elaborator, node: Node) -> Head:
    """Names: those of the document first, then the builtin ones."""
    spelled = spelling(node)
    if spelled is None or elaborator.local(spelled.key) is not None:
        return Head.PLAIN
    found = find(elaborator.scope, spelled)
    if found is not None:
        return Head.NAMED if found.entry.kind in ("function", "defined") else Head.PLAIN
    if spelled.key in INDICATORS:
        return Head.INDICATOR
    builtin = FUNCTIONS.get(spelled.key)
    if builtin is None:
        return Head.PLAIN
    return Head.NAMED if builtin.letter else Head.FUNCTION


def applies(elaborator: Elaborator, head: Node, group: syntax.Group) -> bool:
    """Whether brackets behind a name hold its arguments; behind a defined value they may be a factor.

    `J(z)` is J where J was defined from z; `p (1 - p)` is a product.
    """
    spelled = spelling(head)
    found = find(elaborator.scope, spelled) if spelled is not None else None
    if found is None or found.entry.function is not None:
        return True
    if group.kind != "(" or not group.items:
        return False
    depends = elaborator.scope.depends(found.entry.name)
    return all(_name_of(elaborator, item) in depends for item in group.items)


def _name_of(elaborator: Elaborator, node: Node) -> str | None:
    spelled = spelling(node)
    found = find(elaborator.scope, spelled) if spelled is not None else None
    return None if found is None or found.sub is not None else found.entry.name


def conditions_of(node: Node | None) -> tuple[Node, ...]:
    """The conditions in the brackets or the subscript of an indicator; () if there are none."""
    items = node.items if isinstance(node, syntax.Group) else () if node is None else (node,)
    if isinstance(node, syntax.Group) and len(items) == 1 and isinstance(items[0], syntax.Group):
        items = items[0].items
    return items if items and all(isinstance(item, syntax.Chain) for item in items) else ()
