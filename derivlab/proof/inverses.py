"""Points at which an inverse is the inverse: by FLINT's matrices of rational numbers, or of balls."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from derivlab.errors import DerivlabError
from derivlab.proof.evaluate import Evaluator, Position
from derivlab.proof.numbers import NotDefinedError, lift
from derivlab.proof.structured import Entries, Point, Rows, matrices, replace_matrices
from derivlab.symbols import Context, Inverse

MAX_BITS = 2_000  # of the entries of a matrix that is inverted: inverses of inverses grow


def invert(context: Context, sizes: Mapping[str, int], point: Point) -> bool:
    """Give each inverse the value that it has at a point, in place; False where a matrix has none."""
    return all(_inverted(one, context, sizes, point) for one in context.inverses)


def inverse_at(
    inverse: Inverse, context: Context, sizes: Mapping[str, int], point: Mapping[str, Entries]
) -> Rows | None:
    """The inverse of one matrix at a point; None where it has none, and for a family."""
    try:
        rows = dict(matrices(_entries(inverse, _exact(context, sizes, point))))
    except (NotDefinedError, DerivlabError, KeyError, TypeError):
        return None
    return _inverse(rows[()]) if rows.keys() == {()} and _rational(rows[()]) else None


def _rational(rows: Rows) -> bool:
    return all(isinstance(entry, Fraction) for row in rows for entry in row)


def _exact(context: Context, sizes: Mapping[str, int], point: Mapping[str, Entries]) -> Evaluator:
    return Evaluator(context, sizes, point, number=lambda value: value)


def _inverted(inverse: Inverse, context: Context, sizes: Mapping[str, int], point: Point) -> bool:
    found = _solved(inverse, context, sizes, point)
    if found is None:
        return False
    entries, inverses, determinants = found
    if inverse.of in point and inverse.value is not None:
        point[inverse.of] = entries
    if inverse.det in point:
        point[inverse.det] = determinants
        if not all(value > 0 for value in determinants.values()):
            return False
    if inverse.name in point:
        replace_matrices(point[inverse.name], inverses)
    return True


def _solved(
    inverse: Inverse, context: Context, sizes: Mapping[str, int], point: Point
) -> tuple[Entries, dict[Position, Rows], Entries] | None:
    """The matrix, its inverse and its determinant: exact where it is rational, else as balls."""
    for evaluator in (_exact(context, sizes, point), Evaluator(context, sizes, point)):
        try:
            entries = _entries(inverse, evaluator)
            rows = dict(matrices(entries))
            if not all(_is_short(value) for value in entries.values()):
                return None
            found = {lead: _inverse(one) for lead, one in rows.items()}
        except (NotDefinedError, DerivlabError, KeyError, TypeError):
            continue
        inverses = {lead: one for lead, one in found.items() if one is not None}
        if len(inverses) == len(found):
            return entries, inverses, {lead: _determinant(one) for lead, one in rows.items()}
        return None
    return None


def _is_short(value: object) -> bool:
    """Whether a number has so few digits that exact arithmetic with it is quick."""
    return not isinstance(value, Fraction) or value.denominator.bit_length() <= MAX_BITS


def of_balls(inverse: Inverse, point: Point) -> bool:
    """Whether an inverse has balls for values at a point."""
    return any(
        isinstance(value, arb) for value in point.get(inverse.name, point.get(inverse.det, {})).values()
    )


def _entries(inverse: Inverse, exact: Evaluator) -> Entries:
    """The matrix at a point, exactly."""
    if inverse.value is None and inverse.of in exact.values:
        return dict(exact.values[inverse.of])
    if inverse.value is None:
        return {place: exact.entry(inverse.of, place) for place in exact.places(inverse.of)}
    value = inverse.value
    places = product(*(range(1, exact.size(size) + 1) for size in value.shape))
    return {place: exact.value(value.body, dict(zip(value.indices, place, strict=True))) for place in places}


def _determinant(rows: Rows) -> Any:
    """The determinant of a matrix.

    >>> _determinant([[Fraction(2), Fraction(1)], [Fraction(4), Fraction(3)]])
    Fraction(2, 1)
    """
    return _number(_matrix(rows).det())


def _inverse(rows: Rows) -> Rows | None:
    """The inverse of a matrix, or None of a singular one.

    >>> _inverse([[Fraction(2), Fraction(0)], [Fraction(0), Fraction(1, 3)]])
    [[Fraction(1, 2), Fraction(0, 1)], [Fraction(0, 1), Fraction(3, 1)]]
    """
    if any(len(row) != len(rows) for row in rows):
        return None
    try:
        found = _matrix(rows).inv()
    except ZeroDivisionError:
        return None
    return [[_number(entry) for entry in row] for row in found.tolist()]


def _matrix(rows: Rows) -> Any:
    """FLINT's matrix of rational numbers, or of balls."""
    if _rational(rows):
        return fmpq_mat([[fmpq(entry.numerator, entry.denominator) for entry in row] for row in rows])
    return arb_mat([[lift(entry) for entry in row] for row in rows])


def _number(value: Any) -> Any:
    return Fraction(int(value.p), int(value.q)) if isinstance(value, fmpq) else value
