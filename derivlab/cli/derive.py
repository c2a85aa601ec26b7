"""`derivlab derive`: the gradient of an expression, with every step named."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from derivlab.errors import DerivlabError, OutsideClassError, UsageError

if TYPE_CHECKING:
    from sympy import Expr

    from derivlab.calculus import Gradient

HELP = (
    "Derive the gradient of an expression by a variable: the rule of each step beside it, and the closed"
    " form at the end. Each step is proved equal for all sizes before it is printed."
)
EXAMPLE = (
    r"derivlab derive '-\sum_k y_k \log \operatorname{softmax}(z)_k' --wrt z "
    r"--given 'z, y \in \mathbb{R}^K' --assume '\sum_k y_k = 1'"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab derive`."""
    parser.add_argument("expression", metavar="EXPRESSION", help="the objective, in LaTeX")
    parser.add_argument("--wrt", required=True, metavar="NAME", help="the variable, in LaTeX: z, W_{ij}")
    parser.add_argument("--given", action="append", default=[], metavar="TEXT", help="a declaration")
    parser.add_argument("--assume", action="append", default=[], metavar="TEXT", help="an equation to use")
    parser.add_argument("--define", action="append", default=[], metavar="TEXT", help="a definition")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="print LaTeX (an align environment)")
    form.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument(
        "--matrix", action="store_true", help="add the form in whole matrices and vectors, if one is proved"
    )


def run(args: argparse.Namespace) -> int:
    """Derive and print; 1 if a step could not be proved."""
    from derivlab.calculus import gradient
    from derivlab.notation.inputs import read_derivative

    try:
        claim = read_derivative(args.expression, args.wrt, args.given, args.assume, args.define)
        found = gradient(claim.left.body, claim.left.by, claim.context)
    except OutsideClassError as error:
        raise UsageError(f"this derivative cannot be taken: {error}") from error
    checks = found.check()
    shown = as_latex if args.latex else as_markdown if args.markdown else as_text
    print(shown(found))
    if not all(checks):
        raise DerivlabError(f"step {checks.index(False) + 1} could not be proved; please report it")
    if args.matrix:
        print(_matrix(found, args))
    return 0


def _matrix(found: Gradient, args: argparse.Namespace) -> str:
    """The last line: the form in matrices, or that there is none."""
    from derivlab.cli.matrix import Given, proved_matrix_form

    defined = (*args.define, f"{found.objective} = {args.expression}")
    form = proved_matrix_form(found, Given(args.given, args.assume, defined))
    if form is None:
        return f"{'% ' if args.latex else ''}no matrix form was found"
    left, right = form
    if args.latex:
        return rf"\[ {left} = {right} \]"
    return f"\n**Matrix form.** $${left} = {right}$$" if args.markdown else f"matrix form = {right}"


def as_text(found: Gradient) -> str:
    """One step a line, the rule in front."""
    from derivlab.cli.plain import plain
    from derivlab.symbols import Partial

    width = max((len(step.rule) for step in found.steps), default=0)
    lines = [f"{'':{width}}   {plain(Partial(found.objective, found.by))}"]
    lines += [f"{step.rule:>{width}} = {plain(step.after)}" for step in found.steps]
    for lemma in found.lemmas:
        left = plain(Partial(lemma.objective, lemma.by))
        lines.append(f"{'where':>{width}}   {left} = {plain(lemma.closed_form)}")
    return "\n".join(lines)


def as_latex(found: Gradient) -> str:
    """An align environment with the rule beside each step."""
    write = _textbook(found)
    return found.steps.latex(write) or rf"\[ {found.latex(write)} \]"


def as_markdown(found: Gradient) -> str:
    """A numbered list of displays."""
    from derivlab.symbols import Partial

    write = _textbook(found)
    left = write(Partial(found.objective, found.by))
    lines = [
        f"{number}. {step.rule}: {step.reason}\n\n   $${left} = {write(step.after)}$$"
        for number, step in enumerate(found.steps, start=1)
    ]
    return "\n\n".join([*lines, f"**Result.** $${found.latex(write)}$$"])


def _textbook(found: Gradient) -> Callable[[Expr], str]:
    """Sets an expression with the names of the derivation's context."""
    from derivlab.report.printer import latex

    return lambda expr: str(latex(expr, found.context))
