"""What a model's report says in words: convexity, and the step of gradient descent.

Each sentence stands on a row of the report or on an identity that is proved here; without the proof
the sentence is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Sum, Symbol

from derivlab.models import ConvexityClaim
from derivlab.proof import Claim, Proved, Refuted, verify
from derivlab.proof.verdict import show
from derivlab.report.content import Formula, Prose, Remark, Value
from derivlab.symbols import (
    Context,
    Dimension,
    Partial,
    Variable,
    free_symbols,
    head_name,
    substitute,
    total,
)
from derivlab.verification import ModelReport, Row

DIRECTION = "v"


def model_remarks(report: ModelReport) -> tuple[Remark, ...]:
    """The remarks of a model, in the order of the exposition."""
    return tuple(_convexity(report)) + tuple(_updates(report))


def _updates(report: ModelReport) -> Iterator[Remark]:
    for row in report.rows:
        if row.kind != "update" or not isinstance(row.verdict, Proved) or row.right is None:
            continue
        entry = next((term for term in Add.make_args(row.left) if isinstance(term, Indexed)), None)
        if entry is None:
            continue
        rate = _learning_rate(row)
        text: list[str | Formula] = ["Gradient descent moves "]
        text += [Formula(entry), " a small step against the gradient"]
        text += [", with the learning rate ", Formula(rate)] if rate is not None else []
        text += [
            ":",
            Formula(entry, row.left, "<-", display=True),
            "With the closed form of the gradient put in, the new value is",
            Formula(row.left, row.right, display=True),
            "which is proved above for all sizes. The first factor is weight decay: without data, each step "
            "only shrinks the parameters."
            if _shrinks(row.right, entry)
            else "which is proved above for all sizes.",
        ]
        yield Remark("The step of gradient descent", (tuple(text),), report.model.context)


def _learning_rate(row: Row) -> Expr | None:
    """The scalar factor in front of the derivative."""
    for term in Add.make_args(row.left):
        factors = Mul.make_args(term)
        if any(isinstance(factor, Partial) for factor in factors):
            return next((factor for factor in factors if isinstance(factor, Symbol)), None)
    return None


def _shrinks(right: Expr, entry: Expr) -> bool:
    """Whether the entry comes back multiplied by something else than one."""
    return any(entry in Mul.make_args(term) and term != entry for term in Add.make_args(right))


def _convexity(report: ModelReport) -> Iterator[Remark]:
    """One remark on everything that is said about convexity."""
    rows = {row.claim: row for row in report.rows if row.kind == "convexity"}
    paragraphs: list[Prose] = []
    context = report.model.context
    for claim in report.model.convexity:
        row = rows.get(claim.name)
        if row is None or row.verdict.verdict != row.expected:
            continue
        found = _convex(report, claim, row) if claim.holds else _not_convex(claim, row)
        paragraphs += found
        context = _joined(context, claim.context)
    if paragraphs:
        names = {variable.name for variable in context.variables}
        direction = () if DIRECTION in names else (Variable(DIRECTION),)
        yield Remark("Convexity", tuple(paragraphs), context.with_variables(*direction))


def _joined(first: Context, second: Context) -> Context:
    """Both contexts' definitions, for their names in print."""
    known = {entry.name for entry in first.definitions}
    return first.with_definitions(*(entry for entry in second.definitions if entry.name not in known))


def _convex(report: ModelReport, claim: ConvexityClaim, row: Row) -> list[Prose]:
    verdict = row.verdict
    assert isinstance(verdict, Proved)
    parts = " and ".join(verdict.certificate) or "a sum of squares"
    by = claim.context.variable(claim.by).node
    hessian = _hessian_row(report, claim.by)
    form = None if hessian is None else _proved_form(hessian, claim)
    if hessian is None or form is None:
        return [
            (f"{_sentence(claim.name)}: the quadratic form of its second derivative is made of {parts}.",)
        ]
    left, right = form
    return [
        (
            "The second derivative is",
            Formula(hessian.left, hessian.right, display=True),
            "so for every vector ",
            Formula(Symbol(DIRECTION)),
            ", as is proved for all sizes,",
            Formula(left, right, display=True),
            f"The right-hand side is made of {parts}, and so it is never negative: the objective is "
            f"convex in ",
            Formula(by),
            ", for all data and every size.",
        )
    ]


