"""reports/reference.md: every command with its options, every public name.

`python -m tests.docs.reference` writes it anew.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import derivlab
import derivlab.testing
from derivlab.calculus import Gradient
from derivlab.cli.main import COMMANDS, build_parser, load
from derivlab.compile import CompiledGradient

TESTING = ("assert_gradient", "check_gradient", "CheckReport")
ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "reports" / "reference.md"
HEADER = """# Reference

Every command with its options, and every name that `import derivlab` and `derivlab.testing` give.
This file is written by `python -m tests.docs.reference`; a test compares it with the code.
"""


def actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """What a user can give, `--help` and the command itself left out."""
    for action in parser._actions:
        if not isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
            yield action


def spelled(action: argparse.Action) -> str:
    """`--format {text,json}`, `FILE...`"""
    value = action.metavar or ("{" + ",".join(map(str, action.choices)) + "}" if action.choices else "")
    if not action.option_strings:
        return f"{value or action.dest}{'...' if action.nargs in ('*', '+') else ''}"
    takes = action.nargs != 0 and not isinstance(action, argparse._VersionAction)
    name = ", ".join(action.option_strings)
    return f"{name} {value or action.dest.upper()}" if takes else name


def row(action: argparse.Action) -> str:
    cells = f"`{spelled(action)}`", (action.help or "").replace("%(default)s", str(action.default))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def table(parser: argparse.ArgumentParser) -> str:
    return "\n".join(["| | |", "| --- | --- |", *map(row, actions(parser))])


def command(name: str, parser: argparse.ArgumentParser) -> str:
    """One command: what it does, an example, its options."""
    module = load(name)
    text = " ".join(str(module.HELP).split())
    return f"### `derivlab {name}`\n\n{text}\n\n```text\n{module.EXAMPLE}\n```\n\n{table(parser)}\n"


def name_of(public: str) -> str:
    """One public name: its signature and its docstring."""
    value = getattr(derivlab.testing if public in TESTING else derivlab, public)
    if not callable(value):
        return f"### `{public}`\n\n{DATA[public]}\n"
    signature = str(inspect.signature(value)).replace("'", "")
    if inspect.isclass(value):
        signature = signature.partition(" -> ")[0]
    doc = inspect.getdoc(value) or ""
    return f"### `{public}`\n\n```text\n{public}{signature}\n\n{doc}\n```\n"


RETURNED: tuple[tuple[type, tuple[str, ...]], ...] = (
    (Gradient, ("compile", "computed_form", "check")),
    (CompiledGradient, ("value_and_gradient", "as_autograd_function", "source", "arguments")),
)


def returned(kind: type, members: tuple[str, ...]) -> str:
    """A class that users are handed, and what they use of it."""
    parts = [f"### `{kind.__name__}`\n\n```text\n{inspect.getdoc(kind)}\n```\n"]
    for name in members:
        member = getattr(kind, name)
        signature = str(inspect.signature(member)).replace("'", "") if inspect.isfunction(member) else ""
        text = f"{name}{signature}\n\n{inspect.getdoc(member)}"
        parts.append(f"#### `{kind.__name__}.{name}`\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


DATA = {
    "MODELS": "The models that ship with derivlab, by name: what `derivlab models` lists.",
    "__version__": "The version, as text.",
}


def reference() -> str:
    """The whole page."""
    parser, parsers = build_parser(list(COMMANDS))
    parts = [HEADER, "## Command line\n", f"{table(parser)}\n"]
    parts += [command(name, parsers[name]) for name in COMMANDS]
    parts += ["## Python\n", *(name_of(public) for public in derivlab.__all__)]
    parts += ["## Derived and compiled\n", "What `gradient` and its `compile` return.\n"]
    parts += [returned(*entry) for entry in RETURNED]
    parts += ["## Testing\n", "From `derivlab.testing`.\n", *(name_of(public) for public in TESTING)]
    return "\n".join(parts)


def main() -> None:
    REFERENCE.parent.mkdir(exist_ok=True)
    REFERENCE.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"{REFERENCE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
