"""Products of arrays along paths: how the factors of a product of entries chain up to matrices.

Indices are points, a matrix joins two of them, a vector sits on one. A component without free points
is a number, one with a free point is a vector, a path between two is a matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Symbol

from derivlab.report.brackets import parenthesized

ONES, IDENTITY = r"\mathbf{1}", "I"


class NoMatrixFormError(Exception):
    """The expression is no sum of products of matrices along paths."""


@dataclass(frozen=True)
class Factor:
    """A factor of a matrix product: its LaTeX, whether it needs brackets there, and whether only in front."""

    text: str
    compound: bool = False
    trailing: bool = False

    @property
    def bracketed(self) -> str:
        return parenthesized(self.text) if self.compound else self.text

    @property
    def leading(self) -> str:
        """As it stands in front of another factor: `log x` would take that into its argument."""
        return parenthesized(self.text) if self.compound or self.trailing else self.text

    @property
    def transposed(self) -> str:
        lone = " " not in self.text and "^" not in self.text
        return rf"{self.text if lone else parenthesized(self.text)}^{{\top}}"


@dataclass(frozen=True)
class Operand:
    """A vector or a matrix of a product of entries: its LaTeX and its indices in the order of its axes."""

    text: str
    axes: tuple[Symbol, ...]
    compound: bool = False
    trailing: bool = False

    def along(self, first: Symbol) -> Factor:
        """The array with `first` as its rows."""
        factor = Factor(self.text, self.compound, self.trailing)
        return factor if self.axes[0] == first else Factor(factor.transposed)


def _side_by_side(factors: list[Factor], sign: str = " ") -> str:
    """Factors of a product."""
    return sign.join([*(factor.leading for factor in factors[:-1]), factors[-1].bracketed])


def merged(operands: list[Operand]) -> list[list[Operand]]:
    """Groups of operands with the same indices: their product is taken entry by entry."""
    groups: dict[frozenset[Symbol], list[Operand]] = {}
    for operand in operands:
        groups.setdefault(frozenset(operand.axes), []).append(operand)
    return list(groups.values())


def _hadamard(group: list[Operand], first: Symbol) -> Operand:
    """The product entry by entry of arrays with the same indices."""
    if len(group) == 1:
        return group[0]
    axes = group[0].axes if group[0].axes[0] == first else group[0].axes[::-1]
    text = _side_by_side([operand.along(axes[0]) for operand in group], r" \odot ")
    return Operand(text, axes, compound=True)


@dataclass
class _Network:
    """What is left to contract: vectors by their point, matrices by their two points."""

    vectors: dict[Symbol, list[Operand]]
    matrices: list[list[Operand]]
    free: tuple[Symbol, ...]

    def take_matrix(self, point: Symbol) -> list[Operand] | None:
        """The matrix at `point`, removed; two of them are no path."""
        found = [group for group in self.matrices if point in group[0].axes]
        if len(found) > 1:
            raise NoMatrixFormError
        if found:
            self.matrices.remove(found[0])
        return found[0] if found else None

    def take_vector(self, point: Symbol) -> Factor | None:
        """The product of the vectors at `point`, removed."""
        group = self.vectors.pop(point, None)
        return None if group is None else _hadamard(group, point).along(point)


def contract(
    groups: list[list[Operand]], free: tuple[Symbol, ...], bound: list[Symbol]
) -> tuple[Factor | None, list[str]]:
    """The array along the free indices, and the scalars that other components make."""
    network = _Network(
        {group[0].axes[0]: group for group in groups if len(group[0].axes) == 1},
        [group for group in groups if len(group[0].axes) == 2],
        free,
    )
    array = _array(network)
    numbers = []
    while network.matrices or network.vectors:
        numbers.append(_scalar(network, bound))
    return array, numbers


def _array(network: _Network) -> Factor | None:
    """Of the free indices: nothing, a column, a matrix along a path, or a column times a row."""
    match network.free:
        case ():
            return None
        case (point,):
            return _column(network, point)
        case (first, second):
            chain, end = _walk(network, first)
            if end == second:
                return _product(chain)
            left = _product(chain) if chain else Factor(ONES)
            return Factor(f"{left.bracketed} {_column(network, second).transposed}")
    raise NoMatrixFormError


def _column(network: _Network, point: Symbol) -> Factor:
    """The vector at `point`: v, A v, or v ⊙ (A w); the ones where nothing depends on it."""
    own = network.take_vector(point)
    chain, _ = _walk(network, point)
    if own is None or not chain:
        return own or (_product(chain) if chain else Factor(ONES))
    product = _product(chain)
    return Factor(rf"{own.bracketed} \odot {Factor(product.text, compound=True).bracketed}", compound=True)


def _walk(network: _Network, point: Symbol) -> tuple[list[Factor], Symbol]:
    """The factors along the path from `point`, and where it ends; a summed end without a vector gets ones."""
    chain: list[Factor] = []
    while True:
        vector, group = network.take_vector(point), network.take_matrix(point)
        if group is None:
            if vector is not None:
                chain.append(vector)
            elif chain and point not in network.free:
                chain.append(Factor(ONES))
            return chain, point
        if vector is not None:
            chain.append(Factor(rf"\operatorname{{diag}}{parenthesized(vector.text)}"))
        matrix = _hadamard(group, point)
        chain.append(matrix.along(point))
        point = next(axis for axis in matrix.axes if axis != point)


def _product(chain: list[Factor]) -> Factor:
    """The factors side by side, without identities; a lone one as it is."""
    kept = [factor for factor in chain if factor.text != IDENTITY] or chain[:1]
    return kept[0] if len(kept) == 1 else Factor(_side_by_side(kept))


def _scalar(network: _Network, bound: list[Symbol]) -> str:
    """One component without free indices: uᵀ v, uᵀ A v, or a sum of entries 1ᵀ v."""
    for point in bound:
        group = network.vectors.get(point)
        touching = [matrix for matrix in network.matrices if point in matrix[0].axes]
        if group is None or len(touching) > 1:
            continue
        if touching:
            start = network.take_vector(point)
            assert start is not None
            return f"{start.transposed} {_product(_walk(network, point)[0]).bracketed}"
        network.vectors.pop(point)
        left, *rest = group if len(group) > 1 else [Operand(ONES, (point,)), *group]
        return f"{left.along(point).transposed} {_hadamard(rest, point).along(point).bracketed}"
    return _trace(network) if any(len(group) > 1 for group in network.matrices) else _total(network, bound)


def _total(network: _Network, bound: list[Symbol]) -> str:
    """The sum of all entries, 1ᵀ A B 1."""
    for point in bound:
        if sum(point in group[0].axes for group in network.matrices) == 1:
            chain, _ = _walk(network, point)
            return rf"{ONES}^{{\top}} {_product(chain).bracketed}"
    raise NoMatrixFormError


def _trace(network: _Network) -> str:
    """Two matrices that share both indices: tr(AᵀB)."""
    if len(network.matrices) != 1 or network.vectors or set(network.matrices[0][0].axes) & set(network.free):
        raise NoMatrixFormError
    first, *rest = sorted(network.matrices.pop(), key=lambda operand: len(operand.text))
    second = _hadamard(rest, first.axes[0]).along(first.axes[0])
    return rf"\operatorname{{tr}}\left( {first.along(first.axes[0]).transposed} {second.bracketed} \right)"
