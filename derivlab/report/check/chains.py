"""The steps of a chain `A = B = C`: which is the first wrong one, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivlab.errors import DerivlabError
from derivlab.notation import StatedClaim
from derivlab.proof import Claim, Proved, verify


@dataclass(frozen=True)
class ChainStep:
    """A step of a chain of equations.

    Attributes:
        number: which chain of the document, from 1.
        position: which step of the chain, from 1.
        role: '' before any mistake; 'first wrong' for the first refuted step; 'follows' for a right step
            after it, whose line is still wrong; 'wrong again' for another refuted one; 'right again' for
            a refuted one whose line equals the first side of the chain after all.
        wrong_line: the line of the first wrong step, from it on.
    """

    number: int
    position: int
    role: str = ""
    wrong_line: int = 0


@dataclass
class _Chain:
    """What has been read of a chain."""

    first: StatedClaim
    steps: int = 0
    wrong_line: int = 0
    right: bool = True


@dataclass
class Chains:
    """Follows the chains of a document, step by step."""

    known: dict[int, _Chain] = field(default_factory=dict)

    def step(self, claim: StatedClaim, verdict: str) -> ChainStep | None:
        """The place of a step in its chain; None for a claim that stands alone."""
        if not claim.chain:
            return None
        chain = self.known.setdefault(claim.chain, _Chain(claim))
        chain.steps += 1
        return ChainStep(claim.chain, chain.steps, self._role(chain, claim, verdict), chain.wrong_line)

    def _role(self, chain: _Chain, claim: StatedClaim, verdict: str) -> str:
        if not chain.wrong_line:
            if verdict != "refuted":
                return ""
            chain.wrong_line, chain.right = claim.extent.line, False
            return "first wrong"
        if verdict == "refuted":
            chain.right = _returns(chain.first, claim)
            return "right again" if chain.right else "wrong again"
        return "follows" if verdict == "proved" and not chain.right else ""


def _returns(first: StatedClaim, claim: StatedClaim) -> bool:
    """Whether the line is equal to the first side of its chain."""
    if first.indices != claim.indices or first.shape_mismatch or claim.shape_mismatch:
        return False
    try:
        return isinstance(verify(Claim(first.left, claim.right, claim.context)), Proved)
    except DerivlabError:
        return False
