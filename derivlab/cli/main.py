"""The frame of the command line: finds the command, loads it, and turns errors into one sentence.

No command is imported before it is asked for, so `derivlab --help` costs what argparse costs.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from io import TextIOWrapper
from textwrap import fill
from types import ModuleType
from typing import NoReturn

from derivlab import __version__
from derivlab.errors import DerivlabError, InternalError, UnreadableError, UsageError

# Command -> the line that `derivlab --help` shows; each is the file of that name in this folder.
COMMANDS = {
    "verify": "prove the models' claims, compare with autograd",
    "check": "check every equation of a document of your own",
    "derive": "derive a gradient, with every step named",
    "report": "write the report: derivations, graph, training",
    "graph": "draw a computational graph",
    "train": "train on MNIST with the derived gradients",
    "certify": "write Coq proofs of what was proved",
    "new-assignment": "write an assignment to start from",
    "grade": "grade the submissions of a class",
    "autograder": "what Gradescope and other course systems need",
    "codegen": "print NumPy or torch code of a gradient",
    "models": "list the models, or show one",
    "doctor": "what is installed, what for, and how to get the rest",
}

EXIT_OK, EXIT_UNABLE, EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_PIPE = 0, 2, 70, 130, 141
ADVICE = {
    errno.EACCES: "choose a file or folder that you may use",
    errno.EPERM: "choose a file or folder that you may use",
    errno.EROFS: "choose a folder that can be written to",
    errno.ENOSPC: "make room or write elsewhere",
    errno.ENOTDIR: "a file stands where a folder is needed; choose another name",
    errno.EEXIST: "a file of that name is in the way; choose another name",
    errno.EISDIR: "a folder stands where a file is needed; choose another name",
    errno.ENOENT: "check the name",
}
SHELLS = ("bash", "zsh", "tcsh")

DESCRIPTION = """pytest for derivations: derive a gradient, prove it for all sizes, check it against
autograd, train a network with it, report."""
EPILOG = """example:
  derivlab verify softmax

`derivlab COMMAND --help` shows the arguments of a command and an example.
exit codes: 0 all is well, 1 something is wrong in what was checked, 2 could not do it"""


class _Parser(argparse.ArgumentParser):
    """An argument parser that reports a mistake like every other mistake: by `UsageError`."""

    def error(self, message: str) -> NoReturn:
        if "required" in message:
            message += "; one that begins with `-` stands last, after `--`"
        raise UsageError(f"{message} (see `{self.prog} --help`)")


def load(command: str) -> ModuleType:
    """The module of `command`, imported now."""
    return import_module(f"derivlab.cli.{command.replace('-', '_')}")


def _asked_for(argv: Sequence[str]) -> str | None:
    """The command in `argv`: its first word that is no option and no option's value."""
    words = iter(argv)
    for word in words:
        if word == "--print-completion":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def build_parser(commands: Sequence[str]) -> tuple[_Parser, dict[str, _Parser]]:
    """The parser of `derivlab` and those of the named `commands`; no other command is imported."""
    parser = _Parser(
        prog="derivlab",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"derivlab {__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    parser.add_argument("--print-completion", choices=SHELLS, help="print the completion script of a shell")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, summary in COMMANDS.items():
        command = subparsers.add_parser(
            name, help=summary, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
        )
        if name in commands:
            _complete(command, load(name))
    return parser, dict(subparsers.choices)


def _complete(parser: argparse.ArgumentParser, module: ModuleType) -> None:
    """Give the parser of one command what its module says about it."""
    parser.description = fill(module.HELP, 79)
    parser.epilog = f"example:\n  {module.EXAMPLE}"
    module.add_arguments(parser)
    parser.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help="show the traceback of an error"
    )


def _suggestion(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean `{near[0]}`?" if near else ""


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    command = _asked_for(argv)
    if command is not None and command not in COMMANDS:
        nearest = _suggestion(command, COMMANDS) or "; `derivlab --help` lists the commands"
        raise UsageError(f"there is no command `{command}`{nearest}")
    parser, choices = build_parser([] if command is None else [command])
    args, unknown = parser.parse_known_args(argv)
    if unknown:
        asked = parser if command is None else choices[command]
        nearest = _suggestion(unknown[0], asked._option_string_actions)
        raise UsageError(f"`{asked.prog}` does not know `{unknown[0]}`{nearest} (see `{asked.prog} --help`)")
    if command is None and args.print_completion is None:
        parser.print_help()
    return args


def _print_completion(shell: str) -> int:
    import shtab

    parser, _ = build_parser(list(COMMANDS))
    print(shtab.complete(parser, shell=shell))
    return EXIT_OK


def _dispatch(argv: Sequence[str]) -> int:
    args = _parse(argv)
    if args.print_completion is not None:
        return _print_completion(args.print_completion)
    if args.command is None:
        return EXIT_OK
    code: int = load(args.command).run(args)
    return code


def _sentence(error: Exception) -> tuple[str, int]:
    """What to tell the user about `error`, and the exit code."""
    match error:
        case UnreadableError(message=message, hint=hint):
            return (f"{message}; {hint}" if hint else message), EXIT_UNABLE
        case ModuleNotFoundError(name=str(name)) if not name.startswith("derivlab"):
            return f"the package `{name}` is not installed; `derivlab doctor` says how to get it", EXIT_UNABLE
        case OSError(filename=str(path), strerror=str(reason)):
            return f"{path}: {reason}; {ADVICE.get(error.errno or 0, 'choose another place')}", EXIT_UNABLE
        case OSError(strerror=str(reason)):
            return f"{reason}; {ADVICE.get(error.errno or 0, 'try again')}", EXIT_UNABLE
        case OSError() | MemoryError():
            return str(error) or type(error).__name__, EXIT_UNABLE
        case DerivlabError() if not isinstance(error, InternalError):
            return str(error), EXIT_UNABLE
        case _:
            told = f"{type(error).__name__}: {error}"
            return f"derivlab failed ({told}); please report this with what --debug prints", EXIT_INTERNAL


def _fail(error: Exception, debug: bool) -> int:
    if debug:
        from traceback import print_exception

        print_exception(error)
    sentence, code = _sentence(error)
    print(f"derivlab: {sentence}", file=sys.stderr)
    return code


def _guarded(argv: Sequence[str]) -> int:
    """Carry out `argv`; what argparse ends by `SystemExit` (--help, --version) returns as well."""
    try:
        code = _dispatch(argv)
    except SystemExit as stop:
        code = int(stop.code or 0)
    sys.stdout.flush()
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: the process's own) and return the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ∂ shows ?, and goes on
    try:
        return _guarded(argv)
    except KeyboardInterrupt:
        print("derivlab: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has gone; without this, Python complains once more while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_PIPE
    except Exception as error:
        return _fail(error, debug="--debug" in argv)
