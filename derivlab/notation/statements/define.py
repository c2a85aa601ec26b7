"""Definitions: values, entries of new arrays, functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import sympy
from sympy import Expr, Symbol

from derivlab.errors import ShapeError, TooLargeError, UnreadableError
from derivlab.notation import syntax
from derivlab.notation.elaboration.compounds import is_compound
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.scope import Dim, Entry, Function, Scope
from derivlab.notation.elaboration.tensors import Hole, Size, Tensor, settled
from derivlab.notation.statements.following import can_follow
from derivlab.notation.statements.reach import LooseIndexError, widened
from derivlab.notation.statements.targets import INDEX_LETTERS, Target, index_letters
from derivlab.notation.syntax import Node
from derivlab.symbols import POSITIVE, REAL, Definition, Domain, free_symbols, index, names_in, substitute


def define(scope: Scope, target: Target, body: Node, left: Node) -> tuple[str, ...]:
    """Add the definition `left := body`; returns the readings to tell.

    Raises `UnreadableError` where the body is not read.
    """
    try:
        return _define(scope, target, body, left)
    except LooseIndexError as error:
        wider = widened(body, error.letter)
        if wider is None:
            raise
        notes = _define(scope, target, wider, left)
        return (*notes, f"the sum over {error.letter} goes on over the terms behind it")


def _define(scope: Scope, target: Target, body: Node, left: Node) -> tuple[str, ...]:
    if target.formals is None:
        return define_value(scope, target, body, left)
    for formal in target.formals:
        _declare_square(scope, formal, left)
    declared = [scope.lookup(formal) for formal in target.formals]
    if all(entry is not None and entry.kind in ("variable", "defined") for entry in declared):
        function = Function(target.formals, body, target.letters, stands=True)
        try:
            return define_value(scope, target, body, left, function)
        except UnreadableError as error:
            return _as_function(scope, target, body, left, error)
    return define_function(scope, target, body, left)


def _as_function(
    scope: Scope, target: Target, body: Node, left: Node, error: UnreadableError
) -> tuple[str, ...]:
    """`\\sigma(z) = 1/(1 + e^{-z})` with a vector z: a function of numbers; else the first error counts."""
    try:
        return define_function(scope, target, body, left)
    except UnreadableError:
        raise error from None


def define_value(
    scope: Scope, target: Target, body: Node, left: Node, function: Function | None = None
) -> tuple[str, ...]:
    """A value: `J = ...`, `p_i = ...`, `z = W x + c`."""
    elaborator = Elaborator(scope, letters=index_letters(body) | set(target.letters))
    for letter in target.letters:
        if scope.lookup(letter) is not None:
            elaborator.index(letter, left)  # a size elsewhere, an index here
    value = elaborator.tensor(body)
    letters = _letter_symbols(elaborator, target, left)
    elaborator.finish()
    axes = [index(name) for name in fresh_names(elaborator, value.rank)]
    expr = _with_labels(elaborator, target, value.entry(*axes))
    sizes = [elaborator.free[letter].size for letter in target.letters] + list(value.shape)
    shape = tuple(_dimension(size, left) for size in sizes)
    _no_other_letters(elaborator, target, (*letters, *axes), expr)
    old = scope.lookup(target.key)
    if old is not None and old.kind == "variable" and old.shape != shape and not target.renews:
        fail(
            left,
            f"{target.key} was declared with another shape than this value",
            "check the shapes",
            ShapeError,
        )
    follows = old is not None and not target.renews and can_follow(scope, old, names_in(expr))
    if follows and old is not None:
        identifier = old.name
    else:
        identifier = scope.identifier(target.key, fresh=old is not None or scope.is_taken(target.key))
    for extra in elaborator.extra:
        scope.identifier(extra.name)
        scope.define(extra)
    if is_compound(target.key):
        scope.compounds.add(target.key)
    keep = scope.rebind if follows else scope.define
    keep(Definition(identifier, expr, (*letters, *axes), shape, target.key))
    scope.add(
        Entry(
            target.key, identifier, "defined", shape, function=function, place=left.start, row=value.row,
            family=len(letters), by_entries=bool(letters),
        )
    )  # fmt: skip
    if target.square:
        _define_root(scope, target, scope.entries[target.key])
    return tuple(elaborator.notes)


def _declare_square(scope: Scope, formal: str, left: Node) -> None:
    """A parameter `\\sigma^2`, never declared: a positive number, and σ its root."""
    root = formal.removesuffix("^{2}")
    if root == formal or scope.lookup(formal) is not None or scope.lookup(root) is not None:
        return
    entry = Entry(formal, scope.identifier(formal), "variable", domain=POSITIVE, place=left.start)
    _define_root(scope, Target(formal, square=root), scope.add(entry))


def _define_root(scope: Scope, target: Target, square: Entry) -> None:
    """`\\sigma^2 = ...` also gives σ, as the root."""
    axes = tuple(index(f"axis_{k}") for k in range(len(square.shape)))
    body = sympy.sqrt(square.array[axes] if axes else square.array)
    identifier = scope.identifier(target.square, fresh=scope.is_taken(target.square))
    scope.define(Definition(identifier, body, axes, square.shape, target.square))
    root = replace(square, key=target.square, name=identifier, node=None, kind="defined", domain=REAL)
    scope.add(root)


def _with_labels(elaborator: Elaborator, target: Target, expr: Expr) -> Expr:
    """'For a fixed index m let J = -log p_m': m becomes a class label, on which J depends."""
    scope = elaborator.scope
    for letter, one in list(elaborator.free.items()):
        size = settled(one.size)
        if letter in scope.fixed and letter not in target.letters and not isinstance(size, Hole):
            entry = Entry(letter, scope.identifier(letter), "variable", domain=Domain(index_of=size))
            scope.fixed.discard(letter)
            expr = substitute(expr, {one.symbol: scope.add(entry).array})
    return expr


def _letter_symbols(elaborator: Elaborator, target: Target, left: Node) -> list[Symbol]:
    """The symbols of the index letters on the left; each must stand on an axis of the body."""
    return [elaborator.index(letter, left).symbol for letter in target.letters]


def _no_other_letters(elaborator: Elaborator, target: Target, own: tuple[Symbol, ...], expr: Expr) -> None:
    """Every index of the body stands on the left or is bound."""
    inside = free_symbols(expr) - set(own)
    for letter, one in elaborator.free.items():
        if one.symbol not in inside or letter in target.letters:
            continue
        hint = f"write it on the left too, e.g. ${target.key}_{letter} = ...$, or sum over it"
        if any(other.letter == letter and other is not one for other in elaborator.indices):
            hint = rf"a sum ends at the next + or -: put its terms in brackets, \sum_{letter} (a + b)"
        told = f"the index {letter} stands in the definition of {target.key} but not on its left"
        error = LooseIndexError(told, hint=hint.replace("\\\\", "\\"), start=one.start, end=one.end)
        error.letter = letter
        raise error


def fresh_names(elaborator: Elaborator, count: int) -> list[str]:
    """Names for the axes of a whole array: i, j, ... that the statement does not use."""
    used = {one.symbol.name for one in elaborator.indices} | {symbol.name for symbol in elaborator.made}
    names = (
        letter for letter in "ijklmnpqrstuv" if letter not in used and not elaborator.scope.is_taken(letter)
    )
    found = [name for name, _ in zip(names, range(count), strict=False)]
    return found + [f"axis_{k}" for k in range(len(found), count)]


def _dimension(size: Size, node: Node) -> Dim:
    found = settled(size)
    if isinstance(found, Hole):
        fail(node, "the size of this value cannot be told", r"give it one, e.g. $\mathbf{1}_K$ or $I_d$")
    return found


# ---------------------------------------------------------------------------- functions


def define_function(scope: Scope, target: Target, body: Node, left: Node) -> tuple[str, ...]:
    """A function of formal arguments that need no declaration."""
    assert target.formals is not None
    if _is_of_index(scope, target, body):
        target = replace(target, formals=(), letters=target.formals)
    function = Function(target.formals or (), body, target.letters, of_index=not target.formals)
    old = scope.lookup(target.key)
    identifier = scope.identifier(target.key, fresh=old is not None)
    entry = Entry(target.key, identifier, "function", function=function, place=left.start)
    try:
        shapes, names = _try_shapes(scope, target, body)
    except UnreadableError as error:
        if not _lacks_parameter(target, error):
            raise
        scope.add(entry)  # read where it is called
        return ()
    scope.add(entry)
    scope.direct[identifier] = names
    for formal, shape in zip(function.formals, shapes, strict=True):
        scope.implicit.setdefault(formal, shape)
    return ()


def _lacks_parameter(target: Target, error: UnreadableError) -> bool:
    """`h_\\theta(x) = \\theta^\\top x` before \\theta is declared: what it is, its calls tell."""
    _, _, parameter = target.key.partition("_{")
    return bool(parameter) and error.message.startswith(f"`{parameter[:-1]}` is not declared")


def _is_of_index(scope: Scope, target: Target, body: Node) -> bool:
    """`\\pi(a) = e^{\\theta_a} / Z`: the argument is an index, and nothing else in the body."""
    formals = target.formals or ()
    if len(formals) != 1 or target.letters or formals[0] not in INDEX_LETTERS or scope.lookup(formals[0]):
        return False
    names = [node.text for node in syntax.walk(body) if isinstance(node, syntax.Name)]
    subscripts = [node.sub for node in syntax.walk(body) if isinstance(node, syntax.Script) and node.sub]
    inside = [one.text for sub in subscripts for one in syntax.walk(sub) if isinstance(one, syntax.Name)]
    return 0 < names.count(formals[0]) == inside.count(formals[0])


def _try_shapes(
    scope: Scope, target: Target, body: Node
) -> tuple[tuple[tuple[Dim, ...], ...], frozenset[str]]:
    """Shapes of the arguments at which the body reads and has the fewest axes; and the names in it."""
    assert target.formals is not None
    first_error: UnreadableError | None = None
    best: tuple[int, tuple[tuple[Dim, ...], ...], frozenset[str]] | None = None
    for shapes in _candidates(scope, target):
        try:
            rank, names = _names_at(scope, target, body, shapes)
        except UnreadableError as error:
            first_error = first_error or error
            if isinstance(error, TooLargeError):
                break
            if not isinstance(error, ShapeError) and "is not declared" in error.message:
                break
            continue
        if best is None or rank < best[0]:
            best = rank, shapes, names
        if rank == 0:
            break
    if best is None:
        assert first_error is not None
        raise first_error
    return best[1:]


def _candidates(scope: Scope, target: Target) -> Iterator[tuple[tuple[Dim, ...], ...]]:
    """Shapes to try: the one of the signature; else declared ones, then scalars, then vectors."""
    formals = target.formals or ()
    signature = scope.signatures.get(target.key)
    if signature is not None and len(formals) == 1:
        yield (signature,)
        return
    sizes: list[Dim] = [entry.array for entry in scope.of_kind("dimension")][:6]
    shapes: list[tuple[Dim, ...]] = [(), *((size,) for size in sizes)]
    own = [
        [entry.shape] if (entry := scope.lookup(formal)) and entry.kind == "variable" else []
        for formal in formals
    ]
    choices = [known + [shape for shape in shapes if shape not in known] for known in own]
    for number, combination in enumerate(sorted(product(*choices), key=lambda c: sum(map(len, c)))):
        if number > 40:
            return
        yield combination
    hole: tuple[Dim, ...] = (Hole(),)
    yield (hole,) * len(formals)


def _names_at(
    scope: Scope, target: Target, body: Node, shapes: tuple[tuple[Dim, ...], ...]
) -> tuple[int, frozenset[str]]:
    """Elaborate the body with arguments of these shapes: its axes, and the names in it."""
    assert target.formals is not None
    elaborator = Elaborator(scope, letters=index_letters(body) | set(target.letters))
    frame = {formal: stand_in(formal, shape) for formal, shape in zip(target.formals, shapes, strict=True)}
    elaborator.locals.append(frame)
    value = elaborator.tensor(body)
    for letter in target.letters:
        elaborator.index(letter, body)
    elaborator.finish()
    if any(isinstance(settled(size), Hole) for shape in (value.shape, *shapes) for size in shape):
        return value.rank, frozenset()
    axes = [index(f"axis_{k}") for k in range(value.rank)]
    expr = value.entry(*axes)
    _no_other_letters(elaborator, target, tuple(axes), expr)
    return value.rank, frozenset(symbol.name for symbol in free_symbols(expr))


def stand_in(key: str, shape: tuple[Dim, ...]) -> Tensor:
    """A formal argument of a shape, with a name that no document has."""
    name = f"formal {key}"
    if not shape:
        symbol = Symbol(name, real=True)
        return Tensor((), lambda: symbol)
    sizes = tuple(1 if isinstance(size, Hole) else size for size in shape)
    array = sympy.IndexedBase(name, shape=sizes, real=True)
    return Tensor(shape, lambda *at: array[at])
