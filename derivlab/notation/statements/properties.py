"""Claims in words: convex, positive (semi)definite."""

from __future__ import annotations

import sympy

from derivlab.errors import ShapeError
from derivlab.notation import syntax
from derivlab.notation.clauses import Clause
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.names import find, spelling
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.elaboration.tensors import settled, unify
from derivlab.notation.statements.claims import held_context
from derivlab.notation.statements.define import fresh_names
from derivlab.notation.statements.kinds import PropertyItem
from derivlab.notation.statements.model import Extent, StatedClaim
from derivlab.notation.statements.targets import index_letters, shown
from derivlab.notation.syntax import Node
from derivlab.symbols import index


def stated_property(scope: Scope, item: PropertyItem, extent: Extent) -> StatedClaim:
    """The claim that `J` is convex in `\\theta`, or that `H` is positive semidefinite."""
    node = item.clause.sides[0].parse()
    held = tuple(condition_node(one) for one in item.conditions)
    if item.relation in ("⪰", "≻"):
        return definite(scope, node, item.relation, extent, held)
    elaborator = Elaborator(scope, letters=index_letters(node))
    value = elaborator.tensor(node)
    elaborator.finish()
    if value.rank:
        fail(node, f"convex is said of a scalar, not of {value.describe()}", "name a scalar function")
    by = tuple(_name(scope, clause.sides[0].parse()) for clause in item.by) or _all_variables(scope, node)
    indices = tuple((one.symbol, settled(one.size)) for one in elaborator.free.values())
    return StatedClaim(
        extent,
        value.entry(),
        sympy.Integer(0),
        held_context(elaborator, held, scope.context()),
        item.relation,
        shown(node),
        "",
        indices,
        by=by,
        notes=tuple(elaborator.notes),
    )


def condition_node(clause: Clause) -> Node:
    """A condition as syntax."""
    sides = tuple(side.parse() for side in clause.sides)
    relations = tuple(str(relation.value) for relation in clause.relations)
    return syntax.Chain(sides, relations, start=clause.start, end=clause.end)


def definite(
    scope: Scope, node: Node, relation: str, extent: Extent, held: tuple[Node, ...] = ()
) -> StatedClaim:
    """`A \\succeq 0`: for the entries of a square matrix."""
    elaborator = Elaborator(scope, letters=index_letters(node))
    value = elaborator.tensor(node)
    if value.rank != 2 or not unify(*value.shape):
        fail(node, f"only a square matrix is definite, not {value.describe()}", "check the shape", ShapeError)
    elaborator.finish()
    axes = [index(name) for name in fresh_names(elaborator, 2)]
    free = tuple((one.symbol, settled(one.size)) for one in elaborator.free.values())
    places = tuple(zip(axes, map(settled, value.shape), strict=True))
    return StatedClaim(
        extent,
        value.entry(*axes),
        sympy.Integer(0),
        held_context(elaborator, held, scope.context()),
        relation,
        shown(node),
        "0",
        (*free, *places),
        2,
        notes=tuple(elaborator.notes),
    )


def _name(scope: Scope, node: Node) -> str:
    spelled = spelling(node)
    found = find(scope, spelled) if spelled is not None else None
    if found is None or found.entry.kind == "function":
        fail(node, f"`{shown(node)}` is not declared", "declare what the function is convex in")
    return found.entry.name


def _all_variables(scope: Scope, node: Node) -> tuple[str, ...]:
    """Without 'in ...': the only variable that the value depends on."""
    spelled = spelling(node)
    found = find(scope, spelled) if spelled is not None else None
    function = found.entry.function if found is not None else None
    argument = scope.lookup(function.formals[0]) if function and len(function.formals) == 1 else None
    if argument is not None and argument.kind == "variable":
        return (argument.name,)
    depends = scope.depends(found.entry.name) if found is not None else frozenset()
    names = sorted(entry.name for entry in scope.of_kind("variable") if entry.name in depends)
    if len(names) != 1:
        fail(node, "convex in what is not said", r"write: $J$ is convex in $\theta$")
    return (names[0],)
