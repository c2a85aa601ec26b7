"""Holds derivlab's verdict on a mutant against the oracle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from random import Random

from mpmath import mpf
from sympy import Expr, Symbol

from derivlab.errors import ShapeError
from derivlab.models import MODELS
from derivlab.proof import Claim, Refuted, verify
from derivlab.proof.verdict import Witness
from derivlab.symbols import Context
from tests.proof.identities import ALL
from tests.proof.mutations import sampled
from tests.proof.oracle import CLOSEST, UndefinedError, World, differ, value
from tests.proof.points import environments, world_at

POINTS = 4
ASSIGNMENTS = 3
Point = tuple[World, dict[Symbol, int], object]


@dataclass(frozen=True)
class Right:
    """A right claim to make slips in."""

    name: str
    left: Expr
    right: Expr
    context: Context


def right_claims() -> list[Right]:
    """The claims of the models, and the identities."""
    models = [
        Right(f"{model.name}: {claim.name}", claim.left, claim.right, model.context)
        for model in MODELS.values()
        for claim in model.claims
    ]
    return models + [Right(item.name, item.left, item.right, item.context) for item in ALL]


@dataclass
class Tally:
    """What came out: counts, and every disagreement in words."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.counts + other.counts, self.wrong + other.wrong, self.silent + other.silent)

    @property
    def refuted_share(self) -> float:
        """Of the mutants that the oracle finds wrong, how many are refuted with a witness."""
        wrong = self.counts["wrong: refuted"] + self.counts["wrong: undecided"] + self.counts["wrong: proved"]
        return self.counts["wrong: refuted"] / max(wrong, 1)


class Judge:
    """Judges the mutants of one claim; the left side is evaluated once a point."""

    def __init__(self, claim: Right) -> None:
        self.claim = claim
        self._seen: list[Point] = []
        self._source = self._points()

    @property
    def points(self) -> Iterator[Point]:
        """Points with the value of the left side, computed when they are first asked for."""
        yield from self._seen
        for point in self._source:
            self._seen.append(point)
            yield point

    def _points(self) -> Iterator[Point]:
        for number in range(POINTS):
            world = world_at(self.claim.context, (self.claim.left, self.claim.right), number)
            if world is None:
                continue
            found = list(environments((self.claim.left, self.claim.right), world))
            for env in Random(number).sample(found, min(ASSIGNMENTS, len(found))):
                try:
                    yield world, env, value(self.claim.left, world, env)
                except UndefinedError:
                    continue

    def truth(self, right: Expr) -> str:
        """'equal', 'wrong', or 'unseen' where no point has both sides."""
        seen = False
        for world, env, left in self.points:
            for at in islice(environments((right,), world, env), ASSIGNMENTS):
                try:
                    if differ(left, value(right, world, at)):
                        return "wrong"
                    seen = True
                except UndefinedError:
                    continue
        return "equal" if seen else "unseen"

    def judge(self, slip: str, right: Expr, tally: Tally) -> None:
        """Count one mutant; a contradiction between verdict and oracle is written down."""
        claim = Claim(self.claim.left, right, self.claim.context)
        label = f"{self.claim.name} [{slip}] {right}"
        try:
            verdict = verify(claim)
        except ShapeError:
            tally.counts["told: shapes"] += 1
            return
        except Exception as error:  # a verdict is promised for every expression
            tally.wrong.append(f"{type(error).__name__}: {error}: {label}")
            return
        truth = self.truth(right)
        tally.counts[f"{truth}: {verdict.verdict}"] += 1
        if isinstance(verdict, Refuted):
            if not confirmed(claim, verdict.witness):
                tally.wrong.append(f"witness not confirmed: {label}: {verdict.witness.text()}")
        elif truth == "wrong":
            (tally.wrong if verdict.verdict == "proved" else tally.silent).append(
                f"{verdict.verdict}: {label}"
            )


def confirmed(claim: Claim, witness: Witness) -> bool:
    """Whether the oracle, too, finds both sides defined and different at the witness."""
    values = {name: _flat(found) for name, found in witness.values.items()}
    world = World(claim.context, witness.sizes, values)
    env = {Symbol(name, integer=True): place for name, place in witness.indices.items()}
    env |= {Symbol(name, integer=True, positive=True): place for name, place in witness.indices.items()}
    try:
        return differ(value(claim.left, world, env), value(claim.right, world, env), CLOSEST)
    except UndefinedError:
        return False


def _flat(values: object, place: tuple[int, ...] = ()) -> dict[tuple[int, ...], object]:
    if not isinstance(values, tuple):
        return {place: mpf(values.numerator) / values.denominator}  # type: ignore[attr-defined]
    result: dict[tuple[int, ...], object] = {}
    for k, inner in enumerate(values, 1):
        result |= _flat(inner, (*place, k))
    return result


def run(claims: list[Right], each: int, seed: int, slips: int = 1) -> Tally:
    """Judge `each` mutants of every claim."""
    tally = Tally()
    for claim in claims:
        random = Random(f"{seed} {claim.name}")
        judge = Judge(claim)
        if judge.truth(claim.right) != "equal":
            tally.wrong.append(f"the oracle does not confirm the right claim: {claim.name}")
        for slip, right in sampled(claim.left, claim.right, claim.context, each, random, slips):
            judge.judge(slip, right, tally)
    return tally
