"""Sums keep their bodies as they stand: SymPy's constructor would multiply cases out."""

from __future__ import annotations

from sympy import Piecewise, Product, Sum

from derivlab.symbols import bind, dimension, indices, rebuilt, substitute, total, vector
from tests.clock import within

K = dimension("K")
k, j = indices("k j")
z, y = vector("z", K), vector("y", K)


def cases(number: int) -> Piecewise:
    return Piecewise((z[k], y[k] > number), (number * y[k], True))


def test_cases_stay_where_they_stand() -> None:
    body = 1 + cases(1) + cases(2)
    assert total(body, k, K).function == body
    assert Sum(body, (k, 1, K)).function != body  # what SymPy does


def test_without_cases_it_is_sympys_own_sum() -> None:
    for kind in (Sum, Product):
        assert bind(kind, z[k] ** 2, (k, 1, K)) == kind(z[k] ** 2, (k, 1, K))


def test_sums_of_sums_are_one_sum_with_several_limits() -> None:
    inner = bind(Sum, cases(1) * z[j], (k, 1, K))
    outer = bind(Sum, inner, (j, 1, K))
    assert isinstance(outer.function, Piecewise) is False
    assert [limit[0] for limit in outer.limits] == [k, j]
    assert hash(outer) == hash(bind(Sum, inner, (j, 1, K)))


def test_forty_cases_cost_nothing() -> None:
    def forty() -> None:
        made = total(sum(cases(number) for number in range(1, 41)), k, K)
        changed = substitute(made, {K: K + 1})
        assert rebuilt(made, made.args) == made != changed

    assert within(1, forty)
