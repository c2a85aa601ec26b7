"""A claim as a Coq theorem with its proof: the readable statement first, then what computes it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass

from derivlab.certificates.proof import Proof
from derivlab.certificates.statement import Claimed
from derivlab.certificates.words import coq_name
from derivlab.proof.claim import Claim


def header(library: str) -> str:
    """What stands first in a file."""
    return f"From Derivlab Require Import {library}.\nOpen Scope R_scope.\n"


@dataclass(frozen=True)
class Certificate:
    """A Coq theorem.

    Attributes:
        title: what it says, in words.
        theorem: its name.
        statement: definitions and theorem, for people.
        proof: from `Proof.` to `Qed.`.
        library: the file of the library that it calls: Certificate, or Refutation.
    """

    title: str
    theorem: str
    statement: str
    proof: str
    library: str = "Certificate"

    @property
    def body(self) -> str:
        """Everything but the header."""
        return f"(** {comment(self.title)} *)\n{self.statement}\n{self.proof}"

    @property
    def text(self) -> str:
        """A file that `coqc` accepts."""
        return f"{header(self.library)}\n{self.body}"

    @property
    def key(self) -> str:
        """The same for two certificates that differ in their title and their theorem's name only."""
        statement = self.statement.replace(f"Theorem {self.theorem} :", "Theorem :")
        text = f"{header(self.library)}\n{statement}\n{self.proof}"
        return hashlib.sha256(text.encode()).hexdigest()


def comment(text: str) -> str:
    """Text that cannot end a Coq comment or begin a string in it."""
    return text.replace("(*", "( *").replace("*)", "* )").replace('"', "'")


def theorem_name(title: str, taken: Collection[str] = ()) -> str:
    """`gradient by z` → `gradient_by_z`; another name than those in `taken`."""
    name = coq_name(re.sub(r"[^A-Za-z0-9]+", "_", title).strip("_").lower() or "claim")
    while name in taken:
        name += "_claim"
    return name


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
    name = theorem_name(title, claimed.taken())
    return Certificate(title, name, claimed.write(name), Proof(claimed).write(claimed.labels()))
