"""Text that enters a document is printed, never obeyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivlab.report.names import is_safe_name, symbol_name
from derivlab.report.tex import Tex, as_tex, escape

ATTACKS = [
    r"\input{/etc/passwd}",
    r"\immediate\write18{touch pwned}",
    r"\newwrite\f\openout\f=evil.py",
    r"\catcode`\%=12 ",
    r"\csname input\endcsname",
    "^^5cinput{/etc/passwd}",
    r"\verbatiminput{/etc/passwd}",
    r"\def\x{\x\x}\x",
    r"$\input{/etc/passwd}$",
    "% swallowed\n\\end{document}",
    r"\begin{filecontents}{evil.tex}",
    r"\directlua{os.execute('true')}",
    "#1 & ~ _ ^ { } $",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_escaped_text_holds_only_commands_that_print_a_character(attack: str) -> None:
    import re

    commands = set(re.findall(r"\\([A-Za-z]+)", escape(attack)))
    assert commands <= {
        "textbackslash", "textasciicircum", "textasciitilde", "textless", "textgreater", "textbar",
        "textquotedbl", "textasciigrave", "ensuremath", "dots",
    }  # fmt: skip
    assert not re.search(r"(?<!\\)[%#&$_]", escape(attack))
    assert "^^" not in escape(attack)


@given(st.text(alphabet=st.characters(max_codepoint=0x7F)))
def test_escaping_any_ascii_text_leaves_no_special_character(text: str) -> None:
    import re

    plain = re.sub(r"\\[A-Za-z]+\{\}|\\[{}$&#%_]|(?<=-)\{\}", "", escape(text))
    assert not set(plain) & set("\\{}$&#%_^~\n\r\0")


@given(st.text())
def test_escaped_text_has_balanced_braces(text: str) -> None:
    plain = escape(text).replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")


def test_trusted_text_stays_and_added_text_is_escaped() -> None:
    assert as_tex(Tex(r"\emph{x}")) == r"\emph{x}"
    assert Tex("a ") + "50 %" == r"a 50 \%"
    assert isinstance(Tex("a") + "b", Tex)


def test_letters_beyond_the_fonts_become_question_marks() -> None:
    assert escape("naïve Łukasz σ ≥ 汉") == r"naïve Łukasz \ensuremath{\sigma} \ensuremath{\geq} ?"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_is_a_name(attack: str) -> None:
    assert not is_safe_name(attack)
    assert "\\input" not in symbol_name("x", attack)
    assert symbol_name("x", attack) == "x"
    assert symbol_name(attack).startswith(r"\text{")


@pytest.mark.parametrize(
    "latex",
    [r"\hat{y}", "W^{(1)}", r"\theta", r"\mathbf{x}_{ij}", "z'", r"\bar H_{1}", r"\ell", r"x_{\mathrm{new}}"],
)
def test_names_of_mathematicians_pass(latex: str) -> None:
    assert is_safe_name(latex)
    assert symbol_name("q", latex) == latex


@pytest.mark.parametrize(
    "latex", ["", "a}", "{a", "x_a_b", "x^a^b", "x_", r"\hat", "_a", "x'^2", "a" * 200, "{}", "x y z\\"]
)
def test_what_tex_would_choke_on_is_no_name(latex: str) -> None:
    assert not is_safe_name(latex)


@given(st.text(alphabet="ab_^{}'\\ht ()1", max_size=12))
def test_a_safe_name_has_balanced_braces_and_single_scripts(latex: str) -> None:
    import re

    if is_safe_name(latex):
        assert latex.count("{") == latex.count("}")
        assert not re.search(r"[_^]\s*[_^}]|[_^]\s*$", latex)


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("yhat", r"\hat{y}"), ("lambda", r"\lambda"), ("W1", "W_{1}"), ("x_new", r"x_{\mathrm{new}}"),
        ("k_1", "k_{1}"), ("thetatilde", r"\tilde{\theta}"), ("loss", r"\mathrm{loss}"), ("z'", "z'"),
    ],
)  # fmt: skip
def test_plain_names_are_typeset(name: str, latex: str) -> None:
    assert symbol_name(name) == latex
