"""The left side of a claim by torch autograd, the right side compiled from its formula.

Each derivative in the left side is taken by autograd from the model's reference in torch's own
functions, at random inputs of several sizes and scales; what remains of the left side, and the right
side, run as compiled NumPy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr, Indexed, Symbol

from derivlab.compile import Output, compile_function
from derivlab.errors import UsageError
from derivlab.models import Model, ModelClaim
from derivlab.proof.indices import free_indices, size_names
from derivlab.symbols import Context, Partial, Variable, free_symbols, head_name, rebuild

Arrays = dict[str, np.ndarray]
SIZES = ((3, 4), (7, 2), (1, 5), (16, 11))
SCALES = (1.0, 8.0)
SEEDS = (0, 1)
SMALLEST_SCALE = 1e-4


@dataclass(frozen=True)
class Agreement:
    """The largest relative error over `points` random inputs."""

    error: float
    points: int


def agreement(model: Model, claim: ModelClaim) -> Agreement | None:
    """How closely the claim's right side agrees with autograd; None without a derivative in it."""
    if not claim.left.has(Partial):
        return None
    slots = _Slots(model.context)
    left = rebuild(claim.left, slots)
    right = rebuild(claim.right, slots)
    indices = free_indices((claim.left, claim.right), model.context)
    context = model.context.with_variables(*slots.variables)
    compiled = compile_function(
        [Output("left", left, indices), Output("right", right, indices)], context, name="sides"
    )
    wanted = {argument.name for argument in compiled.arguments}
    worst, points = 0.0, 0
    for values in inputs(model):
        given: dict[str, Any] = {**values, **slots.evaluate(model, values)}
        sides = compiled(**{name: given[name] for name in wanted})
        worst = max(worst, relative_error(sides["left"], sides["right"]))
        points += 1
    return Agreement(worst, points)


def relative_error(left: np.ndarray, right: np.ndarray) -> float:
    """max |left − right| over the largest entry (at one class all entries are 0 up to rounding)."""
    scale = max(float(np.max(np.abs(left))), float(np.max(np.abs(right))), SMALLEST_SCALE)
    error = float(np.max(np.abs(left - right))) / scale
    return error if np.isfinite(error) else float("inf")


class _Slots:
    """Replaces each derivative by an entry of a new array that autograd fills."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.slots: dict[Expr, Variable] = {}

    def __call__(self, node: Expr) -> Expr | None:
        if not isinstance(node, Partial):
            return None
        axes = _axes(node)
        key = _generic(node)
        if key not in self.slots:
            shape = tuple(size for entry in axes for size in self._shape(entry))
            self.slots[key] = Variable(f"slot{len(self.slots)}", shape)
        indices = tuple(i for entry in axes for i in (entry.indices if isinstance(entry, Indexed) else ()))
        slot = self.slots[key].node
        return slot[indices] if indices else slot

    def _shape(self, entry: Expr) -> tuple[Expr, ...]:
        return self.context.shape(head_name(entry)) if isinstance(entry, Indexed) else ()

    @property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(self.slots.values())

    def evaluate(self, model: Model, values: Arrays) -> Arrays:
        """Each slot's array at the given values."""
        names = [[head_name(entry) for entry in _axes(key)] for key in self.slots]
        slots = zip(names, self.slots.values(), strict=True)
        return {slot.name: derivative(model, path, values) for path, slot in slots}


def _axes(node: Partial) -> list[Expr]:
    """The differentiated entry, then what it is differentiated by, the innermost first."""
    if isinstance(node.body, Partial):
        return [*_axes(node.body), node.by]
    if not isinstance(node.body, Symbol | Indexed):
        raise UsageError(f"{node.body} has no reference; give the quantity a name in the model")
    return [node.body, node.by]


def _generic(node: Partial) -> Expr:
    """The derivative as a key: one slot serves all index letters."""
    inner = _generic(node.body) if isinstance(node.body, Partial) else _bare(node.body)
    return Partial(inner, _bare(node.by))


def _bare(entry: Expr) -> Expr:
    return Symbol(head_name(entry), real=True)


def derivative(model: Model, path: list[str], values: Arrays) -> np.ndarray:
    """d path[0] / d path[1] / d path[2] ... by autograd; axes in that order."""
    import torch

    given = {name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()}
    _fill(model, given, torch, stop=set(path[1:]))

    def quantity(*moved: Any) -> Any:
        at = {**given, **dict(zip(dict.fromkeys(path[1:]), moved, strict=True))}
        for name, reference in model.references.items():
            if name not in path[1:]:
                at[name] = reference(torch, at)
        return at[path[0]]

    names = list(dict.fromkeys(path[1:]))
    moved = tuple(given[name] for name in names)
    if len(path) == 3 and len(names) == 1:
        result = torch.autograd.functional.hessian(quantity, moved[0])
    else:
        result = torch.autograd.functional.jacobian(quantity, moved[0])
    return np.asarray(result)


def _fill(model: Model, given: dict[str, Any], torch: Any, stop: set[str]) -> None:
    """Values of the defined quantities that a derivative is taken by."""
    for name, reference in model.references.items():
        given[name] = reference(torch, given)
        if name in stop:
            return


def inputs(model: Model) -> Iterator[Arrays]:
    """Random float64 inputs in the declared domains, satisfying the model's assumptions."""
    names = size_names(model.context)
    for sizes in SIZES:
        at = {name: sizes[k % 2] for k, name in enumerate(names)}
        for scale in SCALES:
            for seed in SEEDS:
                random = np.random.default_rng(seed)
                yield {
                    v.name: _draw(v, tuple(at[str(n)] for n in v.shape), scale, random, model.context)
                    for v in model.context.variables
                }


def _draw(
    variable: Variable, shape: tuple[int, ...], scale: float, random: np.random.Generator, context: Context
) -> np.ndarray:
    domain = variable.domain
    if domain.values is not None:
        return random.choice([float(value) for value in domain.values], size=shape)
    values = random.normal(size=shape) * scale
    if domain.positive:
        return np.abs(values) + 0.1
    return _normalized(variable, values, context)


def _normalized(variable: Variable, values: np.ndarray, context: Context) -> np.ndarray:
    """Σ y = 1: the assumption that the models make, met by dividing."""
    node = Symbol(variable.name, real=True).name
    for left, right in context.assumptions:
        if right == 1 and node in {symbol.name for symbol in free_symbols(left)}:
            positive = np.exp(values - values.max())
            return positive / positive.sum()
    return values
