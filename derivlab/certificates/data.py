"""Terms as the data (`expr` of the library) that the proof computes with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from derivlab.certificates.terms import (
    Apply,
    Delta,
    Entry,
    NotCertifiedError,
    Number,
    Raise,
    Size,
    Slope,
    Term,
    Total,
)
from derivlab.certificates.words import Words

FUNCTIONS = {
    "neg": "Opp", "inv": "Inv", "exp": "Exp", "ln": "Ln", "sigma": "Sgm", "sqrt": "Sqr", "tanh": "Tnh",
}  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """Which index is which: bound ones by their level (outermost 0), free ones by their position.

    Attributes:
        places: name of an index to its level (bound) or -1 - position (free).
        depth: how many sums are around.
        kept: defined names that are arrays of their own here, since a derivative is taken by them.
    """

    places: Mapping[str, int]
    depth: int = 0
    kept: frozenset[str] = frozenset()

    def index(self, name: str) -> int:
        """The de Bruijn index; a free one stands behind all bound ones."""
        return self.depth - 1 - self.place(name)

    def place(self, name: str) -> int:
        """The place of an index."""
        if name not in self.places:
            raise NotCertifiedError(f"the range of the index {name} is not known")
        return self.places[name]


@dataclass
class Data:
    """Writes terms as data; numbers sizes and arrays in the order in which it meets them."""

    words: Words
    sizes: dict[str, int] = field(default_factory=dict)
    arrays: dict[str, int] = field(default_factory=dict)

    def size(self, name: str) -> int:
        return self.sizes.setdefault(name, len(self.sizes))

    def array(self, name: str) -> int:
        return self.arrays.setdefault(name, len(self.arrays))

    def write(self, term: Term, scope: Scope) -> str:
        """The term as an `expr`, bracketed; definitions are written out unless kept."""
        match term:
            case Number(value):
                return _number(value)
            case Size(name):
                return f"(Len {self.size(name)})"
            case Delta(left, right):
                return f"(Del {scope.index(left)} {scope.index(right)})"
            case Entry(name, indices):
                return self.entry(name, indices, scope)
            case Raise(base, exponent):
                return f"(power {self.write(base, scope)} {exponent})"
            case Total(bound, size, body):
                inner = Scope({**scope.places, bound: scope.depth}, scope.depth + 1, scope.kept)
                return f"(Sum {self.size(size)} {self.write(body, inner)})"
            case Slope(name, indices, body):
                return (
                    f"(Der {self.array(name)} {self.places(indices, scope)} {self.moving(name, body, scope)})"
                )
            case Apply(operation, arguments):
                return self.operation(operation, [self.write(a, scope) for a in arguments])

    def places(self, indices: tuple[str, ...], scope: Scope) -> str:
        return f"[{'; '.join(str(scope.index(i)) for i in indices)}]"

    def moving(self, name: str, body: Term, scope: Scope) -> str:
        """The body of a derivative by `name`: a defined name stays an array in it."""
        kept = scope.kept | {name} if self.words.definition(name) else scope.kept
        return self.write(body, Scope(scope.places, scope.depth, kept))

    def entry(self, name: str, indices: tuple[str, ...], scope: Scope) -> str:
        found = self.words.definition(name)
        if found is None or name in scope.kept:
            return f"(Ten {self.array(name)} {self.places(indices, scope)})"
        at = dict(zip(found.formals, (scope.place(i) for i in indices), strict=True))
        return self.write(found.body, Scope(at, scope.depth, scope.kept))

    def operation(self, name: str, arguments: list[str]) -> str:
        if name in FUNCTIONS:
            return f"({FUNCTIONS[name]} {arguments[0]})"
        head = {"add": "Add", "mul": "Mul"}[name]
        result = arguments[0]
        for argument in arguments[1:]:
            result = f"({head} {result} {argument})"
        return result


def _number(value: Fraction) -> str:
    top = str(value.numerator) if value >= 0 else f"({value.numerator})"
    return f"(Num {top})" if value.denominator == 1 else f"(Mul (Num {top}) (Inv (Num {value.denominator})))"
