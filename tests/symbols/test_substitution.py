"""Capture-avoiding substitution and rebuilding, and the context of declarations."""

from __future__ import annotations

import pytest
import sympy
from sympy import Product, Sum, exp

from derivlab.errors import ShapeError, UsageError
from derivlab.symbols import (
    BINARY,
    NONZERO,
    POSITIVE,
    REAL,
    SIGNS,
    UNIT_INTERVAL,
    Context,
    Definition,
    Partial,
    Variable,
    delta,
    dimensions,
    free_symbols,
    fresh_index,
    head_name,
    indices,
    infer_context,
    matrix,
    rebuild,
    scalar,
    substitute,
    total,
    vector,
)
from derivlab.symbols.domains import from_assumptions

K, N = dimensions("K N")
i, j, k, n = indices("i j k n")
x, y, A = vector("x", K), vector("y", K), matrix("A", N, K)
s, t = scalar("s"), scalar("t")


def test_free_symbols_leave_out_bound_ones() -> None:
    assert free_symbols(total(x[k] * y[i], k, K)) == {x.label, y.label, i, K}
    assert free_symbols(Sum(x[k], (k, 1, N))) == {x.label, K, N}  # K is the axis of x
    assert free_symbols(Sum(A[n, k], (k, 1, K), (n, 1, N))) == {A.label, K, N}


@pytest.mark.parametrize(
    ("before", "mapping", "after"),
    [
        (total(x[k] * y[j], k, K), {j: k}, lambda new: new.function == x[new.limits[0][0]] * y[k]),
        (total(x[k], k, K), {k: i}, lambda new: new == total(x[k], k, K)),
        (total(x[k], k, K) + x[k], {k: i}, lambda new: new == total(x[k], k, K) + x[i]),
        (x[i] * y[j], {i: j, j: i}, lambda new: new == x[j] * y[i]),
        (total(total(A[n, k] * x[j], k, K), n, N), {j: n}, lambda new: x[n] in new.atoms(sympy.Indexed)),
        (Product(x[k] + y[j], (k, 1, K)), {j: k}, lambda new: new.limits[0][0] != k),
        (Sum(x[k], (k, 1, N)), {N: K}, lambda new: new == Sum(x[k], (k, 1, K))),
        (x[i] + s, {x[i]: t}, lambda new: new == s + t),
        (exp(s), {t: s}, lambda new: new == exp(s)),
    ],
    ids=["capture", "bound stays", "free and bound", "swap", "nested", "product", "size", "entry", "nothing"],
)
def test_substitution(before: sympy.Expr, mapping: dict, after: object) -> None:  # type: ignore[type-arg]
    new = substitute(before, mapping)
    assert after(new)  # type: ignore[operator]
    wanted = (free_symbols(before) - set(mapping)) | set().union(*map(free_symbols, mapping.values()))
    assert free_symbols(new) <= wanted | set(mapping)


def test_a_capture_by_sympy_itself() -> None:
    """What this module is for: SymPy's own substitution sums over the bound index twice."""
    before = total(x[k] * y[j], k, K)
    assert before.subs(j, k) == total(x[k] * y[k], k, K)
    assert substitute(before, {j: k}) != total(x[k] * y[k], k, K)


def test_rebuild_renames_a_bound_index_that_would_capture() -> None:
    def rule(node: sympy.Expr) -> sympy.Expr | None:
        return x[k] if node == s else None

    new = rebuild(total(y[k] * s, k, K), rule)
    bound = new.limits[0][0]
    assert bound != k
    assert new.function == y[bound] * x[k]
    assert rebuild(total(y[k], k, K), rule) == total(y[k], k, K)


def test_fresh_index() -> None:
    assert fresh_index(k, []).name == "k"
    assert fresh_index(k, [k, fresh_index(k, [k])]).name == "k_2"


def test_context_expands_definitions_without_capture() -> None:
    P = Definition("p", exp(x[i]) / total(exp(x[k]), k, K), (i,), (K,))
    Q = Definition("q", total(P.node[k] * y[k], k, K))
    context = Context.of(x, y, define=[P, Q])
    expanded = context.expand(Q.node)
    assert free_symbols(expanded) == {x.label, y.label, K}
    assert context.expand(Q.node, keep=["p"]) == total(P.node[k] * y[k], k, K)
    inner = context.expand(P.node[k])
    assert inner.atoms(Sum).pop().limits[0][0] != k or k in free_symbols(inner)
    assert context.defined_from("q") >= {"p", "x", "y"}


def test_context_answers_and_refuses() -> None:
    context = Context.of(x, s, Variable("b", (K,), BINARY))
    assert context.shape("x") == (K,)
    assert context.variable("b").domain == BINARY
    assert context.definition("x") is None
    for wrong in (lambda: context.variable("z"), lambda: context.shape("z")):
        with pytest.raises(UsageError, match="no"):
            wrong()
    with pytest.raises(ShapeError, match="2 indices"):
        Definition("f", s, (i, j), (K, K)).at((i,))
    with pytest.raises(UsageError, match="shape"):
        Context.of(sympy.IndexedBase("w"))


def test_inferred_context() -> None:
    context = infer_context(total(x[k] * s, k, K), A[n, k])
    assert {variable.name: variable.shape for variable in context.variables} == {
        "x": (K,), "s": (), "A": (N, K)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("domain", "inside", "outside"),
    [
        (REAL, (-1, 0, 1), ()),
        (POSITIVE, (1,), (0, -1)),
        (NONZERO, (-1, 1), (0,)),
        (BINARY, (0, 1), (2, -1)),
        (SIGNS, (-1, 1), (0,)),
        (UNIT_INTERVAL, (sympy.Rational(1, 2),), (0, 1, 2)),
    ],
    ids=["real", "positive", "nonzero", "binary", "signs", "unit interval"],
)
def test_domains(domain: object, inside: tuple[int, ...], outside: tuple[int, ...]) -> None:
    from fractions import Fraction

    def contains(value: object) -> bool:
        return domain.contains(Fraction(str(value)))  # type: ignore[attr-defined]

    assert all(map(contains, inside))
    assert not any(map(contains, outside))


def test_domains_from_sympy() -> None:
    assert from_assumptions(scalar("a", positive=True)) == POSITIVE
    assert from_assumptions(scalar("a", nonzero=True)) == NONZERO
    assert from_assumptions(scalar("a")) == REAL


def test_nodes() -> None:
    assert head_name(x[i]) == "x"
    assert head_name(s) == "s"
    assert delta(i, i) == 1
    with pytest.raises(TypeError):
        head_name(s + t)
    with pytest.raises(TypeError):
        Partial(s, s + t)
    assert Partial(s, x[i]).by == x[i]
