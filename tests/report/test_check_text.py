"""What `check` prints on a terminal fits it: quoted lines with their carets, folded facts."""

from __future__ import annotations

import pytest

from derivlab.notation import read_text
from derivlab.report.check.judge import check_statements
from derivlab.report.check.text_form import Painter, entry

LONG = r"Let $x \in \mathbb{R}$. $$ x " + "+ x - x " * 30 + "= x + 1 + " + " + ".join(["x - x"] * 20) + " $$"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_quoted_lines_and_facts_fit_a_terminal(width: int) -> None:
    (one,) = [one for one in check_statements(read_text(LONG, "a.md").statements) if one.kind == "claim"]
    _, quoted, caret, *facts = entry(one, Painter(False, width)).splitlines()
    assert len(quoted) <= width
    assert len(caret.rstrip()) <= width
    assert quoted[caret.index("^")] == "1"  # the term that is one too many
    words = [line for line in facts if " " in line.strip().partition(": ")[2]]
    assert all(len(line) <= width for line in words), facts


def test_without_a_terminal_facts_are_one_line_each() -> None:
    (one,) = [one for one in check_statements(read_text(LONG, "a.md").statements) if one.kind == "claim"]
    facts = entry(one, Painter(False)).splitlines()[3:]
    assert all(line.startswith("  = ") for line in facts)
