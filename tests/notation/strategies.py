"""What hypothesis draws: syntax trees, soups of tokens, edits of real documents."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import strategies as st

from derivlab.notation import syntax
from derivlab.notation.syntax import Node

CLAIMS = Path(__file__).resolve().parent.parent / "claims"
DOCUMENTS = [path.read_text(encoding="utf-8") for path in sorted(CLAIMS.glob("*.md"))]
MORE_TOKENS = r"""
\begin{align} \end{align} \begin{cases} \end{cases} \text{if} \nabla \prod \| \langle \rangle \mathbb{1}
\succeq
\dots \boldsymbol \newcommand \frac12 ` % € 9999999999 \operatorname{softmax} Assume then positive ℝ
""".split()
SEEN = set(re.findall(r"\\[a-zA-Z]+|\\.|[^\s\w]|\w|\$\$", "".join(DOCUMENTS)))
TOKENS = [*sorted(SEEN), *MORE_TOKENS, "\n\n", "\0", ". Let "]

LETTERS = [
    "a",
    "x",
    "J",
    "z",
    "p",
    r"\theta",
    r"\lambda",
    r"\mathbf{x}",
    r"\mathcal{L}",
    "softmax",
    "e",
    r"\partial",
]

names = st.sampled_from(LETTERS).map(syntax.Name)
numbers = st.sampled_from(["0", "1", "2", "12", "0.5"]).map(syntax.Number)
symbols = names | st.builds(syntax.Accent, st.sampled_from(["hat", "bar", "tilde"]), names)
atoms = names | numbers | symbols


def _sums(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = st.lists(st.tuples(st.sampled_from("+-±"), inner), min_size=2, max_size=4)
    return pairs.map(
        lambda found: syntax.Sum(tuple(sign for sign, _ in found), tuple(node for _, node in found))
    )


def _products(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    operators = st.sampled_from(["", "", "", "·", "×", "/", "⊙", "·-"])
    pairs = st.lists(st.tuples(operators, inner), min_size=2, max_size=4)
    return pairs.map(
        lambda found: syntax.Product(("", *(sign for sign, _ in found[1:])), tuple(node for _, node in found))
    )


def _groups(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    kinds = st.sampled_from(["(", "[", r"\{", "|", "‖", "⟨"])
    return st.builds(syntax.Group, kinds, st.lists(inner, min_size=1, max_size=2).map(tuple))


def _scripts(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    optional = st.none() | inner
    return st.builds(syntax.Script, symbols | _groups(inner), optional, optional, st.integers(0, 2)).filter(
        lambda node: node.sub is not None or node.sup is not None or node.primes > 0
    )


def _chains(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(
        lambda a, b, r: syntax.Chain((a, b), (r,)), inner, inner, st.sampled_from(["=", "≠", "<", "∈"])
    )


def _cases(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    rows = st.lists(st.tuples(inner, _chains(inner)), min_size=1, max_size=3)
    return rows.map(lambda found: syntax.Cases(tuple(found)))


def _extended(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        _sums(inner),
        _products(inner),
        _groups(inner),
        _scripts(inner),
        st.builds(syntax.Fraction, inner, inner),
        st.builds(syntax.Root, inner, st.none() | numbers),
        _cases(inner),
        st.builds(syntax.Factorial, symbols),
    )


trees: st.SearchStrategy[Node] = st.recursive(atoms, _extended, max_leaves=12)
soups = st.lists(st.sampled_from(TOKENS), max_size=25).map(" ".join)


@st.composite
def edited(draw: st.DrawFn) -> str:
    """A few paragraphs of a real document with random edits."""
    paragraphs = re.split(r"\n\n+", draw(st.sampled_from(DOCUMENTS)))
    text = "\n\n".join([*paragraphs[:2], draw(st.sampled_from(paragraphs))])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        kind = draw(st.integers(0, 2))
        if kind == 0:
            text = text[:at] + draw(st.sampled_from(TOKENS)) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + draw(st.integers(1, 5)) :]
        else:
            start = draw(st.integers(0, len(text)))
            text = text[:at] + text[start : start + draw(st.integers(1, 20))] + text[at:]
    return text
