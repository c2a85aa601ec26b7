"""SymPy expressions as one line of text for a terminal: `∂J/∂W_ij = h_i (ŷ_j - y_j)`."""

from __future__ import annotations

from functools import singledispatch
from unicodedata import normalize

import sympy
from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Piecewise, Pow, Rational, Sum, Symbol
from sympy.core.function import Application
from sympy.core.relational import Relational
from sympy.printing.pretty.pretty_symbology import pretty_symbol

from derivlab.report.ordering import (
    argument_order,
    is_open,
    is_reciprocal,
    positive_first,
    rank,
    split_coefficient,
    tidy_bound,
)
from derivlab.symbols import Context, Domain, Partial, Variable, head_name

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
NAMES = {"loggamma": "logΓ", "polygamma": "ψ", "Max": "max", "Min": "min", "Abs": "abs"}


def plain(expr: Expr) -> str:
    """`expr` as one line of text; sums over 1..K are written Σ_k.

    >>> from derivlab.symbols import delta, dimension, indices, total, vector
    >>> K, (i, j, k) = dimension("K"), indices("i j k")
    >>> y, p = vector("y", K), vector("phat", K)
    >>> plain(-total(y[k] * sympy.log(p[k]), k, K) / 2)
    '-1/2 Σ_k y_k log(p̂_k)'
    >>> plain(Partial(p[i], y[j])), plain(p[i] * (delta(i, j) - p[j]))
    ('∂p̂_i/∂y_j', 'p̂_i (δ_ij - p̂_j)')
    """
    return normalize("NFC", _write(tidy_bound(expr)))  # ŷ as one character where there is one


def declarations(context: Context) -> list[str]:
    """What `context` declares, assumes and defines, a line each.

    >>> from derivlab.symbols import Context, dimension, matrix, scalar
    >>> N, d = dimension("N"), dimension("d")
    >>> declarations(Context.of(matrix("x", N, d), scalar("lambda", positive=True)))
    ['x ∈ ℝ^(N×d)', 'λ ∈ (0, ∞)']
    """
    return [
        *(f"{pretty_symbol(entry.name)} ∈ {_space(entry)}" for entry in context.variables),
        *(f"{plain(left)} = {plain(right)}" for left, right in context.assumptions),
        *(f"{plain(entry.head)} := {plain(entry.body)}" for entry in context.definitions),
    ]


def _space(variable: Variable) -> str:
    """ℝ^(N×d), {0, 1}^N, (0, ∞)."""
    sizes = [_write(size) for size in variable.shape]
    power = f"^({'×'.join(sizes)})" if len(sizes) > 1 else f"^{sizes[0]}" if sizes else ""
    return _values(variable.domain) + power


def _values(domain: Domain) -> str:
    if domain.index_of is not None:
        return f"{{1, …, {plain(domain.index_of)}}}"
    if domain.values is not None:
        return f"{{{', '.join(map(str, domain.values))}}}"
    without_zero = " \\ {0}" if domain.nonzero else ""
    if domain.low is None and domain.high is None:
        return f"(ℝ{without_zero})" if without_zero else "ℝ"
    low = "(-∞" if domain.low is None else f"{'(' if domain.low_open else '['}{domain.low}"
    high = "∞)" if domain.high is None else f"{domain.high}{')' if domain.high_open else ']'}"
    return f"{low}, {high}{without_zero}"


def _inside(expr: Expr) -> str:
    """The text of a factor: in parentheses where it would otherwise take or lose its neighbours."""
    loose = is_open(expr) or isinstance(expr, Add | Mul | Relational)
    return f"({_write(expr)})" if loose or _is_fraction(expr) else _write(expr)


def _is_fraction(expr: Expr) -> bool:
    return is_reciprocal(expr) or (isinstance(expr, Rational) and (expr.q != 1 or expr.p < 0))


@singledispatch
def _write(expr: Expr) -> str:
    if isinstance(expr, Application):
        name = NAMES.get(type(expr).__name__, type(expr).__name__)
        arguments = sorted(expr.args, key=argument_order) if name in ("max", "min") else expr.args
        return f"{name}({', '.join(map(_write, arguments))})"
    return str(expr)