def _not_convex(claim: ConvexityClaim, row: Row) -> list[Prose]:
    verdict = row.verdict
    assert isinstance(verdict, Refuted)
    definition = claim.context.definition(head_name(claim.objective))
    assert definition is not None
    witness = verdict.witness
    values: list[tuple[str, str]] = [(name, str(size)) for name, size in witness.sizes.items()]
    values += [(name, _unnested(show(value))) for name, value in witness.values.items()]
    where = [part for name, value in values for part in (", ", Value(name, value))][1:]
    return [
        (
            "With the squared error in its place, " if "squared" in claim.name else "The function ",
            Formula(definition.head, definition.body, display=True),
            "the objective is not convex. At ",
            *where,
            " its second derivative in the direction ",
            Formula(Symbol(DIRECTION)),
            " is ",
            Value("", f"{float(witness.left):.4g}"),
            ", which is negative.",
        )
    ]


def _unnested(shown: str) -> str:
    """A lone number without the parentheses of its shape."""
    while shown.startswith("(") and shown.endswith(")") and "," not in shown:
        shown = shown[1:-1]
    return shown


def _sentence(name: str) -> str:
    return name[:1].upper() + name[1:]


def _hessian_row(report: ModelReport, by: str) -> Row | None:
    for row in report.rows:
        if row.kind == "hessian" and isinstance(row.verdict, Proved) and isinstance(row.left, Partial):
            inner = row.left.body
            if isinstance(inner, Partial) and head_name(inner.by) == by == head_name(row.left.by):
                return row
    return None


def _proved_form(row: Row, claim: ConvexityClaim) -> tuple[Expr, Expr] | None:
    """Σ_j Σ_k v_j H_jk v_k and the same with its squares gathered, if that is proved."""
    assert isinstance(row.left, Partial) and row.right is not None
    first, second = row.left.body.by, row.left.by
    if not isinstance(first, Indexed) or len(first.indices) != 1:
        return None
    j, k, size = first.indices[0], second.indices[0], claim.context.shape(claim.by)[0]
    v = Variable(DIRECTION, (size,))
    left = total(total(v.node[j] * row.left * v.node[k], k, size), j, size)
    right = Add(*(_gathered(term, j, k, v.node, size) for term in Add.make_args(row.right)))
    verdict = verify(Claim(left, right, claim.context.with_variables(v)))
    return (left, right) if isinstance(verdict, Proved) else None


def _gathered(term: Expr, j: Symbol, k: Symbol, v: Expr, size: Dimension) -> Expr:
    """Σ_j Σ_k v_j (term) v_k: of a delta one sum stays, of a product a_j a_k a square."""
    outer, summed, factors = _peeled(term)
    if any(isinstance(factor, KroneckerDelta) for factor in factors):
        rest = [substitute(f, {k: j}) for f in factors if not isinstance(f, KroneckerDelta)]
        apart = Mul(*(factor for factor in rest if j not in free_symbols(factor)))
        along = Mul(*(factor for factor in rest if j in free_symbols(factor)))
        return outer * _wrapped(apart * total(along * v[j] ** 2, j, size), summed)
    of_j = Mul(*(factor for factor in factors if j in free_symbols(factor)))
    of_k = Mul(*(factor for factor in factors if k in free_symbols(factor)))
    others = Mul(*(factor for factor in factors if not {j, k} & free_symbols(factor)))
    if substitute(of_j, {j: k}) == of_k:
        return outer * _wrapped(others * total(of_j * v[j], j, size) ** 2, summed)
    inside = total(total(of_j * of_k * others * v[j] * v[k], k, size), j, size)
    return outer * _wrapped(inside, summed)


def _peeled(term: Expr) -> tuple[Expr, tuple[tuple[Symbol, Expr], ...], tuple[Expr, ...]]:
    """A term as (factor) · Σ ... Σ (factors), where it has one sum; else its own factors."""
    factors = Mul.make_args(term)
    sums = [factor for factor in factors if isinstance(factor, Sum)]
    if len(sums) != 1:
        return Mul(), (), factors
    outside = Mul(*(factor for factor in factors if factor is not sums[0]))
    limits = tuple((bound, high) for bound, _, high in sums[0].limits)
    return outside, limits, Mul.make_args(sums[0].function)


def _wrapped(expr: Expr, summed: tuple[tuple[Symbol, Expr], ...]) -> Expr:
    for bound, high in summed:
        expr = total(expr, bound, high)
    return expr
