r"""Formulas of a page: an element with its LaTeX, which KaTeX sets in place and a reader without it sees.

A mark is `\htmlData{claim=c3}{=}` around a relation, written here; where the text itself speaks of
HTML no mark is put into it, so a document cannot forge one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from derivlab.notation.rawtokens import Macro

_RELATION = re.compile(
    r"\\(?:coloneqq|triangleq|leq?q?|geq?q?|leqslant|geqslant|neq?|succeq|succ|preceq|prec|equiv|leftarrow|gets"
    r"|eqqcolon|lt|gt)(?![a-zA-Z])|:=|==|[=<>≤≥≠⪰≻⪯≺≡←]"
)
# Environments as they stand in files, and what KaTeX has for them.
_ENVIRONMENTS = {
    "align": "align*", "alignat": "align*", "flalign": "align*", "gather": "gather*", "dmath": "equation*",
    "multline": "gather*", "eqnarray": "align*", "split": "split", "aligned": "aligned",
    "alignedat": "aligned", "gathered": "gathered", "equation": "", "displaymath": "", "math": "",
}  # fmt: skip
_LEFT_OUT = re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![a-zA-Z])")
_FOREIGN = r"\html"


def formula(latex: str, *, display: bool = False, marked: str = "") -> Markup:
    r"""The element of one formula; `marked` is the same with marks in it.

    >>> print(formula("a < b"))
    <span class="inline" data-tex>a &lt; b</span>
    """
    kind = Markup('class="display" data-display') if display else Markup('class="inline"')
    marks = Markup(' data-marked="{}"').format(marked) if marked else ""
    return Markup("<span {}{} data-tex>{}</span>").format(kind, marks, latex)


def with_formulas(text: str) -> Markup:
    """Plain text in which `$...$` is a formula.

    >>> print(with_formulas("so <b> $x$"))
    so &lt;b&gt; <span class="inline" data-tex>x</span>
    """
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(formula(part) if at % 2 else escape(part) for at, part in enumerate(parts))


def with_marks(text: str, places: Mapping[int, str]) -> str:
    r"""`text` with a mark around the relation at each offset; "" where none can be put there.

    >>> print(with_marks("a = b", {2: "c1"}))
    a \mathrel{\htmlData{claim=c1}{=}} b
    """
    if _FOREIGN in text:
        return ""
    parts, done = [], 0
    for at, claim in sorted(places.items()):
        found = _RELATION.match(text, at)
        if found is None or at < done:
            continue
        parts += [text[done:at], rf"\mathrel{{\htmlData{{claim={claim}}}{{{found[0]}}}}}"]
        done = found.end()
    return "".join([*parts, text[done:]]) if done else ""


def environment_of(name: str, text: str) -> str:
    r"""The inside of a LaTeX environment as KaTeX wants it.

    >>> environment_of("eqnarray", "a &=& b")
    '\\begin{align*}a &= b\\end{align*}'
    """
    text = _LEFT_OUT.sub("", text)
    if name == "eqnarray":
        text = re.sub(r"&(.*?)&", r"&\1", text)
    stands = _ENVIRONMENTS.get(name, "")
    return rf"\begin{{{stands}}}{text}\end{{{stands}}}" if stands else text


def _joined(tokens: Iterable[str]) -> str:
    """Tokens as LaTeX: only a command of letters needs a space behind it; `#1` stays together."""
    return "".join(f"{token} " if token[:1] == "\\" and token[-1:].isalpha() else token for token in tokens)


def macros_element(macros: Iterable[Mapping[str, Macro]]) -> Markup:
    """The documents' own macros, for KaTeX to read; none that speaks of HTML or has a default."""
    known = {
        name: _joined(macro.body)
        for one in macros
        for name, macro in one.items()
        if macro.default is None and _FOREIGN not in _joined((name, *macro.body))
    }
    data = json.dumps(known, ensure_ascii=True).replace("<", "\\u003c")
    return Markup('<script type="application/json" id="macros">{}</script>').format(Markup(data))
