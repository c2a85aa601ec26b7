"""Sums and products over indices: bounds, inferred ranges, conditions such as `i \\neq k`."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy
from sympy import Expr, KroneckerDelta, Piecewise, Symbol

from derivlab.errors import TooLargeError
from derivlab.notation import syntax
from derivlab.notation.elaboration.conditions import Condition, condition, partial_in
from derivlab.notation.elaboration.core import Elaborator, Index, fail, problem, rule
from derivlab.notation.elaboration.linear import known
from derivlab.notation.elaboration.names import full_key, is_shifted, spelling
from derivlab.notation.elaboration.resolved import Big
from derivlab.notation.elaboration.subscripts import split
from derivlab.notation.elaboration.tensors import Size, Tensor, once
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node
from derivlab.symbols import bind, free_symbols, index, substitute, total

MAX_RANGE = 1_000_000


@dataclass
class Bounds:
    """What stands under and over a sum.

    Attributes:
        letters: the nodes of the letters that it binds.
        low: the lower bound of the first letter, if there is one.
        limits: further relations, e.g. (j, "≠", i).
        high: the upper bound.
    """

    letters: list[Node] = field(default_factory=list)
    low: Node | None = None
    limits: list[tuple[Node, str, Node]] = field(default_factory=list)
    high: Node | None = None


@rule(Big)
def _big(elaborator: Elaborator, node: Big) -> Tensor:
    bounds = read_bounds(elaborator, node)
    frame: dict[str, Index] = {}
    bound: list[Index] = []
    for letter in bounds.letters:
        spelled = spelling(letter)
        assert spelled is not None
        one = elaborator.make(spelled.letter, letter)
        frame[spelled.letter] = one
        bound.append(one)
    size = upper_bound(elaborator, bounds, node)
    elaborator.bound.append(frame)
    try:
        restrictions = _restrictions(elaborator, bounds, bound, size)
        if isinstance(size, Symbol | sympy.Integer):
            for one in bound:
                elaborator.place_index(one, size, "the bound of the sum", node)
        body = elaborator.tensor(node.body)
    finally:
        elaborator.bound.pop()
    return _Totals(node, bound, restrictions, body).tensor()


def read_bounds(elaborator: Elaborator, node: Big) -> Bounds:
    """The letters and limits of a sum."""
    if node.sub is None:
        fail(node, "this sum does not say over what", r"write \sum_{i=1}^{n} or \sum_i")
    found = Bounds(high=node.sup)
    items = node.sub.items if isinstance(node.sub, syntax.Group) else (node.sub,)
    for item in items:
        _read_item(elaborator, item, found, node)
    if not found.letters:
        fail(node.sub, "this sum binds no letter", r"write \sum_{i=1}^{n} or \sum_i")
    return found


def _read_item(elaborator: Elaborator, item: Node, found: Bounds, node: Big) -> None:
    """`i`, `ij`, `i = 1`, `i \\neq k`, `i < j`, `i \\in [n]`, `i : y_i < 1`."""
    if not isinstance(item, syntax.Chain):
        found.letters += [_letter(part) for part in split(item, 2)]
        return
    if None in item.sides:
        fail(item, "this bound is not complete", r"write \sum_{i=1}^{n}")
    sides = [side for side in item.sides if side is not None]
    relations = item.relations
    if relations[0] in (":", "|"):
        found.letters.append(_letter(sides[0]))
        if relations[1:] and "∈" not in relations:
            found.limits += list(zip(sides[1:], relations[1:], sides[2:], strict=False))
            return
        sides, relations = sides[1:], relations[1:]
    if relations and relations[0] == "=" and len(relations) == 1:
        _add(found, sides[0])
        found.low = sides[1]
    elif relations and relations[0] == "∈":
        _add(found, sides[0])
        found.high = _set_bound(sides[1], node)
    else:
        _inequalities(elaborator, sides, relations, found)


def _inequalities(
    elaborator: Elaborator, sides: list[Node], relations: tuple[str, ...], found: Bounds
) -> None:
    """`i \\neq k` binds i; `i < j` binds j too where nothing else does; `1 \\leq i \\leq n` is a range."""
    if len(sides) == 3 and relations == ("≤", "≤"):
        _add(found, sides[1])
        found.low, found.high = sides[0], sides[2]
        return
    _add(found, sides[0])
    for left, relation, right in zip(sides, relations, sides[1:], strict=False):
        found.limits.append((left, relation, right))
        if relation in ("<", ">", "≤", "≥") and _is_unknown_letter(elaborator, right):
            _add(found, right)


def _is_unknown_letter(elaborator: Elaborator, node: Node) -> bool:
    """Whether a letter is bound by no sum around and known from nowhere."""
    spelled = spelling(node)
    if spelled is None or spelled.sub is not None or elaborator.find_index(spelled.letter) is not None:
        return False
    return elaborator.scope.lookup(spelled.key) is None and spelled.key not in elaborator.scope.fixed


def _add(found: Bounds, letter: Node) -> None:
    spelled = spelling(_letter(letter))
    if spelled is not None and all(spelled.letter != to_latex(one).strip() for one in found.letters):
        found.letters.append(letter)


def _letter(node: Node) -> Node:
    spelled = spelling(node)
    if (
        spelled is None
        or spelled.sub is not None
        or spelled.sup is not None
        or isinstance(node, syntax.Number)
    ):
        fail(node, f"a sum runs over a letter, not over `{to_latex(node).strip()}`", r"write \sum_{i=1}^{n}")
    return node


def _set_bound(node: Node, big: Big) -> Node:
    """The last element of `[n]` or `\\{1, \\dots, n\\}`."""
    if isinstance(node, syntax.Group) and node.kind == "[" and len(node.items) == 1:
        return node.items[0]
    if isinstance(node, syntax.Group) and node.kind == r"\{" and len(node.items) > 2:
        first = node.items[0]
        if isinstance(first, syntax.Number) and first.text == "1" and isinstance(node.items[-2], syntax.Dots):
            return node.items[-1]
    raise problem(
        node, "a sum over this set is not read", r"write \sum_{i=1}^{n}, with conditions such as i \neq k"
    )


def upper_bound(elaborator: Elaborator, bounds: Bounds, node: Node) -> Size | Node | None:
    """The upper bound: a dimension, a number, an index (as a node), or nothing."""
    high = bounds.high
    if high is None:
        return None
    if isinstance(high, syntax.Number) and high.text.isdigit():
        if int(high.text) > MAX_RANGE:
            fail(high, f"a sum past {MAX_RANGE} terms is not read", "give the bound a name", TooLargeError)
        return sympy.Integer(high.text)
    spelled = spelling(high)
    if spelled is None:
        hint = "name the size, and leave the last terms out with a condition"
        fail(high, f"the upper bound `{to_latex(high).strip()}` is not read", hint)
    local = elaborator.local(spelled.key)
    if local is None and elaborator.find_index(spelled.letter) is not None:
        return high
    return _named_bound(elaborator, high)


def _named_bound(elaborator: Elaborator, high: Node) -> Size:
    spelled = spelling(high)
    assert spelled is not None
    key = full_key(spelled)
    entry = elaborator.scope.lookup(key)
    if entry is None and spelled.sup is None and not spelled.primes:
        elaborator.note(f"{key} is read as a size, from the bound of a sum")
        return elaborator.scope.dimension(key, high.start)
    if entry is not None and (number := elaborator.scope.whole_value(entry)) is not None:
        return number
    if entry is None or entry.kind != "dimension":
        what = "is not a size" if entry is not None else "is not declared"
        fail(
            high,
            f"the upper bound `{key}` {what}",
            rf"write ${key} \in \mathbb{{N}}$, or the size of an axis",
        )
    return entry.array


def _restrictions(
    elaborator: Elaborator, bounds: Bounds, bound: list[Index], size: Size | Node | None
) -> list[Condition]:
    """Conditions from a lower bound other than 1, from `\\neq` and from bounds that are indices."""
    found = [condition(elaborator, *limit) for limit in bounds.limits]
    first = bounds.letters[0]
    if isinstance(size, Node):
        found.append(condition(elaborator, first, "≤", size))
    low = bounds.low
    if low is None or (isinstance(low, syntax.Number) and low.text == "1"):
        return found
    if isinstance(low, syntax.Number) and low.text.isdigit() and low.text != "0":
        return [*found, _from(bound[0], int(low.text))]
    if isinstance(low, syntax.Sum) and is_shifted(low) and to_latex(low).endswith("+ 1"):
        return [*found, condition(elaborator, first, ">", low.terms[0])]
    if isinstance(low, syntax.Name):
        return [*found, condition(elaborator, first, "≥", low)]
    message = f"a sum from `{to_latex(low).strip()}` is not read: indices count from 1"
    raise problem(low, message, r"write \sum_{i=1}^{n}, or a condition such as i \neq k")


def _from(one: Index, low: int) -> Condition:
    if low == 2:
        return Condition("≠", one.symbol, sympy.Integer(1), True)
    return Condition("≥", one.symbol, sympy.Integer(low), True)


@dataclass
class _Totals:
    """Builds the sums once the ranges are known."""

    node: Big
    bound: list[Index]
    restrictions: list[Condition]
    body: Tensor

    def tensor(self) -> Tensor:
        return once(self.body.shape, self.entry, self.body.row)

    def entry(self, *at: Expr) -> Expr:
        """Σ of the body's entry; an index of `at` named like a bound one is kept apart."""
        mine = {one.symbol for one in self.bound}
        clashing = [k for k, place in enumerate(at) if free_symbols(place) & mine]
        if not clashing:
            return self.total(self.body.entry(*at))
        stand_ins = {index(f"at_{k}"): at[k] for k in clashing}
        moved = tuple(index(f"at_{k}") if k in clashing else place for k, place in enumerate(at))
        return substitute(self.total(self.body.entry(*moved)), stand_ins)

    def total(self, value: Expr) -> Expr:
        if self.node.operator == r"\prod":
            return self.product(value)
        value = restricted(value, self.restrictions, sympy.Integer(0))
        for one in reversed(self.bound):
            value = total(value, one.symbol, self.size(one))
        return value

    def product(self, value: Expr) -> Expr:
        if self.restrictions:
            truth = sympy.And(*(one.truth for one in self.restrictions))
            value = Piecewise((value, truth), (sympy.Integer(1), True))
        for one in reversed(self.bound):
            value = bind(sympy.Product, value, (one.symbol, 1, self.size(one)))
        return value

    def size(self, one: Index) -> Expr:
        return known(one.size, self.node, f"the range of {one.letter}")


def restricted(value: Expr, conditions: list[Condition], otherwise: Expr) -> Expr:
    """`value` where the conditions hold, 0 elsewhere.

    A delta multiplies where the value is defined at the index it leaves out, else the case is split:
    1/(x_i - x_k) at i = k is not 0 times something, it is not there.
    """
    for one in conditions:
        unequal = one.about_indices and one.relation == "≠"
        both = free_symbols(one.left) | free_symbols(one.right)
        tied = [
            part
            for part in value.atoms(sympy.Pow, sympy.log)
            if partial_in(part) and both <= free_symbols(part)
        ]
        if unequal and not tied:
            value = value * (1 - KroneckerDelta(one.left, one.right))
        else:
            value = Piecewise((value, one.truth), (otherwise, True))
    return value
