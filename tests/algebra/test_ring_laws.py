"""Laws of the canonical form: what is equal by algebra has one form, whatever the order or the names."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import Expr, Sum, Symbol, exp, log, tanh

from derivlab.algebra.canonical import new_ring
from derivlab.algebra.powers import power
from derivlab.algebra.read import Reader
from derivlab.algebra.ring import Ring
from derivlab.algebra.sums import total as sum_over
from derivlab.algebra.transform import Transformation, rename
from derivlab.symbols import (
    BINARY,
    POSITIVE,
    SIGNS,
    Context,
    Variable,
    delta,
    dimension,
    indices,
    matrix,
    scalar,
    substitute,
    total,
    vector,
)

K = dimension("K")
i, j, k, m, q = indices("i j k m q")
s, t = scalar("s"), scalar("t")
x, p, bit, side, A = vector("x", K), vector("p", K), vector("bit", K), vector("side", K), matrix("A", K, K)
CONTEXT = Context.of(
    s, t, x, A, Variable("p", (K,), POSITIVE), Variable("bit", (K,), BINARY), Variable("side", (K,), SIGNS)
)
LAWS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
BUDGET = 2_000_000


def atoms(scope: tuple[Symbol, ...]) -> list[Expr]:
    """Small expressions in the indices of the scope."""
    found: list[Expr] = [s, t, K]
    for a in scope:
        found += [
            x[a],
            p[a],
            bit[a],
            side[a],
            exp(x[a]),
            log(p[a]),
            1 / (1 + exp(x[a])),
            tanh(x[a]),
            1 / p[a],
        ]
        found += [A[a, b] for b in scope] + [delta(a, b) for b in scope if b != a]
    return found


@st.composite
def expressions(draw: st.DrawFn, depth: int = 2, scope: tuple[Symbol, ...] = (i, j)) -> Expr:
    """A random expression: atoms, sums, products, Σ over a new index."""
    kind = draw(st.sampled_from(["atom", "atom", "add", "mul", "sum"])) if depth else "atom"
    if kind == "atom":
        return draw(st.sampled_from(atoms(scope))) * draw(st.integers(1, 3))
    if kind == "sum":
        bound = next(symbol for symbol in (k, m, q) if symbol not in scope)
        return total(draw(expressions(depth=depth - 1, scope=(*scope, bound))), bound, K)
    left, right = (draw(expressions(depth=depth - 1, scope=scope)) for _ in range(2))
    return left + right if kind == "add" else left * right


def ring() -> tuple[Ring, Reader]:
    """A fresh ring in which the indices i and j have their range."""
    made = new_ring(CONTEXT, BUDGET)
    reader = Reader(made, CONTEXT)
    reader.read(x[i] + x[j])
    return made, reader


@LAWS
@given(expressions(), expressions())
def test_addition_and_multiplication_commute(a: Expr, b: Expr) -> None:
    r, reader = ring()
    f, g = reader.read(a), reader.read(b)
    assert r.add(f, g) == r.add(g, f)
    assert r.mul(f, g) == r.mul(g, f)


@LAWS
@given(expressions(depth=1), expressions(depth=1), expressions(depth=1))
def test_multiplication_is_associative_and_distributive(a: Expr, b: Expr, c: Expr) -> None:
    r, reader = ring()
    f, g, h = map(reader.read, (a, b, c))
    assert r.mul(r.mul(f, g), h) == r.mul(f, r.mul(g, h))
    assert r.mul(f, r.add(g, h)) == r.add(r.mul(f, g), r.mul(f, h))


@LAWS
@given(expressions())
def test_neutral_and_inverse_elements(a: Expr) -> None:
    r, reader = ring()
    f = reader.read(a)
    assert r.sub(f, f) == {}
    assert r.mul(f, r.constant(1)) == f
    assert r.mul(f, {}) == {}
    assert r.natural_power(f, 2) == r.mul(f, f)
    assert r.scale(r.scale(f, 2), -1) == r.scale(f, -2)


@LAWS
@given(expressions(), st.permutations([k, m, q]))
def test_names_of_bound_indices_do_not_matter(a: Expr, letters: list[Symbol]) -> None:
    _r, reader = ring()
    assert reader.read(relabelled(a, dict(zip((k, m, q), letters, strict=True)))) == reader.read(a)


def relabelled(expr: Expr, letters: dict[Symbol, Symbol]) -> Expr:
    """Every bound index by another letter."""
    if isinstance(expr, Sum):
        inner, limits = expr.function, []
        fresh = {bound: Symbol(f"fresh_{bound}", integer=True) for bound, _, _ in expr.limits}
        inner = substitute(inner, fresh)
        inner = relabelled(inner, letters)
        inner = substitute(inner, {fresh[b]: letters[b] for b in fresh})
        limits = [(letters[bound], low, high) for bound, low, high in expr.limits]
        return Sum(inner, *limits)
    return (
        expr.func(*(relabelled(arg, letters) for arg in expr.args))
        if expr.args and not expr.is_Indexed
        else expr
    )


@LAWS
@given(expressions(depth=1, scope=(i, j, k, m)), st.integers(0, 10**6))
def test_sums_can_be_taken_in_any_order(a: Expr, seed: int) -> None:
    _r, reader = ring()
    bounds = [i, j, k, m]
    forms = []
    for number in range(3):
        Random(seed + number).shuffle(bounds)
        nested = a
        for bound in bounds:
            nested = total(nested, bound, K)
        forms.append(reader.read(nested))
    assert forms[0] == forms[1] == forms[2]


@LAWS
@given(expressions(scope=(i, j, k)), expressions(scope=(i, j, k)))
def test_a_sum_is_linear(a: Expr, b: Expr) -> None:
    r, reader = ring()
    both = reader.read(total(a + 2 * b, k, K))
    assert both == r.add(reader.read(total(a, k, K)), r.scale(reader.read(total(b, k, K)), 2))


@LAWS
@given(expressions(scope=(i,)), expressions(scope=(i, j, k)))
def test_what_does_not_depend_on_the_index_leaves(a: Expr, b: Expr) -> None:
    r, reader = ring()
    inside, outside = reader.read(total(a * b, k, K)), r.mul(reader.read(a), reader.read(total(b, k, K)))
    assert inside == outside


@LAWS
@given(expressions(scope=(i, k)))
def test_a_delta_contracts(a: Expr) -> None:
    _r, reader = ring()
    assert reader.read(total(delta(j, k) * a, k, K)) == reader.read(substitute(a, {k: j}))


@LAWS
@given(expressions(scope=(i, j)))
def test_renaming_twice_is_renaming_once(a: Expr) -> None:
    r, reader = ring()
    f = reader.read(a)
    assert rename(r, rename(r, f, {"i": "a"}), {"a": "b"}) == rename(r, f, {"i": "b"})
    assert rename(r, rename(r, f, {"i": "j", "j": "i"}), {"i": "j", "j": "i"}) == f


@LAWS
@given(expressions())
def test_moving_to_another_ring_and_back_keeps_the_form(a: Expr) -> None:
    r, reader = ring()
    f = reader.read(a)
    other, _ = ring()
    assert Transformation(r, everything=True)(Transformation(other, everything=True)(f)) == f


@LAWS
@given(expressions(depth=1, scope=(i, k)))
def test_a_sum_of_an_opened_sum_is_the_same(a: Expr) -> None:
    r, reader = ring()
    f = reader.read(substitute(a, {k: j}))
    assert sum_over(r, "j", "K", f) == reader.read(total(a, k, K))


@LAWS
@given(
    st.lists(st.sampled_from([s, t, x[i], p[i]]), min_size=1, max_size=3),
    st.integers(-3, 3),
    st.integers(-3, 3),
)
def test_exponents_add(factors: list[Expr], a: int, b: int) -> None:
    r, reader = ring()
    base = reader.read(sum(factors) + 1)
    assert r.mul(power(r, base, a), power(r, base, b)) == power(r, base, a + b)
