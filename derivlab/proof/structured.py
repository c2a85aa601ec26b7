"""Rational points on curved sets: unit vectors, orthogonal and positive definite matrices.

An entry at a time does not solve Σₖ x[k]² = 1 or Q·Qᵀ = I in rationals; stereographic projection and
products of reflections do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache

import sympy
from sympy import Expr, Indexed, KroneckerDelta

from derivlab.proof.evaluate import Position
from derivlab.symbols import Context, head_name

Entries = dict[Position, Fraction]
Point = dict[str, Entries]
Rows = list[list[Fraction]]


def make_structured(context: Context, point: Point) -> None:
    """Move the entries at a point to where the context says that arrays are: in place, exactly."""
    for name, axes in _unit_arrays(context):
        _normalize(point[name], axes)
    mirrored = _mirrored_arrays(context.assumptions)
    orthogonal = _orthogonal_arrays(context.assumptions)
    for name in dict.fromkeys((*orthogonal, *mirrored)):
        if name in point and (make := _made(name in orthogonal, mirrored.get(name, 0))):
            _each_matrix(point[name], make)
    for name in context.definite:
        if name in point:
            _each_matrix(point[name], _definite)


def _unit_arrays(context: Context) -> list[tuple[str, int]]:
    """Arrays with an assumption Σₖ x[..., k]² = 1, and how many axes they have."""
    found = []
    for left, right in context.assumptions:
        if right == 1 and isinstance(left, sympy.Sum) and len(left.limits) == 1:
            body, bound = left.function, left.limits[0][0]
            squared = isinstance(body, sympy.Pow) and body.exp == 2 and isinstance(body.base, sympy.Indexed)
            if squared and body.base.indices[-1] == bound and context.lookup(head_name(body.base)):
                found.append((head_name(body.base), len(body.base.indices)))
    return found


def _normalize(entries: dict[Position, Fraction], axes: int) -> None:
    """Each row onto the unit sphere by stereographic projection: rational points stay rational."""
    rows: dict[Position, list[Position]] = {}
    for place in entries:
        rows.setdefault(place[: axes - 1], []).append(place)
    for places in rows.values():
        *free, last = places
        square = sum((entries[place] ** 2 for place in free), Fraction(0))
        for place in free:
            entries[place] = 2 * entries[place] / (square + 1)
        entries[last] = (square - 1) / (square + 1)


@lru_cache(maxsize=64)
def _orthogonal_arrays(assumptions: tuple[tuple[Expr, Expr], ...]) -> tuple[str, ...]:
    """Matrices whose rows or columns are said to be orthonormal: Σₖ Q[i, k] Q[j, k] = δ(i, j)."""
    return tuple(dict.fromkeys(name for left, right in assumptions for name in _orthonormal(left, right)))


def _orthonormal(left: Expr, right: Expr) -> Iterator[str]:
    if not isinstance(right, KroneckerDelta) or not isinstance(left, sympy.Sum) or len(left.limits) != 1:
        return
    factors = sympy.Mul.make_args(left.function)
    if len(factors) != 2 or not all(isinstance(one, Indexed) and len(one.indices) > 1 for one in factors):
        return
    bound, (first, second) = left.limits[0][0], factors
    over = [one.indices.index(bound) if bound in one.indices else -1 for one in (first, second)]
    if head_name(first) == head_name(second) and over[0] == over[1] >= len(first.indices) - 2:
        yield head_name(first)


@lru_cache(maxsize=64)
def _mirrored_arrays(assumptions: tuple[tuple[Expr, Expr], ...]) -> dict[str, int]:
    """Matrices with A[i, j] = A[j, i], as 1, and with A[i, j] = −A[j, i], as −1."""
    found = {}
    for left, right in assumptions:
        sign, mirrored = (-1, -right) if isinstance(right, sympy.Mul) else (1, right)
        if not (isinstance(left, Indexed) and isinstance(mirrored, Indexed) and len(left.indices) > 1):
            continue
        *lead, row, column = left.indices
        if head_name(left) == head_name(mirrored) and (*lead, column, row) == mirrored.indices:
            found[head_name(left)] = sign
    return found


def _made(orthogonal: bool, mirrored: int) -> Callable[[Rows], Rows] | None:
    """How to make a matrix of a kind."""
    return {
        (False, 1): _symmetric,
        (True, 0): _orthogonal,
        (True, 1): _turned_signs,
        (True, -1): _turned_quarters,
        (False, -1): _skew,
    }.get((orthogonal, mirrored))


def still_definite(context: Context, point: Point) -> bool:
    """Whether the positive definite matrices at a point still are, after their entries were moved."""
    return all(
        _is_definite(rows) for name in context.definite if name in point for _, rows in matrices(point[name])
    )


def _is_definite(rows: Rows) -> bool:
    """Symmetric, and with positive pivots in Gaussian elimination."""
    left = [list(row) for row in rows]
    if left != [list(column) for column in zip(*rows, strict=True)]:
        return False
    for k, pivot in enumerate(left):
        if pivot[k] <= 0:
            return False
        for row in left[k + 1 :]:
            factor = row[k] / pivot[k]
            row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
    return True


def matrices(entries: Entries) -> Iterator[tuple[Position, Rows]]:
    """The matrix on the last two axes, for every member of a family."""
    members: dict[Position, list[Position]] = {}
    for place in entries:
        members.setdefault(place[:-2], []).append(place)
    for lead, places in members.items():
        height, width = max(place[-2] for place in places), max(place[-1] for place in places)
        yield lead, [[entries[*lead, i, j] for j in range(1, width + 1)] for i in range(1, height + 1)]


def _each_matrix(entries: Entries, make: Callable[[Rows], Rows]) -> None:
    """Replace the matrix on the last two axes, for every member of a family."""
    replace_matrices(entries, {lead: make(rows) for lead, rows in matrices(entries)})


def replace_matrices(entries: Entries, by: Mapping[Position, Rows]) -> None:
    """Other entries for the matrices of a family, by the places of the members."""
    for lead, rows in by.items():
        for i, row in enumerate(rows):
            for j, entry in enumerate(row):
                entries[*lead, i + 1, j + 1] = entry


def _orthogonal(rows: Rows) -> Rows:
    """The corner of a product of two reflections: its rows or its columns are orthonormal."""
    size = max(len(rows), len(rows[0]))
    entries = [entry for row in rows for entry in row]
    first = [entries[k % len(entries)] for k in range(size)]
    second = [entries[-1 - k % len(entries)] + k for k in range(size)]
    product = _times(_reflection(first), _reflection(second))
    return [row[: len(rows[0])] for row in product[: len(rows)]]


def _turned_signs(rows: Rows) -> Rows:
    """Q D Qᵀ with signs on the diagonal of D: symmetric and orthogonal."""
    signs = [[Fraction((1 if k % 2 else -1) * (k == j)) for j in range(len(rows))] for k in range(len(rows))]
    return _turned(rows, signs)


def _turned_quarters(rows: Rows) -> Rows:
    """Q J Qᵀ with quarter turns in J: skew-symmetric and orthogonal, where the size is even."""
    turns = [
        [Fraction((1 if k % 2 else -1) * (k // 2 == j // 2 and k != j)) for j in range(len(rows))]
        for k in range(len(rows))
    ]
    return _turned(rows, turns)


def _turned(rows: Rows, middle: Rows) -> Rows:
    turn = _orthogonal(rows)
    return _times(_times(turn, middle), [list(column) for column in zip(*turn, strict=True)])


def _reflection(along: list[Fraction]) -> Rows:
    """I − 2 v vᵀ / (vᵀ v)."""
    vector = along if any(along) else [Fraction(1), *along[1:]]
    square = sum((one * one for one in vector), Fraction(0))
    return [
        [Fraction(i == j) - 2 * a * b / square for j, b in enumerate(vector)] for i, a in enumerate(vector)
    ]


def _symmetric(rows: Rows) -> Rows:
    """The upper triangle on both sides."""
    return [[rows[min(i, j)][max(i, j)] for j in range(len(rows))] for i in range(len(rows))]


def _skew(rows: Rows) -> Rows:
    """A − Aᵀ."""
    columns = list(zip(*rows, strict=True))
    return [
        [a - b for a, b in zip(row, column, strict=True)] for row, column in zip(rows, columns, strict=True)
    ]


def _definite(rows: Rows) -> Rows:
    """B Bᵀ + I / 2."""
    square = _times(rows, [list(column) for column in zip(*rows, strict=True)])
    return [[entry + Fraction(i == j, 2) for j, entry in enumerate(row)] for i, row in enumerate(square)]


def _times(left: Rows, right: Rows) -> Rows:
    columns = list(zip(*right, strict=True))
    return [
        [sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns]
        for row in left
    ]
