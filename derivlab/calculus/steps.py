"""A derivation as a list of steps: rule, reason, before, after."""

from __future__ import annotations

from dataclasses import dataclass

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
