"""A witness as a Coq theorem: there are sizes and values at which the two sides differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivlab.certificates.emit import Certificate, theorem_name
from derivlab.certificates.hypotheses import choices, left_out
from derivlab.certificates.proof import Proof
from derivlab.certificates.statement import Claimed
from derivlab.certificates.terms import NotCertifiedError
from derivlab.certificates.words import coq_name
from derivlab.proof.claim import Claim
from derivlab.proof.evaluate import Position
from derivlab.proof.inverses import inverse_at
from derivlab.proof.verdict import Values, Witness
from derivlab.symbols import Context

LIBRARY = "Refutation"
MAX_ENTRIES = 64  # of the arrays of a witness


TACTICS = {"<>": "differ", "<": "is_below"}


def refute(claim: Claim, witness: Witness, relation: str = "<>") -> Certificate:
    """The certificate that `claim` is false at `witness`; `NotCertifiedError` says why there is none.

    With the relation "<" it says that the left side is less there than the right one.

    Its statement: there are sizes of at least 1, indices in range and values that satisfy what is
    assumed, such that the derivatives in the claim exist and its two sides differ.

    Example:
        >>> from derivlab.symbols import Context, Partial, scalar
        >>> x = scalar("x")
        >>> claim = Claim(Partial(x**2, x), x, Context.of(x), "square")
        >>> point = Witness({}, {}, {"x": Fraction(1, 2)}, "1", "0.5")
        >>> print(refute(claim, point).statement)
        Theorem square_is_false : exists (x : R),
          (ex_derive (fun t => t ^ 2) x) /\\
          Derive (fun t => t ^ 2) x <>
            x.
    """
    claimed = Claimed(claim)
    names = {variable.name for variable in claimed.variables}
    if left_out(claim.context, claimed.words.reading, names, claimed.words):
        raise NotCertifiedError("an assumption links what the claim speaks of with what it does not")
    title = claim.name or "claim"
    name = theorem_name(f"{title} is false", claimed.taken())
    point = _Point(claimed, witness)
    return Certificate(
        f"not: {title}", name, _statement(claimed, name, relation), point.proof(relation), LIBRARY
    )


def _statement(claimed: Claimed, name: str, relation: str) -> str:
    binders = claimed.binders().replace("forall ", "exists ", 1)
    conjuncts = _conditions(claimed)
    conjuncts += [text for _, _, text in claimed.existing((claimed.left, claimed.right))]
    left, right = claimed.words.write(claimed.left), claimed.words.write(claimed.right)
    conjuncts.append(f"{left} {relation}\n    {right}")
    body = " /\\\n".join(f"  {text}" for text in conjuncts)
    return f"{claimed.definitions()}Theorem {name} : {binders}\n{body}."


def _conditions(claimed: Claimed) -> list[str]:
    """What the point must satisfy: the premises of the claim, and the finite sets of its variables."""
    return [*(text for _, text in claimed.premises()), *choices(claimed.variables)]


class _Point:
    """The witness as Coq's numbers and functions, by the names that they have in the claim."""

    def __init__(self, claimed: Claimed, witness: Witness) -> None:
        self.claimed, self.witness = claimed, with_inverses(witness, claimed.context)
        self.values = {name: self._size(name) for name in claimed.sizes}
        self.values |= {variable.name: self._array(variable.name) for variable in claimed.variables}
        self.values |= {name: self._index(name) for name in claimed.free}

    def _size(self, name: str) -> str:
        return f"{self.witness.sizes.get(name, 1)}%nat"

    def _index(self, name: str) -> str:
        if name not in self.witness.indices:
            raise NotCertifiedError(f"the witness has no place for the index {name}")
        return f"{self.witness.indices[name] - 1}%nat"

    def _array(self, name: str) -> str:
        if name not in self.witness.values:
            raise NotCertifiedError(f"the witness has no value of {name}")
        return written(self.witness.values[name])

    def proof(self, relation: str) -> str:
        """The numbers, then each part of the statement."""
        proof = Proof(self.claimed)
        steps = [f"  pose ({coq_name(name)} := {text})." for name, text in self.values.items()]
        steps += [f"  exists {', '.join(map(coq_name, self.values))}."] if self.values else []
        steps += ["  split; [holds_here |]." for _ in _conditions(self.claimed)]
        for slope, bound, _ in self.claimed.existing((self.claimed.left, self.claimed.right)):
            steps.append(f"  split; [{proof.exists_at(slope, bound)} |].")
        return "\n".join(["Proof.", *steps, f"  {proof.differ(TACTICS[relation])}.", "Qed.", ""])


def with_inverses(witness: Witness, context: Context) -> Witness:
    """The witness with the inverses that its values have."""
    if not context.inverses:
        return witness
    point = {name: dict(_flat(values)) for name, values in witness.values.items()}
    found: dict[str, Values] = dict(witness.values)
    for one in context.inverses:
        rows = inverse_at(one, context, witness.sizes, point)
        if rows is not None:
            found[one.name] = tuple(map(tuple, rows))
            point[one.name] = dict(_flat(found[one.name]))
    return replace(witness, values=found)


def _flat(values: Values, place: Position = ()) -> Iterator[tuple[Position, Fraction]]:
    if isinstance(values, Fraction):
        yield place, values
    else:
        for number, inner in enumerate(values, 1):
            yield from _flat(inner, (*place, number))


def written(values: Values, depth: int = 0) -> str:
    """A number, or the function from indices (counted from 0) to numbers.

    >>> written((Fraction(1), Fraction(-1, 2)))
    '(fun a_ => match a_ with 0%nat => 1 | 1%nat => - (1) * / 2 | _ => 0 end)'
    """
    if isinstance(values, Fraction):
        return f"({rational(values)})" if depth == 0 else rational(values)
    if depth > 1 or _entries(values) > MAX_ENTRIES:
        raise NotCertifiedError("the witness is too large")
    letter = "ab"[depth] + "_"
    cases = " | ".join(f"{place}%nat => {written(entry, depth + 1)}" for place, entry in enumerate(values))
    return f"(fun {letter} => match {letter} with {cases} | _ => {_zero(values)} end)"


def _zero(values: Values) -> str:
    """What stands beside the entries, in their rank."""
    inner = values[0] if isinstance(values, tuple) and values else Fraction(0)
    return "(fun _ => 0)" if isinstance(inner, tuple) else "0"


def _entries(values: Values) -> int:
    return sum(map(_entries, values)) if isinstance(values, tuple) else 1


def rational(value: Fraction) -> str:
    """A rational number as Coq computes with it."""
    top = str(value.numerator) if value >= 0 else f"- ({-value.numerator})"
    return top if value.denominator == 1 else f"{top} * / {value.denominator}"
