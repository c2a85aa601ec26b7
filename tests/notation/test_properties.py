"""Properties: printing is stable, spelling changes no reading, nothing raises but derivlab's own errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivlab.errors import DerivlabError, InternalError, UnreadableError
from derivlab.notation import StatedClaim, parse_expression, read_text, to_latex
from derivlab.notation.syntax import Node
from derivlab.symbols import with_bounds_by_depth

from .strategies import DOCUMENTS, edited, soups, trees

ORDINARY = settings(deadline=None, derandomize=True, database=None)


def harmless(text: str, path: str = "a.md") -> None:
    """Reading raises nothing but errors that are meant for the author."""
    try:
        read_text(text, path)
    except InternalError:
        raise
    except DerivlabError:
        pass


def is_stable(tree: Node) -> None:
    printed = to_latex(tree).strip()
    assert to_latex(parse_expression(printed)).strip() == printed


def is_meant(tree: Node) -> None:
    once = parse_expression(to_latex(tree))
    assert parse_expression(to_latex(once)) == once


def bytes_are_harmless(text: str, path: str) -> None:
    harmless(text, path)
    harmless(f"$$ x = {text} $$", path)


def tokens_are_harmless(text: str) -> None:
    harmless(f"Let $x, z \\in \\mathbb{{R}}^K$. $$ x_i = {text} $$")


def edits_are_harmless(text: str) -> None:
    harmless(text)


def parses_or_says_where_not(text: str) -> None:
    with suppress(UnreadableError):
        parse_expression(text)


NOISE = st.binary(max_size=300).map(lambda raw: raw.decode("utf-8", "replace"))
PROPERTIES: dict[str, tuple[Callable[..., None], int, tuple[Any, ...]]] = {
    "what is printed, parsed and printed is the same": (is_stable, 600, (trees,)),
    "what is printed parses to what was meant": (is_meant, 300, (trees,)),
    "random bytes": (bytes_are_harmless, 3000, (NOISE, st.sampled_from(["a.md", "a.tex"]))),
    "random tokens": (tokens_are_harmless, 1500, (soups,)),
    "an expression parses or says where not": (parses_or_says_where_not, 4000, (soups,)),
    "random edits of real documents": (edits_are_harmless, 700, (edited(),)),
}


@pytest.mark.parametrize("share", [pytest.param(1, marks=pytest.mark.slow), 4])
@pytest.mark.parametrize("name", PROPERTIES)
def test_properties(name: str, share: int) -> None:
    holds, examples, strategies = PROPERTIES[name]
    settings(ORDINARY, max_examples=examples // share)(given(*strategies)(holds))()


# ---------------------------------------------------------------------------- spelling that means nothing


def _k_to_m(match: re.Match[str]) -> str:
    """The letter k, alone or in `ik`, as m; commands stay."""
    return re.sub(r"(\\[a-zA-Z]+)|k", lambda part: part.group(1) or "m", match.group())


SPELLINGS = {
    "left and right": lambda text: re.sub(r"(?<!\\left)(?<![a-zA-Z}])\(", r"\\left(", text).replace(
        ")", r"\right)"
    ),
    "spacing": lambda text: text.replace("=", r"\, = \;").replace("+", r"\! + \quad"),
    "transpose": lambda text: text.replace(r"^\top", "^T"),
    "intercal": lambda text: text.replace(r"^\top", r"^{\intercal}"),
    "other letter": lambda text: re.sub(
        r"\$\$.*?\$\$|\$[^$]+\$|\\begin\{align\}.*?\\end\{align\}", _k_to_m, text, flags=re.DOTALL
    ),
    "braces": lambda text: re.sub(r"_([a-z])\b", r"_{\1}", text),
    "fractions": lambda text: text.replace(r"\frac", r"\dfrac"),
    "display": lambda text: re.sub(r"\$\$(.*?)\$\$", r"\\[\1\\]", text, flags=re.DOTALL),
    "labels": lambda text: re.sub(
        r"\$\$ (.*?) \$\$", r"\\begin{equation} \\label{eq} \1 \\end{equation}", text
    ),
    "macros": lambda text: "\\newcommand{\\pd}{\\partial}\n\n" + text.replace(r"\partial", r"\pd "),
}


def readings(text: str) -> list[tuple[object, ...]]:
    """What each claim says, with bound indices named by depth."""
    found = []
    for one in read_text(text).statements:
        if isinstance(one, StatedClaim):
            free = {str(letter) for letter, _ in one.indices}
            found.append(
                (
                    str(with_bounds_by_depth(one.left)),
                    str(with_bounds_by_depth(one.right)),
                    bool(one.shape_mismatch),
                    len(free),
                )
            )
    return found


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("text", DOCUMENTS, ids=[text.split("\n")[0] for text in DOCUMENTS])
def test_spelling_changes_no_reading(name: str, text: str) -> None:
    changed = SPELLINGS[name](text)
    before, after = readings(text), readings(changed)
    assert len(before) == len(after) > 0
    if name == "other letter":
        before = [tuple(re.sub(r"\bk\b", "m", str(part)) for part in one) for one in before]
        after = [tuple(map(str, one)) for one in after]
    assert [sorted(map(str, one)) for one in before] == [sorted(map(str, one)) for one in after]


def test_files_are_harmless_when_cut_anywhere() -> None:
    for text in DOCUMENTS:
        for at in range(0, len(text), 37):
            harmless(text[:at])


def test_strategies_know_the_claims() -> None:
    assert len(DOCUMENTS) == len(list((Path(__file__).parent.parent / "claims").glob("*.md")))


def test_an_entry_of_an_inverse_is_printed_as_one() -> None:
    assert to_latex(parse_expression(r"A^{-1}_{ij}")) == "A^{-1}_{i j}"
    assert to_latex(parse_expression(r"A_{ij}^{-1}")) == "A_{i j}^{-1}"
