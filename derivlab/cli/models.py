"""`derivlab models`: list the models, or show one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivlab.models import Model

HELP = "List the models that derivlab ships, or show one: its objective and what is claimed about it."
EXAMPLE = "derivlab models cross-entropy"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab models`."""
    parser.add_argument("model", nargs="?", metavar="MODEL", help="show this model (default: list all)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def run(args: argparse.Namespace) -> int:
    """Print the models, or the one that is asked for."""
    from derivlab.cli.terminal import find_models, print_json

    models = find_models([args.model] if args.model else [])
    if args.json:
        print_json([_as_dict(model) for model in models])
    elif args.model:
        _show(models[0])
    else:
        _list(models)
    return 0


def _as_dict(model: Model) -> dict[str, object]:
    return {
        "name": model.name,
        "title": model.title,
        "summary": model.summary,
        "objective": model.objective,
        "gradients": list(model.gradients),
        "claims": [
            {"name": claim.name, "kind": claim.kind, "left": str(claim.left), "right": str(claim.right)}
            for claim in model.claims
        ],
        "convexity": [{"name": claim.name, "holds": claim.holds} for claim in model.convexity],
    }


def _list(models: list[Model]) -> None:
    width = max(len(model.name) for model in models)
    for model in models:
        print(f"{model.name:<{width}}  {model.title}")
    print("\n`derivlab models NAME` shows one, `derivlab verify NAME` proves it.")


def _show(model: Model) -> None:
    from derivlab.cli.plain import declarations, plain

    print(f"{model.title}\n\n{model.summary}\n\ngiven")
    for line in declarations(model.context):
        print(f"  {line}")
    print("\nclaims, for all sizes")
    for claim in model.claims:
        print(f"  {claim.name}: {plain(claim.left)} = {plain(claim.right)}")
    for convexity in model.convexity:
        print(f"  {convexity.name}: {'true' if convexity.holds else 'false'}")
