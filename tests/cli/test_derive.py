"""`derivlab derive`: text, LaTeX, Markdown, and what cannot be derived."""

from __future__ import annotations

import pytest

from derivlab.cli.main import main

CROSS_ENTROPY = r"-\sum_k y_k \log \operatorname{softmax}(z)_k"
GIVEN = ["--given", r"z, y \in \mathbb{R}^K", "--assume", r"\sum_k y_k = 1"]


def test_each_step_has_its_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", CROSS_ENTROPY, "--wrt", "z", *GIVEN]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "∂J/∂z_i"
    assert lines[1].split(" = ")[0].strip() == "definition"
    assert lines[-1] == "        collect = exp(z_i)/(Σ_k exp(z_k)) - y_i"


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


MATRICES = [
    (
        r"-\sum_k y_k \log \hat y_k", "W", r"h (\hat{y} - y)^{\top}",
        [r"W \in \mathbb{R}^{d \times K}", r"h \in \mathbb{R}^d", r"y \in \mathbb{R}^K"],
        [r"\hat y = \operatorname{softmax}(W^\top h)"],
    ),
    (
        CROSS_ENTROPY, "z", r"\operatorname{softmax}\left( z \right) - y", [r"z, y \in \mathbb{R}^K"], [],
    ),
    (
        r"\frac12 \|X w - t\|^2", "w", r"X^{\top} X w - X^{\top} t",
        [r"X \in \mathbb{R}^{N \times d}", r"w \in \mathbb{R}^d", r"t \in \mathbb{R}^N"], [],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("objective", "by", "form", "given", "define"), MATRICES)
def test_the_matrix_form(
    objective: str,
    by: str,
    form: str,
    given: list[str],
    define: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = [word for one in given for word in ("--given", one)]
    words += [word for one in define for word in ("--define", one)]
    words += ["--assume", r"\sum_k y_k = 1"] if "y" in objective else []
    assert main(["derive", objective, "--wrt", by, "--matrix", *words]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"matrix form = {form}"


def test_no_matrix_form_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--given", r"v \in \mathbb{R}_{>0}^n"]
    assert main(["derive", r"\sum_i \frac{1}{v_i}", "--wrt", "v", "--matrix", "--latex", *given]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "% no matrix form was found"


def test_a_matrix_form_that_is_not_proved_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the printer says, only what is read back and proved is shown."""
    import derivlab.cli.matrix

    monkeypatch.setattr(derivlab.cli.matrix, "matrix_form", lambda *_: r"A^{\top} v")
    given = ["--given", r"A \in \mathbb{R}^{n \times n}", "--given", r"u, v \in \mathbb{R}^n"]
    assert main(["derive", r"u^\top A v", "--wrt", "u", "--matrix", *given]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "no matrix form was found"


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
