"""The frozen context of declarations: shapes, domains, definitions, assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

import sympy
from sympy import Expr, Indexed, IndexedBase, Sum, Symbol

from derivlab.errors import ShapeError, UsageError
from derivlab.symbols.domains import REAL, Domain, from_assumptions
from derivlab.symbols.nodes import Dimension, Partial, exact, head_name
from derivlab.symbols.substitution import free_symbols, rebuild, substitute


@dataclass(frozen=True)
class Variable:
    """A free variable: its name, its shape (one dimension an axis) and the domain of its entries."""

    name: str
    shape: tuple[Dimension, ...] = ()
    domain: Domain = REAL
    latex: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(map(exact, self.shape)))

    @property
    def node(self) -> Symbol | IndexedBase:
        """The SymPy node: a `Symbol` for a scalar, an `IndexedBase` otherwise."""
        if not self.shape:
            return Symbol(self.name, real=True, **self._assumptions())
        return IndexedBase(self.name, shape=self.shape, real=True, **self._assumptions())

    def _assumptions(self) -> dict[str, bool]:
        return {"positive": True} if self.domain.positive else {}


@dataclass(frozen=True)
class Definition:
    """`name[indices] := body`; the indices are bound, the body may use earlier definitions.

    `shape` gives the range of each index.

    Example:
        >>> from derivlab.symbols import dimension, index, vector
        >>> K, i = dimension("K"), index("i")
        >>> z = vector("z", K)
        >>> Definition("q", z[i] ** 2, (i,), (K,)).node[i]
        q[i]
    """

    name: str
    body: Expr
    indices: tuple[Symbol, ...] = ()
    shape: tuple[Dimension, ...] = ()
    latex: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(map(exact, self.shape)))
        object.__setattr__(self, "body", exact(self.body))

    @property
    def node(self) -> Symbol | IndexedBase:
        """The SymPy node that stands for the defined name."""
        if not self.shape:
            return Symbol(self.name, real=True)
        return IndexedBase(self.name, shape=self.shape, real=True)

    @property
    def head(self) -> Expr:
        """The left-hand side, e.g. `yhat[i]`."""
        return self.node[self.indices] if self.shape else self.node

    def at(self, indices: tuple[Expr, ...]) -> Expr:
        """The body with its formal indices replaced, without capture."""
        if len(indices) != len(self.indices):
            raise ShapeError(f"{self.name} has {len(self.indices)} indices, not {len(indices)}")
        return substitute(self.body, dict(zip(self.indices, indices, strict=True)))


@dataclass(frozen=True)
class Inverse:
    """The variable `name` is the inverse of the matrix `of`, or of each matrix of a family.

    A formula's part such as XᵀX + λI is `of` as its `value`; `of` is then a variable that has no other use.
    `pairs` are the equations that say so: assumptions of the claims that use the inverse. `det` is the
    variable that is the determinant, which is positive; empty where no text speaks of it.
    """

    name: str
    of: str
    value: Definition | None = None
    pairs: tuple[tuple[Expr, Expr], ...] = ()
    det: str = ""

    @property
    def names(self) -> frozenset[str]:
        """The inverse, and the determinant if it has a name."""
        return frozenset(name for name in (self.name, self.det) if name)


@dataclass(frozen=True)
class Context:
    """What is known: variables, definitions, assumptions, and ranges of free indices.

    Attributes:
        variables: every free variable.
        definitions: in order; a body may use what stands before it.
        assumptions: equations (left, right) taken as true, e.g. (Σ y_k, 1); their free indices
            mean 'for all'.
        ranges: range of free indices that no axis determines.
        positive: expressions known to be > 0 (beyond the variables' domains); free indices mean
            'for all'.
        least: sizes that are known to be at least a number, by name; others are at least 1.
        definite: names of matrices that are symmetric and positive definite (families: each member).
        unread: (name, words) for what a text says of a name and derivlab cannot use: what is false
            without it is no refutation.
        loose: equations that an earlier part of a text assumes and that may hold still: no proof uses
            them, and no point refutes that does not satisfy them.
        inverses: variables that are inverses of matrices, which are invertible at every point.

    Example:
        >>> from derivlab.symbols import dimension, index, total, vector
        >>> K, k = dimension("K"), index("k")
        >>> y = vector("y", K)
        >>> Context.of(y, assume=[(total(y[k], k, K), 1)]).variable("y").shape
        (K,)
    """

    variables: tuple[Variable, ...] = ()
    definitions: tuple[Definition, ...] = ()
    assumptions: tuple[tuple[Expr, Expr], ...] = ()
    ranges: tuple[tuple[Symbol, Dimension], ...] = ()
    positive: tuple[Expr, ...] = ()
    least: tuple[tuple[str, int], ...] = ()
    definite: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    loose: tuple[tuple[Expr, Expr], ...] = ()
    inverses: tuple[Inverse, ...] = ()
    _by_name: dict[str, Variable | Definition] = field(init=False, repr=False, compare=False, hash=False)
    _made: dict[Inverse, frozenset[str]] = field(
        init=False, repr=False, compare=False, hash=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", _by_name(self.variables, self.definitions))

    @classmethod
    def of(
        cls,
        *nodes: Symbol | IndexedBase | Variable,
        define: Iterable[Definition] = (),
        assume: Iterable[tuple[object, object]] = (),
    ) -> Context:
        """A context from SymPy nodes; shapes come from `IndexedBase.shape`, domains from assumptions."""
        pairs = tuple((exact(left), exact(right)) for left, right in assume)
        return cls(tuple(map(as_variable, nodes)), tuple(define), pairs)

    def with_variables(self, *nodes: Symbol | IndexedBase | Variable) -> Context:
        """The context with more variables."""
        return replace(self, variables=self.variables + tuple(map(as_variable, nodes)))

    def with_definitions(self, *definitions: Definition) -> Context:
        """The context with more definitions, after the present ones."""
        return replace(self, definitions=self.definitions + definitions)

    def variable(self, name: str) -> Variable:
        """The variable of that name; `UsageError` if there is none."""
        entry = self._by_name.get(name)
        if isinstance(entry, Variable):
            return entry
        raise UsageError(f"there is no variable {name!r} in this context")

    def definition(self, name: str) -> Definition | None:
        """The definition of that name, or None."""
        entry = self._by_name.get(name)
        return entry if isinstance(entry, Definition) else None

    def lookup(self, name: str) -> Variable | Definition | None:
        """The variable or definition of that name, or None."""
        return self._by_name.get(name)

    def shape(self, name: str) -> tuple[Dimension, ...]:
        """The shape of a variable or a defined name."""
        entry = self._by_name.get(name)
        if entry is None:
            raise UsageError(f"there is no name {name!r} in this context")
        return entry.shape

    def expand(self, expr: Expr, keep: Iterable[str] = ()) -> Expr:
        """`expr` with definitions replaced by their bodies, all but those named in `keep`."""
        kept = frozenset(keep)

        def unfold(node: Expr) -> Expr | None:
            if not isinstance(node, Symbol | Indexed):
                return None
            name = head_name(node)
            definition = None if name in kept else self.definition(name)
            if definition is None:
                return None
            return self.expand(definition.at(tuple(getattr(node, "indices", ()))), kept)

        return rebuild(expr, unfold)

    def used_in(self, exprs: Iterable[Expr], keep: str = "") -> frozenset[str]:
        """Names of all symbols that expressions depend on, through all definitions but that of `keep`."""
        pending = [symbol for expr in exprs for symbol in _free(expr)]
        seen: set[str] = set()
        while pending:
            name = pending.pop().name
            if name not in seen:
                seen.add(name)
                definition = None if name == keep else self.definition(name)
                if definition is not None:
                    pending += _free(definition.body).difference(definition.indices)
        return frozenset(seen)

    def made_of(self, inverse: Inverse) -> frozenset[str]:
        """The names that an inverted matrix depends on, through other inverses as well."""
        known = self._made.get(inverse)
        if known is None:
            known = self._made[inverse] = self._made_of(inverse)
        return known

    def _made_of(self, inverse: Inverse) -> frozenset[str]:
        names = self._made_directly(inverse)
        for _ in self.inverses:
            met = [one for one in self.inverses if one != inverse and not one.names.isdisjoint(names)]
            more = names.union(*(self._made_directly(one) | {one.of} for one in met))
            if more == names:
                break
            names = more
        return names

    def _made_directly(self, inverse: Inverse) -> frozenset[str]:
        if inverse.value is not None:
            return self.used_in((inverse.value.body,))
        return self.defined_from(inverse.of) | {inverse.of}

    def defined_from(self, name: str) -> frozenset[str]:
        """All names that the defined `name` depends on, itself excluded."""
        definition = self.definition(name)
        return frozenset() if definition is None else self.used_in((definition.body,))


_LATEST: list[tuple[tuple[Variable, ...], tuple[Definition, ...], dict[str, Variable | Definition]]] = []


def _by_name(
    variables: tuple[Variable, ...], definitions: tuple[Definition, ...]
) -> dict[str, Variable | Definition]:
    """The entries of a context by name; the copy of a context that has the same ones shares them."""
    for known in _LATEST[:1]:
        if known[0] is variables and known[1] is definitions:
            return known[2]
    entries: tuple[Variable | Definition, ...] = (*variables, *definitions)
    names = {entry.name: entry for entry in entries}
    _LATEST[:] = [(variables, definitions, names)]
    return names


@lru_cache(maxsize=4096)
def _free(expr: Expr) -> frozenset[Symbol]:
    return free_symbols(expr)


def as_variable(node: Symbol | IndexedBase | Variable) -> Variable:
    """A `Variable` from a SymPy node."""
    if isinstance(node, Variable):
        return node
    if isinstance(node, IndexedBase):
        if node.shape is None:
            raise UsageError(f"IndexedBase {node} needs a shape: IndexedBase({str(node)!r}, shape=(n,))")
        return Variable(str(node.label), tuple(node.shape), from_assumptions(node.label))
    return Variable(node.name, (), from_assumptions(node))


def names_in(expr: Expr) -> Iterator[str]:
    """Names of the variables and definitions in `expr`, indices and sizes included."""
    for node in sympy.preorder_traversal(expr):
        if isinstance(node, Symbol):
            yield node.name


def infer_context(*exprs: Expr) -> Context:
    """The context that SymPy nodes carry by themselves: shapes of `IndexedBase`, real scalars."""
    arrays: dict[str, IndexedBase] = {}
    scalars: dict[str, Symbol] = {}
    for expr in exprs:
        _collect(expr, frozenset(), arrays, scalars)
    return Context.of(*arrays.values(), *scalars.values())


def _collect(
    expr: Expr, bound: frozenset[Symbol], arrays: dict[str, IndexedBase], scalars: dict[str, Symbol]
) -> None:
    if isinstance(expr, IndexedBase):
        arrays[str(expr.label)] = expr
    elif isinstance(expr, Indexed):
        arrays[str(expr.base.label)] = expr.base
    elif isinstance(expr, Sum):
        _collect(expr.function, bound | set(expr.variables), arrays, scalars)
    elif isinstance(expr, Symbol):
        if not expr.is_integer:
            scalars[expr.name] = expr
    elif isinstance(expr, Partial):
        _collect(expr.body, bound, arrays, scalars)
        _collect(expr.by, bound, arrays, scalars)
    else:
        for arg in expr.args:
            _collect(arg, bound, arrays, scalars)
