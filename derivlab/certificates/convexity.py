"""Convexity as a Coq theorem: the quadratic form of the Hessian is nowhere negative.

The proof is a sum of squares with nonnegative weights, which is read off the Hessian's closed form and
proved equal to the quadratic form for all sizes before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import sympy
from sympy import Add, Expr, IndexedBase, KroneckerDelta, Mul, Sum, Symbol

from derivlab.calculus import gradient
from derivlab.certificates.emit import Certificate, theorem_name
from derivlab.certificates.proof import Proof
from derivlab.certificates.refutation import refute
from derivlab.certificates.statement import Claimed
from derivlab.certificates.terms import NotCertifiedError
from derivlab.proof import Claim, Proved, Witness, verify
from derivlab.symbols import Context, Partial, Variable, free_symbols, index, substitute, total

NOT_FOUND = "the quadratic form was not written as a sum of squares"


@dataclass(frozen=True)
class Convexity:
    """`objective` is convex in the vector (or the number) `by`."""

    objective: Expr
    by: str
    context: Context
    name: str = ""


def certify_convex(claim: Convexity) -> Certificate:
    """The certificate that a function is convex; `NotCertifiedError` says why there is none.

    Its statement: the second derivatives exist and Σ v_a (∂²J/∂z_a∂z_b) v_b >= 0 for every v.

    Example:
        >>> from derivlab.symbols import dimension, vector
        >>> n, k = dimension("n"), index("k")
        >>> w = vector("w", n)
        >>> found = certify_convex(Convexity(total(w[k] ** 2, k, n), "w", Context.of(w), "convex"))
        >>> print(found.statement.splitlines()[-1])
          0 <= bsum n (fun a => bsum n (fun b => (v a) * (v b) * ...
    """
    frame = _Frame(claim)
    equation = Claim(frame.form(), frame.squares(), frame.wider, claim.name)
    if not isinstance(verify(equation), Proved):
        raise NotCertifiedError(NOT_FOUND)
    claimed = Claimed(equation)
    name = theorem_name(claim.name or "convex", claimed.taken())
    existing = [f"  {text}" for _, _, text in claimed.existing((claimed.left,))]
    conclusion = " /\\\n".join([*existing, f"  0 <= {claimed.words.write(claimed.left)}"])
    proof = Proof(claimed).write(claimed.labels(), "prove_nonnegative")
    return Certificate(claim.name or name, name, claimed.write(name, conclusion), proof)


def refute_convex(claim: Convexity, witness: Witness) -> Certificate:
    """The certificate that a function is not convex: a point and a v with a negative quadratic form."""
    frame = _Frame(claim)
    return refute(Claim(frame.form(), sympy.Integer(0), frame.wider, claim.name), witness, "<")


class _Frame:
    """The quadratic form Σ_a Σ_b v_a H_ab v_b, and its Hessian term by term."""

    def __init__(self, claim: Convexity) -> None:
        self.claim = claim
        context = claim.context
        variable = context.variable(claim.by)
        if len(variable.shape) != 1:
            raise NotCertifiedError(f"{claim.by} is no vector")
        self.size: Expr = variable.shape[0]
        taken = {str(symbol.name) for symbol in free_symbols(context.expand(claim.objective))}
        taken |= {entry.name for entry in context.variables}
        taken |= {entry.name for entry in context.definitions}
        self.v = IndexedBase(_fresh("v", taken), shape=(self.size,), real=True)
        self.row, self.column = index(_fresh("a", taken)), index(_fresh("b", taken))
        self.entry = variable.node
        self.wider = context.with_variables(Variable(str(self.v.label), (self.size,)))

    def form(self) -> Expr:
        """Σ_a Σ_b v_a ∂²J/∂z_a∂z_b v_b."""
        second = Partial(Partial(self.claim.objective, self.entry[self.row]), self.entry[self.column])
        summand = self.v[self.row] * second * self.v[self.column]
        return total(total(summand, self.column, self.size), self.row, self.size)

    def squares(self) -> Expr:
        """The sum of squares that the Hessian's closed form suggests; not yet known to be the form."""
        claim = self.claim
        first = gradient(claim.objective, self.entry[self.row], claim.context).closed_form
        return Add(*self._parts(gradient(first, self.entry[self.column], claim.context).closed_form))

    def _parts(self, closed: Expr) -> Iterator[Expr]:
        diagonal: list[Expr] = []
        products: list[Expr] = []
        for term in (t for part in Add.make_args(closed) for t in _distributed(part)):
            (diagonal if term.has(KroneckerDelta) else products).append(term)
        weights = [self._weight(term) for term in diagonal]
        for term in products:
            bound, weight, factor = self._split(term)
            if weight.as_coeff_Mul()[0] < 0:
                yield self._variance(bound, weight, factor, weights)
            else:
                yield _over(bound, weight * self._moment(factor) ** 2)
        for weight in weights:
            yield total(weight * self.v[self.row] ** 2, self.row, self.size)

    def _weight(self, term: Expr) -> Expr:
        """What stands before δ_ab, as a function of a."""
        factors = [f for f in Mul.make_args(term) if not isinstance(f, KroneckerDelta)]
        return substitute(Mul(*factors), {self.column: self.row})

    def _split(self, term: Expr) -> tuple[list[tuple[Symbol, Expr]], Expr, Expr]:
        """Bound indices with their sizes, the weight and X_a of w·X_a·X_b."""
        bound, factors = _flattened(term)
        rows = [f for f in factors if self.row in free_symbols(f)]
        columns = [f for f in factors if self.column in free_symbols(f)]
        weight = Mul(*(f for f in factors if f not in rows and f not in columns))
        if set(rows) & set(columns) or substitute(Mul(*rows), {self.row: self.column}) != Mul(*columns):
            raise NotCertifiedError(NOT_FOUND)
        return bound, weight, Mul(*rows)

    def _moment(self, factor: Expr) -> Expr:
        """Σ_a X_a v_a."""
        return total(factor * self.v[self.row], self.row, self.size)

    def _variance(
        self, bound: list[tuple[Symbol, Expr]], weight: Expr, factor: Expr, weights: list[Expr]
    ) -> Expr:
        """Σ u_a v_a² − c (Σ X_a v_a)² is Σ u_a (v_a − (c/κ) Σ X_b v_b)², for u = κX and c ΣX = κ."""
        for place, own in enumerate(weights):
            ratio = own / factor
            if bound or self.row in free_symbols(ratio):
                continue
            del weights[place]
            other = substitute(factor, {self.row: self.column})
            mean = total(-weight / ratio * other * self.v[self.column], self.column, self.size)
            return total(own * (self.v[self.row] - mean) ** 2, self.row, self.size)
        raise NotCertifiedError(NOT_FOUND)


def _distributed(term: Expr) -> Iterator[Expr]:
    """(δ_ab − p_b) p_a as δ_ab p_a and −p_b p_a: factors that hold a delta are multiplied out."""
    factors = (Add.make_args(f) if f.has(KroneckerDelta) else (f,) for f in Mul.make_args(term))
    return (Mul(*choice) for choice in product(*factors))


def _flattened(term: Expr) -> tuple[list[tuple[Symbol, Expr]], list[Expr]]:
    """The factors of a product, those inside its sum included, and what is summed over."""
    bound: list[tuple[Symbol, Expr]] = []
    factors: list[Expr] = []
    for factor in Mul.make_args(term):
        if isinstance(factor, Sum) and not bound:
            bound = [(symbol, size) for symbol, _, size in factor.limits]
            factors += Mul.make_args(factor.function)
        else:
            factors.append(factor)
    return bound, factors


def _over(bound: list[tuple[Symbol, Expr]], body: Expr) -> Expr:
    for symbol, size in bound:
        body = total(body, symbol, size)
    return body


def _fresh(name: str, taken: set[str]) -> str:
    """`name`, or with as many underscores as make it a new one."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name
