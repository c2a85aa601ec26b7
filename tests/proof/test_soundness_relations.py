"""Attacks through relations between variables: symmetry, orthogonality, unit vectors, one-hot targets."""

from __future__ import annotations

import pytest
from sympy import Abs, Expr, Symbol, log, sqrt

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
from tests.proof.cases import Case, check_decided, check_sound, decided, false, named, true

K, N = dimensions("K N")
i, j, k, n = indices("i j k n")
s, t = scalar("s"), scalar("t")
x, y, z, p = (vector(name, K) for name in "xyzp")
A, B = matrix("A", K, K), matrix("B", N, K)


def over(body: Expr, bound: Symbol = k) -> Expr:
    """Σ over 1..K."""
    return total(body, bound, K)


def given(*nodes: object, left: Expr, right: object) -> Context:
    """Variables, with one assumption."""
    return Context.of(*nodes, assume=[(left, right)])  # type: ignore[arg-type]


SYM = given(A, y, z, left=A[i, j], right=A[j, i])
ANTI = given(A, y, z, left=A[i, j], right=-A[j, i])
UNIT = given(x, y, left=over(x[k] ** 2), right=1)
ORTHOGONAL = given(A, y, z, left=over(A[i, k] * A[j, k]), right=delta(i, j))
ONE_HOT = given(Variable("y", (K,), BINARY), left=over(y[k]), right=1)
CENTRED = given(x, left=over(x[k]), right=0)
EQUAL = given(x, left=x[i], right=x[j])
DOUBLY = Context.of(A, assume=[(over(A[n, k]), 1), (over(A[k, n]), 1)])
SQUARE = given(s, left=s**2, right=1)
NAMED = Context.of(y, define=[Definition("T", over(y[k]))], assume=[(Symbol("T", real=True), 1)])
form = over(over(A[j, k] * z[j] * z[k], j))

