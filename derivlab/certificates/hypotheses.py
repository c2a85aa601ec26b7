"""What a claim may use: the domains of its variables and the assumptions of its context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from sympy import Expr

from derivlab.certificates.terms import (
    Apply,
    Delta,
    Entry,
    NotCertifiedError,
    Number,
    Reading,
    Slope,
    Term,
    Total,
)
from derivlab.certificates.words import Words, coq_name, names_in, number, parts
from derivlab.symbols import Context, Domain, Variable

ZERO = Number(Fraction(0))


def for_all(ranges: Iterable[tuple[str, str]]) -> str:
    """`forall k, (k < K)%nat -> ` for each index and its size."""
    return "".join(f"forall {coq_name(k)}, ({coq_name(k)} < {coq_name(n)})%nat -> " for k, n in ranges)


@dataclass(frozen=True)
class Hypothesis:
    """`left relation right` for all indices in the ranges (index, size)."""

    relation: str
    left: Term
    right: Term
    ranges: tuple[tuple[str, str], ...] = ()

    def text(self, words: Words) -> str:
        """Readable Gallina."""
        every = for_all(self.ranges)
        body = f"{words.bracketed(self.left, {}, 0)} {self.relation} {words.bracketed(self.right, {}, 0)}"
        return f"({every}{body})" if every else body


def domains(variables: tuple[Variable, ...], reading: Reading) -> Iterator[Hypothesis]:
    """The bounds of the variables' domains."""
    for variable in variables:
        if not all(hasattr(size, "name") for size in variable.shape):
            raise NotCertifiedError(f"{variable.name} has an axis of a fixed size")
        ranges = tuple(
            (f"{letter}_", str(size.name)) for letter, size in zip("ab", variable.shape, strict=False)
        )
        entry = Entry(variable.name, tuple(name for name, _ in ranges))
        for relation, left, right in _bounds(variable.domain, entry):
            yield Hypothesis(relation, left, right, ranges)


def _bounds(domain: Domain, entry: Entry) -> Iterator[tuple[str, Term, Term]]:
    if domain.index_of is not None:
        raise NotCertifiedError(f"{entry.name} holds class labels")
    if domain.values is not None:
        return
    if domain.positive and domain.low in (None, 0):
        yield "<", ZERO, entry
    elif domain.low is not None:
        low = Number(domain.low)
        yield ("<" if domain.low_open else "<="), ZERO, Apply("add", (entry, _negative(low)))
    if domain.high is not None:
        gap = Apply("add", (Number(domain.high), Apply("neg", (entry,))))
        yield ("<" if domain.high_open else "<="), ZERO, gap
    if domain.nonzero and not domain.positive:
        yield "<>", entry, ZERO


def _negative(term: Number) -> Term:
    return Number(-term.value)


def assumptions(context: Context, reading: Reading, names: set[str], words: Words) -> Iterator[Hypothesis]:
    """The assumptions that speak of the claim's variables only."""
    for left, right in dict.fromkeys((*context.assumptions, *_of_inverses(context, names))):
        sides = reading.read(left), reading.read(right)
        if _within(sides, names, words):
            yield Hypothesis("=", *sides, ranges_of(sides, context))
    for positive in context.positive:
        term = reading.read(positive)
        if _within((term,), names, words):
            yield Hypothesis("<", ZERO, term, ranges_of((term,), context))


def _of_inverses(context: Context, names: set[str]) -> Iterator[tuple[Expr, Expr]]:
    """M·M⁻¹ = I and what else is known of an inverse, with the matrix written out."""
    for one in context.inverses:
        if one.name in names:
            known = Context() if one.value is None else Context(definitions=(one.value,))
            pairs = ((known.expand(left), known.expand(right)) for left, right in one.pairs)
            yield from ((left, right) for left, right in pairs if left != right)


def left_out(context: Context, reading: Reading, names: set[str], words: Words) -> bool:
    """Whether an assumption links a claim's variables with others, so that it is not among its premises."""
    for left, right in context.assumptions:
        sides = reading.read(left), reading.read(right)
        about = {name for side in sides for name in _variables_of(side, words)}
        if about & names and not about <= names:
            return True
    return False


def _variables_of(term: Term, words: Words) -> Iterator[str]:
    """Names of the variables that a term depends on, through definitions as well."""
    for name in names_in(term):
        found = words.definition(name)
        if found is None:
            yield name
        else:
            yield from _variables_of(found.body, words)


def choices(variables: tuple[Variable, ...]) -> Iterator[str]:
    """`y a = 0 \\/ y a = 1` for all entries, of each variable with finitely many values."""
    for variable in variables:
        if variable.domain.values is None:
            continue
        ranges = [(f"{letter}_", str(n)) for letter, n in zip("ab", variable.shape, strict=False)]
        entry = " ".join(map(coq_name, [variable.name, *(name for name, _ in ranges)]))
        cases = " \\/ ".join(f"{entry} = {number(value)}" for value in variable.domain.values)
        yield f"({for_all(ranges)}{cases})"


def _within(terms: tuple[Term, ...], names: set[str], words: Words) -> bool:
    for term in terms:
        for name in names_in(term):
            found = words.definition(name)
            inside = names if found is None else names | {name}
            if name not in inside or (found and not _within((found.body,), names, words)):
                return False
    return True


def ranges_of(terms: tuple[Term, ...], context: Context) -> tuple[tuple[str, str], ...]:
    """The free indices of the terms with their sizes."""
    found = {str(s.name): str(size.name) for s, size in context.ranges if hasattr(size, "name")}
    used: dict[str, None] = {}
    for term in terms:
        collect(term, frozenset(), context, found, used)
    missing = [name for name in used if name not in found]
    if missing:
        raise NotCertifiedError(f"the range of the index {missing[0]} is not known")
    return tuple((name, found[name]) for name in used)


def collect(
    term: Term, bound: frozenset[str], context: Context, found: dict[str, str], used: dict[str, None]
) -> None:
    """Gather the free indices of a term (`used`) and their sizes (`found`)."""
    if isinstance(term, Entry | Slope):
        for name, size in zip(term.indices, context.shape(term.name), strict=True):
            if not hasattr(size, "name"):
                raise NotCertifiedError(f"{term.name} has an axis of a fixed size")
            if name not in bound:
                used.setdefault(name)
                found.setdefault(name, str(size.name))
    if isinstance(term, Delta):
        for name in (term.left, term.right):
            if name not in bound:
                used.setdefault(name)
    inner = bound | {term.bound} if isinstance(term, Total) else bound
    for part in parts(term):
        collect(part, inner, context, found, used)
