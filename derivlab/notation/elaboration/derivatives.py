"""Derivatives as `Partial` nodes: by entries, by whole vectors and matrices, in either layout."""

from __future__ import annotations

from dataclasses import replace

import sympy
from sympy import Expr, Indexed, Symbol

from derivlab.notation import syntax
from derivlab.notation.elaboration import linear
from derivlab.notation.elaboration.core import Elaborator, fail, problem, rule
from derivlab.notation.elaboration.names import find, is_transpose, spelling
from derivlab.notation.elaboration.resolved import Application, Derivative, KeyName, Nabla
from derivlab.notation.elaboration.scope import Entry
from derivlab.notation.elaboration.tensors import Tensor, once
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node
from derivlab.symbols import Partial, free_symbols


@rule(Derivative)
def _derivative(elaborator: Elaborator, node: Derivative) -> Tensor:
    return derivative(elaborator, node.body, node.by, node)


def derivative(elaborator: Elaborator, body: Node, bys: tuple[Node, ...], node: Node) -> Tensor:
    r"""∂ body / ∂ by_1 ∂ by_2 ...: the last is taken first, as in `\partial^2 J / \partial x \partial y`."""
    value = elaborator.tensor(_at_variable(elaborator, body, bys))
    for by in reversed(bys):
        value = by_one(elaborator, value, variable(elaborator, by), node)
    return value


def _at_variable(elaborator: Elaborator, body: Node, bys: tuple[Node, ...]) -> Node:
    r"""`\frac{d\sigma}{dx}` of a function σ of one argument is the derivative of σ(x)."""
    spelled = spelling(body)
    found = (
        find(elaborator.scope, spelled)
        if spelled is not None and elaborator.local(spelled.key) is None
        else None
    )
    if found is None or found.entry.kind != "function" or found.sub is not None or found.primes:
        return body
    function = found.entry.function
    if function is None or len(function.formals) != 1 or any(by != bys[0] for by in bys):
        return body
    by = spelling(bys[0])
    if by is not None and by.key != function.formals[0]:
        elaborator.note(f"{found.entry.key} stands for {found.entry.key}({by.key})")
    whole = by is not None and by.key == function.formals[0] and by.sub is not None
    argument = KeyName(by.key, start=body.start, end=body.end) if whole and by is not None else bys[0]
    return Application(body, (argument,), start=body.start, end=body.end)


def variable(elaborator: Elaborator, by: Node) -> Tensor:
    """What a derivative is taken by; `\\theta^\\top` asks for a row."""
    if isinstance(by, syntax.Script) and is_transpose(by.sup):
        plain = syntax.Script(by.base, by.sub, None, by.primes, start=by.start, end=by.end)
        inner = elaborator.tensor(plain)
        return Tensor(inner.shape, inner.entry, row=True) if inner.rank == 1 else inner
    if isinstance(by, syntax.Group) and by.kind in ("(", "[") and len(by.items) == 1:
        by = by.items[0]
    value = elaborator.tensor(by)
    return Tensor(value.shape, lambda *at: _checked(value.entry(*at), by), value.row)


def _checked(entry: Expr, by: Node) -> Expr:
    if isinstance(entry, Symbol) and entry.is_integer:
        fail(by, f"`{to_latex(by).strip()}` counts something; no derivative is taken by it", "")
    if isinstance(entry, Symbol | Indexed):
        return entry
    raise problem(
        by,
        f"a derivative is taken by a name or an entry, not by `{to_latex(by).strip()}`",
        "give the expression a name, e.g. $u := x + y$, and derive by u",
    )


def by_one(elaborator: Elaborator, body: Tensor, by: Tensor, node: Node) -> Tensor:
    """One derivative; of two vectors the matrix with entry (i, j) = ∂p_i/∂z_j."""
    if body.rank + by.rank > 2:
        hint = r"write it with indices, e.g. \frac{\partial W_{ij}}{\partial v_k}"
        fail(node, f"the derivative of {body.describe()} by {by.describe()} has more than two axes", hint)
    if by.rank == 0:
        return once(body.shape, lambda *at: Partial(body.entry(*at), by.entry()), body.row)
    if by.rank == 1:
        elaborator.layout_matters = True
    if body.rank == 0:
        row = by.rank == 1 and (by.row or elaborator.layout == "row")
        return once(by.shape, lambda *at: Partial(body.entry(), by.entry(*at)), row)
    if elaborator.layout == "transposed":
        return once((by.shape[0], body.shape[0]), lambda j, i: Partial(body.entry(i), by.entry(j)))
    return once((body.shape[0], by.shape[0]), lambda i, j: Partial(body.entry(i), by.entry(j)))


