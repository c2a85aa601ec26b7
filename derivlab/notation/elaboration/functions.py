"""Functions that a document defines: f(x), f(x)_i, f'(x), and J(θ) at other arguments."""

from __future__ import annotations

from sympy import Expr, Indexed, Symbol

from derivlab.errors import TooLargeError, UnreadableError
from derivlab.notation.elaboration.arithmetic import scalar_of
from derivlab.notation.elaboration.atoms import array_of
from derivlab.notation.elaboration.core import MAX_ALL_CALLS, MAX_CALLS, Elaborator, Index, fail
from derivlab.notation.elaboration.inverses import power_of
from derivlab.notation.elaboration.names import Found, spelling
from derivlab.notation.elaboration.numbers import power
from derivlab.notation.elaboration.points import derivative_at
from derivlab.notation.elaboration.resolved import Application
from derivlab.notation.elaboration.scope import Entry, Function
from derivlab.notation.elaboration.subscripts import entry_at
from derivlab.notation.elaboration.tensors import Tensor, mapped, once, scalar
from derivlab.notation.syntax import Node
from derivlab.symbols import Partial, head_name, index, rebuild, substitute


def raised_value(elaborator: Elaborator, value: Tensor, sup: Node, node: Node) -> Tensor:
    """`\\tan^2 x` is the square of the value, entry by entry."""
    exponent = scalar_of(elaborator, sup)
    return mapped(lambda entry: power(entry, exponent.entry(), node), value)


def of_document(elaborator: Elaborator, found: Found, node: Application) -> Tensor:
    entry = found.entry
    if found.sup is not None and power_of(found.sup) == (-1, False):
        hint = f"name the inverse function, and say what it is; one over the value is 1/{entry.key}(x)"
        fail(node, f"the inverse of {entry.key} is not read", hint)
    value = _applied(elaborator, entry, found.primes, node)
    if found.sub is not None:
        value = entry_at(elaborator, value, found.sub, node, entry.key)
    return value if found.sup is None else raised_value(elaborator, value, found.sup, node)


def _applied(elaborator: Elaborator, entry: Entry, primes: int, node: Application) -> Tensor:
    function = entry.function
    if function is None:
        return array_of(entry)
    if function.of_index and len(node.arguments) == 1:
        value = called(elaborator, entry, function, (), node)
        return entry_at(elaborator, value, node.arguments[0], node, entry.key)
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
    context = scope.context()
    used = context.defined_from(entry.name)
    if any(
        not one.names.isdisjoint(used) and context.made_of(one) & places.keys() for one in context.inverses
    ):
        hint = "write the value out"
        fail(node, f"{entry.key} holds an inverse or a determinant and is not read at another argument", hint)

    def swap(part: Expr) -> Expr | None:
        if isinstance(part, Partial) and head_name(part.by) in places:
            fail(node, f"{entry.key} holds a derivative and is not read at another argument", "write it out")
        if isinstance(part, Symbol | Indexed) and head_name(part) in places:
            return _entry_of(places[head_name(part)], getattr(part, "indices", ()))
        return None

    def value(*at: Expr) -> Expr:
        head = entry.array[at] if entry.shape else entry.array
        return rebuild(scope.context().expand(head), swap)

    return once(entry.shape, value)


def _entry_of(value: Tensor, at: tuple[Expr, ...]) -> Expr:
    """The entry at indices of another formula, which this one's own sums may not capture."""
    axes = [index(f"axis_{k}_of_an_argument") for k in range(len(at))]
    return substitute(value.entry(*axes), dict(zip(axes, at, strict=True)))


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
    except UnreadableError as error:
        del elaborator.indices[before[0] :], elaborator.links[before[1] :]
        elaborator.notes = before[2]
        value = _entry_by_entry(elaborator, entry, function, arguments, node)
        if value is None:
            raise error from None
        return value


def _entry_by_entry(
    elaborator: Elaborator, entry: Entry, function: Function, arguments: tuple[Tensor, ...], node: Node
) -> Tensor | None:
    """A function of numbers at an array: the body at a stand-in, replaced by each entry.

    None where its value at a number is an array.
    """
    stand_ins = [Symbol(f"entry_{k}", real=True) for k in range(len(arguments))]
    body = _body(elaborator, entry, function, tuple(map(scalar, stand_ins)), node)
    if body.rank:
        return None
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
    declared = elaborator.scope.lookup(function.formals[0]) if function.stands else None
    if declared is not None and declared.shape and arguments[0].rank:
        fail(node, f"{entry.key} takes a vector", rf"write \nabla {entry.key}({function.formals[0]})")
    stand_in = index_free_symbol(elaborator)
    body = _body(elaborator, entry, function, (scalar(stand_in),), node)
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
