"""What the tests of verdicts share: a case is a claim with its truth, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
import sympy
from sympy import Expr, Piecewise

from derivlab.algebra.canonical import residue
from derivlab.errors import OutsideClassError
from derivlab.proof import Budget, Claim, Refuted, verify
from derivlab.symbols import Context


@dataclass(frozen=True)
class Case:
    """left = right in `context`, and whether that is `true`.

    `gap` says why derivlab does not decide it yet; then the verdict must be 'undecided'.
    """

    name: str
    left: Expr
    right: Expr
    context: Context
    true: bool
    gap: str = ""


def true(name: str, left: Any, right: Any, context: Context, gap: str = "") -> Case:
    """A claim that holds."""
    return Case(name, sympy.sympify(left), sympy.sympify(right), context, True, gap)


def false(name: str, left: Any, right: Any, context: Context, gap: str = "") -> Case:
    """A claim that fails for some size and some values at which both sides are defined."""
    return Case(name, sympy.sympify(left), sympy.sympify(right), context, False, gap)


def named(cases: Iterable[Case]) -> list[Any]:
    """Parameters for a test of soundness."""
    return [pytest.param(case, id=case.name) for case in cases]


def decided(cases: Iterable[Case]) -> list[Any]:
    """Parameters for a test of completeness: known gaps are expected to fail, and to be told when closed."""
    return [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(strict=True, reason=case.gap)] if case.gap else [],
        )
        for case in cases
    ]


def check_sound(case: Case) -> None:
    """A false claim is not proved, and not by luck of the points; a true one is not refuted."""
    verdict = verify(Claim(case.left, case.right, case.context))
    if case.true:
        assert verdict.verdict != "refuted", verdict
    else:
        assert verdict.verdict != "proved", verdict
        assert not canonically_zero(case), "only the sampled points saved this verdict"


def canonically_zero(case: Case) -> bool:
    """Whether the canonical form alone would prove the case."""
    try:
        return residue(case.left, case.right, case.context, Budget().steps).is_zero
    except OutsideClassError:
        return False


def check_decided(case: Case) -> None:
    """The verdict is the truth; a refutation names both values."""
    verdict = verify(Claim(case.left, case.right, case.context))
    assert verdict.verdict == ("proved" if case.true else "refuted"), verdict
    if isinstance(verdict, Refuted):
        assert verdict.witness.left != verdict.witness.right


def one(condition: Any) -> Expr:
    """1 where the condition holds, else 0."""
    return Piecewise((1, condition), (0, True))
