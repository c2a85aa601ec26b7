"""A derivation as a list of steps: rule, reason, before, after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import sympy
from sympy import Expr

Write = Callable[[Expr], str]
NEWLINE = "\n"


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

    def latex_equation(self, write: Write = sympy.latex) -> str:
        """before = after; `write` sets an expression."""
        return f"{write(self.before)} = {write(self.after)}"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex_equation()}$"


class Steps(tuple[Step, ...]):
    """The steps of a derivation; a notebook shows them as a numbered list, the rule beside each."""

    def latex(self, write: Write = sympy.latex) -> str:
        """An align environment: what the first step begins with, then each result with its rule."""
        if not self:
            return ""
        rows = [rf"&= {write(step.after)} && \text{{{step.rule}}}" for step in self]
        lines = [f"{write(self[0].before)} {rows[0]}", *rows[1:]]
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"

    def html(self, write: Write = sympy.latex) -> str:
        """A numbered list: the rule, its reason, the equation."""
        items = "".join(
            f"<li><b>{escape(step.rule)}</b>: {escape(step.reason)}"
            rf"<br>$\displaystyle {escape(step.latex_equation(write))}$</li>{NEWLINE}"
            for step in self
        )
        return f"<ol>{NEWLINE}{items}</ol>"

    def _repr_latex_(self) -> str | None:
        return self.latex() or None

    def _repr_html_(self) -> str:
        return self.html()
