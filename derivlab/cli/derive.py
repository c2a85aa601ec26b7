"""`derivlab derive`: the gradient of an expression, with every step named."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from derivlab.errors import DerivlabError, OutsideClassError, UsageError

if TYPE_CHECKING:
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
    if args.latex:
        print(as_latex(found))
    elif args.markdown:
        print(as_markdown(found))
    else:
        print(as_text(found))
    if not all(checks):
        raise DerivlabError(f"step {checks.index(False) + 1} could not be proved; please report it")
    return 0


def as_text(found: Gradient) -> str:
    """One step a line, the rule in front."""
    from derivlab.notation import plain_text
    from derivlab.symbols import Partial

    width = max((len(step.rule) for step in found.steps), default=0)
    lines = [f"{'':{width}}   {plain_text(Partial(found.objective, found.by))}"]
    lines += [f"{step.rule:>{width}} = {plain_text(step.after)}" for step in found.steps]
    for lemma in found.lemmas:
        left = plain_text(Partial(lemma.objective, lemma.by))
        lines.append(f"{'where':>{width}}   {left} = {plain_text(lemma.closed_form)}")
    return "\n".join(lines)


def as_latex(found: Gradient) -> str:
    """An align environment with the rule beside each step."""
    import sympy

    from derivlab.symbols import Partial

    rows = [sympy.latex(Partial(found.objective, found.by))]
    rows += [rf"&= {sympy.latex(step.after)} && \text{{{step.rule}}}" for step in found.steps]
    first = rows[0] + " " + rows[1] if len(rows) > 1 else rows[0]
    body = " \\\\\n".join([first, *rows[2:]])
    return "\\begin{align*}\n" + body + "\n\\end{align*}"


def as_markdown(found: Gradient) -> str:
    """A numbered list of displays."""
    import sympy

    from derivlab.symbols import Partial

    left = sympy.latex(Partial(found.objective, found.by))
    lines = [
        f"{number}. {step.rule}: {step.reason}\n\n   $${left} = {sympy.latex(step.after)}$$"
        for number, step in enumerate(found.steps, start=1)
    ]
    return "\n\n".join([*lines, f"**Result.** $${found.latex()}$$"])
