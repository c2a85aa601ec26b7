"""The verdict on one step, remembered by its meaning: students of a class write the same steps."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import sympy
from sympy import Expr

from derivlab.errors import OutsideClassError, ShapeError, UnreadableError, UsageError
from derivlab.grading.model import StepResult
from derivlab.notation import StatedClaim, Unread
from derivlab.proof import (
    Claim,
    Proved,
    Refuted,
    Undecided,
    Verdict,
    semidefinite,
    verify,
    verify_convex,
    verify_order,
)
from derivlab.symbols import REAL, Context, Variable, free_symbols, head_name
from derivlab.symbols.substitution import rebuild

REMEMBERED = 4096
DIVIDES = "this divides by zero"  # what the reader says of 1/0 and of 1/(x - x): wrong, and not a riddle
ZERO_DIVISOR = "division by zero"  # what the canonical form says of a divisor that is 0 for all values
NOT_FINITE = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo)


@lru_cache(maxsize=REMEMBERED)
def equal(left: Expr, right: Expr, context: Context) -> Verdict:
    """`verify`, remembered. Equal claims are the same tree in the same context, so nothing is guessed."""
    return verify(Claim(left, right, context))


def divides_by_zero(expr: Expr) -> bool:
    """Whether an expression holds a division by what is 0 for all values, or an infinity."""
    return bool(expr.has(*NOT_FINITE))


def decided(claim: StatedClaim, context: Context) -> StepResult:
    """The verdict on a claim in a context."""
    step = _decided(claim, context)
    if step.verdict != "proved":
        for name, other in claim.other_layouts:
            second = _decided(other, replace(context, ranges=other.context.ranges))
            if second.verdict == "proved":
                return replace(second, reading=f"{other.reading} ({name})")
    return step


def _decided(claim: StatedClaim, context: Context) -> StepResult:
    base = blank(claim)
    if claim.shape_mismatch:
        return replace(base, verdict="refuted", reason=claim.shape_mismatch)
    if divides_by_zero(claim.left) or divides_by_zero(claim.right):
        return replace(base, verdict="refuted", reason=DIVIDES)
    try:
        return with_verdict(base, _ask(claim, context))
    except ShapeError as error:
        return replace(base, verdict="refuted", reason=error.message)
    except UnreadableError as error:
        return replace(base, verdict="unreadable", reason=error.message, hint=error.hint)
    except (OutsideClassError, RecursionError) as error:
        return replace(base, reason=str(error) or "the expression is nested too deeply")


def blank(claim: StatedClaim) -> StepResult:
    """A step without its verdict."""
    extent = claim.extent
    texts = (" ".join(text.split()) for text in (claim.left_text, claim.right_text))
    left, right = texts
    return StepResult(
        extent.line, extent.column, left, right, "undecided", claim.relation, reading=claim.reading
    )


def unread(statement: Unread) -> StepResult:
    """A statement that is not read, as a step."""
    error, extent = statement.error, statement.extent
    return StepResult(
        extent.line,
        extent.column,
        " ".join(statement.left_text.split()),
        " ".join(statement.right_text.split()),
        "refuted" if error.message == DIVIDES else "unreadable",
        reason=error.message,
        hint=error.hint,
    )


def with_verdict(base: StepResult, verdict: Verdict) -> StepResult:
    """A step with the verdict of the proof floor, in words for a student."""
    match verdict:
        case Proved():
            return replace(base, verdict="proved", reason="")
        case Refuted(witness=witness):
            return replace(base, verdict="refuted", reason=f"the two sides differ: {witness.text()}")
        case Undecided(reason=reason) if reason == ZERO_DIVISOR:
            return replace(base, verdict="refuted", reason=DIVIDES)
        case Undecided(reason=reason, residue=residue):
            left = f"; left over: {residue}" if residue else ""
            return replace(base, verdict="undecided", reason=f"{reason}{left}")


def _ask(claim: StatedClaim, context: Context) -> Verdict:
    """Ask the proof floor, by the relation of the claim."""
    match claim.relation:
        case "=":
            return equal(claim.left, claim.right, context)
        case "⪰":
            (row, size), (column, _) = claim.indices[-2:]
            return _semidefinite(claim.left, (row,), (column,), (size,), context)
        case "convex" | "concave" if len(claim.by) == 1:
            return _convex(claim.left if claim.relation == "convex" else -claim.left, claim.by[0], context)
        case "≥" | "≤" | ">" | "<" | "≠":
            return _ordered(claim.left, claim.relation, claim.right, context)
        case relation:
            return Undecided(f"claims with `{relation}` are read but not decided")


@lru_cache(maxsize=REMEMBERED)
def _convex(objective: Expr, by: str, context: Context) -> Verdict:
    try:
        return verify_convex(objective, by, context)
    except UsageError as error:
        return Undecided(str(error))


_semidefinite = lru_cache(maxsize=REMEMBERED)(semidefinite)


@lru_cache(maxsize=REMEMBERED)
def _ordered(left: Expr, relation: str, right: Expr, context: Context) -> Verdict:
    """An inequality, by the sign of the difference, or since a quadratic form is least at 0.

    f >= 0 where f is convex and even in one of its vectors and 0 at the zero vector: then
    f(0) <= (f(v) + f(-v))/2 = f(v). Each of the three is proved on its own.
    """
    first = verify_order(left, relation, right, context)
    if isinstance(first, Undecided) and relation in ("≥", "≤"):
        difference = left - right if relation == "≥" else right - left
        for variable in context.variables:
            if variable.domain == REAL and _least_at_zero(difference, variable, context):
                return Proved()
    return first


def _least_at_zero(expr: Expr, variable: Variable, context: Context) -> bool:
    opened = context.expand(expr)
    if variable.name not in {symbol.name for symbol in free_symbols(opened)}:
        return False

    def at(factor: int) -> Expr:
        return rebuild(opened, lambda node: factor * node if _is_entry(node, variable) else None)

    even = equal(at(-1), opened, context).verdict == "proved"
    zero = even and equal(at(0), sympy.Integer(0), context).verdict == "proved"
    return zero and _convex(opened, variable.name, context).verdict == "proved"


def _is_entry(node: Expr, variable: Variable) -> bool:
    return isinstance(node, sympy.Symbol | sympy.Indexed) and head_name(node) == variable.name
