"""`derivlab codegen`: print NumPy or torch code of a model's gradient."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivlab.compile import CompiledGradient, Precision
    from derivlab.models import Model

HELP = """Print the Python source of a model's value and gradient: vectorized, numerically stable, with the
formula in its docstring. What it imports beside the array library comes with derivlab."""
EXAMPLE = "derivlab codegen cross-entropy --backend torch"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab codegen`."""
    parser.add_argument("model", metavar="MODEL", help="the model (see `derivlab models`)")
    parser.add_argument("--by", metavar="NAME", help="differentiate by this (default: the model's first)")
    parser.add_argument("--backend", choices=("numpy", "torch"), default="numpy", help="default: numpy")
    parser.add_argument(
        "--batch", metavar="NAMES", help="arguments with a batch axis in front, e.g. z,y (default: none)"
    )
    parser.add_argument("--naive", action="store_true", help="the formula as it stands, unstable as it is")
    parser.add_argument("--double", action="store_true", help="for a kernel that is given float64 arrays")


def run(args: argparse.Namespace) -> int:
    """Print the source."""
    from derivlab.cli.terminal import find_models

    model = find_models([args.model])[0]
    compiled = _compiled(model, args)
    function = compiled.function
    if args.batch:
        function = function.in_batch(_batch(args.batch, compiled))[0]
    print(function.module, end="")
    return 0


def _compiled(model: Model, args: argparse.Namespace) -> CompiledGradient:
    from derivlab.calculus import gradient
    from derivlab.compile import compile_gradient

    by = _variable(model, args.by)
    derived = gradient(model.objective, by, model.context)
    name = f"{model.name} by {by}"
    precision: Precision = "double" if args.double else "working"
    return compile_gradient(derived, args.backend, name=name, stable=not args.naive, precision=precision)


def _variable(model: Model, name: str | None) -> str:
    from derivlab.errors import UsageError

    if name is None or name in model.gradients:
        return name or model.gradients[0]
    raise UsageError(f"{model.name} is differentiated by {', '.join(model.gradients)}, not by {name!r}")


def _batch(text: str, compiled: CompiledGradient) -> frozenset[str]:
    from derivlab.errors import UsageError

    names = frozenset(word.strip() for word in text.split(","))
    unknown = sorted(names - set(compiled.arguments))
    if unknown:
        raise UsageError(f"{unknown[0]!r} is no argument; the arguments are {', '.join(compiled.arguments)}")
    return names
