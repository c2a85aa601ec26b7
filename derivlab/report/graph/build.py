"""Graphs from symbolic models: of one model by its definitions, of a network by its layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sympy import Add, Expr, Indexed, Mul, Sum, Symbol, exp, log

from derivlab.report.graph.model import Edge, Graph, Kind, Node
from derivlab.report.matrixform import matrix_form
from derivlab.report.names import symbol_name
from derivlab.report.printer import latex
from derivlab.symbols import Context, Definition, Variable, names_in, substitute


@dataclass(frozen=True)
class Adjoint:
    """The derivative of the objective by a quantity: its entry at `indices`; drawn if `shown`."""

    closed_form: Expr
    indices: tuple[Symbol, ...] = ()
    shown: bool = True


def array_latex(expr: Expr, indices: Sequence[Symbol], context: Context) -> str:
    """The array as matrices if it has such a form, else its entry."""
    logits = softmax_argument(expr, indices)
    if logits is not None:
        return rf"\mathrm{{softmax}}({latex(logits, context)})"
    return str(matrix_form(expr, indices, context) or latex(expr, context))


def softmax_argument(expr: Expr, indices: Sequence[Expr]) -> Expr | None:
    """The array z if the entry at `indices` is exp(z_i) / Σ_k exp(z_k) or exp(z_i - log Σ_k exp(z_k))."""
    parts = _numerator_and_sum(expr)
    if parts is None:
        return None
    above, below = parts
    entry, (bound, _, _) = above.args[0], below.limits[0]
    last = entry.indices[-1]
    fits = tuple(entry.indices) == tuple(indices) and below.function == substitute(above, {last: bound})
    return entry.base if fits and len(below.limits) == 1 else None


def _numerator_and_sum(expr: Expr) -> tuple[Expr, Sum] | None:
    """exp(z_i) and Σ exp(z_k) of either form."""
    if isinstance(expr, exp) and isinstance(expr.args[0], Add) and len(expr.args[0].args) == 2:
        entry, minus = sorted(expr.args[0].args, key=lambda term: not isinstance(term, Indexed))
        above, below = exp(entry), -minus
        below = below.args[0] if isinstance(below, log) else None
    else:
        above, below = expr.as_numer_denom() if isinstance(expr, Mul) else (expr, None)
    if isinstance(above, exp) and isinstance(above.args[0], Indexed) and isinstance(below, Sum):
        return above, below
    return None


def model_graph(
    context: Context,
    objective: str,
    adjoints: Mapping[str, Adjoint],
    parameters: Sequence[str] = (),
    caption: str = "",
) -> Graph:
    """The graph of a context's definitions up to the one named `objective`.

    `adjoints` gives the derivative of the objective by each quantity that has one; the others are
    given and not differentiated. The main chain is the longest path of definitions.
    """
    used = {objective, *context.defined_from(objective)}
    known: list[Variable | Definition] = [*context.variables, *context.definitions]
    entries = [entry for entry in known if entry.name in used]
    chain = _main_chain(objective, context, adjoints)
    nodes = tuple(_node(entry, context, objective, adjoints, parameters, chain) for entry in entries)
    names = {entry.name for entry in entries}
    edges = tuple(
        Edge(source, entry.name, backward=source in adjoints)
        for entry in entries
        if isinstance(entry, Definition)
        for source in dict.fromkeys(names_in(entry.body))
        if source in names and source != entry.name
    )
    return Graph(_sorted_above(nodes), edges, caption)


def _sorted_above(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The main chain last: Graphviz then sets what enters it above."""
    return tuple(node for node in nodes if not node.main) + tuple(node for node in nodes if node.main)


def _main_chain(objective: str, context: Context, adjoints: Mapping[str, Adjoint]) -> list[str]:
    """From the objective back along definitions, and to the variable that the first of them is fed with.

    That is one that is not differentiated by (the data), else the last that is (the input from below).
    """
    chain = [objective]
    while (definition := context.definition(chain[-1])) is not None:
        below = [
            name for name in dict.fromkeys(names_in(definition.body)) if context.lookup(name) is not None
        ]
        defined = [name for name in below if context.definition(name) is not None]
        if defined:
            chain.append(max(defined, key=lambda name: _depth(name, context)))
            continue
        arrays = [name for name in below if context.shape(name)]
        given = [name for name in arrays if name not in adjoints]
        order = list(adjoints)
        fed = given or sorted(arrays, key=lambda name: order.index(name))
        return [*chain, *fed[-1:]]
    return chain


def _depth(name: str, context: Context) -> int:
    definition = context.definition(name)
    if definition is None:
        return 0
    return 1 + max((_depth(below, context) for below in names_in(definition.body)), default=0)


def _node(
    entry: Variable | Definition,
    context: Context,
    objective: str,
    adjoints: Mapping[str, Adjoint],
    parameters: Sequence[str],
    chain: Sequence[str],
) -> Node:
    formula = array_latex(entry.body, entry.indices, context) if isinstance(entry, Definition) else ""
    adjoint = adjoints.get(entry.name)
    backward = ""
    if adjoint is not None and adjoint.shown:
        backward = array_latex(adjoint.closed_form, adjoint.indices, context)
    return Node(
        entry.name,
        _kind(entry, objective, parameters, chain),
        str(symbol_name(entry.name, entry.latex)),
        r" \times ".join(str(latex(size, context)) for size in entry.shape),
        formula,
        "1" if entry.name == objective else backward,
        main=entry.name in chain,
    )


def _kind(
    entry: Variable | Definition, objective: str, parameters: Sequence[str], chain: Sequence[str]
) -> Kind:
    if entry.name == objective:
        return Kind.LOSS
    if isinstance(entry, Definition):
        return Kind.VARIABLE
    return Kind.PARAMETER if entry.name in parameters and entry.name not in chain else Kind.INPUT
