"""exp, log, trigonometric functions through exp(i·x), and opaque functions with their symmetries."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor

from flint import fmpq, fmpz

from derivlab.algebra import indicators, powers
from derivlab.algebra.atoms import (
    BASE,
    CONSTANT,
    EXP,
    FUNCTION,
    LOG,
    ONE,
    RADICAL,
    Exponent,
    Monomial,
    Polynomial,
    accumulate,
    exact,
    from_key,
    key_of,
    leading,
)
from derivlab.algebra.factor import factor
from derivlab.algebra.ring import Ring
from derivlab.errors import OutsideClassError

# Functions of one argument that stay opaque: whether f(−x) = f(x), −f(x), or neither.
PARITY = {
    "erf": -1,
    "asin": -1,
    "acos": 0,
    "atan": -1,
    "asinh": -1,
    "acosh": 0,
    "atanh": -1,
    "loggamma": 0,
    "digamma": 0,
    "trigamma": 0,
    "gamma": 0,
}
AT_ZERO = dict.fromkeys(("erf", "asin", "atan", "asinh", "atanh"), 0)


def imaginary(ring: Ring) -> Polynomial:
    """The imaginary unit."""
    return ring.of(ring.atom(CONSTANT, "I"))


def exponential(ring: Ring, polynomial: Polynomial) -> Polynomial:
    """exp(P) = Π exp(m)^c over the terms c·m; exp(c·log |Q|) = |Q|^c; exp(i·π·k) = ±1."""
    by_cases = indicators.split(ring, polynomial, lambda part: exponential(ring, part))
    if by_cases is not None:
        return by_cases
    result, plain = ring.constant(1), []
    for monomial, value in polynomial.items():
        coefficient = exact(Fraction(int(value.p), int(value.q)))
        special = _special_exponential(ring, monomial, coefficient)
        if special is None:
            plain.append((ring.atom(EXP, monomial), coefficient))
        else:
            result = ring.mul(result, special)
    product: Monomial = tuple(sorted(plain, key=lambda item: item[0].id))
    return ring.mul(result, {product: fmpq(1)})


def _special_exponential(ring: Ring, monomial: Monomial, coefficient: Exponent) -> Polynomial | None:
    if len(monomial) == 1 and monomial[0][0].kind == LOG and monomial[0][1] == 1:
        inside = from_key(monomial[0][0].args[0])
        if isinstance(coefficient, int) and coefficient % 2 == 0:
            return powers.power(ring, inside, coefficient)
        return powers.power(ring, indicators.absolute(ring, inside), coefficient)
    constants = {atom.args[0]: e for atom, e in monomial if atom.kind == CONSTANT}
    if len(monomial) == 2 and constants == {"I": 1, "pi": 1}:
        return _half_turns(ring, coefficient)
    return None


def _half_turns(ring: Ring, coefficient: Exponent) -> Polynomial | None:
    """exp(i·π·c) for c a multiple of 1/2; for other c the whole part leaves as a sign."""
    quarter = coefficient * 2
    if exact(quarter) == floor(quarter):
        return powers.power(ring, imaginary(ring), floor(quarter) % 4)
    return None


def logarithm(ring: Ring, polynomial: Polynomial) -> Polynomial:
    """log |P|, which is log P wherever that is defined: log |a·b| = log |a| + log |b| always.

    The atom LOG(a) stands for log |a|, with a up to sign; its derivative is a'/a.
    """
    by_cases = indicators.split(ring, polynomial, lambda part: logarithm(ring, part))
    if by_cases is not None:
        return by_cases
    if not polynomial:
        raise OutsideClassError("the logarithm of 0")
    numerator, denominator = powers.clear(ring, polynomial)
    result: Polynomial = {}
    for atom, exponent in denominator:
        accumulate(result, _log_primitive(ring, from_key(atom.args[0])), -_rational(exponent))
    common = powers.content(ring, numerator, positive_only=False)
    common = tuple((atom, e) for atom, e in common if not atom.complex)
    inverse: Monomial = tuple((atom, -e) for atom, e in common)
    rest = ring.mul({inverse: fmpq(1)}, numerator)
    accumulate(result, _log_monomial(ring, common))
    for part, multiplicity in factor(rest):
        accumulate(result, _log_primitive(ring, part), fmpq(multiplicity))
    return ring.mul(ring.constant(1), result)


def _rational(value: Exponent) -> fmpq:
    fraction = Fraction(value)
    return fmpq(fraction.numerator, fraction.denominator)


def _log_monomial(ring: Ring, monomial: Monomial) -> Polynomial:
    """log of the absolute value of a product of atoms."""
    result: Polynomial = {}
    for atom, exponent in monomial:
        if atom.kind == EXP:
            accumulate(result, {atom.args[0]: _rational(exponent)})
        elif atom.kind == BASE:
            accumulate(result, _log_primitive(ring, from_key(atom.args[0])), _rational(exponent))
        elif atom.kind == RADICAL:
            accumulate(result, _log_number(ring, fmpq(atom.args[0])), _rational(exponent))
        else:
            accumulate(result, _log_of(ring, {((atom, 1),): fmpq(1)}), _rational(exponent))
    return result


def _log_primitive(ring: Ring, polynomial: Polynomial) -> Polynomial:
    """log |P| of an irreducible polynomial: its leading coefficient leaves as a number."""
    if set(polynomial) == {ONE}:
        return _log_number(ring, abs(polynomial[ONE]))
    _, coefficient = leading(polynomial)
    primitive = ring.scale(polynomial, 1 / coefficient)
    return ring.add(_log_number(ring, abs(coefficient)), _log_of(ring, primitive))


def _log_number(ring: Ring, value: fmpq) -> Polynomial:
    """log of a positive rational as a combination of logarithms of primes."""
    result: Polynomial = {}
    for part, direction in ((value.p, 1), (value.q, -1)):
        if part > powers.MAX_RADICAND:
            raise OutsideClassError("the logarithm of a number that is too large to factor")
        for prime, multiplicity in fmpz(part).factor():
            accumulate(result, _log_of(ring, {ONE: fmpq(prime)}), fmpq(direction * int(multiplicity)))
    return result


def _log_of(ring: Ring, polynomial: Polynomial) -> Polynomial:
    if polynomial == ring.constant(1):
        return {}
    return ring.of(ring.atom(LOG, key_of(polynomial)))


def sine_cosine(ring: Ring, polynomial: Polynomial) -> tuple[Polynomial, Polynomial]:
    """(sin P, cos P) by Euler's formula."""
    turn = ring.mul(imaginary(ring), polynomial)
    forward, back = exponential(ring, turn), exponential(ring, ring.scale(turn, -1))
    cosine = ring.scale(ring.add(forward, back), fmpq(1, 2))
    sine = ring.mul(ring.scale(imaginary(ring), fmpq(-1, 2)), ring.sub(forward, back))
    return sine, cosine


