"""What `derivlab check` prints, in each form, and the line that says where it is."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivlab.report.check import Checked, CheckedFile, Summary


class Output:
    """Prints verdicts in one form; a context manager, so that the progress bar goes away."""

    streams = False

    def __init__(self, args: argparse.Namespace) -> None:
        from derivlab.report.check.advice import Telling

        self.telling = Telling(args.hint, args.lang)
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
        from shutil import get_terminal_size

        from derivlab.report.check.text_form import Painter

        super().__init__(args)
        plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        terminal = sys.stdout.isatty()
        self.painter = Painter(terminal and not plain, get_terminal_size().columns if terminal else 0)

    def one(self, checked: Checked) -> None:
        from derivlab.report.check.text_form import entry

        if not self.only_refuted or checked.verdict == "refuted":
            self.progress.clear()
            print(entry(checked, self.painter, self.telling), flush=True)
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

        value = report(self.files, summary, self.only_refuted, self.telling)
        print(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))


class GithubOutput(Output):
    """Workflow commands, file by file."""

    def file(self, file: CheckedFile) -> None:
        from dataclasses import replace

        from derivlab.report.check.github_form import file_annotations

        super().file(file)
        if self.only_refuted:
            file = replace(file, checked=tuple(one for one in file.checked if one.verdict == "refuted"))
        for line in file_annotations(file, self.telling):
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
        print(json.dumps(log(files, __version__, self.telling), indent=1, ensure_ascii=False))


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
