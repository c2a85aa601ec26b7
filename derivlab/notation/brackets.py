"""Which bracket closes which, and which bars open: one pass with a stack.

A bar `|` closes when something stands before it and a bar is open, and opens otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from lark import Token

from derivlab.notation.lexer import Bad
from derivlab.notation.parser import CLOSING
from derivlab.notation.syntax import MAX_DEPTH

OPENING = {")": "(", "]": "[", r"\}": r"\{", "⟩": "⟨", "⌋": "⌊", "⌉": "⌈"}
OPERANDS = frozenset({"NUMBER", "NAME", "RBRACE", "CLOSE", "PRIME", "BANG", "DOTS", "ENDCASES", "ENDMATRIX"})
# What stands on the stack for the tokens that open and close.
OPENS = {"LBRACE": "{", "CASES": "cases", "MATRIX": "matrix"}
CLOSES = {"RBRACE": "{", "ENDCASES": "cases", "ENDMATRIX": "matrix"}
INTERVAL = {("(", "]"), ("[", ")")}


@dataclass(frozen=True)
class Matched:
    """Tokens whose brackets are matched; depths[k] counts what is open around token k.

    `broken` tells that a bracket had no partner: its token is `BAD` and brackets do not count.
    `source` holds the tokens as they came in.
    """

    tokens: list[Token]
    depths: list[int]
    source: list[Token]
    broken: bool = False


def retyped(token: Token, kind: str, value: str | None = None) -> Token:
    """A copy of a token with another type."""
    start, end = token.start_pos, token.end_pos
    return Token(kind, token.value if value is None else value, start, None, None, None, None, end)


def match_brackets(tokens: list[Token]) -> Matched:
    """Match brackets, braces and `cases`; what has no partner becomes a `BAD` token."""
    matcher = _Matcher(tokens)
    for at in range(len(tokens)):
        matcher.step(at)
        if matcher.failed:
            return _broken(tokens, *matcher.failed)
    if matcher.stack:
        opener, at = matcher.stack[-1]
        closer = {"{": "}", "cases": r"\end{cases}", "matrix": r"\end{matrix}"}.get(opener) or CLOSING[opener]
        return _broken(tokens, at, Bad(f"`{opener}` is not closed", f"add the matching `{closer}`"))
    return Matched(matcher.out, matcher.depths, tokens)


class _Matcher:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.out: list[Token] = []
        self.depths: list[int] = []
        self.stack: list[tuple[str, int]] = []
        self.places: list[int] = []
        self.failed: tuple[int, Bad] | None = None

    def step(self, at: int) -> None:
        token = self.tokens[at]
        if token.type == "DELIM":
            self.delimiter(at, str(token.value))
        elif token.type in OPENS:
            self.open(OPENS[token.type], at, token)
        elif token.type in CLOSES:
            self.close(CLOSES[token.type], at, token)
        else:
            self.plain(token)

    def plain(self, token: Token) -> None:
        """A token that is no bracket, in the form that it has inside brackets."""
        if self.stack:
            inside_cases = any(kind in ("cases", "matrix") for kind, _ in self.stack)
            inner = _inside(token, inside_cases)
            if inner is None:
                return
            token = inner
        self.out.append(token)
        self.depths.append(len(self.stack))

    def open(self, kind: str, at: int, token: Token) -> None:
        self.places.append(len(self.out))
        self.out.append(token)
        self.depths.append(len(self.stack))
        self.stack.append((kind, at))
        if len(self.stack) > MAX_DEPTH:
            message = f"this is nested more than {MAX_DEPTH} levels deep"
            self.failed = (at, Bad(message, "give a part of it a name of its own"))

    def close(self, kind: str, at: int, token: Token) -> None:
        if self._is_separator(kind):
            _, opener = self.stack.pop()
            where = self.places.pop()
            self.out[where] = retyped(self.tokens[opener], "_COMMA")
            self.depths[where:] = [depth - 1 if k else depth for k, depth in enumerate(self.depths[where:])]
        if not self.stack or not self._partners(self.stack[-1][0], kind):
            self.failed = (at, self._no_partner(str(token.value)))
            return
        self.stack.pop()
        self.places.pop()
        self.out.append(token)
        self.depths.append(len(self.stack))

    def _is_separator(self, kind: str) -> bool:
        r"""Whether the open bar is no bar: in `D(p \| q)` and `p(y | x)` it separates arguments."""
        if kind not in ("(", "[") or len(self.stack) < 2 or self.stack[-1][0] not in ("|", "‖"):
            return False
        before = self.out[self.places[-1] - 1]
        return self.stack[-2][0] == kind and before.type in OPERANDS

    def _partners(self, opener: str, kind: str) -> bool:
        if opener == kind:
            return True
        interval = (opener, CLOSING.get(kind, "")) in INTERVAL
        return interval and any(token.type == "REL" and token.value == "∈" for token in self.out)

    def _no_partner(self, closer: str) -> Bad:
        closer = closer.lstrip("r") if closer in ("r|", "r‖") else closer
        if closer == "|":
            return Bad(
                "a bar for `evaluated at` is not read", "write the argument in parentheses, e.g. $f'(0)$"
            )
        if self.stack:
            opener = self.stack[-1][0]
            return Bad(f"`{closer}` does not close `{opener}`", "close the brackets in the order of opening")
        return Bad(f"`{closer}` closes nothing", "remove it, or add the bracket that it closes")

    def delimiter(self, at: int, text: str) -> None:
        token = self.tokens[at]
        if text in ("|", "‖"):
            operand = bool(self.out) and self.out[-1].type in OPERANDS
            closes = operand and bool(self.stack) and self.stack[-1][0] == text
            text = ("r" if closes else "l") + text
        if text[0] == "l":
            self.open(text[1:], at, retyped(token, "OPEN", text[1:]))
        elif text[0] == "r":
            self.close(text[1:], at, retyped(token, "CLOSE", text[1:]))
        elif text in CLOSING:
            self.open(text, at, retyped(token, "OPEN", text))
        else:
            self.close(OPENING[text], at, retyped(token, "CLOSE", text))


def _inside(token: Token, inside_cases: bool) -> Token | None:
    """What a separator is inside brackets; None for what is dropped there."""
    kind = token.type
    if kind in ("COMMA", "SEMI"):
        return retyped(token, "_COMMA")
    if kind == "ROW":
        return retyped(token, "_ROW" if inside_cases else "_COMMA")
    if kind == "AMP":
        return retyped(token, "_AMP") if inside_cases else None
    if kind == "COLON":
        return retyped(token, "REL", ":")
    if kind == "TEXT":
        return _inner_words(token, inside_cases)
    if kind in ("PERIOD", "EDGE", "RIGHTDOT") or (kind == "LINK" and "quad" in token.value):
        return None
    return (
        retyped(token, "BAD", Bad(f"`{token}` is not read inside brackets", "")) if kind == "LINK" else token
    )


def _inner_words(token: Token, inside_cases: bool) -> Token | None:
    words = str(token.value).lower()
    if not inside_cases:
        hint = "move the words out of the formula"
        return retyped(token, "BAD", Bad(f"the words `{token.value}` inside a formula are not read", hint))
    return retyped(token, "NAME", "otherwise") if "otherwise" in words or "else" in words else None


def _broken(tokens: list[Token], at: int, bad: Bad) -> Matched:
    """The tokens with a `BAD` one at the offending bracket; the depth counts braces only."""
    out: list[Token] = []
    for where, token in enumerate(tokens):
        if where == at:
            out.append(retyped(token, "BAD", bad))
        elif token.type == "DELIM":
            text = str(token.value)
            opens = text in CLOSING or text[0] == "l"
            out.append(retyped(token, "OPEN" if opens else "CLOSE", text.lstrip("lr")))
        else:
            out.append(token)
    return Matched(out, [0] * len(out), tokens, broken=True)
