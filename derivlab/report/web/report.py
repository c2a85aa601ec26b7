"""The report as a page: the same views as the LaTeX document, figures as pictures inside the file."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from derivlab.report import wording
from derivlab.report.cache import NO_CACHE, Cache
from derivlab.report.content import Curves, Digit
from derivlab.report.document import long_date
from derivlab.report.figures import digits_figure, loss_figure
from derivlab.report.graph.draw import draw
from derivlab.report.graph.model import Graph
from derivlab.report.palette import darkened
from derivlab.report.views import summary_view
from derivlab.report.web.formulas import formula
from derivlab.report.web.fromtex import display, html_of
from derivlab.report.web.page import environment, page
from derivlab.report.write import drawing

Draw = Callable[[bool], bytes]


def render_page(book: Mapping[str, Any], *, epoch: int, scheme: str = "auto", cache: Cache = NO_CACHE) -> str:
    """One HTML file from what `views.book` made; `scheme` is one of `page.SCHEMES`."""
    from derivlab import __version__

    jinja = environment().overlay()
    jinja.filters |= {"tex": html_of, "display": display, "aligned": _aligned}
    creator = f"derivlab {__version__}"
    body = jinja.get_template("report.html.j2").render(
        title=book["title"],
        subtitle=book["subtitle"],
        date=long_date(epoch),
        creator=creator,
        words=wording,
        summary=summary_view(book["models"], book["network"]),
        models=[_with_graph(view, scheme, cache) for view in book["models"]],
        network=None if book["network"] is None else _network(book["network"], scheme, cache),
        environment=book["environment"],
        checksums=book["checksums"],
        command=book["command"],
    )
    return page(book["title"], Markup(body), scheme=scheme)


def _aligned(lines: object) -> Markup:
    return formula(rf"\begin{{align*}}{lines}\end{{align*}}", display=True)


def _with_graph(view: Mapping[str, Any], scheme: str, cache: Cache) -> dict[str, Any]:
    graph = view["graph"]
    if graph is None:
        return dict(view)
    drawn = drawing(cache, "graph svg", graph, lambda: draw(graph, "svg"))
    shown = picture(lambda dark: _toned(drawn, dark), in_words(graph), scheme, wide=len(graph.nodes) > 8)
    return {**view, "graph": {"picture": shown, "caption": graph.caption}}


def _toned(svg: bytes, dark: bool) -> bytes:
    return darkened(svg) if dark else svg


def in_words(graph: Graph) -> str:
    """What a reader who does not see the graph is told: what is computed from what."""
    into: dict[str, list[str]] = {}
    for edge in graph.edges:
        into.setdefault(edge.target, []).append(graph.node(edge.source).label)
    told = [f"{graph.node(name).label} from {', '.join(sources)}" for name, sources in into.items()]
    return f"Computational graph: {'; '.join(told)}."


def _network(view: Mapping[str, Any], scheme: str, cache: Cache) -> dict[str, Any]:
    curves: Curves = view["curves"]
    digits: tuple[Digit, ...] = tuple(view["misread"])
    shown = _with_graph(view, scheme, cache)
    losses = drawing(cache, "loss svg", curves, lambda: loss_figure(curves, "svg"))
    shown["loss_picture"] = picture(lambda dark: _toned(losses, dark), _curves_in_words(curves), scheme)
    if digits:
        shown["digits_picture"] = picture(
            lambda dark: _digits(digits, dark, cache), _digits_in_words(digits), scheme
        )
    return shown


def _digits(digits: tuple[Digit, ...], dark: bool, cache: Cache) -> bytes:
    what = f"digits svg {'dark' if dark else 'light'}"
    return _toned(drawing(cache, what, digits, lambda: digits_figure(digits, "svg", dark=dark)), dark)


def _curves_in_words(curves: Curves) -> str:
    lowest = min(curves.test_loss)
    return (
        f"Losses over {curves.train_iterations[-1]} iterations: the training loss falls from "
        f"{curves.train_loss[0]:.2f} to {curves.train_loss[-1]:.3f}, the test loss from "
        f"{curves.test_loss[0]:.2f} to its lowest value {lowest:.4f}."
    )


def _digits_in_words(digits: tuple[Digit, ...]) -> str:
    read = ", ".join(f"{digit.label} as {digit.predicted}" for digit in digits)
    return f"Misread digits: {read}."


def picture(draw: Draw, words: str, scheme: str, *, wide: bool = False) -> Markup:
    """A drawing inside the page, one for light and one for dark, with what it shows in words."""
    size = Markup(' class="wide"') if wide else Markup()
    if scheme != "auto":
        source = _data(draw(scheme == "dark"))
        return Markup('<img{} src="{}" alt="{}">').format(size, source, words)
    return Markup(
        '<picture><source media="(prefers-color-scheme: dark)" srcset="{}">'
        '<img{} src="{}" alt="{}"></picture>'
    ).format(_data(draw(True)), size, _data(draw(False)), words)


def _data(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"
