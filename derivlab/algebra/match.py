"""Does an assumption about Σₖ y[n, k] speak of this atom? One-way matching over index names."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from derivlab.algebra.atoms import (
    BASE,
    ENTRY,
    EXP,
    LOG,
    SUM,
    Atom,
    Index,
    Monomial,
    Polynomial,
    PolynomialKey,
)
from derivlab.algebra.ring import Pattern, Ring

Binding = dict[str, Index]


def matcher(ring: Ring) -> Any:
    """The function that `Ring.match` calls: what the rule replaces the atom by, or None."""

    def match(rule: Pattern, atom: Atom) -> Polynomial | None:
        from derivlab.algebra.transform import rename

        subject: Atom = rule.subject
        if subject is atom:
            found: Polynomial = rule.replacement
            return found
        if subject.skeleton != atom.skeleton or not rule.names:
            return None
        binding = unify_atoms(subject, atom, rule.names, {})
        return None if binding is None else rename(ring, rule.replacement, binding)

    return match


def unify_atoms(pattern: Atom, atom: Atom, names: frozenset[str], binding: Binding) -> Binding | None:
    """The index terms for `names` that make `pattern` equal to `atom`, or None."""
    if pattern is atom and not (pattern.free & names):
        return binding
    if pattern.kind != atom.kind or pattern.skeleton != atom.skeleton:
        return None
    if pattern.kind == ENTRY:
        if pattern.args[0] != atom.args[0] or len(pattern.args[1]) != len(atom.args[1]):
            return None
        return _unify_indices(pattern.args[1], atom.args[1], names, binding)
    if pattern.kind == SUM:
        if pattern.args[:2] != atom.args[:2]:
            return None
        return _unify_monomials(pattern.args[2], atom.args[2], names, binding)
    if pattern.kind == EXP:
        return _unify_monomials(pattern.args[0], atom.args[0], names, binding)
    if pattern.kind in (BASE, LOG):
        return _unify_keys(pattern.args[0], atom.args[0], names, binding)
    return binding if pattern is atom else None


def _unify_keys(
    pattern: PolynomialKey, key: PolynomialKey, names: frozenset[str], binding: Binding
) -> Binding | None:
    if len(pattern) != len(key):
        return None
    ordered = zip(sorted(pattern, key=_term_structure), sorted(key, key=_term_structure), strict=True)
    for (wanted, p, q), (found, r, s) in ordered:
        if (p, q) != (r, s) or _unify_monomials(wanted, found, names, binding) is None:
            return None
    return binding


def _term_structure(term: tuple[Monomial, int, int]) -> tuple[object, ...]:
    monomial, p, q = term
    return (tuple(sorted((atom.skeleton, exponent) for atom, exponent in monomial)), p, q)


def _unify_indices(
    pattern: tuple[Index, ...], indices: tuple[Index, ...], names: frozenset[str], binding: Binding
) -> Binding | None:
    for wanted, found in zip(pattern, indices, strict=True):
        if isinstance(wanted, str) and wanted in names:
            # A level is bound inside the atom: a name for all values of a free index is not that.
            inside = isinstance(found, str) and found.startswith("#")
            if inside or binding.setdefault(wanted, found) != found:
                return None
        elif wanted != found:
            return None
    return binding


def _unify_monomials(
    pattern: Monomial, monomial: Monomial, names: frozenset[str], binding: Binding
) -> Binding | None:
    if len(pattern) != len(monomial):
        return None
    ordered = zip(sorted(pattern, key=_structure), sorted(monomial, key=_structure), strict=True)
    for (wanted, first), (found, second) in ordered:
        if first != second or unify_atoms(wanted, found, names, binding) is None:
            return None
    return binding


def _structure(item: tuple[Atom, Any]) -> tuple[int, Any, int]:
    return (item[0].skeleton, item[1], item[0].id)


def add_rule(ring: Ring, subject: Atom, replacement: Polynomial, names: frozenset[str]) -> None:
    """From now on `subject`, for every value of the indices `names`, is `replacement`."""
    ring.rules.append(Pattern(names, subject, replacement))
    subject.special = True
    ring.memo.clear()


def one_atom(polynomial: Polynomial) -> tuple[Atom, fmpq] | None:
    """(a, c) if the polynomial is c·a."""
    if len(polynomial) != 1:
        return None
    ((monomial, value),) = polynomial.items()
    if len(monomial) != 1 or monomial[0][1] != 1:
        return None
    return monomial[0][0], value
