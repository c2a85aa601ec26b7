"""Bounds: nothing that fits in 100 KB takes long or much memory, and past a bound stands an error."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from pathlib import Path

import pytest

from derivlab.notation import Document, StatedClaim, Unread, load, read, read_text
from derivlab.notation.documents import source_of
from tests.clock import growth, slowness, within

GIVEN = "Let $x \\in \\mathbb{R}$, $z \\in \\mathbb{R}^K$ and $A \\in \\mathbb{R}^{n \\times n}$.\n\n"
SIZE = 100_000


def repeated(text: str, before: str = "$$ x = ", after: str = " $$") -> str:
    return before + text * (SIZE // len(text)) + after


def nested(opening: str, closing: str, inner: str = "x") -> str:
    count = SIZE // (len(opening) + len(closing))
    return "$$ x = " + opening * count + inner + closing * count + " $$"


ANYTHING = {
    "sum": repeated("1+", after="1 $$"),
    "product": repeated("x z_i "),
    "matrices": repeated("A "),
    "slashes": repeated("x/", after="x $$"),
    "parentheses": nested("(", ")"),
    "braces": nested("{", "}"),
    "exponents": nested("x^{", "}"),
    "subscripts": nested("x_{", "}"),
    "functions": nested("\\log(", ")"),
    "fractions": nested("\\frac{1}{", "}"),
    "roots": nested("\\sqrt{", "}"),
    "opened": repeated("("),
    "closed": repeated(")"),
    "fraction marks": repeated("\\frac1"),
    "accents": repeated("\\hat"),
    "sums": repeated("\\sum_i"),
    "logarithms": repeated("\\log"),
    "gradients": repeated("\\nabla_x"),
    "derivatives": repeated("\\frac{d}{dx}"),
    "powers": repeated("x^x"),
    "digits": repeated("9"),
    "primes": repeated("'", "$$ x", "= x $$"),
    "signs": repeated("-"),
    "bars": repeated("|x"),
    "equations": repeated("= x ", "$$ x "),
    "rows": repeated("\\\\ = x ", "$$ x "),
    "commas": repeated("x,", "$$ "),
    "texts": repeated("\\text{if a} "),
    "cases": repeated("x & x > 0 \\\\ ", "$$ x = \\begin{cases}", "\\end{cases}$$"),
    "dollars": "$" * SIZE,
    "displays": "$$ " * (SIZE // 3),
    "backslashes": "\\" * SIZE,
    "backticks": "`a\n\n" * (SIZE // 4),
    "environments": "\\begin{align}" * (SIZE // 13),
    "fences": "```\n" * (SIZE // 4),
    "prose": "Lorem ipsum dolor. " * (SIZE // 19),
    "assume": "assume " * (SIZE // 7) + "$x = 1$",
    "macros": "\\newcommand{\\aa}{x+x}" * (SIZE // 20) + "$x = x + 0$",
    "symmetric": "symmetric " * (SIZE // 10) + "$A$",
    "semi": "symmetric " + "semi-definite " * (SIZE // 14) + "x $A$",
    "is a": "$A$ " + "is a " * (SIZE // 5) + "x symmetric",
    "not necessarily": "$A$ " + "not necessarily " * (SIZE // 16) + "symmetric",
    "fixed": "for a fixed" + " " * SIZE + "x $i$",
    "to zero": "to zero " * (SIZE // 8) + "$x$",
    "in the set": "in the set" + " " * SIZE + "x $A$",
    "positive": "positive" + " -" * (SIZE // 2) + "$A$",
    "convex": "$x$ is not" + " " * SIZE + "necessarily convex",
    "function of": "convex as a function of" + " " * SIZE + "x $x$",
    "quotes": "> " * (SIZE // 2) + "$x$",
    "fence": "```" + " " * SIZE + "`\n",
    "comments": "<!-- " * (SIZE // 5),
    "nulls": "\0" * SIZE,
    "emoji": "😀" * (SIZE // 4),
    "nothing": "$a=$ " * (SIZE // 5),
    "undeclared": "$x = q$. " * (SIZE // 9),
}


# The ordinary run takes every third.
MANY = [pytest.param(name, marks=pytest.mark.slow) if at % 3 else name for at, name in enumerate(ANYTHING)]


@pytest.mark.parametrize("name", MANY)
def test_100_kilobytes_of_anything_are_answered_at_once(name: str) -> None:
    assert within(1, lambda: read_text(GIVEN + ANYTHING[name]))


@pytest.mark.parametrize("name", ["sum", "exponents", "rows"])
def test_the_memory_is_bounded(name: str) -> None:
    tracemalloc.start()
    try:
        read_text(GIVEN + ANYTHING[name])
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


TOO_LARGE = {
    r"$$ x = 9^{9^{9^9}} $$": "this exponent is past 1000",
    r"$$ x = 10^{10^8} $$": "this exponent is past 1000",
    r"$$ x = (10^7)! $$": "the factorial of a number past 200",
    r"$$ x = 10^{-10^8} $$": "this exponent is past 1000",
    r"$$ x = x^{10^9} $$": "this exponent is past 1000",
    r"$$ x = ((10^{300})^{300})^{300} $$": "this number has more than 16384 bits",
    r"$$ x = e^{10^{10^{10}}} $$": "this exponent is past 1000",
    r"$$ x = \sqrt[1000000007]{7} $$": "this exponent is past 1000",
    r"$$ x = " + "9" * 400 + " $$": "this number has more than 300 digits",
    r"$$ x = " + "(" * 101 + "x" + ")" * 101 + " $$": "this is nested more than 100 levels deep",
    r"$$ x = " + "{" * 101 + "x" + "}" * 101 + " $$": "this is nested more than 100 levels deep",
    r"$$ x = " + "x " * 1000 + "x $$": "this product has more than 500 factors",
    r"$$ x = " + r"\sum_{i=1}^n " * 300 + "x $$": "this is nested more than 100 levels deep",
    r"$$ x = " + "1+" * 5_000 + "1 $$": "this formula has more than 5000 tokens",
    r"$$ x = \sum_{i=1}^{10000000} x $$": "a sum past 1000000 terms is not read",
    r"$v \in \mathbb{R}^{10000000}$": "a size past 1000000 is not read",
    r"$$ z = "
    + r"\operatorname{softmax}(" * 60
    + "z"
    + ")" * 60
    + " $$": "this expression has more than 4000 parts",
    r"\def\a{\b\b}\def\b{\a\a} $$ x = \a $$": "the macro `\\a` expands to more than 5000 tokens",
    r"\def\a{\a} $$ x = \a $$": "the macro `\\a` expands to itself or is nested deeper than 20",
    r"Let $f(t) = t \sin t$. $$ x = "
    + "f(" * 30
    + "x"
    + ")" * 30
    + " $$": "this expression has more than 4000 parts",
}


@pytest.mark.parametrize("text", TOO_LARGE, ids=list(TOO_LARGE.values()))
def test_past_a_bound_stands_an_error(text: str) -> None:
    found = read_text(GIVEN + text)
    assert TOO_LARGE[text] in [one.error.message for one in found.errors]
    assert within(0.1, lambda: read_text(GIVEN + text))


def test_a_document_that_is_no_mathematics_is_left() -> None:
    found = read_text(GIVEN + "$x = q$. " * 500 + "$x = x$.")
    assert (len(found.errors), len(found.claims)) == (500, 1)
    found = read_text(GIVEN + "$x = q$. " * 501 + "$x = x$.")
    assert (len(found.errors), len(found.claims)) == (501, 0)
    assert found.errors[-1].error.message == (
        "most equations of this document, more than 500, are not read; it is left here"
    )
    found = read_text(GIVEN + "$x = q$. $x = x$. " * 510)
    assert (len(found.errors), len(found.claims)) == (510, 510)


def test_a_sentence_without_end_is_read_in_parts() -> None:
    text = GIVEN + "$x = x$ and " * 2_000

    def first() -> None:
        assert any(isinstance(one, StatedClaim) for one in read(source_of(text, "a.md")))

    assert within(1, first)
    assert len(read_text(text).claims) == 2_000


def test_the_stated_depth_is_read() -> None:
    depth = 95
    assert not read_text(GIVEN + "$$ x = " + "(" * depth + "x" + ")" * depth + " $$").errors
    assert not read_text(GIVEN + "$$ x = " + r"\sin(" * depth + "x" + ")" * depth + " $$").errors


def test_time_grows_linearly() -> None:
    short, long = (GIVEN + "$x + z_i = z_i + x$ and " * count for count in (100, 400))
    assert growth(lambda: read_text(short), lambda: read_text(long)) < 8


def claims_folder() -> list[Path]:
    return sorted((Path(__file__).parent.parent / "claims").glob("*.md"))


def test_a_claim_takes_at_most_three_milliseconds() -> None:
    """Parsing and elaboration, per statement, in a process that is warm."""

    def document_seconds(path: Path) -> tuple[float, int]:
        source = load(path)
        began = time.thread_time()
        found = Document(source, tuple(read(source)))
        return time.thread_time() - began, len(found.statements)

    for path in claims_folder():
        document_seconds(path)
    per_statement = []
    for path in claims_folder():
        best, count = min(document_seconds(path) for _ in range(3))
        per_statement += [best / slowness() / count] * count
    assert statistics.median(per_statement) < 0.003


def test_every_bound_is_an_unread_statement() -> None:
    for text in TOO_LARGE:
        assert any(isinstance(one, Unread) for one in read_text(GIVEN + text).statements)
