"""The table of error kinds: how each is tried. One entry a kind; the sentences are in `messages`.

An entry yields repairs of the written side; `diagnose` keeps the first that is proved. Order is
likelihood: the simplest mistake that explains the claim is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import sympy
from sympy import Expr, Indexed, KroneckerDelta, Sum, Symbol

from derivlab.diagnosis.edits import Edit, addends, factors, places, replace_at, without
from derivlab.diagnosis.situation import Situation
from derivlab.symbols import delta, free_symbols, fresh_index, index, substitute, total


@dataclass(frozen=True)
class ErrorKind:
    """One kind of mistake and how to undo it."""

    name: str
    repairs: Callable[[Situation], Iterator[Edit]]


def _sign_whole(at: Situation) -> Iterator[Edit]:
    yield Edit("sign of the whole", -at.written, at.written)


def _sign_term(at: Situation) -> Iterator[Edit]:
    for path, term in addends(at.written):
        yield Edit("sign of a term", replace_at(at.written, path, -term), term)
    for path, node in places(at.written):
        if isinstance(node, sympy.exp):
            flipped = sympy.exp(-node.args[0])
            yield Edit("sign in an exponent", replace_at(at.written, path, flipped), node)


def _transposed(at: Situation) -> Iterator[Edit]:
    for first, second in combinations(at.indices, 2):
        swapped = substitute(at.written, {first: second, second: first})
        yield Edit("swapped indices", swapped, at.written)
    for path, node in places(at.written):
        if isinstance(node, Indexed) and len(node.indices) == 2:
            turned = node.base[node.indices[1], node.indices[0]]
            yield Edit("transposed", replace_at(at.written, path, turned), node)


def _wrong_index(at: Situation) -> Iterator[Edit]:
    known = list(at.indices) + [s for s in _bound(at.written) if s not in at.indices]
    for path, node in places(at.written):
        if not isinstance(node, Indexed | KroneckerDelta):
            continue
        slots = node.indices if isinstance(node, Indexed) else node.args
        for k, present in enumerate(slots):
            for other in known:
                if other != present:
                    new = list(slots)
                    new[k] = other
                    changed = node.base[tuple(new)] if isinstance(node, Indexed) else delta(*new)
                    yield Edit("wrong index", replace_at(at.written, path, changed), node, other)


def _bound(expr: Expr) -> list[Symbol]:
    return [n.limits[0][0] for n in sympy.preorder_traversal(expr) if isinstance(n, Sum)]


def _factor_pool(at: Situation) -> list[Expr]:
    """What people forget: numbers, sizes, scalars, entries and factors of the true side."""
    pool: list[Expr] = [sympy.Integer(2), sympy.Integer(3)]
    pool += [power for size in at.sizes() for power in (1 / size, size)]
    pool += [v.node for v in at.context.variables if not v.shape]
    for node in sympy.preorder_traversal(at.truth):
        if isinstance(node, sympy.Mul):
            pool += [f for f in node.args if not f.is_number]
        elif isinstance(node, Indexed):
            pool.append(node)
    return list(dict.fromkeys(pool))


def _inside(truth: Expr, written: Sum) -> list[Expr]:
    """Factors under the true side's sums over the same size, in the written sum's own index."""
    bound, _, high = written.limits[0]
    found: list[Expr] = []
    for node in sympy.preorder_traversal(truth):
        if isinstance(node, Sum) and node.limits[0][2] == high:
            body = substitute(node.function, {node.limits[0][0]: bound})
            for part in sympy.preorder_traversal(body):
                found += [f for f in part.args if not f.is_number] if isinstance(part, sympy.Mul) else []
    return list(dict.fromkeys(found))


def _missing_factor(at: Situation) -> Iterator[Edit]:
    pool = _factor_pool(at)
    for factor in pool:
        yield Edit("missing factor", at.written * factor, at.written, factor)
    for path, term in addends(at.written):
        for factor in pool:
            yield Edit("missing factor", replace_at(at.written, path, term * factor), term, factor)
    for path, node in places(at.written):
        if isinstance(node, Sum):
            for factor in _inside(at.truth, node) + pool:
                inner = Sum(node.function * factor, *node.limits)
                yield Edit("missing factor", replace_at(at.written, path, inner), node.function, factor)


def _extra_factor(at: Situation) -> Iterator[Edit]:
    for path, product, factor in factors(at.written):
        yield Edit("extra factor", replace_at(at.written, path, without(product, factor)), factor, factor)
    for number in (2, 3):  # SymPy multiplies out 2·(a − b), so the factor stands nowhere alone
        yield Edit("extra factor", at.written / number, at.written, sympy.Integer(number))


def _missing_term(at: Situation) -> Iterator[Edit]:
    terms = at.truth.args if isinstance(at.truth, sympy.Add) else (at.truth,)
    for term in terms:
        yield Edit("missing term", at.written + term, at.written, term)
    for path, node in places(at.truth):
        if path and isinstance(node, sympy.Add):
            for term in node.args:
                for place, part in places(at.written):
                    if place and not part.is_number:
                        repaired = replace_at(at.written, place, part + term)
                        yield Edit("missing term", repaired, part, term)


def _extra_term(at: Situation) -> Iterator[Edit]:
    for path, node in places(at.written):
        if isinstance(node, sympy.Add):
            for term in node.args:
                rest = sympy.Add(*(other for other in node.args if other is not term))
                yield Edit("extra term", replace_at(at.written, path, rest), term, term)


def _missing_delta(at: Situation) -> Iterator[Edit]:
    for first, second in combinations(at.indices, 2):
        one_case = delta(first, second)
        for path, node in places(at.written):
            if node == 1:
                yield Edit("one case for all", replace_at(at.written, path, one_case), at.written, one_case)
        yield Edit("one case for all", at.written * one_case, at.written, one_case)
        for path, term in addends(at.written):
            yield Edit("one case for all", replace_at(at.written, path, term * one_case), term, one_case)
    for path, node in places(at.written):
        if isinstance(node, KroneckerDelta):
            yield Edit("delta too much", replace_at(at.written, path, sympy.Integer(1)), node, node)


def _missing_sum(at: Situation) -> Iterator[Edit]:
    parts = [((), at.written), *addends(at.written)]
    parts += [((*path, k), f) for path, p, _ in factors(at.written) for k, f in enumerate(p.args)]
    for path, part in parts:
        for symbol in at.indices:
            size = at.size_of(symbol)
            if symbol in free_symbols(part) and size is not None:
                bound = fresh_index(index("k"), free_symbols(at.written))
                summed = total(substitute(part, {symbol: bound}), bound, size)
                yield Edit("missing sum", replace_at(at.written, path, summed), part, symbol)


def _extra_sum(at: Situation) -> Iterator[Edit]:
    for path, node in places(at.written):
        if isinstance(node, Sum) and len(node.limits) == 1:
            for symbol in at.indices:
                single = substitute(node.function, {node.limits[0][0]: symbol})
                yield Edit("sum too much", replace_at(at.written, path, single), node, symbol)


def _bounds(at: Situation) -> Iterator[Edit]:
    for path, node in places(at.written):
        if isinstance(node, Sum) and len(node.limits) == 1:
            bound, low, high = node.limits[0]
            for new in ((1, high), (low - 1, high), (low, high + 1), (low + 1, high), (low, high - 1)):
                if new != (low, high) and new[0] != 0:
                    changed = Sum(node.function, (bound, *new))
                    yield Edit("wrong bound", replace_at(at.written, path, changed), node)
            for size in at.sizes():
                if size not in (high, high - 1, high + 1):
                    changed = Sum(node.function, (bound, low, size))
                    yield Edit("wrong bound", replace_at(at.written, path, changed), node)


def _exponents(at: Situation) -> Iterator[Edit]:
    for path, node in places(at.written):
        if isinstance(node, sympy.Pow) and node.exp.is_Integer:
            for exponent in (node.exp - 1, node.exp + 1, -node.exp):
                changed = node.base**exponent
                yield Edit("wrong exponent", replace_at(at.written, path, changed), node)
        elif isinstance(node, Indexed | Symbol) or (isinstance(node, sympy.Add) and path):
            for exponent in (2, -1):
                yield Edit("wrong exponent", replace_at(at.written, path, node**exponent), node)


def _inner_permutation(at: Situation) -> Iterator[Edit]:
    """All free indices permuted, where there are three."""
    if len(at.indices) == 3:
        for order in permutations(at.indices):
            if order != at.indices:
                mapping = dict(zip(at.indices, order, strict=True))
                yield Edit("swapped indices", substitute(at.written, mapping), at.written)


KINDS: tuple[ErrorKind, ...] = (
    ErrorKind("sign of the whole", _sign_whole),
    ErrorKind("swapped indices", _transposed),
    ErrorKind("sign of a term", _sign_term),
    ErrorKind("one case for all", _missing_delta),
    ErrorKind("extra factor", _extra_factor),
    ErrorKind("missing factor", _missing_factor),
    ErrorKind("missing term", _missing_term),
    ErrorKind("extra term", _extra_term),
    ErrorKind("missing sum", _missing_sum),
    ErrorKind("sum too much", _extra_sum),
    ErrorKind("wrong index", _wrong_index),
    ErrorKind("wrong exponent", _exponents),
    ErrorKind("wrong bound", _bounds),
    ErrorKind("permuted indices", _inner_permutation),
)
