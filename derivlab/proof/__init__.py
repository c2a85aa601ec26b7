"""Floor 4: verdicts. `verify` decides a claim; evidence is in the verdict's type."""

from derivlab.proof.claim import Claim
from derivlab.proof.convexity import semidefinite, verify_convex
from derivlab.proof.order import verify_order
from derivlab.proof.relevance import satisfiable
from derivlab.proof.verdict import Proved, Refuted, Undecided, Verdict, Witness
from derivlab.proof.verify import Budget, prove_equal, verify

__all__ = [
    "Budget",
    "Claim",
    "Proved",
    "Refuted",
    "Undecided",
    "Verdict",
    "Witness",
    "prove_equal",
    "satisfiable",
    "semidefinite",
    "verify",
    "verify_convex",
    "verify_order",
]
