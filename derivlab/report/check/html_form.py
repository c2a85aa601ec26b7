"""The HTML form: the document itself as a page, every `=` with its mark and, one tap away, its evidence.

A mark is colour and sign above the relation, for eye and pointer. The button after the formula says the
same in words and opens the panel, by tap, key or screen reader.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from derivlab.notation import Source, StatedClaim, read
from derivlab.notation.documents import pages_of
from derivlab.notation.rawtokens import read_macros
from derivlab.notation.regions import Pages, Piece
from derivlab.notation.statements.model import ChainEnds, Statement
from derivlab.report.check.html_facts import Fact, facts_of, told
from derivlab.report.check.judge import VERDICTS, Checked, CheckedFile, Summary
from derivlab.report.web.formulas import environment_of, formula, macros_element, with_marks
from derivlab.report.web.page import environment, page
from derivlab.report.web.prose import Inset, prose

Span = tuple[int, int]
SIGNS = {"proved": "✓", "refuted": "✗", "undecided": "?", "unreadable": "!", "note": "i"}


@dataclass(frozen=True)
class Entry:
    """What the page says about one checked statement: `claim` names its mark, button and panel."""

    claim: str
    checked: Checked
    facts: tuple[Fact, ...]

    @property
    def verdict(self) -> str:
        """Its verdict, or "note"."""
        return self.checked.verdict

    @property
    def sign(self) -> str:
        return SIGNS[self.verdict]

    @property
    def what(self) -> str:
        """The verdict in words."""
        return f"{self.verdict}, first side against last" if self.checked.kind == "chain" else self.verdict

    @property
    def told(self) -> str:
        """The one line that hovering shows."""
        return told(self.checked)

    @property
    def line(self) -> int:
        return self.checked.extent.line


@dataclass
class _Numbers:
    """Gives every statement of the page its name."""

    used: int = 0

    def next(self) -> str:
        self.used += 1
        return f"c{self.used}"


@dataclass(frozen=True)
class Sheet:
    """One file of the page: its prose with everything in place, and what is not proved in it."""

    path: str
    body: Markup = field(default_factory=Markup)
    problem: str = ""
    troubles: tuple[Entry, ...] = ()


def document(
    files: Sequence[CheckedFile],
    summary: Summary,
    *,
    only_refuted: bool = False,
    title: str = "",
    scheme: str = "auto",
) -> str:
    """The page of the checked files, one HTML file that needs nothing else."""
    from derivlab import __version__

    numbers = _Numbers()
    sheets = [_sheet(file, numbers, only_refuted) for file in files]
    names = ", ".join(sheet.path for sheet in sheets[:3]) + (", …" if len(sheets) > 3 else "")
    heading = title or f"{names}, checked"
    body = environment().get_template("check.html.j2").render(
        title=heading,
        version=__version__,
        sheets=sheets,
        counts=[(verdict, summary.counts[verdict], SIGNS[verdict]) for verdict in VERDICTS],
        macros=macros_element(read_macros(file.source.text) for file in files if file.source is not None),
    )  # fmt: skip
    return page(heading, Markup(body), scripts=("math.js", "check.js"), scheme=scheme)


def save(target: Path, files: Sequence[CheckedFile], summary: Summary, only_refuted: bool = False) -> Path:
    """The page as the file `target`, replaced whole.

    Raises:
        UsageError: it cannot be written.
    """
    from derivlab.report.write import save_file

    text = document(files, summary, only_refuted=only_refuted)
    return save_file(target, text.encode("utf-8"), "--html")


def _sheet(file: CheckedFile, numbers: _Numbers, only_refuted: bool) -> Sheet:
    if file.source is None:
        return Sheet(file.path, problem=file.problem)
    claims = claims_of(file.source)
    shown = [one for one in _once(file.checked) if not only_refuted or one.verdict == "refuted"]
    entries = [Entry(numbers.next(), one, facts_of(one, claims.get(key_of(one)))) for one in shown]
    troubles = tuple(one for one in entries if one.verdict in VERDICTS[1:] and one.checked.kind == "claim")
    return Sheet(file.path, _body(file.source, entries), file.problem, troubles)


def _once(checked: Iterable[Checked]) -> list[Checked]:
    """An error in a side between two relations is told at the first of them."""
    seen: dict[object, Checked] = {}
    for one in checked:
        key = (one.at, one.reason) if one.verdict == "unreadable" else (one.kind, key_of(one), one.reason)
        seen.setdefault(key, one)
    return list(seen.values())


def key_of(one: Checked) -> tuple[int, int, int, str]:
    extent = one.extent
    return extent.start, extent.end, extent.relation_at, one.left


def claims_of(source: Source) -> dict[tuple[int, int, int, str], StatedClaim]:
    """What was read at each place, for the steps and the names in a panel."""
    found = {}
    for statement in read(source):
        claim = _claim(statement)
        if claim is not None:
            extent = statement.extent
            found[extent.start, extent.end, extent.relation_at, claim.left_text] = claim
    return found


def _claim(statement: Statement) -> StatedClaim | None:
    if isinstance(statement, ChainEnds):
        return statement.claim
    return statement if isinstance(statement, StatedClaim) else None


# ---------------------------------------------------------------------------- the text with its marks


def _body(source: Source, entries: Sequence[Entry]) -> Markup:
    pages = pages_of(source)
    formulas = [piece for piece in pages.pieces if piece.kind in ("inline", "display")]
    at_formula: dict[int, list[Entry]] = {}
    in_prose: list[tuple[int, Entry]] = []
    for entry in entries:
        number = _formula_at(formulas, _anchor(entry.checked))
        if number is None:
            in_prose.append((_outside(formulas, entry.checked.extent.end), entry))
        else:
            at_formula.setdefault(number, []).append(entry)
    insets = [
        Inset(*piece.outer, _formula(pages, piece, at_formula.get(number, [])))
        for number, piece in enumerate(formulas)
    ]
    insets += [Inset(at, at, _chips([entry], inline=True)) for at, entry in in_prose]
    # in LaTeX, comments are blank there; in Markdown, the signs of quotations are, which prose needs
    text = pages.text if Path(source.path).suffix.lower() in (".tex", ".latex") else source.text
    return prose(text, insets, source.path)


def _anchor(one: Checked) -> int:
    """The relation; of what is not understood, the term that the message is about."""
    if one.extent.relation_at >= 0:
        return one.extent.relation_at
    return one.at[0] if one.verdict == "unreadable" else one.extent.start


def _formula_at(formulas: Sequence[Piece], offset: int) -> int | None:
    number = bisect_right([piece.outer[0] for piece in formulas], offset) - 1
    return number if number >= 0 and offset < formulas[number].outer[1] else None


def _outside(formulas: Sequence[Piece], offset: int) -> int:
    """`offset`, or the end of the formula that it lies in."""
    number = _formula_at(formulas, offset)
    return offset if number is None else formulas[number].outer[1]


def _formula(pages: Pages, piece: Piece, entries: Sequence[Entry]) -> Markup:
    text = pages.text[piece.start : piece.end]
    places = {
        entry.checked.extent.relation_at - piece.start: entry.claim
        for entry in reversed(entries)
        if entry.checked.kind == "claim" and entry.checked.extent.relation_at >= 0
    }
    marked = with_marks(text, places) if places else ""
    display = piece.kind == "display"
    shown = formula(
        environment_of(piece.environment, text).strip(),
        display=display,
        marked=environment_of(piece.environment, marked).strip() if marked else "",
    )
    return shown + _chips(entries, inline=not display)


def _chips(entries: Sequence[Entry], *, inline: bool) -> Markup:
    """The buttons after a formula and the panels that they open."""
    if not entries:
        return Markup()
    return Markup(environment().get_template("chips.html.j2").render(entries=entries, inline=inline))
