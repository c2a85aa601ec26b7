"""What `problem.md` gives by its declarations and definitions, and what a question asks for in its names."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, fields
from functools import lru_cache

from derivlab.errors import UnreadableError, UsageError
from derivlab.grading.headings import heading_text
from derivlab.notation import Source, StatedClaim, Unread
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.markdown import read_markdown
from derivlab.notation.rawtokens import Macro, read_macros
from derivlab.notation.statements.reader import Reader
from derivlab.symbols import Context

HEADING = re.compile(r"^(#{1,6})[ \t]+(.*)$", re.MULTILINE)
REMEMBERED = 128


@dataclass(frozen=True, eq=False)
class Given:
    """What is known before a student writes a word.

    Attributes:
        scope: the names; copied before anything is added to it.
        macros: the abbreviations of the problem.
    """

    scope: Scope
    macros: dict[str, Macro]

    @property
    def context(self) -> Context:
        """Variables, definitions and assumptions of the problem."""
        return self.scope.context()


def section_of(text: str, section: str) -> str:
    r"""A section of `problem.md` with what stands before the first heading of its level.

    Raises `UsageError` if there is no such heading.

    >>> section_of("Let $n$.\n# One\nA\n# Two\nB\n## more\nC", "two")
    'Let $n$.\n# Two\nB\n## more\nC'
    """
    if not section:
        return text
    headings = list(HEADING.finditer(text))
    found = [one for one in headings if heading_text(one.group(2)).lower() == section.strip().lower()]
    if not found:
        raise UsageError(f"problem.md has no heading `{section}`; write it as `# {section}`")
    here, level = found[0], len(found[0].group(1))
    before = next(one.start() for one in headings if len(one.group(1)) == level)
    after = (one.start() for one in headings if one.start() > here.start() and len(one.group(1)) <= level)
    return text[:before] + text[here.start() : next(after, len(text))]


@lru_cache(maxsize=REMEMBERED)
def read_given(text: str) -> Given:
    """The names that a problem declares and defines; `UsageError` where it is not read."""
    source = Source.plain(text, "problem.md")
    pages = read_markdown(text)
    reader = Reader(source, pages)
    for statement in reader.statements():
        if isinstance(statement, Unread):
            place = source.place(statement.extent.start)
            error = statement.error
            told = f"{error.message}; {error.hint}" if error.hint else error.message
            line = source.line(place.line).strip()
            raise UsageError(f"problem.md is not read at `{line[:60]}`: {told}")
    return Given(reader.scope, dict(read_macros(pages.text)))


@lru_cache(maxsize=REMEMBERED)
def asked_for(text: str, find: str) -> StatedClaim:
    """What a question asks for, as both sides of a claim among the names of the problem."""
    given = read_given(text)
    claims = claims_in(given, f"$$ {find} = {find} $$", f"find = {find!r}")
    if len(claims) != 1:
        raise UsageError(f"find = {find!r} is read as {len(claims)} equations; write one expression")
    return claims[0]


def claims_in(given: Given, text: str, where: str) -> list[StatedClaim]:
    """The claims in a line of the assignment; `UsageError` where it is not read."""
    pages = read_markdown(text)
    reader = Reader(Source.plain(text, "assignment.toml"), pages)
    reader.scope = copied(given.scope)
    reader.equations.scope = reader.scope
    found: list[StatedClaim] = []
    for statement in reader.statements():
        if isinstance(statement, Unread):
            raise UsageError(f"{where}: {_told(statement.error)}")
        if isinstance(statement, StatedClaim):
            found.append(statement)
    return found


def _told(error: UnreadableError) -> str:
    return f"{error.message}; {error.hint}" if error.hint else error.message


def copied(scope: Scope) -> Scope:
    """A scope that grows on its own; the entries in it are frozen and shared."""
    return Scope(**{one.name: copy.copy(getattr(scope, one.name)) for one in fields(scope)})
