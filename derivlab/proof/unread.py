"""What a text says of a name and derivlab cannot use: no point refutes a claim that rests on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derivlab.proof.claim import Claim
from derivlab.proof.indices import size_names
from derivlab.proof.verdict import Refuted, Undecided, Verdict
from derivlab.symbols import relevant


def respecting_unread(verdict: Verdict, claim: Claim, again: Callable[[Claim], Verdict]) -> Verdict:
    """The verdict; 'undecided' for a refutation that may not satisfy what is said of its names and sizes.

    `again` decides a claim; it is asked where equations are left that may hold still.
    """
    if not isinstance(verdict, Refuted) or not (claim.context.unread or claim.context.loose):
        return verdict
    sides = (claim.left, claim.right)
    own = relevant(claim.context, sides)
    used = claim.context.used_in(sides).union(one.name for one in own.variables)
    used |= {*size_names(own, sides)}
    told = list(dict.fromkeys(words for name, words in claim.context.unread if name in used))
    loose = [pair for pair in claim.context.loose if not used.isdisjoint(claim.context.used_in(pair))]
    if loose and not told:
        assumptions = (*claim.context.assumptions, *claim.context.loose)
        second = again(replace(claim, context=replace(claim.context, assumptions=assumptions, loose=())))
        if isinstance(second, Refuted):
            return second
        told = ["more in an earlier part"]
    if not told:
        return verdict
    return Undecided(
        f"the text says {' and '.join(told)}, which is not read; without it the sides differ at "
        f"{verdict.witness.text()}",
        tried=("canonical form", "points that need not satisfy it"),
        steps_used=verdict.steps_used,
    )
