"""Floor 5: proved claims as Coq theorems that a person can read and Coq's kernel accepts."""

from derivlab.certificates.emit import Certificate, emit
from derivlab.certificates.terms import NotCertifiedError

__all__ = ["Certificate", "NotCertifiedError", "emit"]
