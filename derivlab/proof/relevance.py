"""Of all that a long document says, what one claim rests on.

Let the conditions of a context fall into groups that share no variable. A claim that uses variables of some
groups only is true under all conditions if and only if it is true under those groups', or the others cannot
hold at these sizes. So a proof needs the claim's own groups, and a counterexample needs, beside a point of
those, that the others can hold at the same sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from random import Random

from derivlab.proof.claim import Claim
from derivlab.proof.indices import size_names
from derivlab.proof.sampling import POOLS, SIZE_PATTERNS, draw, sizes_of
from derivlab.symbols import Context, beside, relevant


def narrowed(claim: Claim) -> Claim:
    """The claim in the part of its context that it rests on."""
    return replace(claim, context=relevant(claim.context, (claim.left, claim.right)))


def possible(whole: Claim, claim: Claim, sizes: Mapping[str, int]) -> bool:
    """Whether values were found at these sizes for all conditions that the narrowed claim leaves out."""
    return _all_possible(beside(whole.context, claim.context), sizes)


def satisfiable(context: Context) -> bool:
    """Whether values were found that satisfy all conditions of a context."""
    return _all_possible(beside(context, Context()), {})


def _all_possible(groups: Iterable[Context], sizes: Mapping[str, int]) -> bool:
    return all(
        any(all(_possible(group, _of(group, chosen)) for group in part) for chosen in _choices(part, sizes))
        for part in _sharing_sizes(groups, sizes)
    )


def _sharing_sizes(groups: Iterable[Context], sizes: Mapping[str, int]) -> list[list[Context]]:
    """Groups that share a size which is still free stand together: one number must do for all of them."""
    parts: list[tuple[set[str], list[Context]]] = []
    for group in groups:
        names, members = set(size_names(group)) - sizes.keys(), [group]
        apart = []
        for other, found in parts:
            if names & other:
                names, members = names | other, found + members
            else:
                apart.append((other, found))
        parts = [*apart, (names, members)]
    return [members for _, members in parts]


def _choices(part: list[Context], sizes: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Sizes for all groups of a part: those that are given, and small ones."""
    names = tuple(dict.fromkeys(name for group in part for name in size_names(group)))
    least = {name: low for group in part for name, low in group.least}
    for pattern in SIZE_PATTERNS if set(names) - sizes.keys() else SIZE_PATTERNS[:1]:
        yield sizes_of(pattern, names, least) | dict(sizes)


def _of(group: Context, sizes: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((name, sizes[name]) for name in size_names(group))


@lru_cache(maxsize=1024)
def _possible(group: Context, sizes: tuple[tuple[str, int], ...]) -> bool:
    return any(
        draw(group, dict(sizes), pool, Random(number)) is not None for number, pool in enumerate(POOLS)
    )
