"""`derivlab report`: derivations, verdicts, graph and training as a document to print."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivlab.models import Model
    from derivlab.network import Progress, TrainingResult
    from derivlab.report.engine import Engine
    from derivlab.verification import ModelReport

HELP = (
    "Write the report: derive and prove the models, train the network on MNIST with their gradients, and set "
    "it all as LaTeX with figures, with --pdf as a PDF. Exit code 0 only if every claim holds."
)
EXAMPLE = "derivlab report --pdf --quick"
PAPERS = ("a4", "letter")
Tell = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab report`."""
    parser.add_argument("--pdf", action="store_true", help="set the PDF as well (needs a LaTeX)")
    parser.add_argument("--quick", action="store_true", help="train with the short recipe, about ten seconds")
    parser.add_argument("--out", type=Path, default=Path("reports"), metavar="DIR", help="where to (reports)")
    parser.add_argument("--title", default=None, metavar="TEXT", help="the title on the first page")
    parser.add_argument(
        "--model", action="append", default=[], metavar="MODEL", help="only this model (repeatable)"
    )
    parser.add_argument("--no-network", action="store_true", help="leave the network out: nothing is trained")
    parser.add_argument("--paper", choices=PAPERS, default="a4", help="the size of the pages (a4)")
    parser.add_argument(
        "--engine",
        metavar="LATEX",
        help="wheel, pdflatex, lualatex, tectonic or a path (or set DERIVLAB_LATEX)",
    )


def run(args: argparse.Namespace) -> int:
    """Check what is needed, then derive, prove, train and write; 1 if a claim does not hold."""
    from derivlab.cli.terminal import find_models
    from derivlab.report import collect, find_engine, writable_folder, write_report

    models = find_models(args.model)
    engine = find_engine(args.engine) if args.pdf else None
    _need_graphviz()
    writable_folder(args.out)
    with _telling() as tell:
        reports = list(_verified(models, tell))
        training = None if args.no_network else _trained(args.quick, tell)
        tell("writing the report" + (f" with {engine.name}" if engine else ""))
        content = collect(reports, training, title=args.title or "", command=_command(args))
        files = write_report(content, args.out, engine=engine, paper=args.paper)
    _print_files(files, engine)
    return 0 if all(report.holds for report in reports) else 1


def _need_graphviz() -> None:
    from derivlab.report import find_dot

    find_dot()


def _verified(models: list[Model], tell: Tell) -> Iterator[ModelReport]:
    from derivlab.verification import verify_model

    for model in models:
        yield verify_model(model, progress=partial(_tell_step, tell, model.name))


def _tell_step(tell: Tell, model: str, what: str) -> None:
    tell(f"{model}: {what}")


def _trained(quick: bool, tell: Tell) -> TrainingResult:
    from derivlab.network import TrainingConfig, train

    def show(state: Progress) -> None:
        tell(f"training: epoch {state.epoch}/{state.epochs}, loss {state.training_loss:.3f}")

    tell("training: deriving and proving the layers")
    return train(TrainingConfig.quick() if quick else TrainingConfig(), progress=show)


@contextmanager
def _telling() -> Iterator[Tell]:
    """What is being done, on the last line of a terminal; in a pipe nothing."""
    from derivlab.cli.terminal import console

    with console(stderr=True).status("starting") as status:
        yield status.update


def _command(args: argparse.Namespace) -> str:
    """The command line that gives this report again."""
    import shlex

    words = ["derivlab", "report"]
    words += [flag for flag, given in (("--pdf", args.pdf), ("--quick", args.quick)) if given]
    words += ["--no-network"] if args.no_network else []
    words += [word for model in args.model for word in ("--model", model)]
    words += ["--title", args.title] if args.title else []
    return shlex.join(words)


def _print_files(files: list[Path], engine: Engine | None) -> None:
    for file in files:
        print(file)
    if engine is None:
        print("without --pdf: set it with any LaTeX, or run `derivlab report --pdf`")
