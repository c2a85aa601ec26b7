"""What is written around the circles: forward formula and adjoint, and the shape of the value.

On the main chain the lines stand below the circle, row by row on common baselines; a given quantity
stands above the chain and has its lines above it, so that its edges leave freely downwards.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivlab.report.graph.measure import NORMAL, SHAPE, SMALL, Size, measure
from derivlab.report.graph.model import Graph, Kind, Node

SMALLEST_RADIUS = 11.0
GAP = 4.0
LEAST_HEIGHT = 5.4
FONT = {"formula": SMALL, "adjoint": SMALL, "shape": SHAPE}


@dataclass(frozen=True)
class Caption:
    """A line around a node: its role, its LaTeX, its middle and baseline relative to the circle's centre."""

    role: str
    latex: str
    baseline: float
    size: Size
    shift: float = 0.0


@dataclass(frozen=True)
class Room:
    """The room that a node needs, from its circle's centre: to either side, above and below; its lines."""

    radius: float
    half_width: float
    above: float
    below: float
    captions: tuple[Caption, ...]


def radius(node: Node) -> float:
    """The radius of the circle around a node's symbol."""
    size = measure(node.label, NORMAL)
    diagonal = float((size.width**2 + (size.height + size.depth) ** 2) ** 0.5)
    return max(SMALLEST_RADIUS, 0.5 * diagonal + 2.5)


def rooms(graph: Graph) -> dict[str, Room]:
    """The room of every node; those of the main chain reach equally far up and down."""
    main = [node for node in graph.nodes if node.main]
    ring = max((radius(node) for node in main), default=0.0)
    rows = _common_rows(main)
    return {node.name: _below(node, ring, rows) if node.main else _above(node) for node in graph.nodes}


def roles_below(node: Node) -> list[tuple[str, str]]:
    """The lines under a circle of the main chain."""
    return [("formula", node.formula), ("adjoint", node.adjoint)]


def roles_above(node: Node) -> list[tuple[str, str]]:
    """The lines over any other circle, from the circle upwards."""
    lines = [("adjoint", node.adjoint), ("formula", node.formula), ("shape", node.shape)]
    return [(role, text) for role, text in lines if text]


def _common_rows(nodes: list[Node]) -> list[Size]:
    """The tallest height and depth of each row under the main chain."""
    rows = []
    for row in range(2):
        sizes = [measure(roles_below(node)[row][1], SMALL) for node in nodes]
        height = max((size.height for size in sizes), default=0.0)
        depth = max((size.depth for size in sizes), default=0.0)
        rows.append(Size(0.0, height, depth))
    return rows


def _below(node: Node, ring: float, rows: list[Size]) -> Room:
    captions, level = [], -ring
    for (role, text), row in zip(roles_below(node), rows, strict=True):
        if row.height == 0.0:
            continue
        baseline = level - GAP - row.height
        level = baseline - row.depth
        if text:
            captions.append(Caption(role, text, baseline, measure(text, FONT[role])))
    return Room(radius(node), _half_width(node, captions), ring, -level, tuple(captions))


def _above(node: Node) -> Room:
    captions, level = [], radius(node)
    for role, text in roles_above(node):
        size = measure(text, FONT[role])
        baseline = level + 0.75 * GAP + size.depth
        level = baseline + max(size.height, LEAST_HEIGHT)
        # a wide line grows to the left, away from the edges, which leave to the right
        shift = min(0.0, radius(node) - size.width / 2)
        captions.append(Caption(role, text, baseline, size, shift))
    return Room(radius(node), _half_width(node, captions), level, radius(node), tuple(captions))


def _half_width(node: Node, captions: list[Caption]) -> float:
    return max([radius(node), *(caption.size.width / 2 - caption.shift for caption in captions)])


def over_the_loss(graph: Graph) -> list[tuple[str, str]]:
    """(given, loss): what enters the loss alone, such as the targets, stands over it."""
    kinds = {node.name: node.kind for node in graph.nodes}
    targets: dict[str, set[str]] = {}
    for edge in graph.edges:
        targets.setdefault(edge.source, set()).add(edge.target)
    found = []
    for name, into in targets.items():
        only = next(iter(into))
        if kinds[name] is Kind.INPUT and len(into) == 1 and kinds[only] is Kind.LOSS:
            found.append((name, only))
    return found
