"""`%%derivlab`: a cell of mathematics in Markdown, shown as such with a verdict for every equation."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from derivlab.notebook.cell import CellReport
from derivlab.notebook.page import Page


class CellMagic:
    """%%derivlab [--fresh] [--strict]

    The cell is Markdown with LaTeX. It is shown as such, and every equation in it gets its verdict.
    What earlier `%%derivlab` cells declare and define holds here as well.
    """

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.page = Page()
        self.__doc__ = type(self).__doc__  # what `%%derivlab?` shows

    def __call__(self, line: str, cell: str) -> None:
        from IPython.display import Markdown, display

        options = _options(line)
        if options.fresh:
            self.page = Page()
        report = CellReport(tuple(self.page.check(self._key(cell), cell)))
        display(Markdown(cell))
        display(report)
        if options.strict and not report.holds:
            raise _mistake(f"%%derivlab --strict: {report.closing}")

    def _key(self, cell: str) -> str:
        """What the front end calls the cell; without that, its text."""
        header = getattr(self.shell, "parent_header", None) or {}
        return str(header.get("metadata", {}).get("cellId") or cell)


def _mistake(message: str) -> Exception:
    """What IPython tells in one line, without a traceback."""
    from IPython.core.error import UsageError

    found: Exception = UsageError(message)
    return found


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _mistake(f"%%derivlab: {message}; its options are --fresh and --strict")


def _options(line: str) -> argparse.Namespace:
    parser = _Parser(prog="%%derivlab", add_help=False)
    parser.add_argument("--fresh", action="store_true", help="forget the cells before")
    parser.add_argument("--strict", action="store_true", help="raise an error unless everything is proved")
    return parser.parse_args(line.split())