def hyperbolic(ring: Ring, polynomial: Polynomial) -> tuple[Polynomial, Polynomial]:
    """(sinh P, cosh P)."""
    forward, back = exponential(ring, polynomial), exponential(ring, ring.scale(polynomial, -1))
    half = fmpq(1, 2)
    return ring.scale(ring.sub(forward, back), half), ring.scale(ring.add(forward, back), half)


def function(ring: Ring, name: str, arguments: list[Polynomial]) -> Polynomial:
    """An opaque function; odd and even ones take a positive leading term."""
    if len(arguments) == 1:
        by_cases = indicators.split(ring, arguments[0], lambda part: function(ring, name, [part]))
        if by_cases is not None:
            return by_cases
    parity = PARITY.get(name, 0)
    if len(arguments) == 1 and not arguments[0] and name in AT_ZERO:
        return {}
    flipped = False
    if parity and arguments[0] and leading(arguments[0])[1] < 0:
        arguments, flipped = [ring.scale(arguments[0], -1)], parity < 0
    result = ring.of(ring.atom(FUNCTION, name, tuple(key_of(argument) for argument in arguments)))
    return ring.scale(result, -1) if flipped else result


Elementary = Callable[[Ring, Polynomial], Polynomial]
Pair = Callable[[Ring, Polynomial], tuple[Polynomial, Polynomial]]


def _quotient(
    numerator: int, pair: Callable[[Ring, Polynomial], tuple[Polynomial, Polynomial]]
) -> Elementary:
    def ratio(ring: Ring, polynomial: Polynomial) -> Polynomial:
        values = pair(ring, polynomial)
        return ring.mul(values[numerator], powers.power(ring, values[1 - numerator], -1))

    return ratio


def _inverse(which: int, pair: Pair) -> Elementary:
    return lambda ring, polynomial: powers.power(ring, pair(ring, polynomial)[which], -1)


# One entry a function of one argument that is written through exp and log.
ELEMENTARY: dict[str, Elementary] = {
    "exp": exponential,
    "log": logarithm,
    "sin": lambda ring, p: sine_cosine(ring, p)[0],
    "cos": lambda ring, p: sine_cosine(ring, p)[1],
    "tan": _quotient(0, sine_cosine),
    "cot": _quotient(1, sine_cosine),
    "sec": _inverse(1, sine_cosine),
    "csc": _inverse(0, sine_cosine),
    "sinh": lambda ring, p: hyperbolic(ring, p)[0],
    "cosh": lambda ring, p: hyperbolic(ring, p)[1],
    "tanh": _quotient(0, hyperbolic),
    "coth": _quotient(1, hyperbolic),
    "sech": _inverse(1, hyperbolic),
    "csch": _inverse(0, hyperbolic),
    "Abs": indicators.absolute,
    "sign": lambda ring, p: ring.sub(indicators.step(ring, p), indicators.step(ring, ring.scale(p, -1))),
}
