r"""The documents of this repository with one mistake put into one line of them.

Every side of every proved equation in `proofs/` and `tests/claims/` is changed in its place, by changes of
text that know nothing of the search for mistakes. What is measured is what a reader of the document sees:
which step of a chain is the first wrong one, and which kind of mistake is named there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from derivlab.notation import StatedClaim, read_text
from derivlab.report.check.judge import judge
from tests.diagnosis.corpus import binary_signs

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = (*sorted((ROOT / "proofs").glob("*.md")), *sorted((ROOT / "tests" / "claims").glob("*.md")))

FACTOR = frozenset({"missing factor", "forgotten chain-rule factor"})
POWER = frozenset({"wrong exponent", "derivative of a quotient"})
INDEX = frozenset({"wrong index", "swapped indices", "transposed"})
SHAPE = frozenset({"transposed", "wrong shape", "order of a product"})
SIGN = frozenset({"sign of a term", "sign in brackets"})


@dataclass(frozen=True)
class Mistake:
    """A document with one mistake.

    Attributes:
        text: the document.
        path: its name.
        at: the offset of the side that was changed.
        old, new: the side before and after.
        kinds: the names under which the mistake is rightly known.
        chain: whether the side stands in a chain of equations.
    """

    text: str
    path: str
    at: int
    old: str
    new: str
    kinds: frozenset[str]
    chain: bool


Change = Callable[[str], Iterator[tuple[str, frozenset[str]]]]


def whole_sign(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    yield rf"-\left( {side} \right)", frozenset({"sign of the whole"})


def one_sign(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    for at in binary_signs(side):
        yield side[:at] + ("-" if side[at] == "+" else "+") + side[at + 1 :], SIGN


def sign_inside(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    for found in re.finditer(r"(?<=[)\w}] )([+-])(?= )", side):
        if found.start() not in set(binary_signs(side)):
            other = "-" if found.group() == "+" else "+"
            yield side[: found.start()] + other + side[found.end() :], SIGN


def dropped_factor(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    for piece in (
        r"\\frac\{1\}\{N\} ",
        r"(?<![\w^_{}])N ",
        r"\\lambda (?=\\)",
        r"\\alpha ",
        r" x_\{ij\}",
        r" x_j(?!\w)",
    ):
        for found in re.finditer(piece, side):
            yield side[: found.start()] + side[found.end() :], FACTOR


def doubled(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    yield f"2 ( {side} )", frozenset({"extra factor"})


def power(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    for found in re.finditer(r"\^2", side):
        yield side[: found.start()] + side[found.end() :], POWER


def squared(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    found = re.search(r"(?<![\w\\{])(p_i|g_i|h_i|y_i|\\theta_j|x_j)(?![\w^])", side)
    if found:
        yield side[: found.end()] + "^2" + side[found.end() :], POWER


def delta_is_one(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    for found in re.finditer(r"\\delta_\{\w+\}", side):
        yield side[: found.start()] + "1" + side[found.end() :], frozenset({"one case for all"})


def sum_from_two(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    for found in re.finditer(r"\\sum_\{(\w)=1\}", side):
        two = found.group().replace("=1", "=2")
        yield side[: found.start()] + two + side[found.end() :], frozenset({"wrong bound"})


def dropped_sum(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    for found in re.finditer(r"\\sum_\{\w+=1\}\^\w ", side):
        yield side[: found.start()] + side[found.end() :], frozenset({"missing sum"})


def other_letter(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    letters = sorted(set(re.findall(r"_(\w)(?!\w)", side)))
    found = list(re.finditer(r"(?<=[a-z}]_)(\w)(?=[ )}.]|$)", side))
    for one in found[-1:]:
        for letter in letters:
            if letter != one.group():
                yield side[: one.start()] + letter + side[one.end() :], INDEX


def dropped_term(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    places = list(binary_signs(side))
    if places:
        term = side[places[-1] :]
        kinds = {"missing term", "one case for all"} if r"\delta" in term else {"missing term"}
        yield side[: places[-1]].rstrip(), frozenset(kinds)


def added_term(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    yield f"{side} + 1", frozenset({"extra term"})


def dropped_transpose(side: str) -> Iterator[tuple[str, frozenset[str]]]:
    for found in re.finditer(r"\^\\top", side):
        yield side[: found.start()] + side[found.end() :], SHAPE


CHANGES: tuple[Change, ...] = (
    whole_sign,
    one_sign,
    sign_inside,
    dropped_factor,
    doubled,
    power,
    squared,
    delta_is_one,
    sum_from_two,
    dropped_sum,
    other_letter,
    dropped_term,
    added_term,
    dropped_transpose,
)


def candidates() -> Iterator[tuple[Mistake, int]]:
    """Every document with every change of every right side, and the offset of the relation before it."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for claim in read_text(text, path.name).claims:
            if claim.relation == "=":
                for mistake in _changed(claim, text, path.name):
                    yield mistake, claim.extent.relation_at


def mistakes(step: int = 1) -> Iterator[Mistake]:
    """Every `step`-th change of a line that holds which makes the step into it refuted."""
    for mistake, relation_at in islice(candidates(), 0, None, step):
        text = mistake.text
        before = text[: mistake.at] + mistake.old + text[mistake.at + len(mistake.new) :]
        if verdict(text, mistake.path, relation_at) != "refuted":
            continue
        if verdict(before, mistake.path, relation_at) == "proved":
            yield mistake


def _changed(claim: StatedClaim, text: str, path: str) -> Iterator[Mistake]:
    side = claim.right_text.rstrip(" .,")
    at = text.find(side, claim.extent.relation_at)
    seen = {side}
    for change in CHANGES:
        for new, kinds in change(side):
            if new not in seen:
                seen.add(new)
                wrong = text[:at] + new + text[at + len(side) :]
                yield Mistake(wrong, path, at, side, new, kinds, bool(claim.chain))


def verdict(text: str, path: str, relation_at: int) -> str:
    """The verdict on the equation with this relation."""
    for claim in read_text(text, path).claims:
        if claim.extent.relation_at == relation_at:
            return judge(claim).verdict
    return "unread"


def changed_claim(mistake: Mistake) -> StatedClaim:
    """The claim whose right side was changed."""
    claims = read_text(mistake.text, mistake.path).claims
    return next(one for one in claims if one.extent.relation_at < mistake.at <= one.extent.end)
