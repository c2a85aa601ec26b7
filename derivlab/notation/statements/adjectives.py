"""What prose may say of a name, and what that means: 'one-hot', 'orthogonal', 'a unit vector'.

One entry of `PROPERTIES` for each; those without a meaning here are known all the same, so that nothing that
rests on them is called refuted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from sympy import Expr

from derivlab.notation.elaboration.scope import Entry, Scope
from derivlab.notation.statements.declare import narrowed
from derivlab.symbols import BINARY, NONNEGATIVE, NONZERO, POSITIVE, REAL, Domain, delta, index, total
from derivlab.symbols.domains import NEGATIVE, NONPOSITIVE

I, J, K = index("i"), index("j"), index("k")
LEADING = tuple(index(f"m_{k}") for k in range(1, 5))


@dataclass(frozen=True)
class Subject:
    """What something is said of: the last `rank` axes of an array, or its columns."""

    scope: Scope
    key: str
    rank: int
    columns: bool = False

    @property
    def entry(self) -> Entry:
        """The array as it is known now."""
        return self.scope.entries[self.key]

    def at(self, *last: Expr) -> Expr:
        """An entry; the other axes have free indices, which means 'for all'."""
        lead = LEADING[: len(self.entry.shape) - self.rank]
        places = (*last, *lead) if self.columns else (*lead, *last)
        return self.entry.array[places] if places else self.entry.array

    def size(self, axis: int) -> Expr:
        """The size of one of the last axes."""
        return self.entry.shape[0 if self.columns else axis - self.rank]

    def restrict(self, domain: Domain) -> None:
        """Narrow the domain of the entries; binary labels in {-1, 1} stay what they are."""
        entry = self.entry
        if domain.values is not None and (entry.domain.values or entry.domain.index_of is not None):
            return
        self.scope.add(replace(entry, domain=narrowed(entry.domain, domain), node=None))

    def assume(self, left: Expr, right: Expr) -> None:
        """Take an equation as true."""
        self.scope.assume_once(left, right)


Meaning = Callable[[Subject], None]


@dataclass(frozen=True)
class Property:
    """Something that prose says of a name.

    Attributes:
        told: in the words of the reading.
        rank: of a number 0 (an array: of each entry), a vector 1 (a matrix: of each row), a matrix 2.
        words: a pattern.
        means: adds it to what is known; None if that cannot be said.
        square: of square matrices only.
        verb: the words hold their verb, as in 'sums to one'.
    """

    told: str
    rank: int
    words: str
    means: Meaning | None = None
    square: bool = False
    verb: bool = False


def _sums_to(value: int) -> Meaning:
    def means(of: Subject) -> None:
        of.assume(total(of.at(K), K, of.size(0)), of.at(K) * 0 + value)

    return means


def _domain(domain: Domain) -> Meaning:
    return lambda of: of.restrict(domain)


def _both(*meanings: Meaning) -> Meaning:
    def means(of: Subject) -> None:
        for one in meanings:
            one(of)

    return means


def _unit(of: Subject) -> None:
    of.assume(total(of.at(K) ** 2, K, of.size(0)), of.at(K) * 0 + 1)


def _mirrored(sign: int) -> Meaning:
    return lambda of: of.assume(of.at(I, J), sign * of.at(J, I))


def _orthonormal_rows(of: Subject) -> None:
    of.assume(total(of.at(I, K) * of.at(J, K), K, of.size(1)), delta(I, J))


def _orthonormal_columns(of: Subject) -> None:
    of.assume(total(of.at(K, I) * of.at(K, J), K, of.size(0)), delta(I, J))


def _stochastic(of: Subject) -> None:
    of.assume(total(of.at(I, K), K, of.size(1)), of.at(I, K) * 0 + 1)


def _centred(of: Subject) -> None:
    """The sum over the first axis is 0: of the entries of a vector, of the members of a family."""
    entry = of.entry
    if entry.shape:
        body = entry.array[(K, *LEADING[: len(entry.shape) - 1])]
        of.assume(total(body, K, entry.shape[0]), body * 0)


def _definite(of: Subject) -> None:
    _mirrored(1)(of)
    of.scope.assume_definite(of.entry.name)


def _rotation(of: Subject) -> None:
    of.scope.note_unread(of.entry.name, f"that {of.key} is a rotation")


def _laplacian(of: Subject) -> None:
    of.scope.note_unread(of.entry.name, f"that {of.key} is a Laplacian, or has a diagonal of ones")


def _arbitrary(of: Subject) -> None:
    """Nothing that was assumed holds; whether an earlier section's domain does is left open."""
    of.scope.loosen(of.key)
    if of.scope.is_old(of.entry) and of.entry.domain != REAL:
        of.scope.note_unread(of.entry.name, f"more of {of.key} in an earlier section")
        of.scope.add(replace(of.entry, domain=REAL, node=None))


def _columns_sum_to_one(of: Subject) -> None:
    of.assume(total(of.at(K, I), K, of.size(0)), of.at(K, I) * 0 + 1)


