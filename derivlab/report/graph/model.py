"""A computational graph as data: what is computed from what, and what flows back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a node stands for; it decides the node's shape and colour."""

    INPUT = "input"
    PARAMETER = "parameter"
    VARIABLE = "variable"
    LOSS = "loss"


@dataclass(frozen=True)
class Node:
    """One quantity.

    Attributes:
        name: unique in its graph.
        kind: input, parameter, intermediate variable or the loss.
        label: LaTeX of the symbol.
        shape: LaTeX of the shape of its value, "" for a scalar.
        formula: LaTeX of how it is computed, "" for what is given.
        adjoint: LaTeX of the derivative of the loss by it, "" where none is wanted.
        main: whether it lies on the straight main chain.
    """

    name: str
    kind: Kind
    label: str
    shape: str = ""
    formula: str = ""
    adjoint: str = ""
    main: bool = False


@dataclass(frozen=True)
class Edge:
    """`source` enters the computation of `target`; `backward`: a derivative flows back along it."""

    source: str
    target: str
    backward: bool = True


@dataclass(frozen=True)
class Graph:
    """Nodes and edges in the order of computation, and a caption in plain text.

    `legend` says whether the drawing explains its shapes, colours and lines.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    caption: str = ""
    legend: bool = True

    def node(self, name: str) -> Node:
        """The node of that name."""
        return next(node for node in self.nodes if node.name == name)
