"""Terms as readable Gallina: what the statement of a certificate says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from derivlab.certificates.terms import (
    Apply,
    Delta,
    Entry,
    NotCertifiedError,
    Number,
    Raise,
    Reading,
    Size,
    Slope,
    Term,
    Total,
)
from derivlab.symbols import Context, Definition

# What a name of a claim must not hide: Coq's words and the library's.
RESERVED = frozenset(
    "as at cofix do else end exists exists2 fix for forall fun if in let match mod return then using where"
    " with"
    " Prop Set Type SProp"
    " exp ln sqrt tanh sigma delta upd upd2 bsum INR IZR R nat O S is_derive Derive ex_derive"
    " Num Len Ten Del Add Mul Opp Inv Exp Ln Sgm Sqr Tnh Sum Der power equal known pi"
    " list premise equation definition ratio"
    " Admitted admit Axiom Axioms Parameter Parameters Conjecture give_up".split()
)


# What a certificate itself calls the entry that moves, and its premises.
OWN = re.compile(r"t[0-9]*|H[0-9]*|H(in|size)_\w*")


def coq_name(name: str) -> str:
    """A name that Coq takes: ASCII letters, digits and underscores, and none of the library's own."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in name)
    plain = plain if plain and (plain[0].isalpha()) else f"v{plain}"
    return f"{plain}_" if plain in RESERVED or OWN.fullmatch(plain) else plain


def parts(term: Term) -> tuple[Term, ...]:
    """The terms directly inside."""
    match term:
        case Apply(_, arguments):
            return arguments
        case Raise(base, _):
            return (base,)
        case Total(_, _, body) | Slope(_, _, body):
            return (body,)
        case _:
            return ()


def everything(term: Term) -> Iterator[Term]:
    """A term and all inside it."""
    yield term
    for part in parts(term):
        yield from everything(part)


def sizes_in(term: Term) -> tuple[str, ...]:
    """Names of sizes, in the order in which they occur."""
    found = (
        t.name if isinstance(t, Size) else t.size for t in everything(term) if isinstance(t, Size | Total)
    )
    return tuple(dict.fromkeys(found))


def names_in(term: Term) -> tuple[str, ...]:
    """Names of variables and definitions, in the order in which they occur."""
    found = (t.name for t in everything(term) if isinstance(t, Entry | Slope))
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Defined:
    """A definition of the claim as a function of the sizes and names that it uses directly."""

    name: str
    formals: tuple[str, ...]
    body: Term
    sizes: tuple[str, ...]
    uses: tuple[str, ...]


@dataclass
class Words:
    """Writes terms; `defined` holds the definitions read so far."""

    context: Context
    reading: Reading
    defined: dict[str, Defined] = field(default_factory=dict)

    def definition(self, name: str) -> Defined | None:
        """The definition of `name`, read once; None for a variable."""
        if name not in self.defined:
            found = self.context.definition(name)
            if found is None:
                return None
            self.defined[name] = self._read(found)
        return self.defined[name]

    def _read(self, found: Definition) -> Defined:
        body = self.reading.read(found.body)
        if any(isinstance(term, Slope) for term in everything(body)):
            raise NotCertifiedError(f"the definition of {found.name} holds a derivative")
        uses = names_in(body)
        for name in uses:
            self.definition(name)
        formals = tuple(str(symbol.name) for symbol in found.indices)
        return Defined(found.name, formals, body, sizes_in(body), uses)

    def array(self, name: str, moved: Mapping[str, str]) -> str:
        """A variable, or a definition applied to what it uses; `moved` says what stands for a name."""
        if name in moved:
            return moved[name]
        found = self.definition(name)
        if found is None:
            return coq_name(name)
        arguments = [coq_name(size) for size in found.sizes]
        arguments += [self.array(used, moved) for used in found.uses]
        return f"({' '.join([coq_name(name), *arguments])})" if arguments else coq_name(name)

    def write(self, term: Term, moved: Mapping[str, str] | None = None, depth: int = 0) -> str:
        """Readable Gallina; fully bracketed where precedence could be misread."""
        moved = moved or {}
        match term:
            case Number(value):
                return number(value)
            case Size(name):
                return f"INR {coq_name(name)}"
            case Delta(left, right):
                return f"delta {coq_name(left)} {coq_name(right)}"
            case Entry(name, indices):
                return self.entry(name, indices, moved)
            case Raise(base, exponent):
                return f"{self.bracketed(base, moved, depth)} ^ {exponent}"
            case Total(bound, size, body):
                return f"bsum {coq_name(size)} (fun {coq_name(bound)} => {self.write(body, moved, depth)})"
            case Slope(name, indices, _):
                return f"Derive {self.function(term, moved, depth)} {self.place(name, indices, moved)}"
            case Apply(operation, arguments):
                return self.operation(operation, arguments, moved, depth)

    def entry(self, name: str, indices: tuple[str, ...], moved: Mapping[str, str]) -> str:
        array = self.array(name, moved)
        bare = array[1:-1] if array.startswith("(") else array
        return " ".join([bare, *map(coq_name, indices)])

    def place(self, name: str, indices: tuple[str, ...], moved: Mapping[str, str]) -> str:
        """The entry by which a derivative is taken, bracketed as an argument."""
        entry = self.entry(name, indices, moved)
        return f"({entry})" if " " in entry else entry

    def function(self, slope: Slope, moved: Mapping[str, str], depth: int) -> str:
        """The body of a derivative as a function of the entry that moves."""
        free = f"t{depth}" if depth else "t"
        array = self.array(slope.name, moved)
        if len(slope.indices) > 2:
            raise NotCertifiedError("an array with more than two indices")
        change = {0: "", 1: "upd", 2: "upd2"}[len(slope.indices)]
        place = " ".join(map(coq_name, slope.indices))
        new = f"({change} {array} {place} {free})" if change else free
        return f"(fun {free} => {self.write(slope.body, {**moved, slope.name: new}, depth + 1)})"

    def bracketed(self, term: Term, moved: Mapping[str, str], depth: int) -> str:
        text = self.write(term, moved, depth)
        simple = isinstance(term, Entry) and not term.indices
        simple = simple or (isinstance(term, Number) and term.value.denominator == 1 and term.value >= 0)
        return text if simple and " " not in text else f"({text})"

    def operation(self, name: str, arguments: tuple[Term, ...], moved: Mapping[str, str], depth: int) -> str:
        if name in ("add", "mul"):
            sign = {"add": " + ", "mul": " * "}[name]
            return sign.join(
                self.bracketed(a, moved, depth)
                if name == "mul" or _is_open(a)
                else self.write(a, moved, depth)
                for a in arguments
            )
        inside = self.bracketed(arguments[0], moved, depth)
        return {"neg": f"- {inside}", "inv": f"/ {inside}"}.get(name, f"{name} {inside}")


def _is_open(term: Term) -> bool:
    """Whether a summand needs brackets in a sum."""
    return not (isinstance(term, Apply) and term.operation == "mul") and not isinstance(term, Entry | Total)


def number(value: Fraction) -> str:
    """A rational as Gallina; `-3` and `1 / 2` bracketed by the caller."""
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator} * / {value.denominator}"
