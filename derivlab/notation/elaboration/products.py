"""Which factors a function, a sum, a derivative takes: the structure of a product.

The grammar reads `y_k \\log \\hat y_k \\sum_i x_i` as six factors in a row. What is a function is known
only from the document, so the row gets its structure here, in one pass from left to right:

* a function with brackets takes the brackets; without them it takes the product that follows, up to
  the next function, sum or derivative;
* a sum takes the rest of the product;
* a derivative operator takes the rest; brackets right behind it close its operand where `\\cdot` or
  another derivative follows.
"""

from __future__ import annotations

from collections.abc import Callable

from derivlab.errors import TooLargeError
from derivlab.notation import syntax
from derivlab.notation.elaboration.compounds import with_compounds
from derivlab.notation.elaboration.core import Elaborator, fail
from derivlab.notation.elaboration.differentials import (
    bys_of,
    differential,
    mark_of,
    starts_derivative,
    without_mark,
)
from derivlab.notation.elaboration.heads import Head, applies, conditions_of, head_of
from derivlab.notation.elaboration.names import is_transpose
from derivlab.notation.elaboration.resolved import Application, Big, Derivative, Indicator, Nabla, Times
from derivlab.notation.syntax import MAX_DEPTH, Node

BRACKETS = ("(", "[")
CALLS = ("(", "[", r"\{", "{")


def structured(elaborator: Elaborator, product: syntax.Product) -> Node:
    """The product with its structure."""
    if elaborator.scope.compounds:
        product = with_compounds(product, elaborator.scope.compounds)
    return _Row(elaborator, product.operators, product.factors).run(0, 0)


