"""Files taken apart: which text answers which question, in each format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derivlab.errors import UsageError
from derivlab.grading import Handed, Question
from derivlab.grading.files import student_of, submissions
from derivlab.grading.headings import latex_headings, markdown_headings, named
from derivlab.grading.submission import Parsed, parse

ASK = [
    Question("1a", "Softmax by W", 4),
    Question("1b", "", 4),
    Question("2", "", 4),
    Question("code", "", 4, "code", function="grad"),
]


def answers(name: str, text: str) -> Parsed:
    return parse(Handed("ann", ((name, text.encode()),)), ASK)


def pieces(found: Parsed, question: str) -> list[str]:
    """The formulas of an answer."""
    parts = found.answers[question].parts
    return [
        part.source.text[piece.start : piece.end]
        for part in parts
        for piece in part.pages.pieces
        if piece.kind in ("inline", "display")
    ]


@pytest.mark.parametrize(
    ("text", "above", "wanted"),
    [
        ("1a", "", "1a"),
        ("1 a", "", "1a"),
        ("1.a)", "", "1a"),
        ("Question 1 (a): by W", "", "1a"),
        ("Answer to question 2", "", "2"),
        ("Problem 2.", "", "2"),
        ("(b)", "Problem 1", "1b"),
        ("b) by c", "1. Softmax", "1b"),
        ("Part (a)", "Exercise 1", "1a"),
        ("Softmax by W", "", "1a"),
        ("code", "", "code"),
        ("1", "", ""),
        ("11a", "", ""),
        ("1 answer", "", ""),
        ("Appendix", "", ""),
        ("", "", ""),
    ],
)
def test_what_a_heading_names(text: str, above: str, wanted: str) -> None:
    assert named(text, ASK, above) == wanted


def test_markdown_headings_of_every_form_and_none_in_code() -> None:
    text = "# One\ntext\n```python\n# no heading\n```\nTwo\n---\n### Three ##\n**Four.**\n~~~\n# none\n~~~\n"
    assert [(one.level, one.text) for one in markdown_headings(text)] == [
        (1, "One"), (2, "Two"), (3, "Three"), (7, "Four.")
    ]  # fmt: skip


def test_latex_headings() -> None:
    text = r"\section{Problem 1} \subsection*{(a)} \paragraph{b} \sectional{no}"
    assert [one.text for one in latex_headings(text)] == ["Problem 1", "(a)", "b"]


def test_markdown_is_taken_apart_by_its_headings() -> None:
    found = answers(
        "a.md", "$x$\n# Problem 1\n## (a)\n$a_1$\n### a remark\n$a_2$\n## (b)\n$b$\n# Notes\n$n$\n# 2\n$c$"
    )
    assert {one: pieces(found, one) for one in found.answers} == {
        "1a": ["a_1", "a_2"], "1b": ["b"], "2": ["c"]
    }  # fmt: skip


def test_numbered_steps_below_an_answer_open_no_question() -> None:
    found = answers("a.md", "# 1a\n$a_1$\n## 2. Second step\n$a_2$\n# 2\n$c$")
    assert pieces(found, "1a") == ["a_1", "a_2"]
    assert pieces(found, "2") == ["c"]


def test_an_answer_may_go_on_under_a_second_heading_of_its_name() -> None:
    found = answers("a.md", "# 1a\n$a_1$\n# 2\n$c$\n# 1a, continued\n$a_2$")
    assert pieces(found, "1a") == ["a_1", "a_2"]


def test_latex_is_taken_apart_without_its_comments() -> None:
    found = answers("a.tex", "\\begin{document}\n\\section{1a} $a$\n% \\section{2}\n$b$\n\\section{2} $c$")
    assert pieces(found, "1a") == ["a", "b"]
    assert pieces(found, "2") == ["c"]


def cell(kind: str, source: str | list[str], **metadata: object) -> dict[str, object]:
    return {"cell_type": kind, "source": source, "metadata": metadata}


def test_notebooks_by_headings_and_by_metadata() -> None:
    cells = [
        cell("markdown", ["# 1a\n", "$a$\n"]),
        cell("code", "%matplotlib inline\ndef grad(z, y):\n    return z\n"),
        cell("markdown", "$a_2$"),
        cell("markdown", "$b$", nbgrader={"grade_id": "1b"}),
        cell("markdown", "$c$", tags=["2"]),
        cell("raw", "# 1a"),
    ]
    found = answers("a.ipynb", json.dumps({"cells": cells}))
    assert pieces(found, "1a") == ["a", "a_2"]
    assert pieces(found, "1b") == ["b"]
    assert pieces(found, "2") == ["c"]
    assert "def grad" in found.answers["code"].code
    assert "matplotlib" not in found.answers["code"].code


def test_code_in_a_fence_under_its_heading_and_in_a_python_file() -> None:
    fenced = answers("a.md", "# code\n```python\ndef grad(z): ...\n```\nand\n```text\nno\n```\n")
    assert fenced.answers["code"].code == "def grad(z): ...\n"
    whole = answers("a.py", "# 1a\ndef grad(z): ...\n")
    assert set(whole.answers) == {"code"}


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.docx", b"", "a submission is .md"),
        ("a.md", b"\xff\xff", "not UTF-8 text (byte 0)"),
        ("a.md", b"a\0", "zero byte"),
        ("a.ipynb", b"[]", "not a notebook"),
    ],
)
def test_a_file_that_is_not_read_says_why(name: str, data: bytes, why: str) -> None:
    (problem,) = parse(Handed("ann", ((name, data),)), ASK).problems
    assert problem.startswith(f"{name}: ")
    assert why in problem


# ---------------------------------------------------------------------------- who handed in what


def test_files_of_one_name_and_folders_are_one_student_each(tmp_path: Path) -> None:
    for name in (
        "ann.md",
        "ann.py",
        "bob/work.tex",
        "bob/.hidden.md",
        "bob/notes.txt",
        "cy/only.pdf",
        ".x.md",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    found = {student: [path.name for path in files] for student, files in submissions([tmp_path])}
    assert found == {"ann": ["ann.md", "ann.py"], "bob": ["work.tex"], "cy": ["only.pdf"]}


def test_what_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file or folder"):
        submissions([tmp_path / "nobody.md"])
    with pytest.raises(UsageError, match="there is no file to grade"):
        submissions([tmp_path])


def test_a_name_cannot_hide_anything() -> None:
    assert student_of("a\nb\x1b[0m\u202ec") == "a_b_[0m_c"
    assert len(student_of("x" * 500)) == 120
    assert student_of("") == "_"
