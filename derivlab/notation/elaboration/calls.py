"""Applications: builtin functions, functions of the document, and their derivatives f'(x)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import sympy
from sympy import Expr, Indexed, Symbol

from derivlab.errors import TooLargeError, UnreadableError
from derivlab.notation import syntax
from derivlab.notation.elaboration.arithmetic import scalar_of
from derivlab.notation.elaboration.atoms import array_of
from derivlab.notation.elaboration.builtins import FUNCTIONS, Builtin, index_in, of_entry
from derivlab.notation.elaboration.core import MAX_ALL_CALLS, MAX_CALLS, Elaborator, Index, fail, problem, rule
from derivlab.notation.elaboration.names import Found, Spelling, find, spelling
from derivlab.notation.elaboration.numbers import power
from derivlab.notation.elaboration.points import derivative_at
from derivlab.notation.elaboration.resolved import Application
from derivlab.notation.elaboration.scope import Entry, Function
from derivlab.notation.elaboration.subscripts import entry_at
from derivlab.notation.elaboration.tensors import Tensor, mapped, once, scalar
from derivlab.notation.elaboration.unknown import undeclared
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node
from derivlab.symbols import Partial, head_name, index, rebuild, substitute

INVERSES = {r"\sin": r"\arcsin", r"\cos": r"\arccos", r"\tan": r"\arctan", r"\sinh": "arsinh", r"\cosh": "arcosh",
            r"\tanh": "artanh"}  # fmt: skip


@rule(Application)
def _application(elaborator: Elaborator, node: Application) -> Tensor:
    spelled = spelling(node.head)
    if spelled is None:
        fail(node.head, "this is not the name of a function", "write f(x) with a name f")
    found = find(elaborator.scope, spelled)
    if found is not None:
        return _of_document(elaborator, found, node)
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
    arguments = tuple(elaborator.tensor(argument) for argument in node.arguments)
    value = _value(elaborator, builtin, arguments, node)
    if spelled.primes:
        value = _builtin_derivative(elaborator, builtin, arguments, spelled.primes, node)
    if spelled.sub is not None:
        value = _subscripted(elaborator, builtin, value, spelled.sub, node)
    return value if spelled.sup is None else _power(elaborator, value, spelled.sup, node)


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
    raise problem(node.head, f"a subscript on {builtin.name} is not read", "remove it, or define the function")


def _power(elaborator: Elaborator, value: Tensor, sup: Node, node: Node) -> Tensor:
    """`\\tan^2 x` is the square of the value, entry by entry."""
    exponent = scalar_of(elaborator, sup)
    return mapped(lambda entry: power(entry, exponent.entry(), node), value)


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


# ---------------------------------------------------------------------------- functions of the document


def _of_document(elaborator: Elaborator, found: Found, node: Application) -> Tensor:
    entry = found.entry
    value = _applied(elaborator, entry, found.primes, node)
    if found.sub is not None:
        value = entry_at(elaborator, value, found.sub, node, entry.key)
    return value if found.sup is None else _power(elaborator, value, found.sup, node)


def _applied(elaborator: Elaborator, entry: Entry, primes: int, node: Application) -> Tensor:
    function = entry.function
    if function is None:
        return array_of(entry)
    if len(function.formals) != len(node.arguments):
        count = len(function.formals)
        told = f"{entry.key} takes {count} argument{'s' if count > 1 else ''}, not {len(node.arguments)}"
        fail(node, told, f"write {entry.key}({', '.join(function.formals)})")
    if function.stands and not primes and _same_names(elaborator, function, node):
        return array_of(entry)
    arguments = tuple(elaborator.tensor(argument) for argument in node.arguments)
    if primes:
        return _derived(elaborator, entry, function, arguments, primes, node)
    if function.stands:
        moved = _moved(elaborator, entry, function, arguments, node)
        if moved is not None:
            return moved
    return called(elaborator, entry, function, arguments, node)


def _same_names(elaborator: Elaborator, function: Function, node: Application) -> bool:
    """Whether the arguments are the formal names themselves, as in `J(\\theta)`."""
    for formal, argument in zip(function.formals, node.arguments, strict=True):
        spelled = spelling(argument)
        if spelled is None or spelled.key != formal or spelled.sub or spelled.sup or spelled.primes:
            return False
        if elaborator.local(formal) is not None:
            return False
    return True


def _moved(
    elaborator: Elaborator, entry: Entry, function: Function, arguments: tuple[Tensor, ...], node: Node
) -> Tensor | None:
    """J at other arguments, where J depends on its formal names through other definitions too.

    None where an argument has another shape than the name (σ(z) = ..., used for scalars).
    """
    scope = elaborator.scope
    places: dict[str, Tensor] = {}
    for formal, argument in zip(function.formals, arguments, strict=True):
        declared = scope.lookup(formal)
        if declared is None or declared.kind != "variable" or len(declared.shape) != argument.rank:
            return None
        if any(size != argument.shape[k] for k, size in enumerate(declared.shape)):
            return None
        places[declared.name] = argument

    def swap(part: Expr) -> Expr | None:
        if isinstance(part, Partial) and head_name(part.by) in places:
            fail(node, f"{entry.key} holds a derivative and is not read at another argument", "write it out")
        if isinstance(part, Symbol | Indexed) and head_name(part) in places:
            return places[head_name(part)].entry(*getattr(part, "indices", ()))
        return None

    def value(*at: Expr) -> Expr:
        head = entry.array[at] if entry.shape else entry.array
        return rebuild(scope.context().expand(head), swap)

    return once(entry.shape, value)


def called(
    elaborator: Elaborator, entry: Entry, function: Function, arguments: tuple[Tensor, ...], node: Node
) -> Tensor:
    """The body with the arguments in place of the formal names; arrays entry by entry if need be."""
    if all(argument.rank == 0 for argument in arguments):
        return _body(elaborator, entry, function, arguments, node)
    before = len(elaborator.indices), len(elaborator.links), dict(elaborator.notes)
    try:
        return _body(elaborator, entry, function, arguments, node)
    except TooLargeError:
        raise
    except UnreadableError:
        del elaborator.indices[before[0] :], elaborator.links[before[1] :]
        elaborator.notes = before[2]
        return _entry_by_entry(elaborator, entry, function, arguments, node)


def _entry_by_entry(
    elaborator: Elaborator, entry: Entry, function: Function, arguments: tuple[Tensor, ...], node: Node
) -> Tensor:
    """A function of numbers at an array: the body at a stand-in, replaced by each entry."""
    stand_ins = [Symbol(f"entry_{k}", real=True) for k in range(len(arguments))]
    body = _body(elaborator, entry, function, tuple(map(scalar, stand_ins)), node)
    shape = next(one for one in arguments if one.rank)
    elaborator.note(f"{entry.key} of an array is taken entry by entry")

    def value(*at: Expr) -> Expr:
        places = {
            stand_in: one.entry(*at) if one.rank else one.entry()
            for stand_in, one in zip(stand_ins, arguments, strict=True)
        }
        return substitute(body.entry(), places)

    return once(shape.shape, value, shape.row)


def _body(
    elaborator: Elaborator, entry: Entry, function: Function, arguments: tuple[Tensor, ...], node: Node
) -> Tensor:
    """Elaborate the body of a function with its formal names bound."""
    elaborator.calls += 1
    if len(elaborator.locals) >= MAX_CALLS or elaborator.calls > MAX_ALL_CALLS:
        fail(
            node,
            f"functions call each other more than {MAX_CALLS} deep",
            "write the value out",
            TooLargeError,
        )
    frame = dict(elaborator.locals[-1]) if elaborator.locals else {}
    frame.update(zip(function.formals, arguments, strict=True))
    letters = {letter: elaborator.make(letter, node) for letter in function.letters}
    elaborator.locals.append(frame)
    elaborator.bound.append(letters)
    try:
        value = elaborator.tensor(function.body)
    except UnreadableError as error:
        raise type(error)(
            f"in {entry.key}: {error.message}", hint=error.hint, start=node.start, end=node.end
        ) from None
    finally:
        elaborator.locals.pop()
        elaborator.bound.pop()
    return _over_letters(value, list(letters.values())) if letters else value


def _over_letters(value: Tensor, letters: list[Index]) -> Tensor:
    """`f(x)_i = ...`: the body's letters become axes."""
    symbols = [one.symbol for one in letters]
    shape = tuple(one.size for one in letters)

    def entry(*at: Expr) -> Expr:
        mine, rest = at[: len(symbols)], at[len(symbols) :]
        return substitute(value.entry(*rest), dict(zip(symbols, mine, strict=True)))

    return once(shape + value.shape, entry)


