"""A repaired side as LaTeX: what was not touched stays as the author wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from derivlab.diagnosis.situation import Situation
from derivlab.diagnosis.tree import rebuilt
from derivlab.errors import DerivlabError
from derivlab.notation import StatedClaim, parse_expression, syntax
from derivlab.notation.printer import RULES, to_latex
from derivlab.notation.syntax import Node, walk


@dataclass(frozen=True, slots=True)
class Verbatim(Node):
    """A piece of the source, as it stands there."""

    text: str


RULES[Verbatim] = lambda node: node.text


def repaired_text(at: Situation, claim: StatedClaim, side: Node) -> str:
    """The LaTeX of a repaired side, read again to make sure that it says what was proved."""
    source = at.origin.equation.extent.source.text
    for rows in (True, False):
        text = _tidy(to_latex(_verbatim(side, _originals(at.written, source), source, rows)))
        if _says(at, claim, text):
            return text
    return _tidy(to_latex(side))


def quoted(at: Situation, node: Node) -> str:
    """A piece of the written side, from the source where it stands there."""
    source = at.origin.equation.extent.source.text
    if node.end > node.start and node.end <= len(source):
        return _tidy(source[node.start : node.end])
    return _tidy(to_latex(node))


def new_text(at: Situation, node: Node) -> str:
    """A piece of a repair; what stood in the written side is quoted."""
    source = at.origin.equation.extent.source.text
    return _tidy(to_latex(_verbatim(node, _originals(at.written, source), source, False)))


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip()


def _originals(side: Node, source: str) -> frozenset[int]:
    """The nodes of the side that the source can be quoted for."""
    return frozenset(id(node) for node in walk(side) if node.start < node.end <= len(source))


def _verbatim(node: Node, originals: frozenset[int], source: str, rows: bool) -> Node:
    """The tree with every untouched piece in the author's own words; `rows`: whole products and sums too."""
    if id(node) in originals and (rows or not isinstance(node, syntax.Sum | syntax.Product)):
        return Verbatim(source[node.start : node.end])
    return rebuilt(node, lambda inner: _verbatim(inner, originals, source, rows))


def _says(at: Situation, claim: StatedClaim, text: str) -> bool:
    """Whether the text, read where the claim stands, is the repaired side."""
    try:
        again = at.candidate(parse_expression(text))
    except DerivlabError:
        return False
    return again is not None and (again.right == claim.right or at.proves(again))
