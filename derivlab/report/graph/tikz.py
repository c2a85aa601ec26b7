r"""A laid-out graph as TikZ: coordinates in points, colours and styles defined in the preamble."""

from __future__ import annotations

from derivlab.report import palette
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
from derivlab.report.graph.layout import Layout, Placed
from derivlab.report.graph.model import Graph, Kind
from derivlab.report.tex import Tex, escape

PAGE_MARGIN = 8.0
LEGEND_PAGE = 430.0
_STYLE = {
    Kind.INPUT: "dl input",
    Kind.PARAMETER: "dl parameter",
    Kind.VARIABLE: "dl variable",
    Kind.LOSS: "dl loss",
}

STYLES = Tex(
    r"""\tikzset{
  dl node/.style={circle, draw=dlink, line width=0.6pt, inner sep=0pt, outer sep=0pt},
  dl input/.style={dl node, fill=dlpalegrey},
  dl parameter/.style={dl node, draw=dlblue, fill=dlpaleblue},
  dl variable/.style={dl node, fill=white},
  dl loss/.style={dl node, draw=dlvermillion, fill=dlpaleorange, line width=0.9pt},
  dl forward/.style={draw=dlink, line width=0.6pt, -{Stealth[length=4.2pt, width=3.6pt]}},
  dl backward/.style={draw=dlvermillion, line width=0.6pt, dash pattern=on 2.2pt off 1.4pt,
    -{Stealth[length=4.2pt, width=3.6pt]}},
  dl text/.style={inner sep=0pt, outer sep=0pt, anchor=base, font=\fontsize{7.5}{9}\selectfont},
  dl formula/.style={dl text, text=dlink},
  dl adjoint/.style={dl text, text=dlvermillion},
  dl shape/.style={dl text, text=dlgrey, font=\fontsize{6.5}{8}\selectfont},
  dl legend/.style={dl text, anchor=mid west, text=dlgrey},
}"""
)


def tikz(graph: Graph, layout: Layout) -> Tex:
    """The picture; it is as wide as `layout.width` points."""
    body = [_node(spot) for spot in layout.placed.values()]
    drawn = lines(graph, layout)
    body += [_path(line) for line in drawn]
    body += [rf"\node[dl shape] at {_point(point)} {{${text}$}};" for text, point in shapes(graph, drawn)]
    body += [text for spot in layout.placed.values() for text in _captions(spot)]
    if graph.legend:
        body += [text for entry in legend(graph, layout) for text in _legend(entry)]
    inner = "\n".join(f"  {line}" for line in body)
    return Tex(f"\\begin{{tikzpicture}}[x=1pt, y=1pt]\n{inner}\n\\end{{tikzpicture}}")


def standalone(graph: Graph, layout: Layout) -> str:
    """A LaTeX document with nothing but the picture, on a page of its size."""
    wide, high = layout.width + 2 * PAGE_MARGIN + 2.0, layout.height + LEGEND_DROP + 2 * PAGE_MARGIN
    wide = max(wide, LEGEND_PAGE if graph.legend else 0.0)
    page = f"paperwidth={wide:.1f}pt, paperheight={high:.1f}pt, margin={PAGE_MARGIN / 2:.1f}pt"
    colours = "\n".join(
        rf"\definecolor{{{name}}}{{HTML}}{{{value}}}" for name, value in palette.latex_colours()
    )
    return "\n".join(
        [
            r"\documentclass{article}",
            r"\usepackage{iftex}",
            r"\ifPDFTeX\usepackage[T1]{fontenc}\usepackage{lmodern}\fi",
            r"\usepackage{amsmath, xcolor, tikz}",
            rf"\usepackage[{page}]{{geometry}}",
            r"\usetikzlibrary{arrows.meta}",
            r"\pagestyle{empty}",
            colours,
            STYLES,
            r"\begin{document}\noindent\centering",
            tikz(graph, layout),
            r"\end{document}",
            "",
        ]
    )


def _node(spot: Placed) -> str:
    style = _STYLE[spot.node.kind]
    size = f"minimum size={2 * spot.radius:.1f}pt"
    return rf"\node[{style}, {size}] at {_point((spot.x, spot.y))} {{${spot.node.label}$}};"


def _path(line: Line) -> str:
    style = "dl backward" if line.backward else "dl forward"
    start, end = _point(line.start), _point(line.end)
    if line.straight:
        return rf"\draw[{style}] {start} -- {end};"
    bend = f".. controls {_point(line.control)} and {_point(line.second_control)} .."
    return rf"\draw[{style}] {start} {bend} {end};"


def _captions(spot: Placed) -> list[str]:
    return [
        rf"\node[dl {entry.role}] at {_point((spot.x + entry.shift, spot.y + entry.baseline))} "
        rf"{{${entry.latex}$}};"
        for entry in spot.captions
    ]


def _legend(entry: LegendEntry) -> list[str]:
    y = -LEGEND_DROP
    words = escape(entry.words)
    if entry.kind is None:
        style = "dl backward" if entry.backward else "dl forward"
        ends = [(entry.x, y), (entry.x + LEGEND_LINE, y)]
        start, end = map(_point, reversed(ends) if entry.backward else ends)
        return [
            rf"\draw[{style}] {start} -- {end};",
            rf"\node[dl legend] at {_point((entry.x + LEGEND_LINE + 4, y))} {{{words}}};",
        ]
    centre = (entry.x + LEGEND_RADIUS, y)
    return [
        rf"\node[{_STYLE[entry.kind]}, minimum size={2 * LEGEND_RADIUS:.1f}pt] at {_point(centre)} {{}};",
        rf"\node[dl legend] at {_point((entry.x + 2 * LEGEND_RADIUS + 4, y))} {{{words}}};",
    ]


def _point(point: Point) -> str:
    return f"({point[0]:.1f}, {point[1]:.1f})"
