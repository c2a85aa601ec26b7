"""A laid-out graph drawn by matplotlib: SVG for web pages, PNG and PDF without LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derivlab.report import palette
from derivlab.report.figures import figure, save
from derivlab.report.graph.captions import FONT
from derivlab.report.graph.geometry import (
    LEGEND_DROP,
    LEGEND_LINE,
    LEGEND_RADIUS,
    LegendEntry,
    Line,
    Point,
    legend,
    lines,
    shapes,
)
from derivlab.report.graph.layout import POINTS, Layout, Placed, dot_source, place
from derivlab.report.graph.measure import NORMAL, SMALL, for_mathtext
from derivlab.report.graph.model import Graph, Kind
from derivlab.report.graph.tikz import standalone

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS = ("svg", "png", "pdf", "dot", "tex")
MARGIN = 8.0
_FILL = {
    Kind.INPUT: palette.PALE_GREY,
    Kind.PARAMETER: palette.PALE_BLUE,
    Kind.VARIABLE: "FFFFFF",
    Kind.LOSS: palette.PALE_ORANGE,
}
_EDGE = {
    Kind.INPUT: palette.INK,
    Kind.PARAMETER: palette.BLUE,
    Kind.VARIABLE: palette.INK,
    Kind.LOSS: palette.VERMILLION,
}
_TEXT = {"formula": palette.INK, "adjoint": palette.VERMILLION, "shape": palette.GREY}


def draw(graph: Graph, form: str) -> bytes:
    """The graph in one of `FORMATS`; `dot` is its source for Graphviz, `tex` a document in TikZ.

    Raises:
        UsageError: no Graphviz is installed.
    """
    if form == "dot":
        return dot_source(graph).encode("utf-8")
    layout = place(graph)
    if form == "tex":
        return standalone(graph, layout).encode("utf-8")
    entries = legend(graph, layout) if graph.legend else []
    left, right = _extent(layout, entries)
    bottom = -(LEGEND_DROP + 8.0) if entries else 0.0
    with figure((right - left + 2 * MARGIN) / POINTS, (layout.height - bottom + 2 * MARGIN) / POINTS) as fig:
        fig.set_layout_engine("none")
        axes = fig.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(left - MARGIN, right + MARGIN)
        axes.set_ylim(bottom - MARGIN, layout.height + MARGIN)
        _draw_all(axes, graph, layout, entries)
        return save(fig, form)


def _extent(layout: Layout, entries: list[LegendEntry]) -> Point:
    """From the left end of graph and legend to the right end."""
    if not entries:
        return 0.0, layout.width
    return min(0.0, entries[0].x), max(layout.width, entries[-1].x + entries[-1].width)


def _draw_all(axes: Axes, graph: Graph, layout: Layout, entries: list[LegendEntry]) -> None:
    drawn = lines(graph, layout)
    for line in drawn:
        _draw_line(axes, line)
    for spot in layout.placed.values():
        _draw_node(axes, spot)
    for shape, point in shapes(graph, drawn):
        _write(axes, point, f"${for_mathtext(shape)}$", "shape", FONT["shape"])
    for entry in entries:
        _draw_legend(axes, entry)


def _draw_node(axes: Axes, spot: Placed) -> None:
    _circle(axes, (spot.x, spot.y), spot.radius, spot.node.kind)
    label = f"${for_mathtext(spot.node.label)}$"
    axes.text(spot.x, spot.y, label, ha="center", va="center_baseline", fontsize=NORMAL)
    for entry in spot.captions:
        text = f"${for_mathtext(entry.latex)}$"
        _write(axes, (spot.x + entry.shift, spot.y + entry.baseline), text, entry.role, FONT[entry.role])


def _write(axes: Axes, point: Point, text: str, role: str, size: float) -> None:
    axes.text(*point, text, ha="center", va="baseline", fontsize=size, color=f"#{_TEXT[role]}")


def _circle(axes: Axes, centre: Point, radius: float, kind: Kind) -> None:
    from matplotlib.patches import Circle

    width = 0.9 if kind is Kind.LOSS else 0.6
    circle = Circle(
        centre, radius, facecolor=f"#{_FILL[kind]}", edgecolor=f"#{_EDGE[kind]}", linewidth=width, zorder=3
    )
    axes.add_patch(circle)


def _draw_line(axes: Axes, line: Line) -> None:
    from matplotlib.path import Path

    points = [line.start, line.control, line.second_control, line.end]
    _arrow(axes, Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]), line.backward)


def _arrow(axes: Axes, path: Any, backward: bool) -> None:
    """The line, dashed if backward, and a solid head at its end."""
    from matplotlib.patches import FancyArrowPatch

    colour = f"#{palette.VERMILLION if backward else palette.INK}"
    patch = FancyArrowPatch(
        path=path,
        arrowstyle="-|>,head_length=3.2,head_width=1.5",
        mutation_scale=1.0,
        color=colour,
        linewidth=0.7,
        linestyle=(0, (3.2, 1.8)) if backward else "-",
        shrinkA=0,
        shrinkB=0,
        zorder=2,
    )
    axes.add_patch(patch)


def _draw_legend(axes: Axes, entry: LegendEntry) -> None:
    from matplotlib.path import Path

    y, start = -LEGEND_DROP, entry.x
    if entry.kind is None:
        ends = [(start, y), (start + LEGEND_LINE, y)]
        _arrow(axes, Path(ends[::-1] if entry.backward else ends), entry.backward)
        words_at = start + LEGEND_LINE + 4
    else:
        _circle(axes, (start + LEGEND_RADIUS, y), LEGEND_RADIUS, entry.kind)
        words_at = start + 2 * LEGEND_RADIUS + 4
    grey = f"#{palette.GREY}"
    axes.text(words_at, y, entry.words, ha="left", va="center_baseline", fontsize=SMALL, color=grey)
