"""`gradient(J, z)`: the closed form of a derivative, with every step named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any, ClassVar, TypeAlias

import sympy
from sympy import Expr, IndexedBase, Symbol

from derivlab.calculus.computing import computed_form
from derivlab.calculus.derivation import Derivation, Deriver, checked
from derivlab.calculus.steps import Steps, Write
from derivlab.errors import UsageError
from derivlab.symbols import (
    Context,
    Dimension,
    Partial,
    free_symbols,
    fresh_index,
    head_name,
    index,
    infer_context,
    refuse_mixed,
)

Target: TypeAlias = "IndexedBase | Symbol | Expr | str"
_INDEX_NAMES = ("i", "j", "k", "l", "m", "n")


@dataclass(frozen=True, repr=False)
class Gradient:
    """The derivative of a scalar by every entry of a variable.

    Attributes:
        objective: what is differentiated.
        by: the entry, e.g. `W[i, j]`; its indices are free in `closed_form`.
        indices, shape: the free indices of `by` and their sizes.
        closed_form: the derivative, a SymPy expression in those indices; it uses the names that the
            context defines.
        steps: the derivation.
        context: declarations, definitions, assumptions.
        lemmas: smaller results that the steps use, e.g. the Jacobian of a defined quantity.
        by_rules: what the rules gave, before terms were collected.
    """

    objective: Expr
    by: Expr
    indices: tuple[Symbol, ...]
    shape: tuple[Dimension, ...]
    closed_form: Expr
    steps: Steps
    context: Context
    lemmas: tuple[Derivation, ...] = ()
    by_rules: Expr | None = None

    #: What `compile` calls: it stands on a floor above, and the package sets it.
    compiler: ClassVar[Callable[..., Any] | None] = None

    def compile(self, backend: str = "numpy", **options: Any) -> Any:
        """Value and gradient as one vectorized function; see `derivlab.compile.compile_gradient`.

        Args:
            backend: "numpy", "torch", or "fast": one loop with numba (extra `fast`) over float32 NumPy
                arrays, for softmax cross-entropy and the regularized logistic loss.
            options: `precision="double"` (float64 inside), `stable=False` (the naive formula), `name`.

        Returns:
            A `CompiledGradient`: `f(z=...)`, `f.value_and_gradient(z=...)`, `f.source`,
            `f.as_autograd_function()`.

        Raises:
            UsageError: the gradient cannot be compiled, or `derivlab` was not imported as a whole.

        Example:
            >>> import numpy as np
            >>> from derivlab import dimension, gradient, index, total, vector
            >>> n, k = dimension("n"), index("k")
            >>> z = vector("z", n)
            >>> f = gradient(total(z[k] ** 2, k, n), z).compile()
            >>> f(z=np.array([1.0, 2.0])).tolist()
            [2.0, 4.0]
        """
        if Gradient.compiler is None:
            raise UsageError("nothing compiles here: use derivlab.gradient, or derivlab.compile")
        return Gradient.compiler(self, backend, **options)

    @cached_property
    def computed_form(self) -> Expr:
        """What `compile` computes: proved equal to `closed_form`, and never longer.

        >>> from derivlab.symbols import Context, scalar
        >>> x, m = scalar("x"), scalar("m")
        >>> found = gradient((x - m) ** 4, x, Context.of(x, m))
        >>> found.computed_form
        4*(-m + x)**3
        """
        if self.by_rules is None:
            return self.closed_form
        ranges = dict(zip(self.indices, self.shape, strict=True))
        return computed_form(self.by_rules, self.closed_form, ranges, self.context)

    def latex(self, write: Write = sympy.latex) -> str:
        """The result as LaTeX: ∂J/∂z_i = ...; `write` sets an expression."""
        return f"{write(Partial(self.objective, self.by))} = {write(self.closed_form)}"

    def __repr__(self) -> str:
        steps = "1 step" if len(self.steps) == 1 else f"{len(self.steps)} steps"
        return f"Gradient({Partial(self.objective, self.by)} = {self.closed_form}, {steps})"

    def html(self, write: Write = sympy.latex) -> str:
        """The result for a notebook, with its derivation folded away."""
        result = rf"<div>$\displaystyle {escape(self.latex(write))}$</div>"
        steps = f"<details><summary>{len(self.steps)} steps</summary>{self.steps.html(write)}</details>"
        return f"{result}{steps if self.steps else ''}"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"

    def _repr_html_(self) -> str:
        return self.html()

    def check(self) -> list[bool]:
        """Whether each step is proved for all sizes."""
        return checked(self.steps, self.context)


def gradient(objective: Expr | str, by: Target, context: Context | None = None) -> Gradient:
    """Derive the gradient of a scalar by a variable or by a defined quantity.

    Args:
        objective: a SymPy expression, or the name of a definition in `context`. It may have free
            indices of its own; then the result is a Jacobian.
        by: an array (`z`), an entry (`z[i]`), a scalar symbol, or a name in `context`.
        context: declarations; without one, shapes come from the `IndexedBase` nodes.

    Returns:
        A `Gradient`; for `by` of shape (K,) its closed form has one free index, and so on.

    Raises:
        UsageError: `by` is not in the context.
        OutsideClassError: a function without a derivative rule.

    Example:
        >>> from sympy import exp, log
        >>> from derivlab.symbols import dimension, index, total, vector
        >>> K, k = dimension("K"), index("k")
        >>> z = vector("z", K)
        >>> gradient(log(total(exp(z[k]), k, K)), z).closed_form
        exp(z[i])/Sum(exp(z[k]), (k, 1, K))
    """
    if context is None:
        if isinstance(objective, str):
            raise UsageError("a name as objective needs a context that defines it")
        context = infer_context(objective, *([by] if isinstance(by, Expr) else []))
    expr = _named(objective, context) if isinstance(objective, str) else objective
    entry, indices, shape = _entry(by, expr, context)
    refuse_mixed(Partial(expr, entry), context)
    found = Deriver(context).derive(expr, entry)
    steps = Steps(found.steps)
    return Gradient(
        expr, entry, indices, shape, found.closed_form, steps, context, found.lemmas, found.by_rules
    )


def hessian(objective: Expr | str, by: Target, context: Context | None = None) -> Gradient:
    """The second derivative: the gradient's closed form, differentiated once more.

    >>> from derivlab.symbols import dimension, index, total, vector
    >>> n, k = dimension("n"), index("k")
    >>> w = vector("w", n)
    >>> hessian(total(w[k] ** 2, k, n) / 2, w).closed_form
    KroneckerDelta(i, j)
    """
    first = gradient(objective, by, context)
    return gradient(first.closed_form, head_name(first.by), first.context)


def _named(name: str, context: Context) -> Expr:
    definition = context.definition(name)
    if definition is None:
        raise UsageError(f"{name!r} is not defined in this context")
    return definition.head


def _entry(
    by: Target, objective: Expr, context: Context
) -> tuple[Expr, tuple[Symbol, ...], tuple[Dimension, ...]]:
    """An entry of `by` with indices that are not in use."""
    if isinstance(by, sympy.Indexed):
        return by, tuple(i for i in by.indices if isinstance(i, Symbol)), context.shape(head_name(by))
    name = by if isinstance(by, str) else str(getattr(by, "label", by))
    found = context.lookup(name)
    if found is None:
        raise UsageError(f"{name!r} is not declared in this context")
    if not found.shape:
        return found.node, (), ()
    used = free_symbols(objective)
    indices: list[Symbol] = []
    for _ in found.shape:
        free = (index(n) for n in _INDEX_NAMES if index(n) not in used and index(n) not in indices)
        indices.append(next(free, fresh_index(index("i"), used | set(indices))))
    return found.node[tuple(indices)], tuple(indices), found.shape
