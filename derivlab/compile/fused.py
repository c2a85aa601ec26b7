"""Whole gradients in one pass: the formulas for which there are loops written by hand.

An entry states, in SymPy, the value and the gradient that its loop computes. It is taken for a
user's formulas only where both are the same expressions or are proved equal; so a wrong entry of
the table is never chosen. The loops are in `fused_numba` (the backend "fast") and `fused_torch`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from sympy import Expr, Symbol, exp, log, preorder_traversal

from derivlab.compile.outputs import Output
from derivlab.compile.recognize import sum_of_exponentials
from derivlab.proof import Proved, prove_equal
from derivlab.symbols import Context, Variable, delta, fresh_index, names_in, total


@dataclass(frozen=True)
class Stated:
    """The formulas of an entry, over a user's own variables and indices."""

    value: Expr
    gradient: Expr


@dataclass(frozen=True)
class Fused:
    """A loop and what it computes.

    Attributes:
        name: what it is called.
        roles: its variables, with the number of axes of each; "class" is a class label's role.
        state: the formulas, from the user's variables by role and the outputs' indices.
        loop: the name of what computes them, in `fused_numba` and `fused_torch`.
    """

    name: str
    roles: tuple[tuple[str, int], ...]
    state: Callable[[Mapping[str, Variable], tuple[Symbol, ...], tuple[Symbol, ...]], Stated | None]
    loop: str


def fused_for(outputs: Sequence[Output], context: Context) -> tuple[Fused, dict[str, str]] | None:
    """The entry that computes the outputs (a value and a gradient), and the user's name of each role."""
    if len(outputs) != 2:
        return None
    for entry in FUSED:
        for roles in _assignments(entry, outputs, context):
            if _computes(entry, roles, outputs, context):
                return entry, {role: variable.name for role, variable in roles.items()}
    return None


def restated(outputs: Sequence[Output], context: Context) -> Sequence[Output]:
    """The outputs, with an entry's formulas in place of ones that cancel and are proved equal to them.

    log Σ exp(z) - Σ y·z is Σ y·(-log p) where the labels sum to one, but a difference of large numbers.
    """
    if len(outputs) != 2 or not any(_is_log_sum_exp(node, context) for node in _nodes(outputs[0], context)):
        return outputs
    found = fused_for(outputs, context)
    if found is None:
        return outputs
    entry, names = found
    value, gradient = outputs
    roles = {role: context.variable(name) for role, name in names.items()}
    stated = entry.state(roles, value.indices, gradient.indices)
    if stated is None:
        return outputs
    return [replace(value, expr=stated.value), replace(gradient, expr=stated.gradient)]


def _nodes(output: Output, context: Context) -> Iterator[Expr]:
    return preorder_traversal(context.expand(output.expr))


def _is_log_sum_exp(node: Expr, context: Context) -> bool:
    return isinstance(node, log) and sum_of_exponentials(node.args[0], context) is not None


def _assignments(entry: Fused, outputs: Sequence[Output], context: Context) -> list[dict[str, Variable]]:
    """The ways to give the roles to the variables that occur, by their numbers of axes."""
    used = {name for output in outputs for name in names_in(context.expand(output.expr))}
    variables = [variable for variable in context.variables if variable.name in used]
    if len(variables) != len(entry.roles):
        return []
    found = []
    for order in permutations(variables):
        fits = all(
            len(variable.shape) == rank and (variable.domain.index_of is not None) == (role == "class")
            for variable, (role, rank) in zip(order, entry.roles, strict=True)
        )
        if fits:
            found.append({role: variable for variable, (role, _) in zip(order, entry.roles, strict=True)})
    return found


def _computes(
    entry: Fused, roles: Mapping[str, Variable], outputs: Sequence[Output], context: Context
) -> bool:
    value, gradient = outputs
    stated = entry.state(roles, value.indices, gradient.indices)
    if stated is None:
        return False
    pairs = ((value.expr, stated.value), (gradient.expr, stated.gradient))
    return all(_same(asked, offered, context) for asked, offered in pairs)


def _same(asked: Expr, offered: Expr, context: Context) -> bool:
    written = context.expand(asked)
    return written == offered or isinstance(prove_equal(written, offered, context), Proved)


