"""Whatever piece of text is repeated, the readers of users' files take time that grows with its length.

A pattern that backtracks is quadratic or worse in one such repetition; each piece here begins, or could
continue, what some pattern in derivlab looks for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

import pytest

from derivlab.errors import DerivlabError
from derivlab.grading import Handed, Question
from derivlab.grading.problem import section_of
from derivlab.grading.sandbox.cells import cells_of
from derivlab.grading.submission import parse
from derivlab.notation import read_text
from derivlab.report.web.prose import markdown_of, prose
from tests.clock import growth, within

SIZE = 60_000
WORDS = r"""
# ** * _ __ ` ~ ![ [ ]( [a]( < <!-- \title[ \title{ \title{a} \emph{ \section \section[ \section{ \item
\begin{document} \begin{itemize}[ \newcommand{\a} \newcommand\a[ \newcommand\a \DeclareMathOperator \def\a
\def\a#1 \label \label{ $ $$ \( \[ \\[ ? % ! = - | |a & \left \text{ ' > 0x \u " \ \verb| \cite http://a a.
1. **a __a { } {a ( a 1 9 $a$ $a=$ \frac ^ _a a_ && &a& \[a `` '' -- ~a \a é 𝔼 *a <b> <img </ &lt
\includegraphics + ~~ --- === \par
"""
SPACED = (
    "#|a\n=|```\n|~~~\n|---\n|> |- |? |\\item |$a$ |is not |if |symmetric |semi-definite |to zero |1. |a |<a "
)
PIECES = (*WORDS.split(), *SPACED.split("|"), *" \n\t\r\f\u2028")
ENDS = {"": "\nx", "# 1a\n": "x`\n"}
ASKED = [Question("1a", "", 4), Question("code", "", 4, "code", function="grad")]


def handed(name: str) -> Callable[[str], object]:
    return lambda text: parse(Handed("ann", ((name, text.encode()),)), ASKED)


def notebook(text: str) -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": [text]} for kind in ("code", "markdown")]})


READERS: dict[str, Callable[[str], object]] = {
    "notes": lambda text: read_text("Let $x \\in \\mathbb{R}$. " + text, "a.md"),
    "LaTeX": lambda text: read_text("Let $x \\in \\mathbb{R}$. " + text, "a.tex"),
    "notebook": lambda text: read_text(notebook(text), "a.ipynb"),
    "submission": handed("a.md"),
    "LaTeX submission": handed("a.tex"),
    "notebook submission": lambda text: handed("a.ipynb")(notebook(text)),
    "code": cells_of,
    "notebook code": lambda text: cells_of(notebook(text)),
    "problem": lambda text: section_of(text, "1a"),
    "page": lambda text: prose(text, []),
    "Markdown of LaTeX": markdown_of,
}


def reading(name: str, text: str) -> Callable[[], None]:
    def read() -> None:
        with suppress(DerivlabError):
            READERS[name](text)

    return read


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("before", ENDS)
def test_repeated_pieces_take_no_time(name: str, before: str) -> None:
    quadratic = {}
    for piece in PIECES:
        quarter, half, whole = (
            reading(name, before + piece * (size // len(piece)) + ENDS[before])
            for size in (SIZE // 4, SIZE // 2, SIZE)
        )
        if within(1, whole, tries=1):
            continue
        # 4 and 2 are linear, 16 and 4 quadratic; what the cache no longer holds makes a linear one jump once.
        times = growth(quarter, whole), growth(half, whole)
        if times[0] > 8 and times[1] > 3:
            quadratic[piece] = times
    assert not quadratic


FOUND = [
    ("submission", "# 1a\n", "#"),
    ("LaTeX submission", "", "\\section["),
    ("notebook code", "", " "),
    ("problem", "# 1a ", " "),
    ("Markdown of LaTeX", "", "\n"),
    ("Markdown of LaTeX", "", "\\\\["),
    ("notes", "for a fixed", " "),
    ("notes", "```", " "),
    ("notes", "", "to zero "),
    ("notes", "", "\\newcommand\\a["),
]


@pytest.mark.parametrize(("name", "before", "piece"), FOUND)
def test_what_once_took_long(name: str, before: str, piece: str) -> None:
    assert within(1, reading(name, before + piece * (100_000 // len(piece)) + "x`\n"))