@_write.register
def _(expr: Symbol) -> str:
    name: str = pretty_symbol(expr.name)
    return name


@_write.register
def _(expr: Indexed) -> str:
    return pretty_symbol(head_name(expr)) + _subscript(expr.indices)


def _subscript(indices: tuple[Expr, ...]) -> str:
    """_ij for letters, [i + 1, j] for anything longer."""
    texts = [str(entry) if isinstance(entry, Add) else _write(entry) for entry in indices]
    return f"_{''.join(texts)}" if all(len(text) == 1 for text in texts) else f"[{', '.join(texts)}]"


@_write.register
def _(expr: KroneckerDelta) -> str:
    return "δ" + _subscript(expr.args[:2])


@_write.register
def _(expr: Sum) -> str:
    body = f"({_write(expr.function)})" if isinstance(expr.function, Add) else _write(expr.function)
    return f"{' '.join(f'Σ_{_write(limit[0])}' for limit in reversed(expr.limits))} {body}"


@_write.register
def _(expr: Partial) -> str:
    body, by = expr.body, [_write(expr.by)]
    while isinstance(body, Partial):
        by, body = [_write(body.by), *by], body.body
    order = str(len(by)).translate(SUPERSCRIPTS) if len(by) > 1 else ""
    below = "".join(f"∂{name}" for name in by)
    if isinstance(body, Symbol | Indexed):
        return f"∂{order}{_write(body)}/{below}"
    return f"∂{order}/{below} ({_write(body)})"


@_write.register
def _(expr: Add) -> str:
    first, *rest = positive_first(list(expr.as_ordered_terms()))
    signed = ((" - ", -term) if term.could_extract_minus_sign() else (" + ", term) for term in rest)
    return _write(first) + "".join(
        sign + (f"({_write(term)})" if isinstance(term, Add) else _write(term)) for sign, term in signed
    )


@_write.register
def _(expr: Mul) -> str:
    """Closed factors over their denominator, then the sums: `1/N Σ_i (g_i - y_i) x_ij`."""
    coefficient, factors = split_coefficient(expr)
    if coefficient < 0:
        return f"-{_inside(-expr) if isinstance(-expr, Add) else _write(-expr)}"
    factors = sorted(factors, key=rank)
    above = [factor for factor in factors if not is_reciprocal(factor) and not is_open(factor)]
    below = [1 / factor for factor in factors if is_reciprocal(factor)]
    sums = [factor for factor in factors if is_open(factor)]
    numbers = [sympy.Integer(part) for part in (coefficient.p, coefficient.q)]
    fraction = _quotient([numbers[0], *above], [numbers[1], *below])
    tail = [_write(factor) if factor is sums[-1] else f"({_write(factor)})" for factor in sums]
    return " ".join([*([] if fraction == "1" else [fraction]), *tail])


def _quotient(above: list[Expr], below: list[Expr]) -> str:
    """A product over a product, ones left out."""
    over, under = ([_inside(factor) for factor in side if factor != 1] for side in (above, below))
    top = " ".join(over) or "1"
    if not under:
        return top
    return f"{top}/{under[0] if len(under) == 1 else '(' + ' '.join(under) + ')'}"


@_write.register
def _(expr: Pow) -> str:
    base, exponent = expr.base, expr.exp
    if exponent.is_Rational and exponent < 0:
        return f"1/{_inside(1 / expr)}"
    if exponent == sympy.Rational(1, 2):
        return f"sqrt({_write(base)})"
    low = f"({_write(base)})" if isinstance(base, Pow) else _inside(base)
    if exponent.is_Integer:
        return low + str(exponent).translate(SUPERSCRIPTS)
    return f"{low}^{_inside(exponent)}"


@_write.register
def _(expr: Piecewise) -> str:
    cases = [
        f"{_write(value)} {'otherwise' if condition == sympy.true else f'if {_write(condition)}'}"
        for value, condition in expr.args
    ]
    return f"{{{', '.join(cases)}}}"


@_write.register
def _(expr: Relational) -> str:
    sign = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}.get(expr.rel_op, expr.rel_op)
    return f"{_write(expr.lhs)} {sign} {_write(expr.rhs)}"
