r"""The computational graph of a feed-forward network, from the formulas of its layers.

Arrays hold a batch of N rows: X, then Z_l = X W_l + 1 b_lᵀ and H_l = f(Z_l). The cotangent of an
array (the derivative of the loss by it) is Δ_l for Z_l and H̄_l for H_l. Every formula, forward and
backward, is the one that runs: only its names are replaced by those of the layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sympy import Expr

from derivlab.report.graph.build import Adjoint, array_latex
from derivlab.report.graph.model import Edge, Graph, Kind, Node
from derivlab.symbols import Context, Definition

PREDICTION = "p"  # the loss layer's own name of the predicted distribution, whose logarithm it calls l


@dataclass(frozen=True)
class LayerFormulas:
    """One layer.

    Attributes:
        kind: "affine", "loss", or the name of an activation.
        context: its variables (x, W, b, G, ...) and the definitions of its outputs.
        output: the definition that the next layer reads; for the loss, the objective.
        backward: the derivative of the loss by each of its variables.
        inputs, outputs: the widths.
        extra: variables that are neither trained nor fed from below, such as the targets.
    """

    kind: str
    context: Context
    output: str
    backward: Mapping[str, Adjoint]
    inputs: int
    outputs: int
    parameters: tuple[str, ...] = ()


@dataclass
class _Drawing:
    """What has been drawn so far: `top` is the name of the array that the next layer reads."""

    nodes: list[Node]
    edges: list[Edge]
    top: str
    number: int = 0

    def set_adjoint(self, name: str, adjoint: str) -> None:
        """The derivative by a node that is drawn already becomes known one layer later."""
        self.nodes = [replace(node, adjoint=adjoint) if node.name == name else node for node in self.nodes]


def network_graph(layers: Sequence[LayerFormulas], caption: str = "") -> Graph:
    """The graph from the input to the loss."""
    start = Node("X", Kind.INPUT, "X", rf"N \times {layers[0].inputs}", main=True)
    drawing = _Drawing([start], [], "X")
    for layer in layers:
        _DRAW.get(layer.kind, _draw_activation)(drawing, layer)
    return Graph(tuple(_givens_first(drawing.nodes)), tuple(drawing.edges), caption)


def _givens_first(nodes: list[Node]) -> Iterator[Node]:
    """Graphviz keeps the order in a column where it can: what is given stands on one side."""
    yield from (node for node in nodes if not node.main)
    yield from (node for node in nodes if node.main)


def _draw_affine(drawing: _Drawing, layer: LayerFormulas) -> None:
    drawing.number += 1
    number, below, name = drawing.number, drawing.top, f"Z{drawing.number}"
    context = _renamed(layer, below, f"Z_{{{number}}}", rf"\Delta_{{{number}}}", number)
    for letter in layer.parameters:
        shape = _shape(layer, letter)
        adjoint = _adjoint(layer, letter, context)
        drawing.nodes.append(
            Node(f"{letter}{number}", Kind.PARAMETER, f"{letter}_{{{number}}}", shape, "", adjoint)
        )
        drawing.edges.append(Edge(f"{letter}{number}", name))
    _draw_output(drawing, layer, context, name, f"Z_{{{number}}}")


def _draw_activation(drawing: _Drawing, layer: LayerFormulas) -> None:
    number = drawing.number
    context = _renamed(layer, drawing.top, f"H_{{{number}}}", rf"\bar{{H}}_{{{number}}}", number)
    _draw_output(drawing, layer, context, f"H{number}", f"H_{{{number}}}")


def _draw_output(drawing: _Drawing, layer: LayerFormulas, context: Context, name: str, label: str) -> None:
    below = drawing.top
    body, indices = _body(layer)
    formula = array_latex(body, indices, context)
    if below != "X":
        drawing.set_adjoint(below, f"{_cotangent(below)} = {_adjoint(layer, 'x', context)}")
    drawing.nodes.append(Node(name, Kind.VARIABLE, label, rf"N \times {layer.outputs}", formula, main=True))
    drawing.edges.append(Edge(below, name, backward=below != "X"))
    drawing.top = name


def _draw_loss(drawing: _Drawing, layer: LayerFormulas) -> None:
    """The prediction, the targets, the loss, and what flows back from it."""
    below = drawing.top
    context = _renamed(layer, below, "J", "", drawing.number)
    drawing.set_adjoint(below, f"{_cotangent(below)} = {_adjoint(layer, 'x', context)}")
    prediction = layer.context.definition(PREDICTION)
    if prediction is not None:
        formula = array_latex(layer.context.expand(prediction.body), prediction.indices, context)
        shape = rf"N \times {layer.outputs}"
        drawing.nodes.append(Node("Yhat", Kind.VARIABLE, r"\hat{Y}", shape, formula, main=True))
        drawing.edges.append(Edge(below, "Yhat"))
        below = "Yhat"
    body, indices = _body(layer)
    drawing.nodes += [
        Node("Y", Kind.INPUT, "Y", rf"N \times {layer.outputs}"),
        Node("J", Kind.LOSS, "J", "", array_latex(body, indices, context), "1", main=True),
    ]
    drawing.edges += [Edge("Y", "J", backward=False), Edge(below, "J")]


_DRAW = {"affine": _draw_affine, "loss": _draw_loss}


def _cotangent(name: str) -> str:
    return rf"\Delta_{{{name[1:]}}}" if name.startswith("Z") else rf"\bar{{H}}_{{{name[1:]}}}"


def _body(layer: LayerFormulas) -> tuple[Expr, tuple[Expr, ...]]:
    definition = layer.context.definition(layer.output)
    assert definition is not None
    return definition.body, definition.indices


def _adjoint(layer: LayerFormulas, by: str, context: Context) -> str:
    adjoint = layer.backward[by]
    return array_latex(adjoint.closed_form, adjoint.indices, context)


def _shape(layer: LayerFormulas, name: str) -> str:
    sizes = {"D": layer.inputs, "K": layer.outputs}
    return r" \times ".join(str(sizes.get(str(size), size)) for size in layer.context.shape(name))


def _renamed(layer: LayerFormulas, below: str, output: str, cotangent: str, number: int) -> Context:
    """The layer's context with the names of the network: x is the array below, W is W_2, ..."""
    names = {"x": f"{below[0]}_{{{below[1:]}}}" if below[1:] else below, "G": cotangent, "t": "Y"}
    names |= {letter: f"{letter}_{{{number}}}" for letter in layer.parameters}
    names |= {layer.output: output, PREDICTION: r"\hat{Y}", "l": r"\log \hat{Y}"}
    return replace(
        layer.context,
        variables=tuple(replace(entry, latex=names.get(entry.name, "")) for entry in layer.context.variables),
        definitions=tuple(_named(entry, names) for entry in layer.context.definitions),
    )


def _named(entry: Definition, names: Mapping[str, str]) -> Definition:
    return replace(entry, latex=names.get(entry.name, entry.latex))
