"""What a certificate states is what torch computes: read from the text alone, at random sizes.

The left side of a statement (its definitions and the function that is differentiated) is evaluated from
the Gallina text, its derivative taken numerically; torch takes the same derivative by autograd of the
model's reference in torch's own functions. A captured or swapped index would show.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from sympy import Expr, Indexed, Symbol

from derivlab.certificates import emit
from derivlab.models import MODELS, Model
from derivlab.proof import Claim
from derivlab.symbols import Partial, head_name
from derivlab.verification.autograd import derivative
from tests.certificates.gallina import sides

SEEDS = range(4)


def entries(left: Expr) -> list[Expr]:
    """The differentiated entry, then what it is differentiated by, the innermost first."""
    if isinstance(left, Partial):
        return [*entries(left.body), left.by]
    return [left]


def is_derivative(left: Expr) -> bool:
    first, *rest = entries(left)
    return bool(rest) and isinstance(first, Symbol | Indexed) and len({head_name(e) for e in rest}) == 1


CASES = [
    pytest.param(model, claim.left, claim.right, wrong, id=f"{model.name}: {claim.name}")
    for model in MODELS.values()
    for claim in model.claims
    if is_derivative(claim.left)
    for wrong in [tuple(w.right for w in claim.wrong)]
]


class Point:
    """Random sizes, values that satisfy the model's assumptions, and places for the free indices."""

    def __init__(self, model: Model, seed: int) -> None:
        draw = random.Random(seed)
        rng = np.random.default_rng(seed)
        names = sorted({str(n) for v in model.context.variables for n in v.shape})
        self.sizes = {name: draw.randint(2, 4) for name in names}
        self.arrays: dict[str, np.ndarray] = {}
        for variable in model.context.variables:
            shape = tuple(self.sizes[str(n)] for n in variable.shape)
            values = rng.uniform(0.2, 1.5, size=shape)
            if variable.domain.values is not None:
                values = rng.choice([float(value) for value in variable.domain.values], size=shape)
            elif variable.name == "y" and shape and model.context.assumptions:
                values = values / values.sum()
            self.arrays[variable.name] = values
        self.draw = draw

    def place(self, model: Model, symbols: dict[Symbol, Expr]) -> dict[Symbol, int]:
        """Positions counted from 0."""
        return {symbol: self.draw.randrange(self.sizes[str(size)]) for symbol, size in symbols.items()}

    def environment(self, place: dict[Symbol, int]) -> dict[str, Any]:
        functions = {name: as_function(values) for name, values in self.arrays.items()}
        return {**self.sizes, **functions, **{symbol.name: k for symbol, k in place.items()}}


def as_function(values: np.ndarray) -> Any:
    """An array as nested functions; 0 outside."""
    if values.ndim == 0:
        return float(values)
    return lambda k: as_function(values[k]) if 0 <= k < len(values) else zero(values.ndim - 1)


def zero(rank: int) -> Any:
    return (lambda k: zero(rank - 1)) if rank else 0.0


def ranges(model: Model, left: Expr) -> dict[Symbol, Expr]:
    """The free indices of the left side with their sizes, in the order of torch's axes."""
    found: dict[Symbol, Expr] = {}
    for entry in entries(left):
        if isinstance(entry, Indexed):
            found |= dict(zip(entry.indices, model.context.shape(head_name(entry)), strict=True))
    return found


def seen(model: Model, left: Expr, right: Expr, seed: int) -> tuple[float, float, float]:
    """Both sides of the certificate's text, and torch's value of the left one."""
    point = Point(model, seed)
    place = point.place(model, ranges(model, left))
    text = emit(Claim(left, right, model.context, "claim")).statement
    written = sides(text, point.environment(place))
    names = [head_name(entry) for entry in entries(left)]
    whole = derivative(model, names, point.arrays)
    axes = [i for entry in entries(left) if isinstance(entry, Indexed) for i in entry.indices]
    return *written, float(whole[tuple(place[i] for i in axes)])


@pytest.mark.parametrize(("model", "left", "right", "wrong"), CASES)
def test_statement_says_what_torch_computes(
    model: Model, left: Expr, right: Expr, wrong: tuple[Expr, ...]
) -> None:
    for seed in SEEDS:
        differentiated, closed, torch_value = seen(model, left, right, seed)
        assert differentiated == pytest.approx(torch_value, rel=1e-5, abs=1e-6)
        assert closed == pytest.approx(torch_value, rel=1e-9, abs=1e-12)
    for variant in wrong:
        points = [seen(model, left, variant, seed) for seed in SEEDS]
        assert any(closed != pytest.approx(value, rel=1e-5, abs=1e-6) for _, closed, value in points)


def test_there_are_gradients_jacobians_and_hessians() -> None:
    orders = {len(entries(case.values[1])) for case in CASES}
    assert orders == {2, 3}
    assert len(CASES) >= 10
