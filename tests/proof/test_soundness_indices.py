"""Attacks on indices: capture, shadowing, ranges, positions, labels. A false claim is never proved."""

from __future__ import annotations

import pytest
from sympy import Abs, Eq, Integer, Ne, Piecewise, Sum, Symbol, log

from derivlab.errors import ShapeError
from derivlab.proof import Claim, verify
from derivlab.symbols import (
    Context,
    Domain,
    Partial,
    Variable,
    delta,
    dimensions,
    indices,
    matrix,
    total,
    vector,
)
from tests.proof.cases import Case, check_decided, check_sound, decided, false, named, one, true

K, N, M = dimensions("K N M")
i, j, k, l = indices("i j k l")
x, y, z = (vector(name, K) for name in "xyz")
f, h = vector("f", N), vector("h", M)
A, B = matrix("A", K, K), matrix("B", N, K)
L = Variable("L", (K,), Domain(index_of=K)).node
LABELLED = Context.of(Variable("L", (K,), Domain(index_of=K)), z)
HERE = Context.of(x, y, z, A, B)
# The order of declaration matters to how sizes are sampled: N first, M last.
TWO_SIZES = Context.of(f, vector("g", K), h)
DECLARED_INDEX = Symbol("i", integer=True, positive=True)


def s(body: object, bound: Symbol = k) -> Sum:
    """Σ over 1..K."""
    return total(body, bound, K)


BINDING = (
    true("nested sums may share a letter", s(z[k] * s(y[k])), s(z[k]) * s(y[k]), HERE),
    false("an inner bound index is its own", s(z[k] * s(y[k])), s(z[k] * y[k]), HERE),
    false("a free index is not a bound one of that name", z[k] * s(y[k]), s(z[k] * y[k]), HERE),
    true("a free index beside a sum over the same letter", z[k] * s(y[k]), s(z[k] * y[j], j), HERE),
    true("order of two sums", s(s(A[j, k], j)), s(s(A[k, j], j)), HERE),
    true("one sum with two limits", Sum(A[j, k], (j, 1, K), (k, 1, K)), s(s(A[j, k], j)), HERE),
    true("two limits of one letter", Sum(z[k], (k, 1, K), (k, 1, K)), K * s(z[k]), HERE),
    false("transposed entry", s(A[i, k] * z[k]), s(A[k, i] * z[k]), HERE),
    false("row for column", s(s(A[j, k] * z[j], j)), s(s(A[j, k] * z[k], j)), HERE),
    false("trace is not the sum of all entries", s(A[k, k]), s(s(A[j, k], j)), HERE),
    true(
        "derivative by an entry whose index is bound in the body", Partial(s(z[k] ** 2), z[k]), 2 * z[k], HERE
    ),
    false("that derivative is not a sum", Partial(s(z[k] ** 2), z[k]), 2 * s(z[k]), HERE),
    true(
        "derivative by an entry whose index is bound outside",
        s(Partial(s(z[k] ** 2), z[k])),
        2 * s(z[k]),
        HERE,
    ),
    true(
        "derivative under a sum, the other index free",
        s(Partial(s(z[k] ** 2 * y[j], j), z[k])),
        2 * s(z[k]) * s(y[k]),
        HERE,
    ),
    false(
        "derivative under a sum captures nothing",
        s(Partial(s(z[k] ** 2 * y[j], j), z[k])),
        2 * s(z[k] * y[k]),
        HERE,
    ),
    true("product rule with an outer entry", Partial(s(z[k] * z[i]), z[i]), s(z[k]) + z[i], HERE),
    false("product rule forgets the inner entry", Partial(s(z[k] * z[i]), z[i]), s(z[k]), HERE),
)

DELTAS = (
    true("a delta picks an entry", s(delta(i, k) * z[k]), z[i], HERE),
    false("a delta does not pick another entry", s(delta(i, k) * z[k]), z[j], HERE),
    true("a delta squared", delta(i, j) ** 2, delta(i, j), HERE),
    false("a delta is not one", delta(i, j), 1, HERE, gap="no axis tells the range of i and j"),
    true("delta moves an index", delta(i, j) * z[i], delta(i, j) * z[j], HERE),
    true("sum over all but one", s(Piecewise((0, Eq(i, k)), (z[k], True))), s(z[k]) - z[i], HERE),
    true("the same with unequal", s(Piecewise((z[k], Ne(i, k)), (0, True))), s(z[k]) - z[i], HERE),
    false(
        "sum over all but one forgets the exception", s(Piecewise((z[k], Ne(i, k)), (0, True))), s(z[k]), HERE
    ),
    true("trace of the unit matrix", s(s(delta(j, k), j)), K, HERE),
    false("position 2 may lie outside the range", s(delta(k, 2)), 1, HERE),
    true("an entry at position 3 says that there are three", s(delta(k, 3) * z[k]), z[3], HERE),
    true("position 1 always exists", s(delta(k, 1)), 1, HERE),
    true("the last position always exists", s(delta(k, K)), 1, HERE),
    false("first and last entry", z[1], z[K], HERE),
)

