r"""How far a sum reaches: `\sum_i a_i + b_i` in a definition means `\sum_i (a_i + b_i)`.

A sum ends at the next + or −. In a definition whose left side has no i, a later term with i would then
stand for nothing; people who write so mean the sum to go on. The reading is told.
"""

from __future__ import annotations

from dataclasses import replace

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.syntax import Node, walk


class LooseIndexError(UnreadableError):
    """An index of a definition's body that stands neither on the left nor under a sum."""

    letter: str = ""


def widened(body: Node, letter: str) -> Node | None:
    """The body with its sum over the letter taken over the terms behind it too; None if there is none."""
    if not isinstance(body, syntax.Sum):
        return None
    first = next((k for k, term in enumerate(body.terms) if _sum_at(term, letter) is not None), None)
    if first is None:
        return None
    later = [k for k in range(first + 1, len(body.terms)) if _has(body.terms[k], letter)]
    if not later or later != list(range(first + 1, first + 1 + len(later))):
        return None
    term, end = body.terms[first], first + 1 + len(later)
    if any(_sum_at(body.terms[k], letter) is not None for k in later):
        return None
    wide = _absorbed(term, letter, body.signs[first + 1 : end], body.terms[first + 1 : end])
    terms = (*body.terms[:first], wide, *body.terms[end:])
    return replace(body, signs=body.signs[: first + 1] + body.signs[end:], terms=terms)


def _absorbed(term: Node, letter: str, signs: tuple[str, ...], later: tuple[Node, ...]) -> Node:
    at = _sum_at(term, letter)
    assert isinstance(term, syntax.Product)
    assert at is not None
    rest = term.factors[at + 1 :]
    own = rest[0] if len(rest) == 1 else replace(term, operators=term.operators[at + 1 :], factors=rest)
    inside = syntax.Sum(
        ("+", *signs),
        (own, *later),
        start=own.start,
        end=later[-1].end,
        depth=max(term.depth, later[-1].depth),
    )
    group = syntax.Group("(", (inside,), start=inside.start, end=inside.end, depth=inside.depth)
    operators, factors = (*term.operators[: at + 1], ""), (*term.factors[: at + 1], group)
    return replace(term, operators=operators, factors=factors, end=group.end)


def _sum_at(term: Node, letter: str) -> int | None:
    """Where in a product the head of its last sum over the letter stands."""
    if not isinstance(term, syntax.Product):
        return None
    heads = [k for k, factor in enumerate(term.factors[:-1]) if _binds(factor, letter)]
    return heads[-1] if heads else None


def _binds(factor: Node, letter: str) -> bool:
    base = factor.base if isinstance(factor, syntax.Script) else None
    if not isinstance(base, syntax.Name) or base.text != r"\sum":
        return False
    bound = factor.sub  # type: ignore[attr-defined]
    bound = bound.sides[0] if isinstance(bound, syntax.Chain) else bound
    return isinstance(bound, syntax.Name) and bound.text == letter


def _has(node: Node, letter: str) -> bool:
    return any(isinstance(part, syntax.Name) and part.text == letter for part in walk(node))
