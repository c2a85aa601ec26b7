"""One student's files taken apart: for each question the prose and mathematics, and the code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from derivlab.errors import UnreadableError, UsageError
from derivlab.grading.headings import Heading, Region, latex_headings, markdown_headings, regions
from derivlab.grading.model import Question
from derivlab.notation import Source
from derivlab.notation.documents import source_of
from derivlab.notation.markdown import read_markdown
from derivlab.notation.regions import Pages, Piece, blank
from derivlab.notation.tex import read_tex

WRITTEN = (".md", ".markdown", ".tex", ".latex", ".ipynb")
CODE = (".py",)
MAX_BYTES = 2_000_000
MAX_ANSWER = 60_000
PICTURE = re.compile(r"!\[[^\]\n]{0,1000}\]\(|\\includegraphics\b|<img\b", re.IGNORECASE)
FENCED = re.compile(r"^[ ]{0,3}(?P<fence>`{3,}(?!`)|~{3,}(?!~))(?P<info>[^`\n]*)$", re.MULTILINE)
PYTHON = frozenset({"", "python", "python3", "py"})


@dataclass(frozen=True)
class Handed:
    """What a student handed in: the names of the files with their bytes, or with why they are not read."""

    student: str
    files: tuple[tuple[str, bytes | str], ...]

    @property
    def name(self) -> str:
        """The names of the files, for people."""
        return ", ".join(name for name, _ in self.files)


@dataclass(frozen=True)
class Part:
    """A stretch of a file that answers a question."""

    source: Source
    pages: Pages


@dataclass(frozen=True)
class Answer:
    """All that a student wrote for one question."""

    parts: tuple[Part, ...] = ()
    code: str = ""
    picture: bool = False
    too_long: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.picture and not any(part.pages.text.strip() for part in self.parts)


@dataclass(frozen=True)
class Parsed:
    """The answers of a submission; `problems` says of files that were not read why not."""

    answers: dict[str, Answer]
    problems: tuple[str, ...] = ()
    blank: bool = False


def parse(handed: Handed, questions: Sequence[Question]) -> Parsed:
    """The answers in a student's files."""
    found: dict[str, list[Answer]] = {}
    problems: list[str] = []
    written = 0
    for name, data in handed.files:
        try:
            text = decoded(name, data)
            written += len(text.strip())
            for question, answer in _answers(name, text, questions):
                found.setdefault(question, []).append(answer)
        except (UsageError, UnreadableError) as error:
            problems.append(f"{name}: {error}")
    merged = {question: _merged(parts) for question, parts in found.items()}
    return Parsed(merged, tuple(problems), not written)


def decoded(name: str, data: bytes | str) -> str:
    """The text of a file; `UsageError` with one sentence where it is none."""
    if isinstance(data, str):
        raise UsageError(data)
    ending = PurePath(name).suffix.lower()
    if ending not in (*WRITTEN, *CODE):
        raise UsageError(f"a submission is {', '.join((*WRITTEN, *CODE))}, not `{ending or name}`")
    if len(data) > MAX_BYTES:
        raise UsageError(f"larger than {MAX_BYTES // 1_000_000} MB; hand in the text without pictures")
    try:
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    if "\0" in text:
        raise UsageError("not a text file (it holds a zero byte)")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _answers(name: str, text: str, questions: Sequence[Question]) -> Iterator[tuple[str, Answer]]:
    ending = PurePath(name).suffix.lower()
    if ending in CODE:
        yield from ((one.id, Answer(code=text)) for one in questions if one.kind == "code")
    elif ending == ".ipynb":
        yield from _notebook(name, text, questions)
    else:
        source = source_of(text, name)
        latex = ending in (".tex", ".latex")
        pages = read_tex(text) if latex else read_markdown(text)
        headings = latex_headings(pages.text) if latex else markdown_headings(text)
        for region in regions(headings, questions, len(text)):
            yield region.question, _stretch(source, pages, region, text)


