"""What several commands need to talk to a terminal: a console, JSON, the models that a user names."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from derivlab.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from derivlab.models import Model

WIDTH_IN_A_PIPE = 100
LEAST_WIDTH = 64


def console(*, stderr: bool = False) -> Console:
    """A Rich console; as wide as the terminal, and of a fixed width in a pipe or file.

    Rich itself heeds NO_COLOR, FORCE_COLOR, COLUMNS and TERM=dumb.
    """
    import os

    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    fixed = None if stream.isatty() or "COLUMNS" in os.environ else WIDTH_IN_A_PIPE
    made = Console(stderr=stderr, width=fixed, highlight=False, soft_wrap=False, emoji=False, markup=False)
    if made.width < LEAST_WIDTH and not stderr:
        made.width = LEAST_WIDTH  # a narrower terminal wraps the lines itself; no word is lost
    return made


def print_json(value: object) -> None:
    """Print `value` as JSON for another program to read."""
    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def find_models(names: Sequence[str]) -> list[Model]:
    """The models called `names`, in that order and each once; all of them if no name is given.

    Raises:
        UsageError: there is no model of that name; the nearest name is suggested.
    """
    from derivlab.models import MODELS

    for name in names:
        if name not in MODELS:
            raise UsageError(f"there is no model `{name}`{_nearest(name, MODELS)}")
    return [MODELS[name] for name in dict.fromkeys(names or MODELS)]


def _nearest(name: str, known: Sequence[str] | dict[str, Model]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), list(known), n=1, cutoff=0.4)
    return f"; did you mean `{near[0]}`?" if near else f"; the models are {', '.join(known)}"
