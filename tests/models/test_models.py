"""The models: every claim proved for all sizes, every control refuted with a witness, convexity decided."""

from __future__ import annotations

from typing import Any

import pytest
from flint import arb
from sympy import exp, log, sympify

from derivlab.models import MODELS, Model
from derivlab.proof import Budget, Claim, Proved, Refuted, Undecided, verify, verify_convex
from derivlab.symbols import Context, Partial, Variable, dimension, index, matrix, scalar, total, vector
from tests.proof.judging import confirmed
from tests.proof.oracle import World, value

CLAIMS = [(model, claim) for model in MODELS.values() for claim in model.claims]
CONTROLS = [(model, claim, wrong) for model, claim in CLAIMS for wrong in claim.wrong]
CONVEX = [(model, claim) for model in MODELS.values() for claim in model.convexity]


def names(part: Any) -> str:
    return str(getattr(part, "name", getattr(part, "mistake", part)))


@pytest.mark.parametrize(("model", "claim"), CLAIMS, ids=names)
def test_a_claim_is_proved_without_conditions(model: Model, claim: Any) -> None:
    verdict = verify(Claim(claim.left, claim.right, model.context))
    assert isinstance(verdict, Proved), verdict
    assert verdict.side_conditions == (), "everything is defined everywhere"
    assert verdict.steps_used <= Budget().steps / 4


@pytest.mark.parametrize(("model", "claim", "wrong"), CONTROLS, ids=names)
def test_a_control_is_refuted(model: Model, claim: Any, wrong: Any) -> None:
    verdict = verify(Claim(claim.left, sympify(wrong.right), model.context))
    assert isinstance(verdict, Refuted), verdict
    assert confirmed(Claim(claim.left, sympify(wrong.right), model.context), verdict.witness)
    assert all(size <= 4 for size in verdict.witness.sizes.values()), "a small witness is read by people"


@pytest.mark.parametrize(("model", "claim"), CLAIMS, ids=names)
def test_a_claim_has_controls(model: Model, claim: Any) -> None:
    assert claim.wrong or claim.name == "chain rule for W"


@pytest.mark.parametrize(("model", "claim"), CONVEX, ids=names)
def test_convexity_is_decided(model: Model, claim: Any) -> None:
    verdict = verify_convex(claim.objective, claim.by, claim.context)
    assert isinstance(verdict, Proved if claim.holds else Refuted), verdict
    if isinstance(verdict, Proved):
        assert verdict.certificate
    else:
        assert arb(verdict.witness.left) < 0


def test_every_model_is_complete() -> None:
    assert list(MODELS) == ["softmax", "log-likelihood", "logistic", "cross-entropy"]
    for name, model in MODELS.items():
        assert model.name == name
        assert model.title
        assert model.summary
        assert model.context.definition(model.objective) is not None
        assert {claim.kind for claim in model.claims} & {"gradient", "jacobian"}
        for wanted in model.gradients:
            assert model.context.lookup(wanted) is not None
        assert len({claim.name for claim in model.claims}) == len(model.claims)


def test_the_squared_error_of_a_sigmoid_at_the_known_point() -> None:
    """x = 1, y = 1, θ = −2, λ = 0: half the squared error has curvature −0.0594."""
    [claim] = [claim for claim in MODELS["logistic"].convexity if not claim.holds]
    theta = claim.context.variable("theta").node
    a = index("a")
    curvature = Partial(Partial(claim.objective, theta[a]), theta[a])
    point = {"x": {(1, 1): 1}, "y": {(1,): 1}, "theta": {(1,): -2}, "lambda": {(): 0}}
    world = World(claim.context, {"N": 1, "d": 1}, point)
    assert abs(value(curvature, world, {a: 1}) / 2 + 0.0594) < 1e-4


# -- convexity beyond the models -------------------------------------------------------------------------
K, N, k, n = dimension("K"), dimension("N"), index("k"), index("n")
z, B, v, s = vector("z", K), matrix("B", N, K), vector("v", N), scalar("s")
POSITIVE_S = Context.of(Variable("s", (), MODELS["logistic"].context.variable("lambda").domain))


def over(body: Any) -> Any:
    return total(body, k, K)


CONVEX_FUNCTIONS: dict[str, tuple[Any, str, Context]] = {
    "log-sum-exp": (log(over(exp(z[k]))), "z", Context.of(z)),
    "least squares": (total((over(B[n, k] * z[k]) - v[n]) ** 2, n, N), "z", Context.of(B, z, v)),
    "a variance": (K * over(z[k] ** 2) - over(z[k]) ** 2, "z", Context.of(z)),
    "fourth powers": (over(z[k] ** 4), "z", Context.of(z)),
    "softplus": (log(1 + exp(s)), "s", Context.of(s)),
    "an inverse above 0": (1 / s, "s", POSITIVE_S),
    "minus a logarithm": (-log(s), "s", POSITIVE_S),
    "negative entropy": (s * log(s), "s", POSITIVE_S),
    "a linear function": (over(v[1] * z[k]), "z", Context.of(z, v)),
}
NOT_CONVEX: dict[str, tuple[Any, str, Context]] = {
    "minus log-sum-exp": (-log(over(exp(z[k]))), "z", Context.of(z)),
    "off the diagonal": (over(z[k]) ** 2 - over(z[k] ** 2), "z", Context.of(z)),
    "a variance with too small a factor": ((K - 1) * over(z[k] ** 2) - over(z[k]) ** 2, "z", Context.of(z)),
    "a cube": (s**3, "s", Context.of(s)),
    "an inverse": (1 / s, "s", Context.of(s)),
    "a logarithm": (log(s), "s", POSITIVE_S),
    "a bell": (-exp(-(s**2)), "s", Context.of(s)),
}


@pytest.mark.parametrize("name", CONVEX_FUNCTIONS)
def test_convex_functions_have_a_certificate(name: str) -> None:
    verdict = verify_convex(*CONVEX_FUNCTIONS[name])
    assert isinstance(verdict, Proved), verdict


@pytest.mark.parametrize("name", NOT_CONVEX)
def test_other_functions_have_a_direction(name: str) -> None:
    verdict = verify_convex(*NOT_CONVEX[name])
    assert isinstance(verdict, Refuted), verdict
    assert arb(verdict.witness.left) < 0


def test_jumps_and_kinks_are_not_called_convex() -> None:
    """The second derivative is 0 wherever it exists; that proves nothing."""
    from sympy import Abs, Eq, Piecewise

    for body in (
        Piecewise((1, s > 0), (0, True)),
        -Abs(s),
        Piecewise((1, Eq(s, 0)), (0, True)),
        Piecewise((-1, Eq(s, 0)), (0, True)),
        Piecewise((s, s > 0), (s + 1, True)),
    ):
        assert not isinstance(verify_convex(body, "s", Context.of(s)), Proved), body


def test_convexity_needs_a_convex_domain() -> None:
    from derivlab.symbols import BINARY, NONZERO

    for domain in (BINARY, NONZERO):
        verdict = verify_convex(s**2, "s", Context.of(Variable("s", (), domain)))
        assert isinstance(verdict, Undecided)
