"""Mutants of right claims: none that differs is proved, and at least 99 % of the wrong ones are refuted.

An independent oracle (mpmath, difference quotients) says which mutants differ, and confirms every
witness. The long run is `python -m tests.proof.mutate` (100,000 mutants, five hash seeds).
"""

from __future__ import annotations

import pytest
import sympy

from derivlab.models import MODELS
from derivlab.proof import Claim, Proved, verify
from tests.proof.judging import Tally, right_claims, run
from tests.proof.mutate import LEAST_REFUTED, main
from tests.proof.mutations import mutants
from tests.proof.oracle import UndefinedError, differ, value
from tests.proof.points import environments, index_ranges, world_at

CLAIMS = right_claims()
CHUNKS = 8
EACH = 4


@pytest.fixture(scope="module")
def tallies() -> list[Tally]:
    """What every chunk has found."""
    return []


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_verdict_contradicts_the_oracle(chunk: int, tallies: list[Tally]) -> None:
    tally = run(CLAIMS[chunk::CHUNKS], EACH, seed=0)
    tallies.append(tally)
    assert tally.wrong == []
    assert tally.refuted_share >= LEAST_REFUTED, tally.silent
    assert sum(tally.counts.values()) >= 1000 / CHUNKS


@pytest.mark.slow
def test_many_slips_under_five_hash_seeds() -> None:
    assert main(["--mutants", "3200", "--each", "2", "--hash-seeds", "5"]) == 0


def test_every_kind_of_slip_occurs() -> None:
    made = set()
    for claim in CLAIMS[:120]:
        free = {
            s: str(found[0]) for s, found in index_ranges((claim.left, claim.right), claim.context).items()
        }
        made |= {name for name, _ in mutants(claim.right, free, claim.context)}
    wanted = {
        "sign", "factor 2", "dropped term", "sign of a term", "dropped factor", "exponent - 1", "transposed",
        "wrong index", "missing sum", "lower bound", "upper bound", "mean for sum", "missing delta",
        "another size", "number + 1", "flipped condition", "wrong function", "sign inside",
    }  # fmt: skip
    assert wanted <= made


def test_the_oracle_differentiates_on_its_own() -> None:
    """A claim with a known value: the slope of log softmax at a point, against the closed form."""
    model = MODELS["cross-entropy"]
    claim = next(claim for claim in model.claims if claim.name == "Hessian by z")
    world = world_at(model.context, (claim.left, claim.right), 0)
    assert world is not None
    for env in environments((claim.left, claim.right), world):
        assert not differ(value(claim.left, world, env), value(claim.right, world, env))
        assert differ(value(claim.left, world, env), value(claim.wrong[0].right, world, env)) == (
            len(set(env.values())) == 2
        )


def test_the_oracle_knows_kinks_and_holes() -> None:
    from derivlab.symbols import Context, Partial, scalar

    s = scalar("s")
    world = world_at(Context.of(s), (s,), 0)
    assert world is not None
    world.values = {"s": {(): sympy.Integer(0)}}
    for expr in (Partial(sympy.Abs(s), s), 1 / s, sympy.log(s), sympy.sqrt(s - 1)):
        with pytest.raises(UndefinedError):
            value(expr, world, {})
    assert isinstance(verify(Claim(sympy.Abs(s), sympy.Max(s, -s), Context.of(s))), Proved)
