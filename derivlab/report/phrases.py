"""Formulas, numbers and lists as the report sets them: small functions from values to `Tex`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sympy import Expr

from derivlab.report.breaking import break_lines, width
from derivlab.report.content import Formula, Remark, Value
from derivlab.report.names import symbol_name
from derivlab.report.printer import latex
from derivlab.report.tex import Tex, as_tex, escape
from derivlab.symbols import Context, Domain, Variable

TEXT_WIDTH = 40.0
RELATIONS = {"=": "=", ">=": r"\geq", ">": ">", "<": "<", "<=": r"\leq", "<-": r"\leftarrow"}
_INDENT = 1.5


def equation(
    left: Expr, right: Expr | None, context: Context, room: float = TEXT_WIDTH, relation: str = "="
) -> Tex:
    """`left = right` in display style, within `room` em: on one line, or broken into aligned ones."""
    sign = RELATIONS[relation]
    if right is None:
        return _stacked("", break_lines(latex(left, context), room), "")
    head, tail = latex(left, context), latex(right, context)
    if width(f"{head} {sign} {tail}") <= room:
        return Tex(f"{head} {sign} {tail}")
    beside = room - width(head) - 1.4
    if beside > 0.55 * room:
        return _stacked(head, break_lines(tail, beside - _INDENT, beside), sign)
    first = break_lines(head, room)
    rest = break_lines(tail, room - 1.4 - _INDENT, room - 1.4)
    lines = (
        [rf"&{line}" for line in first] + [rf"&{sign} {rest[0]}"] + [rf"&\quad {line}" for line in rest[1:]]
    )
    return _aligned(lines)


def continued(right: Expr, context: Context, room: float) -> Tex:
    """`= right`, the next link of a chain."""
    return _stacked("", break_lines(latex(right, context), room - 1.4 - _INDENT, room - 1.4), "=")


def _stacked(head: str, lines: list[Tex], sign: str) -> Tex:
    if len(lines) == 1:
        return Tex(" ".join(filter(None, [head, sign, lines[0]])))
    first = f"{head} &{sign} {lines[0]}" if sign else f"& {lines[0]}"
    return _aligned([first, *(rf"&\quad {line}" for line in lines[1:])])


def _aligned(lines: Iterable[str]) -> Tex:
    body = r" \\ ".join(lines)
    return Tex(rf"\begin{{aligned}} {body} \end{{aligned}}")


def inline(formula: Tex) -> Tex:
    """A formula in running text."""
    return Tex(f"${formula}$")


def scientific(value: float | None) -> Tex:
    """A small number with two digits, as 4.4·10⁻¹⁶; an en dash for none.

    >>> print(scientific(4.44e-16), scientific(0.0), scientific(None))
    $4.4 \\cdot 10^{-16}$ 0 --
    """
    if value is None:
        return Tex("--")
    if value == 0:
        return Tex("0")
    mantissa, exponent = f"{value:.1e}".split("e")
    return Tex(rf"${mantissa} \cdot 10^{{{int(exponent)}}}$")


def duration(seconds: float | None) -> Tex:
    """A time in the unit that reads best."""
    if seconds is None:
        return Tex("")
    if seconds < 1.0:
        return Tex(rf"{1000 * seconds:.{1 if seconds < 0.01 else 0}f}\,ms")
    return Tex(rf"{seconds:.1f}\,s" if seconds < 120 else rf"{seconds / 60:.1f}\,min")


def thousands(number: int) -> Tex:
    """A whole number with thin spaces between thousands."""
    return Tex(f"{number:,}".replace(",", r"\,"))


def prose(remark: Remark) -> Tex:
    """The paragraphs of a remark."""
    return Tex(
        "\n\n".join("".join(_part(part, remark.context) for part in parts) for parts in remark.paragraphs)
    )


def _part(part: str | Formula | Value, context: Context) -> str:
    if isinstance(part, str):
        return escape(part)
    if isinstance(part, Value):
        return named_value(part.name, part.text, context)
    if not part.display:
        right = "" if part.right is None else f" {RELATIONS[part.relation]} {latex(part.right, context)}"
        return f"${latex(part.left, context)}{right}$"
    return f"\n\\[ {equation(part.left, part.right, context, relation=part.relation)} \\]\n"


def named_value(name: str, value: str, context: Context) -> Tex:
    """`name = value` in mathematics; a value that is not made of numbers is set as text."""
    exact = re.fullmatch(r"[-0-9/.(), ]+", value)
    shown = value.replace(",", r",\allowbreak ") if exact else rf"\text{{{escape(value)}}}"
    if not name:
        return Tex(f"${shown}$")
    entry = context.lookup(name)
    return Tex(f"${symbol_name(name, entry.latex if entry is not None else '')} = {shown}$")


def decimal(value: str) -> Tex:
    """A decimal number with four digits, for mathematics."""
    try:
        mantissa, _, exponent = f"{float(value):.4g}".partition("e")
    except ValueError:
        return Tex(rf"\text{{{escape(value)}}}")
    return Tex(rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa)


def declarations(context: Context) -> Tex:
    r"""The variables of a context with their shapes and domains, those alike together.

    >>> from derivlab.symbols import dimension, vector
    >>> K = dimension("K")
    >>> print(declarations(Context.of(vector("z", K), vector("y", K))))
    $z, y \in \mathbf{R}^{K}$
    """
    groups: dict[str, list[str]] = {}
    for variable in context.variables:
        groups.setdefault(_range(variable, context), []).append(
            str(symbol_name(variable.name, variable.latex))
        )
    return Tex(", ".join(f"${', '.join(names)} {kind}$" for kind, names in groups.items()))


def _range(variable: Variable, context: Context) -> str:
    shape = r" \times ".join(str(latex(size, context)) for size in variable.shape)
    power = f"^{{{shape}}}" if shape else ""
    domain = variable.domain
    if domain.values is not None:
        values = ", ".join(str(value) for value in domain.values)
        return rf"\in \{{{values}\}}{power}"
    if domain.index_of is not None:
        return rf"\in \{{1, \dots, {latex(domain.index_of, context)}\}}{power}"
    return _interval(domain, power)


def _interval(domain: Domain, power: str) -> str:
    if domain.low is not None and domain.high is not None:
        brackets = "(" if domain.low_open else "[", ")" if domain.high_open else "]"
        return rf"\in {brackets[0]}{domain.low}, {domain.high}{brackets[1]}{power}"
    where = rf" \text{{ in }} \mathbf{{R}}{power}" if power else ""
    if domain.low is not None:
        sign = ">" if domain.low_open else r"\geq"
        return f"{sign} {domain.low}{where}"
    if domain.high is not None:
        sign = "<" if domain.high_open else r"\leq"
        return f"{sign} {domain.high}{where}"
    return rf"\neq 0{where}" if domain.nonzero else rf"\in \mathbf{{R}}{power}"


def listing(parts: Iterable[object]) -> Tex:
    """Parts joined by semicolons, each escaped unless it is `Tex`."""
    return Tex("; ".join(as_tex(part) for part in parts if part))
