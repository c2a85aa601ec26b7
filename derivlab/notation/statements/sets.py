"""What stands behind `\\in`: the shape and the domain of what is declared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import sympy

from derivlab.errors import TooLargeError, UnreadableError
from derivlab.notation import syntax
from derivlab.notation.elaboration.core import fail, problem
from derivlab.notation.elaboration.names import full_key, spelling
from derivlab.notation.elaboration.scope import MAX_SIZE, Dim, Scope
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node
from derivlab.symbols import NONNEGATIVE, POSITIVE, REAL, Domain


@dataclass(frozen=True)
class Space:
    """A set that something is declared to lie in.

    Attributes:
        shape: one dimension an axis.
        domain: of the entries.
        natural: the naturals: what lies in it is a size.
        simplex: entries are nonnegative and sum to 1.
        first: the first element of {1, ..., K}, which is a range.
    """

    shape: tuple[Dim, ...] = ()
    domain: Domain = REAL
    natural: bool = False
    simplex: bool = False
    range_to: Dim | None = None


BARE = {
    r"\mathbb{R}": Space(),
    r"\mathbb{N}": Space(natural=True),
    r"\mathbb{N}_{0}": Space(domain=Domain(low=Fraction(0), whole=True)),
    r"\mathbb{Z}": Space(domain=Domain(whole=True)),
    r"\mathbb{Z}_{\geq0}": Space(domain=Domain(low=Fraction(0), whole=True)),
    r"\mathbb{Z}_{>0}": Space(domain=Domain(low=Fraction(1), whole=True)),
    r"\mathbb{R}_{>0}": Space(domain=POSITIVE),
    r"\mathbb{R}_{+}": Space(domain=NONNEGATIVE),
    r"\mathbb{R}_{++}": Space(domain=POSITIVE),
    r"\mathbb{R}_{\geq0}": Space(domain=NONNEGATIVE),
    r"\mathbb{R}_{*}": Space(domain=Domain(nonzero=True)),
    r"\mathbb{R}_{<0}": Space(domain=Domain(high=Fraction(0), high_open=True)),
    r"\mathbb{R}_{\leq0}": Space(domain=Domain(high=Fraction(0))),
    r"\mathbb{R}_{\neq0}": Space(domain=Domain(nonzero=True)),
}
HINT = r"write \mathbb{R}, \mathbb{R}^n, \mathbb{R}^{m \times n}, \{0, 1\}, (0, 1), [K] or \{1, \dots, K\}"


def read_set(scope: Scope, node: Node) -> Space:
    """The space that a node names; `UnreadableError` for what is not read."""
    if isinstance(node, syntax.Script) and _text(node) not in BARE:
        return _scripted(scope, node)
    if isinstance(node, syntax.Group):
        return _group(scope, node)
    found = BARE.get(_text(node))
    if found is None:
        fail(node, f"the set `{to_latex(node).strip()}` is not read", HINT)
    return found


def _text(node: Node) -> str:
    return to_latex(node).replace(" ", "")


def _scripted(scope: Scope, node: syntax.Script) -> Space:
    r"""`\mathbb{R}_{>0}^{N \times d}`, `[0, 1]^K`, `\Delta^{K-1}`."""
    if isinstance(node.base, syntax.Name) and node.base.text == r"\Delta":
        return _simplex(scope, node)
    if isinstance(node.sup, syntax.Sign) and node.sub is None:
        base = _text(node.base) + "_{" + node.sup.text + "}"
    else:
        base = _text(node.base) if node.sub is None else _text(replace(node, sup=None))
    if base in BARE:
        inner = BARE[base]
    elif isinstance(node.base, syntax.Group) and node.sub is None:
        inner = read_set(scope, node.base)
    else:
        fail(node, f"the set `{to_latex(node).strip()}` is not read", HINT)
    if node.sup is None or isinstance(node.sup, syntax.Sign):
        return inner
    return replace(inner, shape=sizes(scope, node.sup) + inner.shape)


def _simplex(scope: Scope, node: syntax.Script) -> Space:
    size = node.sup if node.sup is not None else node.sub
    assert size is not None
    if isinstance(size, syntax.Sum) and size.signs == ("+", "-") and _text(size.terms[1]) == "1":
        size = size.terms[0]
    return Space(sizes(scope, size), Domain(low=Fraction(0), high=Fraction(1)), simplex=True)


def sizes(scope: Scope, node: Node) -> tuple[Dim, ...]:
    r"""The sizes in `N \times d`."""
    if isinstance(node, syntax.Product) and {"×"} <= set(node.operators) <= {"", "×"}:
        return tuple(size_of(scope, part) for part in _between_crosses(node))
    return (size_of(scope, node),)


def _between_crosses(node: syntax.Product) -> list[Node]:
    """The factors of `N \\times d`; a juxtaposition inside a size is not read."""
    for operator, factor in zip(node.operators[1:], node.factors[1:], strict=True):
        if operator != "×":
            fail(factor, "a size is one letter or number", r"write \mathbb{R}^{m \times n}")
    return list(node.factors)


def size_of(scope: Scope, node: Node) -> Dim:
    """A dimension by its name, or a number."""
    if isinstance(node, syntax.Number) and node.text.isdigit():
        if int(node.text) > MAX_SIZE:
            fail(node, f"a size past {MAX_SIZE} is not read", "give the size a name", TooLargeError)
        if int(node.text) == 0:
            fail(node, "a size is at least 1", "")
        return sympy.Integer(node.text)
    spelled = spelling(node)
    if spelled is None or spelled.primes:
        what = to_latex(node).strip()
        fail(node, f"the size `{what}` is not read", f"give it a name of its own, e.g. m instead of {what}")
    key = full_key(spelled)
    entry = scope.lookup(key)
    if entry is not None and (number := scope.whole_value(entry)) is not None:
        return number
    if entry is not None and entry.kind != "dimension" and not scope.is_old(entry):
        fail(node, f"`{key}` is already declared and is no size", "use another letter for the size")
    scope.ranges.pop(key, None)  # an index before, a size from here on
    return scope.dimension(key, node.start)


def _group(scope: Scope, node: syntax.Group) -> Space:
    r"""`\{0, 1\}`, `\{1, \dots, K\}`, `[K]`, intervals."""
    items = node.items
    if any(isinstance(item, syntax.Chain) for item in items):
        fail(node, "a set with a condition is not read", HINT)
    if node.kind == r"\{":
        return _listed(scope, node)
    if node.kind == "[" and len(items) == 1:
        return Space(range_to=size_of(scope, items[0]))
    if len(items) == 2 and node.kind in ("(", "[", "( ]", "[ )"):
        low, high = _bound(items[0]), _bound(items[1])
        return Space(domain=Domain(low, high, node.kind[0] == "(", node.kind[-1] in ")("))
    if len(items) == 1 and node.kind == "(":
        return read_set(scope, items[0])
    raise problem(node, f"the set `{to_latex(node).strip()}` is not read", HINT)


def _listed(scope: Scope, node: syntax.Group) -> Space:
    items = node.items
    if len(items) >= 3 and any(isinstance(item, syntax.Dots) for item in items):
        if _text(items[0]) == "0":
            fail(node, "labels from 0 are not read: indices count from 1", r"write \{1, \dots, K\}")
        if _text(items[0]) != "1" or isinstance(items[-1], syntax.Dots):
            fail(node, f"the set `{to_latex(node).strip()}` is not read", HINT)
        return Space(range_to=size_of(scope, items[-1]))
    values = tuple(sorted(number_in(item) for item in items))
    if not values:
        fail(node, "an empty set has nothing to declare", HINT)
    return Space(domain=Domain(values=values))


def number_in(node: Node) -> Fraction:
    """A rational number as it is written: `-1`, `0.5`, `\\frac{1}{2}`, `1/2`."""
    if isinstance(node, syntax.Number) and len(node.text) < 50:
        return Fraction(node.text)
    if isinstance(node, syntax.Sum) and len(node.terms) == 1 and node.signs[0] in "+-":
        value = number_in(node.terms[0])
        return -value if node.signs[0] == "-" else value
    if isinstance(node, syntax.Fraction):
        below = number_in(node.denominator)
        if below:
            return number_in(node.numerator) / below
    if isinstance(node, syntax.Product) and node.operators == ("", "/"):
        below = number_in(node.factors[1])
        if below:
            return number_in(node.factors[0]) / below
    raise UnreadableError(
        f"`{to_latex(node).strip()}` is not a number", hint=HINT, start=node.start, end=node.end
    )


def _bound(node: Node) -> Fraction | None:
    """An end of an interval; None for infinity."""
    text = _text(node).lstrip("+-")
    return None if text == r"\infty" else number_in(node)
