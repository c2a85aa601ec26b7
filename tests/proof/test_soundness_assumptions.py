"""Attacks through assumptions, definitions and derivatives by defined names."""

from __future__ import annotations

import pytest
from sympy import Abs, Expr, Symbol, exp, log, tanh

from derivlab.proof import Claim, Proved, Refuted, Undecided, verify
from derivlab.symbols import (
    BINARY,
    POSITIVE,
    Context,
    Definition,
    Partial,
    Variable,
    delta,
    dimensions,
    indices,
    matrix,
    scalar,
    total,
    vector,
)
from tests.notation import helpers
from tests.proof.cases import Case, check_decided, check_sound, decided, false, named, true

K, N = dimensions("K N")
i, j, k, n = indices("i j k n")
s, t = scalar("s"), scalar("t")
x, y, z = (vector(name, K) for name in "xyz")
A, B = matrix("A", K, K), matrix("B", N, K)


def over(body: object, bound: Symbol = k) -> Expr:
    """Σ over 1..K."""
    return total(body, bound, K)


ONE_HOT = Context.of(y, z, assume=[(over(y[k]), 1)])
BITS = Context.of(Variable("y", (K,), BINARY), z)
SQUARES = Context.of(y, z, assume=[(y[k] ** 2, y[k])])
STOCHASTIC = Context.of(A, z, assume=[(over(A[n, k]), 1)])
ROWS = Context.of(B, y, z, assume=[(over(B[n, k]), 1)])
SYMMETRIC = Context.of(A, y, z, assume=[(A[i, j], A[j, i])])

DERIVATIVES = (
    true("the sum moves though it is 1", Partial(over(y[k]), y[i]), 1, ONE_HOT),
    false("a derivative is not of the assumed value", Partial(over(y[k]), y[i]), 0, ONE_HOT),
    true("square of the sum", Partial(over(y[k]) ** 2, y[i]), 2, ONE_HOT),
    true("log of the sum", Partial(log(over(y[k])), y[i]), 1, ONE_HOT),
    false("log of the sum is not constant", Partial(log(over(y[k])), y[i]), 0, ONE_HOT),
    true("second derivative", Partial(Partial(over(y[k]) ** 3, y[i]), y[j]), 6, ONE_HOT),
    false("second derivative is not 0", Partial(Partial(over(y[k]) ** 3, y[i]), y[j]), 0, ONE_HOT),
    true("a derivative by another variable may use it", Partial(over(y[k]) * z[j], z[j]), 1, ONE_HOT),
    false("slope of a square that equals its root", Partial(over(y[k] ** 2), y[i]), 1, SQUARES),
    true("its slope", Partial(over(y[k] ** 2), y[i]), 2 * y[i], SQUARES),
    false("slope by a bit", Partial(over(y[k] ** 2), y[i]), 1, BITS),
    true("its slope by a bit", Partial(over(y[k] ** 2), y[i]), 2 * y[i], BITS),
    true("rows that sum to 1", Partial(over(B[n, k]), B[n, i]), 1, ROWS),
    false("rows that sum to 1 are not constant", Partial(over(B[n, k]), B[n, i]), 0, ROWS),
    true("an entry that equals another", Partial(over(x[k] * y[k]), y[i]), x[i],
         Context.of(x, y, assume=[(x[k], y[k])])),
    false("it is not differentiated through", Partial(over(x[k] * y[k]), y[i]), 2 * y[i],
          Context.of(x, y, assume=[(x[k], y[k])])),
)  # fmt: skip

