"""The verdicts on one cell, as a table (HTML) and as text."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from derivlab.report.check import Checked
from derivlab.report.check.text_form import facts, headline

MARKS = {"proved": "✓", "refuted": "✗", "undecided": "?", "unreadable": "!", "note": "·"}
# Dark enough on white and light enough on black to be read.
COLOURS = {"proved": "#1a8a3a", "refuted": "#d0342c", "undecided": "#a86f00", "unreadable": "#9b4dca"}
HEAD = "<tr>" + "".join(f'<th scope="col">{name}</th>' for name in ("verdict", "equation", "why")) + "</tr>"


@dataclass(frozen=True)
class CellReport:
    """The verdicts on a cell; a notebook shows them as a table."""

    checked: tuple[Checked, ...]

    @property
    def holds(self) -> bool:
        """Whether everything is proved."""
        return all(one.verdict == "proved" for one in self.checked if one.kind != "note")

    @property
    def closing(self) -> str:
        """How many of each verdict.

        >>> CellReport(()).closing
        'no equation was found'
        """
        counts: dict[str, int] = {}
        for one in self.checked:
            if one.kind == "claim":
                counts[one.verdict] = counts.get(one.verdict, 0) + 1
        return ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "no equation was found"

    def __repr__(self) -> str:
        lines = [f"line {one.extent.line}: {_what(one)}: {headline(one)}" for one in self.checked]
        for place, one in reversed(list(enumerate(self.checked, start=1))):
            lines[place:place] = [f"  {label}: {text}" for label, text in facts(one)]
        return "\n".join([*lines, self.closing])

    def _repr_html_(self) -> str:
        rows = "\n".join(map(_row, self.checked))
        table = f'<table style="text-align: left">\n{HEAD}\n{rows}\n</table>\n' if self.checked else ""
        return f"{table}<p>{escape(self.closing)}</p>"


def _what(one: Checked) -> str:
    return one.kind if one.kind == "note" else one.verdict


def _row(one: Checked) -> str:
    """The mark with its word, the equation, and what else there is to say."""
    what = _what(one)
    colour = f' style="color: {COLOURS[what]}; font-weight: bold"' if what in COLOURS else ""
    left = 'style="text-align: left; vertical-align: top"'
    ends = " (first side against last)" if one.kind == "chain" else ""
    return (
        f"<tr><td {left}><span{colour}>{MARKS[what]} {what}</span>{ends}</td>"
        f"<td {left}>{_equation(one)}</td><td {left}>{'<br>'.join(_facts(one))}</td></tr>"
    )


def _equation(one: Checked) -> str:
    """The equation as mathematics; a notebook sets what stands in dollars."""
    if one.kind == "note" or not (one.left or one.right):
        return _verbatim(one.reason)
    body = " ".join(f"{one.left} {_relation(one.relation)} {one.right}".split())
    return f"${escape(body)}$" if "$" not in body else f"<code>{escape(body)}</code>"


def _relation(sign: str) -> str:
    return {"⪰": r"\succeq", "convex": r"\text{ is convex}", "concave": r"\text{ is concave}"}.get(sign, sign)


def _facts(one: Checked) -> list[str]:
    """Why, with a witness; what it rests on. What to write is shown as it is to be written."""
    told = [(label, text) for label, text in facts(one) if label != "read as"]
    if one.verdict == "unreadable":
        return [_verbatim(one.reason), *(f"{escape(label)}: {_verbatim(text)}" for label, text in told)]
    return [escape(f"{label}: {text}") for label, text in told]


def _verbatim(text: str) -> str:
    """Text in which a notebook sets nothing as mathematics."""
    return f"<code>{escape(text)}</code>" if "$" in text else escape(text)
