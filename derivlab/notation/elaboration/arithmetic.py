"""Sums, products, quotients, powers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import sympy
from sympy import Expr

from derivlab.notation import syntax
from derivlab.notation.elaboration import linear, matrices
from derivlab.notation.elaboration.core import Elaborator, fail, problem, rule
from derivlab.notation.elaboration.derivatives import derivative
from derivlab.notation.elaboration.differentials import as_fraction
from derivlab.notation.elaboration.inverses import inverse, power_of
from derivlab.notation.elaboration.names import is_transpose
from derivlab.notation.elaboration.numbers import bounded, exponential, factorial, number, power
from derivlab.notation.elaboration.products import structured
from derivlab.notation.elaboration.resolved import Times
from derivlab.notation.elaboration.tensors import Tensor, mapped, once, scalar
from derivlab.notation.syntax import Node


@rule(syntax.Number)
def _number(elaborator: Elaborator, node: syntax.Number) -> Tensor:
    return scalar(number(node))


@rule(syntax.Sum)
def _sum(elaborator: Elaborator, node: syntax.Sum) -> Tensor:
    if "±" in node.signs:
        fail(node, "`±` is not read: it stands for two expressions", "write one equation for each sign")
    if any(isinstance(term, syntax.Dots) for term in node.terms):
        whole = matrices.dotted_sum(elaborator, node)
        if whole is not None:
            return elaborator.tensor(whole)
    terms = [elaborator.tensor(term) for term in node.terms]
    return linear.add(elaborator, [1 if sign == "+" else -1 for sign in node.signs], terms, node.terms)


@rule(syntax.Product)
def _product(elaborator: Elaborator, node: syntax.Product) -> Tensor:
    return elaborator.tensor(structured(elaborator, node))


@rule(Times)
def _times(elaborator: Elaborator, node: Times) -> Tensor:
    elaborator.entrywise += "⊙" in node.operators
    try:
        values = [elaborator.tensor(factor) for factor in node.factors]
    finally:
        elaborator.entrywise -= "⊙" in node.operators
    if any(operator == "/" and values[k].rank == 0 for k, operator in enumerate(node.operators)):
        _tell_quotient(elaborator, node)
    return _Multiplication(elaborator, node, values).run()


def _tell_quotient(elaborator: Elaborator, node: Times) -> None:
    """`a / b c` with a symbol right behind the denominator has two readings."""
    for k, operator in enumerate(node.operators[:-1]):
        following = node.factors[k + 1]
        if (
            operator == "/"
            and not node.operators[k + 1]
            and isinstance(following, syntax.Name | syntax.Script)
        ):
            elaborator.note("a / b c is read from left to right, as (a / b) c")


@dataclass
class _Multiplication:
    """Multiplies from left to right: scalars are collected, arrays combined."""

    elaborator: Elaborator
    node: Times
    values: list[Tensor]

    def run(self) -> Tensor:
        scalars: list[Tensor] = []
        array: Tensor | None = None
        sign, at = 1, 0
        while at < len(self.values):
            operator, value = self.node.operators[at], self.values[at]
            sign = -sign if operator.endswith("-") else sign
            operator = operator[:1]
            if operator == "/":
                self.divide(scalars, array, value, at)
                if value.rank:
                    array = None if array is None else _quotient(array, value, self.node.factors[at])
            elif value.rank == 0:
                scalars.append(value)
            elif array is None:
                array = value
            else:
                array, at = self.combine(array, operator, at, scalars)
                if array.rank == 0:
                    scalars.append(array)
                    array = None
            at += 1
        return self.result(sign, scalars, array)

    def divide(self, scalars: list[Tensor], array: Tensor | None, value: Tensor, at: int) -> None:
        node = self.node.factors[at]
        if value.rank and array is None:
            fail(node, f"dividing by {value.describe()} is not read", "write the entry, e.g. $a / x_i$")
        if not value.rank:
            scalars.append(once((), lambda: power(value.entry(), sympy.S.NegativeOne, node)))

    def combine(self, left: Tensor, operator: str, at: int, scalars: list[Tensor]) -> tuple[Tensor, int]:
        """`left` times the array at `at`; a row that does not fit may make a scalar with what follows."""
        right, node = self.values[at], self.node.factors[at]
        if operator == "⊙":
            return linear.entrywise(left, right, node), at
        if operator == "·" and left.rank == right.rank == 1 and left.row == right.row:
            return linear.dot(self.elaborator, left, right, node), at
        if operator == "⊗" and left.rank == right.rank == 1:
            return linear.product(self.elaborator, left, linear.transpose(right), node), at
        if not linear.fits_product(left, right) and right.row and at + 1 < len(self.values):
            following = self.values[at + 1]
            if following.rank == 1 and linear.fits_product(right, following):
                scalars.append(linear.product(self.elaborator, right, following, node))
                self.elaborator.note("a row and a column inside a product are taken as their scalar product")
                return left, at + 1
        return linear.product(self.elaborator, left, right, node), at

    def result(self, sign: int, scalars: list[Tensor], array: Tensor | None) -> Tensor:
        node = self.node

        def factor() -> Expr:
            return bounded(sympy.Mul(sign, *(one.entry() for one in scalars)), node)

        if array is None:
            return once((), factor)
        if not scalars and sign > 0:
            return array
        found = array
        return once(found.shape, lambda *at: factor() * found.entry(*at), found.row)


def _quotient(above: Tensor, below: Tensor, node: Node) -> Tensor:
    """x / y of two arrays of one shape, entry by entry."""
    inverse = mapped(lambda value: power(value, sympy.S.NegativeOne, node), below)
    return linear.entrywise(above, inverse, node)


@rule(syntax.Fraction)
def _fraction(elaborator: Elaborator, node: syntax.Fraction) -> Tensor:
    found = as_fraction(node)
    if found is not None:
        body, bys = found
        if body is None:
            fail(node, "this derivative has nothing to apply to", "write what it is taken of")
        return derivative(elaborator, body, bys, node)
    above, below = elaborator.tensor(node.numerator), elaborator.tensor(node.denominator)
    if below.rank == 0:
        inverse = once((), lambda: power(below.entry(), sympy.S.NegativeOne, node.denominator))
        return (
            linear.entrywise(above, inverse, node)
            if above.rank
            else once((), lambda: bounded(above.entry() * inverse.entry(), node))
        )
    if above.rank == 0:
        fail(node, f"dividing by {below.describe()} is not read", "write the entry, e.g. $a / x_i$")
    elaborator.note("a fraction of two arrays is taken entry by entry")
    return _quotient(above, below, node)


@rule(syntax.Factorial)
def _factorial(elaborator: Elaborator, node: syntax.Factorial) -> Tensor:
    value = scalar_of(elaborator, node.body)
    return once((), lambda: factorial(value.entry(), node))


@rule(syntax.Root)
def _root(elaborator: Elaborator, node: syntax.Root) -> Tensor:
    order = sympy.Integer(2) if node.order is None else scalar_of(elaborator, node.order).entry()
    if not order.is_Integer or not order.is_positive:
        fail(node, "the order of a root is a positive number", r"write \sqrt[3]{x}")
    return mapped(lambda value: power(value, 1 / order, node), elaborator.tensor(node.body))


def scalar_of(elaborator: Elaborator, node: Node) -> Tensor:
    """The tensor of a node that must be a scalar."""
    value = elaborator.tensor(node)
    if value.rank:
        fail(node, f"a scalar is needed here, not {value.describe()}", "write one entry, or a sum")
    return value


def raised(elaborator: Elaborator, base: Tensor, sup: Node, node: Node) -> Tensor:
    """base^sup: a transpose, a power of a scalar, the square of a matrix."""
    if is_transpose(sup) and (base.rank or not _is_name(elaborator, sup)):
        return linear.transpose(base)
    whole = power_of(sup) if base.rank == 2 else None
    if whole is not None and (whole[0] < 0 or not elaborator.entrywise):
        return _matrix_power(elaborator, base, whole, node)
    exponent = elaborator.tensor(sup)
    if base.rank == 0 and exponent.rank == 0:
        return once((), lambda: power(base.entry(), exponent.entry(), node))
    if elaborator.entrywise and isinstance(sup, syntax.Number) and exponent.rank == 0:
        elaborator.note("a power of an array beside ⊙ is taken entry by entry")
        return mapped(lambda value: power(value, exponent.entry(), node), base)
    if base.rank == 2:
        fail(node, "this power of a matrix is not read", "give it a name, and assume what is known of it")
    raise problem(
        node,
        f"a power of {base.describe()} is not read",
        r"write \|x\|^2 for x^\top x, x \odot x for entry by entry",
    )


def _matrix_power(elaborator: Elaborator, base: Tensor, whole: tuple[int, bool], node: Node) -> Tensor:
    """A², A³, A⁻¹, A^{-⊤}."""
    exponent, transposed = whole
    if exponent < 0:
        base = inverse(elaborator, base, node)
        base = linear.transpose(base) if transposed else base
    times = range(abs(exponent) - 1)
    return reduce(lambda left, _: linear.product(elaborator, left, base, node), times, base)


def _is_name(elaborator: Elaborator, node: Node) -> bool:
    return isinstance(node, syntax.Name) and elaborator.scope.lookup(node.text) is not None


def exponential_of(elaborator: Elaborator, exponent: Node, node: Node) -> Tensor:
    """e^exponent, for an array entry by entry."""
    value = elaborator.tensor(exponent)
    if value.rank:
        elaborator.note("the exponential of an array is taken entry by entry")
    return mapped(lambda entry: exponential(entry, node), value)
