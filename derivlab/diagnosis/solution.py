"""The right side as derivlab writes it, and what is left of the difference of both sides."""

from __future__ import annotations

from sympy import Expr

from derivlab.calculus.closing import closed_form
from derivlab.diagnosis.transcribe import Transcriber, UntranscribableError
from derivlab.errors import DerivlabError
from derivlab.notation import StatedClaim, plain_text
from derivlab.notation.printer import to_latex

MAX_LENGTH = 400


def difference(claim: StatedClaim) -> str:
    """left − right in simplest form, as LaTeX; empty where there is none that is short enough."""
    return _closed(claim, claim.left - claim.right)


def solution(claim: StatedClaim) -> str:
    """The left side without derivatives, as LaTeX: one correct right side; empty where there is none."""
    return _closed(claim, claim.left)


def _closed(claim: StatedClaim, expr: Expr) -> str:
    """An entry of the expression in closed form, in the names of the document."""
    if claim.shape_mismatch or claim.relation != "=" or claim.origin is None:
        return ""
    try:
        form = closed_form(expr, claim.context)
    except (DerivlabError, RecursionError):
        return ""
    if form is None:
        return ""
    letters = {symbol: symbol.name for symbol, _ in claim.indices}
    try:
        text = to_latex(Transcriber(claim.origin.scope, letters).node(form)).strip()
    except UntranscribableError:
        text = plain_text(form)
    return text if len(text) <= MAX_LENGTH else ""
