r"""Syntax nodes back to LaTeX: printing what was parsed and parsing it again gives the same node.

>>> from derivlab.notation.reading import parse_expression
>>> to_latex(parse_expression(r"\frac12 x_i^2"))
'\\frac{1}{2} x_{i}^{2}'
"""

from __future__ import annotations

import re
from collections.abc import Callable

from derivlab.errors import InternalError
from derivlab.notation import syntax
from derivlab.notation.syntax import Node

WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]+")
OPERATORS = {"": "", "·": r"\cdot ", "×": r"\times ", "/": "/ ", "⊙": r"\odot ", "⊗": r"\otimes "}
SIGNS = {"+": "+", "-": "-", "±": r"\pm "}
RELATIONS = {
    "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "∈": r"\in", "∉": r"\notin", "⊂": r"\subseteq", "≡": r"\equiv",
    "≈": r"\approx", "≃": r"\simeq", "≅": r"\cong", "∝": r"\propto", "∼": r"\sim", "→": r"\to",
    "↦": r"\mapsto",
    "←": r"\leftarrow", ":=": r"\coloneqq", "⪰": r"\succeq", "≻": r"\succ", "⪯": r"\preceq", "≺": r"\prec",
    "≪": r"\ll", "≫": r"\gg", "≲": r"\lesssim", "≳": r"\gtrsim", "≍": r"\asymp", "|": r"\mid",
}  # fmt: skip
BRACKETS = {
    "(": "()", "[": "[]", r"\{": (r"\{", r"\}"), "|": (r"\lvert ", r" \rvert"), "‖": (r"\lVert ", r" \rVert"),
    "⟨": (r"\langle ", r" \rangle"), "⌊": (r"\lfloor ", r" \rfloor"), "⌈": (r"\lceil ", r" \rceil"),
    "{": "{}",
    "( ]": "(]", "[ )": "[)",
}  # fmt: skip


def to_latex(node: Node) -> str:
    """The node as LaTeX."""
    rule = RULES.get(type(node))
    if rule is None:
        raise InternalError(f"no printing rule for {type(node).__name__}")
    return rule(node)


def _name(node: syntax.Name) -> str:
    if WORD.fullmatch(node.text):
        return rf"\operatorname{{{node.text}}}"
    return node.text + " " if re.fullmatch(r"\\[a-zA-Z]+", node.text) else node.text


def _braced(node: Node) -> str:
    """An argument in braces; a sign stays bare."""
    return "{" + to_latex(node).strip() + "}"


def _script(node: syntax.Script) -> str:
    base = to_latex(node.base).strip()
    if isinstance(node.base, syntax.Script | syntax.Sum | syntax.Product | syntax.Factorial):
        base = "{" + base + "}"
    primes = "'" * node.primes
    sub = "_" + _braced(node.sub) if node.sub is not None else ""
    sup = "^" + _braced(node.sup) if node.sup is not None else ""
    raised_first = node.sub is not None and node.sup is not None and node.sup.start < node.sub.start
    return base + primes + (sup + sub if raised_first else sub + sup)  # A^{-1}_{ij} is no 1/A_{ij}


def _factorial(node: syntax.Factorial) -> str:
    body = to_latex(node.body).strip()
    return "{" + body + "}!" if isinstance(node.body, syntax.Sum | syntax.Product) else body + "!"


def _group(node: syntax.Group) -> str:
    opener, closer = BRACKETS[node.kind]
    return opener + ", ".join(to_latex(item).strip() for item in node.items) + closer


def _chain(node: syntax.Chain) -> str:
    parts = [to_latex(node.sides[0]).strip() if node.sides[0] else ""]
    for relation, side in zip(node.relations, node.sides[1:], strict=True):
        parts += [RELATIONS.get(relation, relation), to_latex(side).strip() if side else ""]
    return " ".join(parts).strip()


def _sum(node: syntax.Sum) -> str:
    parts = []
    for position, (sign, term) in enumerate(zip(node.signs, node.terms, strict=True)):
        text = to_latex(term).strip()
        if isinstance(term, syntax.Sum):
            text = "{" + text + "}"
        bare = position == 0 and isinstance(term, syntax.Number)
        parts.append(text if position == 0 and sign == "+" else SIGNS[sign] + " " * (not bare) + text)
    return " ".join(parts)


def _product(node: syntax.Product) -> str:
    parts = []
    for operator, factor in zip(node.operators, node.factors, strict=True):
        text = to_latex(factor).strip()
        if isinstance(factor, syntax.Sum | syntax.Product):
            text = "{" + text + "}"
        sign = operator[1:]
        parts.append(OPERATORS[operator[:1]] + (SIGNS[sign] + " " if sign else "") + text)
    return " ".join(parts)


def _cases(node: syntax.Cases) -> str:
    rows = r" \\ ".join(" & ".join(to_latex(cell).strip() for cell in row) for row in node.rows)
    return rf"\begin{{cases}} {rows} \end{{cases}}"


def _matrix(node: syntax.Matrix) -> str:
    rows = r" \\ ".join(" & ".join(to_latex(cell).strip() for cell in row) for row in node.rows)
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"


def _root(node: syntax.Root) -> str:
    order = f"[{to_latex(node.order).strip()}]" if node.order is not None else ""
    return rf"\sqrt{order}{_braced(node.body)}"


def _font(node: syntax.Font) -> str:
    command = {"bf": r"\mathbf", "cal": r"\mathcal", "bb": r"\mathbb"}[node.font]
    return command + _braced(node.body)


RULES: dict[type[Node], Callable[..., str]] = {
    syntax.Number: lambda node: node.text,
    syntax.Name: _name,
    syntax.Dots: lambda node: r"\dots ",
    syntax.Sign: lambda node: node.text,
    syntax.Accent: lambda node: rf"\{node.accent}{_braced(node.body)}",
    syntax.Font: _font,
    syntax.Script: _script,
    syntax.Factorial: _factorial,
    syntax.Fraction: lambda node: r"\frac" + _braced(node.numerator) + _braced(node.denominator),
    syntax.Root: _root,
    syntax.Group: _group,
    syntax.Chain: _chain,
    syntax.Sum: _sum,
    syntax.Product: _product,
    syntax.Cases: _cases,
    syntax.Matrix: _matrix,
    syntax.Wrong: lambda node: rf"\text{{{node.message}}}",
}
