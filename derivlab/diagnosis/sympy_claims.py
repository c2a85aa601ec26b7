"""Claims handed in as SymPy, as if they stood in a document: one search serves both."""

from __future__ import annotations

from dataclasses import replace

import sympy
from sympy import Expr, Indexed, Symbol

from derivlab.diagnosis.given import Given
from derivlab.diagnosis.transcribe import Transcriber, UntranscribableError
from derivlab.errors import DerivlabError
from derivlab.notation import Extent, Source, StatedClaim
from derivlab.notation.elaboration.scope import Entry, Scope
from derivlab.notation.statements.claims import reread
from derivlab.notation.statements.model import Equation, Origin
from derivlab.notation.syntax import Node
from derivlab.proof.claim import Claim
from derivlab.proof.indices import free_indices, size_names
from derivlab.symbols import Context, Dimension, Partial, dimension, head_name

GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi rho sigma tau phi psi omega".split()
)


def stated(claim: Claim) -> StatedClaim | None:
    """The claim with an origin; None where it cannot be written as syntax."""
    sides = (claim.left, claim.right)
    scope = scope_of(claim.context, sides)
    free = free_indices(sides, claim.context)
    letters = tuple((one.name, _size(one, sides, claim.context)) for one in free)
    if any(size is None for _, size in letters):
        return None
    known = {letter: size for letter, size in letters if size is not None}
    if claim.right.has(Partial) and not claim.left.has(Partial):
        sides = (claim.right, claim.left)
    try:
        written = Transcriber(scope, {}).node(sides[1])
    except UntranscribableError:
        return None
    left: Node = Given(sides[0], known)
    origin = Origin(scope, Equation(left, written, "=", Extent(Source.plain("", ""), 0, 0)))
    try:
        return replace(reread(origin, left, written), origin=origin)
    except DerivlabError:
        return None


def scope_of(context: Context, sides: tuple[Expr, ...] = ()) -> Scope:
    """A scope in which every name of the context stands for itself."""
    scope = Scope()
    for name in size_names(context, sides):
        scope.add(Entry(name, scope.identifier(name), "dimension", node=dimension(name)))
    for variable in context.variables:
        name = scope.identifier(variable.name)
        key = variable.latex or key_of(name)
        scope.add(Entry(key, name, "variable", variable.shape, variable.domain, node=variable.node))
    for one in context.definitions:
        name = scope.identifier(one.name)
        key = one.latex or key_of(name)
        scope.add(Entry(key, name, "defined", one.shape, by_entries=bool(one.shape), node=one.node))
        scope.define(one)
    scope.assumptions.extend(context.assumptions)
    scope.positive.extend(context.positive)
    return scope


def key_of(name: str) -> str:
    r"""A plain name as LaTeX.

    >>> key_of("theta"), key_of("yhat"), key_of("W")
    ('\\theta', '\\hat{y}', 'W')
    """
    if name in GREEK:
        return f"\\{name}"
    if name.endswith("hat") and len(name) > 3:
        return rf"\hat{{{key_of(name.removesuffix('hat'))}}}"
    return name


def _size(letter: Symbol, sides: tuple[Expr, ...], context: Context) -> Dimension | None:
    """The range of a free index: what is stated, or the first axis that it stands on."""
    for symbol, size in context.ranges:
        if symbol.name == letter.name:
            return size
    for side in sides:
        for node in sympy.preorder_traversal(side):
            if isinstance(node, Indexed) and letter in node.indices:
                return context.shape(head_name(node))[node.indices.index(letter)]
    return None
