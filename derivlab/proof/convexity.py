"""Convexity and definiteness: proved by a sum of squares, refuted by a point and a direction."""

from __future__ import annotations

from itertools import islice

from flint import arb, ctx
from sympy import Expr, IndexedBase, Symbol

from derivlab.algebra.canonical import add_assumptions, differentiated, new_ring, state_positive
from derivlab.algebra.read import Reader
from derivlab.algebra.squares import Certificate, certificate
from derivlab.errors import DerivlabError, OutsideClassError, UsageError
from derivlab.proof.claim import Claim
from derivlab.proof.evaluate import Evaluator
from derivlab.proof.indices import environments, free_indices, size_names
from derivlab.proof.numbers import NotDefinedError
from derivlab.proof.relevance import narrowed, possible
from derivlab.proof.roots import with_roots
from derivlab.proof.sampling import samples
from derivlab.proof.unread import respecting_unread
from derivlab.proof.verdict import Proved, Refuted, Undecided, Verdict
from derivlab.proof.verify import Budget
from derivlab.proof.witness import PRECISION, least_sizes, witness_at
from derivlab.symbols import Context, Partial, Variable, index, relevant, total

DIRECTION = "v"
SMALL = ((1, 1), (1, 2), (2, 2), (2, 3))  # a curvature costs a second derivative: small sizes first


def verify_convex(
    objective: Expr, by: str, context: Context, budget: Budget | None = None, strict: bool = False
) -> Verdict:
    """Whether `objective` is convex, or strictly, in the variable `by`, for all data and parameters.

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
    return semidefinite(hessian, rows, columns, shape, context, budget, strict)


def semidefinite(
    entry: Expr,
    rows: tuple[Symbol, ...],
    columns: tuple[Symbol, ...],
    shape: tuple[Expr, ...],
    context: Context,
    budget: Budget | None = None,
    strict: bool = False,
) -> Verdict:
    """Whether the symmetric matrix with the given entry is positive semidefinite, or (`strict`) definite.

    A refutation has a direction v with vᵀHv < 0; a matrix that is only semidefinite is not refuted.
    """
    budget = budget or Budget()
    direction = Variable(_unused(context), shape)
    wider = context.with_variables(direction)
    form = _entry(direction, rows) * entry * _entry(direction, columns)
    for symbol, size in zip((*rows, *columns), (*shape, *shape), strict=True):
        form = total(form, symbol, size)
    reason = "the quadratic form was not recognized as a sum of squares"
    try:
        found, conditions, steps = _certify(form, direction.name, relevant(wider, (form,)), budget)
        if found is not None and (found.strict or not strict):
            return Proved(conditions, steps, found.parts)
        reason = "it is semidefinite; whether definite is open" if found is not None else reason
        reason = conditions[0] if conditions else reason
    except OutsideClassError as error:
        reason = str(error)
    refuted = _negative_curvature(form, wider, budget)
    if refuted is None:
        return Undecided(reason, tried=("sum of squares", "points with negative curvature"))

    def again(claim: Claim) -> Verdict:
        found = _negative_curvature(form, claim.context, budget)
        return found or Undecided(reason)

    return respecting_unread(refuted, Claim(form, form * 0, wider), again)


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
    context = with_roots(context, differentiated((form,), context))
    ring = new_ring(context, budget.steps)
    state_positive(ring, context)
    if add_assumptions(ring, context, differentiated((form,), context)):
        raise OutsideClassError("an assumption speaks of what is differentiated")
    reader = Reader(ring, context)
    polynomial = reader.read(form)
    if reader.conditions:
        return None, (f"convexity needs {reader.conditions[0].text()} everywhere",), ring.steps
    shape = tuple(int(size) if size.is_Integer else str(size) for size in context.shape(name))
    return certificate(ring, polynomial, name, shape), (), ring.steps


def _negative_curvature(form: Expr, context: Context, budget: Budget) -> Refuted | None:
    previous = ctx.prec
    ctx.prec = PRECISION
    try:
        whole = Claim(form, form * 0, context)
        claim, context = narrowed(whole), relevant(context, (form,))
        sizes = size_names(context, (form,))
        for sample in islice(samples(context, sizes, least_sizes(claim), SMALL), budget.points):
            indices = free_indices((form,), context)
            for env in environments(indices, context, sample.sizes, (form,)):
                try:
                    value = Evaluator(context, sample.sizes, sample.values).value(form, env)
                except (NotDefinedError, DerivlabError):
                    continue
                if isinstance(value, arb) and value < 0 and possible(whole, claim, sample.sizes):
                    return Refuted(witness_at(claim, sample, env, (value, arb(0))))
    finally:
        ctx.prec = previous
    return None
