"""Conditions: indicators, the rows of `cases`, and what a sum runs over."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy
from sympy import Expr, KroneckerDelta, Piecewise

from derivlab.notation import syntax
from derivlab.notation.elaboration.core import Elaborator, fail, rule
from derivlab.notation.elaboration.names import find, spelling
from derivlab.notation.elaboration.resolved import Indicator
from derivlab.notation.elaboration.subscripts import Term, term
from derivlab.notation.elaboration.tensors import Tensor, once
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node

COMPARISONS = {
    "=": sympy.Eq, "≠": sympy.Ne, "<": sympy.Lt, ">": sympy.Gt, "≤": sympy.Le, "≥": sympy.Ge,
}  # fmt: skip
# Which of <, =, > a relation allows.
ALLOWS = {"=": {"="}, "≠": {"<", ">"}, "<": {"<"}, ">": {">"}, "≤": {"<", "="}, "≥": {">", "="}}


@dataclass(frozen=True)
class Condition:
    """`left relation right`, of indices or of numbers."""

    relation: str
    left: Expr
    right: Expr
    about_indices: bool

    @property
    def truth(self) -> Expr:
        """The condition as a SymPy relation."""
        return COMPARISONS[self.relation](self.left, self.right)

    @property
    def factor(self) -> Expr:
        """1 where the condition holds and 0 elsewhere; a delta where indices are compared."""
        if self.about_indices and self.relation == "=":
            return KroneckerDelta(self.left, self.right)
        if self.about_indices and self.relation == "≠":
            return 1 - KroneckerDelta(self.left, self.right)
        return Piecewise((sympy.Integer(1), self.truth), (sympy.Integer(0), True))


def conditions(elaborator: Elaborator, node: Node) -> list[Condition]:
    """The conditions that a chain states: `i = j`, `0 < x < 1`, `i \\neq j \\neq k`."""
    if not isinstance(node, syntax.Chain) or None in node.sides:
        fail(node, "this is no condition", r"write a relation, e.g. i = j or x > 0")
    found = []
    for left, relation, right in zip(node.sides, node.relations, node.sides[1:], strict=False):
        if relation not in COMPARISONS:
            fail(node, f"a condition with `{relation}` is not read", r"write =, \neq, <, >, \leq or \geq")
        assert left is not None
        assert right is not None
        found.append(condition(elaborator, left, relation, right))
    return found


def condition(elaborator: Elaborator, left: Node, relation: str, right: Node) -> Condition:
    """One comparison: of indices and labels, or of numbers."""
    kinds = _kind(elaborator, left), _kind(elaborator, right)
    if "value" not in kinds and kinds != ("number", "number"):
        first, second = term(elaborator, left), term(elaborator, right)
        _link(elaborator, first, second)
        return Condition(relation, first.expr, second.expr, True)
    values = [elaborator.tensor(side) for side in (left, right)]
    for side, value in zip((left, right), values, strict=True):
        if value.rank:
            fail(side, f"a condition compares scalars, not {value.describe()}", "write entries")
    return Condition(relation, values[0].entry(), values[1].entry(), False)


def _kind(elaborator: Elaborator, node: Node) -> str:
    """index, number, or value."""
    if isinstance(node, syntax.Number):
        return "number" if node.text.isdigit() and node.text != "0" else "value"
    spelled = spelling(node)
    if spelled is None or spelled.sup is not None or spelled.primes:
        return "value"
    if spelled.sub is None and elaborator.find_index(spelled.key) is not None:
        return "index"
    if elaborator.local(spelled.key) is not None:
        return "value"
    found = find(elaborator.scope, spelled)
    if found is None:
        return "index" if spelled.sub is None and len(spelled.key) == 1 else "value"
    entry = found.entry
    return "index" if entry.kind in ("index", "dimension") or entry.domain.index_of is not None else "value"


def _link(elaborator: Elaborator, first: Term, second: Term) -> None:
    """Compared indices lend each other their range; a label knows its own."""
    if first.index is not None and second.index is not None:
        elaborator.links.append((first.index, second.index))
    for one, other in ((first, second), (second, first)):
        if one.index is not None and other.size is not None:
            elaborator.place_index(one.index, other.size, f"`{to_latex(other.node).strip()}`", one.node)


@rule(Indicator)
def _indicator(elaborator: Elaborator, node: Indicator) -> Tensor:
    factors = [_indicator_factor(elaborator, node, one) for one in node.conditions]
    return once((), lambda: sympy.Mul(*(one for group in factors for one in group)))


def _indicator_factor(elaborator: Elaborator, node: Indicator, chain: Node) -> list[Expr]:
    return [_two_valued(elaborator, one) or one.factor for one in conditions(elaborator, chain)]


def _two_valued(elaborator: Elaborator, one: Condition) -> Expr | None:
    """`1{y = 1}` of a y with two values a, b is linear in y: (y - b) / (a - b)."""
    if one.relation not in ("=", "≠") or not one.right.is_Rational:
        return None
    head = one.left.base.label if isinstance(one.left, sympy.Indexed) else one.left
    variables = {entry.name: entry for entry in elaborator.scope.of_kind("variable")}
    entry = variables.get(str(head))
    values = entry.domain.values if entry is not None else None
    if values is None or len(values) != 2:
        return None
    target = Fraction(int(one.right.p), int(one.right.q))
    if target not in values:
        return None
    other = values[0] if values[1] == target else values[1]
    rational = [sympy.Rational(number.numerator, number.denominator) for number in (target, other)]
    value = (one.left - rational[1]) / (rational[0] - rational[1])
    return value if one.relation == "=" else 1 - value


@rule(syntax.Cases)
def _cases(elaborator: Elaborator, node: syntax.Cases) -> Tensor:
    """Rows of a value and its conditions; the last row may say otherwise, or what is left."""
    rows: list[tuple[Tensor, list[Condition] | None]] = []
    for row in node.rows:
        value = elaborator.tensor(row[0])
        if value.rank:
            fail(row[0], f"a row of cases holds a scalar, not {value.describe()}", "write one entry")
        rows.append((value, _row_conditions(elaborator, row[1:])))
    if not rows:
        fail(node, "these cases have no rows", "write rows of a value and its condition")
    if rows[-1][1] is not None and not _exhaustive([found for _, found in rows]):
        fail(node, "these cases do not say what holds otherwise", r"add a last row: 0 & \text{otherwise}")
    rows[-1] = (rows[-1][0], None)
    return once((), lambda: _branches(rows))


def _row_conditions(elaborator: Elaborator, cells: tuple[Node, ...]) -> list[Condition] | None:
    """The conditions of a row; None for `otherwise` and for a row without any."""
    if not cells or any(isinstance(cell, syntax.Name) and cell.text == "otherwise" for cell in cells):
        return None
    return [one for cell in cells for one in conditions(elaborator, cell)]


def _exhaustive(rows: list[list[Condition] | None]) -> bool:
    """Whether rows of one comparison each leave nothing out: i = j and i ≠ j, x > 0 and x ≤ 0."""
    allowed: set[str] = set()
    pair: frozenset[Expr] | None = None
    for row in rows:
        if row is None:
            return True
        if len(row) != 1 or (pair is not None and pair != {row[0].left, row[0].right}):
            return False
        first = row[0] if pair is None else None
        if first is not None:
            pair, left = frozenset((first.left, first.right)), first.left
        flip = {"<": ">", ">": "<", "=": "="}
        holds = ALLOWS[row[0].relation]
        allowed |= holds if row[0].left == left else {flip[sign] for sign in holds}
    return allowed == {"<", "=", ">"}


def _branches(rows: list[tuple[Tensor, list[Condition] | None]]) -> Expr:
    """The value: with deltas where indices are compared and every value is defined everywhere."""
    value = rows[-1][0].entry()
    for row, found in reversed(rows[:-1]):
        here = row.entry()
        if found is None:
            value = here
        elif all(one.about_indices for one in found) and not (partial_in(here) or partial_in(value)):
            factor = sympy.Mul(*(one.factor for one in found))
            value = factor * here + (1 - factor) * value
        else:
            value = Piecewise((here, sympy.And(*(one.truth for one in found))), (value, True))
    return value


def partial_in(expr: Expr) -> bool:
    """Whether an expression may be undefined somewhere: it has a quotient, a logarithm or a root."""
    return bool(expr.atoms(sympy.log)) or any(
        not (power.exp.is_Integer and power.exp.is_nonnegative) and power.base is not sympy.E
        for power in expr.atoms(sympy.Pow)
    )
