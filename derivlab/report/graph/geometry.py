"""The lines of a computational graph, from border to border, there and back; and its legend."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from derivlab.report.graph.layout import Layout, Placed
from derivlab.report.graph.model import Edge, Graph, Kind

GAP = 1.5
APART = 2.6
CLEARANCE = 4.0
SKIP = 14.0
SHAPE_ABOVE = 3.4
Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A cubic curve in points; a straight line has its controls upon it."""

    edge: Edge
    start: Point
    control: Point
    second_control: Point
    end: Point
    backward: bool

    @property
    def straight(self) -> bool:
        """Whether the controls lie on the line."""
        (ax, ay), (bx, by), (cx, cy) = self.start, self.end, self.control
        return abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) < 1e-6

    def at(self, t: float) -> Point:
        """The point at the parameter t of the curve."""
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        points = (self.start, self.control, self.second_control, self.end)
        weighted = [(w * x, w * y) for w, (x, y) in zip(weights, points, strict=True)]
        return sum(x for x, _ in weighted), sum(y for _, y in weighted)


def lines(graph: Graph, layout: Layout) -> list[Line]:
    """Every edge forward, and dashed backward where a derivative flows back."""
    result = []
    for edge in graph.edges:
        source, target = layout.placed[edge.source], layout.placed[edge.target]
        bulge = _bulge(source, target, layout)
        apart = APART if edge.backward else 0.0
        result.append(_line(edge, source, target, apart, bulge, backward=False))
        if edge.backward:
            result.append(_line(edge, target, source, apart, -bulge, backward=True))
    return result


def _bulge(source: Placed, target: Placed, layout: Layout) -> float:
    """How far the edge bends to the left of its direction, to pass other nodes and labels; 0 for straight."""
    others = [
        spot for spot in layout.placed.values() if spot.node.name not in (source.node.name, target.node.name)
    ]
    hit = [spot for spot in others if _distance(spot, source, target) < spot.radius + CLEARANCE]
    around = max((2.2 * (spot.radius + CLEARANCE) for spot in hit), default=0.0)
    skips = not source.node.main and any(
        spot.node.main and source.x + spot.radius < spot.x < target.x - spot.radius for spot in others
    )
    return max(around, SKIP if skips else 0.0)


def _distance(spot: Placed, source: Placed, target: Placed) -> float:
    """Distance of a node's centre from the segment between two others."""
    dx, dy = target.x - source.x, target.y - source.y
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else ((spot.x - source.x) * dx + (spot.y - source.y) * dy) / length
    t = min(1.0, max(0.0, t))
    return hypot(spot.x - source.x - t * dx, spot.y - source.y - t * dy)


def _line(edge: Edge, source: Placed, target: Placed, apart: float, bulge: float, *, backward: bool) -> Line:
    """From border to border, shifted by `apart` to the left of its own direction."""
    dx, dy = target.x - source.x, target.y - source.y
    length = hypot(dx, dy) or 1.0
    nx, ny = -dy / length, dx / length
    first = (source.x + dx / 3 + nx * bulge, source.y + dy / 3 + ny * bulge)
    second = (source.x + 2 * dx / 3 + nx * bulge, source.y + 2 * dy / 3 + ny * bulge)
    start = _border(source, first, (nx * apart, ny * apart))
    end = _border(target, second, (nx * apart, ny * apart))
    if bulge == 0.0:
        first = (start[0] + (end[0] - start[0]) / 3, start[1] + (end[1] - start[1]) / 3)
        second = (start[0] + 2 * (end[0] - start[0]) / 3, start[1] + 2 * (end[1] - start[1]) / 3)
    return Line(edge, start, first, second, end, backward)


def _border(spot: Placed, towards: Point, shift: Point) -> Point:
    """Where the way from the centre to `towards`, shifted sideways, leaves the circle (with a gap)."""
    dx, dy = towards[0] - spot.x, towards[1] - spot.y
    length = hypot(dx, dy) or 1.0
    reach = spot.radius + GAP
    along = (reach * reach - shift[0] ** 2 - shift[1] ** 2) ** 0.5
    return spot.x + dx / length * along + shift[0], spot.y + dy / length * along + shift[1]


def shapes(graph: Graph, drawn: list[Line]) -> list[tuple[str, Point]]:
    """Shapes upon the edges of the main chain, with the points of their baselines."""
    result = []
    for line in drawn:
        source = graph.node(line.edge.source)
        if source.main and source.shape and not line.backward:
            x, y = line.at(0.42)
            result.append((source.shape, (x, y + SHAPE_ABOVE)))
    return result


@dataclass(frozen=True)
class LegendEntry:
    """A sample (a circle of some kind, or a line) at x, and the words beside it."""

    x: float
    width: float
    words: str
    kind: Kind | None = None
    backward: bool = False


LEGEND_DROP = 20.0
LEGEND_RADIUS = 4.2
LEGEND_LINE = 16.0
_LETTER = 3.55
_KINDS = (
    (Kind.INPUT, "given"),
    (Kind.PARAMETER, "parameter"),
    (Kind.VARIABLE, "computed"),
    (Kind.LOSS, "loss"),
)


def legend(graph: Graph, layout: Layout) -> list[LegendEntry]:
    """The legend under the graph, in one centred row: what occurs in it and nothing else."""
    kinds = {node.kind for node in graph.nodes}
    items: list[tuple[str, Kind | None, bool]] = [
        (words, kind, False) for kind, words in _KINDS if kind in kinds
    ]
    items.append(("value, forward", None, False))
    if any(edge.backward for edge in graph.edges):
        items.append(("derivative of the loss, backward", None, True))
    widths = [
        (LEGEND_LINE if kind is None else 2 * LEGEND_RADIUS) + 4 + _LETTER * len(words)
        for words, kind, _ in items
    ]
    x = (layout.width - sum(widths) - 12.0 * (len(items) - 1)) / 2
    entries = []
    for (words, kind, backward), wide in zip(items, widths, strict=True):
        entries.append(LegendEntry(x, wide, words, kind, backward))
        x += wide + 12.0
    return entries
