"""Names the likely mistake of a refuted claim: the smallest edit that makes it provable.

A diagnosis is shown only if the repaired claim is proved. Candidates are filtered by value at a few
points first, so that most cost well under a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sympy
from sympy import Expr

from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.kinds import KINDS
from derivlab.diagnosis.messages import message
from derivlab.diagnosis.situation import Situation, situation
from derivlab.proof.claim import Claim
from derivlab.symbols import Variable, fresh_index, index, total

MAX_CANDIDATES = 600


@dataclass(frozen=True)
class Diagnosis:
    """What is likely wrong with a claim.

    Attributes:
        kind: the error kind, e.g. "missing factor".
        repair: the right-hand side that is proved.
        where: the part of the written side that is wrong.
        detail: what is missing or too much, where that is an expression.
        assumption: an equation that the claim needs, where that is what is missing.
    """

    kind: str
    repair: Expr
    where: Expr
    detail: Expr | None = None
    assumption: tuple[Expr, Expr] | None = None

    def message(self, audience: str = "student", level: int = 2) -> str:
        """The sentence for a student or an instructor; hints come in levels 1 (where) to 3 (rule)."""
        return message(self, audience, level)


def diagnose(claim: Claim) -> Diagnosis | None:
    """The likely mistake of a refuted claim, or None where no small edit repairs it.

    Example:
        >>> from derivlab.symbols import Context, Partial, scalar
        >>> x = scalar("x")
        >>> diagnose(Claim(Partial(x**3, x), x**2, Context.of(x))).kind
        'missing factor'
    """
    at = situation(claim)
    if at is None:
        return None
    needed = _assumption(at)
    if needed is not None:
        return needed
    for edit in _candidates(at):
        if at.tried > MAX_CANDIDATES:
            break
        if edit.repaired != at.written and at.agrees(edit.repaired) and at.proves(edit.repaired):
            return Diagnosis(edit.kind, edit.repaired, edit.where, edit.detail)
    return _linear(at)


def _candidates(at: Situation) -> Iterator[Edit]:
    for kind in KINDS:
        try:
            yield from kind.repairs(at)
        except (TypeError, ValueError, AttributeError):  # SymPy refuses to build an odd candidate
            continue


def _assumption(at: Situation) -> Diagnosis | None:
    """True if Σ y = 1, for a vector y or the rows of a family of which nothing is assumed."""
    for variable in at.context.variables:
        if not variable.shape or len(variable.shape) > 2:
            continue
        assumption = _sums_to_one(variable)
        if assumption in at.context.assumptions:
            continue
        wider = replace(at.context, assumptions=(*at.context.assumptions, assumption))
        if at.proves(at.written, wider):
            return Diagnosis("assumption needed", at.written, at.written, assumption=assumption)
    return None


def _sums_to_one(variable: Variable) -> tuple[Expr, Expr]:
    bound = index("k")
    rows = [fresh_index(index("n"), [bound]) for _ in variable.shape[:-1]]
    entry = variable.node[(*rows, bound)]
    return total(entry, bound, variable.shape[-1]), sympy.Integer(1)


def _linear(at: Situation) -> Diagnosis | None:
    """left = a·written + b for small rational a, b: the fallback."""
    for a in (2, -2, sympy.Rational(1, 2), -sympy.Rational(1, 2), 3, sympy.Rational(1, 3)):
        candidate = a * at.written
        if at.agrees(candidate) and at.proves(candidate):
            return Diagnosis("missing factor", candidate, at.written, sympy.Rational(a))
    for b in (1, -1, 2, -2):
        for a in (1, -1):
            candidate = a * at.written + b
            if at.agrees(candidate) and at.proves(candidate):
                return Diagnosis("missing term", candidate, at.written, sympy.Integer(b))
    return None
