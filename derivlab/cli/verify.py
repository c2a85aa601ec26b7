"""`derivlab verify`: prove the models' claims and hold their gradients against autograd."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derivlab.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.status import Status
    from rich.text import Text

    from derivlab.certificates import CertificateStatus
    from derivlab.models import Model
    from derivlab.proof import Verdict
    from derivlab.verification import ModelReport, Row

HELP = """Derive each model's gradients, prove its claims for all sizes, refute the wrong variants that it
lists, and hold the compiled formulas against torch autograd. Exit code 0 only if all of it holds."""
EXAMPLE = "derivlab verify softmax cross-entropy"

LEGEND = """error: largest relative error against torch autograd (float64, random inputs)
time: of the proof
Coq: ✓ its certificate was accepted here, ○ there is one (see derivlab certify)"""
MARKS = {"checked": "✓", "written": "○", "none": "–"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab verify`."""
    parser.add_argument("models", nargs="*", metavar="MODEL", help="verify these models (default: all)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument(
        "--gradient",
        metavar="MODULE:FUNCTION",
        help="hold a function of your own against the model instead: f(z, y) with arrays of shape (N, K)"
        " for cross-entropy and f(z) for log-likelihood, the gradient of the mean over the batch; f(z) for"
        " softmax, the Jacobian; f(theta, X, y, lambda) for logistic; its module is imported",
    )


def run(args: argparse.Namespace) -> int:
    """Verify the models, print what was found as it is found; 0 only if all holds."""
    from derivlab.cli.terminal import console, find_models, print_json

    if args.gradient:
        return _check_function(args.gradient, args.models, args.json)
    reports = []
    screen = console()
    for report in _watched(find_models(args.models)):
        reports.append(report)
        if not args.json:
            _print(report, screen)
    holds = all(report.holds for report in reports)
    if args.json:
        print_json({"holds": holds, "models": [_as_dict(report) for report in reports]})
    else:
        screen.print(LEGEND)
        screen.print(_summary(reports))
    return 0 if holds else 1


def _check_function(named: str, models: list[str], as_json: bool) -> int:
    """Hold the user's function against one model, in exact balls and torch autograd.

    What the function or its module prints goes to standard error: standard output is the report's.
    """
    from contextlib import redirect_stdout

    from derivlab.cli.terminal import print_json
    from derivlab.compile.check import check_gradient

    if len(models) != 1:
        raise UsageError("--gradient needs the name of one model, e.g. cross-entropy")
    try:
        with redirect_stdout(sys.stderr):
            report = check_gradient(_imported(named), models[0])
    except SystemExit as stop:
        told = f"{named!r} ends the program (SystemExit: {stop.code})"
        raise UsageError(f"{told}; let the function return the gradient") from stop
    if as_json:
        print_json(report.as_dict())
    else:
        print(report)
    return 0 if report.passed else 1


def _imported(named: str) -> Callable[..., Any]:
    """The function of `module:function`, looked for in the current folder first."""
    module, _, name = named.partition(":")
    if not name or module.endswith(".py"):
        written = f"{module.removesuffix('.py')}:{name or 'FUNCTION'}"
        raise UsageError(f"write --gradient MODULE:FUNCTION, here {written}, not {named}")
    sys.path.insert(0, str(Path.cwd()))
    try:
        function = getattr(import_module(module), name)
    except Exception as error:  # a user's module may raise anything
        told = f"{type(error).__name__}: {error}"
        raise UsageError(f"{named!r} is not a function that can be imported: {told}") from error
    if not callable(function):
        raise UsageError(f"{named!r} is no function")
    found: Callable[..., Any] = function
    return found


def _watched(models: list[Model]) -> Iterator[ModelReport]:
    """A report for each model; what is being done stands on the last line of the terminal."""
    from derivlab.cli.terminal import console
    from derivlab.verification import verify_model

    for model in models:
        with console(stderr=True).status(model.name) as status:
            report = verify_model(model, progress=partial(_tell, status, model.name))
        yield report  # with the last line of the terminal free again


def _tell(status: Status, name: str, what: str) -> None:
    status.update(f"{name}: {what}")