CASES: tuple[Case, ...] = (
    true("symmetric: gradient", Partial(form, z[i]), 2 * over(A[i, k] * z[k]), SYM),
    true("symmetric: entries move on their own", Partial(A[i, j], A[j, i]), delta(i, j), SYM),
    false("symmetric: an entry is not its mirror", Partial(A[i, j], A[j, i]), 1, SYM),
    true("symmetric: by the matrix", Partial(form, A[i, j]), z[i] * z[j], SYM),
    false("symmetric: not twice", Partial(form, A[i, j]), 2 * z[i] * z[j], SYM),
    true("symmetric: trace of the square", Partial(over(over(A[j, k] * A[k, j], j)), A[i, j]), 2 * A[i, j],
         SYM),
    false("symmetric: not four times", Partial(over(over(A[j, k] * A[k, j], j)), A[i, j]), 4 * A[i, j], SYM),
    true("symmetric: rows are columns", over(A[i, k]), over(A[k, i]), SYM),
    false("symmetric: rows differ", over(A[i, k]), over(A[j, k]), SYM),
    false("symmetric: other factors stay", A[i, j] * z[i], A[i, j] * z[j], SYM),
    true("symmetric: product of two entries", over(A[i, k] * A[k, j]), over(A[j, k] * A[k, i]), SYM),
    true("symmetric: facts pass over", log(A[i, j]) + Abs(A[j, i]), log(A[i, j]) + A[j, i], SYM),
    false("symmetric: facts of one entry", log(A[i, j]) + Abs(A[i, i]), log(A[i, j]) + A[i, i], SYM),
    true("antisymmetric: quadratic form", form, 0, ANTI, gap="antisymmetry under a sum"),
    true("antisymmetric: by an entry", Partial(over(A[j, k] * z[k]), z[i]), -A[i, j], ANTI),
    false("antisymmetric: the sign changes", A[i, j] * z[i], A[j, i] * z[i], ANTI),
    true("antisymmetric: squares", A[i, j] ** 2, A[j, i] ** 2, ANTI),
    false("antisymmetric: off the diagonal", A[1, 2], 0, ANTI),
    true("antisymmetric: trace", over(A[k, k]), 0, ANTI),
    false("antisymmetric: bilinear form", over(over(A[j, k] * z[j] * y[k], j)), 0, ANTI),
    true("unit: the norm moves", Partial(over(x[k] ** 2), x[i]), 2 * x[i], UNIT),
    false("unit: the norm is not constant", Partial(over(x[k] ** 2), x[i]), 0, UNIT),
    true("unit: slope of the norm", Partial(sqrt(over(x[k] ** 2)), x[i]), x[i], UNIT),
    true("unit: slope of the direction", Partial(x[j] / sqrt(over(x[k] ** 2)), x[i]),
         delta(i, j) - x[i] * x[j], UNIT),
    false("unit: the direction is not the vector", Partial(x[j] / sqrt(over(x[k] ** 2)), x[i]), delta(i, j),
          UNIT),
    false("unit: fourth powers", over(x[k] ** 4), 1, UNIT),
    true("orthogonal: keeps lengths", over(over(A[k, i] * z[k]) ** 2, i), over(z[k] ** 2), ORTHOGONAL),
    true("orthogonal: slope", Partial(over(A[i, k] * A[j, k]), A[i, n]), A[j, n] * (1 + delta(i, j)),
         ORTHOGONAL),
    false("orthogonal: a row sum", over(A[i, k]), 1, ORTHOGONAL),
    false("orthogonal: the diagonal", A[i, i] ** 2, 1, ORTHOGONAL),
    true("orthogonal: a row's length", over(A[i, k] ** 2), 1, ORTHOGONAL, gap="a rule at equal indices"),
    true("orthogonal: columns too", over(A[k, i] * A[k, j]), delta(i, j), ORTHOGONAL,
         gap="inverses from both sides"),
    true("centred: second moment", over((x[k] - 1) ** 2), over(x[k] ** 2) + K, CENTRED),
    false("centred: second moment without K", over((x[k] - 1) ** 2), over(x[k] ** 2), CENTRED),
    true("all equal", over(x[k]), K * x[1], EQUAL, gap="entries that are all equal"),
    false("all equal, shifted", over(x[k]), K * x[1] + 1, EQUAL),
    true("simplex", over(Abs(p[k])), 1, given(Variable("p", (K,), POSITIVE), left=over(p[k]), right=1)),
    false("sum 1 without a sign", over(Abs(y[k])), 1, given(y, left=over(y[k]), right=1)),
    true("one-hot: squares", over(y[k] ** 2), 1, ONE_HOT),
    true("one-hot: products", y[i] * y[j], delta(i, j) * y[i], ONE_HOT, gap="one-hot as a whole"),
    false("one-hot: products are not entries", y[i] * y[j], y[i], ONE_HOT),
    false("columns of rows that sum to 1", total(B[n, k], n, N), 1, given(B, left=over(B[n, k]), right=1)),
    true("doubly stochastic", over(over(A[j, k], j)), K, DOUBLY),
    false("doubly stochastic: squares", over(over(A[j, k] ** 2, j)), K, DOUBLY),
    true("through a defined name", Partial(over(y[k]), y[i]), 1, NAMED),
    false("through a defined name, not constant", Partial(over(y[k]), y[i]), 0, NAMED),
    true("second derivative at a fixed point", Partial(Partial(s**3, s), s), 6, given(s, t, left=s, right=1)),
    true("square 1: absolute value", Abs(s), 1, SQUARE),
    false("square 1: the sign is open", s, 1, SQUARE),
    true("square 1 and positive", s, 1, given(Variable("s", (), POSITIVE), left=s**2, right=1),
         gap="roots chosen by a sign"),
)  # fmt: skip


@pytest.mark.parametrize("case", named(CASES))
def test_sound(case: Case) -> None:
    check_sound(case)


@pytest.mark.parametrize("case", decided(CASES))
def test_decided(case: Case) -> None:
    check_decided(case)
