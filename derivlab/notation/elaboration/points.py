"""f'(u): the derivative of a function at a point that may be any expression.

The node `Partial` is by a name. Where u is no name, or where f's body mentions u's name by itself, a
new name t := u is defined for this statement, and f(t) is derived by t.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Indexed, IndexedBase, Symbol

from derivlab.notation.elaboration.core import Elaborator
from derivlab.notation.elaboration.tensors import settled
from derivlab.symbols import Definition, Partial, free_symbols, head_name, names_in


def derivative_at(elaborator: Elaborator, function: Callable[[Expr], Expr], at: Expr, order: int) -> Expr:
    """The derivative of that order of `function` at `at`."""
    point = at if _is_own_name(elaborator, function, at) else _named(elaborator, at)
    value = function(point)
    for _ in range(order):
        value = Partial(value, point)
    return value


def _is_own_name(elaborator: Elaborator, function: Callable[[Expr], Expr], at: Expr) -> bool:
    """Whether `at` is a name that the body of the function does not mention by itself."""
    if not isinstance(at, Symbol | Indexed) or (isinstance(at, Symbol) and at.is_integer):
        return False
    direct = set(names_in(function(Symbol("probe_of_the_argument", real=True))))
    depends = direct.union(*(elaborator.scope.depends(name) for name in direct))
    return head_name(at) not in depends


def _named(elaborator: Elaborator, value: Expr) -> Expr:
    """A new name for `value`: an array over the indices that occur in it."""
    for known in elaborator.extra:
        if known.body == value:
            return known.head
    letters = sorted((one for one in free_symbols(value) if one in elaborator.made), key=lambda one: one.name)
    shape = tuple(settled(elaborator.made[one].size) for one in letters)
    number = len(elaborator.extra) + 1
    name = f"t{number}"
    while elaborator.scope.is_taken(name):
        number += 1
        name = f"t{number}"
    elaborator.extra.append(Definition(name, value, tuple(letters), shape, name))
    if not letters:
        return Symbol(name, real=True)
    return IndexedBase(name, shape=shape, real=True)[tuple(letters)]
