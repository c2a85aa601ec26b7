"""Submissions that mean harm: each is contained and named in its grade, and the batch goes on."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from derivlab.grading import Assignment, SubmissionGrade, grade_submission, load_assignment
from derivlab.grading.batch import Plan, grade_batch
from derivlab.grading.escaping import file_name, spreadsheet
from derivlab.grading.files import student_of, submissions
from derivlab.grading.journal import Journal
from tests.grading.classes import write_assignment

GOOD = r"""# 3
$$\frac{\partial J}{\partial z_i} = -\sum_k y_k (\delta_{ik} - \hat y_i) = \hat y_i - y_i$$
"""
SECRET = "the key of the safe"


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    return load_assignment(write_assignment(tmp_path_factory.mktemp("assignment") / "a"))


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"../../{number}.md", b"0" * 5_000_000)


def sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 30)


def link_to_secret(path: Path) -> None:
    secret = path.parent.parent / "secret.md"
    secret.write_text(SECRET + GOOD, encoding="utf-8")
    path.symlink_to(secret)


def text(content: str | bytes) -> Callable[[Path], None]:
    data = content if isinstance(content, bytes) else content.encode()
    return lambda path: path.write_bytes(data) and None  # type: ignore[func-returns-value]


NOTEBOOK_BOMB = '{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}"

# name of the file -> how it is made, and what the grade says.
FILES: dict[str, tuple[Callable[[Path], None], str]] = {
    "link.md": (link_to_secret, "links are not followed"),
    "pipe.md": (lambda path: os.mkfifo(path), "no regular file"),
    "giant.md": (sparse, "larger than 2 MB"),
    "bomb.zip": (zip_bomb, "a submission is .md"),
    "bomb.md": (zip_bomb, ""),
    "latin.md": (text("# 3\nGrößer".encode("latin-1")), "not UTF-8 text (byte"),
    "zeros.md": (text(b"# 3\n\0\0\0"), "zero byte"),
    "page.pdf": (text(b"%PDF-1.7"), "a submission is .md"),
    "broken.ipynb": (text("{"), "not a notebook"),
    "deep.ipynb": (text(NOTEBOOK_BOMB), "not a notebook"),
    "odd.ipynb": (text('{"cells": [{"cell_type": "markdown", "source": {"a": 1}}, 5]}'), ""),
    "prose.md": (text("I did everything, but not under headings. $x = 1$"), "no heading of the file names"),
    "tower.md": (text(r"# 3" "\n" r"$$\frac{\partial J}{\partial z_i} = 9^{9^{9^{9^9}}}$$"), ""),
    "parentheses.md": (text("# 3\n$$" + "(" * 20_000 + "x" + ")" * 20_000 + " = 0$$"), ""),
    "long.md": (text("# 3\n" + "$$ y_1 = y_1 $$\n\n" * 5_000), ""),
    "many.md": (text("# 3\n" + "$y_1 = y_1$. " * 3_000), ""),
    "dollars.md": (text("# 3\n" + "$" * 50_000), ""),
    "backticks.md": (text("# 3\n" + "`" * 50_000), ""),
    "macros.tex": (text(r"\section{3}\newcommand{\a}{\a\a}$$\a = \a$$"), ""),
    "input.tex": (text(r"\section{3}\input{../secret.md}\verbatiminput{/etc/passwd}$$\input{x} = 0$$"), ""),
    "script.md": (text(GOOD + "$$ <script>alert(1)</script> = </code><img src=x onerror=alert(1)> $$"), ""),
    "=cmd|'_'!A0.md": (text(GOOD), ""),
    "..hidden.md": (text(GOOD), ""),
    "new\nline.md": (text(GOOD), ""),
    "\x1b[31mred.md": (text(GOOD), ""),
    "\u202egnp.md": (text(GOOD), ""),
    "wide.md": (text(GOOD.encode("utf-16")), ""),
    "good.md": (text(GOOD), ""),
}


@pytest.fixture(scope="module")
def graded(
    assignment: Assignment, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, SubmissionGrade], Path]:
    """The whole lot, graded in one batch."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "submissions").mkdir()
    for name, (make, _) in FILES.items():
        make(folder / "submissions" / name)
    (folder / "submissions" / os.fsdecode(b"bytes\xff.md")).write_text(GOOD, encoding="utf-8")
    out = folder / "out" / "grades"
    entries = submissions([folder / "submissions"])
    grade_batch(assignment, entries, out, Plan(time_limit=120))
    with Journal(out) as journal:
        found = {student: journal.grade(student) for student in journal.students()}
    return {student: grade for student, grade in found.items() if grade is not None}, out


