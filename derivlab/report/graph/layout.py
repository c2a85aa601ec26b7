"""Where the nodes of a computational graph stand: Graphviz places boxes of the measured sizes.

`dot` on PATH is used if there is one, else the program of the wheel `graphviz-pure`; both give the
same layout in their `plain` format. Only positions are taken: edges are drawn from border to border.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from derivlab.errors import InternalError, UsageError
from derivlab.report.graph.captions import Caption, Room, over_the_loss, rooms
from derivlab.report.graph.model import Graph, Node

if TYPE_CHECKING:
    from graphviz import Digraph

POINTS = 72.0
SECONDS = 30.0
Point = tuple[float, float]
_GRAPH = {"rankdir": "LR", "nodesep": "0.24", "ranksep": "0.22", "ordering": "in"}
_NODE = {"shape": "box", "fixedsize": "true"}


@dataclass(frozen=True)
class Placed:
    """A node with the centre of its circle in points, y upwards, and the room around it."""

    node: Node
    x: float
    y: float
    room: Room

    @property
    def radius(self) -> float:
        """The radius of the circle."""
        return self.room.radius

    @property
    def captions(self) -> tuple[Caption, ...]:
        """The lines around the circle."""
        return self.room.captions


@dataclass(frozen=True)
class Layout:
    """The placed nodes by name, and the size of the whole in points."""

    placed: dict[str, Placed]
    width: float
    height: float


def to_graphviz(graph: Graph) -> Digraph:
    """The graph for Graphviz: boxes of fixed size, a heavy main chain, without what stands over the loss."""
    from graphviz import Digraph

    drawn = Digraph(graph_attr=_GRAPH, node_attr=_NODE)
    over, sizes = dict(over_the_loss(graph)), rooms(graph)
    laid = [(position, node) for position, node in enumerate(graph.nodes) if node.name not in over]
    number = {node.name: f"n{position}" for position, node in laid}
    for _, node in laid:
        room = sizes[node.name]
        group = {"group": "main"} if node.main else {}
        wide, high = 2 * room.half_width / POINTS, (room.above + room.below) / POINTS
        drawn.node(number[node.name], width=f"{wide:.4f}", height=f"{high:.4f}", **group)
    # with ordering=in, what enters a node stands in the order of its edges: the main chain last, below
    for edge in sorted(graph.edges, key=lambda edge: graph.node(edge.source).main):
        if edge.source in number:
            heavy = graph.node(edge.source).main and graph.node(edge.target).main
            weight = 100 if heavy else 2
            drawn.edge(number[edge.source], number[edge.target], weight=str(weight))
    return drawn


def dot_source(graph: Graph) -> str:
    """The text of `to_graphviz`."""
    return str(to_graphviz(graph).source)


def place(graph: Graph) -> Layout:
    """The layout of `graph`.

    Raises:
        UsageError: no Graphviz; the message says what to install.
    """
    plain = run_dot(dot_source(graph), "plain").decode("utf-8")
    centres: dict[str, Point] = {}
    for line in plain.splitlines():
        words = shlex.split(line)
        if words and words[0] == "node":
            name = graph.nodes[int(words[1][1:])].name
            centres[name] = (float(words[2]) * POINTS, float(words[3]) * POINTS)
    return _placed(graph, _givens_above(graph, centres))


def _givens_above(graph: Graph, centres: dict[str, Point]) -> dict[str, Point]:
    """The layout mirrored if most of what is not on the main chain lies below it."""
    main = [y for name, (_, y) in centres.items() if graph.node(name).main]
    others = [y for name, (_, y) in centres.items() if not graph.node(name).main]
    if not main or not others or sum(others) / len(others) >= sum(main) / len(main):
        return centres
    return {name: (x, -y) for name, (x, y) in centres.items()}


def _placed(graph: Graph, centres: dict[str, Point]) -> Layout:
    """Circles in their rooms, and the whole moved so that it begins at (0, 0)."""
    sizes = rooms(graph)
    placed = {}
    for name, (x, y) in centres.items():
        room = sizes[name]
        placed[name] = Placed(graph.node(name), x, y + (room.below - room.above) / 2, room)
    placed = _straightened(placed)
    placed |= _over_the_loss(graph, placed, sizes)
    left = min(spot.x - spot.room.half_width for spot in placed.values())
    right = max(spot.x + spot.room.half_width for spot in placed.values())
    bottom = min(spot.y - spot.room.below for spot in placed.values())
    top = max(spot.y + spot.room.above for spot in placed.values())
    moved = {name: replace(spot, x=spot.x - left, y=spot.y - bottom) for name, spot in placed.items()}
    return Layout({node.name: moved[node.name] for node in graph.nodes}, right - left, top - bottom)


def _over_the_loss(graph: Graph, placed: dict[str, Placed], sizes: dict[str, Room]) -> dict[str, Placed]:
    """What enters the loss alone stands side by side over it."""
    pairs = over_the_loss(graph)
    apart = max((2 * sizes[name].half_width + 10.0 for name, _ in pairs), default=0.0)
    result = {}
    for position, (name, loss) in enumerate(pairs):
        below = placed[loss]
        x = below.x + (position - (len(pairs) - 1) / 2) * apart
        y = below.y + below.room.above + 26.0 + sizes[name].below
        result[name] = Placed(graph.node(name), x, y, sizes[name])
    return result


def _straightened(placed: dict[str, Placed]) -> dict[str, Placed]:
    """The main chain on one level, whatever rounding did to it."""
    levels = [spot.y for spot in placed.values() if spot.node.main]
    level = sum(levels) / len(levels) if levels else 0.0
    return {name: replace(spot, y=level) if spot.node.main else spot for name, spot in placed.items()}


def find_dot() -> list[str]:
    """The command of a Graphviz: `dot` on PATH, else the wheel's program."""
    system = shutil.which("dot")
    if system:
        return [system]
    name = "graphviz-pure.exe" if os.name == "nt" else "graphviz-pure"
    for folder in (Path(sysconfig.get_path("scripts")), Path.home() / ".local" / "bin"):
        if (folder / name).is_file():
            return [str(folder / name), "-Kdot"]
    on_path = shutil.which(name)
    if on_path:
        return [on_path, "-Kdot"]
    raise UsageError("a graph needs Graphviz and none is installed: run `pip install graphviz-pure`")


def run_dot(source: str, form: str) -> bytes:
    """What Graphviz makes of `source` in the output format `form`."""
    command = [*find_dot(), f"-T{form}"]
    try:
        done = subprocess.run(
            command, input=source.encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise InternalError(f"Graphviz did not end within {SECONDS:.0f} s") from None
    if done.returncode != 0:
        raise InternalError(f"Graphviz failed: {done.stderr.decode(errors='replace').strip()[:200]}")
    return done.stdout
