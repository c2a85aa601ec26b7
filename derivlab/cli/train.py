"""`derivlab train`: train a network on MNIST with the verified gradients."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivlab.network import Progress, TrainingConfig, TrainingResult
    from derivlab.network.loop import ProgressCallback

HELP = (
    "Train a feed-forward network on MNIST. Its backward pass is derived, proved and compiled by "
    "derivlab, and held against autograd before the first step; autograd takes no part in training. "
    "Ctrl-C stops after the present step and keeps what was done."
)
EXAMPLE = "derivlab train --hidden 256,256 --epochs 8 --seed 0"


def _widths(text: str) -> tuple[int, ...]:
    """Widths of hidden layers: "256,256"; "" for none."""
    try:
        return tuple(int(part) for part in text.split(",")) if text.strip() else ()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of widths such as 256,256") from None


# Field of TrainingConfig -> (type, metavar, help). What is not given keeps the recipe's value.
RECIPE: dict[str, tuple[Any, str, str]] = {
    "hidden": (_widths, "W,W,...", "widths of the hidden layers (256,256)"),
    "activation": (str, "NAME", "relu, tanh or sigmoid (relu)"),
    "epochs": (int, "N", "passes over the training images (8)"),
    "batch_size": (int, "N", "images in a step (128)"),
    "optimizer": (str, "NAME", "sgd, momentum, adam or adamw (adamw)"),
    "learning_rate": (float, "X", "the largest learning rate (0.003)"),
    "momentum": (float, "X", "share of the velocity that momentum keeps (0.9)"),
    "weight_decay": (float, "X", "AdamW's weight decay (0.1)"),
    "schedule": (str, "NAME", "one-cycle or constant (one-cycle)"),
    "shift": (int, "PIXELS", "training images move by at most so many pixels (1)"),
    "smoothing": (float, "X", "label smoothing (0.1)"),
    "dropout": (float, "X", "share of hidden units that is dropped (0)"),
    "l2": (float, "X", "strength of the L2 penalty (0)"),
    "seed": (int, "N", "seed of weights, order, shifts and masks (0)"),
    "threads": (int, "N", "threads (1, which is fastest at these sizes)"),
    "device": (str, "cpu|cuda", "where to train (cpu)"),
    "dtype": (str, "NAME", "float32 or float64 (float32)"),
    "validation": (int, "N", "hold out N training images and test on them instead (0)"),
    "test_every": (int, "N", "iterations between test points (150)"),
    "data": (str, "DIR", "MNIST in torchvision's layout (default: the files in the package)"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab train`."""
    parser.add_argument("--quick", action="store_true", help="the short recipe, about ten seconds")
    recipe = parser.add_argument_group("recipe (defaults in parentheses)")
    for name, (kind, metavar, text) in RECIPE.items():
        flag = f"--{name.replace('_', '-')}"
        recipe.add_argument(flag, type=kind, metavar=metavar, help=text, default=argparse.SUPPRESS)
    kept = parser.add_argument_group("run folder")
    kept.add_argument("--out", type=Path, metavar="DIR", help="the run folder (default: a new one in runs/)")
    kept.add_argument("--resume", type=Path, metavar="RUN", help="continue the run in this folder")
    kept.add_argument("--tensorboard", action="store_true", help="also write event files for TensorBoard")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    """Train, show progress, and print a summary; 130 if Ctrl-C stopped the run early."""
    from derivlab.cli.terminal import print_json
    from derivlab.network import train
    from derivlab.network.training import summary

    config, folder = _asked(args)
    with _shown_progress() as progress:
        result = train(
            config,
            folder=folder,
            progress=progress,
            resume=args.resume is not None,
            tensorboard=args.tensorboard,
        )
    if args.json:
        print_json({"folder": str(folder), **summary(result)})
    else:
        _print_summary(result)
    return 0 if result.finished else 130


def _asked(args: argparse.Namespace) -> tuple[TrainingConfig | None, Path]:
    """The configuration (None for a resumed run, which has its own) and the run folder."""
    from dataclasses import replace

    from derivlab.errors import UsageError
    from derivlab.network import TrainingConfig

    given = {name: getattr(args, name) for name in RECIPE if hasattr(args, name)}
    if args.resume is not None:
        if given or args.quick or args.out:
            raise UsageError("a resumed run keeps its recipe and its folder: give --resume RUN alone")
        return None, args.resume
    config = replace(TrainingConfig.quick() if args.quick else TrainingConfig(), **given)
    return config, args.out or _new_folder(config.seed)


def _new_folder(seed: int) -> Path:
    """A folder in runs/ that does not exist yet."""
    from datetime import datetime
    from itertools import count

    stem = f"{datetime.now():%Y%m%d-%H%M%S}-seed{seed}"
    candidates = (Path("runs") / (stem if number == 1 else f"{stem}-{number}") for number in count(1))
    return next(path for path in candidates if not path.exists())


@contextmanager
def _shown_progress() -> Iterator[ProgressCallback]:
    """A live bar on a terminal, a line for each epoch elsewhere; both on standard error."""
    from derivlab.cli.terminal import console

    screen = console(stderr=True)
    if not screen.is_terminal:
        yield _line_for_each_epoch
        return
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as LiveProgress

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[losses]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with LiveProgress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task("deriving and proving", total=None, losses="")

        def show(state: Progress) -> None:
            bar.update(
                task,
                description=f"epoch {state.epoch}/{state.epochs}",
                total=state.iterations,
                completed=state.iteration,
                losses=_losses(state),
            )

        yield show


def _losses(state: Progress) -> str:
    text = f"training loss {state.training_loss:.3f}"
    if state.test_loss is None or state.test_accuracy is None:
        return text
    return f"{text}  test loss {state.test_loss:.3f}  accuracy {state.test_accuracy:.2%}"


def _line_for_each_epoch(state: Progress) -> None:
    import sys

    per_epoch = state.iterations // state.epochs
    if state.iteration % per_epoch == 0 or state.iteration == state.iterations:
        print(f"epoch {state.epoch}/{state.epochs}  {_losses(state)}", file=sys.stderr, flush=True)


def _print_summary(result: TrainingResult) -> None:
    from rich.table import Table

    from derivlab.cli.terminal import console

    config, check = result.config, result.gradient_check
    sizes = "-".join(map(str, (784, *config.hidden, 10)))
    wrong = len(result.misclassified.indices)
    where = f"{config.validation:,} held-out training images" if config.validation else "test images"
    rows = {
        "network": f"{sizes}, {config.activation}, {check.entries:,} parameters",
        "gradients": f"proved for all sizes; against autograd: {check.largest_error:.1e} (relative, float64)",
        "optimizer": f"{config.optimizer}, {config.schedule} to {config.learning_rate:g}, "
        f"batches of {config.batch_size}",
        "iterations": f"{len(result.history.iterations):,} in {config.epochs} epochs"
        + ("" if result.finished else " (stopped early)"),
        "accuracy": f"{result.test_accuracy:.2%} of the {where} ({wrong} wrong)",
        "test loss": f"{result.test_loss:.4f}",
        "time": f"{result.seconds:.1f} s ({result.cpu_seconds:.1f} s of processor time)",
    }
    if result.folder is not None:
        rows["run"] = str(result.folder)
        if not result.finished:
            rows["to continue"] = f"derivlab train --resume {result.folder}"
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in rows.items():
        table.add_row(name, value)
    console().print(table)
