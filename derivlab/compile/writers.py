"""How each kind of node is written: one function a kind, in the table `WRITERS`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivlab.compile.emission import ATOM, COMPARE, POWER, PRODUCT, SUM, UNARY, Code, Emitter
from derivlab.compile.program import Node

_BINARY: dict[str, tuple[str, int]] = {
    "add": ("+", SUM),
    "subtract": ("-", SUM),
    "multiply": ("*", PRODUCT),
    "divide": ("/", PRODUCT),
    "power": ("**", POWER),
    "equal": ("==", COMPARE),
    "not_equal": ("!=", COMPARE),
    "greater": (">", COMPARE),
    "greater_equal": (">=", COMPARE),
    "less": ("<", COMPARE),
    "less_equal": ("<=", COMPARE),
    "and": ("&", 50),
    "or": ("|", 45),
}


def _input(emitter: Emitter, node: Node) -> Code:
    detail: tuple[str, bool] = node.detail  # type: ignore[assignment]
    return Code(emitter.names.of(detail[0]))


def _constant(emitter: Emitter, node: Node) -> Code:
    text = repr(node.detail)
    return Code(text, ATOM if not text.startswith("-") else UNARY)


def _size(emitter: Emitter, node: Node) -> Code:
    return Code(emitter.size(node.detail))


def _position(emitter: Emitter, node: Node) -> Code:
    return Code(emitter.template("positions", emitter.size(node.sizes[0])))


def _map(emitter: Emitter, node: Node) -> Code:
    function = str(node.detail)
    if function in _SPECIAL:
        special = _SPECIAL[function](emitter, node)
        if special is not None:
            return special
    if emitter.in_place and function in _IN_PLACE:
        code = _changed_in_place(emitter, node, _IN_PLACE[function])
        if code is not None:
            return code
    args = [emitter.aligned(arg, at, node.rank) for arg, at in node.args]
    if function in _BINARY:
        symbol, strength = _BINARY[function]
        left, right = args
        if strength in (COMPARE, POWER):
            return Code(f"{left.at(strength + 1)} {symbol} {right.at(strength + 1)}", strength)
        return Code(f"{left.at(strength)} {symbol} {right.at(strength + 1)}", strength)
    inner = ", ".join(arg.text for arg in args)
    if emitter.scalar(node):
        return Code(f"math.{function}({inner})")
    if function in emitter.backend.templates:
        return Code(emitter.template(function, inner))
    return Code(f"{emitter.backend.module}.{emitter.backend.functions[function]}({inner})")


def _changed_in_place(emitter: Emitter, node: Node, method: str) -> Code | None:
    """The operation as a method that changes its first argument, an array that nothing else needs."""
    orders = [node.args, node.args[::-1]] if node.detail in ("add", "multiply") else [node.args]
    for (first, at), *others in orders:
        if not emitter.expendable(first) or first.sizes != node.sizes or at != tuple(range(node.rank)):
            continue
        if any(other is first for other, _ in others):
            continue
        text = emitter.code(first).at(ATOM)
        inner = ", ".join(emitter.aligned(other, places, node.rank).text for other, places in others)
        return Code(f"{text}.{method}({inner})")
    return None


_IN_PLACE: dict[str, str] = {
    "add": "add_",
    "subtract": "sub_",
    "multiply": "mul_",
    "divide": "div_",
    "exp": "exp_",
    "accurate_exp": "exp_",
    "negate": "neg_",
    "log1p": "log1p_",
}


def _negate(emitter: Emitter, node: Node) -> Code:
    return Code(f"-{emitter.code(node.args[0][0]).at(UNARY)}", UNARY)


def _square(emitter: Emitter, node: Node) -> Code:
    return Code(f"{emitter.code(node.args[0][0]).at(POWER + 1)} ** 2", POWER)


def _not(emitter: Emitter, node: Node) -> Code:
    return Code(f"~{emitter.code(node.args[0][0]).at(UNARY)}", UNARY)


def _zero_based(emitter: Emitter, node: Node) -> Code:
    return Code(emitter.template("arange", emitter.size(node.sizes[0])))


def _one_based(emitter: Emitter, node: Node) -> Code:
    return Code(f"{emitter.code(node.args[0][0]).at(SUM)} + 1", SUM)


def _where(emitter: Emitter, node: Node) -> Code | None:
    """A mask of 1 and 0, or a choice between two numbers, in the type of the arrays."""
    (condition, at), (yes, _), (no, _) = node.args
    if not (emitter.scalar(yes) and emitter.scalar(no)):
        return None
    mask = emitter.aligned(condition, at, node.rank)
    if (yes.detail, no.detail) == (1, 0):
        return Code(emitter.template("cast", mask.at(ATOM)))
    chosen = f"{emitter.backend.module}.where({mask.text}, {emitter.code(yes).text}, {emitter.code(no).text})"
    return Code(emitter.template("cast", chosen))


def _bound(emitter: Emitter, node: Node) -> Code | None:
    """torch writes the larger of an array and a number as a clamp."""
    (array, _), (number, _) = node.args
    if emitter.backend.name != "torch" or not emitter.scalar(number):
        return None
    keyword = "min" if node.detail == "maximum" else "max"
    return Code(f"torch.clamp({emitter.code(array).text}, {keyword}={emitter.code(number).text})")


_SPECIAL: dict[str, Callable[[Emitter, Node], Code | None]] = {
    "negate": _negate,
    "square": _square,
    "not": _not,
    "zero_based": _zero_based,
    "one_based": _one_based,
    "where": _where,
    "maximum": _bound,
    "minimum": _bound,
}


def _reduce(emitter: Emitter, node: Node) -> Code:
    argument = node.args[0][0]
    method = emitter.backend.methods[node.op]
    axes: tuple[int, ...] = node.detail  # type: ignore[assignment]
    if len(axes) == argument.rank:
        where = ""
    else:
        where = f"{emitter.backend.axis}={axes[0] if len(axes) == 1 else axes}"
    return Code(f"{emitter.code(argument).at(ATOM)}.{method}({where})")


def _sum_without_largest(emitter: Emitter, node: Node) -> Code:
    argument = node.args[0][0]
    axes: tuple[int, ...] = node.detail  # type: ignore[assignment]
    return Code(emitter.template("sum_without_largest", emitter.code(argument).text, axes[0]))


def _log_softmax(emitter: Emitter, node: Node) -> Code:
    return Code(emitter.template("log_softmax", emitter.code(node.args[0][0]).text, node.detail))


def _contract(emitter: Emitter, node: Node) -> Code:
    (left, left_at), (right, right_at) = node.args
    detail: tuple[int, int, int, int] = node.detail  # type: ignore[assignment]
    shared, first, second, gone = detail
    if gone != 1 or first > 1 or second > 1 or (shared and not (first and second)):
        return _einsum(emitter, node)
    one, two = emitter.code(left), emitter.code(right)
    if not first and second and right_at[-1] == node.rank:  # vector times matrix reads best as X @ v
        return Code(f"{two.at(PRODUCT)} @ {one.at(PRODUCT + 1)}", PRODUCT)
    before = sorted(range(len(left_at)), key=left_at.__getitem__)
    after = sorted(range(len(right_at)), key=lambda axis: (right_at[axis] >= shared, -right_at[axis]))
    after[:shared] = sorted(after[:shared], key=right_at.__getitem__)
    if before != list(range(len(before))):
        one = emitter.permuted(one, before)
    if after != list(range(len(after))):
        two = emitter.permuted(two, after)
    return Code(f"{one.at(PRODUCT)} @ {two.at(PRODUCT + 1)}", PRODUCT)


def _einsum(emitter: Emitter, node: Node) -> Code:
    (left, left_at), (right, right_at) = node.args
    letters = "abcdefghijklmnopqrstuvwxyz"
    spell = ["".join(letters[axis] for axis in at) for at in (left_at, right_at)]
    formula = f"{spell[0]},{spell[1]}->{letters[: node.rank]}"
    return Code(emitter.template("einsum", formula, emitter.code(left).text, emitter.code(right).text))


def _gather(emitter: Emitter, node: Node) -> Code:
    source, arrays = emitter.code(node.args[0][0]), iter(node.args[1:])
    places: tuple[tuple[str, Any], ...] = node.detail  # type: ignore[assignment]
    plain = all(kind != "array" for kind, _ in places)
    written = []
    for kind, value in places:
        if kind == "at":
            written.append(str(value - 1))
        elif kind == "array":
            arg, at = next(arrays)
            written.append(emitter.aligned(arg, at, node.rank).text)
        elif plain:
            written.append(":")
        else:
            span = Code(emitter.template("arange", emitter.size(node.sizes[value])))
            new = ["None" if axis != value else ":" for axis in range(value, node.rank)]
            written.append(span.text if len(new) == 1 else f"{span.text}[{', '.join(new)}]")
    return Code(f"{source.at(ATOM)}[{', '.join(written)}]")


def _layout(emitter: Emitter, node: Node) -> Code:
    argument, at = node.args[0]
    shape = "(" + "".join(f"{emitter.size(size)}, " for size in node.sizes).strip() + ")"
    if emitter.scalar(argument):
        return Code(emitter.template("full", shape, emitter.code(argument).text))
    code = emitter.aligned(argument, at, node.rank)
    if len(at) == node.rank:
        return code
    return Code(emitter.template("expand", code.at(ATOM), shape))


WRITERS: dict[str, Callable[[Emitter, Node], Code]] = {
    "input": _input,
    "constant": _constant,
    "size": _size,
    "position": _position,
    "map": _map,
    "sum": _reduce,
    "max": _reduce,
    "sum_without_largest": _sum_without_largest,
    "log_softmax": _log_softmax,
    "contract": _contract,
    "gather": _gather,
    "layout": _layout,
}


def written(emitter: Emitter, node: Node) -> str:
    """The expression that an output returns: an array of its own, never one of the arguments."""
    code = emitter.code(node)
    if emitter.scalar(node):
        return emitter.template("cast_scalar", code.text)
    base = node.args[0][0] if node.op == "layout" else node
    if base.op == "input" or (base.op == "gather" and base is not node) or node.op == "layout":
        return emitter.template("copy", code.at(ATOM))
    return code.text
