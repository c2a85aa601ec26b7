"""Taking a factor out of a logarithm: one that is positive for all real inputs, with its own logarithm.

log(p/q) of two softmax entries is log p - log q; where they are written out and their exponents were
added, as in exp(a_i - z_i) Σ exp(z) / Σ exp(a), each exponent is found again beside its sum.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Add, Expr, Indexed, Integer, Mul, Pow, exp

from derivlab.compile.holes import Family
from derivlab.compile.recognize import Quotient, probability, sum_of_exponentials
from derivlab.symbols import Context


@dataclass(frozen=True)
class Factor:
    """base^power is a factor of what stands in a logarithm, and positive.

    Attributes:
        base, power: the factor.
        rest: what is left of the product.
        split: (exponential, its exponent's part in the factor, the other part), where one was split.
    """

    base: Expr
    power: int
    rest: Expr
    split: tuple[Expr, Expr, Expr] | None = None

    @property
    def whole(self) -> Expr:
        """The factor."""
        return Pow(self.base, self.power)


def positive_factor(product: Expr, context: Context) -> Factor | None:
    """A factor to take out of log(product): a probability, a sum of exponentials, an exponential."""
    factors = Mul.make_args(product)
    for factor in factors:
        base, power = (factor.base, factor.exp) if isinstance(factor, Pow) else (factor, Integer(1))
        others = [other for other in factors if other is not factor]
        if not power.is_Integer or (not others and power == 1):
            continue
        if probability(base, context) is not None:
            return Factor(base, int(power), Mul(*others))
        family = sum_of_exponentials(base, context)
        if family is not None:
            return _entry(family, -int(power), others) or Factor(base, int(power), Mul(*others))
    own = next((factor for factor in factors if isinstance(factor, exp)), None)
    if own is None or len(factors) == 1:
        return None
    return Factor(own, 1, Mul(*(other for other in factors if other is not own)))


def _entry(family: Family, sign: int, others: list[Expr]) -> Factor | None:
    """exp(u[j])/Σ exp(u) to the power `sign`, where an exponent among `others` has ± u[j] as a part."""
    if abs(sign) != 1:
        return None
    for own in (other for other in others if isinstance(other, exp)):
        exponent, rest = own.args[0], [other for other in others if other is not own]
        for place in sorted({place for node in exponent.atoms(Indexed) for place in node.indices}, key=str):
            part = sign * family.at(place)
            left = exponent - part
            if left == 0 or len(Add.make_args(left)) < len(Add.make_args(exponent)):
                base = Quotient(family, family.at(place), 1, place).expr
                return Factor(base, sign, Mul(exp(left), *rest), (own, part, left))
    return None
