"""Notebook cells as one document: what an earlier cell declares holds in the later ones."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivlab.notation import Source, read
from derivlab.report.check import Checked, check_statements

PATH = "cell.md"


@dataclass
class Page:
    """The texts of the cells that were checked, in the order in which they were first run.

    >>> page = Page()
    >>> _ = page.check("one", r"Let $x \\in \\mathbb{R}$.")
    >>> [found.verdict for found in page.check("two", "$$ x + x = 2 x $$")]
    ['proved']
    >>> [found.verdict for found in page.check("two", "$$ x + x = 3 x $$")]
    ['refuted']
    """

    cells: dict[str, str] = field(default_factory=dict)

    def check(self, key: str, text: str) -> list[Checked]:
        """The verdicts on a cell; one that is run again (the same key) is read in its old place."""
        before = ""
        for other, earlier in self.cells.items():
            if other == key:
                break
            before += f"{earlier}\n\n"
        self.cells[key] = text
        return check_cell(before, text)


def check_cell(before: str, cell: str) -> list[Checked]:
    """The verdicts on a cell, given what stands before it; lines are counted in the cell."""
    jumps = ((0, 0), (len(before), 0)) if before else ((0, 0),)
    statements = read(Source(PATH, cell, before + cell, jumps))
    return list(check_statements(one for one in statements if one.extent.start >= len(before)))