def _derived(
    elaborator: Elaborator,
    entry: Entry,
    function: Function,
    arguments: tuple[Tensor, ...],
    primes: int,
    node: Application,
) -> Tensor:
    """f'(x), f''(x) of a function of one number; of an array entry by entry."""
    if len(arguments) != 1:
        fail(node, f"{entry.key}' of several arguments is not read", r"write \frac{\partial}{\partial x}")
    if function.stands and (declared := elaborator.scope.lookup(function.formals[0])) is not None:
        if declared.shape and arguments[0].rank:
            fail(node, f"{entry.key} takes a vector", rf"write \nabla {entry.key}({function.formals[0]})")
    stand_in = index_free_symbol(elaborator)
    body = _body(elaborator, replace(entry), function, (scalar(stand_in),), node)
    if body.rank:
        fail(node, f"{entry.key}' is not read: the value is {body.describe()}", "write it with indices")

    def at_point(value: Expr) -> Expr:
        return substitute(body.entry(), {stand_in: value})

    return mapped(lambda at: derivative_at(elaborator, at_point, at, primes), arguments[0])


def index_free_symbol(elaborator: Elaborator) -> Symbol:
    """A scalar stand-in that no name of the document has."""
    number = 0
    while elaborator.scope.is_taken(f"argument_{number}"):
        number += 1
    return Symbol(f"argument_{number}", real=True)


Pointwise = Callable[[Expr], Expr]
__all__ = ["Pointwise", "called", "index"]
