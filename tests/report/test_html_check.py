"""`check --html`: one file that loads nothing, marks that can be read, tapped and reached by keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derivlab.cli.main import main
from derivlab.notation.documents import source_of
from derivlab.notation.rawtokens import read_macros
from derivlab.report.check.html_form import document
from derivlab.report.check.judge import CheckedFile, Summary, check_statements
from derivlab.report.web.formulas import environment_of, formula, macros_element, with_marks
from derivlab.report.web.prose import Inset, markdown_of, prose

from .browser import Browser, browser, needs_chromium

NOTES = r"""# Notes <script>alert(1)</script> & friends

Let $z, y \in \mathbb{R}^K$ with $\sum_k y_k = 1$, let $\hat y = \operatorname{softmax}(z)$ and
$J = -\sum_k y_k \log \hat y_k$. Then
$$\frac{\partial J}{\partial z_i} = \hat y_i - y_i$$
and the Hessian is
$$\frac{\partial^2 J}{\partial z_i \partial z_j} = \hat y_i (1 - \hat y_i).$$
Inline $\sum_i \hat y_i = 1$, and $q = 3 + w$.

![a picture](http://example.com/x.png)

$$ \text{broken } x = \frac{1 $$
"""


def page_of(text: str, path: str = "notes.md") -> str:
    from derivlab.notation import read

    source, summary, found = source_of(text, path), Summary(), []
    for one in check_statements(read(source)):
        if one.kind == "claim":
            summary.add(one.verdict)
        found.append(one)
    return document([CheckedFile(path, tuple(found), source)], summary)


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("html") / "notes.html"
    path.write_text(page_of(NOTES), encoding="utf-8")
    return path


def without_own_code(html: str) -> str:
    """The page without its own style sheets and scripts: what came from the document."""
    return re.sub(r"<style>.*?</style>|<script>.*?</script>", "", html, flags=re.DOTALL)


def test_the_page_has_every_verdict_with_its_line(notes: Path) -> None:
    body = without_own_code(notes.read_text(encoding="utf-8"))
    for verdict, line in (("proved", 5), ("refuted", 7), ("proved", 8), ("unreadable", 8)):
        assert re.search(
            rf'<button[^>]*class="chip {verdict}[^>]*>(?:(?!</button>).)*line {line}<', body, re.DOTALL
        )
    assert "K = 2" in body  # the witness


def test_text_of_the_document_is_text(notes: Path) -> None:
    body = without_own_code(notes.read_text(encoding="utf-8"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; friends" in body
    assert "<script>alert" not in body
    assert "<img" not in body


@pytest.mark.parametrize(
    "attack",
    [
        '"><img src=x onerror=alert(1)>',
        "</span><script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '$a"onmouseover="alert(1)$',
        "$</script><script>alert(1)</script>$",
        "\\newcommand{\\x}{</script><script>alert(1)</script>} $\\x$",
        "<iframe src='http://example.com'></iframe>",
        "{{ 7 * 7 }} {% for x in y %}",
    ],
)
@pytest.mark.parametrize("name", ["notes.md", "notes.tex", '"><b>.md'])
def test_an_attack_is_shown_and_not_obeyed(attack: str, name: str) -> None:
    body = without_own_code(page_of(f"{attack}\n\n$x = 1$ {attack}", name))
    tags = set(re.findall(r"<\s*([a-zA-Z0-9]+)", body))
    assert not tags & {"img", "iframe", "object", "b", "link"}
    assert "javascript:" not in re.sub(r">[^<]*<", "><", body)
    assert not re.search(r"<[^>]*\son\w+\s*=", body)
    assert body.count("<script") == 1  # the macros, which are data
    assert "49" not in body


def test_the_policy_names_the_page_s_own_scripts_only(notes: Path) -> None:
    import base64
    import hashlib
    import html as entities

    text = notes.read_text(encoding="utf-8")
    policy = entities.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1])
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in scripts]
    assert re.findall(r"'sha256-([^']*)'", policy) == digests
    assert "default-src 'none'" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("text", "places", "marked"),
    [
        ("a = b", {2: "c1"}, r"a \mathrel{\htmlData{claim=c1}{=}} b"),
        (r"a &\leq b", {3: "c1"}, r"a &\mathrel{\htmlData{claim=c1}{\leq}} b"),
        ("a = b = c", {2: "c1", 6: "c2"}, None),
        ("a b", {1: "c1"}, ""),
        (r"\htmlData{claim=c1}{=} a = b", {25: "c1"}, ""),
    ],
)
def test_marks_stand_around_relations(text: str, places: dict[int, str], marked: str | None) -> None:
    found = with_marks(text, places)
    if marked is None:
        assert found.count("htmlData") == len(places)
    else:
        assert found == marked


def test_environments_that_katex_lacks_have_a_stand_in() -> None:
    assert environment_of("multline", r"a \label{x} = b \nonumber") == r"\begin{gather*}a  = b \end{gather*}"
    assert environment_of("equation", "a") == environment_of("", "a") == "a"


def test_macros_are_given_on_and_stay_in_their_element() -> None:
    made = macros_element(
        [read_macros(r"\newcommand{\R}{\mathbb{R}} \def\evil{</script>} \def\h{\htmlData{a}}")]
    )
    assert r"\\R" in made
    assert "</script>" not in made[:-9]
    assert "htmlData" not in made


def test_latex_is_read_by_way_of_markdown() -> None:
    items = r"\begin{itemize}\item x \item y\end{itemize}"
    text = rf"\begin{{document}}\section{{One_a}} \emph{{so}} {items} 5\% <b>\end{{document}}"
    html = prose(text, [], "a.tex")
    for part in ("<h2>One_a</h2>", "<em>so</em>", "<li>x</li>", "5%", "&lt;b&gt;"):
        assert part in html
    assert markdown_of(r"\# no heading") == r"\# no heading"


def test_a_latex_file_shows_its_title_and_not_its_comments() -> None:
    text = r"""\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}} \title{A \emph{b}}
    \begin{document} Let $x \in \mathbb{R}$. % a comment with $x = 1$
    \begin{multline} \pd{x^2}{x} = 2 x \end{multline} \end{document}"""
    body = without_own_code(page_of(text, "a.tex"))
    assert "<h2>A <em>b</em></h2>" in body
    assert "comment" not in body
    assert r'"\\pd":"\\frac {\\partial #1}{\\partial #2}"'.replace(" ", "") in body.replace(" ", "")


def test_insets_stand_where_they_belong() -> None:
    html = prose("a $x$ *b*", [Inset(2, 5, formula("x < y"))])
    assert html == '<p>a <span class="inline" data-tex>x &lt; y</span> <em>b</em></p>\n'


def test_the_command_writes_the_page_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text("Let $x \\in \\mathbb{R}$. $$ x + 1 = 1 + x $$", encoding="utf-8")
    out = tmp_path / "new" / "a.html"
    assert main(["check", str(tmp_path / "a.md"), "--html", str(out)]) == 0
    assert str(out) in capsys.readouterr().err
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert main(["check", str(tmp_path / "a.md"), "--html", str(tmp_path)]) == 2
    assert "choose another place with --html" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_named() -> None:
    body = without_own_code(document([CheckedFile("a.md", (), None, "not UTF-8 <text>")], Summary()))
    assert "not UTF-8 &lt;text&gt;" in body


@pytest.mark.slow
@needs_chromium
def test_in_a_browser(notes: Path, tmp_path: Path) -> None:
    with browser() as page:
        page.open(notes)
        assert page.run("document.querySelectorAll('[data-tex].set').length") > 10
        assert page.run("[...document.querySelectorAll('.unset')].map(e => e.textContent)") == [
            r"\text{broken } x = \frac{1"
        ]
        _pointer(page)
        _keyboard(page, notes)
        _screen_reader(page)
        _widths_and_schemes(page, notes, tmp_path)
        assert page.requests() == []
        assert page.complaints() == []


def _pointer(page: Browser) -> None:
    page.hover('.katex-html [data-claim="c2"]')
    assert page.run("document.getElementById('tip').textContent").startswith(
        "refuted: the two sides differ: K = 2"
    )
    assert page.run("document.getElementById('p-c2').hidden") is True
    page.click('.katex-html [data-claim="c2"]')
    assert page.run("document.getElementById('p-c2').hidden") is False
    page.click("#b-c2")
    assert page.run("document.getElementById('p-c2').hidden") is True


def _keyboard(page: Browser, notes: Path) -> None:
    page.open(notes)
    reached = []
    for _ in range(12):
        page.press("Tab")
        reached.append(page.run("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert reached[0] == "to the content"
    assert [one for one in reached if one.startswith("b-")][:3] == ["b-c1", "b-c2", "b-c3"]
    page.run("document.getElementById('b-c1').focus()")
    page.press("Enter")
    assert page.run("document.getElementById('b-c1').getAttribute('aria-expanded')") == "true"
    page.press("Escape")
    assert page.run("document.getElementById('b-c1').getAttribute('aria-expanded')") == "false"


def _screen_reader(page: Browser) -> None:
    """Every button speaks its verdict and line; formulas are read as mathematics, not twice."""
    nodes = page.send("Accessibility.getFullAXTree")["nodes"]
    buttons = [
        node["name"]["value"].strip() for node in nodes if node.get("role", {}).get("value") == "button"
    ]
    assert any(name.startswith("refuted") and "line 7" in name for name in buttons)
    assert any(name.startswith("proved") and "line 8" in name for name in buttons)
    assert all("✓" not in name for name in buttons)
    roles = [node.get("role", {}).get("value", "") for node in nodes]
    assert any("math" in role.lower() for role in roles)
    assert page.run("[...document.querySelectorAll('.katex-html')].every(e => e.ariaHidden === 'true')")


def _widths_and_schemes(page: Browser, notes: Path, folder: Path) -> None:
    shades = {}
    for width in (360, 1200):
        for scheme in ("light", "dark"):
            page.open(notes, "#b-c2", width=width, scheme=scheme)
            assert page.run("document.documentElement.scrollWidth") == width
            assert page.run("document.getElementById('p-c2').hidden") is False
            shades[scheme] = page.run("getComputedStyle(document.body).backgroundColor")
            assert page.picture(folder / f"{width}-{scheme}.png").stat().st_size > 10_000
            assert _contrast(page) >= 4.5
    assert shades["light"] != shades["dark"]


def _contrast(page: Browser) -> float:
    """The least contrast of a button's words with their ground, as WCAG counts it."""
    return page.run(
        """(() => {
          const light = c => { const v = c.match(/[0-9.]+/g).slice(0, 3).map(x => x / 255)
            .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
            return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
          return Math.min(...[...document.querySelectorAll('.chip, .word, .mark')].map(e => {
            const s = getComputedStyle(e); let ground = e, b = s.backgroundColor;
            while (/^rgba.*, 0\\)$/.test(b) && ground) { ground = ground.parentElement;
              b = ground ? getComputedStyle(ground).backgroundColor : 'rgb(255, 255, 252)'; }
            const [x, y] = [light(s.color), light(b)].sort((p, q) => q - p);
            return (x + 0.05) / (y + 0.05); }));
        })()"""
    )