class _Row:
    """The factors of one product."""

    def __init__(self, elaborator: Elaborator, operators: tuple[str, ...], factors: tuple[Node, ...]) -> None:
        self.elaborator = elaborator
        self.operators = operators
        self.factors = factors
        self.count = len(factors)
        self.heads = [head_of(elaborator, factor) for factor in factors]
        for at, head in enumerate(self.heads):
            if head is Head.INDICATOR and not self.indicated(at)[0]:
                self.heads[at] = Head.PLAIN
        if "/" in operators:
            self._find_slashed()

    def _find_slashed(self) -> None:
        """`dJ / dx`: a bare d is the mark of a derivative where another follows the slash."""
        for slash in range(1, self.count):
            if self.operators[slash] != "/" or mark_of(self.factors[slash])[0] != "d":
                continue
            marks = [k for k in range(slash) if mark_of(self.factors[k])[0] == "d"]
            if marks and slash + 1 < self.count and not self.operators[slash + 1]:
                self.heads[marks[-1]] = Head.PARTIAL

    def run(self, at: int, depth: int, stop: int | None = None) -> Node:
        """The product of the factors from `at` to `stop`."""
        stop = self.count if stop is None else stop
        if depth > MAX_DEPTH:
            fail(self.factors[at], f"this is nested more than {MAX_DEPTH} levels deep", "", TooLargeError)
        operators: list[str] = []
        factors: list[Node] = []
        while at < stop:
            operators.append(self.operators[at] if factors else self.operators[at][1:] and "·-")
            node, at = self.one(at, depth, stop)
            factors.append(node)
        if not factors:
            last = self.factors[min(at, self.count) - 1]
            fail(last, "nothing follows here for the operator to apply to", "write what it applies to")
        if len(factors) == 1 and not operators[0]:
            return factors[0]
        return Times(tuple(operators), tuple(factors), start=factors[0].start, end=factors[-1].end)

    def one(self, at: int, depth: int, stop: int) -> tuple[Node, int]:
        """The complete factor that starts at `at`, and where the next one starts."""
        return TAKES[self.heads[at]](self, at, depth, stop)

    # ------------------------------------------------------------------ one method a kind of head

    def plain(self, at: int, depth: int, stop: int) -> tuple[Node, int]:
        return self.factors[at], at + 1

    def big(self, at: int, depth: int, stop: int) -> tuple[Node, int]:
        operator, sub, sup = _scripts(self.factors[at])
        body = self.rest(at, depth, stop)
        return Big(operator, sub, sup, body, start=self.factors[at].start, end=body.end), stop

    def rest(self, at: int, depth: int, stop: int) -> Node:
        """The product of everything after `at`."""
        if at + 1 >= stop:
            name = {"big": "sum", "operator": "derivative"}.get(self.heads[at].value, "function")
            fail(
                self.factors[at], f"this {name} has nothing to apply to", "write what follows it, e.g. $f(x)$"
            )
        return self.run(at + 1, depth + 1, stop)

    def function(self, at: int, depth: int, stop: int) -> tuple[Node, int]:
        """`f(x)`, `\\log x`, or the bare name of a function."""
        head = self.factors[at]
        if self.is_call(at, stop):
            return _call(head, self.factors[at + 1]), at + 2
        if self.heads[at] is Head.NAMED:
            return head, at + 1
        end = self.argument_end(at, stop)
        if end == at + 1:
            fail(head, "this function has nothing to apply to", "write its argument in parentheses")
        argument = self.run(at + 1, depth + 1, end)
        if end > at + 2 and any(self.operators[at + 2 : end]):
            self.elaborator.note("a function without parentheses takes the whole product that follows it")
        return Application(head, (argument,), False, start=head.start, end=argument.end), end

    def argument_end(self, at: int, stop: int) -> int:
        """Where the argument of a function without brackets ends."""
        end = at + 1
        if end >= stop:
            return end
        first = self.heads[end]
        if first in (Head.BIG, Head.OPERATOR, Head.PARTIAL, Head.NABLA):
            return stop
        if first is Head.FUNCTION and not self.is_call(end, stop):
            return self.argument_end(end, stop)
        end = (
            self.indicated(end)[1] if first is Head.INDICATOR else end + (2 if self.is_call(end, stop) else 1)
        )
        while end < stop and self.heads[end] in (Head.PLAIN, Head.NAMED) and not self.is_call(end, stop):
            end += 1
        return min(end, stop)

    def is_call(self, at: int, stop: int) -> bool:
        """Whether the factor at `at` is a function with its arguments in brackets behind it."""
        if self.heads[at] not in (Head.FUNCTION, Head.NAMED) or at + 1 >= stop or self.operators[at + 1]:
            return False
        group = self.factors[at + 1]
        if isinstance(group, syntax.Script):
            if self.heads[at] is Head.NAMED and _transposed_factor(group):
                return False
            group = group.base
        if not isinstance(group, syntax.Group) or group.kind not in CALLS:
            return False
        return self.heads[at] is Head.FUNCTION or applies(self.elaborator, self.factors[at], group)

    def indicated(self, at: int) -> tuple[tuple[Node, ...], int]:
        """The conditions of the indicator at `at`, in its subscript or behind it, and where it ends."""
        _, sub, sup = _scripts(self.factors[at])
        conditions = conditions_of(sub) if sup is None else ()
        if conditions or at + 1 >= self.count or self.operators[at + 1]:
            return conditions, at + 1
        found = conditions_of(self.factors[at + 1])
        if not found and _is_indicator_of(self.factors[at], self.factors[at + 1]):
            fail(
                self.factors[at + 1],
                "an indicator needs a condition",
                r"write \mathbb{1}[i = j] or \mathbb{1}[x > 0]",
            )
        return found, at + 2

    def indicator(self, at: int, depth: int, stop: int) -> tuple[Node, int]:
        r"""`\mathbb{1}[i = j]`, `\mathbf{1}\{y = k\}`, `\mathbb{1}_{i = j}`."""
        conditions, end = self.indicated(at)
        return Indicator(conditions, start=self.factors[at].start, end=self.factors[end - 1].end), end

    def nabla(self, at: int, depth: int, stop: int) -> tuple[Node, int]:
        """`\\nabla_\\theta J`; a defined name stands alone, anything else is a whole product."""
        _, by, sup = _scripts(self.factors[at])
        order = int(sup.text) if isinstance(sup, syntax.Number) and sup.text in "12" else 1
        transposed = None if sup is None or isinstance(sup, syntax.Number) else sup
        end = stop
        if at + 1 < stop and self.heads[at + 1] is Head.NAMED:
            end = at + 3 if self.is_call(at + 1, stop) else at + 2
        else:
            end = self.operand_end(at, stop)
        if end <= at + 1:
            fail(self.factors[at], "this gradient has nothing to apply to", r"write e.g. $\nabla_\theta J$")
        body, raised = _without_transpose(self.run(at + 1, depth + 1, end))
        node: Node = Nabla(body, by, order, start=self.factors[at].start, end=body.end)
        for mark in (transposed, raised):
            if mark is not None:
                node = syntax.Script(node, None, mark, start=node.start, end=mark.end)
        return node, end

    def operator(self, at: int, depth: int, stop: int) -> tuple[Node, int]:
        """`\\frac{\\partial}{\\partial x}` or `\\partial_x` and the product behind it."""
        head = self.factors[at]
        end = self.operand_end(at, stop)
        if end <= at + 1:
            fail(head, "this derivative has nothing to apply to", "write what it is taken of")
        body = self.run(at + 1, depth + 1, end)
        return Derivative(body, bys_of(head), start=head.start, end=body.end), end

    def operand_end(self, at: int, stop: int) -> int:
        """How far the operand of a derivative operator goes."""
        after = at + 2
        first = self.factors[at + 1] if at + 1 < stop else None
        if not isinstance(first, syntax.Group) or first.kind not in BRACKETS or after >= stop:
            return stop
        explicit = self.operators[after][:1] in ("·", "×", "/")
        if explicit or self.heads[after] in (Head.DERIVATIVE, Head.PARTIAL, Head.NABLA):
            self.elaborator.note("the brackets behind a derivative operator hold what it is taken of")
            return after
        self.elaborator.note("a derivative operator takes the whole product behind it")
        return stop

    def partial(self, at: int, depth: int, stop: int) -> tuple[Node, int]:
        """`\\partial J / \\partial z_i` and `dJ / dx` on one line."""
        slash = next((k for k in range(at + 1, stop) if self.operators[k][:1] == "/"), None)
        mark = self.factors[at]
        if slash is None or not starts_derivative(self.factors[slash], mark):
            hint = r"write \frac{\partial J}{\partial z_i} or \partial J / \partial z_i"
            fail(mark, "this is not a complete derivative", hint)
        bys, end = self._denominators(slash, stop, differential(mark))
        if slash > at + 1:
            body = self.run(at + 1, depth + 1, slash)
            return Derivative(body, bys, start=mark.start, end=bys[-1].end), end
        body = self.run(end, depth + 1, stop)
        return Derivative(body, bys, start=mark.start, end=body.end), stop

    def _denominators(self, at: int, stop: int, order: int) -> tuple[tuple[Node, ...], int]:
        """The variables of `/ \\partial z_i \\partial z_j`: as many as the order asks for."""
        found: list[Node] = []
        while at + 1 < stop and len(found) < order and differential(self.factors[at]):
            by, times = without_mark(self.factors[at + 1])
            found += [by] * times
            at += 2
        if not found:
            fail(self.factors[at], "this derivative lacks its variable", r"write \partial J / \partial z_i")
        return tuple(found), at


