"""Numbers for evaluation: balls of python-flint, exact rationals, and dual numbers over either.

A dual number a + b·ε_level carries a derivative; levels keep nested derivatives apart (the
derivative of a derivative must not mix the two ε).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

Number = Any  # arb, Fraction or Dual


MAX_EXACT_POWER = 1_000


class NotDefinedError(Exception):
    """The expression has no (certain) value at this point."""


@dataclass(frozen=True)
class Dual:
    """value + slope·ε_level; both parts are numbers of lower levels."""

    level: int
    value: Number
    slope: Number

    def __add__(self, other: Number) -> Dual:
        a, b = _split(other, self.level)
        return Dual(self.level, add(self.value, a), add(self.slope, b))

    def __mul__(self, other: Number) -> Dual:
        a, b = _split(other, self.level)
        return Dual(self.level, mul(self.value, a), add(mul(self.value, b), mul(self.slope, a)))


def _split(number: Number, level: int) -> tuple[Number, Number]:
    if isinstance(number, Dual) and number.level == level:
        return number.value, number.slope
    return number, 0


def _level(number: Number) -> int:
    return number.level if isinstance(number, Dual) else 0


def add(left: Number, right: Number) -> Number:
    """left + right at the higher level of the two."""
    if type(left) is not Dual and type(right) is not Dual:
        return left + right
    return left + right if _level(left) >= _level(right) else right + left


def mul(left: Number, right: Number) -> Number:
    """left · right at the higher level of the two."""
    if type(left) is not Dual and type(right) is not Dual:
        return left * right
    return left * right if _level(left) >= _level(right) else right * left


def power(base: Number, exponent: Fraction) -> Number:
    """base ** exponent for a rational exponent."""
    if isinstance(base, Dual):
        if exponent == 0:
            return power(base.value, exponent)
        if exponent == -1:
            inverse = power(base.value, exponent)
            return Dual(base.level, inverse, mul(mul(inverse, _negative(inverse)), base.slope))
        slope = mul(mul(power(base.value, exponent - 1), _lift_like(base.value, exponent)), base.slope)
        return Dual(base.level, power(base.value, exponent), slope)
    if exponent.denominator == 1:
        if exponent < 0 and contains_zero(base):
            raise NotDefinedError("division by zero")
        if not isinstance(base, arb) and abs(exponent) > MAX_EXACT_POWER:
            raise NotDefinedError("a power of an exact number is too large to write out")
        return base ** int(exponent)
    if not isinstance(base, arb):
        raise NotDefinedError("a root of an exact number")
    if not (base >= 0) or (exponent < 0 and contains_zero(base)):
        raise NotDefinedError("a root of a negative number")
    return base ** (arb(exponent.numerator) / exponent.denominator)


def _negative(number: Number) -> Number:
    if isinstance(number, Dual):
        return Dual(number.level, _negative(number.value), _negative(number.slope))
    return -number


def _lift_like(number: Number, value: Fraction) -> Number:
    while isinstance(number, Dual):
        number = number.value
    return lift(value) if isinstance(number, arb) else value


def lift(value: Fraction) -> arb:
    """The ball of a rational number; a ball as it is."""
    if isinstance(value, arb):
        return value
    return arb(value.numerator) / value.denominator


def contains_zero(number: Number) -> bool:
    """Whether 0 cannot be excluded."""
    if isinstance(number, Dual):
        return contains_zero(number.value)
    return bool(number.contains(0)) if isinstance(number, arb) else number == 0


def sign_of(number: Number) -> int:
    """−1, 0 or 1; `NotDefinedError` where the ball does not tell."""
    if isinstance(number, Dual):
        return sign_of(number.value)
    if number > 0:
        return 1
    if number < 0:
        return -1
    if number == 0:
        return 0
    raise NotDefinedError("the sign is not certain")


Rule = tuple[Callable[[arb], arb], Callable[[Number], Number]]


def apply(name: str, number: Number) -> Number:
    """An elementary function, with its derivative on dual numbers."""
    value, derivative = FUNCTIONS[name]
    if isinstance(number, Dual):
        result = apply(name, number.value)
        slope = result if name == "exp" else derivative(number.value)
        return Dual(number.level, result, mul(slope, number.slope))
    if not isinstance(number, arb):
        raise NotDefinedError("a transcendental function of an exact number")
    found = value(number)
    if not found.is_finite():
        raise NotDefinedError(f"{name} is not defined there")
    return found


def absolute(number: Number) -> Number:
    """|x|; no derivative at 0."""
    sign = sign_of(number)
    if sign == 0 and isinstance(number, Dual):
        raise NotDefinedError("a derivative of |x| at 0")
    return mul(number, _lift_like(number, Fraction(sign))) if sign else number


def _one_over(number: Number) -> Number:
    return power(number, Fraction(-1))


def _scaled(number: Number, factor: int) -> Number:
    return mul(number, _lift_like(number, Fraction(factor)))


def _shifted(number: Number, constant: int) -> Number:
    return add(number, _lift_like(number, Fraction(constant)))


def _square(number: Number) -> Number:
    return mul(number, number)


def _erf_slope(x: Number) -> Number:
    bell = apply("exp", _scaled(_square(x), -1))
    return mul(bell, 2 / arb.pi().sqrt())


def _root(number: Number) -> Number:
    return power(number, Fraction(-1, 2))


# name → (value of a ball, derivative as a function of numbers)
FUNCTIONS: dict[str, Rule] = {
    "exp": (lambda x: x.exp(), lambda x: apply("exp", x)),
    "log": (lambda x: x.log(), _one_over),
    "sin": (lambda x: x.sin(), lambda x: apply("cos", x)),
    "cos": (lambda x: x.cos(), lambda x: _scaled(apply("sin", x), -1)),
    "tan": (lambda x: x.tan(), lambda x: _shifted(_square(apply("tan", x)), 1)),
    "cot": (lambda x: x.cot(), lambda x: _scaled(_shifted(_square(apply("cot", x)), 1), -1)),
    "sec": (lambda x: x.sec(), lambda x: mul(apply("sec", x), apply("tan", x))),
    "csc": (lambda x: x.csc(), lambda x: _scaled(mul(apply("csc", x), apply("cot", x)), -1)),
    "sinh": (lambda x: x.sinh(), lambda x: apply("cosh", x)),
    "cosh": (lambda x: x.cosh(), lambda x: apply("sinh", x)),
    "tanh": (lambda x: x.tanh(), lambda x: _shifted(_scaled(_square(apply("tanh", x)), -1), 1)),
    "coth": (lambda x: x.coth(), lambda x: _shifted(_scaled(_square(apply("coth", x)), -1), 1)),
    "sech": (lambda x: x.sech(), lambda x: _scaled(mul(apply("sech", x), apply("tanh", x)), -1)),
    "csch": (lambda x: x.csch(), lambda x: _scaled(mul(apply("csch", x), apply("coth", x)), -1)),
    "asin": (lambda x: x.asin(), lambda x: _root(_shifted(_scaled(_square(x), -1), 1))),
    "acos": (lambda x: x.acos(), lambda x: _scaled(_root(_shifted(_scaled(_square(x), -1), 1)), -1)),
    "atan": (lambda x: x.atan(), lambda x: _one_over(_shifted(_square(x), 1))),
    "asinh": (lambda x: x.asinh(), lambda x: _root(_shifted(_square(x), 1))),
    "acosh": (lambda x: x.acosh(), lambda x: _root(_shifted(_square(x), -1))),
    "atanh": (lambda x: x.atanh(), lambda x: _one_over(_shifted(_scaled(_square(x), -1), 1))),
    "erf": (lambda x: x.erf(), _erf_slope),
    "loggamma": (lambda x: x.lgamma(), lambda x: apply("digamma", x)),
    "gamma": (lambda x: x.gamma(), lambda x: mul(apply("gamma", x), apply("digamma", x))),
    "digamma": (lambda x: x.digamma(), lambda x: apply("trigamma", x)),
    "trigamma": (lambda x: arb(2).zeta(x), lambda x: _scaled(apply("zeta3", x), -2)),
    "zeta3": (lambda x: arb(3).zeta(x), lambda x: _no_rule()),
}


def _no_rule() -> Number:
    raise NotDefinedError("no rule for this derivative")
