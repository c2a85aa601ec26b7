"""The whole source of a compiled function: signature, docstring, sizes, statements, results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr

from derivlab.compile.backends import Backend
from derivlab.compile.emission import Emitter
from derivlab.compile.names import Names
from derivlab.compile.outputs import Output
from derivlab.compile.program import Node
from derivlab.compile.writers import WRITERS, written
from derivlab.symbols import Context, names_in


@dataclass(frozen=True)
class Source:
    """Generated source: the text and the Python name of each argument."""

    text: str
    name: str
    parameters: dict[str, str]
    sizes: tuple[Expr, ...]


def write(
    name: str,
    outputs: Sequence[tuple[str, Node]],
    inputs: Sequence[tuple[str, tuple[Expr, ...]]],
    named: dict[Node, str],
    formulas: Sequence[str],
    backend: Backend,
    in_place: bool = False,
) -> Source:
    """The source of a function of `inputs` (name, shape) that returns the `outputs` (name, node)."""
    names = Names()
    function = names.of(name)
    parameters = {label: names.of(label) for label, _ in inputs}
    kept = {node: label for node, label in named.items() if node.op not in ("input", "constant", "size")}
    for label in kept.values():
        names.of(label)
    emitter = Emitter(backend, names, kept, WRITERS, in_place=in_place and backend.name == "torch")
    emitter.count([node for _, node in outputs])
    results = [f"{label!r}: {written(emitter, node)}" for label, node in outputs]
    prologue, unknown = _prologue(emitter, inputs, parameters)
    parameters.update({str(size): emitter.sizes[size] for size in unknown})
    body = [_docstring(formulas), *prologue, *emitter.statements, *_returned(results)]
    head = f"def {function}({', '.join(parameters.values())}):"
    text = "\n".join([head, *(f"    {line}" for line in body)]) + "\n"
    return Source(text, function, parameters, tuple(unknown))


def _returned(results: list[str]) -> list[str]:
    line = f"return {{{', '.join(results)}}}"
    if len(line) <= 96:
        return [line]
    return ["return {", *(f"    {result}," for result in results), "}"]


def _docstring(formulas: Sequence[str]) -> str:
    safe = [line.replace("\\", "/").replace('"', "'").replace("\n", " ") for line in formulas]
    if len(safe) == 1:
        return f'"""{safe[0]}"""'
    return '"""' + safe[0] + "\n" + "".join(f"\n    {line}" for line in safe[1:]) + '\n    """'


def _prologue(
    emitter: Emitter, inputs: Sequence[tuple[str, tuple[Expr, ...]]], parameters: dict[str, str]
) -> tuple[list[str], list[Expr]]:
    """Where the sizes and the type come from; and the sizes that no argument gives."""
    lines, unknown = [], []
    for size, local in list(emitter.sizes.items()):
        place = next(((label, shape.index(size)) for label, shape in inputs if size in shape), None)
        if place is None:
            unknown.append(size)
        else:
            lines.append(f"{local} = {parameters[place[0]]}.shape[{place[1]}]")
    if emitter.uses_dtype:
        lines += _typed(emitter, inputs, parameters)
    return lines, unknown


def _typed(
    emitter: Emitter, inputs: Sequence[tuple[str, tuple[Expr, ...]]], parameters: dict[str, str]
) -> list[str]:
    """The type (and torch's device) of the results: those of the first real argument."""
    first = parameters[inputs[0][0]] if inputs else ""
    lines = [f"dtype = {first}.dtype" if first else f"dtype = {emitter.backend.module}.float64"]
    if emitter.backend.name == "torch":
        lines.append(f"device = {first}.device" if first else "device = None")
    return lines


def formulas(outputs: Sequence[Output], context: Context) -> list[str]:
    """The formulas as text, for the docstring: the outputs, the definitions and assumptions that they use."""
    lines = []
    used: set[str] = set()
    for output in outputs:
        left = f"{output.name}[{', '.join(map(str, output.indices))}]" if output.indices else output.name
        lines.append(f"{left} = {output.expr}")
        for name in names_in(output.expr):
            used |= {name} | context.defined_from(name)
    lines += [f"{entry.head} = {entry.body}" for entry in context.definitions if entry.name in used]
    known = context.used_in([output.expr for output in outputs])
    held = [pair for pair in context.assumptions if context.used_in([pair[0]]) <= known]
    lines += [f"assuming {left} = {right}" for left, right in held]
    return lines
