"""Where mathematics stands in Markdown, LaTeX and notebooks, and at which line and column."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derivlab.errors import UnreadableError, UsageError
from derivlab.notation import Source, load, read, read_text
from derivlab.notation.documents import source_of
from derivlab.notation.markdown import read_markdown
from derivlab.notation.tex import read_tex


def formulas(text: str, path: str = "a.md") -> list[str]:
    pages = read_tex(text) if path.endswith(".tex") else read_markdown(text)
    return [
        pages.text[one.start : one.end].strip() for one in pages.pieces if one.kind in ("inline", "display")
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a $x$ b", ["x"]),
        ("a \\(x\\) b", ["x"]),
        ("$$\nx\n$$", ["x"]),
        ("\\[ x \\]", ["x"]),
        ("\\\\[ x \\\\]", ["x"]),
        ("```math\nx\n```", ["x"]),
        ("```{math}\nx\n```", ["x"]),
        ("$`x`$", ["x"]),
        ("\\begin{align*} x \\end{align*}", ["x"]),
        ("\\begin{equation}\nx\n\\end{equation}", ["x"]),
        ("\\begin{alignat}{2} x \\end{alignat}", ["x"]),
        ("> $$ x\n> = y $$", ["x\n  = y"]),
        ("- item $x$", ["x"]),
        ("| a | $x$ |\n|---|---|", ["x"]),
        ("`$x$`", []),
        ("```\n$x$\n```", []),
        ("~~~python\n$x$\n~~~", []),
        ("<!-- $x$ -->", []),
        ("---\ntitle: $x$\n---\n$y$", ["y"]),
        ("it costs $5 and $10", []),
        ("it costs 5$ and 6$ more", []),
        ("\\$x\\$", []),
        ("$x", []),
        ("$x\n\ny$", []),
        ("a $$ b", []),
        ("\\begin{align} x", []),
    ],
)
def test_markdown(text: str, found: list[str]) -> None:
    assert formulas(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a $x$ b % $y$", ["x"]),
        ("50\\% of $x$", ["x"]),
        ("\\verb|$x$| $y$", ["y"]),
        ("\\begin{verbatim}$x$\\end{verbatim} $y$", ["y"]),
        ("\\documentclass{article} $x$ \\begin{document} $y$ \\end{document}", ["y"]),
        ("\\newcommand{\\R}{$x$}\n$y$", ["y"]),
        ("\\begin{equation*}\nx % y\n\\end{equation*}", ["x"]),
    ],
)
def test_latex(text: str, found: list[str]) -> None:
    assert formulas(text, "a.tex") == found


def test_macros_are_expanded() -> None:
    text = r"""\newcommand{\R}{\mathbb{R}} \newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}
\newcommand{\norm}[2][2]{\|#2\|_{#1}} \def\w{\theta} \DeclareMathOperator{\sm}{softmax}
Let $\w \in \R^d$ and $J = \norm{\w}^2$. $$ \pd{J}{\w_i} = 2 \w_i $$
$$ \sm(\w)_i = \operatorname{softmax}(\theta)_i $$
"""
    found = read_text(text, "a.tex")
    assert not found.errors, [one.error.message for one in found.errors]
    assert [one.left_text for one in found.claims] == [r"\pd{J}{\w_i}", r"\sm(\w)_i"]


def test_lines_and_columns() -> None:
    text = "# T\n\nLet $x \\in \\mathbb{R}$.\n\n$$ x + 1 = 1 + x $$\n\n$$\nx\n= x\n$$\n"
    first, second = read_text(text).claims
    assert (first.extent.line, first.extent.column) == (5, 4)
    assert (first.extent.last.line, first.extent.last.column) == (5, 17)
    assert (second.extent.line, second.extent.column) == (9, 1)


def notebook(*cells: tuple[str, object]) -> str:
    body = [{"cell_type": kind, "metadata": {"source": "x"}, "source": source} for kind, source in cells]
    return json.dumps({"cells": body, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_a_notebook_is_read_with_the_places_of_its_file() -> None:
    text = notebook(
        ("markdown", ["Let $x \\in \\mathbb{R}$.\n", "\n", 'An "é" and 😀 $x = x + 0$.']),
        ("code", ["$x = 1$"]),
        ("markdown", "$$ x + 1 = 1 + x $$"),
    )
    found = read_text(text, "a.ipynb")
    assert [one.left_text for one in found.claims] == ["x", "x + 1"]
    for one in found.claims:
        line = text.splitlines()[one.extent.line - 1]
        assert line[one.extent.column - 1 :].startswith(one.left_text)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"cells": 3}', '{"cells": [3]}', "[" * 100_000, "{" * 1000]
)
def test_a_damaged_notebook_is_told(text: str) -> None:
    with pytest.raises(UnreadableError, match="this is not a notebook"):
        source_of(text, "a.ipynb")


def test_files_that_cannot_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="derivlab reads"):
        load(tmp_path / "a.docx")
    with pytest.raises(UsageError, match="No such file"):
        load(tmp_path / "a.md")
    (tmp_path / "b.md").write_bytes(b"\xff\xfe$x$")
    with pytest.raises(UsageError, match="not UTF-8"):
        load(tmp_path / "b.md")


def test_a_byte_order_mark_is_no_character(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("\ufeffLet $x \\in \\mathbb{R}$. $x = x + 0$", encoding="utf-8")
    assert [type(one).__name__ for one in read(load(path))] == ["Declared", "StatedClaim"]


def test_statements_come_one_by_one() -> None:
    stream = read(Source.plain("Let $x \\in \\mathbb{R}$. $x = x + 0$.\n\n" * 50))
    assert [type(next(stream)).__name__ for _ in range(2)] == ["Declared", "StatedClaim"]


def test_windows_line_ends() -> None:
    found = read_text("Let $x \\in \\mathbb{R}$.\r\n\r\n$$ x + 0 = x $$\r\n")
    assert [one.extent.line for one in found.claims] == [3]


def test_unicode_mathematics() -> None:
    found = read_text("Let $θ ∈ ℝ$. $$ ∂(θ·θ)/∂θ = 2θ $$ $$ ∑_{k=1}^K θ = K θ $$")
    assert not found.errors
    assert len(found.claims) == 2


@pytest.mark.parametrize("wrapper", ["{}", "{}, where all is declared.", "We get {} and so on."])
def test_words_around_inline_mathematics(wrapper: str) -> None:
    found = read_text("Let $x \\in \\mathbb{R}$. " + wrapper.format("$x + 0 = x$"))
    assert len(found.claims) == 1
