"""Whether a forgotten factor is the derivative of what stands inside a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import sympy
from sympy import Expr, Indexed, KroneckerDelta, Symbol

from derivlab.calculus.closing import closed_form
from derivlab.diagnosis.situation import Situation
from derivlab.errors import DerivlabError
from derivlab.symbols import Partial, free_symbols, head_name, index, names_in, substitute

MAX_INNER = 12
MAX_NODES = 40  # of an inner function whose derivative is worth its time
ELEMENTARY: dict[type, Callable[[Expr], Expr]] = {
    sympy.sin: sympy.cos,
    sympy.cos: lambda u: -sympy.sin(u),
    sympy.sinh: sympy.cosh,
    sympy.cosh: sympy.sinh,
    sympy.tanh: lambda u: 1 - sympy.tanh(u) ** 2,
    sympy.log: lambda u: 1 / u,
    sympy.exp: sympy.exp,
}


def is_inner_derivative(at: Situation, factor: Expr) -> bool:
    """Whether the factor is ∂u/∂v for a function f(u) in what is derived by v."""
    if factor.has(Partial):
        return True
    wanted = _anonymous(at, factor)
    found = inner_derivatives(at, frozenset(names_in(wanted)) - {"bound"})
    return any(wanted in (_anonymous(at, inner), _anonymous(at, -inner)) for inner in found)


def _anonymous(at: Situation, expr: Expr) -> Expr:
    """The expression with every index that is bound somewhere under one name."""
    free = set(at.free) | set(at.axes)
    bound = [one for one in free_symbols(expr) if one.is_integer and not one.is_positive and one not in free]
    return substitute(expr, dict.fromkeys(bound, index("bound")))


def inner_derivatives(at: Situation, names: frozenset[str]) -> list[Expr]:
    """The derivatives of the inner functions that have these names, as derivlab writes them."""
    found: dict[Expr, None] = {}
    for node in sympy.preorder_traversal(at.base.left):
        if isinstance(node, Partial):
            body = at.context.expand(node.body, keep=(head_name(node.by),))
            found.update(dict.fromkeys(_outright(body, node.by)))
            for inner in (one for one in _inner(body, node.by) if _has(one, names - set(names_in(node.by)))):
                try:
                    form = closed_form(Partial(inner, node.by), at.context)
                except DerivlabError:
                    continue
                form = None if form is None else _without_deltas(form)
                if form is not None and form not in (0, 1, -1):
                    found[form] = None
            if len(found) > MAX_INNER:
                break
    return list(found)


def _outright(body: Expr, by: Expr) -> Iterator[Expr]:
    """cos x for the sin x inside sin² x: the derivative of a function of the variable itself."""
    for node in sympy.preorder_traversal(body):
        derivative = ELEMENTARY.get(type(node))
        if derivative is not None and node.args[0] == by:
            yield derivative(by)


def _has(inner: Expr, names: frozenset[str]) -> bool:
    return names <= set(names_in(inner))


def _without_deltas(form: Expr) -> Expr:
    """a δ_ik: the factor is a."""
    return sympy.Mul(*(one for one in sympy.Mul.make_args(form) if not isinstance(one, KroneckerDelta)))


def _is_large(expr: Expr) -> bool:
    return sum(1 for _ in islice(sympy.preorder_traversal(expr), MAX_NODES + 1)) > MAX_NODES


def _inner(body: Expr, by: Expr) -> Iterator[Expr]:
    """What functions and powers in `body` are applied to, where it is more than a name."""
    seen: set[Expr] = set()
    for node in sympy.preorder_traversal(body):
        inner = None
        if isinstance(node, sympy.Function) or (isinstance(node, sympy.Pow) and node.exp.is_number):
            inner = node.args[0]
        if inner is None or isinstance(inner, Symbol | Indexed) or inner in seen or _is_large(inner):
            continue
        seen.add(inner)
        if free_symbols(inner) & free_symbols(by):
            yield inner
