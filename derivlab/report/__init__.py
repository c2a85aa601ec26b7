"""Floor 9: what people print, hand in and show: the report, its figures and its graphs.

The names are loaded when they are first used: `derivlab check` needs none of them, nor torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivlab.report.collection import collect, graph_of_model, model_section
    from derivlab.report.content import ReportContent
    from derivlab.report.engine import Engine, find_engine
    from derivlab.report.graph.draw import draw as draw_graph
    from derivlab.report.graph.layout import find_dot
    from derivlab.report.training import graph_of_network, network_section
    from derivlab.report.typesetting import TypesettingError, typeset
    from derivlab.report.write import save_file, writable_folder, write_report

# Name -> the module that defines it, and its name there.
_HOME = {
    "Engine": ("engine", "Engine"),
    "ReportContent": ("content", "ReportContent"),
    "TypesettingError": ("typesetting", "TypesettingError"),
    "collect": ("collection", "collect"),
    "draw_graph": ("graph.draw", "draw"),
    "find_dot": ("graph.layout", "find_dot"),
    "find_engine": ("engine", "find_engine"),
    "graph_of_model": ("collection", "graph_of_model"),
    "graph_of_network": ("training", "graph_of_network"),
    "model_section": ("collection", "model_section"),
    "network_section": ("training", "network_section"),
    "save_file": ("write", "save_file"),
    "typeset": ("typesetting", "typeset"),
    "writable_folder": ("write", "writable_folder"),
    "write_report": ("write", "write_report"),
}

__all__ = [
    "Engine",
    "ReportContent",
    "TypesettingError",
    "collect",
    "draw_graph",
    "find_dot",
    "find_engine",
    "graph_of_model",
    "graph_of_network",
    "model_section",
    "network_section",
    "save_file",
    "typeset",
    "writable_folder",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOME[name]
    found = getattr(import_module(f"{__name__}.{module}"), attribute)
    globals()[name] = found  # before the submodule of the same name is found instead
    return found
