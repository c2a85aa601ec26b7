"""Scripts of a symbol: subscripts, superscripts, primes, factorials; and how far a node reaches."""

from __future__ import annotations

from lark import Token

from derivlab.errors import TooLargeError, UnreadableError
from derivlab.notation import syntax
from derivlab.notation.syntax import MAX_HEIGHT, Node


def height(*nodes: Node | None) -> int:
    """The height of a node above `nodes`; raises `TooLargeError` past `MAX_HEIGHT`."""
    tallest = 1 + max((node.depth for node in nodes if node is not None), default=0)
    if tallest > MAX_HEIGHT:
        first = next(node for node in nodes if node is not None)
        raise TooLargeError(
            f"this is nested more than {MAX_HEIGHT} levels deep",
            hint="give a part of it a name of its own",
            start=first.start,
            end=first.end,
        )
    return tallest


def outer(node: Node) -> int:
    """The end of a node with the braces around it."""
    return max(node.end, node.closed)


def with_script(node: Node, mark: Token, argument: Node | None, fresh: bool) -> Node:
    """`node` with one more subscript, superscript, prime or factorial.

    The first script of a base starts anew: in `{a^{(1)}}^\\top` the braces hold a symbol of their own.
    """
    pair = _raised_pair(argument) if mark.type == "SUP" else None
    if pair is not None:
        inner = with_script(node, mark, pair[0], fresh)
        return with_script(inner, mark, pair[1], fresh=True)
    end = outer(argument) if argument is not None else mark.end_pos
    depth = height(node, argument)
    if mark.type == "BANG":
        return syntax.Factorial(node, start=node.start, end=end, depth=depth)
    base, sub, sup, primes = node, None, None, 0
    if isinstance(node, syntax.Script) and not fresh:
        base, sub, sup, primes = node.base, node.sub, node.sup, node.primes
    if mark.type == "PRIME":
        primes += 1
    elif mark.type == "SUB":
        sub = _free_slot(sub, argument, "subscript", mark)
    elif isinstance(argument, syntax.Name) and argument.text == r"\prime":
        primes += 1
    else:
        sup = _free_slot(sup, argument, "superscript", mark)
    return syntax.Script(base, sub, sup, primes, start=node.start, end=end, depth=depth)


def _raised_pair(argument: Node | None) -> tuple[Node, Node] | None:
    r"""`(2)\top` in `W^{(2)\top}`: a decoration and a transpose."""
    if isinstance(argument, syntax.Product) and argument.operators == ("", ""):
        first, second = argument.factors
        decorates = (isinstance(first, syntax.Group) and first.kind in ("(", "[")) or (
            isinstance(first, syntax.Name) and first.text == "*"
        )
        if decorates and isinstance(second, syntax.Name) and second.text in ("T", r"\top", r"\intercal"):
            return first, second
    return None


def _free_slot(present: Node | None, argument: Node | None, what: str, mark: Token) -> Node | None:
    if present is not None:
        raise UnreadableError(
            f"two {what}s on one symbol",
            hint=f"put braces: {{x{mark}a}}{mark}b",
            start=mark.start_pos,
            end=outer(argument) if argument else mark.end_pos,
        )
    return argument
