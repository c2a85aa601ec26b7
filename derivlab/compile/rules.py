"""The stabilizing rules: a table of identities that change how a formula is computed, not its value.

Each rule is an identity between two SymPy expressions for *all* values of its holes, and derivlab
proves each one (the tests do it for the whole table). What makes a rule useful is the free choice
in it: the index `a`, arbitrary in the proof, is set to the place of the largest u when the code is
written, so that every exponent is at most 0 and the largest term is exactly 1. A case such as
`t >= 0` chooses between expressions that are equal anyway.

The holes: u[k] stands for any expression in k, the other letters for any expression without k.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Abs, Eq, Expr, Integer, Max, Min, Piecewise, exp, log

from derivlab.compile.nodes import Group, ungrouped
from derivlab.symbols import delta, dimension, indices, scalar, substitute, total, vector

K = dimension("K")
k, j, a = indices("k j a")
u = vector("u", K)
w, t, c, r, y, v = (scalar(name) for name in "wtcryv")

_sum = total(exp(u[k]), k, K)
_e = exp(-Abs(t))  # at most 1
_others = total((1 - delta(k, a)) * exp(u[k] - u[a]), k, K)  # all but one that is largest
_shifted_sum = 1 + _others
_entry = exp(u[j] - u[a])
_upper = Piecewise((1, t >= 0), (_e, True))  # exp(min(t, 0))


@dataclass(frozen=True)
class Rule:
    """An identity `before` = `after`, and why `after` is the better one to compute.

    Attributes:
        name: what the rule is called.
        reason: the sentence that says what goes wrong in `before`.
        before, after: equal for all values of the holes; `after` may hold `Group`s.
        split: whether `after` chooses by the sign of t, or by y = 0.
    """

    name: str
    reason: str
    before: Expr
    after: Expr
    split: bool = False

    def cases(self) -> tuple[tuple[str, Expr, Expr], ...]:
        """The identities without case distinctions that make up this one: (case, left, right).

        For every value of t (or y), one case's replacements are true of it, so all together prove
        the rule.
        """
        after = ungrouped(self.after)
        if not self.split:
            return (("always", self.before, after),)
        return tuple(
            (case, substitute(self.before, at), substitute(after, {**facts, **at}))
            for case, facts, at in _CASES
            if self.before.has(y) == ("y" in case)
        )


_CASES: tuple[tuple[str, dict[Expr, Expr], dict[Expr, Expr]], ...] = (
    ("t >= 0", {_upper: Integer(1), Abs(t): t, Max(t, 0): t, Min(t, 0): Integer(0)}, {}),
    ("t < 0", {_upper: exp(t), Abs(t): -t, Max(t, 0): Integer(0), Min(t, 0): t}, {}),
    ("y = 0", {Piecewise((0, Eq(y, 0)), (y * v, True)): Integer(0)}, {y: Integer(0)}),
    ("y != 0", {Piecewise((0, Eq(y, 0)), (y * v, True)): y * v}, {}),
)

RULES: tuple[Rule, ...] = (
    Rule(
        "log-sum-exp",
        "exp overflows; shifted by the largest u it cannot, and log1p keeps a small sum of the others.",
        log(_sum),
        u[a] + log(_shifted_sum),
    ),
    Rule(
        "softmax",
        "exp overflows above and below; shifted by the largest u no term does.",
        exp(w) / _sum,
        exp(w - u[a]) / _shifted_sum,
    ),
    Rule(
        "product of two softmax entries",
        "the same shift, taken twice.",
        exp(w) / _sum**2,
        exp(w - 2 * u[a]) / _shifted_sum**2,
    ),
    Rule(
        "log-softmax",
        "the logarithm of a rounded quotient loses everything near 1 and is -inf near 0.",
        log(exp(w) / _sum),
        Group(w - u[a]) - log(_shifted_sum),
    ),
    Rule(
        "logarithm of a product",
        "a quotient of probabilities overflows where the difference of their logarithms does not.",
        log(v * w),
        log(v) + log(w),
    ),
    Rule(
        "exponential of a sum",
        "each part meets the sum of exponentials that it belongs to.",
        exp(v + w),
        exp(v) * exp(w),
    ),
    Rule(
        "logarithm of an absolute value",
        "what is positive needs none, and is then recognized.",
        log(Abs(v)),
        log(v),
    ),
    Rule(
        "softmax residual",
        "p - y cancels where p is near y = 1: the sum over the others is what is left, without a difference.",
        c * exp(u[j]) / _sum + r,
        (Group(c * _entry + r) + r * _others) / _shifted_sum,
    ),
    Rule(
        "softplus",
        "exp(t) overflows, and 1 + exp(t) rounds a small exp(t) away.",
        log(1 + exp(t)),
        Max(t, 0) + log(1 + _e),
        split=True,
    ),
    Rule(
        "logistic",
        "exp(-t) overflows for very negative t; exp(-|t|) never does.",
        1 / (1 + exp(-t)),
        _upper / (1 + _e),
        split=True,
    ),
    Rule(
        "logistic, other form",
        "exp(t)/(1 + exp(t)) is inf/inf for large t.",
        exp(t) / (1 + exp(t)),
        _upper / (1 + _e),
        split=True,
    ),
    Rule(
        "log-logistic",
        "the logarithm of a rounded quotient: 0 for large t, -inf for very negative t.",
        log(1 / (1 + exp(-t))),
        Min(t, 0) - log(1 + _e),
        split=True,
    ),
    Rule(
        "logistic residual",
        "s - y cancels where s is near y = 1: there it is -σ(-t), computed as such.",
        c / (1 + exp(-t)) + r,
        (Group(c * _upper + r) + r * _e) / (1 + _e),
        split=True,
    ),
    Rule(
        "a weight of zero",
        "0·log 0 is NaN to a processor; an entry that has no weight takes no part.",
        y * v,
        Piecewise((0, Eq(y, 0)), (y * v, True)),
        split=True,
    ),
)

# What the compensated shift rests on: with w - m = d + f exactly (a two-sum), exp(d)·(1 + f) is
# exp(w - m) up to f², because exp(f) = 1 + f + O(f²) and |f| is half a unit in the last place of d.
COMPENSATED = Rule(
    "compensated shift",
    "w - m is rounded, and exp turns that absolute error into a relative one.",
    exp(w + v),
    exp(w) * exp(v),
)

BY_NAME: dict[str, Rule] = {rule.name: rule for rule in (*RULES, COMPENSATED)}
if len(BY_NAME) != len(RULES) + 1:
    raise ValueError("two stabilizing rules have one name")