POSITIONS = (
    false("one entry is not the sum", z[1], s(z[k]), HERE),
    false("two entries are not the sum", z[1] + z[2], s(z[k]), HERE),
    true("sum from 2", Sum(z[k], (k, 2, K)) + z[1], s(z[k]), HERE),
    true("sum to K - 1", Sum(z[k], (k, 1, K - 1)) + z[K], s(z[k]), HERE),
    false("sum from 2 is not the whole sum", Sum(z[k], (k, 2, K)), s(z[k]), HERE),
    false("sum to K - 1 is not the whole sum", Sum(z[k], (k, 1, K - 1)), s(z[k]), HERE),
    false("swapped ends", Sum(z[k], (k, 2, K)), Sum(z[k], (k, 1, K - 1)), HERE),
    true("how many are left from 2", Sum(1, (k, 2, K)), K - 1, HERE),
    false("an empty sum is 0, not negative", Sum(1, (k, 3, K)), K - 2, HERE),
    false("K is not K - 1", s(1), K - 1, HERE),
    false("size 1 and 2 do not make a rule", s(1) ** 2, 3 * K - 2, HERE),
    false("holds for K = 1, 2, 3, 4 only", (K - 1) * (K - 2) * (K - 3) * (K - 4), 0, HERE,
          gap="sizes above 4"),
    true("a sum of a triangle", Sum(Sum(1, (j, 1, i)), (i, 1, K)), K * (K + 1) / 2, HERE,
         gap="bounds that vary"),
    false("a bound that is an index is no size", Sum(Sum(1, (j, 1, DECLARED_INDEX)), (DECLARED_INDEX, 1, K)),
          K * DECLARED_INDEX, HERE),
)  # fmt: skip

RANGES = (
    false("cases over indices of two sizes", f[j] * total(one(Eq(j, k)), k, M), f[j], TWO_SIZES),
    false("a double sum over two sizes", total(total(one(Eq(j, k)), k, M), j, N), N, TWO_SIZES),
    false("sizes are not each other", total(1, k, M), total(1, k, N), TWO_SIZES),
)

FACTS = (
    false("what log needs of entry i says nothing of entry j", log(x[i]) + Abs(x[j]), log(x[i]) + x[j], HERE),
    true("what log needs of entry i", log(x[i]) + Abs(x[i]), log(x[i]) + x[i], HERE),
    true("what a whole sum of logs needs", s(log(x[k])) + Abs(x[j]), s(log(x[k])) + x[j], HERE),
    false("a sum from 2 needs nothing of entry 1", Sum(log(x[k]), (k, 2, K)) + Abs(x[1]),
          Sum(log(x[k]), (k, 2, K)) + x[1], HERE),
    false("a sum to K - 1 needs nothing of entry K", Sum(log(x[k]), (k, 1, K - 1)) + Abs(x[K]),
          Sum(log(x[k]), (k, 1, K - 1)) + x[K], HERE),
    false("a sum from 2 needs nothing of a free entry", Sum(log(x[k]), (k, 2, K)) + Abs(x[i]),
          Sum(log(x[k]), (k, 2, K)) + x[i], HERE),
    false("logs on the diagonal say nothing of the rest", s(log(A[k, k])) + Abs(A[i, j]),
          s(log(A[k, k])) + A[i, j], HERE),
    false("logs of one row say nothing of another", s(log(A[i, k])) + Abs(A[j, l]),
          s(log(A[i, k])) + A[j, l], HERE),
    false("logs in a case say nothing outside", s(Piecewise((0, Eq(i, k)), (log(x[k]), True))) + Abs(x[i]),
          s(Piecewise((0, Eq(i, k)), (log(x[k]), True))) + x[i], HERE),
)  # fmt: skip

TARGETS = (
    true("no index is 0", s(one(Eq(k, 0)) * z[k]), 0, LABELLED),
    true("every index differs from 0", s(one(Ne(k, 0)) * z[k]), s(z[k]), LABELLED),
    false("an index may be 1", s(one(Eq(k, 1)) * z[k]), 0, LABELLED),
    true("a label picks a class", s(one(Eq(k, L[i])) * z[k]), z[L[i]], LABELLED),
    true("one class for each label", s(s(one(Eq(j, L[k])) * z[j], j)), s(z[L[k]]), LABELLED),
    false("fixed points of the labels", s(one(Eq(k, L[k]))), 1, LABELLED),
    false("fixed points with a factor", s(one(Eq(k, L[k])) * z[k]), z[L[1]], LABELLED),
    false("two labels differ", z[L[i]], z[L[j]], LABELLED),
    true("gradient by the logits of a label", Partial(z[L[i]], z[j]), one(Eq(j, L[i])), LABELLED),
)

CASES: tuple[Case, ...] = (*BINDING, *DELTAS, *POSITIONS, *RANGES, *FACTS, *TARGETS)


@pytest.mark.parametrize("case", named(CASES))
def test_sound(case: Case) -> None:
    check_sound(case)


@pytest.mark.parametrize("case", decided(CASES))
def test_decided(case: Case) -> None:
    check_decided(case)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (total(f[k] * h[k], k, N), Integer(0)),
        (delta(i, j) * f[i] * h[j], delta(i, j) * f[j] * h[i]),
        (f[i] + z[i], z[i] + f[i] * 2),
    ],
)
def test_one_letter_on_two_sizes_is_told(left: Sum, right: Integer) -> None:
    with pytest.raises(ShapeError, match="axis of size"):
        verify(Claim(left, right, TWO_SIZES.with_variables(z)))
