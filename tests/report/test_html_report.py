"""The report as a page: what the PDF says, pictures with words, one file that loads nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from derivlab.errors import InternalError
from derivlab.report.document import render_book
from derivlab.report.palette import DARK, darkened, latex_colours
from derivlab.report.tex import Tex
from derivlab.report.views import book
from derivlab.report.web import katex
from derivlab.report.web.fromtex import html_of
from derivlab.report.web.report import render_page

from .browser import browser, needs_chromium
from .sample import cross_entropy, report
from .test_html_check import without_own_code

EPOCH = 1_700_000_000


@pytest.fixture(scope="module")
def html() -> str:
    return render_page(book(report()), epoch=EPOCH)


@pytest.fixture(scope="module")
def body(html: str) -> str:
    """Without styles, scripts and the data of pictures."""
    return re.sub(r"base64,[A-Za-z0-9+/=]*", "base64,", without_own_code(html))


def test_it_says_what_the_pdf_says(body: str) -> None:
    source = render_book(book(report()), epoch=EPOCH)
    for told in ("2 of 2", "1 of 1", "98.99", "AdamW", "ba891046e6505d7aadcbbe", "14 November 2023"):
        assert told in source
        assert told in body
    for step in cross_entropy().derivations[0].steps:
        assert f"<strong>{step.rule}</strong>" in body
    for word, count in (("proved", 2), ("refuted", 1)):
        assert body.count(f'<span class="word {word}">') == count


def test_every_picture_has_words_and_two_schemes(body: str) -> None:
    pictures = re.findall(r"<picture>.*?</picture>", body, re.DOTALL)
    assert len(pictures) == 3
    for one in pictures:
        assert "prefers-color-scheme: dark" in one
        assert len(re.search(r'alt="([^"]*)"', one)[1]) > 40
    assert "Z_{1} from" in body
    assert "Misread digits: " in body


def test_a_dark_page_has_dark_pictures_only() -> None:
    content = replace(report(), models=())
    made = render_page(book(content), epoch=EPOCH, scheme="dark")
    assert '<html lang="en" class="dark">' in made
    assert "<picture>" not in made


def test_the_same_content_gives_the_same_bytes(html: str) -> None:
    again = render_page(book(report()), epoch=EPOCH)
    assert html.encode() == again.encode()


@pytest.mark.parametrize(
    "attack", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', r"\input{x}"]
)
def test_titles_names_and_reasons_are_text(attack: str) -> None:
    section = cross_entropy()
    row = replace(section.claims[0], name=attack, reason=attack, side_conditions=(attack,))
    section = replace(section, title=attack, summary=attack, claims=(row,), graph=None)
    made = render_page(
        book(replace(report(attack), models=(section,), network=None, command=attack)), epoch=EPOCH
    )
    text = without_own_code(made)
    assert "<script>" not in text
    assert "<img" not in text
    assert not re.search(r"<[^>]*\son\w+=", text)


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"a~--~b \quad 50\,\%", "a\u00a0–\u00a0b \u200350\u2009%"),
        (r"\textbf{1} \emph{\texttt{x\_y}}", "<strong>1</strong> <em><code>x_y</code></em>"),
        (r"\texorpdfstring{The $x$}{The x}", "The <span"),
        (r"\wrongcell{20}{3}", '<span class="wrong" style="--depth: 20%">3</span>'),
        (r"$\text{if } x < 1$", r"\text{if } x &lt; 1"),
        (r"\alarm{0 of 1}", '<strong class="word refuted">0 of 1</strong>'),
    ],
)
def test_the_vocabulary(tex: str, shown: str) -> None:
    assert shown in html_of(Tex(tex))


def test_a_word_that_the_page_lacks_is_a_mistake_of_derivlab() -> None:
    with pytest.raises(InternalError, match=r"no word for \\unknown"):
        html_of(Tex(r"\unknown{x}"))


def test_katex_is_whole_and_brings_its_licence_and_fonts(html: str) -> None:
    import hashlib

    for line in (katex.FOLDER / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split()
        assert hashlib.sha256((katex.FOLDER / name).read_bytes()).hexdigest() == digest, name
    assert "The MIT License" in html
    assert len(re.findall(r"url\(data:font/woff2", html)) == 20
    assert not re.search(r"url\((?!data:)", katex.styles())


def test_every_colour_has_its_dark_one() -> None:
    assert {value for _, value in latex_colours()} <= set(DARK)
    assert darkened(b"#0072b2 #123456") == b"#6CB8E8 #123456"


@pytest.mark.slow
@needs_chromium
def test_in_a_browser(html: str, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(html, encoding="utf-8")
    with browser() as page:
        for width, scheme in ((360, "light"), (1200, "dark")):
            page.open(path, width=width, scheme=scheme)
            assert page.run("document.documentElement.scrollWidth") == width
            assert page.run("[...document.querySelectorAll('.unset')].map(e => e.textContent)") == []
            assert page.run("[...document.images].every(i => i.naturalWidth > 100)")
            assert page.picture(tmp_path / f"{width}.png").stat().st_size > 50_000
        assert page.requests() == []
        assert page.complaints() == []
