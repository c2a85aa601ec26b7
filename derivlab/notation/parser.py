"""Tokens of one side to syntax nodes: a Lark LALR grammar with derivlab's own lexer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError
from lark.lexer import Lexer

from derivlab.errors import InternalError, TooLargeError, UnreadableError
from derivlab.notation import syntax
from derivlab.notation.scripts import height, outer, with_script
from derivlab.notation.syntax import Node

MAX_FACTORS = 500


class TokenStream(Lexer):
    """Hands Lark the tokens as they are."""

    def __init__(self, _configuration: Any) -> None:
        pass

    def lex(self, tokens: list[Token]) -> Iterator[Token]:
        return iter(tokens)


class Builder(Transformer):
    """One method a rule of the grammar; each gets the children of the rule."""

    def start(self, parts: list[Any]) -> tuple[Node, ...]:
        return parts[0]

    def items(self, parts: list[Node]) -> tuple[Node, ...]:
        return tuple(parts)

    def single(self, parts: list[Node]) -> Node:
        return parts[0]

    def chain(self, parts: list[Any]) -> Node:
        sides: list[Node | None] = []
        if isinstance(parts[0], Node):
            sides.append(parts.pop(0))
        else:
            sides.append(None)
        sides.extend(side for _, side in parts)
        relations = tuple(str(token) for token, _ in parts)
        start = sides[0].start if sides[0] else parts[0][0].start_pos
        end = sides[-1].end if sides[-1] else parts[-1][0].end_pos
        return syntax.Chain(tuple(sides), relations, start=start, end=end, depth=height(*sides))

    def rest(self, parts: list[Any]) -> tuple[Token, Node | None]:
        return parts[0], parts[1] if len(parts) > 1 else None

    def signs(self, parts: list[Token]) -> Token:
        """Several signs in a row are one: two minus make a plus."""
        minus = sum(part.type == "MINUS" for part in parts) % 2 == 1
        sign = "±" if any(part.type == "PM" for part in parts) else "-" if minus else "+"
        return Token("SIGN", sign, parts[0].start_pos)

    def sum(self, parts: list[Any]) -> Node:
        if len(parts) == 1:
            return parts[0]
        if isinstance(parts[0], Token):
            start, signs, terms = parts[0].start_pos, parts[0::2], parts[1::2]
        else:
            start, signs, terms = parts[0].start, [Token("SIGN", "+"), *parts[1::2]], parts[0::2]
        return syntax.Sum(
            tuple(map(str, signs)), tuple(terms), start=start, end=outer(terms[-1]), depth=height(*terms)
        )

    def factors(self, parts: list[Node]) -> list[Node]:
        return parts

    def term(self, parts: list[Any]) -> Node:
        operators: list[str] = [""] * len(parts[0])
        factors: list[Node] = list(parts[0])
        at = 1
        while at < len(parts):
            operator, at = str(parts[at]), at + 1
            if isinstance(parts[at], Token):
                operator, at = operator + str(parts[at]), at + 1
            operators += [operator] + [""] * (len(parts[at]) - 1)
            factors += parts[at]
            at += 1
        if len(factors) == 1:
            return factors[0]
        if len(factors) > MAX_FACTORS:
            raise TooLargeError(
                f"this product has more than {MAX_FACTORS} factors",
                hint="break it into several",
                start=factors[0].start,
                end=factors[-1].end,
            )
        return syntax.Product(
            tuple(operators),
            tuple(factors),
            start=factors[0].start,
            end=outer(factors[-1]),
            depth=height(*factors),
        )

    def postfix(self, parts: list[Any]) -> tuple[Token, Node | None]:
        return parts[0], parts[1] if len(parts) > 1 else None

    def scripted(self, parts: list[Any]) -> Node:
        node: Node = parts[0]
        for number, (mark, argument) in enumerate(parts[1:]):
            node = with_script(node, mark, argument, fresh=number == 0)
        return node

    def group(self, parts: list[Any]) -> Node:
        opener, closer = parts[0], parts[-1]
        items = parts[1] if len(parts) == 3 else ()
        kind = str(opener) if str(closer) == CLOSING[str(opener)] else f"{opener} {closer}"
        return syntax.Group(kind, items, start=opener.start_pos, end=closer.end_pos, depth=height(*items))

    def braces(self, parts: list[Any]) -> Node:
        items: tuple[Node, ...] = parts[1] if len(parts) == 3 else ()
        if len(items) == 1:
            return replace(items[0], closed=parts[-1].end_pos)
        return syntax.Group("{", items, start=parts[0].start_pos, end=parts[-1].end_pos, depth=height(*items))

    def braced_sign(self, parts: list[Token]) -> Node:
        text = "".join(str(part) for part in parts[1:-1])
        return syntax.Sign(text, start=parts[0].start_pos, end=parts[-1].end_pos)

    def sign(self, parts: list[Token]) -> Node:
        return syntax.Sign(str(parts[0]), start=parts[0].start_pos, end=parts[0].end_pos)

    def cases(self, parts: list[Any]) -> Node:
        rows = tuple(flat for row in parts[1:-1] if (flat := tuple(node for cell in row for node in cell)))
        cells = [cell for row in rows for cell in row]
        return syntax.Cases(rows, start=parts[0].start_pos, end=parts[-1].end_pos, depth=height(*cells))

    def matrix(self, parts: list[Any]) -> Node:
        start, end = parts[0].start_pos, parts[-1].end_pos
        given: list[tuple[tuple[Node, ...], ...]] = parts[1:-1]
        for items in (cell for row in given for cell in row if len(cell) > 1):
            message, hint = "a cell of a matrix holds one expression", "separate cells by &"
            raise UnreadableError(message, hint=hint, start=items[0].start, end=items[-1].end)
        empty = (syntax.Group("{", (), start=start, end=end),)
        rows = tuple(tuple((cell or empty)[0] for cell in row) for row in given if len(row) > 1 or row[0])
        if not rows:
            raise UnreadableError("this matrix is empty", hint="write its cells", start=start, end=end)
        return syntax.Matrix(
            rows, start=start, end=end, depth=height(*(cell for row in rows for cell in row))
        )

    def row(self, parts: list[tuple[Node, ...]]) -> tuple[tuple[Node, ...], ...]:
        return tuple(parts)

    def cell(self, parts: list[tuple[Node, ...]]) -> tuple[Node, ...]:
        return parts[0] if parts else ()

    def number(self, parts: list[Token]) -> Node:
        return syntax.Number(str(parts[0]), start=parts[0].start_pos, end=parts[0].end_pos)

    def name(self, parts: list[Token]) -> Node:
        return syntax.Name(str(parts[0]), start=parts[0].start_pos, end=parts[0].end_pos)

    def dots(self, parts: list[Token]) -> Node:
        return syntax.Dots(start=parts[0].start_pos, end=parts[0].end_pos)

    def bad(self, parts: list[Token]) -> Node:
        token = parts[0]
        hint = getattr(token.value, "hint", "")
        return syntax.Wrong(str(token.value), hint, start=token.start_pos, end=token.end_pos)

    def fraction(self, parts: list[Any]) -> Node:
        mark, above, below = parts
        return syntax.Fraction(
            above, below, start=mark.start_pos, end=outer(below), depth=height(above, below)
        )

    def root(self, parts: list[Any]) -> Node:
        body = parts[-1]
        order = list(parts)[2][0] if len(parts) > 2 else None
        return syntax.Root(body, order, start=parts[0].start_pos, end=outer(body), depth=height(body, order))

    def accent(self, parts: list[Any]) -> Node:
        mark, body = parts
        return syntax.Accent(str(mark), body, start=mark.start_pos, end=outer(body), depth=height(body))

    def font(self, parts: list[Any]) -> Node:
        mark, body = parts
        return syntax.Font(str(mark), body, start=mark.start_pos, end=outer(body), depth=height(body))


CLOSING = {"(": ")", "[": "]", "{": "}", r"\{": r"\}", "|": "|", "‖": "‖", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉"}


def _grammar() -> Lark:
    text = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", lexer=TokenStream, transformer=Builder())


_LARK = _grammar()


def parse_list(tokens: list[Token]) -> tuple[Node, ...]:
    """The comma-separated formulas in `tokens`, whose brackets have been matched.

    Raises `UnreadableError` with the place of the token at which reading stopped.
    """
    if not tokens:
        raise UnreadableError("there is nothing here to read", hint="write an expression on this side")
    try:
        return _LARK.parse(tokens)
    except UnreadableError:
        raise
    except VisitError as error:
        if isinstance(error.orig_exc, UnreadableError):
            raise error.orig_exc from None
        raise InternalError(str(error)) from error
    except UnexpectedInput as error:
        raise _unexpected(getattr(error, "token", None), tokens) from None


def parse_side(tokens: list[Token]) -> Node:
    """One expression; see `parse_list`."""
    found = parse_list(tokens)
    if len(found) != 1 or isinstance(found[0], syntax.Chain):
        raise UnreadableError("this is not one expression", start=tokens[0].start_pos, end=tokens[-1].end_pos)
    return found[0]


WANTED = {
    "MUL": "an operator needs something on both sides",
    "PLUS": "an operator needs something on both sides",
    "MINUS": "an operator needs something on both sides",
    "SUB": "a subscript needs a symbol before it",
    "SUP": "an exponent needs a symbol before it",
    "RBRACE": "something is missing before this brace",
    "CLOSE": "something is missing before this bracket",
    "REL": "something is missing before this relation",
    "BANG": "a factorial needs a number before it",
    "PRIME": "a prime needs a symbol before it",
    "_COMMA": "something is missing before this comma",
}


def _unexpected(token: Token | None, tokens: list[Token]) -> UnreadableError:
    """The message for the token at which the grammar stopped."""
    last = tokens[-1]
    if token is None or token.type == "$END":
        hint = "write what should follow, or remove it"
        return UnreadableError(
            f"the formula ends after `{last}`", hint=hint, start=last.start_pos, end=last.end_pos
        )
    if token.type == "OPEN":
        message, hint = f"`{token}` cannot follow here", "an argument of a command stands in braces { }"
    else:
        message, hint = (
            f"`{token}` is not expected here",
            WANTED.get(token.type, "check what stands before it"),
        )
    return UnreadableError(message, hint=hint, start=token.start_pos, end=token.end_pos)
