"""A claim as a Coq theorem with its proof: the readable statement first, then what computes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivlab.certificates.proof import Proof
from derivlab.certificates.statement import Claimed
from derivlab.certificates.words import coq_name
from derivlab.proof.claim import Claim

HEADER = "From Derivlab Require Import Certificate.\nOpen Scope R_scope.\n"


@dataclass(frozen=True)
class Certificate:
    """A Coq theorem.

    Attributes:
        title: what it says, in words.
        theorem: its name.
        statement: definitions and theorem, for people.
        proof: from `Proof.` to `Qed.`.
    """

    title: str
    theorem: str
    statement: str
    proof: str

    @property
    def body(self) -> str:
        """Everything but the header."""
        return f"(** {comment(self.title)} *)\n{self.statement}\n{self.proof}"

    @property
    def text(self) -> str:
        """A file that `coqc` accepts."""
        return f"{HEADER}\n{self.body}"


def comment(text: str) -> str:
    """Text that cannot end a Coq comment or begin a string in it."""
    return text.replace("(*", "( *").replace("*)", "* )").replace('"', "'")


def theorem_name(title: str) -> str:
    """`gradient by z` → `gradient_by_z`."""
    return coq_name(re.sub(r"[^A-Za-z0-9]+", "_", title).strip("_").lower() or "claim")


def emit(claim: Claim) -> Certificate:
    """The certificate of a claim; `NotCertifiedError` says why there is none. Needs no Coq.

    Example:
        >>> from derivlab.symbols import Context, Partial, scalar
        >>> x = scalar("x")
        >>> claim = Claim(Partial(x**2, x), 2 * x, Context.of(x), "square")
        >>> print(emit(claim).statement)
        Theorem square : forall (x : R),
          is_derive (fun t => t ^ 2) x
            (2 * x).
    """
    claimed = Claimed(claim)
    title = claim.name or "claim"
    name = theorem_name(title)
    return Certificate(title, name, claimed.write(name), Proof(claimed).write(claimed.labels()))
