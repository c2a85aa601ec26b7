"""Applications: builtin functions, functions of the document, and their derivatives f'(x)."""

from __future__ import annotations

import sympy
from sympy import Symbol

from derivlab.notation import syntax
from derivlab.notation.elaboration.arithmetic import scalar_of
from derivlab.notation.elaboration.builtins import FUNCTIONS, Builtin, index_in, of_entry
from derivlab.notation.elaboration.core import (
    Elaborator,
    fail,
    problem,
    rule,
)
from derivlab.notation.elaboration.functions import of_document, raised_value
from derivlab.notation.elaboration.names import Spelling, find, spelling
from derivlab.notation.elaboration.points import derivative_at
from derivlab.notation.elaboration.resolved import Application
from derivlab.notation.elaboration.subscripts import entry_at
from derivlab.notation.elaboration.tensors import Tensor, mapped
from derivlab.notation.elaboration.unknown import undeclared
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node
from derivlab.symbols import substitute

INVERSES = {
    r"\sin": r"\arcsin", r"\cos": r"\arccos", r"\tan": r"\arctan",
    r"\sinh": "arsinh", r"\cosh": "arcosh", r"\tanh": "artanh",
}  # fmt: skip


@rule(Application)
def _application(elaborator: Elaborator, node: Application) -> Tensor:
    spelled = spelling(node.head)
    if spelled is None:
        fail(node.head, "this is not the name of a function", "write f(x) with a name f")
    found = find(elaborator.scope, spelled)
    if found is not None:
        return of_document(elaborator, found, node)
    builtin = FUNCTIONS.get(spelled.key)
    if builtin is None:
        undeclared(elaborator, node.head, spelled)
    return _of_builtin(elaborator, builtin, spelled, node)


# ---------------------------------------------------------------------------- builtin functions


def _of_builtin(elaborator: Elaborator, builtin: Builtin, spelled: Spelling, node: Application) -> Tensor:
    """`\\log_2 x`, `\\tan^2 x`, `\\sin^{-1} x`, `\\sigma'(x)`, `\\operatorname{softmax}(z_i)`."""
    if _is_minus_one(spelled.sup):
        inverse = INVERSES.get(spelled.key)
        if inverse is None:
            fail(node.head, f"the inverse of {builtin.name} is not read", "write it out")
        elaborator.note(f"{to_latex(node.head).strip()} is the inverse function")
        return _of_builtin(elaborator, FUNCTIONS[inverse], Spelling(inverse), node)
    before = set(elaborator.free)
    arguments = tuple(elaborator.tensor(argument) for argument in node.arguments)
    if builtin.name == "diag" and len(arguments) == 1:
        arguments = (_over_own_letter(elaborator, arguments[0], before, node),)
    value = _value(elaborator, builtin, arguments, node)
    if spelled.primes:
        value = _builtin_derivative(elaborator, builtin, arguments, spelled.primes, node)
    if spelled.sub is not None:
        value = _subscripted(elaborator, builtin, value, spelled.sub, node)
    return value if spelled.sup is None else raised_value(elaborator, value, spelled.sup, node)


def _over_own_letter(elaborator: Elaborator, value: Tensor, before: set[str], node: Application) -> Tensor:
    """`\\operatorname{diag}(p_i (1 - p_i))` is that of the vector over i: a letter of its own."""
    own = [letter for letter in elaborator.free if letter not in before]
    if value.rank or len(own) != 1:
        return value
    one = elaborator.free.pop(own[0])
    elaborator.note(f"{to_latex(node).strip()} has the entries over {own[0]}")
    body = value.entry()
    return Tensor((one.size,), lambda at: substitute(body, {one.symbol: at}))


def _value(
    elaborator: Elaborator, builtin: Builtin, arguments: tuple[Tensor, ...], node: Application
) -> Tensor:
    if builtin.name in ("softmax", "log-softmax") and len(arguments) == 1 and arguments[0].rank == 0:
        return _softmax_of_entry(elaborator, arguments[0], builtin, node)
    return builtin.apply(elaborator, arguments, node)


def _softmax_of_entry(
    elaborator: Elaborator, argument: Tensor, builtin: Builtin, node: Application
) -> Tensor:
    """`softmax(z_i)`: entry i of softmax(z)."""
    letters = index_in(elaborator, argument.entry())
    letter = letters[0] if len(letters) == 1 else _last_letter(elaborator, node.arguments[0])
    if letter is None:
        hint = r"write \operatorname{softmax}(z)_i with a vector z"
        fail(node, "softmax needs a vector, not a scalar", hint)
    text = to_latex(node.arguments[0]).strip()
    elaborator.note(f"{builtin.name}({text}) is entry {letter} of the {builtin.name} over {letter}")
    value = of_entry(elaborator, argument, letter, node)
    return mapped(sympy.log, value) if builtin.name == "log-softmax" else value


def _last_letter(elaborator: Elaborator, node: Node) -> Symbol | None:
    """The last index letter of `z_{ij}`."""
    if not isinstance(node, syntax.Script) or node.sub is None:
        return None
    factors = node.sub.factors if isinstance(node.sub, syntax.Product) else (node.sub,)
    last = factors[-1]
    one = elaborator.find_index(last.text) if isinstance(last, syntax.Name) else None
    return one.symbol if one is not None else None


def _is_minus_one(sup: Node | None) -> bool:
    return (
        isinstance(sup, syntax.Sum)
        and sup.signs == ("-",)
        and isinstance(sup.terms[0], syntax.Number)
        and sup.terms[0].text == "1"
    )


def _subscripted(
    elaborator: Elaborator, builtin: Builtin, value: Tensor, sub: Node, node: Application
) -> Tensor:
    """`\\log_2` is a base; `\\operatorname{softmax}_i(z)` an entry."""
    if builtin.name == "log":
        base = scalar_of(elaborator, sub)
        return mapped(lambda entry: entry / sympy.log(base.entry()), value)
    if value.rank:
        return entry_at(elaborator, value, sub, node, builtin.name)
    if builtin.name == "softmax":
        return value
    raise problem(
        node.head, f"a subscript on {builtin.name} is not read", "remove it, or define the function"
    )


def _builtin_derivative(
    elaborator: Elaborator, builtin: Builtin, arguments: tuple[Tensor, ...], primes: int, node: Application
) -> Tensor:
    function = builtin.scalar
    if function is None:
        fail(
            node.head,
            f"{builtin.name}' is not read",
            r"write the derivative with \frac{\partial}{\partial z_i}",
        )
    return mapped(lambda at: derivative_at(elaborator, function, at, primes), arguments[0])
