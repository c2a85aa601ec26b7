"""What students wrote, shown as text: in Markdown, in a spreadsheet, in a file's name."""

from __future__ import annotations

import hashlib
import re

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|$~^-])")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_@+-]*(?:\.[A-Za-z0-9_@+-]+)*\Z")
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)
LONGEST = 80
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Text without control characters and direction marks, which could make it look like another."""
    return CONTROL.sub("\ufffd", text)


def markdown(text: str) -> str:
    r"""Text that Markdown shows as it is, on one line.

    >>> markdown("a_b <b>*x*</b>\n# [y](http://z)")
    'a\\_b &lt;b&gt;\\*x\\*&lt;/b&gt; \\# \\[y\\]\\(http://z\\)'
    """
    line = " ".join(visible(text).split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return SPECIAL.sub(r"\\\1", line)


def code(text: str) -> str:
    """Text as a code span, whatever backticks are in it.

    >>> code("a `b` c")
    '`` a `b` c ``'
    """
    line = " ".join(visible(text).split()) or " "
    ticks = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if "`" in line else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def cell(text: str) -> str:
    """A code span in a cell of a table, where a bar would end the cell."""
    return code(text).replace("|", r"\|")


def block(text: str) -> str:
    """Text as a fenced block."""
    shown = visible(text).rstrip("\n")
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    return f"{fence}text\n{shown}\n{fence}"


def spreadsheet(text: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> spreadsheet("=1+1"), spreadsheet("Ann")
    ("'=1+1", 'Ann')
    """
    shown = visible(text).replace("\n", " ").replace("\r", " ")
    return f"'{shown}" if text.startswith(FORMULA) or shown.lstrip().startswith(FORMULA) else shown


def file_name(student: str) -> str:
    """A name for a student's feedback: no separators, no dots in front, no two students alike.

    >>> file_name("ann"), file_name("../ann")
    ('ann', 'ann-2a8c40f7')
    """
    if PLAIN_NAME.match(student) and len(student) <= LONGEST and not RESERVED.match(student):
        return student
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", student).strip("_-")[:LONGEST] or "student"
    return f"{stem}-{hashlib.sha256(student.encode()).hexdigest()[:8]}"
