"""The sentences of the error kinds, in one catalogue a language; short, kind, in plain words."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derivlab.errors import InternalError

if TYPE_CHECKING:
    from derivlab.diagnosis.diagnose import Diagnosis


@dataclass(frozen=True)
class Sentences:
    """What to say of one kind: to a student (what kind of mistake), to an instructor, and the rule.

    `{where}`, `{detail}` and `{assumption}` are filled in.
    """

    student: str
    instructor: str
    rule: str


ENGLISH: dict[str, Sentences] = {
    "sign of the whole": Sentences(
        "The sign of the whole expression is the other way round.",
        "sign of the whole: the negative of the right answer",
        "Check whether you differentiate J or −J, and carry the minus sign through every line.",
    ),
    "sign of a term": Sentences(
        "The term {where} has the wrong sign.",
        "sign of the term {where}",
        "(u − v)' = u' − v'; a minus sign in front of a bracket turns every sign inside.",
    ),
    "sign in an exponent": Sentences(
        "The exponent in {where} has the wrong sign.",
        "sign in the exponent of {where}",
        "e^{{−u}} is 1/e^u.",
    ),
    "swapped indices": Sentences(
        "Two free indices are swapped.",
        "free indices swapped (the transposed result)",
        "The derivative by an entry carries that entry's indices in its order.",
    ),
    "transposed": Sentences(
        "{where} is transposed.",
        "{where} transposed",
        "Write the product with indices: the summed index must stand next to its partner.",
    ),
    "wrong index": Sentences(
        "An index of {where} is not the right one.",
        "wrong index on {where}, expected {detail}",
        "A Kronecker delta replaces the summed index by the free one; keep the two apart.",
    ),
    "missing factor": Sentences(
        "A factor is missing at {where}: {detail}.",
        "missing factor {detail} at {where}",
        "Constant factors stay, and the chain rule multiplies by the derivative of what is inside.",
    ),
    "extra factor": Sentences(
        "The factor {detail} is one too many.",
        "extra factor {detail}",
        "Ask of each factor which rule brought it in.",
    ),
    "missing term": Sentences(
        "A term is missing: {detail}.",
        "missing term {detail}",
        "Every term of the objective has a derivative, the regularizer too.",
    ),
    "extra term": Sentences(
        "The term {detail} is one too many.",
        "extra term {detail}",
        "What does not depend on the variable has derivative 0.",
    ),
    "one case for all": Sentences(
        "What holds in one case (equal indices) is used for all cases; {detail} tells them apart.",
        "the case of equal indices used for all: {detail} is missing",
        "∂x_k/∂x_i is δ_ik: 1 where k = i, 0 elsewhere; both cases count.",
    ),
    "delta too much": Sentences(
        "{detail} should not be there: all entries count, not only the equal ones.",
        "{detail} too much",
        "A Kronecker delta leaves one term of a sum; without the sum it sets entries to 0.",
    ),
    "missing sum": Sentences(
        "The sum over {detail} is missing at {where}.",
        "missing sum over {detail} at {where}",
        "If the variable acts through many quantities, the chain rule adds all of them.",
    ),
    "sum too much": Sentences(
        "There is a sum that should have been reduced to one term: {where}.",
        "sum too much: {where}",
        "A sum with a Kronecker delta has one term left.",
    ),
    "wrong exponent": Sentences(
        "The exponent of {where} is not right.",
        "wrong exponent at {where}",
        "(u^a)' = a·u^(a−1)·u', and (1/u)' = −u'/u².",
    ),
    "wrong bound": Sentences(
        "The bounds of the sum {where} are not right.",
        "wrong bound of {where}",
        "Write out the first and the last term of the sum.",
    ),
    "assumption needed": Sentences(
        "This is true if {assumption}; say that you use it.",
        "true under the assumption {assumption}, which is not stated",
        "A label that is a probability vector sums to one: state it before you use it.",
    ),
}
CATALOGUES: dict[str, dict[str, Sentences]] = {"en": ENGLISH}


def catalogue() -> dict[str, Sentences]:
    """The catalogue of the language in LANG, English where there is none."""
    return CATALOGUES.get(os.environ.get("LANG", "en")[:2].lower(), ENGLISH)


def message(diagnosis: Diagnosis, audience: str, level: int) -> str:
    """Level 1: where; level 2: what kind; level 3: the rule as well."""
    found = catalogue().get(diagnosis.kind)
    if found is None:
        raise InternalError(f"no sentence for the error kind {diagnosis.kind!r}")
    parts = {"where": diagnosis.where, "detail": diagnosis.detail}
    if diagnosis.assumption is not None:
        parts["assumption"] = " = ".join(map(str, diagnosis.assumption))
    if audience == "instructor":
        return found.instructor.format(**parts)
    if level <= 1:
        return f"Look at {diagnosis.where} again."
    sentence = found.student.format(**parts)
    return sentence if level == 2 else f"{sentence} {found.rule.format(**parts)}"
