"""The statement of a certificate: definitions, quantifiers, hypotheses and what is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sympy import Symbol

from derivlab.certificates.binding import apart
from derivlab.certificates.hypotheses import Hypothesis, assumptions, domains, ranges_of
from derivlab.certificates.terms import NotCertifiedError, Reading, Slope, Term, Total
from derivlab.certificates.words import Words, coq_name, names_in, parts, sizes_in
from derivlab.proof.claim import Claim
from derivlab.symbols import Definition, Variable

KINDS = {0: "R", 1: "nat -> R", 2: "nat -> nat -> R"}
Bounds = tuple[tuple[str, str], ...]  # indices of the sums around a term, with their sizes


class Claimed:
    """One claim on its way to Coq: what it speaks of, and its statement."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.context = claim.context
        reading = Reading(self.context, frozenset(_size_names(claim)))
        self.words = Words(self.context, reading)
        left, right = reading.read(claim.left), reading.read(claim.right)
        if isinstance(right, Slope) and not isinstance(left, Slope):
            left, right = right, left
        taken = frozenset(name for name, _ in ranges_of((left, right), self.context)) | self._names()
        self.left, self.right = apart(left, taken), apart(right, taken)
        self.sides = (self.left, self.right)
        self.variables = tuple(self._variables(self.sides))
        names = {variable.name for variable in self.variables}
        self.hypotheses: list[Hypothesis] = [
            *domains(self.variables, reading),
            *assumptions(self.context, reading, names, self.words),
        ]
        self.free = self._free_indices()
        self.sizes = self._sizes()
        self._distinct()

    def _names(self) -> frozenset[str]:
        """Every declared name, and every size."""
        entries: tuple[Variable | Definition, ...] = (*self.context.variables, *self.context.definitions)
        return frozenset(entry.name for entry in entries) | self.words.reading.sizes

    def taken(self) -> frozenset[str]:
        """The Coq names of the definitions."""
        return frozenset(map(coq_name, self.words.defined))

    def _distinct(self) -> None:
        """Two names that become one in Coq would make another statement."""
        names = [*self.sizes, *(v.name for v in self.variables), *self.words.defined, *self.free]
        written: dict[str, str] = {}
        for name in names:
            other = written.setdefault(coq_name(name), name)
            if other != name or names.count(name) > 1:
                raise NotCertifiedError(f"the names {other} and {name} are the same in Coq")

    # -- what occurs -----------------------------------------------------------------------------
    def _variables(self, terms: Iterable[Term]) -> Iterator[Variable]:
        """Every variable that the terms depend on, through definitions as well, in a fixed order."""
        seen: set[str] = set()
        pending = [name for term in terms for name in names_in(term)]
        while pending:
            name = pending.pop(0)
            if name in seen:
                continue
            seen.add(name)
            found = self.words.definition(name)
            if found is not None:
                pending.extend(found.uses)
            pending += sorted(self._tied(name))
        return (v for v in self.context.variables if v.name in seen)

    def _tied(self, name: str) -> frozenset[str]:
        """What the matrix is made of whose inverse has this name."""
        if any(one.det == name for one in self.context.inverses):
            raise NotCertifiedError("determinants are not certified")
        found = [one for one in self.context.inverses if one.name == name]
        return frozenset().union(*map(self.context.made_of, found))

    def _free_indices(self) -> dict[str, str]:
        """Free indices of the claim with their sizes."""
        return dict(ranges_of(self.sides, self.context))

    def _sizes(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        terms: list[Term] = [*self.sides, *(h.left for h in self.hypotheses)]
        terms += [d.body for d in self.words.defined.values()]
        for term in terms:
            found.update(dict.fromkeys(sizes_in(term)))
        found.update(dict.fromkeys(self.free.values()))
        for hypothesis in self.hypotheses:
            found.update(dict.fromkeys(size for _, size in hypothesis.ranges))
        return tuple(found)

    # -- the statement ---------------------------------------------------------------------------
    def write(self, name: str, conclusion: str = "") -> str:
        """The definitions and the theorem, for people; its conclusion is the claim, or another text."""
        arrow = "".join(f"  {premise} ->\n" for _, premise in self.premises())
        body = conclusion or self.conclusion()
        return f"{self.definitions()}Theorem {name} : {self.binders()}\n{arrow}{body}."

    def definitions(self) -> str:
        """The definitions that the claim uses, each as a function of what it uses."""
        texts = []
        for name, found in self.words.defined.items():
            sizes = [f"({' '.join(map(coq_name, found.sizes))} : nat)"] if found.sizes else []
            arrays = [f"({coq_name(used)} : {self.kind(used)})" for used in found.uses]
            formals = [f"({' '.join(map(coq_name, found.formals))} : nat)"] if found.formals else []
            body = self.words.write(found.body, {used: coq_name(used) for used in found.uses})
            head = " ".join([coq_name(name), *sizes, *arrays, *formals])
            texts.append(f"Definition {head} : R :=\n  {body}.\n")
        return "".join(texts)

    def kind(self, name: str) -> str:
        """The Coq type of an array."""
        rank = len(self.context.shape(name))
        if rank not in KINDS:
            raise NotCertifiedError(f"{name} has {rank} indices")
        return KINDS[rank]

    def binders(self) -> str:
        groups = [f"({' '.join(map(coq_name, self.sizes))} : nat)"] if self.sizes else []
        groups += [f"({coq_name(v.name)} : {self.kind(v.name)})" for v in self.variables]
        groups += [f"({' '.join(map(coq_name, self.free))} : nat)"] if self.free else []
        return f"forall {' '.join(groups)}," if groups else ""

    def premises(self) -> list[tuple[str, str]]:
        """Names and texts: sizes are at least 1, indices are in range, then what is assumed."""
        found = [(f"Hsize_{coq_name(n)}", f"(0 < {coq_name(n)})%nat") for n in self.sizes]
        found += [
            (f"Hin_{coq_name(i)}", f"({coq_name(i)} < {coq_name(n)})%nat") for i, n in self.free.items()
        ]
        return found + [(f"H{k}", h.text(self.words)) for k, h in enumerate(self.hypotheses, 1)]

    def labels(self) -> list[str]:
        """The names of the premises."""
        return [label for label, _ in self.premises()]

    def conclusion(self) -> str:
        """First that the derivatives inside exist, then what is claimed."""
        lines = [f"  {text}" for _, _, text in self.existing()]
        left = self.left
        if isinstance(left, Slope):
            function = self.words.function(left, {}, 0)
            place = self.words.place(left.name, left.indices, {})
            lines.append(f"  is_derive {function} {place}\n    ({self.words.write(self.right)})")
        else:
            lines.append(f"  {self.words.write(left)} =\n    {self.words.write(self.right)}")
        return " /\\\n".join(lines)

    def existing(self, terms: tuple[Term, ...] = ()) -> list[tuple[Slope, Bounds, str]]:
        """Derivatives inside the claim (or `terms`) that are to be said to exist, with their sums.

        The claim itself says it of its left side. One within another derivative exists near the point
        by continuity; it is not said again.
        """
        left = self.left.body if isinstance(self.left, Slope) else self.left
        found: dict[str, tuple[Slope, Bounds, str]] = {}
        for term in terms or (left, self.right):
            for slope, bound in _slopes(term, ()):
                text = f"ex_derive {self.words.function(slope, {}, 0)} "
                text += self.words.place(slope.name, slope.indices, {})
                every = "".join(
                    f"forall {coq_name(k)}, ({coq_name(k)} < {coq_name(n)})%nat -> " for k, n in bound
                )
                found.setdefault(every + text, (slope, bound, f"({every}{text})"))
        return list(found.values())


def _slopes(term: Term, bound: Bounds) -> Iterator[tuple[Slope, Bounds]]:
    """The outermost derivatives of a term with the sums around them."""
    if isinstance(term, Slope):
        yield term, bound
        return
    inner = (*bound, (term.bound, term.size)) if isinstance(term, Total) else bound
    for part in parts(term):
        yield from _slopes(part, inner)


def _size_names(claim: Claim) -> Iterator[str]:
    """Names of the sizes of the declared axes."""
    entries: tuple[Variable | Definition, ...] = (*claim.context.variables, *claim.context.definitions)
    for entry in entries:
        yield from (str(size.name) for size in entry.shape if isinstance(size, Symbol))
    yield from (str(size.name) for _, size in claim.context.ranges if isinstance(size, Symbol))
