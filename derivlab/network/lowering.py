"""A verified formula becomes one torch call that writes into a buffer.

Contractions are read off the formula's own indices: Σ_j x[n,j] W[j,k] is `mm(x, W)`, and which
operand is transposed follows from where its indices stand. Whole-array functions go to a kernel
that is proved to compute them (`derivlab.network.kernels`). Everything else is compiled by
`derivlab.compile` and copied into the buffer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sympy import Add, Expr, Indexed, Mul, Sum, Symbol

from derivlab.network.kernels import kernel_for
from derivlab.symbols import Context, head_name

if TYPE_CHECKING:
    from torch import Tensor

Arrays = Mapping[str, Any]


@dataclass(frozen=True)
class Instruction:
    """One step of a compiled pass: what it does, the buffer it writes, and the call itself."""

    text: str
    out: Tensor
    run: Callable[[], object]


@dataclass(frozen=True)
class Formula:
    """An expression with the indices of its axes, in a context."""

    expr: Expr
    indices: tuple[Symbol, ...]
    context: Context


def lower(formula: Formula, arrays: Arrays, out: Tensor) -> Instruction:
    """The instruction that writes `formula` into `out`.

    Args:
        formula: what to compute.
        arrays: the tensors of its variables and outputs by name.
        out: the buffer, of the shape that the formula's indices give.
    """
    for rule in LOWERINGS:
        instruction = rule(formula, arrays, out)
        if instruction is not None:
            return instruction
    return _compiled(formula, arrays, out)


def _matrix_product(formula: Formula, arrays: Arrays, out: Tensor) -> Instruction | None:
    """Σ_j a[r, j] b[j, c], with or without a row that is added: mm or addmm."""
    import torch

    if len(formula.indices) != 2:
        return None
    row, column = formula.indices
    parts = _split_bias(formula.expr, column)
    if parts is None or not isinstance(parts[1], Sum):
        return None
    bias, product = parts
    operands = _operands(product, row, column, arrays)
    if operands is None:
        return None
    left, right, text = operands
    if bias is None:
        return Instruction(f"mm({text})", out, partial(torch.mm, left, right, out=out))
    run = partial(torch.addmm, arrays[head_name(bias)], left, right, out=out)
    return Instruction(f"addmm({head_name(bias)}, {text})", out, run)


def _split_bias(expr: Expr, column: Symbol) -> tuple[Indexed | None, Expr] | None:
    """(b, rest) of b[column] + rest; (None, expr) of anything that is no sum of two terms."""
    if not isinstance(expr, Add):
        return None, expr
    biases = [term for term in expr.args if isinstance(term, Indexed) and term.indices == (column,)]
    rest = [term for term in expr.args if term not in biases]
    return (biases[0], rest[0]) if len(biases) == len(rest) == 1 else None


def _operands(product: Sum, row: Symbol, column: Symbol, arrays: Arrays) -> tuple[Tensor, Tensor, str] | None:
    """Left and right factor of a contraction, transposed where their indices ask for it."""
    body, summed = product.function, product.limits[0][0]
    if not (isinstance(body, Mul) and len(body.args) == 2 and len(product.limits) == 1):
        return None
    if not all(isinstance(factor, Indexed) and len(factor.indices) == 2 for factor in body.args):
        return None
    first, second = body.args
    for left, right in ((first, second), (second, first)):
        if set(left.indices) == {row, summed} and set(right.indices) == {summed, column}:
            one, one_text = _oriented(left, row, arrays)
            two, two_text = _oriented(right, summed, arrays)
            return one, two, f"{one_text}, {two_text}"
    return None


def _oriented(factor: Indexed, first: Symbol, arrays: Arrays) -> tuple[Tensor, str]:
    """The factor's tensor with the axis of index `first` in front."""
    name = head_name(factor)
    return (arrays[name], name) if factor.indices[0] == first else (arrays[name].t(), f"{name}.T")


def _sum_of_rows(formula: Formula, arrays: Arrays, out: Tensor) -> Instruction | None:
    """Σ_n a[n, k] over either axis, as a product with ones: a third faster than `torch.sum` here."""
    import torch

    expr = formula.expr
    if not (isinstance(expr, Sum) and len(expr.limits) == 1 and isinstance(expr.function, Indexed)):
        return None
    entry, summed = expr.function, expr.limits[0][0]
    if set(entry.indices) != {summed, *formula.indices} or len(entry.indices) != 2:
        return None
    name, axis = head_name(entry), entry.indices.index(summed)
    array = arrays[name].t() if axis == 0 else arrays[name]
    ones = array.new_ones(array.shape[1])
    return Instruction(f"sum({name}, {axis})", out, partial(torch.mv, array, ones, out=out))


def _kernel(formula: Formula, arrays: Arrays, out: Tensor) -> Instruction | None:
    """A torch kernel that is proved to compute the formula."""
    kernel = kernel_for(formula.expr, formula.indices, formula.context)
    if kernel is None:
        return None
    return Instruction(f"{kernel.name}({', '.join(kernel.reads)})", out, kernel.bind(arrays, out))


def _compiled(formula: Formula, arrays: Arrays, out: Tensor) -> Instruction:
    """Any formula: the function that `derivlab.compile` makes of it, copied into the buffer."""
    from derivlab.compile import Output, compile_function

    output = Output("out", formula.expr, formula.indices)
    function = compile_function([output], _declared(formula.context), backend="torch")
    needed = {argument.name: arrays[argument.name] for argument in function.arguments}

    def run() -> None:
        out.copy_(function(**needed)["out"])

    return Instruction(f"compiled({', '.join(needed)})", out, run)


def _declared(context: Context) -> Context:
    """The context with the outputs as plain variables: their buffers hold them already."""
    from derivlab.symbols import Variable

    outputs = tuple(Variable(entry.name, entry.shape) for entry in context.definitions)
    return Context(context.variables + outputs, (), (), context.ranges, context.positive)


LOWERINGS: tuple[Callable[[Formula, Arrays, Any], Instruction | None], ...] = (
    _matrix_product,
    _sum_of_rows,
    _kernel,
)
