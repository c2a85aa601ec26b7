"""The form to compute with: never longer, proved equal, without what collecting terms does to numbers."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Expr, Integer, KroneckerDelta, Sum, cosh, exp, log, tanh

from derivlab.algebra.write import length
from derivlab.calculus import gradient
from derivlab.calculus.computing import binds_deltas, computed_form, without_deltas
from derivlab.errors import OutsideClassError
from derivlab.proof import Proved, prove_equal
from derivlab.symbols import Context, delta, dimensions, indices, matrix, scalar, total, vector
from tests.proof.identities import ALL

N, d, K = dimensions("N d K")
n, i, j, k, m = indices("n i j k m")
X, w, t, z = matrix("X", N, d), vector("w", d), vector("t", N), vector("z", K)
x, mu, s, v = scalar("x"), scalar("mu"), scalar("s"), scalar("v", positive=True)

MARGIN = total(X[n, j] * w[j], j, d) - t[n]
LOSSES: dict[str, tuple[Expr, str, Context]] = {
    "least squares": (total(MARGIN**2, n, N) / N, "w", Context.of(X, w, t)),
    "ridge": (
        total(MARGIN**2, n, N) / (2 * N) + s / 2 * total(w[j] ** 2, j, d),
        "w",
        Context.of(X, w, t, s),
    ),
    "Gaussian, variance": ((x - mu) ** 2 / (2 * v) + log(v) / 2, "v", Context.of(x, mu, v)),
    "Gaussian, log of the deviation": ((x - mu) ** 2 * exp(-2 * s) / 2 + s, "s", Context.of(x, mu, s)),
    "tanh": (tanh(s), "s", Context.of(s)),
}


@pytest.mark.parametrize("name", LOSSES)
def test_nothing_is_multiplied_out(name: str) -> None:
    loss, by, context = LOSSES[name]
    found = gradient(loss, by, context)
    assert found.computed_form != found.closed_form
    assert length(found.computed_form) < length(found.closed_form)
    assert isinstance(prove_equal(found.computed_form, found.closed_form, context), Proved)


def test_least_squares_stays_one_sum() -> None:
    found = gradient(*LOSSES["least squares"])
    assert str(found.computed_form) == "Sum((-2*t[n] + 2*Sum(X[n, j]*w[j], (j, 1, d)))*X[n, i], (n, 1, N))/N"


def derivatives() -> list[Any]:
    """The names of the identities that are derivatives; most of them for the slow tests."""
    names = [item.name for item in ALL if hasattr(item.left, "by")]
    slow = {name for number, name in enumerate(names) if number % 4 or name.startswith("three layers")}
    return [pytest.param(name, marks=pytest.mark.slow if name in slow else ()) for name in names]


@pytest.mark.parametrize("name", derivatives())
def test_the_computed_form_of_every_identity_is_proved_equal(name: str) -> None:
    item = next(item for item in ALL if item.name == name)
    try:
        found = gradient(item.left.body, item.left.by, item.context)
    except OutsideClassError:
        pytest.skip("not derived")
    assert not binds_deltas(found.computed_form) or found.computed_form == found.closed_form
    if found.computed_form != found.closed_form:
        assert isinstance(prove_equal(found.computed_form, found.closed_form, found.context), Proved)


def test_a_delta_that_a_sum_would_need_a_table_for_is_left_to_the_closed_form() -> None:
    by_rules = total((delta(i, k) - z[i]) * z[k], k, K)
    closed = z[i] - z[i] * total(z[k], k, K) + 0 * z[i]
    assert binds_deltas(by_rules)
    assert computed_form(by_rules, closed, {i: K}, Context.of(z)) == closed


def test_a_sum_over_a_part_of_an_axis_keeps_its_delta() -> None:
    three = vector("u", Integer(3))
    part = total(delta(i, k) * three[k], k, Integer(2))
    assert without_deltas(part, {i: Integer(3)}) == part  # at i = 3 it is 0, not u[3]
    assert without_deltas(total(delta(i, k) * three[k], k, Integer(3)), {i: Integer(3)}) == three[i]


def test_a_bound_index_of_the_same_name_is_no_free_one() -> None:
    A = matrix("A", K, K)
    inner = total(A[k, i] * z[i], i, K)  # its i is bound
    whole = total(delta(i, k) * inner, k, K)
    found = without_deltas(whole, {i: K})
    assert isinstance(found, Sum) and not found.has(KroneckerDelta)
    context = Context.of(A, z)
    assert isinstance(prove_equal(found, total(A[i, m] * z[m], m, K), context), Proved)


def test_what_is_not_proved_equal_is_not_computed() -> None:
    assert computed_form(x, 2 * x, {}, Context.of(x)) == 2 * x


def test_quotients_of_overflowing_functions_are_not_computed() -> None:
    found = gradient(log(cosh(s)), "s", Context.of(s))
    assert not found.computed_form.has(cosh)
