"""What to say about a name that nobody has introduced."""

from __future__ import annotations

from typing import NoReturn

from derivlab.notation.elaboration.builtins import FUNCTIONS
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.names import Spelling, full_key, is_decoration
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node

NOT_READ = {
    r"\infty": ("infinity is not a number here", "write a finite expression"),
    r"\int": ("integrals are not read", "state the claim without the integral"),
    r"\oint": ("integrals are not read", "state the claim without the integral"),
    r"\lim": ("limits are not read", "state the claim without the limit"),
    r"\arg": (r"`\arg\max` is not read", "state the equation that holds at the maximum"),
    r"\sup": ("suprema are not read", "name the value, and assume what is known of it"),
    r"\inf": ("infima are not read", "name the value, and assume what is known of it"),
    r"\Pr": ("probabilities are not read", "write the sum or the density"),
    r"\mathbb{E}": ("expectations are not read", "write the sum or the density"),
    r"\mathbb{P}": ("probabilities are not read", "write the sum or the density"),
    r"\mathbb{R}": ("a set is no expression", r"write it behind \in"),
    r"\top": ("a transpose needs something before it", r"write x^\top"),
    r"\partial": ("this derivative is not complete", r"write \frac{\partial J}{\partial z_i}"),
    r"\nabla": ("this gradient has nothing to apply to", r"write e.g. $\nabla_\theta J$"),
    r"\sum": ("this sum has nothing to apply to", r"write \sum_{i=1}^{n} x_i"),
    r"\prod": ("this product has nothing to apply to", r"write \prod_{i=1}^{n} x_i"),
    r"\exists": (r"`\exists` is not read", "name what exists, and declare it"),
    "otherwise": ("`otherwise` stands in the last row of cases only", "move it there"),
}


def undeclared(elaborator: Elaborator, node: Node, spelled: Spelling) -> NoReturn:
    """Raise the error for an unknown name, with the nearest explanation."""
    if spelled.key in NOT_READ:
        fail(node, *NOT_READ[spelled.key])
    name = to_latex(node).strip()
    if spelled.key in FUNCTIONS:
        fail(node, f"the function `{name}` lacks its argument", f"write {name}(x)")
    for key in (spelled.key, full_key(spelled)):
        if key in elaborator.scope.broken:
            line = elaborator.scope.broken[key]
            fail(
                node,
                f"`{key}` is not declared: its definition in line {line} was not read",
                "mend that line first",
            )
    known = elaborator.scope.entries
    if is_decoration(spelled.sup):
        name = full_key(Spelling(spelled.key, None, spelled.sup))
    elif spelled.sub is not None or spelled.sup is not None:
        name = spelled.key
    plain = spelled.key.removeprefix(r"\mathbf{").removeprefix(r"\mathcal{").removesuffix("}")
    for variant in (
        plain,
        rf"\mathbf{{{spelled.key}}}",
        rf"\mathcal{{{spelled.key}}}",
        rf"\hat{{{spelled.key}}}",
    ):
        if variant in known and variant != spelled.key:
            fail(
                node,
                f"`{name}` is not declared; `{variant}` is, and the two are different names",
                _hint(name),
            )
    if is_decoration(spelled.sup) and spelled.key in known:
        fail(node, f"`{name}` is not declared; it is another name than `{spelled.key}`", _hint(name))
    fail(node, f"`{name}` is not declared", _hint(name))


def _hint(name: str) -> str:
    """What to write: words are functions, letters are variables."""
    if name.startswith(r"\operatorname"):
        return f"define it first, e.g. ${name}(x) = ...$"
    return (
        rf"say what it is first, e.g. ${name} \in \mathbb{{R}}$ or ${name} \in \mathbb{{R}}^n$, or define it"
    )
