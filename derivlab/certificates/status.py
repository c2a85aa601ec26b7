"""Which claims carry a certificate: what can be written now, and what Coq accepted here before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from derivlab.certificates.convexity import Convexity, certify_convex, refute_convex
from derivlab.certificates.coq import remembered
from derivlab.certificates.emit import Certificate, emit
from derivlab.certificates.refutation import refute
from derivlab.certificates.terms import NotCertifiedError
from derivlab.proof import Claim, Proved, Refuted, Verdict

CHECKED, WRITTEN, NONE = "checked", "written", "none"


@dataclass(frozen=True)
class CertificateStatus:
    """Whether a claim carries a certificate.

    Attributes:
        state: "checked" (Coq's kernel accepted the theorem on this machine), "written" (there is a
            theorem with its proof, which Coq has not checked here) or "none".
        theorem: its name in Coq; empty if there is none.
        reason: why there is none.
    """

    state: str
    theorem: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return self.state != NONE


def certificate_of(claim: Claim | Convexity, verdict: Verdict) -> Certificate:
    """The theorem that says what was found: the claim, or that it is false at the witness.

    Raises:
        NotCertifiedError: why there is none; for an undecided claim, always.
    """
    match verdict, claim:
        case Proved(), Claim():
            return emit(claim)
        case Proved(), Convexity():
            return certify_convex(claim)
        case Refuted(witness=witness), Claim():
            return refute(claim, witness)
        case Refuted(witness=witness), Convexity():
            return refute_convex(claim, witness)
    raise NotCertifiedError("undecided")


def certificate_status(
    claim: Claim | Convexity, verdict: Verdict, cache: Path | None = None
) -> CertificateStatus:
    """Whether `claim` carries a certificate of its `verdict`; runs no Coq, takes milliseconds.

    Args:
        claim: an equation, or that a function is convex; its name does not matter.
        verdict: what `verify` found.
        cache: where accepted certificates are remembered (default: the user's cache).

    Example:
        >>> from derivlab.symbols import Context, scalar
        >>> x = scalar("x")
        >>> claim = Claim((x + 1) ** 2, x**2 + 2 * x + 1, Context.of(x))
        >>> certificate_status(claim, Proved(), Path("/nowhere")).state
        'written'
    """
    try:
        certificate = certificate_of(claim, verdict)
    except NotCertifiedError as error:
        return CertificateStatus(NONE, reason=str(error))
    before = remembered(certificate, cache)
    if before is not None and not before.accepted:
        return CertificateStatus(NONE, reason=f"Coq: {before.message}")
    return CertificateStatus(WRITTEN if before is None else CHECKED, certificate.theorem)
