"""Taking a factor out of a logarithm: one that is positive for all real inputs, with its own logarithm.

log(p/q) of two softmax entries is log p - log q; where they are written out, SymPy has merged them into
exp(a_i - z_i) Σ exp(z) / Σ exp(a), and each exponent is found again beside its sum.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Add, Expr, Indexed, Integer, Mul, Pow, exp

from derivlab.compile.holes import Family
from derivlab.compile.recognize import Quotient, probability, sum_of_exponentials
from derivlab.symbols import Context


@dataclass(frozen=True)
class Factor:
    """`whole` = base^power, a factor of what stands in a logarithm, and positive; `rest` is what is left."""

    base: Expr
    power: int
    rest: Expr

    @property
    def whole(self) -> Expr:
        """The factor."""
        return Pow(self.base, self.power)


def positive_factor(product: Expr, context: Context) -> Factor | None:
    """A factor to take out of log(product): a probability, a sum of exponentials, an exponential."""
    factors = Mul.make_args(product)
    if len(factors) == 1 and not isinstance(product, Pow):
        return None
    exponent = next((factor.args[0] for factor in factors if isinstance(factor, exp)), Integer(0))
    for factor in factors:
        base, power = (factor.base, factor.exp) if isinstance(factor, Pow) else (factor, Integer(1))
        if not power.is_Integer:
            continue
        if probability(base, context) is not None:
            return _taken(product, base, int(power))
        family = sum_of_exponentials(base, context)
        if family is not None:
            entry = _entry(family, exponent, -int(power))
            return _taken(product, base, int(power)) if entry is None else _taken(product, *entry)
    if len(factors) > 1 and exponent != 0:
        return _taken(product, exp(exponent), 1)
    return None


def _taken(product: Expr, base: Expr, power: int) -> Factor:
    return Factor(base, power, product / Pow(base, power))


def _entry(family: Family, exponent: Expr, sign: int) -> tuple[Expr, int] | None:
    """exp(u[j])/Σ exp(u) to the power `sign`, where the exponent has ± u[j] among its terms."""
    if abs(sign) != 1:
        return None
    terms = len(Add.make_args(exponent))
    for place in sorted({place for node in exponent.atoms(Indexed) for place in node.indices}, key=str):
        left = exponent - sign * family.at(place)
        if left == 0 or len(Add.make_args(left)) < terms:
            return Quotient(family, family.at(place), 1, place).expr, sign
    return None
