r"""`\begin{...}` and `\end{...}` as tokens: cases, matrices, and what only sets lines below each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivlab.notation import commands as vocabulary
from derivlab.notation.rawtokens import Raw

if TYPE_CHECKING:
    from derivlab.notation.lexer import Tokenizer


def environment(lexer: Tokenizer, token: Raw) -> None:
    """The token of an environment's begin or end."""
    inner = lexer.argument()
    name = "".join(part.text for part in inner).rstrip("*")
    span = Raw(name, token.start, inner[-1].end + 1 if inner else token.end)
    begins = token.text == r"\begin"
    if name == "array":
        _array(lexer, span, begins)
    elif name in vocabulary.CASES:
        lexer.emit("CASES" if begins else "ENDCASES", name, span)
    elif name in vocabulary.MATRICES:
        lexer.emit("MATRIX" if begins else "ENDMATRIX", name, span)
    elif name in vocabulary.ROWS:
        if begins and name in ("alignedat", "alignat"):
            lexer.argument()
        lexer.emit("EDGE", name, span)
    elif begins:
        _refuse(lexer, span, name)


def _array(lexer: Tokenizer, span: Raw, begins: bool) -> None:
    r"""`array` is a matrix; after `\left\{` it holds cases, whose brace nothing closes."""
    if not begins:
        kind = lexer.arrays.pop() if lexer.arrays else "MATRIX"
        lexer.emit(f"END{kind}", span.text, span)
        return
    if lexer.at < len(lexer.raw) and lexer.raw[lexer.at].text == "[":
        lexer.argument()
        while lexer.at < len(lexer.raw) and lexer.raw[lexer.at - 1].text != "]":
            lexer.at += 1
    lexer.argument()
    before = lexer.out[-1] if lexer.out else None
    in_brace = before is not None and before.type == "DELIM" and before.value == r"\{"
    if in_brace:
        lexer.out.pop()
    lexer.arrays.append("CASES" if in_brace else "MATRIX")
    lexer.emit(lexer.arrays[-1], span.text, span)


def _refuse(lexer: Tokenizer, span: Raw, name: str) -> None:
    if name in vocabulary.ARRAYS:
        hint = "write it as bmatrix or pmatrix, a determinant with its entries"
        lexer.bad(span, f"a matrix written as `{name}` is not read", hint)
    else:
        lexer.bad(span, f"the environment `{name}` is not read", "use align, gather, split or cases")
