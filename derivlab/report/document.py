"""From content to LaTeX source: fills the templates; every value is escaped unless it is `Tex`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from derivlab.report import palette, storage, wording
from derivlab.report.cache import NO_CACHE, Cache
from derivlab.report.content import ReportContent
from derivlab.report.graph.layout import place
from derivlab.report.graph.model import Graph
from derivlab.report.graph.tikz import STYLES, tikz
from derivlab.report.tex import Tex, as_tex
from derivlab.report.views import book, summary_view

# The width of the text, and how much wider a picture may be before it is turned.
TEXT_POINTS, WIDEST_UPRIGHT = 452.0, 1.3
PAPERS = {"a4": "a4paper", "letter": "letterpaper"}


def render(content: ReportContent, *, epoch: int, paper: str = "a4") -> str:
    """The LaTeX source of the whole report, dated with `epoch` (seconds since 1970)."""
    return render_book(book(content), epoch=epoch, paper=paper)


def render_book(book: Mapping[str, Any], *, epoch: int, paper: str = "a4", cache: Cache = NO_CACHE) -> str:
    """The LaTeX source from what `views.book` made."""
    return str(
        environment_of_latex()
        .get_template("report.tex.j2")
        .render(
            **frame(paper, epoch),
            title=book["title"],
            subtitle=book["subtitle"],
            words=wording,
            summary=summary_view(book["models"], book["network"]),
            models=[_drawn(view, cache) for view in book["models"]],
            network=None if book["network"] is None else _drawn(book["network"], cache),
            environment=book["environment"],
            checksums=book["checksums"],
            command=book["command"],
        )
    )


def frame(paper: str, epoch: int) -> dict[str, Any]:
    """What every document's preamble is given."""
    from derivlab import __version__

    return {
        "paper": Tex(PAPERS[paper]),
        "date": long_date(epoch),
        "creator": f"derivlab {__version__}",
        "colours": [(Tex(name), Tex(value)) for name, value in palette.latex_colours()],
        "graph_styles": STYLES,
    }


def long_date(epoch: int) -> str:
    """A day as people write it.

    >>> long_date(0)
    '1 January 1970'
    """
    date = datetime.fromtimestamp(epoch, UTC)
    return f"{date.day} {date:%B %Y}"


def _drawn(view: Mapping[str, Any], cache: Cache) -> dict[str, Any]:
    """A view with its graph as a picture, laid out unless it was before."""
    graph = view["graph"]
    if graph is None:
        return {**view, "graph": None}
    key = cache.key("tikz", {"of": storage.dumps(graph)})
    drawn = cache.find(key)
    if not isinstance(drawn, dict) or set(drawn) != {"picture", "caption"}:
        drawn = picture(graph)
        cache.keep(key, drawn)
    return {**view, "graph": drawn}


def environment_of_latex() -> Any:
    """Jinja with delimiters that LaTeX does not use; what is not `Tex` is escaped on its way out."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("derivlab.report", "templates"),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,
        finalize=as_tex,
    )


def picture(graph: Graph) -> dict[str, Tex]:
    """A graph as the templates want it: the TikZ picture and its caption."""
    layout = place(graph)
    drawn = tikz(graph, layout)
    wide = _fitted(drawn, layout.width)
    return {"picture": wide, "caption": as_tex(graph.caption)}


def _fitted(drawn: Tex, width_in_points: float) -> Tex:
    """A picture no wider than the text; one that would become too small to read is turned."""
    if width_in_points <= TEXT_POINTS:
        return drawn
    if width_in_points <= WIDEST_UPRIGHT * TEXT_POINTS:
        return Tex(f"\\resizebox{{\\linewidth}}{{!}}{{%\n{drawn}}}")
    return Tex(f"\\rotatebox{{90}}{{\\resizebox{{0.9\\textheight}}{{!}}{{%\n{drawn}}}}}")