@rule(Nabla)
def _nabla(elaborator: Elaborator, node: Nabla) -> Tensor:
    r"""`\nabla_by f` has the shape of `by`; `\nabla^2_by f` is the matrix of second derivatives."""
    if isinstance(node.body, Nabla) and node.order == node.body.order == 1 and node.by == node.body.by:
        node = replace(node, body=node.body.body, order=2)
    value = elaborator.tensor(node.body)
    numbers = _number_arguments(elaborator, node) if node.by is None and not value.rank else []
    if numbers:
        return _by_numbers(value, numbers, node.order)
    by = variable(elaborator, node.by) if node.by is not None else _only_variable(elaborator, node)
    if value.rank:
        hint = (
            r"write the Jacobian as \frac{\partial p}{\partial z}, entry (i, j) = \partial p_i / \partial z_j"
        )
        fail(node, f"the gradient of {value.describe()} is not read", hint)
    if node.order == 1:
        return once(by.shape, lambda *at: Partial(value.entry(), by.entry(*at)), by.row)
    if by.rank == 0:
        return once((), lambda: Partial(Partial(value.entry(), by.entry()), by.entry()))
    if by.rank == 2:
        fail(
            node,
            "the Hessian by a matrix has four axes",
            r"write \frac{\partial^2 J}{\partial W_{ij} \partial W_{kl}}",
        )
    size = by.shape[0]
    return once((size, size), lambda i, j: Partial(Partial(value.entry(), by.entry(i)), by.entry(j)))


def _number_arguments(elaborator: Elaborator, node: Nabla) -> list[Tensor]:
    r"""For a bare `\nabla f` of a function of several numbers, what these are; empty otherwise."""
    body: Node = node.body
    spelled = spelling(body.head if isinstance(body, Application) else body)
    found = find(elaborator.scope, spelled) if spelled is not None else None
    function = found.entry.function if found is not None else None
    if function is None or len(function.formals) < 2:
        return []
    arguments = body.arguments if isinstance(body, Application) else ()
    nodes = arguments or [_key_node(formal, body) for formal in function.formals]
    if not all(isinstance(one, KeyName | syntax.Name | syntax.Script) for one in nodes):
        return []
    values = [variable(elaborator, one) for one in nodes]
    return [] if any(one.rank for one in values) else values


def _by_numbers(value: Tensor, numbers: list[Tensor], order: int) -> Tensor:
    """The column of the derivatives by numbers, or the matrix of the second ones."""
    size = sympy.Integer(len(numbers))

    def derived(body: Expr, by: Tensor) -> Tensor:
        return once((), lambda: Partial(body, by.entry()))

    first = [derived(value.entry(), by) for by in numbers]
    if order == 1:
        return once((size,), lambda i: linear.chosen(first, i))
    rows = [[derived(one.entry(), by) for by in numbers] for one in first]
    columns = [once((size,), lambda j, row=row: linear.chosen(row, j)) for row in rows]
    return once((size, size), lambda i, j: linear.chosen(columns, i, (j,)))


def _only_variable(elaborator: Elaborator, node: Nabla) -> Tensor:
    r"""For a bare `\nabla f`: the argument of f, or the only variable of its definition."""
    body: Node = node.body
    if isinstance(body, Application) and len(body.arguments) == 1:
        return variable(elaborator, body.arguments[0])
    spelled = spelling(body)
    found = find(elaborator.scope, spelled) if spelled is not None else None
    entry = found.entry if found is not None else None
    if entry is not None and entry.function is not None and len(entry.function.formals) == 1:
        return variable(elaborator, _key_node(entry.function.formals[0], body))
    names = sorted(_variables(elaborator, entry) if entry is not None else _mentioned(elaborator, body))
    if len(names) == 1:
        elaborator.note(rf"\nabla is by {names[0]}, the only variable")
        return variable(elaborator, _key_node(names[0], body))
    told = f"it depends on {', '.join(names)}" if names else "its variable is not known"
    raise problem(node, rf"`\nabla` does not say by what: {told}", r"write e.g. \nabla_\theta J")


def _variables(elaborator: Elaborator, entry: Entry | None) -> set[str]:
    """The keys of the array variables (or else of all variables) that a definition depends on."""
    if entry is None:
        return set()
    depends = elaborator.scope.depends(entry.name)
    return {one.key for one in elaborator.scope.of_kind("variable") if one.name in depends}


def _mentioned(elaborator: Elaborator, body: Node) -> set[str]:
    """The keys of the variables in an expression."""
    value = elaborator.tensor(body)
    if value.rank:
        return set()
    inside = {symbol.name for symbol in free_symbols(elaborator.scope.context().expand(value.entry()))}
    return {one.key for one in elaborator.scope.of_kind("variable") if one.name in inside}


def _key_node(key: str, like: Node) -> Node:
    return KeyName(key, start=like.start, end=like.end)
