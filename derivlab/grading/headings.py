"""Which question a heading names: `## 1a Softmax`, `Question 1 (a)`, `1.` and below it `(a)`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derivlab.grading.model import Question

WORDS = re.compile(r"[a-z]+|[0-9]+")
FILLERS = frozenset(
    {"question", "problem", "exercise", "task", "part", "answer", "solution", "to", "q", "ex", "no", "nr"}
)
LONGEST = 6


@dataclass(frozen=True)
class Heading:
    """A heading: its level (1 is the highest), its text, and where it and what follows it stand."""

    level: int
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Region:
    """The stretch [start, end) of a text that answers a question."""

    question: str
    start: int
    end: int


def named(text: str, questions: Sequence[Question], above: str = "") -> str:
    """The id of the question that a heading names, or ''; `above` is the text of the heading over it.

    >>> ask = [Question("1a", "Softmax", 1), Question("1b", "", 1), Question("2", "", 1)]
    >>> [named(text, ask) for text in ("Question 1 (a): W", "1b.", "2. Logistic", "Appendix", "12")]
    ['1a', '1b', '2', '', '']
    >>> named("(b)", ask, "Problem 1")
    '1b'
    """
    ids = {tuple(words_of(question.id)): question.id for question in questions}
    words = words_of(text, drop=True)
    for lead in ([], words_of(above, drop=True)[:2]):
        for count in range(min(len(words), LONGEST), 0, -1):
            for length in range(len(lead), -1, -1) if lead else (0,):
                found = ids.get((*lead[:length], *words[:count]))
                if found is not None and _ends(text, words[:count]):
                    return found
    title = " ".join(words_of(text))
    return next((one.id for one in questions if one.title and " ".join(words_of(one.title)) == title), "")


def words_of(text: str, drop: bool = False) -> list[str]:
    """Runs of letters and of digits, in lower case; leading fillers such as 'Question' dropped."""
    words = WORDS.findall(text.lower())
    while drop and words and words[0] in FILLERS:
        words.pop(0)
    return words


def _ends(text: str, words: list[str]) -> bool:
    """Whether the last word of an id ends there: `a` is not the start of `an answer`."""
    return bool(words) and re.search(rf"(?<![a-z]){words[-1]}(?![a-z])", text.lower()) is not None


def regions(headings: Sequence[Heading], questions: Sequence[Question], length: int) -> list[Region]:
    """The stretches that answer questions: each to the next heading that names one, or is not below it.

    Below the heading of an answer, `### 2. The chain rule` numbers a step and opens no question 2.
    """
    found: list[Region] = []
    above: list[Heading] = []
    opened: tuple[str, int, int] | None = None  # question, start, level
    for heading in headings:
        above = [one for one in above if one.level < heading.level]
        question = named(heading.text, questions, above[-1].text if above else "")
        if opened is not None and heading.level > opened[2] and question.isdigit():
            question = ""
        if opened is not None and (question or heading.level <= opened[2]):
            found.append(Region(opened[0], opened[1], heading.start))
            opened = None
        if question:
            opened = (question, heading.end, heading.level)
        above.append(heading)
    if opened is not None:
        found.append(Region(opened[0], opened[1], length))
    return found


# ---------------------------------------------------------------------------- headings of the formats

MARKDOWN = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*$"
    r"|^[ ]{0,3}(?P<marks>#{1,6})[ \t]+(?P<atx>[^\n]*)$"
    r"|^[ ]{0,3}(?P<setext>[^\s#>`~|$-][^\n$]*)\n[ ]{0,3}(?P<line>=+|-+)[ \t]*$"
    r"|^[ ]{0,3}(?:\*\*|__)(?P<bold>[^*_\n$]{1,80})(?:\*\*|__)[ \t]*[:.]?[ \t]*$",
    re.MULTILINE,
)
LATEX_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")
LATEX = re.compile(
    r"\\(?P<name>" + "|".join(LATEX_LEVELS) + r")\b\*?"
    r"[ \t]*(?:\[[^\]\n]{0,400}\])?[ \t]*\{(?P<text>[^{}\n]*)\}"
)


def heading_text(text: str) -> str:
    """What a heading of Markdown says, without the marks that may close it.

    >>> heading_text("Softmax ## ")
    'Softmax'
    """
    return text.strip(" \t").rstrip("#").rstrip(" \t")


def markdown_headings(text: str) -> list[Heading]:
    """Headings of Markdown outside fenced blocks; a bold line counts as the lowest level."""
    found: list[Heading] = []
    fence = ""
    for match in MARKDOWN.finditer(text):
        marks = match.group("fence")
        if marks:
            if not fence:
                fence = marks
            elif marks.startswith(fence):
                fence = ""
            continue
        if fence:
            continue
        if match.group("atx") is not None:
            level, words = len(match.group("marks")), heading_text(match.group("atx"))
        elif match.group("setext") is not None:
            level, words = (1 if match.group("line")[0] == "=" else 2), match.group("setext")
        else:
            level, words = 7, match.group("bold")
        found.append(Heading(level, words, match.start(), match.end()))
    return found


def latex_headings(text: str) -> list[Heading]:
    r"""`\section{...}` and its like; comments are to be blanked out before."""
    return [
        Heading(LATEX_LEVELS.index(match.group("name")), match.group("text"), match.start(), match.end())
        for match in LATEX.finditer(text)
    ]
