"""Sentences from results, with their mathematics set as mathematics.

Rules and verdicts speak plain text ("yhat is written out.", "1 - g_i != 0"). Here names of the
context and small relations become formulas; everything else is escaped.
"""

from __future__ import annotations

import re

from derivlab.report.names import symbol_name
from derivlab.report.tex import GREEK, Tex, escape
from derivlab.symbols import Context

_RELATIONS = {"!=": r"\neq", ">=": r"\geq", "<=": r"\leq", ">": ">", "<": "<", "=": "="}
_WORD = r"[A-Za-z]\w*(?:\[[\w, ]+\])?'*"
_ATOM = rf"(?:{_WORD}|\d+)"
_RELATION = re.compile(rf"\b({_ATOM})\s*(!=|>=|<=|>|<|=)\s*({_ATOM})(?!\w)")
_POWER = rf"({_WORD})\^({_ATOM})"
_TOKEN = re.compile(rf"({_RELATION.pattern})|{_POWER}|({_WORD})")
_ENGLISH = frozenset(["a", "A", "I"])


def sentence(text: str, context: Context) -> Tex:
    r"""Plain text as LaTeX; names of `context` and relations between atoms become formulas.

    >>> from derivlab.symbols import dimension, vector
    >>> known = Context.of(vector("yhat", dimension("K")))
    >>> print(sentence("The derivative of yhat needs v != 0.", known))
    The derivative of $\hat{y}$ needs $v \neq 0$.
    """
    pieces: list[str] = []
    position = 0
    for match in _TOKEN.finditer(text):
        formula = _formula(match, context)
        if formula:
            pieces += [escape(text[position : match.start()]), f"${formula}$"]
            position = match.end()
    return Tex("".join([*pieces, escape(text[position:])]))


def _formula(match: re.Match[str], context: Context) -> str:
    if match[1] is not None:
        return f"{_atom(match[2], context)} {_RELATIONS[match[3]]} {_atom(match[4], context)}"
    if match[5] is not None:
        return f"{_atom(match[5], context)}^{{{_atom(match[6], context)}}}"
    word = match[7]
    known = context.lookup(word.split("[")[0]) is not None and word not in _ENGLISH
    return _atom(word, context) if known and not _inside_expression(match) else ""


def _inside_expression(match: re.Match[str]) -> bool:
    """Whether the word is part of a larger expression in plain text, which then stays plain."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    return re.search(r"[-+*/^_(]\s*$", before) is not None or re.match(r"\s*[-+*/^_()]", after) is not None


def _atom(text: str, context: Context) -> str:
    """`yhat[i, j]`, `theta` or a number."""
    if text.isdigit():
        return text
    name, _, indices = text.partition("[")
    entry = context.lookup(name)
    printed = str(symbol_name(name, entry.latex if entry is not None else ""))
    if not indices:
        return printed
    parts = [part.strip() for part in indices.rstrip("]").split(",")]
    letters = [rf"\{part}" if part in GREEK else part for part in parts if part.isalnum()]
    return f"{printed}_{{{','.join(letters) if max(map(len, parts)) > 1 else ''.join(letters)}}}"
