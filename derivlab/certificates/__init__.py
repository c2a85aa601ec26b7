"""Floor 6: proved claims as Coq theorems that a person can read and Coq's kernel accepts.

A refuted claim has one as well: that there are sizes and values at which the two sides differ.
"""

from derivlab.certificates.convexity import Convexity, certify_convex
from derivlab.certificates.emit import Certificate, emit
from derivlab.certificates.refutation import refute
from derivlab.certificates.status import CertificateStatus, certificate_of, certificate_status
from derivlab.certificates.terms import NotCertifiedError

__all__ = [
    "Certificate",
    "CertificateStatus",
    "Convexity",
    "NotCertifiedError",
    "certificate_of",
    "certificate_status",
    "certify_convex",
    "emit",
    "refute",
]
