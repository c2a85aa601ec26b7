"""A model is data: declarations, definitions, what is claimed, and what must be refuted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from derivlab.symbols import Context

Reference = Callable[[Any, Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Wrong:
    """A wrong right-hand side that must be refuted: a negative control.

    Attributes:
        mistake: what is wrong with it, e.g. "sign".
        right: the wrong side.
    """

    mistake: str
    right: Expr


@dataclass(frozen=True)
class ModelClaim:
    """left = right, for all sizes.

    Attributes:
        name: what it says, e.g. "gradient by z".
        kind: "identity", "gradient", "jacobian", "hessian" or "update".
        wrong: variants that must be refuted.
    """

    name: str
    left: Expr
    right: Expr
    kind: str = "identity"
    wrong: tuple[Wrong, ...] = ()


@dataclass(frozen=True)
class ConvexityClaim:
    """Whether `objective` is convex in `by`, for all data and parameters of its context.

    `holds` says whether the claim is true; one that is not true must be refuted.
    """

    name: str
    objective: Expr
    by: str
    holds: bool
    context: Context


@dataclass(frozen=True)
class Model:
    """One model with everything that is said of it.

    Attributes:
        name, title, summary: for the command line and the report.
        context: declarations, definitions and assumptions.
        objective: the defined name that is differentiated.
        gradients: what it is differentiated by, in the order of the exposition.
        claims, convexity: what holds.
        references: for defined names, the same quantity in torch's own functions, as
            f(torch, values) with values by name; held against the derived gradients.
    """

    name: str
    title: str
    summary: str
    context: Context
    objective: str
    gradients: tuple[str, ...]
    claims: tuple[ModelClaim, ...]
    references: Mapping[str, Reference] = field(default_factory=dict, compare=False)
    convexity: tuple[ConvexityClaim, ...] = ()
