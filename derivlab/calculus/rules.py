"""The table of derivative rules: one entry a rule, for people.

A rule looks at one derivative ∂(body)/∂(by) and says what it becomes. Two rules for one head fail at
import. Every step that the rules make is checked against `derivlab.algebra`, which has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy
from sympy import Expr, Indexed, Sum, Symbol

from derivlab.errors import InternalError
from derivlab.symbols import Context, Partial, delta, fresh_index, head_name


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


def _sum_rule(body: Expr, by: Expr, at: Situation) -> Expr:
    return sympy.Add(*(Partial(term, by) for term in body.args if at.depends(term, by)))


def _constant_factor(body: Expr, by: Expr, at: Situation) -> Expr:
    moving = [factor for factor in body.args if at.depends(factor, by)]
    constant = sympy.Mul(*(factor for factor in body.args if factor not in moving))
    return constant * Partial(sympy.Mul(*moving), by)


def _product_rule(body: Expr, by: Expr, at: Situation) -> Expr:
    return sympy.Add(
        *(
            sympy.Mul(Partial(factor, by), *(other for other in body.args if other is not factor))
            for factor in body.args
        )
    )


def _quotient_rule(body: Expr, by: Expr, at: Situation) -> Expr:
    below = next(factor for factor in body.args if _is_inverse(factor))
    v = below.base
    u = sympy.Mul(*(factor for factor in body.args if factor is not below))
    return (Partial(u, by) * v - u * Partial(v, by)) / v**2


def _is_inverse(factor: Expr) -> bool:
    return isinstance(factor, sympy.Pow) and factor.exp == -1


def _enter_sum(body: Sum, by: Expr, at: Situation) -> Expr:
    """The derivative enters the sum; the bound index must not be one of `by`'s."""
    bound, low, high = body.limits[-1]
    inner = Sum(body.function, *body.limits[:-1]) if len(body.limits) > 1 else body.function
    names = {s for s in by.free_symbols if isinstance(s, Symbol)}
    if bound in names:
        from derivlab.symbols import free_symbols, substitute

        renamed = fresh_index(bound, names | free_symbols(inner))
        inner, bound = substitute(inner, {bound: renamed}), renamed
    return Sum(Partial(inner, by), (bound, low, high))


def _entry(body: Expr, by: Expr, at: Situation) -> Expr | None:
    """∂x_a/∂x_i = δ_ai, and 0 for another variable."""
    if head_name(body) != head_name(by):
        return None
    if not isinstance(body, Indexed):
        return sympy.Integer(1)
    return sympy.Mul(*(delta(a, b) for a, b in zip(body.indices, by.indices, strict=True)))


def _power(body: Expr, by: Expr, at: Situation) -> Expr | None:
    base, exponent = body.args
    if at.depends(exponent, by):
        return body * Partial(exponent * sympy.log(base), by)
    return exponent * base ** (exponent - 1) * Partial(base, by)


def _chain(derivative: Callable[[Expr], Expr]) -> Callable[[Expr, Expr, Situation], Expr | None]:
    """f(u)' = f'(u)·u'."""

    def apply(body: Expr, by: Expr, at: Situation) -> Expr:
        inner = body.args[0]
        return derivative(inner) * Partial(inner, by)

    return apply


def _step(value: Expr) -> Expr:
    return sympy.Piecewise((1, value > 0), (0, True))


def _maximum(body: Expr, by: Expr, at: Situation) -> Expr | None:
    if len(body.args) != 2:
        return None
    first, second = body.args
    moved, other = (first, second) if at.depends(first, by) else (second, first)
    if at.depends(other, by):
        return Partial(other, by) + Partial(moved - other, by) * _step(moved - other)
    return Partial(moved, by) * _step(moved - other)


def _cases(body: Expr, by: Expr, at: Situation) -> Expr:
    return sympy.Piecewise(*((Partial(value, by), condition) for value, condition in body.args))


def _function(head: type, name: str, latex: str, reason: str, derivative: Callable[[Expr], Expr]) -> Rule:
    return Rule(head, name, latex, reason, _chain(derivative))


