"""What a derivative rule is, and how the rules for sums, products, powers and entries act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy
from sympy import Expr, Indexed, Sum, Symbol

from derivlab.symbols import Context, Partial, bind, delta, free_symbols, fresh_index, head_name, substitute


@dataclass(frozen=True)
class Situation:
    """What a rule may ask: the context, and which defined names count as variables."""

    context: Context
    kept: frozenset[str]

    def depends(self, expr: Expr, by: Expr) -> bool:
        """Whether `expr` changes when `by` moves, through definitions as well."""
        wanted = head_name(by)
        for node in sympy.preorder_traversal(expr):
            if isinstance(node, Symbol):
                if node.name == wanted:
                    return True
                if node.name not in self.kept and wanted in self._reach(node.name):
                    return True
        return False

    def _reach(self, name: str) -> frozenset[str]:
        """Names that `name` depends on, not looking into kept ones."""
        definition = self.context.definition(name)
        if definition is None or name in self.kept:
            return frozenset()
        direct = {n.name for n in sympy.preorder_traversal(definition.body) if isinstance(n, Symbol)}
        return frozenset(direct).union(*(self._reach(inner) for inner in direct))


class ConstantFactor:
    """A product in which some factors do not move."""


class Quotient:
    """A product of moving factors of which one is an inverse."""


@dataclass(frozen=True)
class Rule:
    """One rule of differentiation.

    Attributes:
        head: the SymPy class of the body, or one of the two forms of a product above.
        name: its name, as a student says it.
        latex: its statement.
        reason: the sentence that a student reads.
        apply: (body, by, situation) → the derivative, or None where it does not fit.
        needs: the side condition, or "".
    """

    head: type
    name: str
    latex: str
    reason: str
    apply: Callable[[Expr, Expr, Situation], Expr | None]
    needs: str = ""


def sum_rule(body: Expr, by: Expr, at: Situation) -> Expr:
    """(u + v)' = u' + v'."""
    return sympy.Add(*(Partial(term, by) for term in body.args if at.depends(term, by)))


def constant_factor(body: Expr, by: Expr, at: Situation) -> Expr:
    """(c u)' = c u'."""
    moving = [factor for factor in body.args if at.depends(factor, by)]
    constant = sympy.Mul(*(factor for factor in body.args if factor not in moving))
    return constant * Partial(sympy.Mul(*moving), by)


def product_rule(body: Expr, by: Expr, at: Situation) -> Expr:
    """(u v)' = u' v + u v'."""
    return sympy.Add(
        *(
            sympy.Mul(Partial(factor, by), *(other for other in body.args if other is not factor))
            for factor in body.args
        )
    )


def quotient_rule(body: Expr, by: Expr, at: Situation) -> Expr:
    """(u/v)' = (u' v - u v')/v²."""
    below = next(factor for factor in body.args if is_inverse(factor))
    v = below.base
    u = sympy.Mul(*(factor for factor in body.args if factor is not below))
    return (Partial(u, by) * v - u * Partial(v, by)) / v**2


def is_inverse(factor: Expr) -> bool:
    """Whether a factor is 1/v."""
    return isinstance(factor, sympy.Pow) and factor.exp == -1


def enter_sum(body: Sum, by: Expr, at: Situation) -> Expr:
    """The derivative enters the sum; the bound index must not be one of `by`'s."""
    bound, low, high = body.limits[-1]
    inner = bind(Sum, body.function, *body.limits[:-1]) if len(body.limits) > 1 else body.function
    names = {s for s in by.free_symbols if isinstance(s, Symbol)}
    if bound in names:
        renamed = fresh_index(bound, names | free_symbols(inner))
        inner, bound = substitute(inner, {bound: renamed}), renamed
    return bind(Sum, Partial(inner, by), (bound, low, high))


def entry(body: Expr, by: Expr, at: Situation) -> Expr | None:
    """∂x_a/∂x_i = δ_ai, and 0 for another variable."""
    if head_name(body) != head_name(by):
        return None
    if not isinstance(body, Indexed):
        return sympy.Integer(1)
    return sympy.Mul(*(delta(a, b) for a, b in zip(body.indices, by.indices, strict=True)))


def power(body: Expr, by: Expr, at: Situation) -> Expr | None:
    """(u^a)' = a u^(a-1) u'; through the logarithm where the exponent moves."""
    base, exponent = body.args
    if at.depends(exponent, by):
        return body * Partial(exponent * sympy.log(base), by)
    return exponent * base ** (exponent - 1) * Partial(base, by)


def chain(derivative: Callable[[Expr], Expr]) -> Callable[[Expr, Expr, Situation], Expr | None]:
    """f(u)' = f'(u)·u'."""

    def apply(body: Expr, by: Expr, at: Situation) -> Expr:
        inner = body.args[0]
        return derivative(inner) * Partial(inner, by)

    return apply


def step(value: Expr) -> Expr:
    """1 where the value is positive, else 0."""
    return sympy.Piecewise((1, value > 0), (0, True))


def extreme(body: Expr, by: Expr, at: Situation) -> Expr:
    """Only the larger side of a maximum moves, only the smaller one of a minimum.

    At a tie both take the slope that holds where u ≤ v: so the sum of a maximum and a minimum has its
    own slope where it has no kink (max(t, 0) + min(t, 0) = t).
    """
    moving = [arg for arg in body.args if at.depends(arg, by)]
    moved, *others = [*moving, *(arg for arg in body.args if arg not in moving)]
    other = body.func(*others)
    larger = step(moved - other)
    wins = larger if isinstance(body, sympy.Max) else 1 - larger
    if len(moving) > 1:
        return Partial(other, by) + Partial(moved - other, by) * wins
    return Partial(moved, by) * wins


def cases(body: Expr, by: Expr, at: Situation) -> Expr:
    """Each case is differentiated by itself."""
    return sympy.Piecewise(*((Partial(value, by), condition) for value, condition in body.args))
