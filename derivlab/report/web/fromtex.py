r"""LaTeX of derivlab's own hand as HTML: the small vocabulary of the views, and formulas for KaTeX.

Only `Tex` comes here, which no user's text enters unescaped; a command that is not in the table is a
mistake of derivlab's and raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from derivlab.errors import InternalError
from derivlab.report.tex import Tex
from derivlab.report.web.formulas import formula

_TOKEN = re.compile(r"\\[A-Za-z]+ ?|\\.|\$|[{}~]|--|``|''|\n\s*\n|[^\\${}~\-`'\n]+|.", re.DOTALL)
_CHARACTERS = {
    r"\textbackslash": "\\", r"\textasciicircum": "^", r"\textasciitilde": "~", r"\textless": "<",
    r"\textgreater": ">", r"\textbar": "|", r"\textquotedbl": '"', r"\textasciigrave": "`", r"\dots": "…",
    r"\textendash": "–", r"\textemdash": "—", r"\,": "\u2009", r"\;": " ", r"\ ": " ", r"\quad": "\u2003",
    r"\enspace": "\u2002", r"\allowbreak": "", r"\{": "{", r"\}": "}", r"\$": "$", r"\&": "&", r"\#": "#",
    r"\%": "%", r"\_": "_", "~": "\u00a0", "--": "–", "``": "“", "''": "”",
}  # fmt: skip
_MARKUP = {
    r"\proved": '<span class="word proved">proved</span>',
    r"\refuted": '<span class="word refuted">refuted</span>',
    r"\undecided": '<span class="word undecided">undecided</span>',
    r"\unexpected": '<strong class="word refuted" title="not as expected">!</strong>',
    r"\nocell": '<span class="none">·</span>',
}
_WRAPPED = {
    r"\emph": "<em>{}</em>",
    r"\textbf": "<strong>{}</strong>",
    r"\texttt": "<code>{}</code>",
    r"\alarm": '<strong class="word refuted">{}</strong>',
    r"\witness": '{}<br><span class="small soft">{}</span>',
    r"\texorpdfstring": "{}",
    r"\rightcell": '<span class="right">{}</span>',
    r"\wrongcell": '<span class="wrong" style="--depth: {}%">{}</span>',
    r"\sectionref": '<a href="#{}">below</a>',
    r"\tableref": '<a href="#{}">the table below</a>',
    r"\figureref": '<a href="#{}">the figure below</a>',
}
_ARGUMENTS = {r"\witness": 2, r"\texorpdfstring": 2, r"\wrongcell": 2}


def html_of(value: object) -> Markup:
    r"""`Tex` as HTML; `Markup` as it is; anything else as text.

    >>> print(html_of(Tex(r"\emph{all} $x < y$, 5\%")), html_of("<b>"))
    <em>all</em> <span class="inline" data-tex>x &lt; y</span>, 5% &lt;b&gt;
    """
    if isinstance(value, Tex):
        return _Reader(value).text()
    return escape(value)


def display(value: object) -> Markup:
    """A formula without delimiters, on a line of its own."""
    return formula(str(value), display=True)


class _Reader:
    """One pass over the tokens of a fragment."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        self._at = 0

    def text(self, closing: str = "") -> Markup:
        """Everything up to `closing`."""
        parts: list[Markup] = []
        while self._at < len(self._tokens):
            token = self._take()
            if token == closing:
                break
            parts.append(self._one(token))
        return Markup("").join(parts)

    def _take(self) -> str:
        token = self._tokens[self._at]
        self._at += 1
        return token.rstrip(" ") if token.startswith("\\") and len(token) > 2 else token

    def _one(self, token: str) -> Markup:
        special = _SPECIAL.get(token)
        if special is not None:
            return special(self)
        if token in _CHARACTERS:
            return escape(_CHARACTERS[token])
        if token in _MARKUP:
            return Markup(_MARKUP[token])
        if token in _WRAPPED:
            return Markup(_WRAPPED[token]).format(*self._arguments(token))
        if token.startswith("\\"):
            raise InternalError(f"the page has no word for {token}")
        if token.isspace() and token.count("\n") > 1:
            return Markup("<br><br>")
        return escape(token)

    def _arguments(self, token: str) -> list[Markup]:
        return [self._argument() for _ in range(_ARGUMENTS.get(token, 1))]

    def _argument(self) -> Markup:
        self._open()
        return self.text("}")

    def _open(self) -> None:
        if self._at >= len(self._tokens) or self._take() != "{":
            raise InternalError("a command of the page lacks its argument")

    def raw(self, closing: str) -> str:
        """The source up to `closing`, braces balanced: mathematics, which KaTeX reads."""
        depth, parts = 0, []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token == closing and depth == 0:
                break
            depth += {"{": 1, "}": -1}.get(token, 0)
            parts.append(token)
        return "".join(parts).strip()

    def braced_math(self) -> str:
        self._open()
        return self.raw("}")


_SPECIAL: dict[str, Callable[[_Reader], Markup]] = {
    "$": lambda reader: formula(reader.raw("$")),
    r"\[": lambda reader: formula(reader.raw(r"\]"), display=True),
    r"\ensuremath": lambda reader: formula(reader.braced_math()),
    r"\fittedline": lambda reader: formula(reader.braced_math(), display=True),
    "{": lambda reader: reader.text("}"),
    "}": lambda reader: Markup(),
}
