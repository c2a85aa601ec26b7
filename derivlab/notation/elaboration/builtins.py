"""The functions that need no definition: one entry each, by the name that a document uses.

A name that the document defines wins over the entry here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy
from sympy import Expr, Integer

from derivlab.notation.elaboration import linear
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.determinants import determinant
from derivlab.notation.elaboration.numbers import exponential
from derivlab.notation.elaboration.tensors import Tensor, mapped, once
from derivlab.notation.syntax import Node
from derivlab.symbols import free_symbols, substitute, total

Apply = Callable[[Elaborator, tuple[Tensor, ...], Node], Tensor]


@dataclass(frozen=True)
class Builtin:
    """A function of the language.

    Attributes:
        name: what messages call it.
        apply: the value at arguments.
        scalar: the function of one number, where it is one; arrays are taken entry by entry.
        letter: a single letter that has another meaning unless it is applied (σ).
    """

    name: str
    apply: Apply
    scalar: Callable[[Expr], Expr] | None = None
    letter: bool = False


def sigmoid(value: Expr) -> Expr:
    """σ(t) = 1/(1 + e^(-t))."""
    return 1 / (1 + sympy.exp(-value))


def softplus(value: Expr) -> Expr:
    """log(1 + e^t)."""
    return sympy.log(1 + sympy.exp(value))


def relu(value: Expr) -> Expr:
    """max(0, t)."""
    return sympy.Max(Integer(0), value)


def gelu(value: Expr) -> Expr:
    """t·Φ(t) with the distribution function Φ of the standard normal."""
    return value * (1 + sympy.erf(value / sympy.sqrt(2))) / 2


def _elementwise(name: str, function: Callable[[Expr], Expr], letter: bool = False) -> Builtin:
    def apply(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node) -> Tensor:
        argument = _only(arguments, node, name)
        if argument.rank:
            elaborator.note(f"{name} of an array is taken entry by entry")
        return mapped(function, argument)

    return Builtin(name, apply, function, letter)


def _only(arguments: tuple[Tensor, ...], node: Node, name: str) -> Tensor:
    if len(arguments) != 1:
        fail(node, f"{name} takes one argument, not {len(arguments)}", f"write {name}(x)")
    return arguments[0]


def _exp() -> Builtin:
    def apply(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node) -> Tensor:
        argument = _only(arguments, node, "exp")
        if argument.rank:
            elaborator.note("exp of an array is taken entry by entry")
        return mapped(lambda value: exponential(value, node), argument)

    return Builtin("exp", apply, sympy.exp)


def _extreme(name: str, function: Callable[..., Expr]) -> Builtin:
    def apply(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node) -> Tensor:
        if len(arguments) < 2:
            fail(node, f"{name} over a set is not read", f"write {name}(a, b) of two or more expressions")
        arrays = [one for one in arguments if one.rank]
        if not arrays:
            return once((), lambda: function(*(one.entry() for one in arguments)))
        elaborator.note(f"{name} of an array is taken entry by entry")
        first = arrays[0]
        for one in arrays[1:]:
            if one.row != first.row or not linear.fit(first.shape, one.shape):
                linear.mismatch(node, first, one, f"{name} of different shapes", "all need the same shape")
        return once(
            first.shape,
            lambda *at: function(*(one.entry(*at) if one.rank else one.entry() for one in arguments)),
            first.row,
        )

    return Builtin(name, apply)


def softmax(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node) -> Tensor:
    """exp(z_i) / Σ_k exp(z_k); of a matrix over each of its rows."""
    z = _vectors(elaborator, arguments, node, "softmax")
    bottom = once(z.shape[:-1], lambda *lead: _sum_of_exp(elaborator, z, lead, node))
    return once(z.shape, lambda *at: sympy.exp(z.entry(*at)) / bottom.entry(*at[:-1]), z.row)


def _sum_of_exp(elaborator: Elaborator, z: Tensor, lead: tuple[Expr, ...], node: Node) -> Expr:
    return linear.contraction(elaborator, z.shape[-1], lambda k: sympy.exp(z.entry(*lead, k)), node)


def _log_sum_exp(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node) -> Tensor:
    z = _vectors(elaborator, arguments, node, "logsumexp")
    return once(z.shape[:-1], lambda *lead: sympy.log(_sum_of_exp(elaborator, z, lead, node)))


def _log_softmax(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node) -> Tensor:
    return mapped(sympy.log, softmax(elaborator, arguments, node))


def _vectors(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node, name: str) -> Tensor:
    """A vector, or a matrix as its rows."""
    argument = _only(arguments, node, name)
    if argument.rank not in (1, 2):
        fail(node, f"{name} needs a vector, not {argument.describe()}", f"write {name}(z) of a vector z")
    if argument.rank == 2:
        elaborator.note(f"{name} of a matrix is taken over each row")
    return argument


def of_entry(elaborator: Elaborator, argument: Tensor, letter: sympy.Symbol, node: Node) -> Tensor:
    """`softmax(z_i)` as people write it: entry i of the softmax of z, for any scalar that holds one i."""

    def entry() -> Expr:
        value = argument.entry()
        size = linear.known(elaborator.made[letter].size, node, "the range of the softmax")
        bound = elaborator.contraction(size)
        return sympy.exp(value) / total(sympy.exp(substitute(value, {letter: bound})), bound, size)

    return once((), entry)


def index_in(elaborator: Elaborator, value: Expr) -> list[sympy.Symbol]:
    """The index letters that occur free in a value."""
    return sorted((one for one in free_symbols(value) if one in elaborator.made), key=lambda one: one.name)


def _trace(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node) -> Tensor:
    return linear.trace(elaborator, _only(arguments, node, "tr"), node)


def _determinant(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node) -> Tensor:
    return determinant(elaborator, _only(arguments, node, "det"), node)


def _log_determinant(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node) -> Tensor:
    return mapped(sympy.log, _determinant(elaborator, arguments, node))


def _diag(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node) -> Tensor:
    return linear.diagonal(_only(arguments, node, "diag"), node)


def _total(elaborator: Elaborator, arguments: tuple[Tensor, ...], node: Node) -> Tensor:
    value = _only(arguments, node, "sum")
    return once((), lambda: linear.whole_sum(elaborator, value.shape, value.entry, node))


def _inverse_hyperbolic(sign: int) -> Callable[[Expr], Expr]:
    return lambda x: sympy.log(x + sympy.sqrt(x**2 + sign))


SCALAR: dict[str, tuple[str, Callable[[Expr], Expr]]] = {
    r"\log": ("log", sympy.log), r"\ln": ("log", sympy.log), "log": ("log", sympy.log), "ln": ("log",
    sympy.log),
    r"\lg": ("log10", lambda x: sympy.log(x) / sympy.log(10)),
    r"\sin": ("sin", sympy.sin), r"\cos": ("cos", sympy.cos), r"\tan": ("tan", sympy.tan),
    "sin": ("sin", sympy.sin), "cos": ("cos", sympy.cos), "tan": ("tan", sympy.tan),
    r"\cot": ("cot", lambda x: sympy.cos(x) / sympy.sin(x)), r"\sec": ("sec", lambda x: 1 / sympy.cos(x)),
    r"\csc": ("csc", lambda x: 1 / sympy.sin(x)),
    r"\arcsin": ("arcsin", sympy.asin), r"\arccos": ("arccos", sympy.acos), r"\arctan": ("arctan",
    sympy.atan),
    "arcsin": ("arcsin", sympy.asin), "arccos": ("arccos", sympy.acos), "arctan": ("arctan", sympy.atan),
    r"\sinh": ("sinh", sympy.sinh), r"\cosh": ("cosh", sympy.cosh), r"\tanh": ("tanh", sympy.tanh),
    "sinh": ("sinh", sympy.sinh), "cosh": ("cosh", sympy.cosh), "tanh": ("tanh", sympy.tanh),
    r"\coth": ("coth", lambda x: sympy.cosh(x) / sympy.sinh(x)),
    "sech": ("sech", lambda x: 1 / sympy.cosh(x)), "csch": ("csch", lambda x: 1 / sympy.sinh(x)),
    "arsinh": ("arsinh", _inverse_hyperbolic(1)), "arcosh": ("arcosh", _inverse_hyperbolic(-1)),
    "arcsinh": ("arsinh", _inverse_hyperbolic(1)), "arccosh": ("arcosh", _inverse_hyperbolic(-1)),
    "artanh": ("artanh", lambda x: sympy.log((1 + x) / (1 - x)) / 2),
    "arctanh": ("artanh", lambda x: sympy.log((1 + x) / (1 - x)) / 2),
    "sign": ("sign", sympy.sign), "sgn": ("sign", sympy.sign), "expit": ("sigmoid", sigmoid),
    "log1p": ("log1p", lambda x: sympy.log(1 + x)), "expm1": ("expm1", lambda x: sympy.exp(x) - 1),
    "gelu": ("GELU", gelu), "GELU": ("GELU", gelu),
    "erf": ("erf", sympy.erf), "abs": ("abs", sympy.Abs), "sqrt": ("sqrt", sympy.sqrt),
    "sigmoid": ("sigmoid", sigmoid), "sigm": ("sigmoid", sigmoid), "logistic": ("sigmoid", sigmoid),
    "softplus": ("softplus", softplus), "ReLU": ("ReLU", relu), "relu": ("ReLU", relu), "RELU": ("ReLU",
    relu),
    "logit": ("logit", lambda x: sympy.log(x / (1 - x))),
    "silu": ("SiLU", lambda x: x * sigmoid(x)), "SiLU": ("SiLU", lambda x: x * sigmoid(x)),
    "swish": ("SiLU", lambda x: x * sigmoid(x)), "Swish": ("SiLU", lambda x: x * sigmoid(x)),
}  # fmt: skip

FUNCTIONS: dict[str, Builtin] = {key: _elementwise(*entry) for key, entry in SCALAR.items()}
FUNCTIONS |= {
    r"\sigma": _elementwise("the sigmoid σ", sigmoid, letter=True),
    r"\exp": _exp(),
    "exp": _exp(),
    r"\max": _extreme("max", sympy.Max),
    r"\min": _extreme("min", sympy.Min),
    "max": _extreme("max", sympy.Max),
    "min": _extreme("min", sympy.Min),
}
FUNCTIONS |= {name: Builtin("softmax", softmax) for name in ("softmax", "Softmax", "SoftMax", "smax")}
FUNCTIONS |= {name: Builtin("logsumexp", _log_sum_exp) for name in ("logsumexp", "LSE", "lse", "LogSumExp")}
FUNCTIONS |= {
    name: Builtin("log-softmax", _log_softmax) for name in ("logsoftmax", "log-softmax", "LogSoftmax")
}
FUNCTIONS |= {name: Builtin("tr", _trace) for name in ("tr", "Tr", "trace", "Trace")}
FUNCTIONS |= {name: Builtin("det", _determinant) for name in (r"\det", "det", "Det")}
FUNCTIONS |= {"logdet": Builtin("logdet", _log_determinant)}
FUNCTIONS |= {name: Builtin("diag", _diag) for name in ("diag", "Diag")}
FUNCTIONS |= {"sum": Builtin("sum", _total)}
