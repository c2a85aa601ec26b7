"""`derivlab check`: formats, exit codes, streams."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from derivlab.cli.main import main

GOOD = "Let $x \\in \\mathbb{R}$.\n\n$$ x + 1 = 1 + x $$\n"
WRONG = "Let $x \\in \\mathbb{R}$.\n\n$$ x + 1 = 2 x $$\n"
UNREADABLE = "Let $x \\in \\mathbb{R}$.\n\n$$ x = q $$\n"
UNDECIDED = "Let $x \\in \\mathbb{R}$.\n\n$$ x^2 \\geq 0 $$ where $\\prod_{k=1}^K x = x^K$\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"good.md": GOOD, "wrong.tex": WRONG, "unread.md": UNREADABLE}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def check(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main(["check", *map(str, words)])
    out = capsys.readouterr()
    return code, out.out, out.err


def report(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict:
    return json.loads(check(capsys, *words, "--format", "json")[1])


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("good.md", [], 0),
        ("wrong.tex", [], 1),
        ("wrong.tex", ["--allow-undecided", "--allow-unreadable"], 1),
        ("unread.md", [], 1),
        ("unread.md", ["--allow-unreadable"], 0),
        ("", [], 1),
    ],
)
def test_exit_codes(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, options: list[str], code: int
) -> None:
    assert check(capsys, folder / name, *options)[0] == code


def test_undecided_is_a_failure_unless_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text(
        "Let $A \\in \\mathbb{R}^{m \\times n}$. $$ A^\\top A \\succ 0 $$", encoding="utf-8"
    )
    assert check(capsys, tmp_path)[0] == 1
    assert check(capsys, tmp_path, "--allow-undecided")[0] == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "give a file or a folder, or --stdin"),
        (["nowhere.md"], "nowhere.md: there is no such file or folder"),
        (["--format", "yaml", "x.md"], "invalid choice"),
        (["pyproject.toml"], "not one of .md"),
        (["--stdin", "--stdin-name", "a.docx"], "not one of .md"),
    ],
)
def test_a_wrong_call(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    root: Path,
    words: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(root)
    code, out, err = check(capsys, *words)
    assert code == 2
    assert message in err
    assert out == ""


def test_an_empty_folder_is_a_wrong_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = check(capsys, tmp_path)
    assert code == 2
    assert "in this folder" in err


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = report(capsys, folder)
    assert value["version"] == 1
    assert value["summary"] == {"proved": 1, "refuted": 1, "undecided": 0, "unreadable": 1}
    files = {Path(one["path"]).name: one for one in value["files"]}
    assert list(files) == ["good.md", "unread.md", "wrong.tex"]
    good = files["good.md"]["claims"][0]
    assert good == {
        "line": 3, "column": 4, "end_line": 3, "end_column": 17, "left": "x + 1", "right": "1 + x",
        "relation": "=", "verdict": "proved", "reading": "x + 1 = x + 1", "reason": "", "side_conditions": [],
        "witness": None, "diagnosis": None, "chain": None, "difference": "", "solution": "",
        "steps_used": good["steps_used"],
    }  # fmt: skip
    wrong = files["wrong.tex"]["claims"][0]
    assert wrong["verdict"] == "refuted"
    assert set(wrong["witness"]) == {"sizes", "indices", "values", "left", "right"}
    assert wrong["witness"]["values"].keys() == {"x"}
    assert files["unread.md"]["errors"] == [
        {
            "line": 3, "column": 8, "end_line": 3, "end_column": 9, "message": "`q` is not declared",
            "hint": "say what it is first, e.g. $q \\in \\mathbb{R}$ or $q \\in \\mathbb{R}^n$, or define it",
        }
    ]  # fmt: skip
    assert files["unread.md"]["claims"][0]["verdict"] == "unreadable"


def test_the_side_conditions_of_a_proof_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "Let $x, y \\in \\mathbb{R}$. $$ \\frac{x}{y} + 1 = \\frac{x + y}{y} $$", encoding="utf-8"
    )
    assert report(capsys, path)["files"][0]["claims"][0]["side_conditions"] != []


def test_shapes_are_a_witness(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.md"
    path.write_text("Let $x \\in \\mathbb{R}^n$ and $y \\in \\mathbb{R}^m$. $$ x = y $$", encoding="utf-8")
    claim = report(capsys, path)["files"][0]["claims"][0]
    assert claim["verdict"] == "refuted"
    assert claim["witness"]["sizes"] == {"m": 2, "n": 3}
    assert (claim["witness"]["left"], claim["witness"]["right"]) == (
        "a vector of size n",
        "a vector of size m",
    )


def test_chains_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.md"
    path.write_text("Let $x \\in \\mathbb{R}$. $$ x + x = 3 x = 2 x $$", encoding="utf-8")
    value = report(capsys, path)["files"][0]
    assert [one["verdict"] for one in value["claims"]] == ["refuted", "refuted"]
    assert [(one["left"], one["right"], one["verdict"]) for one in value["chains"]] == [
        ("x + x", "2 x", "proved")
    ]


def test_only_refuted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = report(capsys, folder, "--only-refuted")
    assert [one["verdict"] for file in value["files"] for one in file["claims"]] == ["refuted"]
    text = check(capsys, folder, "--only-refuted")[1]
    assert "refuted" in text
    assert "good.md" not in text


def test_text_quotes_the_line_with_a_caret(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = check(capsys, folder / "wrong.tex")[1].splitlines()
    assert text[0].endswith("wrong.tex:3:4: refuted: x + 1 = 2 x")
    assert text[1:3] == [" 3 | $$ x + 1 = 2 x $$", "   |            ^^^"]
    assert text[3].startswith("  = reason: the two sides differ: x = ")
    assert text[-1] == "1 refuted in 1 file"


def test_text_points_at_what_is_not_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = check(capsys, folder / "unread.md")[1].splitlines()
    assert text[1:3] == [" 3 | $$ x = q $$", "   |        ^"]
    assert text[3].startswith("  = write: say what it is first")


def test_a_pipe_gets_no_colour(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "\033" not in check(capsys, folder)[1]


def test_github(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = check(capsys, folder, "--format", "github")[1].splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error"]
    assert "line=3,endLine=3,col=4,endColumn=" in lines[0]


def test_sarif(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = json.loads(check(capsys, folder, "--format", "sarif")[1])
    assert log["version"] == "2.1.0"
    assert [one["ruleId"] for one in log["runs"][0]["results"]] == ["unreadable", "refuted"]
    region = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region["startLine"] == 3


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(GOOD))
    code, out, _ = check(capsys, "--stdin")
    assert code == 0
    assert out.startswith("stdin.md:3:4: proved")


def test_a_file_that_is_no_text_does_not_stop_the_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.md").write_bytes(b"\xff\xfe")
    (folder / "bad.ipynb").write_text("{}", encoding="utf-8")
    value = report(capsys, folder)
    assert value["summary"]["proved"] == 1
    told = {Path(one["path"]).name: one["errors"] for one in value["files"] if "bad" in one["path"]}
    assert "not UTF-8" in told["bad.md"][0]["message"]
    assert "not a notebook" in told["bad.ipynb"][0]["message"]
    assert check(capsys, folder / "bad.md")[0] == 1


def test_a_file_given_twice_is_checked_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(report(capsys, folder / "good.md", folder / "good.md")["files"]) == 1


def test_the_proofs_pass(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = check(capsys, *sorted((root / "proofs").glob("*.md")))
    assert code == 0
    assert "refuted" not in out