RULES = (
    true("each row", over(A[i, k]), 1, STOCHASTIC),
    true("all rows", over(over(A[n, k]), n), K, STOCHASTIC),
    false("each column", over(A[k, n]), 1, STOCHASTIC),
    false("the trace", over(A[k, k]), 1, STOCHASTIC),
    false("the trace behind a factor", (K - 2) * (K - 3) * over(A[k, k]), (K - 2) * (K - 3), STOCHASTIC),
    true("weights leave", over(over(A[n, k] * z[n]), n), over(z[k]), STOCHASTIC),
    false("other weights stay", over(over(A[n, k] * z[k]), n), over(z[k]), STOCHASTIC),
    true("one row only", over(A[1, k]), 1, Context.of(A, assume=[(over(A[1, k]), 1)])),
    false("one row is not all", over(A[i, k]), 1, Context.of(A, assume=[(over(A[1, k]), 1)])),
    true("a diagonal of ones", over(A[k, k]), K, Context.of(A, assume=[(A[n, n], 1)])),
    false("beside the diagonal", A[i, j], 1, Context.of(A, assume=[(A[n, n], 1)])),
    false("one entry", over(x[k]), 3 * K, Context.of(x, assume=[(x[1], 3)])),
    true("every entry, whatever the letter", x[j] + x[i], 6, Context.of(x, assume=[(x[i], 3)])),
    true("unit norm", over(x[k] ** 2) ** 2, 1, Context.of(x, assume=[(over(x[k] ** 2), 1)])),
    true("two roots", s**3, s, Context.of(s, assume=[(s**2, 1)])),
    false("two roots are not one", s, 1, Context.of(s, assume=[(s**2, 1)])),
    false("orthogonal vectors", over(x[k] ** 2 * y[k]), 0, Context.of(x, y, assume=[(over(x[k] * y[k]), 0)])),
    false("a symmetric matrix is not diagonal", A[i, j] * z[i], A[j, i] * z[j], SYMMETRIC),
    true("a symmetric matrix", A[i, j] * z[i], A[j, i] * z[i], SYMMETRIC),
    true("an inverse", s, 1 / t, Context.of(s, t, assume=[(s * t, 1)]), gap="assumptions that are products"),
    true("a positive difference", Abs(s - t), s - t, Context(Context.of(s, t).variables, positive=(s - t,))),
    false("says nothing of the parts", Abs(s), s, Context(Context.of(s, t).variables, positive=(s - t,))),
)

Q = Definition("q", exp(z[i]) / over(exp(z[k])), (i,), (K,))
q = Q.node
SOFT = Context.of(y, z, define=[Q], assume=[(over(y[k]), 1)])
LOSS = -over(y[k] * log(q[k]))
H = Definition("h", tanh(z[i]), (i,), (K,))
O = Definition("o", over(A[i, k] * H.node[k]), (i,), (K,))
E = Definition("E", over((O.node[k] - y[k]) ** 2) / 2)
h, o = H.node, O.node
LAYERS = Context.of(A, y, z, define=[H, O, E])

DEFINED = (
    true("by the logits", Partial(LOSS, z[i]), q[i] - y[i], SOFT),
    true("by the probabilities", Partial(LOSS, q[i]), -y[i] / q[i], SOFT),
    true("the probabilities sum to 1", over(q[k]), 1, SOFT),
    true("and move freely when a derivative is by them", Partial(over(q[k]), q[i]), 1, SOFT),
    false("their sum is not constant then", Partial(over(q[k]), q[i]), 0, SOFT),
    true("by the logits it is", Partial(over(q[k]), z[i]), 0, SOFT),
    true("by the probabilities, then the logits", Partial(Partial(LOSS, q[i]), z[j]),
         y[i] / q[i] * (delta(i, j) - q[j]), SOFT),
    true("by the probabilities, then the targets", Partial(Partial(LOSS, q[i]), y[j]), -delta(i, j) / q[i],
         SOFT),
    true("chain rule", over(Partial(LOSS, q[k]) * Partial(q[k], z[i])), Partial(LOSS, z[i]), SOFT),
    false("chain rule without its second factor", over(Partial(LOSS, q[k])), Partial(LOSS, z[i]), SOFT),
    true("nested definitions by the weights", Partial(E.node, A[i, j]), (o[i] - y[i]) * h[j], LAYERS),
    false("transposed", Partial(E.node, A[i, j]), (o[j] - y[j]) * h[i], LAYERS),
    true("nested definitions by the input", Partial(E.node, z[i]),
         over((o[k] - y[k]) * A[k, i]) * (1 - h[i] ** 2), LAYERS),
    true("by the hidden layer", Partial(E.node, h[j]), over((o[k] - y[k]) * A[k, j]), LAYERS),
    true("by the hidden layer, then the input", Partial(Partial(E.node, h[j]), z[i]),
         over(A[k, j] * A[k, i]) * (1 - h[i] ** 2), LAYERS),
)  # fmt: skip

CASES: tuple[Case, ...] = (*DERIVATIVES, *RULES, *DEFINED)


