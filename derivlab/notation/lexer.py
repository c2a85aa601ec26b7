"""Raw LaTeX tokens to the tokens of the grammar: layout dropped, letters with their fonts, words.

Linear in the number of tokens. What is not known becomes a token `BAD` that carries its message, so
that only the equation it stands in is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lark import Token

from derivlab.errors import TooLargeError
from derivlab.notation import commands as vocabulary
from derivlab.notation.boxes import unboxed
from derivlab.notation.environments import environment
from derivlab.notation.rawtokens import MAX_TOKENS, Macro, Raw, expanded, group_end, raw_tokens

MAX_DIGITS = 300
WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
DISTANCE = re.compile(
    r"[+-]? ?(?:\d+[.,]?\d*|[.,]\d+) ?(?:pt|em|ex|mm|cm|in|mu|bp|pc|dd|cc|sp|px)"
    r"|[+-]? ?[\d.]* ?\\(?:jot|(?:normal)?(?:baseline|line)skip|(?:small|med|big)skipamount)"
)
TAKES_ONE_DIGIT = frozenset({"SUB", "SUP", "FRAC"})


class Bad(str):
    """The message of something that is not read, with a hint."""

    hint: str

    def __new__(cls, message: str, hint: str) -> Bad:
        self = super().__new__(cls, message)
        self.hint = hint
        return self


def lex(text: str, start: int, end: int, macros: Mapping[str, Macro]) -> list[Token]:
    """The grammar's tokens of text[start:end].

    Raises `TooLargeError` for more than `MAX_TOKENS` tokens in one formula.
    """
    raw = raw_tokens(text, start, end)
    if macros:
        raw = expanded(raw, macros)
    raw = unboxed(raw)
    if len(raw) > MAX_TOKENS:
        raise TooLargeError(
            f"this formula has more than {MAX_TOKENS} tokens",
            hint="break it into several",
            start=raw[0].start,
            end=raw[0].end,
        )
    return Tokenizer(text, raw).run()


class Tokenizer:
    """Walks the raw tokens; `out` grows by what each stands for."""

    def __init__(self, text: str, raw: list[Raw]) -> None:
        self.text = text
        self.raw = raw
        self.at = 0
        self.out: list[Token] = []
        self.arrays: list[str] = []  # what each open `array` is

    def run(self) -> list[Token]:
        while self.at < len(self.raw):
            token = self.raw[self.at]
            self.at += 1
            kind = SIMPLE.get(token.text)
            if kind is not None:
                name = "NAME" if kind[0] == "MUL" and self._in_superscript() else kind[0]
                self.emit(name, kind[1] if name == kind[0] else token.text, token)
            elif (handler := HANDLERS.get(token.text)) is not None:
                handler(self, token)
            else:
                self.other(token)
        return self.out

    def emit(self, kind: str, value: str, token: Raw) -> None:
        self.out.append(Token(kind, value, token.start, None, None, None, None, token.end))

    def bad(self, token: Raw, message: str, hint: str) -> None:
        self.out.append(Token("BAD", Bad(message, hint), token.start, None, None, None, None, token.end))

    def _in_superscript(self) -> bool:
        """Whether `*` is a decoration here, as in `w^*` and `w^{*}`."""
        before = [token.type for token in self.out[-2:]]
        return before[-1:] == ["SUP"] or before == ["SUP", "LBRACE"]

    def argument(self) -> list[Raw]:
        """The raw tokens of the argument that comes next, without its braces."""
        stop = group_end(self.raw, self.at)
        found = self.raw[self.at : stop]
        self.at = stop
        return found[1:-1] if found and found[0].text == "{" else found

    def other(self, token: Raw) -> None:
        """Numbers, letters and what is not known."""
        text = token.text
        if (text[0].isascii() and text[0].isdigit()) or (text[0] == "." and len(text) > 1):
            self.number(token)
        elif text.isalpha() and text.isascii():
            self.emit("NAME", text, token)
        elif text[0] == "\\" and text[1:2].isalpha():
            self.bad(
                token,
                f"the command `{text}` is not known",
                rf"write it with the commands of amsmath, define it with \newcommand, or name an operator"
                rf" with \operatorname{{{text[1:]}}}",
            )
        else:
            self.bad(token, f"`{text}` is not read in a formula", "remove it, or put it in \\text{...}")

    def number(self, token: Raw) -> None:
        """A number; after `_`, `^` and `\\frac` a single digit, as TeX reads it."""
        text = token.text
        single = bool(self.out) and (self.out[-1].type in TAKES_ONE_DIGIT or self._second_of_fraction())
        if len(text) > 1 and single:
            self.raw[self.at - 1] = Raw(text[1:], token.start + 1, token.end)
            self.at -= 1
            text, token = text[0], Raw(text[0], token.start, min(token.start + 1, token.end))
        if len(text) > MAX_DIGITS:
            self.bad(
                token, f"this number has more than {MAX_DIGITS} digits", "write a shorter number or a name"
            )
        else:
            self.emit("NUMBER", text, token)

    def _second_of_fraction(self) -> bool:
        single = ("NUMBER", "NAME")
        return len(self.out) > 1 and self.out[-2].type == "FRAC" and self.out[-1].type in single


def _drop(lexer: Tokenizer, token: Raw) -> None:
    """Layout."""


def _sized_opener(lexer: Tokenizer, token: Raw) -> None:
    _sized(lexer, "l", token)


def _sized_closer(lexer: Tokenizer, token: Raw) -> None:
    _sized(lexer, "r", token)


def _sized(lexer: Tokenizer, side: str, size: Raw) -> None:
    r"""After `\left` a bar opens, after `\right` it closes; `.` is no delimiter."""
    if lexer.at >= len(lexer.raw):
        return
    token = lexer.raw[lexer.at]
    if token.text in vocabulary.DELIMITERS:
        token = lexer.raw[lexer.at] = Raw(token.text, size.start, token.end)
    if token.text == ".":
        lexer.at += 1
        if side == "r":
            lexer.emit("RIGHTDOT", ".", token)
        return
    delimiter = {"<": "⟨", ">": "⟩"}.get(token.text) or vocabulary.DELIMITERS.get(token.text, "")
    if delimiter in ("|", "‖"):
        lexer.at += 1
        lexer.emit("DELIM", side + delimiter, token)
    elif delimiter in ("⟨", "⟩"):
        lexer.at += 1
        lexer.emit("DELIM", delimiter, token)


def _annotation(lexer: Tokenizer, token: Raw) -> None:
    for _ in range(vocabulary.ANNOTATIONS[token.text]):
        while lexer.at < len(lexer.raw) and lexer.raw[lexer.at].text == "[":
            stop = lexer.at
            while stop < len(lexer.raw) and lexer.raw[stop].text != "]":
                stop += 1
            lexer.at = stop + 1
        lexer.argument()


def _underbrace(lexer: Tokenizer, token: Raw) -> None:
    r"""`\underbrace{A}_{B}`: A stays, B is an annotation."""
    stop = group_end(lexer.raw, lexer.at)
    if stop + 1 < len(lexer.raw) and lexer.raw[stop].text in ("_", "^"):
        after = group_end(lexer.raw, stop + 1)
        del lexer.raw[stop:after]


def _text(lexer: Tokenizer, token: Raw) -> None:
    r"""`\text{..}`: a single word that is no prose word, standing next to mathematics, is a name."""
    inner = lexer.argument()
    if not inner:
        return
    content = lexer.text[inner[0].start : inner[-1].end]
    span = Raw(content, token.start, lexer.raw[lexer.at - 1].end)
    spaced = lexer.text[inner[0].start - 1 : inner[0].start].isspace()
    spaced |= lexer.text[inner[-1].end : inner[-1].end + 1].isspace()
    is_name = WORD.fullmatch(content) and not spaced and content.lower() not in vocabulary.PROSE_WORDS
    if is_name and token.text not in vocabulary.INTERTEXT:
        lexer.emit("NAME", content, span)
    else:
        lexer.emit("TEXT", content, span)


def _upright(lexer: Tokenizer, token: Raw) -> None:
    r"""`\operatorname{name}`, `\mathrm{name}`: one word is one name, several are prose; else its content."""
    start = lexer.at
    inner = [part for part in lexer.argument() if part.text not in vocabulary.LAYOUT]
    if not inner:
        return
    word = "".join(part.text for part in inner)
    span = Raw(word, token.start, lexer.raw[lexer.at - 1].end)
    if WORD.fullmatch(word):
        lexer.emit("NAME", word, span)
    elif word.replace(".", "").replace(",", "").isalpha() and word.isascii():
        lexer.emit("TEXT", word, span)
    else:
        lexer.at = start


def _font(lexer: Tokenizer, token: Raw) -> None:
    r"""`\mathbf{x}` is one name; `\mathbf{softmax}` too; in front of more, the font covers it all."""
    font = vocabulary.FONTS[token.text]
    start = lexer.at
    inner = [part for part in lexer.argument() if part.text not in vocabulary.LAYOUT]
    if not inner:
        return
    span = Raw(token.text, token.start, lexer.raw[lexer.at - 1].end)
    word = "".join(part.text for part in inner)
    symbol = len(inner) == 1 and (
        word.isalpha() or word in vocabulary.GREEK or (len(word) == 1 and word.isdigit())
    )
    if symbol:
        lexer.emit("NAME", rf"\math{font}{{{word}}}", span)
    elif len(inner) > 2 and WORD.fullmatch(word) and font == "bf" and word.islower():
        lexer.emit("NAME", word, span)
    else:
        lexer.at = start
        lexer.emit("FONT", font, token)


def _delimiter(lexer: Tokenizer, token: Raw) -> None:
    lexer.emit("DELIM", vocabulary.DELIMITERS[token.text], token)


def _not(lexer: Tokenizer, token: Raw) -> None:
    r"""`\not=` is `\neq`."""
    if lexer.at < len(lexer.raw) and lexer.raw[lexer.at].text in ("=", r"\in"):
        following = lexer.raw[lexer.at]
        lexer.at += 1
        lexer.emit("REL", "≠" if following.text == "=" else "∉", following)


def _row(lexer: Tokenizer, token: Raw) -> None:
    """`\\\\` or `\\\\*`, with the optional distance `[2pt]`; brackets without a unit are of the formula."""
    lexer.emit("ROW", "\\\\", token)
    if lexer.at < len(lexer.raw) and lexer.raw[lexer.at].text == "*":
        lexer.at += 1
    following = lexer.raw[lexer.at : lexer.at + 9]
    length = next((count for count, part in enumerate(following) if part.text == "]"), 0)
    if length and following[0].text == "[" and DISTANCE.fullmatch(_as_written(following[1:length])):
        lexer.at += length + 1


def _as_written(parts: list[Raw]) -> str:
    """The text of tokens, with the spaces between them."""
    following = [*(part.start for part in parts[1:]), 0]
    return "".join(part.text + " " * (part.end < then) for part, then in zip(parts, following, strict=False))


def _over(lexer: Tokenizer, token: Raw) -> None:
    lexer.bad(token, f"`{token.text}` is not read", rf"write \frac{{a}}{{b}} instead of a {token.text} b")


def _simple() -> dict[str, tuple[str, str]]:
    table = {
        "{": ("LBRACE", "{"), "}": ("RBRACE", "}"), "_": ("SUB", "_"), "^": ("SUP", "^"), "'": ("PRIME", "'"),
        "+": ("PLUS", "+"), "-": ("MINUS", "-"), r"\pm": ("PM", "±"), r"\mp": ("PM", "∓"), "!": ("BANG", "!"),
        ",": ("COMMA", ","), ";": ("SEMI", ";"), ".": ("PERIOD", "."), "&": ("AMP", "&"), ":": ("COLON", ":"),
        r"\colon": ("COLON", ":"), r"\sqrt": ("SQRT", r"\sqrt"), ":=": ("REL", ":="), "=:": ("REL", "=:"),
        r"\newline": ("ROW", r"\\"), r"\cr": ("ROW", r"\\"), "?": ("PERIOD", "?")
    }  # fmt: skip
    table |= dict.fromkeys(vocabulary.FRACTIONS, ("FRAC", r"\frac"))
    table |= {word: ("ACCENT", accent) for word, accent in vocabulary.ACCENTS.items()}
    table |= {word: ("REL", relation) for word, relation in vocabulary.RELATIONS.items()}
    table |= {word: ("MUL", sign) for word, sign in vocabulary.TIMES.items()}
    table |= {word: ("LINK", word) for word in vocabulary.CONNECTIVES}
    table |= dict.fromkeys((*vocabulary.DOTS, "..."), ("DOTS", r"\dots"))
    table |= {word: ("NAME", word) for word in vocabulary.GREEK | vocabulary.FUNCTIONS | vocabulary.SYMBOLS}
    return table


def _handlers() -> dict[str, Callable[[Tokenizer, Raw], None]]:
    table: dict[str, Callable[[Tokenizer, Raw], None]] = dict.fromkeys(vocabulary.LAYOUT, _drop)
    table |= dict.fromkeys(vocabulary.OPENERS, _sized_opener) | dict.fromkeys(
        vocabulary.CLOSERS, _sized_closer
    )
    table |= dict.fromkeys(vocabulary.ANNOTATIONS, _annotation)
    table |= dict.fromkeys((r"\underbrace", r"\overbrace"), _underbrace)
    table |= dict.fromkeys(vocabulary.TEXT | vocabulary.INTERTEXT, _text)
    table |= dict.fromkeys(vocabulary.UPRIGHT, _upright) | dict.fromkeys(vocabulary.FONTS, _font)
    table |= dict.fromkeys(vocabulary.DELIMITERS, _delimiter)
    table |= {r"\begin": environment, r"\end": environment, r"\\": _row, r"\not": _not}
    table |= dict.fromkeys((r"\over", r"\atop", r"\choose"), _over)
    return table


SIMPLE = _simple()
HANDLERS = _handlers()
