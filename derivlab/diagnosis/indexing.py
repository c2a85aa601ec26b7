"""Kinds about indices and sums over them: swapped, wrong, transposed, a sum missing or too much, bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, permutations

from sympy import Symbol

from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.situation import Situation
from derivlab.diagnosis.tree import (
    Place,
    at_path,
    bound_letters,
    is_big,
    name,
    number,
    put,
    rebuilt,
    times,
    without_factors,
)
from derivlab.notation import syntax
from derivlab.notation.elaboration.differentials import as_fraction
from derivlab.notation.elaboration.names import spelling
from derivlab.notation.elaboration.resolved import KeyName
from derivlab.notation.syntax import Node, walk

SUMMED = ("whole", "term", "item", "summand", "factor", "numerator", "denominator")
LETTERS = ("k", "j", "l", "m", "i", "n")


def renamed(node: Node, letters: Mapping[str, str]) -> Node:
    """The node with index letters replaced, in subscripts and everywhere else."""
    if isinstance(node, syntax.Name):
        return name(letters[node.text]) if node.text in letters else node
    return rebuilt(node, lambda inner: renamed(inner, letters))


def swapped(at: Situation) -> Iterator[Edit]:
    """Two free indices exchanged everywhere, or three permuted."""
    free = [symbol.name for symbol in at.free]
    for old in (letter for letter in _letters_in(at.written) if letter not in free):
        for new in free:
            yield Edit(
                "wrong index", renamed(at.written, {old: new}), at.written, renamed(at.written, {old: new})
            )
    for order in permutations(free) if len(free) == 3 else (p for p in _transpositions(free)):
        if list(order) != free:
            letters = dict(zip(free, order, strict=True))
            yield Edit("swapped indices", renamed(at.written, letters), at.written)


def _transpositions(free: list[str]) -> Iterator[tuple[str, ...]]:
    for a, b in combinations(range(len(free)), 2):
        order = list(free)
        order[a], order[b] = order[b], order[a]
        yield tuple(order)


def _subscripts(at: Situation) -> Iterator[tuple[Place, syntax.Script, tuple[Node, ...]]]:
    """Every piece with a subscript of letters, and the letters."""
    for place in at.places:
        node = place.node
        if isinstance(node, syntax.Script) and node.sub is not None and not is_big(node):
            sub = node.sub
            parts: tuple[Node, ...] = (sub,)
            if isinstance(sub, syntax.Product):
                parts = sub.factors
            elif isinstance(sub, syntax.Group):
                parts = sub.items
            yield place, node, parts


def _with_subscript(node: syntax.Script, parts: tuple[Node, ...]) -> Node:
    sub = parts[0] if len(parts) == 1 else syntax.Product(("",) * len(parts), parts)
    return replace(node, sub=sub)


def turned_entry(at: Situation) -> Iterator[Edit]:
    """`W_{ji}` for `W_{ij}`."""
    for place, node, parts in _subscripts(at):
        if len(parts) == 2 and not (isinstance(node.base, syntax.Name) and node.base.text == r"\delta"):
            turned = _with_subscript(node, parts[::-1])
            yield Edit("transposed", put(at.written, place.path, turned), node, turned)


def wrong_index(at: Situation) -> Iterator[Edit]:
    """Another letter at one place of one subscript."""
    free = [symbol.name for symbol in at.free]
    for place, node, parts in _subscripts(at):
        for k, part in enumerate(parts):
            for letter in dict.fromkeys((*place.letters[::-1], *free)):
                if isinstance(part, syntax.Name) and part.text != letter:
                    other = _with_subscript(node, (*parts[:k], name(letter), *parts[k + 1 :]))
                    yield Edit("wrong index", put(at.written, place.path, other), node, other)


def squared_index(at: Situation) -> Iterator[Edit]:
    """`p_i^2` where `p_i p_j` belongs."""
    free = [symbol.name for symbol in at.free]
    for place, node, parts in _subscripts(at):
        if isinstance(node.sup, syntax.Number) and node.sup.text == "2" and len(parts) == 1:
            single = replace(node, sup=None)
            for letter in dict.fromkeys((*place.letters[::-1], *free)):
                if isinstance(parts[0], syntax.Name) and parts[0].text != letter:
                    both = times(single, _with_subscript(replace(node, sup=None), (name(letter),)))
                    yield Edit("wrong index", put(at.written, place.path, both), node, both)


def missing_sum(at: Situation) -> Iterator[Edit]:
    """Σ_k before a piece: over a letter that nothing binds, or in place of a free letter."""
    free = [symbol.name for symbol in at.free]
    for place in at.places:
        if place.role not in SUMMED:
            continue
        inside = _letters_in(place.node)
        for letter in inside:
            if letter not in free and letter not in place.letters:
                head = head_over(at, letter)
                yield _summed(at, place, head, place.node, letter)
        for letter in free:
            if letter in inside:
                other = next(one for one in LETTERS if one not in (*inside, *free, *place.letters))
                node = renamed(place.node, {letter: other})
                yield _summed(at, place, head_over(at, other, letter), node, other)


def unbound_letter(at: Situation) -> Iterator[Edit]:
    """Σ_k before the pieces with a letter k that neither the true side nor a sum has."""
    stray = [letter for letter in _letters_in(at.written) if letter not in {one.name for one in at.free}]
    for letter in stray:
        for place in at.places:
            if place.role in SUMMED and letter in _letters_in(place.node):
                yield _summed(at, place, head_over(at, letter), place.node, letter)


def derivative_index(at: Situation) -> Iterator[Edit]:
    """Another letter in a derivative: ∂p_k/∂z_k for ∂p_k/∂z_i."""
    free = [symbol.name for symbol in at.free]
    for place in at.places:
        node = place.node
        if not isinstance(node, syntax.Fraction) or as_fraction(node) is None:
            continue
        for field in ("numerator", "denominator"):
            half = getattr(node, field)
            for old in dict.fromkeys(_letters_in(half)):
                for new in dict.fromkeys((*free, *place.letters)):
                    if new != old:
                        changed = replace(node, **{field: renamed(half, {old: new})})  # type: ignore[arg-type]
                        yield Edit("wrong index", put(at.written, place.path, changed), node, changed)


def _summed(at: Situation, place: Place, head: Node, node: Node, letter: str) -> Edit:
    return Edit("missing sum", put(at.written, place.path, times(head, node)), place.node, name(letter))


def head_over(at: Situation, letter: str, like: str = "") -> Node:
    r"""`\sum_{k=1}^{K}` where the size is known, else `\sum_k`."""
    size = next((size for symbol, size in at.free.items() if symbol.name == like), None)
    if isinstance(size, Symbol):
        sub = syntax.Chain((name(letter), number(1)), ("=",))
        return syntax.Script(name(r"\sum"), sub, name(size.name))
    return syntax.Script(name(r"\sum"), name(letter))


def _letters_in(node: Node) -> tuple[str, ...]:
    """Letters in subscripts that no sum inside binds."""
    found: dict[str, None] = {}
    bound: set[str] = set()
    for one in walk(node):
        bound.update(bound_letters(one))
        if isinstance(one, syntax.Script) and one.sub is not None and not is_big(one):
            inner = walk(one.sub)
            found.update(dict.fromkeys(x.text for x in inner if isinstance(x, syntax.Name)))
    return tuple(letter for letter in found if letter not in bound)


def extra_sum(at: Situation) -> Iterator[Edit]:
    """A sum over an index left out, its letter a free one (or as it stands)."""
    free = [symbol.name for symbol in at.free]
    for place in at.places:
        if place.role != "head":
            continue
        row = at_path(at.written, place.parent)
        assert isinstance(row, syntax.Product)
        k = place.path[-1][1]
        for letter in bound_letters(place.node):
            single = without_factors(row, k, k + 1)
            for other in (*free, *place.letters):
                node = renamed(single, {letter: other})
                yield Edit("sum too much", put(at.written, place.parent, node), row, name(other))


def wrong_name(at: Situation) -> Iterator[Edit]:
    """Another declared name of the same shape."""
    known = [one for one in at.origin.scope.entries.values() if one.kind in ("variable", "defined")]
    for place in at.places:
        base = place.node.base if isinstance(place.node, syntax.Script) else place.node
        spelled = None if place.role == "head" else spelling(base)
        entry = None if spelled is None else at.origin.scope.lookup(spelled.key)
        for other in known if entry is not None else ():
            if entry is not None and other.shape == entry.shape and other.key != entry.key:
                new: Node = KeyName(other.key)
                if isinstance(place.node, syntax.Script):
                    new = replace(place.node, base=new)
                yield Edit("wrong name", put(at.written, place.path, new), place.node, new)


def bounds(at: Situation) -> Iterator[Edit]:
    """Another first or last index, a condition too much or missing."""
    for place in at.places:
        head = place.node
        if place.role != "head" or not isinstance(head, syntax.Script) or head.sub is None:
            continue
        for changed in _other_bounds(at, head):
            yield Edit("wrong bound", put(at.written, place.path, changed), head, changed)


def _other_bounds(at: Situation, head: syntax.Script) -> Iterator[Node]:
    letters = bound_letters(head)
    if len(letters) != 1 or head.sub is None:
        return
    letter = name(letters[0])
    whole = syntax.Chain((letter, number(1)), ("=",))
    sizes = [name(one) for one in at.sizes()]
    plain = isinstance(head.sub, syntax.Chain) and head.sub == whole
    if not plain:
        for size in (head.sup, *sizes):
            if size is not None:
                yield replace(head, sub=whole, sup=size)
        yield replace(head, sub=letter, sup=None)
    for symbol in at.free:
        yield replace(head, sub=syntax.Chain((letter, name(symbol.name)), ("≠",)), sup=None)
    for low in (2,):
        yield replace(head, sub=syntax.Chain((letter, number(low)), ("=",)))
    for size in sizes:
        if head.sup != size:
            yield replace(head, sup=size)
