"""`derivlab check`: a verdict for every equation of a document."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from derivlab.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from derivlab.cli.check_output import Output
    from derivlab.notation import Source
    from derivlab.report.check import Checked, Summary

HELP = (
    "Read Markdown, LaTeX and notebook files and say of every equation in them whether it is proved for all"
    " sizes, refuted (with a witness), undecided, or not understood. Exit code: 0 everything is proved, 1"
    " something is not, 2 the call was wrong."
)
EXAMPLE = "derivlab check proofs/ --format json"

FORMATS = ("text", "json", "github", "sarif")
ENDINGS = (".md", ".markdown", ".tex", ".latex", ".ipynb")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab check`."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="a file, or a folder for every file in it")
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--stdin", action="store_true", help="read a document from standard input")
    parser.add_argument(
        "--stdin-name", default="stdin.md", metavar="NAME", help="its name; the ending says the format"
    )
    parser.add_argument(
        "--html", type=Path, metavar="OUT", help="write the checked document as a web page, too"
    )
    parser.add_argument(
        "--hint",
        type=int,
        choices=(1, 2, 3),
        default=2,
        help="1 where, 2 what kind of mistake, 3 the rule, too",
    )
    parser.add_argument("--solution", action="store_true", help="show a right side that is proved")
    parser.add_argument("--lang", metavar="LL", help="language of the hints (default: that of LANG, else en)")
    parser.add_argument("--only-refuted", action="store_true", help="show refuted equations only")
    parser.add_argument("--allow-undecided", action="store_true", help="undecided equations are no failure")
    parser.add_argument("--allow-unreadable", action="store_true", help="unreadable equations are no failure")
    parser.add_argument("--watch", action="store_true", help="check again when a file changes, until Ctrl-C")


def run(args: argparse.Namespace) -> int:
    """Check the files, again and again with --watch, and return the exit code."""
    if not args.watch:
        return _once(args)
    from derivlab.cli.watch import wait, watch

    if args.stdin or not find_files(args.files):
        raise UsageError("--watch needs a file or a folder, and does not go with --stdin")
    return watch(lambda: find_files(args.files), lambda: _once(args), wait)


def _once(args: argparse.Namespace) -> int:
    paths = find_files(args.files)
    if not paths and not args.stdin:
        raise UsageError("give a file or a folder, or --stdin")
    from derivlab.cli.check_output import OUTPUTS
    from derivlab.diagnosis.messages import CATALOGUES
    from derivlab.report.check import Summary

    if args.lang and args.lang[:2].lower() not in CATALOGUES:
        raise UsageError(f"there are no hints in `{args.lang}`; there are {', '.join(CATALOGUES)}")

    output = OUTPUTS[args.format](args)
    summary = Summary()
    failed = False
    with output:
        for path, source, checked, problem in _inputs(args, paths):
            failed |= _one_file(path, source, checked, problem, summary, output)
        output.finish(summary)
    if args.html is not None:
        from derivlab.report.check.html_form import save

        save(args.html, output.files, summary, args.only_refuted)
        print(f"the page: {args.html}", file=sys.stderr)
    return exit_code(summary, failed, args)


def find_files(names: list[str]) -> list[str]:
    """The files that the arguments name; a folder stands for every file in it that can be read."""
    found: dict[str, None] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            if not os.access(path, os.R_OK | os.X_OK):
                raise UsageError(f"{name}: you may not read this folder")
            inside = [str(one) for one in sorted(path.rglob("*")) if _is_document(one, path)]
            if not inside:
                raise UsageError(f"{name}: no {', '.join(ENDINGS)} file in this folder")
            found.update(dict.fromkeys(inside))
        elif not path.exists():
            raise UsageError(f"{name}: there is no such file or folder")
        elif path.suffix.lower() not in ENDINGS:
            raise UsageError(f"{name}: not one of {', '.join(ENDINGS)}")
        else:
            found[name] = None
    return list(found)


def _is_document(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.suffix.lower() in ENDINGS and not hidden and path.is_file()


Input = tuple[str, "Source | None", "Iterator[Checked]", str]


def _inputs(args: argparse.Namespace, paths: list[str]) -> Iterator[Input]:
    """Each document with its verdicts, which are made as they are asked for."""
    from derivlab.report.check import check_file

    for path in paths:
        yield path, *check_file(path, args.solution)
    if args.stdin:
        yield _from_stdin(args.stdin_name, args.solution)


def _from_stdin(name: str, solutions: bool) -> Input:
    from derivlab.notation import read
    from derivlab.notation.documents import source_of
    from derivlab.report.check import check_statements

    if Path(name).suffix.lower() not in ENDINGS:
        raise UsageError(f"--stdin-name {name}: not one of {', '.join(ENDINGS)}")
    try:
        source = source_of(sys.stdin.read(), name)
    except UnicodeDecodeError as error:
        raise UsageError("standard input is not UTF-8 text") from error
    except UnreadableError as error:
        return name, None, iter(()), str(error)
    return name, source, check_statements(read(source), solutions), ""


def _one_file(
    path: str,
    source: Source | None,
    checked: Iterator[Checked],
    problem: str,
    summary: Summary,
    output: Output,
) -> bool:
    """Check one file; True if it could not be read at all."""
    from derivlab.report.check import CheckedFile

    found = []
    output.begin(path)
    for one in checked:
        if one.kind == "claim":
            summary.add(one.verdict)
        found.append(one)
        output.one(one)
    output.file(CheckedFile(path, tuple(found), source, problem))
    return bool(problem)


def exit_code(summary: Summary, failed: bool, args: argparse.Namespace) -> int:
    """0 if everything is proved or allowed, else 1."""
    counts = summary.counts
    bad = counts["refuted"]
    bad += 0 if args.allow_undecided else counts["undecided"]
    bad += 0 if args.allow_unreadable else counts["unreadable"]
    return 1 if bad or failed else 0
