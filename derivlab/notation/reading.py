"""From a string to syntax: the shortest way into the parser."""

from __future__ import annotations

from collections.abc import Mapping

from derivlab.notation.brackets import match_brackets
from derivlab.notation.clauses import Side
from derivlab.notation.lexer import lex
from derivlab.notation.rawtokens import Macro
from derivlab.notation.syntax import Node


def parse_expression(text: str, macros: Mapping[str, Macro] | None = None) -> Node:
    r"""The syntax of one expression.

    Raises `UnreadableError` with the place in `text`.

    >>> parse_expression(r"\hat{y}_i").base
    Accent(start=0, end=7, accent='hat', body=Name(start=5, end=6, text='y'))
    """
    tokens = match_brackets(lex(text, 0, len(text), macros or {})).tokens
    return Side(tuple(tokens), 0, len(text)).parse()
