"""Long formulas break where typesetters break them."""

from __future__ import annotations

import re

import pytest

from derivlab.report.breaking import break_lines, width
from derivlab.report.graph.measure import measure

FORMULAS = [
    r"\hat{y}_{i} - y_{i}",
    r"\frac{e^{z_{i}}}{\sum_{k=1}^{K} e^{z_{k}}}",
    r"- \sum_{k=1}^{K} y_{k} \log \hat{y}_{k}",
    r"\frac{1}{N} \sum_{i=1}^{N} x_{ij} (g_{i} - y_{i}) + \lambda \theta_{j}",
    r"\theta_{j} (1 - \alpha \lambda) - \frac{\alpha}{N} \sum_{i=1}^{N} x_{ij} (g_{i} - y_{i})",
]
LONG = " + ".join(rf"\frac{{a_{{{n}}} b}}{{c}}" for n in range(12))


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_estimate_is_near_what_mathtext_measures(formula: str) -> None:
    measured = measure(formula.replace(r"\frac", r"\dfrac"), 10.0).width / 10.0
    assert 0.8 * measured < width(formula) < 1.55 * measured


def test_what_fits_stays_on_one_line() -> None:
    assert break_lines("a + b", 20.0) == ["a + b"]


def test_every_line_fits_and_nothing_is_lost() -> None:
    lines = break_lines(LONG, 12.0)
    assert len(lines) > 2
    assert all(width(line) <= 12.0 for line in lines)
    assert " ".join(lines) == LONG


def test_brackets_across_lines_have_fixed_sizes_and_balance() -> None:
    formula = rf"\frac{{1}}{{N}} \left( {LONG} \right)"
    lines = break_lines(formula, 14.0)
    assert len(lines) > 2
    for line in lines:
        assert len(re.findall(r"\\left(?![a-z])", line)) == len(re.findall(r"\\right(?![a-z])", line))
    assert " ".join(lines).count(r"\biggl(") == " ".join(lines).count(r"\biggr)") == 1


def test_braces_are_never_torn() -> None:
    for line in break_lines(rf"x^{{{LONG}}} + y", 5.0):
        assert line.count("{") == line.count("}")


def test_a_sign_is_no_place_to_break() -> None:
    assert break_lines("- a", 0.1) == ["- a"]


@pytest.mark.parametrize("text", ["", "{", "}", "\\", r"\frac", r"\frac{a}", "a_", "^^", r"\left(", "%"])
def test_broken_latex_has_a_width_too(text: str) -> None:
    assert width(text) >= 0
