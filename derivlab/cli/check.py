"""`derivlab check`: a verdict for every equation of a document."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from derivlab.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from derivlab.notation import Source
    from derivlab.report.check import Checked, CheckedFile, Summary

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
    parser.add_argument("--only-refuted", action="store_true", help="show refuted equations only")
    parser.add_argument("--allow-undecided", action="store_true", help="undecided equations are no failure")
    parser.add_argument("--allow-unreadable", action="store_true", help="unreadable equations are no failure")


def run(args: argparse.Namespace) -> int:
    """Check the files and return the exit code."""
    paths = find_files(args.files)
    if not paths and not args.stdin:
        raise UsageError("give a file or a folder, or --stdin")
    from derivlab.report.check import Summary

    output = OUTPUTS[args.format](args)
    summary = Summary()
    failed = False
    with output:
        for path, source, checked, problem in _inputs(args, paths):
            failed |= _one_file(path, source, checked, problem, summary, output)
        output.finish(summary)
    return exit_code(summary, failed, args)


def find_files(names: list[str]) -> list[str]:
    """The files that the arguments name; a folder stands for every file in it that can be read."""
    found: dict[str, None] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
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
        yield path, *check_file(path)
    if args.stdin:
        yield _from_stdin(args.stdin_name)


def _from_stdin(name: str) -> Input:
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
    return name, source, check_statements(read(source)), ""


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


# ---------------------------------------------------------------------------- forms of output


class Output:
    """Prints verdicts in one form; a context manager, so that the progress bar goes away."""

    streams = False

    def __init__(self, args: argparse.Namespace) -> None:
        self.only_refuted: bool = args.only_refuted
        self.files: list[CheckedFile] = []
        self.progress = Progress(hidden=self.streams and sys.stdout.isatty())

    def __enter__(self) -> Output:
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.clear()

    def begin(self, path: str) -> None:
        self.progress.file(path)

    def one(self, checked: Checked) -> None:
        self.progress.step(checked.extent.line)

    def file(self, file: CheckedFile) -> None:
        self.files.append(file)

    def finish(self, summary: Summary) -> None:
        """Print what is printed at the end."""


class TextOutput(Output):
    """One entry after the other, as soon as it is known."""

    streams = True

    def __init__(self, args: argparse.Namespace) -> None:
        import os

        from derivlab.report.check.text_form import Painter

        super().__init__(args)
        plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        self.painter = Painter(sys.stdout.isatty() and not plain)

    def one(self, checked: Checked) -> None:
        from derivlab.report.check.text_form import entry

        if not self.only_refuted or checked.verdict == "refuted":
            self.progress.clear()
            print(entry(checked, self.painter), flush=True)
        super().one(checked)

    def file(self, file: CheckedFile) -> None:
        from derivlab.report.check.text_form import problem

        super().file(file)
        if file.problem:
            print(problem(file, self.painter), flush=True)

    def finish(self, summary: Summary) -> None:
        from derivlab.report.check.text_form import closing

        self.progress.clear()
        print(closing(self.files, summary, self.painter))


class JsonOutput(Output):
    """One JSON value at the end."""

    def finish(self, summary: Summary) -> None:
        import json

        from derivlab.report.check.json_form import report

        value = report(self.files, summary, self.only_refuted)
        print(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))


class GithubOutput(Output):
    """Workflow commands, file by file."""

    def file(self, file: CheckedFile) -> None:
        from dataclasses import replace

        from derivlab.report.check.github_form import file_annotations

        super().file(file)
        if self.only_refuted:
            file = replace(file, checked=tuple(one for one in file.checked if one.verdict == "refuted"))
        for line in file_annotations(file):
            print(line, flush=True)


class SarifOutput(Output):
    """A SARIF log at the end."""

    def finish(self, summary: Summary) -> None:
        import json
        from dataclasses import replace

        from derivlab import __version__
        from derivlab.report.check.sarif_form import log

        files = self.files
        if self.only_refuted:
            files = [
                replace(file, checked=tuple(one for one in file.checked if one.verdict == "refuted"))
                for file in files
            ]
        print(json.dumps(log(files, __version__), indent=1, ensure_ascii=False))


OUTPUTS = {"text": TextOutput, "json": JsonOutput, "github": GithubOutput, "sarif": SarifOutput}


class Progress:
    """A line on a terminal that says where the check is; it appears after a second of work."""

    DELAY = 1.0

    def __init__(self, hidden: bool) -> None:
        from time import monotonic

        self.clock = monotonic
        self.active = sys.stderr.isatty() and not hidden
        self.began = monotonic()
        self.shown = False
        self.count = 0
        self.path = ""

    def file(self, path: str) -> None:
        self.path = path

    def step(self, line: int) -> None:
        self.count += 1
        if self.active and self.clock() - self.began > self.DELAY:
            self.shown = True
            print(f"\r\033[K{self.count} checked, {self.path}:{line}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self.shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self.shown = False
