"""The pictures of the terminal show what is printed, fetch nothing, and fit into 80 columns."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

if os.name == "nt":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

from tests.docs.pictures import COLUMNS, COMMANDS, DOCS, picture, printed, shown


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_it_shows_what_is_printed(name: str, tmp_path: Path) -> None:
    """`python -m tests.docs.pictures` takes it anew."""
    svg = (DOCS / f"{name}.svg").read_text(encoding="utf-8")
    words = COMMANDS[name]
    assert shown(svg) == shown(picture(words, printed(words, tmp_path)))


@pytest.mark.parametrize("name", COMMANDS)
def test_it_needs_nothing_from_elsewhere_and_has_colour(name: str) -> None:
    svg = (DOCS / f"{name}.svg").read_text(encoding="utf-8")
    assert re.findall(r"(?:href|url|src)\s*[=(]\s*[\"']?(?!#)(\S+)", svg) == []
    assert "derivlab" in shown(svg)
    assert len(set(re.findall(r"fill: (#\w+)", svg))) > 1


def test_without_colour_the_words_are_the_same(tmp_path: Path) -> None:
    words = COMMANDS["check"]
    coloured, plain = printed(words, tmp_path), printed(words, tmp_path, NO_COLOR="1")
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_a_picture_is_as_wide_as_a_terminal() -> None:
    svg = picture(("derivlab", "x"), "y" * (COLUMNS + 1))
    assert "y" * COLUMNS in svg
    assert "y" * (COLUMNS + 1) not in svg
