"""Derivations: every step of the models' and of many identities' gradients is proved."""

from __future__ import annotations

import pytest
from sympy import Expr, Max, Min

from derivlab.calculus import gradient, hessian
from derivlab.calculus.derivation import checked
from derivlab.errors import UsageError
from derivlab.models import MODELS
from derivlab.proof import Claim, verify
from derivlab.symbols import Context, Partial, delta, dimension, indices, scalar, total, vector
from tests.proof.identities import ALL
from tests.proof.identities.identity import Identity

GRADIENTS = [(model, name) for model in MODELS.values() for name in model.gradients]


@pytest.mark.parametrize(("model", "name"), GRADIENTS, ids=lambda part: getattr(part, "name", part))
def test_each_step_of_a_model_is_proved(model: object, name: str) -> None:
    context: Context = model.context  # type: ignore[attr-defined]
    objective = context.definition(model.objective).head  # type: ignore[attr-defined,union-attr]
    found = gradient(objective, name, context)
    assert found.steps
    assert all(found.check())
    for lemma in found.lemmas:
        assert all(checked(lemma.steps, context)), lemma.objective
    for before, after in zip(found.steps, found.steps[1:], strict=False):
        assert before.after == after.before, "the steps make one chain"
    assert found.steps[-1].after == found.closed_form
    assert not found.closed_form.has(Partial)


def single_derivatives() -> list[Identity]:
    """Identities that say what one gradient is."""
    found = [item for item in ALL if isinstance(item.left, Partial) and not item.left.body.has(Partial)]
    return [item for item in found if not item.gap and "three layers" not in item.name]


@pytest.mark.parametrize(
    "item",
    [pytest.param(item, id=item.name) for item in single_derivatives()],
)
def test_the_gradient_is_found_and_each_step_proved(item: Identity) -> None:
    found = gradient(item.left.args[0], item.left.args[1], item.context)
    assert not found.closed_form.has(Partial)
    verdict = verify(Claim(item.left, found.closed_form, item.context))
    assert verdict.verdict == "proved", verdict
    assert all(found.check()), [
        step.rule for step, ok in zip(found.steps, found.check(), strict=True) if not ok
    ]


T, S = scalar("t"), scalar("s", positive=True)


@pytest.mark.parametrize(
    "extreme", [Max(-1, T, 2 - T), Min(T, 3, 5 * T), Max(T, S, T + S), Min(Max(T, -S), S)], ids=str
)
def test_extremes_of_several_sides(extreme: Expr) -> None:
    found = gradient(extreme, T, Context.of(T, S))
    assert all(found.check())
    assert verify(Claim(Partial(extreme, T), found.closed_form, Context.of(T, S))).verdict == "proved"


K = dimension("K")
i, j, k = indices("i j k")
z, y = vector("z", K), vector("y", K)
s = scalar("s")


def test_a_hessian_has_two_indices() -> None:
    found = hessian(total(z[k] ** 3, k, K), z)
    assert len(free_indices(found.closed_form)) == 2
    assert verify(Claim(found.closed_form, 6 * z[i] * delta(i, j), Context.of(z))).verdict == "proved"


def free_indices(expr: Expr) -> set[str]:
    from derivlab.symbols import free_symbols

    return {symbol.name for symbol in free_symbols(expr)} & {"i", "j", "k", "l"}


def test_objectives_with_indices_give_jacobians() -> None:
    found = gradient(z[i] ** 2 * y[i], z)
    (other,) = found.indices
    assert other != i
    assert (
        verify(Claim(found.closed_form, 2 * z[i] * y[i] * delta(i, other), Context.of(z, y))).verdict
        == "proved"
    )


@pytest.mark.parametrize(
    ("objective", "by", "context"),
    [("J", z, None), (s, "nothing", Context.of(s)), ("nothing", "s", Context.of(s))],
    ids=["a name without a context", "an unknown variable", "an unknown objective"],
)
def test_misuse_is_told(objective: object, by: object, context: Context | None) -> None:
    with pytest.raises(UsageError):
        gradient(objective, by, context)  # type: ignore[arg-type]


def test_latex_names_the_derivative() -> None:
    assert r"\frac{\partial" in gradient(total(z[k] ** 2, k, K), z).latex()


def test_a_gradient_is_shown_in_one_line() -> None:
    z, (k,) = vector("z", K), indices("k")
    found = gradient(total(z[k] ** 2, k, K), z)
    assert repr(found) == "Gradient(Partial(Sum(z[k]**2, (k, 1, K)), z[i]) = 2*z[i], 4 steps)"
