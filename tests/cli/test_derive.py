"""`derivlab derive`: text, LaTeX, Markdown, and what cannot be derived."""

from __future__ import annotations

import pytest

from derivlab.cli.main import main

CROSS_ENTROPY = r"-\sum_k y_k \log \operatorname{softmax}(z)_k"
GIVEN = ["--given", r"z, y \in \mathbb{R}^K", "--assume", r"\sum_k y_k = 1"]


def test_each_step_has_its_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", CROSS_ENTROPY, "--wrt", "z", *GIVEN]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "∂J/∂z[i]"
    assert lines[1].split(" = ")[0].strip() == "definition"
    assert lines[-1] == "        collect = exp(z[i])/Σ_{k=1..K}(exp(z[k])) - y[i]"


def test_latex_is_an_align(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "x^2", "--wrt", "x", "--given", r"x \in \mathbb{R}", "--latex"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("\\begin{align*}")
    assert r"\text{power rule}" in text


def test_markdown_numbers_the_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "x^2", "--wrt", "x", "--given", r"x \in \mathbb{R}", "--markdown"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("1. definition:")
    assert "**Result.**" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["derive", "x^2", "--wrt", "x"], "`x` is not declared"),
        (["derive", "x^2 + (", "--wrt", "x", "--given", r"x \in \mathbb{R}"], "("),
        (["derive", "x^2", "--wrt", "y", "--given", r"x \in \mathbb{R}"], "`y` is not declared"),
    ],
)
def test_what_is_not_read_is_said(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert told in capsys.readouterr().err
