"""Convexity and definiteness: proved by a sum of squares, refuted by a point and a direction."""

from __future__ import annotations

from itertools import islice

from flint import arb, ctx
from sympy import Expr, IndexedBase, Symbol

from derivlab.algebra.canonical import add_assumptions, differentiated, new_ring
from derivlab.algebra.read import Reader
from derivlab.algebra.squares import Certificate, certificate
from derivlab.errors import DerivlabError, OutsideClassError, UsageError
from derivlab.proof.claim import Claim
from derivlab.proof.evaluate import Evaluator
from derivlab.proof.numbers import NotDefinedError
from derivlab.proof.sampling import environments, free_indices, samples, size_names
from derivlab.proof.verdict import Proved, Refuted, Undecided, Verdict
from derivlab.proof.verify import Budget
from derivlab.proof.witness import PRECISION, least_sizes, witness_at
from derivlab.symbols import Context, Partial, Variable, index, total

DIRECTION = "v"
SMALL = ((1, 1), (1, 2), (2, 2), (2, 3))  # a curvature costs a second derivative: small sizes first


def verify_convex(objective: Expr, by: str, context: Context, budget: Budget | None = None) -> Verdict:
    """Whether `objective` is convex in the variable `by`, for all data and parameters.

    Proved by its Hessian's quadratic form as a sum of nonnegative multiples of squares; refuted by a
    point and a direction v with negative curvature vᵀHv.

    Example:
        >>> from derivlab.symbols import dimension, vector
        >>> n, k = dimension("n"), index("k")
        >>> w = vector("w", n)
        >>> verify_convex(total(w[k] ** 2, k, n), "w", Context.of(w)).verdict
        'proved'
        >>> verify_convex(-total(w[k] ** 4, k, n), "w", Context.of(w)).verdict
        'refuted'
    """
    shape = context.shape(by)
    if context.definition(by) is not None:
        raise UsageError(f"convexity is asked of a free variable, and {by} is defined")
    rows = tuple(index(f"a_{k + 1}") for k in range(len(shape)))
    columns = tuple(index(f"b_{k + 1}") for k in range(len(shape)))
    variable = context.variable(by)
    hessian = Partial(Partial(objective, _entry(variable, rows)), _entry(variable, columns))
    if variable.domain.nonzero or variable.domain.values is not None:
        return Undecided(f"the domain of {by} is not convex")
    return semidefinite(hessian, rows, columns, shape, context, budget)


def semidefinite(
    entry: Expr,
    rows: tuple[Symbol, ...],
    columns: tuple[Symbol, ...],
    shape: tuple[Expr, ...],
    context: Context,
    budget: Budget | None = None,
) -> Verdict:
    """Whether the symmetric matrix with the given entry is positive semidefinite."""
    budget = budget or Budget()
    direction = Variable(_unused(context), shape)
    wider = context.with_variables(direction)
    form = _entry(direction, rows) * entry * _entry(direction, columns)
    for symbol, size in zip((*rows, *columns), (*shape, *shape), strict=True):
        form = total(form, symbol, size)
    reason = "the quadratic form was not recognized as a sum of squares"
    try:
        found, conditions, steps = _certify(form, direction.name, wider, budget)
        if found is not None:
            return Proved(conditions, steps, found.parts)
        reason = conditions[0] if conditions else reason
    except OutsideClassError as error:
        reason = str(error)
    return _negative_curvature(form, wider, budget) or Undecided(
        reason, tried=("sum of squares", "points with negative curvature")
    )


def _unused(context: Context) -> str:
    name = DIRECTION
    while context.lookup(name) is not None:
        name += "_"
    return name


def _entry(variable: Variable, indices: tuple[Symbol, ...]) -> Expr:
    node = variable.node
    return node[indices] if isinstance(node, IndexedBase) else node


def _certify(
    form: Expr, name: str, context: Context, budget: Budget
) -> tuple[Certificate | None, tuple[str, ...], int]:
    """The certificate; none where the function has kinks or is not defined everywhere."""
    ring = new_ring(context, budget.steps)
    if add_assumptions(ring, context, differentiated((form,), context)):
        raise OutsideClassError("an assumption speaks of what is differentiated")
    reader = Reader(ring, context)
    polynomial = reader.read(form)
    if reader.conditions:
        return None, (f"convexity needs {reader.conditions[0].text()} everywhere",), ring.steps
    return certificate(ring, polynomial, name), (), ring.steps


def _negative_curvature(form: Expr, context: Context, budget: Budget) -> Refuted | None:
    previous = ctx.prec
    ctx.prec = PRECISION
    try:
        zero = form * 0
        claim = Claim(form, zero, context)
        sizes = size_names(context, (form,))
        for sample in islice(samples(context, sizes, least_sizes(claim), SMALL), budget.points):
            indices = free_indices((form,), context)
            for env in environments(indices, context, sample.sizes, (form,)):
                try:
                    value = Evaluator(context, sample.sizes, sample.values).value(form, env)
                except (NotDefinedError, DerivlabError):
                    continue
                if isinstance(value, arb) and value < 0:
                    return Refuted(witness_at(claim, sample, env, (value, arb(0))))
    finally:
        ctx.prec = previous
    return None
