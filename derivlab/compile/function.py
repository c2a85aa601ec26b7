"""`compile_function`: indexed SymPy formulas become one vectorized NumPy or torch function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

from sympy import Expr

from derivlab.compile.arguments import (
    Argument,
    Kind,
    Layout,
    batch_of,
    bind,
    converted,
    flattened,
    kind_of,
    told_shape,
)
from derivlab.compile.backends import BACKENDS, Backend
from derivlab.compile.batching import batched
from derivlab.compile.fused import restated
from derivlab.compile.loader import load, with_imports
from derivlab.compile.outputs import Output, lower_output
from derivlab.compile.program import Node, Program
from derivlab.compile.results import quiet, rounded, to_double, written_to
from derivlab.compile.scope import Scope
from derivlab.compile.shortcut import Shortcut
from derivlab.compile.source import formulas, write
from derivlab.compile.stabilize import stabilized
from derivlab.errors import UsageError
from derivlab.symbols import Context

Precision = Literal["working", "double", "library"]


@dataclass(frozen=True)
class CompiledFunction:
    """A vectorized function of named arrays.

    Attributes:
        name: the function's name in its source.
        arguments: what it takes, each with its shape.
        outputs: the formulas that it computes.
        context: their declarations.
        backend: "numpy" or "torch".
        stable: whether the stabilizing rules are applied.
        precision: see `compile_function`.
        in_place: whether intermediate arrays are overwritten (torch): faster, but autograd cannot
            differentiate through the function.
        source: its Python source.
        kernel: the bare function, called by the names in `parameters`; it checks nothing.
        kind: the library's type of arrays.
        fills: whether the kernel takes the arrays to write to as its first argument.
        shortcut: the short way for small batches (`derivlab.compile.shortcut`), where there is one.
    """

    name: str
    arguments: tuple[Argument, ...]
    outputs: tuple[Output, ...]
    context: Context = field(repr=False)
    backend: str
    stable: bool
    precision: Precision
    in_place: bool
    source: str = field(repr=False)
    kernel: Callable[..., dict[str, Any]] = field(repr=False, compare=False)
    parameters: dict[str, str] = field(repr=False, compare=False)
    kind: Kind = field(repr=False, compare=False)
    fills: bool = field(default=False, repr=False, compare=False)
    shortcut: Shortcut | None = field(default=None, repr=False, compare=False)
    _variants: dict[frozenset[str], tuple[CompiledFunction, frozenset[str]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def _layout(self) -> Layout | None:
        return Layout.of(self.arguments, self.kind)

    def __call__(self, out: Mapping[str, Any] | None = None, /, **given: Any) -> dict[str, Any]:
        """The outputs by name.

        An array with more axes in front than its shape says is a batch; all batches have the same
        axes in front, and so have the outputs that depend on them.

        Args:
            out: arrays that outputs are written to, by name; the others are new.
            given: one array (or number) for each argument, all of one precision.

        Raises:
            UsageError: a missing or unknown argument, a shape that does not fit, an empty axis, a
                type that is neither float32 nor float64. The message names the argument.
        """
        if self.shortcut is not None:
            results = self.shortcut(out, given)
            if results is not None:
                return results
        layout = self._layout
        dtype = None if layout is None else layout.type_of(given)
        if dtype is not None:
            return self._computed(given, dtype, out)
        arrays, dtype = converted(self.arguments, given, self.backend)
        batch, carriers = batch_of(self.arguments, arrays)
        if carriers:
            return self._in_batch(arrays, batch, carriers, dtype, out)
        bind(self.arguments, arrays)
        return self._computed(arrays, dtype, out)

    def _computed(
        self, arrays: Mapping[str, Any], dtype: Any, out: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        self._check_labels(arrays)
        if self.fills:
            return self.kernel(out, **{self.parameters[name]: array for name, array in arrays.items()})
        double = self.precision == "double"
        if double:
            arrays = {name: to_double(array, self.backend) for name, array in arrays.items()}
        named = {self.parameters[name]: array for name, array in arrays.items()}
        with quiet(self.backend, self.stable):
            results = self.kernel(**named)
        if double:
            results = {name: rounded(array, dtype, self.backend) for name, array in results.items()}
        return results if out is None else written_to(out, results)

    def _check_labels(self, arrays: Mapping[str, Any]) -> None:
        """Class labels are counted from 0; a library would take -1 for the last class."""
        for name, size in self._labels:
            labels, classes = arrays[name], self._length(size, arrays)
            if classes is not None and (labels.min() < 0 or labels.max() >= classes):
                raise UsageError(f"{name!r}: class labels run from 0 to {classes - 1}")

    @cached_property
    def _labels(self) -> tuple[tuple[str, Expr], ...]:
        """The arguments that are class labels, each with the number of classes."""
        found = ((one.name, self.context.variable(one.name)) for one in self.arguments if one.integer)
        return tuple((name, one.domain.index_of) for name, one in found if one.domain.index_of is not None)

    def _length(self, size: Expr, arrays: Mapping[str, Any]) -> int | None:
        """The length that a size has in these arrays; None if none of them has it."""
        if size.is_Integer:
            return int(size)
        for argument in self.arguments:
            if size in argument.shape:
                return int(arrays[argument.name].shape[argument.shape.index(size)])
        return None

    def _in_batch(
        self,
        arrays: dict[str, Any],
        batch: tuple[int, ...],
        carriers: frozenset[str],
        dtype: Any,
        out: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        function, carrying = self.in_batch(carriers)
        flat = {
            name: flattened(array, len(batch)) if name in carriers else array
            for name, array in arrays.items()
        }
        bind(function.arguments, flat)
        computed = function._computed(flat, dtype, None)
        results = {
            name: array.reshape(batch + tuple(array.shape[1:])) if name in carrying else array
            for name, array in computed.items()
        }
        return results if out is None else written_to(out, results)

    def in_batch(self, names: frozenset[str]) -> tuple[CompiledFunction, frozenset[str]]:
        """The function for a batch of the arguments `names`, and the outputs that are batches then."""
        if names not in self._variants:
            outputs, context, carrying = batched(self.outputs, self.context, names)
            made = compile_function(
                outputs,
                context,
                self.backend,
                name=self.name,
                stable=self.stable,
                precision=self.precision,
                in_place=self.in_place,
            )
            self._variants[names] = (made, carrying)
        return self._variants[names]

    @property
    def module(self) -> str:
        """The source with the imports that it needs: a file that runs."""
        spelled = "torch" if self.backend == "torch" else "numpy"
        return with_imports(self.source, BACKENDS[spelled])

    def __str__(self) -> str:
        shapes = ", ".join(f"{argument.name} {told_shape(argument.shape)}" for argument in self.arguments)
        return f"{self.name}({shapes})"


def compile_function(
    outputs: Sequence[Output],
    context: Context,
    backend: str = "numpy",
    *,
    name: str = "f",
    stable: bool = True,
    precision: Precision = "working",
    in_place: bool = False,
) -> CompiledFunction:
    """A vectorized function that computes all `outputs` at once.

    Sums become reductions or products of matrices, deltas are contracted, what occurs several times
    is computed once, for all sizes; sizes are read from the arrays.

    Args:
        outputs: the formulas, each with the indices that become its axes.
        context: shapes of the variables and bodies of the definitions that occur.
        backend: "numpy", "torch", or "fast": one loop with numba over float32 NumPy arrays, for the
            value and gradient of the formulas that `derivlab.compile.fused` lists.
        name: the function's name in its source.
        stable: whether the stabilizing rules (`derivlab.compile.rules`) are applied; the naive
            formula overflows and cancels, and is there to show the difference.
        precision: "working" computes in the arrays' own type, right to a few units in the last
            place; "double" in float64, and rounds once; "library" takes torch's own log_softmax, the
            fastest, as accurate as torch.
        in_place: for torch, overwrite intermediate arrays that are needed once.

    Raises:
        UsageError: something in a formula cannot be compiled, or the backend is unknown.

    Example:
        >>> from derivlab.symbols import Context, dimension, indices, matrix, total, vector
        >>> d, K = dimension("d"), dimension("K"); j, k = indices("j k")
        >>> W, h = matrix("W", d, K), vector("h", d)
        >>> z = Output("z", total(W[j, k] * h[j], j, d), (k,))
        >>> print(compile_function([z], Context.of(W, h), name="affine").source)
        def affine(W, h):
            \"\"\"z[k] = Sum(W[j, k]*h[j], (j, 1, d))\"\"\"
            return {'z': h @ W}
        <BLANKLINE>
    """
    if precision not in get_args(Precision):
        raise UsageError(f"there is no precision {precision!r}; use one of {', '.join(get_args(Precision))}")
    if len({output.name for output in outputs}) != len(outputs) or not outputs:
        raise UsageError("the outputs need a name each, and there must be one at least")
    if backend == "fast":
        from derivlab.compile.fusing import with_numba

        return with_numba(compile_function(outputs, context, "numpy", name=name))
    spelled = _backend(backend)
    program = Program()
    shapes = [entry.shape for entry in context.variables] + [entry.shape for entry in context.definitions]
    sizes = {size for shape in shapes for size in shape}
    library = precision == "library"
    if library and (backend != "torch" or not stable):
        raise UsageError('precision="library" is for stable functions of torch')
    inner, stabilizer = stabilized(context, library) if stable else (context, None)
    scope = Scope(inner, program, dimensions=sizes, stable=stable, compensated=precision == "working")
    computed = restated(outputs, context) if stable else outputs
    nodes = [lower_output(output, scope, stabilizer).node for output in computed]
    arguments = _arguments(nodes, context)
    source = write(
        name,
        [(output.name, node) for output, node in zip(outputs, nodes, strict=True)],
        [(argument.name, argument.shape) for argument in arguments],
        {view.node: label for label, view in scope.defined.items()},
        formulas(outputs, context),
        spelled,
        in_place,
    )
    arguments += tuple(Argument(str(size), (), size=True) for size in source.sizes)
    kernel = load(source, spelled)
    made = CompiledFunction(
        name,
        arguments,
        tuple(outputs),
        context,
        backend,
        stable,
        precision,
        in_place,
        source.text,
        kernel,
        source.parameters,
        kind_of(backend),
    )
    if library and in_place:
        from derivlab.compile.fusing import with_torch

        return with_torch(made)
    return made


def _backend(name: str) -> Backend:
    if name not in BACKENDS:
        raise UsageError(f"there is no backend {name!r}; use one of {', '.join(BACKENDS)} or fast")
    return BACKENDS[name]


def _arguments(roots: Sequence[Node], context: Context) -> tuple[Argument, ...]:
    """The variables that occur, in the context's order."""
    seen: set[Node] = set()
    used: dict[str, bool] = {}
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.op == "input":
            detail: tuple[str, bool] = node.detail  # type: ignore[assignment]
            used[detail[0]] = detail[1]
        stack.extend(arg for arg, _ in node.args)
    return tuple(
        Argument(variable.name, variable.shape, integer=used[variable.name])
        for variable in context.variables
        if variable.name in used
    )
