"""`derivlab new-assignment`: a folder with an assignment that works as it stands."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = (
    "Write a folder with an assignment: assignment.toml says what is asked, problem.md what is given. The"
    " sample asks for the gradients of softmax, of regularized logistic regression and of softmax"
    " cross-entropy with back-propagation, and for one function in Python. Change both files to your own"
    " questions; no answer key is needed."
)
EXAMPLE = "derivlab new-assignment gradients && derivlab grade gradients submissions/ --out grades"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab new-assignment`."""
    parser.add_argument("name", metavar="NAME", help="the folder to write; it must not exist")


def run(args: argparse.Namespace) -> int:
    """Write the folder and say what is in it."""
    from derivlab.grading.new import new_assignment

    for path in new_assignment(Path(args.name)):
        print(path)
    return 0
