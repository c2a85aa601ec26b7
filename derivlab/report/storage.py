"""Views of chapters as JSON and back: plain values, LaTeX of derivlab's own, graphs, curves, digits.

Nothing that is read can run: a damaged or foreign value raises `ValueError`, and that is all.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from derivlab.report.content import Curves, Digit
from derivlab.report.graph.model import Edge, Graph, Kind, Node
from derivlab.report.tex import Tex


def dumps(value: object) -> str:
    """A view as JSON; the same value gives the same text.

    >>> dumps({"a": Tex("x"), "b": (1, None)})
    '{"a":{"$tex":"x"},"b":[1,null]}'
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def loads(text: str) -> Any:
    """The view that `dumps` wrote; tuples come back as lists.

    Raises:
        ValueError: the text is no such view.
    """
    try:
        return _restored(json.loads(text))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no view: {error}") from error


def _plain(value: object) -> Any:
    match value:
        case Tex():
            return {"$tex": str(value)}
        case None | bool() | int() | float() | str():
            return value
        case Graph():
            return {"$graph": _graph_out(value)}
        case Curves():
            return {"$curves": {name: list(entry) for name, entry in vars(value).items()}}
        case Digit():
            return {"$digit": _digit_out(value)}
        case Mapping():
            return {str(key): _plain(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_plain(entry) for entry in value]
    raise TypeError(f"a view holds no {type(value).__name__}")


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return [_restored(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    kind = next(iter(value), "")
    if kind.startswith("$"):
        return _IN[kind](value[kind])
    return {key: _restored(entry) for key, entry in value.items()}


def _graph_out(graph: Graph) -> dict[str, Any]:
    data = asdict(graph)
    for node in data["nodes"]:
        node["kind"] = node["kind"].value
    return data


def _graph_in(data: dict[str, Any]) -> Graph:
    nodes = tuple(Node(**{**node, "kind": Kind(node["kind"])}) for node in data["nodes"])
    return Graph(nodes, tuple(Edge(**edge) for edge in data["edges"]), data["caption"], data["legend"])


def _digit_out(digit: Digit) -> dict[str, Any]:
    """Pixels are bytes in the data: nothing is lost."""
    pixels = np.rint(np.asarray(digit.pixels) * 255.0).astype(np.uint8)
    return {
        "shape": list(pixels.shape),
        "pixels": base64.b64encode(pixels.tobytes()).decode("ascii"),
        "label": digit.label,
        "predicted": digit.predicted,
        "probability": digit.probability,
    }


def _digit_in(data: dict[str, Any]) -> Digit:
    flat = np.frombuffer(base64.b64decode(data["pixels"]), dtype=np.uint8)
    pixels = flat.reshape(data["shape"]) / 255.0
    return Digit(pixels, data["label"], data["predicted"], data["probability"])


_IN: dict[str, Callable[[Any], Any]] = {
    "$tex": lambda data: Tex(data),
    "$graph": _graph_in,
    "$curves": lambda data: Curves(**data),
    "$digit": _digit_in,
}
