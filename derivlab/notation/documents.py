"""Files to statements: the format is chosen by the name's ending."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from derivlab.errors import TooLargeError, UsageError
from derivlab.notation.markdown import read_markdown
from derivlab.notation.notebook import notebook_source
from derivlab.notation.regions import Pages
from derivlab.notation.sources import Source
from derivlab.notation.statements.model import Document, Statement, Unread
from derivlab.notation.statements.reader import Reader
from derivlab.notation.tex import read_tex

ENDINGS = (".md", ".markdown", ".tex", ".latex", ".ipynb")
MAX_CHARACTERS = 5_000_000
MAX_UNREAD = 500  # equations, of a document in which most are not read


def load(path: str | Path) -> Source:
    """The text of a file.

    Raises `UsageError` if the file cannot be read as UTF-8 text of a known format, `UnreadableError`
    if it is a damaged notebook.
    """
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(
            f"{path}: derivlab reads {', '.join(ENDINGS)} files, not `{path.suffix or path.name}`"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    if "\0" in text:
        raise UsageError(f"{path}: not text (it holds a zero byte); save it as UTF-8")
    return source_of(text, str(path))


def source_of(text: str, path: str) -> Source:
    """A source from a text and the name of its file."""
    if len(text) > MAX_CHARACTERS:
        raise UsageError(f"{path}: longer than {MAX_CHARACTERS} characters; break the file into several")
    return notebook_source(path, text) if path.lower().endswith(".ipynb") else Source.plain(text, path)


def pages_of(source: Source) -> Pages:
    """Prose and mathematics of a source."""
    ending = Path(source.path).suffix.lower()
    return read_tex(source.text) if ending in (".tex", ".latex") else read_markdown(source.text)


def read(source: Source) -> Iterator[Statement]:
    """The statements of a document, one after the other, as they are read.

    A document of which five hundred equations, and most of all, are not read is left at the next one: it is
    no mathematics.
    """
    unread = 0
    for number, statement in enumerate(Reader(source, pages_of(source)).statements(), 1):
        if isinstance(statement, Unread):
            unread += 1
            if unread > max(MAX_UNREAD, number / 2):
                yield replace(statement, error=_too_many(statement))
                return
        yield statement


def _too_many(statement: Statement) -> TooLargeError:
    return TooLargeError(
        f"most equations of this document, more than {MAX_UNREAD}, are not read; it is left here",
        hint="mend the first ones: what declares a name may be among them",
        start=statement.extent.start,
        end=statement.extent.end,
    )


def read_text(text: str, path: str = "text.md") -> Document:
    """All statements of a text; `path` says by its ending which format it has.

    >>> document = read_text(r"Let $x \\in \\mathbb{R}$. $$ (x + 1)^2 = x^2 + 2 x + 1 $$")
    >>> document.claims[0].left
    (x + 1)**2
    """
    source = source_of(text, path)
    return Document(source, tuple(read(source)))
