"""From a layer's forward pass to formulas that may run: derived, proved, and only then handed on.

The backward pass of a layer is the gradient of its objective (Σ G·y, or the loss) by its input and
by its parameters. `derivlab.calculus` derives it, `derivlab.proof` decides that it is the
derivative for all sizes, and where a layer states a cheaper formula that too must be proved equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sympy import Expr, Symbol

from derivlab.errors import UsageError
from derivlab.network.layers import LayerModel, entry_of
from derivlab.symbols import Context, Partial, rebuild


@dataclass(frozen=True)
class VerifiedFormula:
    """A formula that was proved to be a derivative, for all sizes.

    Attributes:
        layer: name of the layer.
        by: name of the variable: "x", "W" or "b".
        indices: the indices of the result's axes.
        expr: what is compiled.
        derived: the closed form that the calculus derived.
        context: the layer's declarations and definitions.
        side_conditions: what the proof rests on, e.g. that x is not at the kink of ReLU.
    """

    layer: str
    by: str
    indices: tuple[Symbol, ...]
    expr: Expr
    derived: Expr
    context: Context
    side_conditions: tuple[str, ...]


@cache
def backward_formula(model: LayerModel, by: str) -> VerifiedFormula:
    """The gradient of the layer's objective by the variable `by`, derived and proved.

    Raises:
        UsageError: the gradient could not be derived or not be proved; training must not start.

    Example:
        >>> from derivlab.network.layers import elementwise
        >>> backward_formula(elementwise("sigmoid"), "x").expr
        (1 - y[n, j])*G[n, j]*y[n, j]
    """
    from derivlab.calculus import gradient

    entry = entry_of(model, by)
    result = gradient(model.objective, entry.base, model.context)
    derived = _with_indices(result.closed_form, result.indices, entry.indices)
    conditions = _proved(model, by, Partial(model.objective, entry), derived)
    expr = dict(model.stated).get(by)
    if expr is None:
        expr = derived
    else:
        conditions += _proved(model, by, derived, expr)
    indices = tuple(entry.indices)
    conditions = tuple(dict.fromkeys(conditions))
    return VerifiedFormula(model.name, by, indices, expr, derived, model.context, conditions)


def _with_indices(expr: Expr, old: tuple[Symbol, ...], new: tuple[Expr, ...]) -> Expr:
    from derivlab.symbols import substitute

    return substitute(expr, dict(zip(old, new, strict=True)))


def _proved(model: LayerModel, by: str, left: Expr, right: Expr) -> tuple[str, ...]:
    """The side conditions under which left = right is proved; `UsageError` if it is not."""
    from derivlab.proof import Claim, Proved, verify

    verdict = verify(Claim(left, right, model.context, f"{model.name}: gradient by {by}"))
    if isinstance(verdict, Proved):
        return tuple(verdict.side_conditions)
    raise UsageError(
        f"the gradient of the layer {model.name!r} by {by} is {verdict.verdict}, not proved: "
        f"no network is trained with it ({verdict})"
    )


def with_outputs(expr: Expr, model: LayerModel) -> Expr:
    """`expr` with each occurrence of an output's body replaced by the output: it is computed already.

    >>> from derivlab.network.layers import elementwise, n, j
    >>> tanh = elementwise("tanh")
    >>> with_outputs(1 - tanh.context.definition("y").body ** 2, tanh)
    1 - y[n, j]**2
    """
    for definition in reversed(model.context.definitions):
        body, head = definition.body, definition.head

        def reuse(node: Expr, body: Expr = body, head: Expr = head) -> Expr | None:
            return head if node == body else None

        expr = rebuild(expr, reuse)
    return expr
