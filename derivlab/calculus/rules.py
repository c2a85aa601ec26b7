"""The table of derivative rules: one entry a rule, for people.

A rule looks at one derivative ∂(body)/∂(by) and says what it becomes. Two rules for one head fail at
import. Every step that the rules make is checked against `derivlab.algebra`, which has its own.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy
from sympy import Expr, Indexed, Sum, Symbol

from derivlab.calculus import forms
from derivlab.calculus.forms import ConstantFactor, Quotient, Rule, Situation
from derivlab.errors import InternalError


def _function(head: type, name: str, latex: str, reason: str, derivative: Callable[[Expr], Expr]) -> Rule:
    """A rule f(u)' = f'(u)·u'."""
    return Rule(head, name, latex, reason, forms.chain(derivative))


RULES: tuple[Rule, ...] = (
    Rule(
        sympy.Add, "sum rule", r"(u + v)' = u' + v'", "A sum is differentiated term by term.", forms.sum_rule
    ),
    Rule(
        ConstantFactor,
        "constant factor",
        r"(c\, u)' = c\, u'",
        "A constant factor stays.",
        forms.constant_factor,
    ),
    Rule(
        Quotient,
        "quotient rule",
        r"\Bigl(\frac{u}{v}\Bigr)' = \frac{u' v - u v'}{v^2}",
        "The quotient needs v != 0.",
        forms.quotient_rule,
        needs="v != 0",
    ),
    Rule(
        sympy.Mul,
        "product rule",
        r"(u v)' = u' v + u v'",
        "One factor at a time is differentiated.",
        forms.product_rule,
    ),
    Rule(
        Sum,
        "linearity",
        r"\Bigl(\sum_k u_k\Bigr)' = \sum_k u_k'",
        "The derivative of a finite sum is the sum of the derivatives.",
        forms.enter_sum,
    ),
    Rule(
        sympy.Pow,
        "power rule",
        r"(u^a)' = a\, u^{a-1} u'",
        "The exponent comes down, and the base is differentiated (chain rule).",
        forms.power,
    ),
    Rule(
        Indexed,
        "entries",
        r"\partial x_k / \partial x_i = \delta_{ki}",
        "An entry changes only with itself.",
        forms.entry,
    ),
    Rule(Symbol, "entries", r"x' = 1", "A variable changes only with itself.", forms.entry),
    _function(
        sympy.exp, "exponential", r"(e^u)' = e^u u'", "The exponential is its own derivative.", sympy.exp
    ),
    Rule(
        sympy.log,
        "logarithm",
        r"(\log u)' = u' / u",
        "The logarithm needs u > 0.",
        forms.chain(lambda u: 1 / u),
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
        forms.chain(lambda u: 2 * forms.step(u) - 1),
        needs="u != 0",
    ),
    Rule(
        sympy.Max,
        "maximum",
        r"\max(u, v)' = u' [u > v] + v' [u < v]",
        "Only the larger side moves; away from the tie.",
        forms.extreme,
        needs="u != v",
    ),
    Rule(
        sympy.Min,
        "minimum",
        r"\min(u, v)' = u' [u \le v] + v' [u > v]",
        "Only the smaller side moves; away from the tie.",
        forms.extreme,
        needs="u != v",
    ),
    Rule(
        sympy.Piecewise,
        "cases",
        r"f' \text{ case by case}",
        "Each case is differentiated by itself.",
        forms.cases,
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
        if sum(map(forms.is_inverse, moving)) == 1:
            return Quotient
    return type(body)


def rule_for(body: Expr, by: Expr, at: Situation) -> Rule | None:
    """The rule for the form of `body`."""
    for kind in form_of(body, by, at).__mro__:
        if kind in TABLE:
            return TABLE[kind]
    return None