NOUNS = (
    r"(?=\s{0,3}(?:$|[.,;:)(]|and\b|(?:real|number|scalar|constant|parameter|entr|component|element|coordinate"
    r"|coefficient|weight|step|learning)))"
)
ONE = r"(?:one|1|unity)"
PROPERTIES: tuple[Property, ...] = (
    Property("one-hot", 1, r"one[\s-]hot|(?:exactly|only)\s(?:one|a\ssingle|1)\s(?:non-?zero\s)?"
             r"(?:entry|component|element|coordinate)(?:\sof)?", _both(_domain(BINARY), _sums_to(1))),
    Property("a vector of probabilities", 1,
             r"(?:discrete\s|categorical\s)?probability\s(?:vectors?|distributions?|mass\sfunctions?)"
             r"|(?:discrete|categorical)\sdistributions?|vectors?\sof\s(?:class\s)?probabilities"
             r"|(?:on|in)\sthe\s(?:probability\s|unit\s)?simplex",
             _both(_domain(NONNEGATIVE), _sums_to(1))),
    Property("summing to one", 1, rf"(?:sum|add\sup|normali[sz]ed\sto\ssum)s?\sto\s{ONE}(?!\w)", _sums_to(1),
             verb=True),
    Property("summing to zero", 1, r"(?:sum|add\sup)s?\sto\s(?:zero|0)(?!\w)", _sums_to(0), verb=True),
    Property("a unit vector", 1, rf"unit\svectors?|unit[\s-](?:norm|length)|(?:norm|length)\s{ONE}(?!\w)",
             _unit),
    Property("centred", 0, r"cent(?:e?red|red)|zero[\s-]mean|mean[\s-]zero|(?:with|of)\smean\s(?:zero|0)",
             _centred),
    Property("arbitrary", 0, r"arbitrary|unconstrained|unrestricted", _arbitrary),
    Property("binary", 0, r"binary|boolean", _domain(BINARY)),
    Property("positive", 0, rf"(?:strictly\s)?positive{NOUNS}", _domain(POSITIVE)),
    Property("nonnegative", 0, rf"non-?negative{NOUNS}", _domain(NONNEGATIVE)),
    Property("negative", 0, rf"(?:strictly\s)?negative{NOUNS}", _domain(NEGATIVE)),
    Property("nonpositive", 0, rf"non-?positive{NOUNS}", _domain(NONPOSITIVE)),
    Property("nonzero", 0, r"non-?zero", _domain(NONZERO)),
    Property("skew-symmetric", 2, r"skew[\s-]symmetric|anti-?symmetric", _mirrored(-1), square=True),
    Property("symmetric", 2, r"(?<!-)symmetric", _mirrored(1), square=True),
    Property("positive definite", 2, r"positive[\s-](?:semi[\s-]?)?definite|p\.?s\.?d\.?(?=\W|$)|spd",
             _definite, square=True),
    Property("orthogonal", 2, r"orthogonal(?!\s(?:projection|projector))|orthonormal(?!\s(?:columns|rows))",
             _both(_orthonormal_rows, _orthonormal_columns), square=True),
    Property("a rotation", 2, r"rotation\smatri(?:x|ces)",
             _both(_orthonormal_rows, _orthonormal_columns, _rotation), square=True),
    Property("symmetric and positive semidefinite", 2,
             r"(?:covariance|kernel|gram)\smatri(?:x|ces)", _definite, square=True),
    Property("a Laplacian", 2, r"(?:graph\s)?laplacian|correlation\smatri(?:x|ces)",
             _both(_mirrored(1), _laplacian), square=True),
    Property("with orthonormal columns", 2, r"orthonormal\scolumns", _orthonormal_columns),
    Property("with orthonormal rows", 2, r"orthonormal\srows", _orthonormal_rows),
    Property("doubly stochastic", 2, r"doubly[\s-]stochastic",
             _both(_domain(NONNEGATIVE), _stochastic, _columns_sum_to_one), square=True),
    Property("column-stochastic", 2, r"column[\s-]stochastic",
             _both(_domain(NONNEGATIVE), _columns_sum_to_one)),
    Property("row-stochastic", 2, r"(?:row[\s-]|right[\s-])?stochastic\smatri(?:x|ces)|row[\s-]stochastic",
             _both(_domain(NONNEGATIVE), _stochastic)),
    *(Property(told, rank, words) for told, rank, words in (
        ("diagonal", 2, r"diagonal"), ("triangular", 2, r"(?:lower|upper|strictly)?[\s-]?triangular"),
        ("a projection", 2, r"idempotent|(?:orthogonal\s)?project(?:ion|or)(?:\smatri(?:x|ces))?"),
        ("Toeplitz", 2, r"toeplitz|circulant"), ("banded", 2, r"banded|tridiagonal"),
        ("nilpotent", 2, r"nilpotent"), ("a permutation", 2, r"permutation(?:\smatri(?:x|ces))"),
        ("unitary", 2, r"unitary|hermitian"),
        ("of low rank", 2, r"low[\s-]rank|rank[\s-](?:one|1|deficient)"),
        ("traceless", 2, r"traceless"), ("commuting", 2, r"commutes?|commuting"),
        ("normalized", 1, r"(?:normali[sz]ed|standardi[sz]ed|whitened)(?!\sto)"),
        ("equal", 0, r"equal|identical"), ("distinct", 0, r"distinct|different(?!\sfrom)"),
        ("sorted", 1, r"sorted|ordered|increasing|decreasing|monotone"),
        ("parallel", 1, r"parallel|collinear|proportional|linearly\s(?:in)?dependent"),
        ("an integer", 0, r"integers?|natural\snumbers?"), ("even or odd", 0, r"even|odd|prime"),
    )),
)  # fmt: skip
WORDS = re.compile(
    r"(?<![\w])(?:" + "|".join(f"(?P<p{at}>{one.words})" for at, one in enumerate(PROPERTIES)) + r")(?!\w)",
    re.IGNORECASE,
)


def property_of(found: re.Match[str]) -> Property:
    """The property whose words were found."""
    return PROPERTIES[int(str(found.lastgroup)[1:])]
