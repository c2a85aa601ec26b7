"""Bound indices get names of their own, so that no index is captured when an array is updated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from derivlab.certificates.terms import Apply, Delta, Entry, Raise, Slope, Term, Total


def apart(term: Term, taken: frozenset[str], names: Mapping[str, str] | None = None) -> Term:
    """The same term; no sum binds a name of `taken` or one that a sum around it binds.

    Example:
        >>> apart(Total("k", "K", Entry("z", ("k",))), frozenset("k"))
        Total(bound='k_1', size='K', body=Entry(name='z', indices=('k_1',)))
    """
    names = names or {}
    match term:
        case Entry(name, indices):
            return Entry(name, _renamed(indices, names))
        case Delta(left, right):
            return Delta(names.get(left, left), names.get(right, right))
        case Apply(operation, arguments):
            return Apply(operation, tuple(apart(argument, taken, names) for argument in arguments))
        case Raise(base, _):
            return replace(term, base=apart(base, taken, names))
        case Slope(name, indices, body):
            return Slope(name, _renamed(indices, names), apart(body, taken, names))
        case Total(bound, size, body):
            new = fresh(bound, taken)
            return Total(new, size, apart(body, taken | {new}, {**names, bound: new}))
        case _:
            return term


def _renamed(indices: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names.get(index, index) for index in indices)


def fresh(name: str, taken: frozenset[str]) -> str:
    """`name`, or the first of name_1, name_2, ... that is not taken."""
    found, number = name, 0
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found