def _print(report: ModelReport, screen: Console) -> None:
    from rich import box
    from rich.table import Table

    heading = f"{report.model.name}: {report.model.title}"
    table = Table(title=heading, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, expand=True)
    table.pad_edge, table.collapse_padding = False, True
    table.add_column("claim", ratio=1, overflow="fold")
    for name in ("verdict", "for all", "provided"):
        table.add_column(name, overflow="fold", max_width=14)
    table.add_column("error", justify="right", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("Coq", justify="center", no_wrap=True)
    for row in report.rows:
        table.add_row(*_cells(row), MARKS[_certificate(report, row).state])
    screen.print(table)
    for line in _notes(report):
        screen.print(f"  {line}")
    screen.print()


def _cells(row: Row) -> list[RenderableType]:
    error = "–" if row.error is None else f"{row.error:.0e}" if row.error else "0"
    sizes = f"{', '.join(row.sizes)} ≥ 1" if row.verdict.verdict == "proved" else "–"
    provided = ", ".join(row.side_conditions) or "–"
    return [_claim(row), _verdict(row), sizes, provided, error, f"{1000 * row.seconds:.0f} ms"]


def _certificate(report: ModelReport, row: Row) -> CertificateStatus:
    """Whether a row's claim carries a certificate; no Coq is run."""
    from derivlab.certificates import Convexity, certificate_status
    from derivlab.proof import Claim

    if row.left is not None and row.right is not None:
        return certificate_status(Claim(row.left, row.right, report.model.context, row.claim), row.verdict)
    (claim,) = (claim for claim in report.model.convexity if claim.name == row.claim)
    convexity = Convexity(claim.objective, claim.by, claim.context, claim.name)
    return certificate_status(convexity, row.verdict)


def _claim(row: Row) -> RenderableType:
    """The claim's name and, below it and indented, what it says."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    from derivlab.cli.plain import plain

    name = Text(row.claim, "bold")
    if row.left is None or row.right is None:
        return name
    return Group(name, Padding(Text(f"{plain(row.left)} = {plain(row.right)}"), (0, 0, 0, 2)))


def _verdict(row: Row) -> Text:
    """The verdict, marked so that it reads without colour."""
    from rich.text import Text

    found = row.verdict.verdict
    if found == row.expected == "refuted":
        return Text("refuted,\nas it must", "green")
    return Text(found, "green") if found == row.expected else Text(f"{found.upper()} (!)", "bold red")


def _notes(report: ModelReport) -> Iterator[str]:
    """What the table has no column for: controls, steps, and each thing that is not as it must be."""
    controls = [control for row in report.rows for control in row.controls]
    refuted = sum(control.holds for control in controls)
    yield f"{refuted} of {len(controls)} wrong variants refuted"
    yield f"{report.steps_proved} of {report.steps} steps of the derivations proved"
    for row in report.rows:
        if row.holds and row.expected == "refuted":
            yield f"{row.claim}: false at {_evidence(row.verdict)}"
    for row in report.rows:
        yield from _failures(row)


def _failures(row: Row) -> Iterator[str]:
    if row.holds:
        return
    if row.verdict.verdict != row.expected:
        yield f"(!) {row.claim}: {row.verdict.verdict}, expected {row.expected}: {_evidence(row.verdict)}"
    for control in row.controls:
        if not control.holds:
            yield f"(!) {row.claim}: wrong variant '{control.mistake}' is {control.verdict.verdict}"
    from derivlab.verification.report import TOLERANCE

    if row.error is not None and row.error > TOLERANCE:
        yield f"(!) {row.claim}: differs from autograd by {row.error:.1e}, more than {TOLERANCE:.0e}"


def _evidence(verdict: Verdict) -> str:
    from derivlab.proof import Refuted, Undecided

    match verdict:
        case Refuted(witness=witness):
            return witness.text()
        case Undecided(reason=reason):
            return reason
        case _:
            return ""


def _summary(reports: list[ModelReport]) -> Text:
    from rich.text import Text

    rows = [row for report in reports for row in report.rows]
    bad = sum(not row.holds for row in rows) + sum(report.steps_proved != report.steps for report in reports)
    if bad:
        return Text(f"{bad} of {len(rows)} claims not as they must be", "bold red")
    models = "1 model" if len(reports) == 1 else f"{len(reports)} models"
    return Text(f"all {len(rows)} claims of {models} hold", "bold green")


def _as_dict(report: ModelReport) -> dict[str, object]:
    return {
        "model": report.model.name,
        "holds": report.holds,
        "steps": report.steps,
        "steps_proved": report.steps_proved,
        "claims": [_row_as_dict(row, _certificate(report, row)) for row in report.rows],
    }


def _row_as_dict(row: Row, certificate: CertificateStatus) -> dict[str, object]:
    return {
        "claim": row.claim,
        "kind": row.kind,
        "statement": row.statement,
        "verdict": row.verdict.verdict,
        "expected": row.expected,
        "holds": row.holds,
        "sizes": list(row.sizes),
        "side_conditions": list(row.side_conditions),
        "evidence": _evidence(row.verdict),
        "error": row.error,
        "points": row.points,
        "seconds": row.seconds,
        "certificate": certificate.state,
        "controls": [
            {"mistake": control.mistake, "verdict": control.verdict.verdict, "holds": control.holds}
            for control in row.controls
        ],
    }