TAKES: dict[Head, Callable[[_Row, int, int, int], tuple[Node, int]]] = {
    Head.PLAIN: _Row.plain,
    Head.DERIVATIVE: _Row.plain,
    Head.BIG: _Row.big,
    Head.FUNCTION: _Row.function,
    Head.NAMED: _Row.function,
    Head.INDICATOR: _Row.indicator,
    Head.NABLA: _Row.nabla,
    Head.OPERATOR: _Row.operator,
    Head.PARTIAL: _Row.partial,
}


def _scripts(node: Node) -> tuple[str, Node | None, Node | None]:
    """The text of a head, its subscript and its superscript."""
    if isinstance(node, syntax.Script):
        base = node.base
        return (base.text if isinstance(base, syntax.Name) else ""), node.sub, node.sup
    return (node.text if isinstance(node, syntax.Name) else ""), None, None


def _call(head: Node, following: Node) -> Node:
    """`f(x)` with the scripts behind the brackets applied to the value: `f(x)_i^2`."""
    group = following.base if isinstance(following, syntax.Script) else following
    items = group.items if isinstance(group, syntax.Group) else (group,)
    value: Node = Application(head, items, start=head.start, end=group.end)
    if isinstance(following, syntax.Script):
        sub, sup, primes = following.sub, following.sup, following.primes
        value = syntax.Script(value, sub, sup, primes, start=head.start, end=following.end)
    return value


def _transposed_factor(node: syntax.Script) -> bool:
    r"""`(a^{[1]})^\top`: the brackets are there for the transpose, and hold no argument."""
    group = node.base
    if not isinstance(group, syntax.Group) or group.kind != "(" or len(group.items) != 1:
        return False
    item = group.items[0]
    return is_transpose(node.sup) and isinstance(item, syntax.Script) and item.sup is not None


def _is_indicator_of(head: Node, group: Node) -> bool:
    r"""Whether `\mathbb{1}[...]` can only be an indicator."""
    brackets = isinstance(group, syntax.Group) and group.kind in ("[", r"\{")
    return brackets and isinstance(head, syntax.Name) and head.text == r"\mathbb{1}"


def _without_transpose(node: Node) -> tuple[Node, Node | None]:
    """`J(w)^\\top` under a nabla: the transpose belongs to the gradient."""
    if isinstance(node, syntax.Script) and node.sub is None and not node.primes and is_transpose(node.sup):
        return node.base, node.sup
    return node, None