def _stretch(source: Source, pages: Pages, region: Region, text: str) -> Answer:
    """The answer in a stretch of a file; macros count wherever they stand in the file."""
    inside = text[region.start : region.end]
    return Answer(
        (Part(source, within(pages, region.start, region.end)),) if inside.strip() else (),
        code_blocks(inside),
        bool(PICTURE.search(inside)),
        len(inside) > MAX_ANSWER,
    )


def within(pages: Pages, start: int, end: int) -> Pages:
    """The pieces of a stretch, cut at its ends."""
    pieces = tuple(
        _cut(piece, start, end)
        for piece in pages.pieces
        if piece.start < end and (piece.end > start or piece.start >= start)
    )
    return Pages(pages.text, pieces)


def _cut(piece: Piece, start: int, end: int) -> Piece:
    if piece.kind != "prose":
        return piece
    return replace(piece, start=max(piece.start, start), end=min(piece.end, end))


def code_blocks(text: str) -> str:
    """The fenced blocks of Python in a stretch, one after the other.

    >>> code_blocks("see\\n```python\\nx = 1\\n```\\n")
    'x = 1\\n'
    """
    blocks: list[str] = []
    at = 0
    while (match := FENCED.search(text, at)) is not None:
        closing = re.compile(rf"^[ ]{{0,3}}{re.escape(match.group('fence'))}[ \t]*$", re.MULTILINE)
        end = closing.search(text, match.end())
        if match.group("info").strip(" \t{}.").lower() in PYTHON:
            blocks.append(text[match.end() + 1 : end.start() if end else len(text)])
        at = end.end() if end else len(text)
    return "\n".join(blocks)


def _merged(parts: list[Answer]) -> Answer:
    """Several stretches under the same name are one answer, read in order."""
    return Answer(
        tuple(part for one in parts for part in one.parts),
        "\n\n".join(one.code for one in parts if one.code),
        any(one.picture for one in parts),
        any(one.too_long for one in parts),
    )


# ---------------------------------------------------------------------------- notebooks


def _notebook(name: str, text: str, questions: Sequence[Question]) -> Iterator[tuple[str, Answer]]:
    """Markdown cells under headings or with the question's name in their metadata; and the code cells."""
    source = source_of(text, name)
    pages = read_markdown(source.text)
    cells = [cell for cell in json.loads(text).get("cells", ()) if isinstance(cell, dict)]
    headings = [*markdown_headings(source.text), *_labels(cells)]
    headings.sort(key=lambda heading: heading.start)
    for region in regions(headings, questions, len(source.text)):
        yield region.question, replace(_stretch(source, pages, region, source.text), code="")
    code = "\n\n# %%\n".join(cell for cell in map(_code, cells) if cell.strip())  # each runs on its own
    if code:
        yield from ((one.id, Answer(code=code)) for one in questions if one.kind == "code")


def _labels(cells: Sequence[dict[str, Any]]) -> Iterator[Heading]:
    """The names that cells carry in their metadata, as headings at the start of the cell."""
    at = 0
    for cell in cells:
        if cell.get("cell_type") != "markdown":
            continue
        metadata = cell.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        nbgrader = metadata.get("nbgrader")
        tags = metadata.get("tags")
        labels = [metadata.get("question"), metadata.get("name")]
        labels += [nbgrader.get("grade_id")] if isinstance(nbgrader, dict) else []
        labels += tags if isinstance(tags, list) else []
        yield from (Heading(1, label, at, at) for label in labels if isinstance(label, str))
        at += len(_joined(cell)) + 2  # as the reader of notebooks joins cells


def _joined(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _code(cell: dict[str, Any]) -> str:
    """The source of a code cell, without the notebook's own commands (`%`, `!`)."""
    if cell.get("cell_type") != "code":
        return ""
    lines = _joined(cell).split("\n")
    return "\n".join(blank(line) if line.lstrip()[:1] in ("%", "!") else line for line in lines)