def _softmax(z: Variable, front: tuple[Symbol, ...], place: Expr, avoid: set[Symbol]) -> Expr:
    k = fresh_index(Symbol("k", integer=True), avoid)
    node = z.node
    return exp(node[(*front, place)]) / total(exp(node[(*front, k)]), k, z.shape[-1])


def _entropy_stated(
    axes: int, mean: bool
) -> Callable[[Mapping[str, Variable], tuple[Symbol, ...], tuple[Symbol, ...]], Stated | None]:
    """The formulas of cross-entropy: of one vector (axes 1), of rows (axes 2), or their mean."""

    def state(
        roles: Mapping[str, Variable], own: tuple[Symbol, ...], by: tuple[Symbol, ...]
    ) -> Stated | None:
        z = roles["z"]
        if len(by) != axes or len(own) != (0 if mean else axes - 1) or not _rows_of_one(z, roles):
            return None
        front, place = by[:-1], by[-1]
        avoid = set(by)
        j = fresh_index(Symbol("j", integer=True), avoid)
        avoid.add(j)
        label = _label(roles, front)
        if label is not None:
            value = -log(_softmax(z, front, label, avoid))
            gradient = _softmax(z, front, place, avoid) - delta(place, label)
        else:
            y = roles["y"].node
            value = -total(y[(*front, j)] * log(_softmax(z, front, j, avoid)), j, z.shape[-1])
            gradient = _softmax(z, front, place, avoid) - y[by]
        if not mean:
            return Stated(value, gradient)
        size = z.shape[0]
        return Stated(total(value, front[0], size) / size, gradient / size)

    return state


def _rows_of_one(z: Variable, roles: Mapping[str, Variable]) -> bool:
    """Whether the labels belong to the logits: the same shape, or one class for each row."""
    if "y" in roles:
        return roles["y"].shape == z.shape
    label = roles["class"]
    return label.shape == z.shape[:-1] and label.domain.index_of == z.shape[-1]


def _label(roles: Mapping[str, Variable], front: tuple[Symbol, ...]) -> Expr | None:
    if "class" not in roles:
        return None
    node = roles["class"].node
    return node[front] if front else node


def _logistic_stated(
    roles: Mapping[str, Variable], own: tuple[Symbol, ...], by: tuple[Symbol, ...]
) -> Stated | None:
    theta, x, y, strength = (roles[role] for role in ("theta", "x", "y", "lambda"))
    if own or len(by) != 1 or x.shape != (*y.shape, *theta.shape):
        return None
    rows, size = x.shape
    n, j = (fresh_index(Symbol(name, integer=True), set(by)) for name in "nj")
    sigma = 1 / (1 + exp(-total(x.node[n, j] * theta.node[j], j, size)))
    losses = y.node[n] * log(sigma) + (1 - y.node[n]) * log(1 - sigma)
    value = strength.node / 2 * total(theta.node[j] ** 2, j, size) - total(losses, n, rows) / rows
    gradient = total((sigma - y.node[n]) * x.node[n, by[0]], n, rows) / rows
    return Stated(value, gradient + strength.node * theta.node[by[0]])


def _entropy(name: str, axes: int, mean: bool, classes: bool) -> Fused:
    labels = ("class", axes - 1) if classes else ("y", axes)
    loop = "mean_entropy" if mean else ("entropy" if axes == 1 else "entropies")
    return Fused(name, (("z", axes), labels), _entropy_stated(axes, mean), loop)


FUSED: tuple[Fused, ...] = (
    _entropy("softmax cross-entropy", 1, mean=False, classes=False),
    _entropy("softmax cross-entropy of rows", 2, mean=False, classes=False),
    _entropy("mean softmax cross-entropy", 2, mean=True, classes=False),
    _entropy("softmax cross-entropy of a class", 1, mean=False, classes=True),
    _entropy("softmax cross-entropy of classes", 2, mean=False, classes=True),
    _entropy("mean softmax cross-entropy of classes", 2, mean=True, classes=True),
    Fused(
        "regularized logistic loss",
        (("theta", 1), ("x", 2), ("y", 1), ("lambda", 0)),
        _logistic_stated,
        "logistic",
    ),
)
