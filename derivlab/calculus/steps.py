"""A derivation as a list of steps: rule, reason, before, after."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import sympy
from sympy import Expr


@dataclass(frozen=True)
class Step:
    """before = after, by one rule.

    Attributes:
        rule: the rule's name, e.g. "product rule".
        reason: the sentence that a student reads.
        before, after: both sides; equal for all sizes (each step is checked).
        latex: the rule's statement, where it has one.
    """

    rule: str
    reason: str
    before: Expr
    after: Expr
    latex: str = ""

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {sympy.latex(self.before)} = {sympy.latex(self.after)}$"


class Steps(tuple[Step, ...]):
    """The steps of a derivation; a notebook shows them as an aligned chain, the rule beside each."""

    def latex(self) -> str:
        """An align environment: before the first step, then each result with its rule."""
        if not self:
            return ""
        rows = [rf"&= {sympy.latex(step.after)} && \text{{{step.rule}}}" for step in self]
        lines = [f"{sympy.latex(self[0].before)} {rows[0]}", *rows[1:]]
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"

    def _repr_latex_(self) -> str | None:
        return self.latex() or None

    def _repr_html_(self) -> str:
        """A numbered list: the rule, its reason, the equation."""
        items = "".join(
            f"<li><b>{escape(step.rule)}</b>: {escape(step.reason)}<br>{escape(step._repr_latex_())}</li>\n"
            for step in self
        )
        return f"<ol>\n{items}</ol>"
