"""Points at which an inverse is the inverse: exact, by FLINT's rational matrices."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

from flint import fmpq, fmpq_mat

from derivlab.errors import DerivlabError
from derivlab.proof.evaluate import Evaluator
from derivlab.proof.numbers import NotDefinedError
from derivlab.proof.structured import Entries, Point, Rows, matrices, replace_matrices
from derivlab.symbols import Context, Inverse


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
    try:
        entries = _entries(inverse, _exact(context, sizes, point))
    except (NotDefinedError, DerivlabError, KeyError, TypeError):
        return False
    if any(not isinstance(entry, Fraction) for entry in entries.values()):
        return False
    if inverse.of in point:
        point[inverse.of] = entries
    found = {lead: _inverse(rows) for lead, rows in matrices(entries)}
    if any(rows is None for rows in found.values()):
        return False
    if inverse.det in point:
        point[inverse.det] = {lead: _determinant(rows) for lead, rows in matrices(entries)}
        if any(value <= 0 for value in point[inverse.det].values()):
            return False
    if inverse.name in point:
        rows_of = {lead: rows for lead, rows in found.items() if rows is not None}
        replace_matrices(point[inverse.name], rows_of)
    return True


def _entries(inverse: Inverse, exact: Evaluator) -> Entries:
    """The matrix at a point, exactly."""
    if inverse.value is None and inverse.of in exact.values:
        return dict(exact.values[inverse.of])
    if inverse.value is None:
        return {place: exact.entry(inverse.of, place) for place in exact.places(inverse.of)}
    value = inverse.value
    places = product(*(range(1, exact.size(size) + 1) for size in value.shape))
    return {place: exact.value(value.body, dict(zip(value.indices, place, strict=True))) for place in places}


def _determinant(rows: Rows) -> Fraction:
    """The determinant of a matrix.

    >>> _determinant([[Fraction(2), Fraction(1)], [Fraction(4), Fraction(3)]])
    Fraction(2, 1)
    """
    found = fmpq_mat([[fmpq(entry.numerator, entry.denominator) for entry in row] for row in rows]).det()
    return Fraction(int(found.p), int(found.q))


def _inverse(rows: Rows) -> Rows | None:
    """The inverse of a matrix, or None of a singular one.

    >>> _inverse([[Fraction(2), Fraction(0)], [Fraction(0), Fraction(1, 3)]])
    [[Fraction(1, 2), Fraction(0, 1)], [Fraction(0, 1), Fraction(3, 1)]]
    """
    if any(len(row) != len(rows) for row in rows):
        return None
    try:
        found = fmpq_mat([[fmpq(entry.numerator, entry.denominator) for entry in row] for row in rows]).inv()
    except ZeroDivisionError:
        return None
    return [[Fraction(int(entry.p), int(entry.q)) for entry in row] for row in found.tolist()]
