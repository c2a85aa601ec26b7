"""`derivlab report`: derivations, verdicts, graph and training as a document to print."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivlab.models import Model
    from derivlab.network import Progress, TrainingConfig, TrainingResult
    from derivlab.report.cache import Cache
    from derivlab.report.engine import Engine
    from derivlab.verification import ModelReport

HELP = (
    "Write the report: derive and prove the models, train the network on MNIST with their gradients, and "
    "set it all as LaTeX with figures, with --pdf as a PDF, with --html as one web page. With FILE, the "
    "report of your own derivations: each step with its verdict. Exit code 0 only if every claim holds. "
    "What was proved or trained before is taken from the cache; with SOURCE_DATE_EPOCH set, times and "
    "machine are left out, and the same input gives the same bytes."
)
EXAMPLE = "derivlab report --pdf --html --quick"
PAPERS = ("a4", "letter")
Tell = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab report`."""
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="notes of your own (.md, .tex, .ipynb) to report on instead"
    )
    parser.add_argument("--pdf", action="store_true", help="set the PDF as well (needs a LaTeX)")
    parser.add_argument("--html", action="store_true", help="write one web page as well, which loads nothing")
    parser.add_argument("--dark", action="store_true", help="the page is dark, whatever the reader's system")
    parser.add_argument("--quick", action="store_true", help="train with the short recipe, about ten seconds")
    parser.add_argument("--out", type=Path, default=Path("reports"), metavar="DIR", help="where to (reports)")
    parser.add_argument("--title", default=None, metavar="TEXT", help="the title on the first page")
    parser.add_argument(
        "--model", action="append", default=[], metavar="MODEL", help="only this model (repeatable)"
    )
    parser.add_argument("--no-network", action="store_true", help="leave the network out: nothing is trained")
    parser.add_argument("--no-cache", action="store_true", help="prove and train again, and keep nothing")
    parser.add_argument("--paper", choices=PAPERS, default="a4", help="the size of the pages (a4)")
    parser.add_argument(
        "--engine",
        metavar="LATEX",
        help="wheel, pdflatex, lualatex, tectonic or a path (or set DERIVLAB_LATEX)",
    )


def run(args: argparse.Namespace) -> int:
    """Check what is needed, then derive, prove, train and write; 1 if a claim does not hold."""
    from derivlab.report import find_engine, writable_folder

    _refuse(args)
    engine = find_engine(args.engine) if args.pdf else None
    if args.files:
        return _own_notes(args, engine)
    from derivlab.cli.terminal import find_models

    models = find_models(args.model)
    _need_graphviz()
    writable_folder(args.out)
    with _telling() as tell:
        book, holds = _book(args, models, tell)
        tell("writing the report" + (f" with {engine.name}" if engine else ""))
        files = _written(args, book, engine)
    _print_files(files, args)
    return 0 if holds else 1


def _refuse(args: argparse.Namespace) -> None:
    """Options that do not go together are one sentence, before any work."""
    from derivlab.errors import UsageError

    if args.files and (args.model or args.quick or args.no_network):
        raise UsageError("--model, --quick and --no-network do not go with FILE: leave one of them out")
    if args.dark and not args.html:
        raise UsageError("--dark is for the web page: add --html")


def _own_notes(args: argparse.Namespace, engine: Engine | None) -> int:
    from derivlab.cli.check import find_files
    from derivlab.report import writable_folder
    from derivlab.report.notes import notes_report

    paths = find_files(args.files)
    writable_folder(args.out)
    with _telling() as tell:
        files, holds, told = notes_report(
            paths,
            args.out,
            title=args.title or "",
            engine=engine,
            scheme=_scheme(args),
            paper=args.paper,
            tell=tell,
        )
    _print_files(files, args)
    for line in told:
        print(line, file=sys.stderr)
    return 0 if holds else 1


def _book(args: argparse.Namespace, models: list[Model], tell: Tell) -> tuple[dict[str, Any], bool]:
    """The chapters, from the cache or made now, and whether every claim holds."""
    from derivlab.report.chapters import book, model_chapter, network_chapter

    cache, timed = _cache(args), "SOURCE_DATE_EPOCH" not in os.environ
    chapters = [model_chapter(model, partial(_verified, tell), cache, timed) for model in models]
    network = None
    if not args.no_network:
        network = network_chapter(_config(args.quick), models, partial(_trained, tell), cache, timed)
    made = book(chapters, network, title=args.title or "", command=_command(args), timed=timed)
    return made, all(chapter["holds"] for chapter in chapters)


def _written(args: argparse.Namespace, book: dict[str, Any], engine: Engine | None) -> list[Path]:
    from derivlab.report.write import write_book

    scheme = _scheme(args)
    return write_book(book, args.out, engine=engine, scheme=scheme, paper=args.paper, cache=_cache(args))


def _scheme(args: argparse.Namespace) -> str | None:
    return ("dark" if args.dark else "auto") if args.html else None


def _cache(args: argparse.Namespace) -> Cache:
    from derivlab.report.cache import Cache, cache_root

    return Cache(None if args.no_cache else cache_root())


def _need_graphviz() -> None:
    from derivlab.report import find_dot

    find_dot()


def _verified(tell: Tell, model: Model) -> ModelReport:
    from derivlab.verification import verify_model

    return verify_model(model, progress=partial(_tell_step, tell, model.name))


def _tell_step(tell: Tell, model: str, what: str) -> None:
    tell(f"{model}: {what}")


def _config(quick: bool) -> TrainingConfig:
    from derivlab.network.config import TrainingConfig

    return TrainingConfig.quick() if quick else TrainingConfig()


def _trained(tell: Tell, config: TrainingConfig) -> TrainingResult:
    from derivlab.network import train

    def show(state: Progress) -> None:
        tell(f"training: epoch {state.epoch}/{state.epochs}, loss {state.training_loss:.3f}")

    tell("training: deriving and proving the layers")
    return train(config, progress=show)


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
    flags = (("--pdf", args.pdf), ("--html", args.html), ("--dark", args.dark), ("--quick", args.quick))
    words += [flag for flag, given in flags if given]
    words += ["--no-network"] if args.no_network else []
    words += [word for model in args.model for word in ("--model", model)]
    words += ["--title", args.title] if args.title else []
    return shlex.join(words)


def _print_files(files: list[Path], args: argparse.Namespace) -> None:
    for file in files:
        print(file)
    if not args.pdf:
        print("without --pdf: set it with any LaTeX, or run `derivlab report --pdf`")
