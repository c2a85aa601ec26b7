"""A repaired side as LaTeX: what was not touched stays as the author wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from derivlab.diagnosis.situation import Situation
from derivlab.diagnosis.tree import flat, rebuilt
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
    for rows in (True, False):
        text = _quoting(at, side, rows)
        if _says(at, claim, text):
            return text
    return _tidy(to_latex(flat(side)))


def quoted(at: Situation, node: Node) -> str:
    """A piece of the written side, from the source where it stands there."""
    source = at.origin.equation.extent.source.text
    if node.end > node.start and node.end <= len(source):
        return _tidy(source[node.start : node.end])
    return _tidy(to_latex(flat(node)))


def new_text(at: Situation, node: Node) -> str:
    """A piece of a repair; what stood in the written side is quoted."""
    return _quoting(at, node, False)


def _quoting(at: Situation, node: Node, rows: bool) -> str:
    """LaTeX with every untouched piece in the author's own words."""
    source = at.origin.equation.extent.source.text
    originals = _originals(at.written, source)
    row_by_row = flat(node, originals if rows else frozenset())
    return _tidy(to_latex(_verbatim(row_by_row, originals, source, rows)))


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