Graded = tuple[dict[str, SubmissionGrade], Path]


def test_everybody_has_a_grade(graded: Graded) -> None:
    assert len(graded[0]) == len({Path(name).stem for name in FILES} - {"..hidden"}) + 1


@pytest.mark.parametrize("name", [name for name, (_, why) in FILES.items() if why])
def test_what_is_not_read_is_named_and_needs_review(graded: Graded, name: str) -> None:
    grade = graded[0][student_of(Path(name).stem)]
    assert grade.status == "needs review"
    assert FILES[name][1] in (grade.error + " ".join(one.reason for one in grade.answers))


@pytest.mark.parametrize("name", ["good", "wide", student_of("=cmd|'_'!A0"), "new_line", "_[31mred", "_gnp"])
def test_a_strange_name_or_encoding_costs_nothing(graded: Graded, name: str) -> None:
    assert graded[0][name].answers[2].status == "right"


@pytest.mark.parametrize(
    "name", ["tower", "parentheses", "long", "many", "dollars", "backticks", "macros", "input", "odd"]
)
def test_a_heavy_text_earns_nothing_and_ends(graded: Graded, name: str) -> None:
    assert graded[0][name].score == 0.0
    assert graded[0][name].answers[2].status in ("needs review", "wrong", "missing")


def test_nothing_is_written_outside_and_no_secret_comes_out(graded: Graded) -> None:
    out = graded[1]
    assert [path.name for path in out.parent.iterdir()] == ["grades"]
    assert {path.name for path in out.iterdir()} == {
        "feedback", "grades.jsonl", "gradebook.csv", "journal.sqlite", "summary.md", "summary.html",
    }  # fmt: skip
    for path in (out / "feedback").iterdir():
        assert path.is_file()
        assert not path.name.startswith(".")
        assert SECRET not in path.read_text(encoding="utf-8")
        assert "root:" not in path.read_text(encoding="utf-8")
    assert len(list((out / "feedback").iterdir())) == 2 * len(graded[0])


def test_students_text_is_text_in_every_page(graded: Graded) -> None:
    for path in (graded[1] / "feedback").iterdir():
        page = path.read_text(encoding="utf-8")
        assert "<script" not in page
        if path.suffix == ".html":
            assert "<img" not in page
        assert not any(letter in page for letter in "\x1b\u202e\0")


def test_no_cell_of_the_gradebook_is_a_formula(graded: Graded) -> None:
    with (graded[1] / "gradebook.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) == len(graded[0]) + 1
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert spreadsheet("＝1+1").startswith("'")


def test_every_line_is_json(graded: Graded) -> None:
    lines = (graded[1] / "grades.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["student"] for line in lines] == sorted(graded[0])


def test_no_two_students_share_a_file() -> None:
    names = ["ann", "../ann", "ann/", "ann.", "con", "a" * 300, "a" * 301, "änn", ".ann", "", "ann\u200b"]
    assert len({file_name(name).lower() for name in names}) == len(names)
    assert all("/" not in file_name(name) and not file_name(name).startswith(".") for name in names)


def test_a_broken_answer_does_not_cost_the_others(assignment: Assignment) -> None:
    found = grade_submission(assignment, "# 1\n$$" + "(" * 5_000 + "= 0$$\n" + GOOD)
    assert [one.status for one in found.answers] == ["needs review", "missing", "right"]


def test_an_error_of_derivlab_is_a_review_of_that_answer(
    assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from derivlab.grading import grade

    def broken(*_: object) -> None:
        raise ZeroDivisionError("odd")

    monkeypatch.setattr(grade, "grade_derivation", broken)
    found = grade_submission(assignment, GOOD)
    assert found.answers[2].status == "needs review"
    assert "ZeroDivisionError" in found.answers[2].reason
    assert found.status == "needs review"
