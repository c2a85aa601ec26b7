"""Is an expression zero for every size and every value of its domain? `residue` says it exactly.

The class
    Expressions over entries, sizes and rationals with + − · /, rational powers, exp, log, sums over
    whole axes, Kronecker deltas, cases, |x|, max, the elementary functions and partial derivatives.

Soundness
    Every rewriting step is an identity of functions at every point where both sides are defined
    (the module `normal` and each constructor name theirs), so a residue of 0 proves the claim for all
    sizes >= 1. Conditions that the declared domains do not imply are returned with the answer.

Completeness
    A nonzero residue in which no two BASE atoms stand under one sum is nonzero for some size: power
    sums of linearly independent functions are algebraically independent for free sizes (Jacobian
    criterion), exp of linearly independent monomials are algebraically independent of the entries
    (Ax's theorem), and the remaining atoms are in partial-fraction form over one denominator. Several
    denominators in one sum, nested roots and opaque functions are outside: there a nonzero residue
    says nothing, and only a witness may refute.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

import sympy
from flint import fmpq
from sympy import Expr

from derivlab.algebra import dependence, indicators, match, powers, signs
from derivlab.algebra.atoms import ENTRY, SUM, Atom, Monomial, Polynomial, free_of, leading, merge
from derivlab.algebra.conditions import Condition
from derivlab.algebra.normal import normal
from derivlab.algebra.read import MAX_WRITTEN, Reader
from derivlab.algebra.ring import Ring
from derivlab.algebra.sums import Size
from derivlab.algebra.transform import Transformation, rename
from derivlab.errors import OutsideClassError, ShapeError
from derivlab.symbols import Context, Partial, head_name
from derivlab.symbols.domains import Domain


@dataclass(frozen=True)
class Residue:
    """What is left of left − right: `polynomial` is empty exactly if the claim is proved."""

    polynomial: Polynomial
    ring: Ring
    conditions: tuple[Condition, ...]

    @property
    def is_zero(self) -> bool:
        return not self.polynomial


def new_ring(context: Context, budget: int, moved: frozenset[str] = frozenset()) -> Ring:
    """A ring that knows the domains of the context's variables.

    A derivative is taken by the names in `moved`: there y² = y must wait until it is taken.
    """
    table = {variable.name: _sign_name(variable.domain) for variable in context.variables}
    table = {name: known for name, known in table.items() if known in _REAL_SIGNS or name not in moved}
    ring = Ring(normal, {name: known for name, known in table.items() if known}, budget)
    ring.match = match.matcher(ring)
    for variable in context.variables:
        _state_bounds(ring, variable.name, len(variable.shape), variable.domain)
    return ring


_REAL_SIGNS = frozenset(("positive", "nonnegative"))


def _sign_name(domain: Domain) -> str:
    if domain.values is not None:
        if set(domain.values) == {0, 1}:
            return "binary"
        if set(domain.values) == {-1, 1}:
            return "sign"
    if domain.positive:
        return "positive"
    return "nonnegative" if domain.nonnegative else ""


def _state_bounds(ring: Ring, name: str, axes: int, domain: Domain) -> None:
    """Bounds other than 0 from below, and a stated 'nonzero', as facts about every entry."""
    if domain.values is not None or domain.index_of is not None:
        return
    low, high = (None if b is None else fmpq(b.numerator, b.denominator) for b in (domain.low, domain.high))
    if low is not None or high is not None:
        ring.bounds[name] = (low, high, domain.low_open, domain.high_open)
    names = tuple(f"@{k}" for k in range(axes))
    entry = ring.of(ring.atom(ENTRY, name, names))
    if domain.low is not None and domain.low != 0:
        known = signs.POSITIVE if domain.low_open else signs.NONNEGATIVE
        signs.state(ring, ring.sub(entry, ring.constant(domain.low)), frozenset(names), known)
    if domain.high is not None:
        known = signs.POSITIVE if domain.high_open else signs.NONNEGATIVE
        signs.state(ring, ring.sub(ring.constant(domain.high), entry), frozenset(names), known)
    if domain.nonzero:
        signs.state_nonzero(ring, entry, frozenset(names))


def residue(left: Expr, right: Expr, context: Context, budget: int = 200_000) -> Residue:
    """left − right over the common denominator; a second pass uses the definedness conditions."""
    if left == right:
        return Residue({}, new_ring(context, budget), ())
    moved = differentiated((left, right), context)
    first = _residue(left, right, context, budget, moved, ())
    if first.is_zero or not any(_useful(condition) for condition in first.conditions):
        return first
    second = _residue(left, right, context, budget, moved, first.conditions)
    return Residue(second.polynomial, second.ring, first.conditions)


def _useful(condition: Condition) -> bool:
    known = condition.kind != "defined" and (condition.kind != "kink" or condition.jump is not None)
    return known and not condition.guarded and bool(condition.polynomial)


def _residue(
    left: Expr,
    right: Expr,
    context: Context,
    budget: int,
    moved: frozenset[str],
    facts: tuple[Condition, ...],
) -> Residue:
    ring = new_ring(context, budget, moved)
    _state_facts(ring, context, facts)
    late = add_assumptions(ring, context, moved)
    late |= any(variable.name in moved and variable.domain.values for variable in context.variables)
    reader = Reader(ring, context)
    difference = ring.sub(reader.read(left), reader.read(right))
    reader.consistent()
    if late and difference:
        later = new_ring(context, budget)
        _state_facts(later, context, facts)
        add_assumptions(later, context, frozenset())
        difference = Transformation(later, everything=True)(difference)
        ring = later
    numerator, _ = powers.clear(ring, difference)
    for condition in reader.conditions:
        numerator = _off_kink(ring, numerator, condition) if not late else numerator
    if numerator:
        numerator = dependence.reduce_sums(ring, numerator)
    return Residue(_at_positions(ring, numerator, reader.ranges), ring, _unique(reader.conditions))


def _off_kink(ring: Ring, polynomial: Polynomial, condition: Condition) -> Polynomial:
    """1[T = 0]·jump = 0: where T is 0 and the jump is not, the derivative does not exist."""
    if not polynomial or condition.kind != "kink" or not condition.jump:
        return polynomial
    at_kink = indicators.is_zero(ring, condition.polynomial)
    product = ring.mul(at_kink, condition.jump)
    if not product:
        return polynomial
    indicator = {atom for monomial in at_kink for atom, _ in monomial}
    if len(product) == 1:
        return {m: c for m, c in polynomial.items() if not _multiple(ring, {m: c}, product, indicator)}
    return {} if _multiple(ring, polynomial, product, indicator) else polynomial


def _multiple(ring: Ring, polynomial: Polynomial, of: Polynomial, indicator: set[Atom]) -> bool:
    """Whether a polynomial is a monomial times another one that holds idempotent indicators."""
    (lead, a), (other, b) = leading(polynomial), leading(of)
    ratio: Monomial = merge(lead, tuple((atom, -e) for atom, e in other))
    ratio = tuple(item for item in ratio if item[0] not in indicator)
    if any(exponent < 0 for _, exponent in ratio):
        return False
    return ring.mul(of, {ratio: a / b}) == polynomial


def _at_positions(ring: Ring, polynomial: Polynomial, ranges: dict[str, Size]) -> Polynomial:
    """An index over a few positions is tried at each: there a sum was written term by term."""
    small = [name for name, over in ranges.items() if isinstance(over, int) and over <= MAX_WRITTEN]
    present = [name for name in small if any(name in free_of(monomial) for monomial in polynomial)]
    for choice in product(*(range(1, int(ranges[name]) + 1) for name in present)):
        instance = rename(ring, polynomial, dict(zip(present, choice, strict=True)))
        left, _ = powers.clear(ring, instance)
        if left:
            return left
    return {} if present else polynomial


def _unique(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple({(c.kind, str(c.shown), c.jump is None): c for c in conditions}.values())


def _state_facts(ring: Ring, context: Context, facts: tuple[Condition, ...]) -> None:
    for condition in facts:
        for polynomial in (condition.polynomial, condition.jump or {}):
            ring.reserve(name for monomial in polynomial for name in free_of(monomial))
    move = Transformation(ring, everything=True)
    for condition in facts:
        if _useful(condition):
            jump = None if condition.jump is None else move(condition.jump)
            replace(condition, polynomial=move(condition.polynomial), jump=jump).state(ring)
    state_positive(ring, context)


def state_positive(ring: Ring, context: Context) -> None:
    """What the context says is positive; of a positive max(0, a) it is a."""
    for expr in (*context.positive, *filter(None, (_active(context.expand(e)) for e in context.positive))):
        reader = Reader(ring, context)
        polynomial = reader.read(expr)
        signs.state(ring, polynomial, frozenset().union(*map(free_of, polynomial)))


def _active(expr: Expr) -> Expr | None:
    """The a of max(0, a)."""
    others = [arg for arg in expr.args if arg != 0] if isinstance(expr, sympy.Max) else []
    return others[0] if len(others) == 1 == len(expr.args) - 1 else None


def differentiated(exprs: Iterable[Expr], context: Context) -> frozenset[str]:
    """Names that a derivative is taken by, in the expressions or in what they are defined by."""
    found: set[str] = set()
    pending, seen = list(exprs), frozenset[str]()
    while pending:
        moved, names = _mentioned(pending.pop())
        found |= moved
        definitions = [context.definition(name) for name in names - seen]
        pending += [one.body for one in definitions if one is not None]
        seen |= names
    return frozenset(found)


@lru_cache(maxsize=1024)
def _mentioned(expr: Expr) -> tuple[frozenset[str], frozenset[str]]:
    """The names that derivatives in an expression are taken by, and all of its names."""
    nodes = list(sympy.preorder_traversal(expr))
    moved = frozenset(head_name(node.by) for node in nodes if isinstance(node, Partial))
    return moved, frozenset(node.name for node in nodes if isinstance(node, sympy.Symbol))


def add_assumptions(ring: Ring, context: Context, moved: frozenset[str] = frozenset()) -> bool:
    """Assumptions as rules; True if some must wait until all derivatives are taken.

    Σ y = 1 may replace the sum by 1 only after a derivative by y: the derivative of Σ y is 1, not 0.
    """
    late = False
    for left, right in context.assumptions:
        if context.used_in((left, right)) & moved:
            late = True
            continue
        try:
            _add_assumption(ring, context, left, right)
        except ShapeError as error:  # about the assumption: it says nothing against the claim
            raise OutsideClassError(f"an assumption is not read here: {error}") from error
    return late


def _add_assumption(ring: Ring, context: Context, left: Expr, right: Expr) -> None:
    """left = right as a rule for one atom that occurs once, alone and linearly."""
    reader = Reader(ring, context)
    difference = ring.sub(reader.read(left), reader.read(right))
    if not difference or _symmetry(ring, difference):
        return
    occurrences: dict[object, int] = {}
    for monomial in difference:
        for atom, _ in monomial:
            occurrences[atom] = occurrences.get(atom, 0) + 1
    for kind in (SUM, ENTRY):
        for monomial, value in difference.items():
            alone = len(monomial) == 1 and monomial[0][1] == 1
            if not alone or monomial[0][0].kind != kind or occurrences[monomial[0][0]] > 1:
                continue
            subject = monomial[0][0]
            rest = {m: -c / value for m, c in difference.items() if m != monomial}
            if not _mentions(rest, subject):
                match.add_rule(ring, subject, rest, frozenset().union(*map(free_of, difference)))
                return
    _finite_domain(ring, difference)


def _symmetry(ring: Ring, difference: Polynomial) -> bool:
    """A[i, j] = A[j, i], also of a family of matrices, or A[i, j] = −A[j, i], for all i and j."""
    if len(difference) != 2:
        return False
    (first, a), (second, b) = difference.items()
    entries = [m[0][0] for m in (first, second) if len(m) == 1 and m[0][1] == 1 and m[0][0].kind == ENTRY]
    if len(entries) != 2 or abs(a) != abs(b) or entries[0].args[0] != entries[1].args[0]:
        return False
    left, right = (atom.args[1] for atom in entries)
    names = len(set(left)) == len(left) > 1 and all(isinstance(index, str) for index in left)
    if not names or left != (*right[:-2], right[-1], right[-2]) or (a == b and len(left) > 2):
        return False
    (ring.symmetric if a == -b else ring.antisymmetric).add(entries[0].args[0])
    ring.reduce_entries(entries[0].args[0])
    return True


def _mentions(polynomial: Polynomial, subject: Atom) -> bool:
    """Whether replacing the subject could bring it back (an entry of the same array, say)."""
    name = getattr(subject, "args", ("",))[0]
    same = [a for m in polynomial for a, _ in m if a is subject or a.args[:1] == (name,)]
    return any(a is subject or not (_is_fixed(a) and _is_fixed(subject)) for a in same)


def _is_fixed(atom: Atom) -> bool:
    """Whether an atom is an entry at given positions: p[1], which is another one than p[2]."""
    return atom.kind == ENTRY and bool(atom.args[1]) and all(isinstance(place, int) for place in atom.args[1])


def _finite_domain(ring: Ring, difference: Polynomial) -> None:
    """y² = y and y² = 1 for every entry of y."""
    if len(difference) != 2:
        return
    (top, a), (low, b) = difference.items()
    if len(top) != 1 or top[0][1] != 2:
        top, low = low, top
    if len(top) != 1 or top[0][1] != 2 or top[0][0].kind != ENTRY or a != -b:
        return
    atom = top[0][0]
    general = all(isinstance(index, str) for index in atom.args[1])
    if general and (low == ((atom, 1),) or low == ()):
        ring.signs[atom.args[0]] = "binary" if low else "sign"
        ring.reduce_entries(atom.args[0])
