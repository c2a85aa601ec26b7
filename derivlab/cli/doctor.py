"""`derivlab doctor`: what is installed, what each thing is for, and how to get what is missing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import NamedTuple

from derivlab.errors import UsageError

# The dependencies that pyproject.toml declares, each with what it is for.
PACKAGES = {
    "sympy": "the language of models, gradients and steps",
    "python-flint": "exact arithmetic of proofs, balls of refutations",
    "lark": "reads LaTeX mathematics",
    "numpy": "compiled gradients",
    "torch": "autograd to compare with, training",
    "matplotlib": "training curves",
    "graphviz": "writes computational graphs for Graphviz",
    "jinja2": "templates of the report",
    "joblib": "grade: several processes",
    "markdown-it-py": "pages: prose of Markdown",
    "safetensors": "saved weights",
    "rich": "tables in the terminal",
    "shtab": "--print-completion",
}

HELP = """Show what is installed, what each thing is for and how to get what is missing. Exit code 0 if
everything that the commands need without an extra is there, 1 if not."""
EXAMPLE = "derivlab doctor"


class Finding(NamedTuple):
    """One thing that derivlab can use: `found` says which one is there, None that none is."""

    name: str
    found: str | None
    purpose: str
    remedy: str
    required: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab doctor`."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def run(args: argparse.Namespace) -> int:
    """Look for everything, print what was found."""
    from derivlab.cli.terminal import print_json

    findings = [*_packages(), *(_look(probe) for probe in PROBES)]
    if args.json:
        print_json([finding._asdict() for finding in findings])
    else:
        _print(findings)
    return 1 if any(finding.required and finding.found is None for finding in findings) else 0


def _version(distribution: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _packages() -> list[Finding]:
    """Python, and the packages that derivlab cannot work without."""
    python = ".".join(map(str, sys.version_info[:3]))
    remedy = "pip install --upgrade --force-reinstall derivlab"
    return [
        Finding("Python", python, "runs derivlab; 3.11 or newer", "https://www.python.org", required=True),
        *(
            Finding(name, _version(name), purpose, remedy, required=True)
            for name, purpose in PACKAGES.items()
        ),
    ]


class Probe(NamedTuple):
    """How to look for one optional thing; `look` returns what was found, or None."""

    name: str
    purpose: str
    remedy: str
    look: Callable[[], str | None]
    required: bool = False


def _look(probe: Probe) -> Finding:
    found, remedy = None, probe.remedy
    try:
        found = probe.look()
    except UsageError as error:  # says itself what to do
        remedy = str(error)
    except ImportError:  # a required package is missing, which its own line says
        pass
    return Finding(probe.name, found, probe.purpose, remedy, probe.required)


def _mnist() -> str:
    from derivlab.network.mnist import load_mnist

    data = load_mnist()
    return f"{len(data.training):,} + {len(data.test):,} images, checksums right"


def _latex() -> str:
    from derivlab.report.engine import engines, find_engine

    find_engine()  # says what to do if there is none
    return ", ".join(engine.name for engine in engines())  # in the order in which they are taken


def _dot() -> str:
    from pathlib import Path

    from derivlab.report.graph.layout import find_dot

    return Path(find_dot()[0]).stem


def _coq() -> str:
    from derivlab.certificates.coq import find_coqc

    return find_coqc()


def _gpu() -> str | None:
    import torch

    return str(torch.cuda.get_device_name(0)) if torch.cuda.is_available() else None


PIP_PDF = "pip install 'derivlab[pdf]'"
PROBES = (
    Probe("MNIST", "train, report: the data, in the package", "reinstall derivlab", _mnist, required=True),
    Probe("LaTeX", "report --pdf: sets the report", PIP_PDF, _latex),
    Probe("Graphviz", "graph, report: the layout of graphs", PIP_PDF, _dot),
    Probe(
        "Coq",
        "certify --check: checks certificates",
        "apt-get install coq libcoq-coquelicot libcoq-interval",
        _coq,
    ),
    Probe(
        "GPU",
        "train: not needed, used where torch has one",
        "a CUDA build of torch, https://pytorch.org",
        _gpu,
    ),
)


def _print(findings: list[Finding]) -> None:
    from rich.table import Table

    from derivlab.cli.terminal import console

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "what", "found", "for, or how to get it"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        mark = "ok" if finding.found else ("MISSING" if finding.required else "-")
        tail = finding.purpose if finding.found else f"{finding.purpose} ({finding.remedy})"
        table.add_row(mark, finding.name, finding.found or "not found", tail)
    console().print(table)