@pytest.mark.parametrize("case", named(CASES))
def test_sound(case: Case) -> None:
    check_sound(case)


@pytest.mark.parametrize("case", decided(CASES))
def test_decided(case: Case) -> None:
    check_decided(case)


@pytest.mark.parametrize(
    "context",
    [
        Context.of(s, t, assume=[(s, 1), (s, 2)]),
        Context.of(s, t, assume=[(s**2, -1)]),
        Context.of(Variable("s", (), POSITIVE), t, assume=[(s, -1)]),
        Context.of(s, t, assume=[(1, 0)]),
    ],
    ids=["two values", "no real root", "outside the domain", "1 = 0"],
)
@pytest.mark.parametrize("right", [s, t, Symbol("s", real=True) + 1], ids=str)
def test_nothing_follows_from_a_contradiction(context: Context, right: Expr) -> None:
    assert isinstance(verify(Claim(s, right, context)), Undecided)


TWO_SUMS = Context.of(s, t, z, assume=[(over(z[k]), 1), (over(z[k]), 2)])


@pytest.mark.parametrize(
    ("left", "right"), [(s, t), (s, s + 1), (over(z[k]), over(z[k])), (s + z[1], s + z[1])]
)
def test_a_contradiction_about_some_names_decides_no_claim_of_them(left: Expr, right: Expr) -> None:
    """And it refutes nothing: no values of all names are a counterexample."""
    assert isinstance(verify(Claim(left, right, TWO_SUMS)), Undecided)


def test_a_contradiction_about_other_names_is_no_matter_to_what_needs_none_of_them() -> None:
    assert isinstance(verify(Claim((s + t) ** 2, s**2 + 2 * s * t + t**2, TWO_SUMS)), Proved)


def test_conditions_about_other_names_bound_the_sizes() -> None:
    """Σ bₖ = 3 with bₖ ∈ {0, 1} needs K ≥ 3: there is no counterexample with fewer."""
    bits = Variable("b", (K,), BINARY)
    context = Context.of(bits, z, assume=[(over(bits.node[k]), 3)])
    verdict = verify(Claim(over(z[k]), over(2 * z[k]), context))
    assert isinstance(verdict, Refuted)
    assert verdict.witness.sizes["K"] >= 3


def test_an_ambiguous_derivative_is_not_decided() -> None:
    """∂J/∂z_i = q_i − y_i is proved; whether it moves with q_j depends on how it is written."""
    mixed = Partial(Partial(LOSS, z[i]), q[j])
    assert isinstance(verify(Claim(mixed, mixed * 0, SOFT)), Undecided)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        # entries of a positive definite matrix are not moved to where it is none
        (r"Let $A \in \mathbb{R}^{n\times n}$ be symmetric positive definite, and let $x, b \in \mathbb{R}^n$"
         r" with $A x = b$. $b^\top x \geq 0$.", {"proved", "undecided"}),
        # n and m are one pair of sizes for all conditions
        (r"Let $b \in \{0,1\}^m$ with $\sum_i b_i = 3$. Let $U \in \mathbb{R}^{n \times m}$ have orthonormal"
         r" columns. $\max(n, 3) = n$.", {"proved", "undecided"}),
    ],
)  # fmt: skip
def test_points_satisfy_everything_at_once(text: str, allowed: set[str]) -> None:
    assert set(helpers.verdicts(text, given="")) <= allowed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            r"Let $p \in \mathbb{R}^2$ with $\sum_k p_k = 1$. $p_1 = 1 - p_2$. $p_1 = p_2$.",
            ["proved", "refuted"],
        ),
        (
            r"Let $p \in \mathbb{R}^3$ with $\sum_k p_k = 1$ and $p_1 = p_2$. $p_3 = 1 - 2 p_1$."
            r" $p_3 = 1 - p_1$.",
            ["proved", "refuted"],
        ),
        (
            r"Let $A \in \mathbb{R}^{2 \times 2}$ with $A_{12} = A_{21}$. $A^\top = A$. $A_{11} = A_{22}$.",
            ["proved", "refuted"],
        ),
    ],
)
def test_entries_at_given_positions(text: str, expected: list[str]) -> None:
    assert helpers.verdicts(text, given="") == expected
