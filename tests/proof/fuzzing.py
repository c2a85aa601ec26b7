"""Random expressions that agree at generic points, and what derivlab says of each pair.

Two expressions that an oracle cannot tell apart at generic points are either equal or differ at
special points only (a kink, a zero, a tie, size 1): the pairs on which unsoundness shows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from random import Random

import mpmath
from sympy import Expr, Symbol

from derivlab.algebra.canonical import residue
from derivlab.errors import ShapeError
from derivlab.proof import Budget, Claim, Refuted, verify
from tests.proof.judging import confirmed
from tests.proof.near_misses import pair
from tests.proof.oracle import UndefinedError, World, differ, value
from tests.proof.points import environments, world_at
from tests.proof.random_expressions import CONTEXT, draw, i, j, special_world, x, y

GENERIC = 3
SPECIALS = 12
DIGITS_SHARED = 20
BOTH = x[i] * y[j]  # every expression has the free indices i and j, used or not


@dataclass
class Finding:
    """Counts, and every contradiction in words."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def signature(expr: Expr, worlds: list[World]) -> tuple[str, ...]:
    """The values at generic points, rounded; '?' where there is none."""
    found = []
    for world in worlds:
        for env in islice(environments((BOTH,), world), 3):
            try:
                found.append(mpmath.nstr(value(expr, world, env), DIGITS_SHARED))
            except UndefinedError:
                found.append("?")
    return tuple(found)


def contradiction(left: Expr, right: Expr) -> str:
    """A special point at which both sides are defined and differ, or ''."""
    for number in range(SPECIALS):
        world = special_world(number)
        for env in islice(environments((BOTH,), world), 4):
            try:
                a, b = value(left, world, env), value(right, world, env)
            except UndefinedError:
                continue
            if differ(a, b) and not left_out(left, right, world, env):
                shown = {
                    name: [mpmath.nstr(v, 4) for v in table.values()] for name, table in world.values.items()
                }
                return f"{mpmath.nstr(a, 8)} and {mpmath.nstr(b, 8)} at {dict(world.sizes)} {env} {shown}"
    return ""


def left_out(left: Expr, right: Expr, world: World, env: Mapping[Symbol, int]) -> bool:
    """Whether a side condition that comes with the proof excludes the point."""
    for condition in residue(left, right, CONTEXT, Budget().steps).conditions:
        for at in environments((condition.shown,), world, env):
            try:
                number = value(condition.shown, world, at)
            except UndefinedError:
                continue
            if number == 0 if condition.kind in ("nonzero", "kink") else number <= 0:
                return True
    return False


def judge(left: Expr, right: Expr, generic: bool, found: Finding) -> None:
    """Verdict on one pair; `generic` says whether the oracle tells them apart at generic points."""
    claim = Claim(left, right, CONTEXT)
    try:
        verdict = verify(claim)
    except ShapeError:
        found.counts["told: shapes"] += 1
        return
    except Exception as error:  # a verdict is promised for every expression
        found.wrong.append(f"{type(error).__name__}: {error}: {left} = {right}")
        return
    found.counts[f"{'differ' if generic else 'agree'}: {verdict.verdict}"] += 1
    if isinstance(verdict, Refuted):
        if not confirmed(claim, verdict.witness):
            found.wrong.append(f"witness not confirmed: {left} = {right}: {verdict.witness.text()}")
    elif verdict.verdict == "proved":
        reason = "differs at a generic point" if generic else contradiction(left, right)
        if reason:
            found.wrong.append(f"proved: {left} = {right}: {reason}: {verdict}")
    elif "contradicts itself" in verdict.reason:
        found.wrong.append(f"contradicts itself: {left} = {right}: {verdict.reason}")


def run_near_misses(count: int, seed: int) -> Finding:
    """Pairs that hold at generic points: what is proved must hold at special points as well."""
    random, found = Random(seed), Finding()
    for _ in range(count):
        left, right = pair(random)
        judge(left, right, False, found)
    return found


def run(count: int, seed: int, depth: int = 3) -> Finding:
    """Draw expressions, pair those that agree, and some that do not."""
    random, found = Random(seed), Finding()
    worlds = [
        world for number in range(GENERIC) if (world := world_at(CONTEXT, (), 100 + number)) is not None
    ]
    groups: defaultdict[tuple[str, ...], dict[Expr, None]] = defaultdict(dict)
    for _ in range(count):
        expr = draw(random, depth)
        groups[signature(expr, worlds)][expr] = None
    firsts = [next(iter(group)) for group in groups.values()]
    for key, group in groups.items():
        if set(key) == {"?"}:
            continue
        first, *others = group
        for other in others[:6]:
            judge(first, other, False, found)
        if len(firsts) > 1 and "?" not in key:
            another = random.choice(firsts)
            if another != first and "?" not in signature(another, worlds):
                judge(first, another, signature(another, worlds) != key, found)
    return found
