r"""Mathematics that a person wrote, set in LaTeX: read into derivlab's own syntax and printed from it.

The author's characters never reach LaTeX. What comes back from the printer passes an allow-list of
commands, whole and in balance; whatever does not is shown as the text that it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from derivlab.errors import DerivlabError
from derivlab.notation import parse_expression, to_latex
from derivlab.notation.rawtokens import Macro
from derivlab.report.breaking import break_lines
from derivlab.report.names import ACCENTS, ALPHABETS, MARKS
from derivlab.report.tex import GREEK, Tex, escape

_LONGEST = 4000
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}]|[^\\{}]+", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9\s+\-*/=<>()\[\],.:;!'|&_^]*\Z")
_FUNCTIONS = (
    "log exp ln max min sin cos tan sinh cosh tanh arcsin arccos arctan sup inf det arg cot sec csc lim"
)
_SYMBOLS = (
    "frac sqrt sum prod cdot times odot otimes circ pm partial nabla top infty dots ldots cdots mid neq leq "
    "geq in notin subseteq equiv approx simeq cong propto sim to mapsto leftarrow succeq succ preceq prec ll "
    "gg asymp lvert rvert lVert rVert langle rangle lfloor rfloor lceil rceil quad operatorname begin end"
)
_ALLOWED = frozenset(
    {
        *GREEK, *MARKS, *ACCENTS, *ALPHABETS, *_FUNCTIONS.split(), *_SYMBOLS.split(),
    }
)  # fmt: skip
_PUNCTUATION = frozenset([r"\\", r"\{", r"\}", r"\,", r"\;", r"\|", r"\ "])
_STAND_INS = ((r"\\mathbb\b", r"\\mathbf"), (r"\\coloneqq\b", r":="))
_RELATION = re.compile(r"(\s*(?:[=<>]|\\(?:in|leq|geq|neq|succeq|succ)(?![A-Za-z]))\s*)")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)(?!\{cases\})")


def is_safe_math(latex: str) -> bool:
    r"""Whether every command of a formula is on the list, its braces match, and nothing else is special.

    >>> [is_safe_math(text) for text in (r"\frac{a}{b}", r"\input{a}", "a}{", "^^5cinput")]
    [True, False, False, False]
    """
    depth = 0
    for token in _TOKEN.findall(latex):
        depth += {"{": 1, "}": -1}.get(token, 0)
        command = token[1:] if token.startswith("\\") else ""
        allowed = token in _PUNCTUATION or command in _ALLOWED if command else True
        if depth < 0 or not allowed or not (command or token in "{}" or _PLAIN.match(token)):
            return False
    pairs = latex.count(r"\begin{cases}") == latex.count(r"\end{cases}")
    return depth == 0 and pairs and "^^" not in latex and not _ENVIRONMENT.search(latex)


def authored(text: str, macros: Mapping[str, Macro] | None = None) -> Tex | None:
    r"""The author's expression from derivlab's own printer; None if it cannot be read or is not safe.

    >>> print(authored(r"\frac12 x_i"), authored(r"\input{x}"))
    \frac{1}{2} x_{i} None
    """
    if len(text) > _LONGEST:
        return None
    try:
        printed = to_latex(parse_expression(text, macros))
    except (DerivlabError, RecursionError):
        return None
    for pattern, replacement in _STAND_INS:
        printed = re.sub(pattern, replacement, printed)
    printed = printed.strip()
    return Tex(printed) if printed and is_safe_math(printed) else None


def message(text: str) -> Tex:
    r"""A sentence in which `$...$` is mathematics of the author's.

    >>> print(message(r"Use $\frac12$, not $\input{x}$."))
    Use $\frac{1}{2}$, not \texttt{\textbackslash{}input\{x\}}.
    """
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return escape(text)
    return Tex("".join(_mathematics(part) if at % 2 else escape(part) for at, part in enumerate(parts)))


def _mathematics(part: str) -> str:
    sides = _sides(part)
    printed = [authored(side) if at % 2 == 0 else Tex(side) for at, side in enumerate(sides)]
    if any(side is None for side in printed):
        return rf"\texttt{{{escape(part)}}}"
    return f"${''.join(map(str, printed))}$"


def _sides(part: str) -> list[str]:
    r"""Sides and the relations between them, by turns; `=` inside braces, as in a sum's, parts nothing.

    >>> _sides(r"\sum_{k = 1}^{n} x_k = y")
    ['\\sum_{k = 1}^{n} x_k', ' = ', 'y']
    """
    found, begun = [], 0
    for match in _RELATION.finditer(part):
        before = part[: match.start()]
        if before.count("{") == before.count("}"):
            found += [part[begun : match.start()], match[1]]
            begun = match.end()
    return [*found, part[begun:]]


def verbatim(text: str, longest: int = 400) -> Tex:
    """The author's text as it stands, as text."""
    flat = " ".join(text.split())
    flat = flat if len(flat) <= longest else flat[: longest - 1] + "…"
    return Tex(rf"\written{{{escape(flat)}}}")


def lines(formula: Tex, room: float) -> Tex:
    """A formula within `room` em, on several lines where it must be."""
    broken = break_lines(formula, room)
    if len(broken) == 1:
        return broken[0]
    body = r" \\ ".join([rf"& {broken[0]}", *(rf"&\quad {line}" for line in broken[1:])])
    return Tex(rf"\begin{{aligned}} {body} \end{{aligned}}")