RULES: tuple[Rule, ...] = (
    Rule(sympy.Add, "sum rule", r"(u + v)' = u' + v'", "A sum is differentiated term by term.", _sum_rule),
    Rule(
        ConstantFactor, "constant factor", r"(c\, u)' = c\, u'", "A constant factor stays.", _constant_factor
    ),
    Rule(
        Quotient,
        "quotient rule",
        r"\Bigl(\frac{u}{v}\Bigr)' = \frac{u' v - u v'}{v^2}",
        "The quotient needs v != 0.",
        _quotient_rule,
        needs="v != 0",
    ),
    Rule(
        sympy.Mul,
        "product rule",
        r"(u v)' = u' v + u v'",
        "One factor at a time is differentiated.",
        _product_rule,
    ),
    Rule(
        Sum,
        "linearity",
        r"\Bigl(\sum_k u_k\Bigr)' = \sum_k u_k'",
        "The derivative of a finite sum is the sum of the derivatives.",
        _enter_sum,
    ),
    Rule(
        sympy.Pow,
        "power rule",
        r"(u^a)' = a\, u^{a-1} u'",
        "The exponent comes down, and the base is differentiated (chain rule).",
        _power,
    ),
    Rule(
        Indexed,
        "entries",
        r"\partial x_k / \partial x_i = \delta_{ki}",
        "An entry changes only with itself.",
        _entry,
    ),
    Rule(Symbol, "entries", r"x' = 1", "A variable changes only with itself.", _entry),
    _function(
        sympy.exp, "exponential", r"(e^u)' = e^u u'", "The exponential is its own derivative.", sympy.exp
    ),
    Rule(
        sympy.log,
        "logarithm",
        r"(\log u)' = u' / u",
        "The logarithm needs u > 0.",
        _chain(lambda u: 1 / u),
        needs="u > 0",
    ),
    _function(
        sympy.tanh,
        "hyperbolic tangent",
        r"(\tanh u)' = (1 - \tanh^2 u)\, u'",
        "One minus the square of the value.",
        lambda u: 1 - sympy.tanh(u) ** 2,
    ),
    _function(sympy.sinh, "hyperbolic sine", r"(\sinh u)' = \cosh u\; u'", "Sinh becomes cosh.", sympy.cosh),
    _function(
        sympy.cosh, "hyperbolic cosine", r"(\cosh u)' = \sinh u\; u'", "Cosh becomes sinh.", sympy.sinh
    ),
    _function(sympy.sin, "sine", r"(\sin u)' = \cos u\; u'", "The sine becomes the cosine.", sympy.cos),
    _function(
        sympy.cos,
        "cosine",
        r"(\cos u)' = -\sin u\; u'",
        "The cosine becomes minus the sine.",
        lambda u: -sympy.sin(u),
    ),
    _function(
        sympy.tan,
        "tangent",
        r"(\tan u)' = (1 + \tan^2 u)\, u'",
        "One plus the square of the value.",
        lambda u: 1 + sympy.tan(u) ** 2,
    ),
    _function(
        sympy.atan,
        "arctangent",
        r"(\arctan u)' = u' / (1 + u^2)",
        "The slope of the arctangent.",
        lambda u: 1 / (1 + u**2),
    ),
    _function(
        sympy.asin,
        "arcsine",
        r"(\arcsin u)' = u' / \sqrt{1 - u^2}",
        "The slope of the arcsine, for −1 < u < 1.",
        lambda u: 1 / sympy.sqrt(1 - u**2),
    ),
    _function(
        sympy.acos,
        "arccosine",
        r"(\arccos u)' = -u' / \sqrt{1 - u^2}",
        "The slope of the arccosine, for −1 < u < 1.",
        lambda u: -1 / sympy.sqrt(1 - u**2),
    ),
    _function(
        sympy.erf,
        "error function",
        r"(\operatorname{erf} u)' = \tfrac{2}{\sqrt{\pi}}\, e^{-u^2} u'",
        "The slope of erf is a bell curve.",
        lambda u: 2 / sympy.sqrt(sympy.pi) * sympy.exp(-(u**2)),
    ),
    _function(
        sympy.loggamma,
        "log-gamma",
        r"(\log\Gamma(u))' = \psi(u)\, u'",
        "The slope of log Γ is the digamma function.",
        lambda u: sympy.polygamma(0, u),
    ),
    Rule(
        sympy.Abs,
        "absolute value",
        r"|u|' = \operatorname{sign}(u)\, u'",
        "Away from its kink at 0.",
        _chain(lambda u: 2 * _step(u) - 1),
        needs="u != 0",
    ),
    Rule(
        sympy.Max,
        "maximum",
        r"\max(u, v)' = u' [u > v] + v' [u < v]",
        "Only the larger side moves; away from the tie.",
        _maximum,
        needs="u != v",
    ),
    Rule(
        sympy.Piecewise, "cases", r"f' \text{ case by case}", "Each case is differentiated by itself.", _cases
    ),
)


def _table(rules: tuple[Rule, ...]) -> dict[type, Rule]:
    table: dict[type, Rule] = {}
    for rule in rules:
        if rule.head in table:
            raise InternalError(f"two derivative rules for {rule.head.__name__}")
        table[rule.head] = rule
    return table


TABLE: dict[type, Rule] = _table(RULES)


def form_of(body: Expr, by: Expr, at: Situation) -> type:
    """The head that a rule is looked up by."""
    if isinstance(body, sympy.Mul):
        moving = [factor for factor in body.args if at.depends(factor, by)]
        if len(moving) < len(body.args):
            return ConstantFactor
        if sum(map(_is_inverse, moving)) == 1:
            return Quotient
    return type(body)


def rule_for(body: Expr, by: Expr, at: Situation) -> Rule | None:
    """The rule for the form of `body`."""
    for kind in form_of(body, by, at).__mro__:
        if kind in TABLE:
            return TABLE[kind]
    return None
