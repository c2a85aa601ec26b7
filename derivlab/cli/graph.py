"""`derivlab graph`: the computational graph of a model or of the network, as a picture."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivlab.report.graph import Graph

HELP = (
    "Draw the computational graph of a model, or of the network that `derivlab train` trains: values "
    "and shapes "
    "forward, the derived gradients backward."
)
EXAMPLE = "derivlab graph cross-entropy --format svg"
FORMATS = ("svg", "png", "pdf", "dot", "tex")


def _widths(text: str) -> tuple[int, ...]:
    """Widths of hidden layers: "256,256"."""
    try:
        return tuple(int(part) for part in text.split(",")) if text.strip() else ()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of widths such as 256,256") from None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab graph`."""
    parser.add_argument("model", nargs="?", metavar="MODEL", help="a model with a scalar objective")
    parser.add_argument("--network", action="store_true", help="draw the network instead of a model")
    parser.add_argument(
        "--hidden", type=_widths, default=(256, 256), metavar="W,W,...", help="its hidden layers (256,256)"
    )
    parser.add_argument("--activation", default="relu", metavar="NAME", help="relu, tanh or sigmoid (relu)")
    parser.add_argument(
        "--format",
        action="append",
        choices=FORMATS,
        help="svg, png, pdf, dot or tex (TikZ); repeatable (svg)",
    )
    parser.add_argument("--out", type=Path, default=Path("reports"), metavar="DIR", help="where to (reports)")


def run(args: argparse.Namespace) -> int:
    """Draw, and print the files."""
    from derivlab.errors import UsageError
    from derivlab.report import draw_graph, save_file, writable_folder

    if bool(args.model) == args.network:
        raise UsageError("name a model, or give --network (see `derivlab graph --help`)")
    name, graph = ("network", _network(args)) if args.network else (args.model, _model(args.model))
    writable_folder(args.out)
    drawn = {form: draw_graph(graph, form) for form in args.format or ["svg"]}
    for form, data in drawn.items():
        print(save_file(args.out / f"{name}.{form}", data))
    return 0


def _network(args: argparse.Namespace) -> Graph:
    from derivlab.network import feed_forward
    from derivlab.report import graph_of_network

    return graph_of_network(feed_forward(args.hidden, activation_name=args.activation))


def _model(name: str) -> Graph:
    from derivlab.cli.terminal import find_models
    from derivlab.errors import UsageError
    from derivlab.report import graph_of_model

    graph = graph_of_model(find_models([name])[0])
    if graph is None:
        raise UsageError(
            f"`{name}` has no scalar objective, so no graph; try log-likelihood, logistic, cross-entropy"
        )
    return graph
