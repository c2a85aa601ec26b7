"""Each rule of the table: its derivative is proved for all sizes, and compared with numbers."""

from __future__ import annotations

import pytest
import sympy
from sympy import (
    Abs,
    Expr,
    Max,
    Min,
    Piecewise,
    acos,
    asin,
    atan,
    cos,
    cosh,
    erf,
    exp,
    log,
    loggamma,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from derivlab.calculus import RULES, Rule, gradient
from derivlab.calculus.forms import ConstantFactor, Quotient, Situation
from derivlab.calculus.rules import rule_for
from derivlab.proof import Claim, Proved, Refuted, verify
from derivlab.symbols import (
    UNIT_INTERVAL,
    Context,
    Definition,
    Partial,
    Variable,
    delta,
    dimension,
    indices,
    scalar,
    total,
    vector,
)
from tests.proof.oracle import UndefinedError, differ, value
from tests.proof.points import environments, world_at

K = dimension("K")
i, j, k = indices("i j k")
x, y = vector("x", K), vector("y", K)
s, t, u = scalar("s"), scalar("t"), scalar("u")
p, q = scalar("p", positive=True), scalar("q")
HERE = Context.of(x, y, s, t, u, p, Variable("q", (), UNIT_INTERVAL))
inner = total(x[k] ** 2, k, K) * s + x[j]

# One body a rule; what it is taken by; its slope, by hand where the rule does not say it at once.
BODIES: dict[type, tuple[Expr, Expr, Expr]] = {
    sympy.Add: (x[i] ** 2 + s * x[i], x[i], 2 * x[i] + s),
    ConstantFactor: (3 * s * x[i] ** 2, x[i], 6 * s * x[i]),
    Quotient: (s / (1 + s**2), s, (1 - s**2) / (1 + s**2) ** 2),
    sympy.Mul: (s * exp(s), s, exp(s) + s * exp(s)),
    sympy.Sum: (total(x[k] ** 3 * y[k], k, K), x[i], 3 * x[i] ** 2 * y[i]),
    sympy.Pow: ((1 + s**2) ** 5, s, 10 * s * (1 + s**2) ** 4),
    sympy.Indexed: (x[i], x[j], delta(i, j)),
    sympy.Symbol: (s, s, sympy.Integer(1)),
    exp: (exp(inner), s, total(x[k] ** 2, k, K) * exp(inner)),
    log: (log(p * s**2 + 1), s, 2 * p * s / (p * s**2 + 1)),
    tanh: (tanh(s**2), s, 2 * s * (1 - tanh(s**2) ** 2)),
    sinh: (sinh(s**2), s, 2 * s * cosh(s**2)),
    cosh: (cosh(s**2), s, 2 * s * sinh(s**2)),
    sin: (sin(s**2), s, 2 * s * cos(s**2)),
    cos: (cos(s**2), s, -2 * s * sin(s**2)),
    tan: (tan(s**2), s, 2 * s * (1 + tan(s**2) ** 2)),
    atan: (atan(s**2), s, 2 * s / (1 + s**4)),
    asin: (asin(q**2), q, 2 * q / sqrt(1 - q**4)),
    acos: (acos(q**2), q, -2 * q / sqrt(1 - q**4)),
    erf: (erf(s**2), s, 4 * s * exp(-(s**4)) / sqrt(sympy.pi)),
    loggamma: (loggamma(p**2), p, 2 * p * sympy.polygamma(0, p**2)),
    Abs: (Abs(s - t), s, Piecewise((1, s > t), (-1, True))),
    Max: (Max(s**2, t), s, Piecewise((2 * s, s**2 > t), (0, True))),
    Min: (Min(s**2, t), s, Piecewise((0, s**2 > t), (2 * s, True))),
    Piecewise: (Piecewise((s**2, t > 0), (s**3, True)), s, Piecewise((2 * s, t > 0), (3 * s**2, True))),
}  # fmt: skip


def test_every_rule_has_a_body_here() -> None:
    assert {rule.head for rule in RULES} <= set(BODIES), "a rule was added: give it a body here"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name} of {rule.head.__name__}")
def test_a_rule_is_proved(rule: Rule) -> None:
    """One application of the rule is an equation, and derivlab's other derivative agrees with it."""
    body, by, right = BODIES[rule.head]
    found = rule_for(body, by, Situation(HERE, frozenset((str(getattr(by, "base", by)),))))
    assert found is not None
    assert found.head is rule.head
    after = found.apply(body, by, Situation(HERE, frozenset((str(getattr(by, "base", by)),))))
    assert after is not None
    assert isinstance(verify(Claim(Partial(body, by), after, HERE)), Proved)
    assert isinstance(verify(Claim(Partial(body, by), right, HERE)), Proved)
    assert isinstance(verify(Claim(Partial(body, by), right + 1, HERE)), Refuted)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name} of {rule.head.__name__}")
def test_a_gradient_agrees_with_difference_quotients(rule: Rule) -> None:
    body, by, _ = BODIES[rule.head]
    closed = gradient(body, by, HERE).closed_form
    seen = 0
    for number in range(3):
        world = world_at(HERE, (body, closed), number)
        assert world is not None
        for env in environments((body, by * x[i] * x[j]), world):
            try:
                wanted = value(Partial(body, by), world, env)
            except UndefinedError:
                continue
            seen += 1
            assert not differ(value(closed, world, env), wanted)
    assert seen


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name} of {rule.head.__name__}")
def test_a_rule_says_what_it_is(rule: Rule) -> None:
    assert rule.name
    assert rule.reason.endswith(".")
    assert rule.latex


def test_the_power_rule_with_a_moving_exponent() -> None:
    found = gradient(p**s, s, HERE)
    assert isinstance(verify(Claim(found.closed_form, p**s * log(p), HERE)), Proved)
    assert isinstance(verify(Claim(Partial(p**p, p), p**p * (log(p) + 1), HERE)), Proved)


def test_a_derivative_by_what_does_not_occur_is_zero() -> None:
    assert gradient(total(y[k], k, K), x, HERE).closed_form == 0
    assert gradient(s, t, HERE).closed_form == 0


def test_the_bound_index_is_renamed_where_the_entry_has_its_letter() -> None:
    found = gradient(total(x[i] * y[i], i, K), x[i], HERE)
    assert found.closed_form == y[i]


def test_definitions_are_differentiated_through() -> None:
    H = Definition("h", tanh(x[i]), (i,), (K,))
    E = Definition("E", total(H.node[k] ** 2, k, K) / 2)
    context = Context.of(x, define=[H, E])
    found = gradient("E", x, context)
    a = found.indices[0]
    assert isinstance(verify(Claim(found.closed_form, H.node[a] * (1 - H.node[a] ** 2), context)), Proved)
    assert gradient("E", "h", context).closed_form == H.node[gradient("E", "h", context).indices[0]]
