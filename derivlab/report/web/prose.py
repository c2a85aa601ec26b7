"""A document's prose as HTML: Markdown by markdown-it, LaTeX by way of Markdown.

Formulas stand in the prose as placeholders, which no writer can type, and are put in at the end. HTML
of the writer's own is shown as text, pictures are named but not fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

OPEN, CLOSE = "\ue000", "\ue001"
_PLACEHOLDER = re.compile(f"{OPEN}(\\d+){CLOSE}")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Inset:
    """HTML that takes the place of the characters [start, end) of a text."""

    start: int
    end: int
    html: Markup


def prose(text: str, insets: Iterable[Inset], path: str = "text.md") -> Markup:
    """The text as HTML with the insets in their places; `path` says by its ending what it is.

    >>> print(prose("# A *b*", []))
    <h2>A <em>b</em></h2>
    <BLANKLINE>
    """
    ordered = sorted(insets, key=lambda inset: (inset.start, inset.end))
    held = _with_placeholders(text, ordered)
    if Path(path).suffix.lower() in (".tex", ".latex"):
        held = markdown_of(held)
    else:
        held = _COMMENT.sub("", _FRONT_MATTER.sub("", held))
    rendered = _PLACEHOLDER.sub(lambda found: str(ordered[int(found[1])].html), _markdown().render(held))
    return Markup(rendered)


def _with_placeholders(text: str, insets: list[Inset]) -> str:
    parts, done = [], 0
    for number, inset in enumerate(insets):
        if inset.start < done:
            continue
        parts += [_cleaned(text[done : inset.start]), f"{OPEN}{number}{CLOSE}"]
        done = inset.end
    return "".join([*parts, _cleaned(text[done:])])


def _cleaned(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")


@cache
def _markdown() -> Any:
    """CommonMark with tables; HTML is text, a picture is its description, headings begin at the second."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("image", _image)
    reader.add_render_rule("heading_open", _heading_open)
    reader.add_render_rule("heading_close", _heading_close)
    reader.add_render_rule("link_open", _link_open)
    return reader


def _image(self: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    return str(Markup('<span class="soft">[picture: {}]</span>').format(tokens[at].content))


def _heading_open(self: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    return f"<h{_level(tokens[at].tag)}>"


def _heading_close(self: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    return f"</h{_level(tokens[at].tag)}>\n"


def _level(tag: str) -> int:
    """The page's own title is the only first heading."""
    return min(6, int(tag[1]) + 1)


def _link_open(self: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    tokens[at].attrSet("rel", "noopener noreferrer")
    return str(self.renderToken(tokens, at, options, env))


# ---------------------------------------------------------------------------- LaTeX

_BODY = re.compile(r"\\begin\{document\}(.*?)(?:\\end\{document\}|\Z)", re.DOTALL)
_MARKDOWN_SPECIAL = re.compile(r"[*_#<>|]")
_ESCAPED = re.compile(r"\\([%&$#_])")
_ARGUMENT = r"\s*\{((?:[^{}]|\{[^{}]*\})*)\}"
_OPTION = r"\*?(?:\[[^\]]{0,400}\])?"
_TITLE = re.compile(rf"\\title{_ARGUMENT}")
_LATEX: tuple[tuple[str, str], ...] = (
    (rf"\\(?:title|author|date|thanks|label|bibliography\w*){_OPTION}{_ARGUMENT}", ""),
    (rf"\\(?:documentclass|usepackage){_OPTION}{_ARGUMENT}", ""),
    (r"\\(?:maketitle|tableofcontents|noindent|newpage|clearpage|centering|qed)(?![a-zA-Z])", ""),
    (rf"\\(?:chapter|section)\*?{_ARGUMENT}", r"\n\n# \1\n\n"),
    (rf"\\subsection\*?{_ARGUMENT}", r"\n\n## \1\n\n"),
    (rf"\\(?:subsubsection|paragraph)\*?{_ARGUMENT}", r"\n\n### \1\n\n"),
    (rf"\\(?:emph|textit|textsl){_ARGUMENT}", r"*\1*"),
    (rf"\\textbf{_ARGUMENT}", r"**\1**"),
    (rf"\\(?:texttt|url|verb){_ARGUMENT}", r"`\1`"),
    (rf"\\(?:ref|eqref|cite\w*|cref|Cref|autoref){_ARGUMENT}", r"(\1)"),
    (r"\\begin\{(?:itemize|enumerate|description)\}(?:\[[^\]]{0,400}\])?", r"\n\n"),
    (r"\\end\{(?:itemize|enumerate|description)\}", r"\n\n"),
    (r"\s{0,40}\\item(?![a-zA-Z])\s*", r"\n- "),
    (r"\\begin\{(theorem|lemma|proposition|corollary|definition|remark|example|proof)\*?\}", r"\n\n**\1.** "),
    (r"\\(?:begin|end)\{[a-zA-Z]+\*?\}", r"\n\n"),
    (r"\\\\(?:\[[^\]]{0,40}\])?|\\par(?![a-zA-Z])", r"\n\n"),
    (r"\\([{}])", r"\1"),
    (r"``|''", "\""),
    (r"---", "—"),
    (r"--", "–"),
    (r"(?<!\\)~", "\u00a0"),
    (r"\\[,;:! ]", " "),
)  # fmt: skip


def markdown_of(text: str) -> str:
    r"""The body of a LaTeX text as Markdown; commands that are not known stay as they are, as text.

    >>> markdown_of(r"\section{A} \emph{b} 50\%").split()
    ['#', 'A', '*b*', '50%']
    """
    title = _TITLE.search(text)
    body = _BODY.search(text)
    text = (rf"\section{{{title[1]}}}" if title else "") + (body[1] if body else text)
    text = _MARKDOWN_SPECIAL.sub(lambda found: f"\\{found[0]}", _ESCAPED.sub(r"\1", text))
    for pattern, replacement in _LATEX:
        text = re.sub(pattern, _restored(replacement), text)
    return "\n".join(line.strip() for line in text.splitlines())


def _restored(replacement: str) -> str:
    return replacement.replace(r"\n", "\n")
