r"""The matrix form of a derived gradient, `h (\hat y - y)^\top`: read back and proved before it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import sympy
from sympy import Expr, Indexed, Mul, Pow, Sum, Symbol

from derivlab.calculus import Gradient
from derivlab.errors import DerivlabError
from derivlab.notation.inputs import read_equation
from derivlab.proof import Claim, Proved, verify
from derivlab.report.matrixform import matrix_form
from derivlab.report.names import symbol_name
from derivlab.symbols import Context, Definition, free_symbols, head_name, rebuild, substitute, total

# What stands for softmax(u) while the form is found: LaTeX that a reader takes for one symbol.
STANDS_IN = tuple(rf"\mathcal{{{letter}}}" for letter in "SPQRTU")


@dataclass(frozen=True)
class Given:
    """What the user declared, assumed and defined, in LaTeX; the objective is among the definitions."""

    declared: Sequence[str]
    assumed: Sequence[str]
    defined: Sequence[str]


def proved_matrix_form(found: Gradient, given: Given) -> tuple[str, str] | None:
    """∂J/∂W and what it is in whole arrays, in LaTeX; None where there is no such form, or no proof.

    The text itself is read again, as a claim about ∂J/∂W, and proved for all sizes: what is shown is
    what was proved.
    """
    array, objective = (_written(head_name(node), found.context) for node in (found.by, found.objective))
    left = rf"\frac{{\partial {objective}}}{{\partial {array}}}"
    for text in _candidates(found, given):
        if _holds(f"{left} = {text}", given):
            return left, text
    return None


def _written(name: str, context: Context) -> str:
    """A name in LaTeX."""
    entry = context.lookup(name)
    return str(symbol_name(name, entry.latex if entry is not None else ""))


def _holds(equation: str, given: Given) -> bool:
    try:
        claim = read_equation(equation, given.declared, given.assumed, given.defined)
        if claim.shape_mismatch:
            return False
        return isinstance(verify(Claim(claim.left, claim.right, claim.context)), Proved)
    except DerivlabError:
        return False


def _candidates(found: Gradient, given: Given) -> list[str]:
    """The form with softmax by its name, then as it is."""
    written = " ".join((*given.declared, *given.assumed, *given.defined))
    texts: list[str] = []
    softmax = _Softmax(found.context, [sign for sign in STANDS_IN if sign not in written])
    named = rebuild(found.closed_form, softmax)
    if softmax.words:
        text = matrix_form(named, found.indices, softmax.context)
        texts += [] if text is None else [softmax.written_out(str(text))]
    plain = matrix_form(found.closed_form, found.indices, found.context)
    return [*texts, *([] if plain is None else [str(plain)])]


class _Softmax:
    """Replaces exp(u_i) / Σ_k exp(u_k) by entry i of a name that stands for softmax(u)."""

    def __init__(self, context: Context, signs: list[str]) -> None:
        self.context, self.signs = context, signs
        self.words: dict[str, str] = {}  # the sign to softmax(u) in LaTeX
        self.names: dict[str, str] = {}  # the same, to the name in the context

    def __call__(self, node: Expr) -> Expr | None:
        found = _fraction(node) if isinstance(node, Mul) else None
        if found is None:
            inside = _pushed(node) if isinstance(node, Mul) else None
            return None if inside is None else rebuild(inside, self)
        entry, index, size, rest = found
        argument = matrix_form(entry, (index,), self.context)
        if argument is None:
            return None
        name = self._name(rf"\operatorname{{softmax}}\left( {argument} \right)", entry, index, size)
        return None if name is None else self._base(name, size)[index] * rebuild(rest, self)

    def _base(self, name: str, size: Expr) -> sympy.IndexedBase:
        return sympy.IndexedBase(name, shape=(size,), real=True)

    def _name(self, text: str, entry: Expr, index: Symbol, size: Expr) -> str | None:
        if text in self.names:
            return self.names[text]
        if len(self.words) == len(self.signs):
            return None
        sign, name = self.signs[len(self.words)], f"softmax{len(self.words)}"
        self.words[sign], self.names[text] = text, name
        self.context = self.context.with_definitions(Definition(name, entry, (index,), (size,), sign))
        return name

    def written_out(self, text: str) -> str:
        """The text with every softmax in words."""
        for sign, softmax in self.words.items():
            text = text.replace(sign, softmax)
        return text


def _fraction(node: Expr) -> tuple[Expr, Symbol, Expr, Expr] | None:
    """u_i, i, its size and what is left of the product, if exp(u_i) stands over Σ_k exp(u_k)."""
    for below in node.args:
        if not (isinstance(below, Pow) and below.exp == -1 and isinstance(below.base, Sum)):
            continue
        summed, (bound, _, size) = below.base.function, below.base.limits[0]
        if not isinstance(summed, sympy.exp) or len(below.base.limits) != 1:
            continue
        for above in node.args:
            for index in sorted(_indices(above), key=str) if isinstance(above, sympy.exp) else ():
                if substitute(summed.args[0], {bound: index}) == above.args[0]:
                    rest = Mul(*(factor for factor in node.args if factor not in (above, below)))
                    return above.args[0], index, size, rest
    return None


def _pushed(node: Expr) -> Expr | None:
    """(Σ_k w_k exp(u_k)) / Σ_l exp(u_l) as Σ_k w_k exp(u_k) / Σ_l exp(u_l): the fraction under one sum."""
    for below, summed in permutations(node.args, 2):
        if not (isinstance(below, Pow) and isinstance(summed, Sum) and len(summed.limits) == 1):
            continue
        bound, low, size = summed.limits[0]
        body = below * summed.function
        if low == 1 and bound not in free_symbols(below) and isinstance(body, Mul) and _fraction(body):
            rest = Mul(*(factor for factor in node.args if factor not in (below, summed)))
            return rest * total(body, bound, size)
    return None


def _indices(expr: Expr) -> set[Symbol]:
    """Free symbols that stand as indices."""
    free = free_symbols(expr)
    return {i for entry in expr.atoms(Indexed) for i in entry.indices if isinstance(i, Symbol) and i in free}
