"""Claims that a function is convex, concave or neither, answered with their quantifiers.

'J is convex in θ' speaks of all data and all parameters; 'J is not convex in θ' denies that, so that some
data at which the curvature is negative prove it.
"""

from __future__ import annotations

from derivlab.errors import UsageError
from derivlab.notation import StatedClaim
from derivlab.proof import Proved, Refuted, Undecided, Verdict, verify_convex

NOT = "not "


def convexity(claim: StatedClaim) -> Verdict:
    """Whether the function is convex or concave, for all data and parameters."""
    if len(claim.by) != 1:
        return Undecided("convexity in several names at once is read but not decided")
    what = claim.relation.removeprefix(NOT)
    sign = -1 if what.endswith("concave") else 1
    strict = what.startswith("strictly")
    try:
        return verify_convex(sign * claim.left, claim.by[0], claim.context, strict=strict)
    except UsageError as error:
        return Undecided(str(error))


def quantified(claim: StatedClaim, verdict: Verdict) -> tuple[str, str]:
    """What is added to the reading, and what is said for a reason, of a claim about convexity."""
    what = claim.relation.removeprefix(NOT)
    denied = claim.relation.startswith(NOT)
    if denied and isinstance(verdict, Refuted):
        return f"for some data and parameters: {verdict.witness.text()}", ""
    if denied and isinstance(verdict, Proved):
        return "", f"it is {what} for all data and parameters"
    if isinstance(verdict, Refuted):
        return "", f"not for all data and parameters (for some it may be {what})"
    return ("for all data and parameters", "") if isinstance(verdict, Proved) else ("", "")


__all__ = ["NOT", "convexity", "quantified"]
