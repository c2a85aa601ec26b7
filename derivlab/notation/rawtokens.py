"""Characters to raw LaTeX tokens, and the expansion of the file's own macros."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from derivlab.errors import TooLargeError
from derivlab.notation.commands import DOUBLE_STRUCK, UNICODE

MAX_TOKENS = 5_000
MAX_MACRO_DEPTH = 20
MAX_MACROS = 500


class Raw(NamedTuple):
    """One token as TeX sees it; a number counts as one."""

    text: str
    start: int
    end: int


RAW = re.compile(
    r"(?P<skip>(?:\s|~|(?<!\\)%[^\n]*(?:\n|$))+)"
    r"|(?P<token>\\[a-zA-Z]+\*?|\\(?:.|\n)|\d+(?:\.\d+)?|\.\d+|\.\.\.+|:=|=:|\|\||.)",
    re.DOTALL,
)
STARRED = frozenset({r"\operatorname*"})


def raw_tokens(text: str, start: int, end: int) -> list[Raw]:
    """The raw tokens of text[start:end]; spaces and comments are dropped, a star is split off.

    >>> [token.text for token in raw_tokens(r"\\hat y_{12} % z", 0, 16)]
    ['\\\\hat', 'y', '_', '{', '12', '}']
    """
    found: list[Raw] = []
    for match in RAW.finditer(text, start, end):
        if match.lastgroup == "skip":
            continue
        token, at, stop = match.group(), match.start(), match.end()
        if token in UNICODE:
            token = UNICODE[token]
        elif token in DOUBLE_STRUCK:
            found.append(Raw(r"\mathbb", at, stop))
            token = DOUBLE_STRUCK[token]
        elif token[-1] == "*" and len(token) > 2 and token not in STARRED:
            found.append(Raw(token[:-1], at, stop - 1))
            token, at = "*", stop - 1
        found.append(Raw(token, at, stop))
    return found


@dataclass(frozen=True)
class Macro:
    r"""What `\newcommand` defines: the number of arguments, the default of the first, and the body."""

    arguments: int
    body: tuple[str, ...]
    default: tuple[str, ...] | None = None


HEAD = re.compile(
    r"\\(?:(?:re|provide)?newcommand|DeclareMathOperator)\*?\s*"
    r"(?:\{\s*(?P<braced>\\[a-zA-Z]+|\\.)\s*\}|(?P<bare>\\[a-zA-Z]+))"
    r"\s*(?:\[(?P<count>[0-9])\])?\s*(?:\[(?P<default>[^\]]{0,200})\])?\s*(?=\{)"
    r"|\\def\s*(?P<plain>\\[a-zA-Z]+)(?P<marks>(?:#[1-9])*)\s*(?=\{)"
)


def read_macros(text: str) -> dict[str, Macro]:
    r"""The macros that a text defines.

    >>> read_macros(r"\newcommand{\R}{\mathbb{R}}")["\\R"].body
    ('\\mathbb', '{', 'R', '}')
    """
    macros: dict[str, Macro] = {}
    for match in islice(HEAD.finditer(text), MAX_MACROS):
        body = _group(text, match.end())
        if body is None:
            continue
        name = match.group("braced") or match.group("bare") or match.group("plain")
        if "Declare" in match.group():
            body = rf"\operatorname{{{body}}}"
        count = len(match.group("marks") or "") // 2 or int(match.group("count") or 0)
        default = match.group("default")
        macros[name] = Macro(count, _words(body), None if default is None else _words(default))
    return macros


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.text for token in raw_tokens(text, 0, len(text)))


def _group(text: str, start: int, longest: int = 2000) -> str | None:
    """The content of the braces that open at `start`."""
    depth = 0
    for at in range(start, min(len(text), start + longest)):
        if text[at] == "{" and text[at - 1] != "\\":
            depth += 1
        elif text[at] == "}" and text[at - 1] != "\\":
            depth -= 1
            if depth == 0:
                return text[start + 1 : at]
    return None


def expanded(tokens: list[Raw], macros: Mapping[str, Macro]) -> list[Raw]:
    """The tokens with the file's macros replaced; what comes out stands at the place of the call.

    Raises `TooLargeError` when the expansion grows past its bound, as a recursive macro does.
    """
    for _ in range(MAX_MACRO_DEPTH):
        if not any(token.text in macros for token in tokens):
            return tokens
        tokens = _expand_once(tokens, macros)
    place = next(token for token in tokens if token.text in macros)
    raise TooLargeError(
        f"the macro `{place.text}` expands to itself or is nested deeper than {MAX_MACRO_DEPTH}",
        hint="write the formula without it",
        start=place.start,
        end=place.end,
    )


def _expand_once(tokens: list[Raw], macros: Mapping[str, Macro]) -> list[Raw]:
    out: list[Raw] = []
    at = 0
    while at < len(tokens):
        call = tokens[at]
        macro = macros.get(call.text)
        at += 1
        if macro is None:
            out.append(call)
            continue
        arguments, at = _arguments(tokens, at, macro)
        call = Raw(call.text, call.start, max(call.end, tokens[at - 1].end if at > 0 else 0))
        out.extend(_filled(macro, arguments, call))
        if len(out) > MAX_TOKENS:
            raise TooLargeError(
                f"the macro `{call.text}` expands to more than {MAX_TOKENS} tokens",
                hint="write the formula without it",
                start=call.start,
                end=call.end,
            )
    return out


def _arguments(tokens: list[Raw], at: int, macro: Macro) -> tuple[list[list[Raw]], int]:
    """The arguments of a call that start at tokens[at], and where they end."""
    found: list[list[Raw]] = []
    if macro.default is not None and macro.arguments:
        if at < len(tokens) and tokens[at].text == "[":
            stop = next((k for k in range(at, len(tokens)) if tokens[k].text == "]"), at)
            found.append(tokens[at + 1 : stop])
            at = stop + 1
        else:
            found.append([Raw(word, 0, 0) for word in macro.default])
    while len(found) < macro.arguments and at < len(tokens):
        stop = group_end(tokens, at)
        braced = tokens[at].text == "{"
        found.append(tokens[at + 1 : stop - 1] if braced else tokens[at:stop])
        at = stop
    return found, at


def _filled(macro: Macro, arguments: list[list[Raw]], call: Raw) -> list[Raw]:
    out: list[Raw] = []
    words = iter(macro.body)
    for word in words:
        if word != "#":
            out.append(Raw(word, call.start, call.end))
            continue
        which = next(words, "")
        number = int(which[:1]) if which[:1].isdigit() else 0
        if 1 <= number <= len(arguments):
            out.extend(arguments[number - 1])
        if which[1:]:
            out.append(Raw(which[1:], call.start, call.end))
    return out


def group_end(tokens: list[Raw], at: int) -> int:
    """Where the argument that starts at tokens[at] ends: after its closing brace, or one token on."""
    if at >= len(tokens) or tokens[at].text != "{":
        return min(at + 1, len(tokens))
    depth = 0
    for stop in range(at, len(tokens)):
        if tokens[stop].text == "{":
            depth += 1
        elif tokens[stop].text == "}":
            depth -= 1
            if depth == 0:
                return stop + 1
    return len(tokens)
