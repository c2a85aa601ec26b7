"""Finding the left sides of the stabilizing rules in a formula, through the definitions in it.

A recognizer only proposes what fills a rule's holes; `holes.Writer.apply` fills the rule's left side
with it and insists that this is the expression found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Add, Expr, Indexed, Integer, Mul, Pow, Sum, Symbol, exp

from derivlab.compile.holes import Family
from derivlab.symbols import Context, head_name


@dataclass(frozen=True)
class Quotient:
    """exp(exponent) / (Σ exp(family))^power, found in a product; `place` is j where exponent = u[j]."""

    family: Family
    exponent: Expr
    power: int
    place: Expr | None = None

    @property
    def expr(self) -> Expr:
        """The expression that it stands for."""
        bound = self.family.bound
        below = Sum(exp(self.family.body), (bound, 1, self.family.size))
        return exp(self.exponent) * Pow(below, -self.power)


@dataclass(frozen=True)
class Logistic:
    """1/(1 + exp(-argument)), or exp(argument)/(1 + exp(argument)) where `upper`."""

    argument: Expr
    upper: bool = False


Probability = Quotient | Logistic


def opened(node: Expr, context: Context) -> Expr:
    """The body of a defined name; anything else as it is."""
    if isinstance(node, Symbol | Indexed):
        definition = context.definition(head_name(node))
        if definition is not None:
            return opened(definition.at(tuple(getattr(node, "indices", ()))), context)
    return node


def sum_of_exponentials(node: Expr, context: Context) -> Family | None:
    """u, for Σ_k exp(u[k])."""
    node = opened(node, context)
    if not isinstance(node, Sum) or len(node.limits) != 1:
        return None
    bound, low, size = node.limits[0]
    body = opened(node.function, context)
    if low != 1 or not isinstance(body, exp):
        return None
    return Family(body.args[0], bound, size)


def powers(node: Expr, context: Context) -> list[tuple[Expr, Expr]]:
    """The factors of a product as (base, exponent), each base opened."""
    found = []
    for factor in Mul.make_args(node):
        base, exponent = (factor.base, factor.exp) if isinstance(factor, Pow) else (factor, Integer(1))
        found.append((opened(base, context), exponent))
    return found


def quotient(factors: Sequence[Expr], context: Context) -> tuple[Quotient, list[Expr]] | None:
    """A softmax-like quotient among factors that are written out, and the other factors."""
    above = next((factor for factor in factors if isinstance(opened(factor, context), exp)), None)
    if above is None:
        return None
    for factor in factors:
        if not (isinstance(factor, Pow) and factor.exp.is_Integer and factor.exp in (-1, -2)):
            continue
        family = sum_of_exponentials(factor.base, context)
        if family is None:
            continue
        exponent = opened(above, context).args[0]
        found = Quotient(family, exponent, -int(factor.exp), _place(family, exponent))
        return found, [other for other in factors if other is not above and other is not factor]
    return None


def logistic(factors: Sequence[Expr], context: Context) -> tuple[Logistic, list[Expr]] | None:
    """A logistic function among factors that are written out, and the other factors."""
    for factor in factors:
        if not (isinstance(factor, Pow) and factor.exp == -1):
            continue
        inner = one_plus_exp(factor.base, context)
        if inner is None:
            continue
        rest = [other for other in factors if other is not factor]
        if exp(inner) in rest:
            return Logistic(inner, upper=True), [other for other in rest if other != exp(inner)]
        return Logistic(-inner), rest
    return None


def one_plus_exp(node: Expr, context: Context) -> Expr | None:
    """t, for 1 + exp(t)."""
    node = opened(node, context)
    if isinstance(node, Add) and len(node.args) == 2 and node.args[0] == 1:
        other = opened(node.args[1], context)
        if isinstance(other, exp):
            return other.args[0]
    return None


def probability(node: Expr, context: Context) -> Probability | None:
    """The softmax entry or logistic function that a single factor stands for."""
    body = opened(node, context)
    factors = Mul.make_args(body)
    for find in (quotient, logistic):
        found = find(factors, context)
        if found is not None and not found[1]:
            return found[0]
    return None


def _place(family: Family, exponent: Expr) -> Expr | None:
    """j, where exponent is u[j]."""
    if family.bound not in family.body.free_symbols:
        return None
    indices = {place for entry in exponent.atoms(Indexed) for place in entry.indices}
    for place in sorted(indices, key=str):
        if family.at(place) == exponent:
            return place
    return None
