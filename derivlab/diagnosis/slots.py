"""The written side as a function of an unknown factor or term at one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from flint import arb
from sympy import Expr, Symbol

from derivlab.diagnosis.given import SLOT, Slot
from derivlab.diagnosis.situation import UNDEFINED, Point, Situation
from derivlab.diagnosis.transcribe import Transcriber, UntranscribableError
from derivlab.diagnosis.tree import Place, put
from derivlab.notation import StatedClaim
from derivlab.notation.elaboration.tensors import settled
from derivlab.notation.syntax import Node
from derivlab.symbols import Dimension, free_symbols, index, substitute

Position = tuple[int, ...]
Filling = Callable[[Position], arb]
MAX_PLACEMENTS = 6


@dataclass(frozen=True)
class Item:
    """Something that may be missing: an expression, with the sizes of the indices bound around it.

    `written` is how the author writes it, where that is known.
    """

    expr: Expr
    sizes: tuple[tuple[Symbol, Dimension], ...] = ()
    written: Node | None = None


@dataclass(frozen=True)
class Placed:
    """An item in the indices of a slot; written only when it is wanted."""

    expr: Expr
    transcriber: Transcriber
    written: Node | None = None

    def node(self) -> Node | None:
        """The syntax of it; None where it has none in the names of the document."""
        try:
            return self.written or self.transcriber.node(self.expr)
        except UntranscribableError:
            return None


class _Filled(Mapping[Position, arb]):
    """The values of a slot, made as they are asked for."""

    def __init__(self, filling: Filling) -> None:
        self.filling = filling
        self.asked: dict[Position, None] = {}

    def __getitem__(self, position: Position) -> arb:
        self.asked[position] = None
        return self.filling(position)

    def __contains__(self, position: object) -> bool:
        return True

    def __iter__(self) -> Iterator[Position]:
        return iter(self.asked)

    def __len__(self) -> int:
        return len(self.asked)


@dataclass
class _Affine:
    """constant + Σ coefficient · slot at one point; `direct` where the slot does not enter so."""

    constant: arb
    coefficients: dict[Position, arb]
    direct: bool = False


@dataclass
class Response:
    """How the written side answers to the slot at a place.

    Attributes:
        claim: the claim with the slot in it.
        variables: what the slot's positions number: index letters, then axes.
    """

    at: Situation
    place: Place
    slot: Slot
    claim: StatedClaim
    variables: tuple[tuple[Symbol, Dimension], ...]
    known: dict[int, _Affine | None] = field(default_factory=dict)
    values: dict[tuple[int, Expr], dict[Position, arb]] = field(default_factory=dict)

    def fits(self, expr: Expr) -> bool:
        """Whether this filling gives the true value at every point."""
        return all(self._fits(number, point, expr) for number, point in enumerate(self.at.points))

    def fits_number(self, value: int) -> bool:
        """The same for a number, without first finding out how the slot enters."""
        same = arb(value)
        values = (self._value(point, lambda position: same) for point in self.at.points)
        pairs = zip(values, self.at.points, strict=True)
        return all(found is not None and found.overlaps(point.wanted) for found, point in pairs)

    def _fits(self, number: int, point: Point, expr: Expr) -> bool:
        affine = self.affine(number, point)
        if affine is None:
            return False
        try:
            if affine.direct:
                value = self._value(point, lambda position: self.filled(number, point, expr, position))
            else:
                value = affine.constant
                for position, coefficient in affine.coefficients.items():
                    value = value + coefficient * self.filled(number, point, expr, position)
        except UNDEFINED:
            return False
        return value is not None and bool(value.is_finite()) and bool(value.overlaps(point.wanted))

    def contribution(self, number: int, point: Point, expr: Expr) -> arb | None:
        """What the slot adds with this filling; for a whole term, the value of the term."""
        affine = self.affine(number, point)
        if affine is None:
            return None
        try:
            if affine.direct:
                value = self._value(point, lambda position: self.filled(number, point, expr, position))
                return None if value is None else value - affine.constant
            pairs = affine.coefficients.items()
            return sum((c * self.filled(number, point, expr, position) for position, c in pairs), arb(0))
        except UNDEFINED:
            return None

    def filled(self, number: int, point: Point, expr: Expr, position: Position) -> arb:
        """The value of an expression in the slot's variables at one position of the slot."""
        known = self.values.setdefault((number, expr), {})
        if position not in known:
            env = dict(point.env)
            env.update({symbol: place for (symbol, _), place in zip(self.variables, position, strict=False)})
            known[position] = point.evaluator.value(expr, env)
        return known[position]

    def affine(self, number: int, point: Point) -> _Affine | None:
        if number not in self.known:
            self.known[number] = self._affine(point)
        return self.known[number]

    def _affine(self, point: Point) -> _Affine | None:
        zero, one = arb(0), arb(1)
        seen = _Filled(lambda position: zero)
        constant = self.at.value(self.claim, point, **{SLOT: seen})
        if constant is None:  # such as a factor in a denominator
            return _Affine(zero, {}, direct=True)
        coefficients = {}
        for position in list(seen.asked):
            unit = self._value(point, lambda here, it=position: one if here == it else zero)  # type: ignore[misc]
            if unit is None:
                return _Affine(zero, {}, direct=True)
            coefficients[position] = unit - constant
        twice = self._value(point, lambda position: arb(2))
        expected = constant + 2 * sum(coefficients.values(), zero)
        return _Affine(constant, coefficients, direct=twice is None or not twice.overlaps(expected))

    def _value(self, point: Point, filling: Filling) -> arb | None:
        return self.at.value(self.claim, point, **{SLOT: _Filled(filling)})

    def placements(self, item: Item) -> Iterator[Placed]:
        """The item in the slot's variables, each index on one of its size."""
        sizes = {**dict(item.sizes), **self.at.free, **self.at.axes}
        symbols = [one for one in sorted(free_symbols(item.expr), key=str) if one in sizes]
        options = [self._options(symbol, sizes[symbol]) for symbol in symbols]
        seen = set()
        transcriber = self.transcriber()
        for chosen in list(product(*options))[:MAX_PLACEMENTS]:
            if len(set(chosen)) < len(chosen):
                continue
            expr = substitute(item.expr, dict(zip(symbols, chosen, strict=True)))
            if expr in seen:
                continue
            seen.add(expr)
            yield Placed(expr, transcriber, item.written)

    def _options(self, symbol: Symbol, size: Dimension) -> list[Symbol]:
        found = [symbol] if symbol in self.at.free else []
        found += [one for one, its_size in self.variables if its_size == size]
        found += [one for one, its_size in self.at.free.items() if its_size == size and one != symbol]
        if not self.slot.reading.shape:  # a number that may have to become an array
            found += [one for one, its_size in self.at.axes.items() if its_size == size]
        return found

    def transcriber(self) -> Transcriber:
        around = dict.fromkeys(self.slot.letters)
        letters: dict[Symbol, str | None] = {symbol: symbol.name for symbol in self.at.free}
        if not self.slot.reading.shape:
            letters.update(dict.fromkeys(self.at.axes, None))
        texts = [*around, *[None] * len(self.variables)]
        letters.update({symbol: text for (symbol, _), text in zip(self.variables, texts, strict=False)})
        return Transcriber(self.at.origin.scope, letters)


def respond(at: Situation, place: Place, kind: str) -> Response | None:
    """The written side with a slot at a place; None where it cannot be read so."""
    slot = Slot(place.node, kind, place.letters, start=place.node.start, end=place.node.end)
    claim = at.candidate(put(at.written, place.path, slot))
    if claim is None:
        return None
    letters = [(symbol, settled(size)) for symbol, size in slot.reading.letters]
    axes = [(index(f"axis_of_slot_{k}"), settled(size)) for k, size in enumerate(slot.reading.shape)]
    return Response(at, place, slot, claim, (*letters, *axes))
