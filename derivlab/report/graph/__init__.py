"""Computational graphs: data, layout, and drawing as TikZ, SVG, PNG and PDF."""

from derivlab.report.graph.model import Edge, Graph, Kind, Node

__all__ = ["Edge", "Graph", "Kind", "Node"]
