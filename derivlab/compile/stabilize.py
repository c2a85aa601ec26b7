"""The stabilizing pass: walks a formula and applies the rules of `rules` where they fit.

A product meets the rules for quotients, a sum of terms those for residuals, a logarithm those for
logarithms; definitions are rewritten themselves, and looked through where a rule needs what is
inside (log of a defined probability, a probability less a label).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sympy import Abs, Add, Expr, Indexed, KroneckerDelta, Mul, Pow, Sum, Symbol, exp, log

from derivlab.compile.holes import Family, Filling, Writer
from derivlab.compile.logarithms import positive_factor
from derivlab.compile.nodes import LogSoftmax
from derivlab.compile.quotients import divided_inside
from derivlab.compile.recognize import (
    Logistic,
    Probability,
    Quotient,
    logistic,
    one_plus_exp,
    opened,
    probability,
    quotient,
    sum_of_exponentials,
)
from derivlab.compile.rules import BY_NAME, c, j, r, t, v, w, y
from derivlab.symbols import Context, bind, head_name


@dataclass
class Stabilizer:
    """Rewrites the formulas of one context.

    Attributes:
        context: where defined names are looked through.
        library: whether softmax and its logarithm are left to the array library: one pass instead of
            several, stable, and as accurate as the library's.
        used: the names of the rules applied, in order.
    """

    context: Context
    library: bool = False
    writer: Writer = field(default_factory=Writer)
    used: list[str] = field(default_factory=list)

    def stable(self, expr: Expr) -> Expr:
        """`expr` with every rule applied that fits: equal in value, better to compute."""
        for kind, rewrite in _PASSES:
            if isinstance(expr, kind):
                result = rewrite(self, expr)
                if result is not None:
                    return result
        return self.inside(expr)

    def inside(self, expr: Expr) -> Expr:
        """`expr` with its parts rewritten."""
        if isinstance(expr, Sum):
            return bind(Sum, self.stable(expr.function), *expr.limits)
        if not expr.args or isinstance(expr, Indexed | KroneckerDelta):
            return expr
        parts = [self.stable(arg) if isinstance(arg, Expr) else arg for arg in expr.args]
        return expr if list(expr.args) == parts else expr.func(*parts)

    def apply(self, name: str, found: Expr, family: Family | None = None, **holes: Expr) -> Expr:
        """Apply the rule called `name` to an expression that is its left side."""
        self.used.append(name)
        filling: Filling = {_HOLES[hole]: value for hole, value in holes.items()}
        return self.writer.apply(BY_NAME[name], found, family, filling)


_HOLES = {"c": c, "r": r, "t": t, "w": w, "y": y, "v": v, "j": j}


def stabilized(context: Context, library: bool = False) -> tuple[Context, Stabilizer]:
    """The context with stable bodies, and the stabilizer for formulas in it (it sees the old bodies)."""
    stabilizer = Stabilizer(context, library)
    definitions = tuple(
        replace(definition, body=stabilizer.stable(definition.body)) for definition in context.definitions
    )
    return replace(context, definitions=definitions), stabilizer


def _product(self: Stabilizer, expr: Mul) -> Expr | None:
    """exp(w)/Σ exp(u), a logistic function, or a weight times a logarithm that may be -inf."""
    factors = Mul.make_args(expr)
    inside = divided_inside(factors, self.context)
    if inside is not None:
        return self.stable(inside)
    found = quotient(factors, self.context) or logistic(factors, self.context)
    if found is not None:
        value, rest = found
        return Mul(_value(self, value), *(self.stable(factor) for factor in rest))
    over = _over_sum(factors, self.context)
    return self.stable(over) if over is not None else _weighted_logarithm(self, factors)


def _over_sum(factors: tuple[Expr, ...], context: Context) -> Expr | None:
    """(a·exp(w) + b·S)/S written as a·exp(w)/S + b: each term a quotient of its own."""
    below = next((f for f in factors if isinstance(f, Pow) and f.exp.is_negative), None)
    above = next((f for f in factors if isinstance(f, Add)), None)
    if below is None or above is None or sum_of_exponentials(below.base, context) is None:
        return None
    if not any(part == below.base or isinstance(part, exp) for t in above.args for part in Mul.make_args(t)):
        return None
    rest = [factor for factor in factors if factor is not above]
    return Add(*[Mul(term, *rest) for term in above.args])


def _by_library(self: Stabilizer, found: Probability | None) -> Expr | None:
    """log softmax of the whole array by one library call, where the entry is one of its own."""
    if not self.library or not isinstance(found, Quotient) or found.power != 1:
        return None
    if not isinstance(found.place, Symbol):
        return None
    own = self.writer.fresh()
    return LogSoftmax(self.stable(found.family.at(own)), own, found.family.size, found.place)


def _value(self: Stabilizer, found: Probability) -> Expr:
    logarithm = _by_library(self, found)
    if logarithm is not None:
        return exp(logarithm)
    if isinstance(found, Quotient):
        name = "softmax" if found.power == 1 else "product of two softmax entries"
        return self.apply(name, found.expr, found.family, w=found.exponent)
    if found.upper:
        return self.apply("logistic, other form", _logistic_expr(found), t=found.argument)
    return self.apply("logistic", _logistic_expr(found), t=found.argument)


def _logistic_expr(found: Logistic) -> Expr:
    argument = found.argument
    return exp(argument) / (1 + exp(argument)) if found.upper else 1 / (1 + exp(-argument))


def _weighted_logarithm(self: Stabilizer, factors: tuple[Expr, ...]) -> Expr | None:
    """y·log p, where p may be 0 with y = 0."""
    logs = [factor for factor in factors if isinstance(factor, log)]
    weights = [factor for factor in factors if _is_variable(factor, self.context)]
    if len(logs) != 1 or len(weights) != 1 or not isinstance(opened(logs[0].args[0], self.context), Mul):
        return None
    value = _logarithm(self, logs[0])
    if value is None:
        return None
    weight = weights[0]
    rest = [self.stable(factor) for factor in factors if factor not in (weight, logs[0])]
    return Mul(self.apply("a weight of zero", weight * value, y=weight, v=value), *rest)


def _is_variable(factor: Expr, context: Context) -> bool:
    if not isinstance(factor, Symbol | Indexed):
        return False
    name = head_name(factor)
    return context.lookup(name) is not None and context.definition(name) is None


def _is_size(factor: Expr, context: Context) -> bool:
    return isinstance(factor, Symbol) and bool(factor.is_integer) and context.lookup(factor.name) is None


def _reciprocal(self: Stabilizer, expr: Pow) -> Expr | None:
    """A power of a logistic function: 1/(1 + exp(-t))^n."""
    if not (expr.exp.is_Integer and expr.exp.is_negative):
        return None
    inner = one_plus_exp(expr.base, self.context)
    if inner is None:
        return None
    return Pow(_value(self, Logistic(-inner)), -expr.exp)


def _logarithm(self: Stabilizer, expr: log) -> Expr | None:
    """log Σ exp, log softmax, log(1 + exp), log of a logistic function."""
    argument = opened(expr.args[0], self.context)
    if isinstance(argument, Abs) and probability(opened(argument.args[0], self.context), self.context):
        self.apply("logarithm of an absolute value", log(argument), v=argument.args[0])
        return self.stable(log(argument.args[0]))
    family = sum_of_exponentials(argument, self.context)
    if family is not None:
        written = Sum(exp(family.body), (family.bound, 1, family.size))
        return self.apply("log-sum-exp", log(written), family)
    inner = one_plus_exp(argument, self.context)
    if inner is not None:
        return self.apply("softplus", log(1 + exp(inner)), t=inner)
    found = probability(argument, self.context) or _complement(argument, self.context)
    logarithm = _by_library(self, found)
    if logarithm is not None:
        return logarithm
    if isinstance(found, Quotient) and found.power == 1:
        return self.apply("log-softmax", log(found.expr), found.family, w=found.exponent)
    if isinstance(found, Logistic):
        return self.apply("log-logistic", log(1 / (1 + exp(-found.argument))), t=found.argument)
    return _logarithm_of_product(self, argument)


def _logarithm_of_product(self: Stabilizer, argument: Expr) -> Expr | None:
    """log(v·w) = log v + log w, for a v that is positive whatever the inputs are."""
    factor = positive_factor(argument, self.context)
    if factor is None:
        return None
    if factor.split is not None:
        own, part, left = factor.split
        self.apply("exponential of a sum", own, v=part, w=left)
        argument = factor.whole * factor.rest
    self.apply("logarithm of a product", log(argument), v=factor.whole, w=factor.rest)
    rest = self.stable(log(factor.rest)) if factor.rest != 1 else 0
    return factor.power * self.stable(log(factor.base)) + rest


def _complement(node: Expr, context: Context) -> Logistic | None:
    """σ(-t), for 1 - σ(t)."""
    if isinstance(node, Add) and len(node.args) == 2 and node.args[0] == 1:
        found = probability(-node.args[1], context)
        if isinstance(found, Logistic):
            return Logistic(-found.argument)
    return None


def _residual(self: Stabilizer, expr: Add) -> Expr | None:
    """c·p + r with c and r of opposite signs: p - y, 1 - σ(t), p_i δ_ij - p_i p_j."""
    common, terms = _common_factors(expr)
    for place, term in enumerate(terms):
        rest = Add(*terms[:place], *terms[place + 1 :])
        for found, weight in _probabilities(term, self.context):
            if not _cancels(weight, rest) or not _plain(rest, self.context):
                continue
            result = _residual_of(self, found, weight, rest)
            if result is not None:
                return Mul(result, *(self.stable(other) for other in common))
    return None


def _probabilities(term: Expr, context: Context) -> list[tuple[Probability, Expr]]:
    """Each way to read a term as weight times probability: a defined one, or one written out."""
    factors = Mul.make_args(term)
    ways: list[tuple[Probability, Expr]] = []
    for factor in factors:
        found = probability(factor, context)
        if found is not None:
            ways.append((found, Mul(*[other for other in factors if other is not factor])))
    written = quotient(factors, context) or logistic(factors, context)
    if written is not None:
        ways.append((written[0], Mul(*written[1])))
    return ways


def _residual_of(self: Stabilizer, found: Probability, weight: Expr, rest: Expr) -> Expr | None:
    weight, rest = self.inside(weight), self.inside(rest)
    logarithm = _by_library(self, found)
    if logarithm is not None:
        return weight * exp(logarithm) + rest
    if isinstance(found, Logistic):
        written = weight / (1 + exp(-found.argument)) + rest
        return self.apply("logistic residual", written, t=found.argument, c=weight, r=rest)
    if found.power != 1 or found.place is None:
        return None
    written = weight * found.expr + rest
    return self.apply("softmax residual", written, found.family, j=found.place, c=weight, r=rest)


def _common_factors(expr: Add) -> tuple[list[Expr], list[Expr]]:
    """The symbolic factors that all terms share, and the terms without them."""
    parts = [list(_unfolded(term)) for term in expr.args]
    common = []
    for factor in parts[0].copy():
        if not factor.is_number and all(factor in other for other in parts):
            common.append(factor)
            for other in parts:
                other.remove(factor)
    return common, [Mul(*other) for other in parts]


def _unfolded(term: Expr) -> list[Expr]:
    """The factors of a term, a square as two."""
    found: list[Expr] = []
    for factor in Mul.make_args(term):
        square = isinstance(factor, Pow) and factor.exp == 2
        found += [factor.base, factor.base] if square else [factor]
    return found


def _cancels(weight: Expr, rest: Expr) -> bool:
    """Whether the two could have opposite signs, as far as their coefficients show."""
    negative = bool(weight.as_coeff_Mul()[0].is_negative)
    return any(bool(term.as_coeff_Mul()[0].is_negative) != negative for term in Add.make_args(rest))


def _plain(rest: Expr, context: Context) -> bool:
    """Whether `rest` is made of labels: variables, deltas, numbers, probabilities."""
    for term in Add.make_args(rest):
        for factor in Mul.make_args(term):
            label = factor.is_number or isinstance(factor, KroneckerDelta) or _is_variable(factor, context)
            if not label and probability(factor, context) is None and not _is_size(factor, context):
                return False
    return rest != 0


_PASSES = ((Add, _residual), (Mul, _product), (Pow, _reciprocal), (log, _logarithm))
